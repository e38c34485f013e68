// Waits for what comes true by itself, such as the end of a process. Only a test that fails waits this long; a busy machine
// needs more than the second that vitest gives.

import { vi } from 'vitest';

const PATIENCE_MS = 30_000;

export const eventually = <T>(check: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(check, { timeout: PATIENCE_MS });
