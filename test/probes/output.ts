// Captured output of real tools, as the agent would have brought it.

import { readFileSync } from 'node:fs';
import type { RawAnswer } from '../../src/cluster/access.ts';

const captured = (file: string): string => readFileSync(new URL(`./output/${file}`, import.meta.url), 'utf8');

export const exited = (
  stdout: string,
  more: Partial<RawAnswer & { kind: 'exited' }> = {},
): RawAnswer & { kind: 'exited' } => ({
  kind: 'exited',
  code: 0,
  stdout,
  stderr: '',
  timedOut: false,
  truncated: false,
  ...more,
});

export const outputOf = (file: string): RawAnswer & { kind: 'exited' } => exited(captured(file));
