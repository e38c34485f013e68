// Fails a test file that leaves a server, a connection or a child process behind.

import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect } from 'vitest';

const KINDS = ['TCPServerWrap', 'TCPSocketWrap', 'ProcessWrap'];
// Idle connections of fetch stay for four seconds after their last use.
const PATIENCE_MS = 8000;

let before: string[];

beforeAll(() => {
  before = openResources();
});

afterAll(async () => {
  const deadline = Date.now() + PATIENCE_MS;
  while (openResources().length > before.length && Date.now() < deadline) await delay(50);

  expect(openResources(), 'left open by the tests of this file').toHaveLength(before.length);
}, PATIENCE_MS * 2);

const openResources = (): string[] => process.getActiveResourcesInfo().filter((kind) => KINDS.includes(kind));
