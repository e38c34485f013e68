// A worker in a process of its own that a test can kill.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { CLUSTER, type Surroundings } from './running-app.ts';
import { eventually } from './scripted-diagnose.ts';

export interface KillableWorker {
  /** Resolves when it has said so. */
  diagnosing(): Promise<unknown>;
  /** Resolves when it is gone. */
  kill(): Promise<void>;
}

/** `hang` never ends its diagnoses, the others end them at once that way. */
export async function startKillableWorker(
  behaviour: 'hang' | 'root-cause' | 'cleared',
  { redisUrl, prefix }: Surroundings,
): Promise<KillableWorker> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'worker-process.ts'), behaviour], {
    env: { ...process.env, REDIS_URL: redisUrl, REDIS_PREFIX: prefix, CLUSTER_NAME: CLUSTER },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => kill(child));
  const said = new Set<string>();
  createInterface({ input: child.stdout }).on('line', (line) => said.add(line));
  const saying = (word: string) => eventually(() => said.has(word));

  await saying('started');
  return { diagnosing: () => saying('diagnosing'), kill: () => kill(child) };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
