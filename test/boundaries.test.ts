// The folders' import boundaries bite: a violation planted where it must not stand is refused by the linter, and the
// same import where it belongs is not.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const planted: string[] = [];

afterEach(async () => {
  for (const file of planted.splice(0)) await rm(file, { force: true });
});

test.each([
  ['src/diagnosis', "export { Queue } from 'bullmq';"],
  ['src/diagnosis', "export { playbooks } from '../playbooks/index.ts';"],
  ['src/probes', "export { readFile } from 'node:fs/promises';"],
  ['src/playbooks/dns', "export { KubeConfig } from '@kubernetes/client-node';"],
  ['src/playbooks/branches/nodes', "export { pod } from '../../pod.ts';"],
  ['src/incidents', "export { createSlack } from '../slack/app.ts';"],
  ['src/checklist', "export { Queue } from 'bullmq';"],
  ['src/doctor', "export { createLiveRights } from '../cluster/live-rights.ts';"],
  ['src/measuring', "export { Counter } from 'prom-client';"],
  ['src/cluster', "export { Redis } from 'ioredis';"],
  ['src/slack', "export { Queue } from 'bullmq';"],
  ['src/agent', "export { createLiveAccess } from '../cluster/live-access.ts';"],
])('%s may not hold: %s', async (folder, line) => {
  const lint = await lintPlanted(folder, line);

  expect(lint).toContain('docs/ARCHITECTURE.md');
});

test.each([
  ['src/queue', "export { Queue } from 'bullmq';"],
  ['src/cluster', "export { KubeConfig } from '@kubernetes/client-node';"],
])('%s may hold: %s', async (folder, line) => {
  const lint = await lintPlanted(folder, line);

  expect(lint).not.toContain('docs/ARCHITECTURE.md');
});

/** What the linter says of a file with that one line, which is gone again afterwards. */
async function lintPlanted(folder: string, line: string): Promise<string> {
  const file = join(root, folder, `planted-${process.pid}.ts`);
  planted.push(file);
  await writeFile(file, `${line}\n`);
  const child = spawn('biome', ['lint', '--only=style/noRestrictedImports', file], { cwd: root });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => said.push(chunk));
  await once(child, 'close');
  return Buffer.concat(said).toString();
}
