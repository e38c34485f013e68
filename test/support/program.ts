// Starts one of our programs in a process of its own, and ends it. Used where a process has to be killed or measured.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface Program {
  pid: number;
  /** At once, without a chance to clean up. */
  kill(): void;
  /** Resolves when it is gone. */
  gone: Promise<unknown>;
  /** Kills it and waits until it is gone. */
  end(): Promise<void>;
}

/** A file of this folder that says `started` when it is; it gets this environment and no other. */
export async function startProgram(
  file: string,
  environment: NodeJS.ProcessEnv,
  args: string[] = [],
  nodeFlags: string[] = [],
): Promise<Program> {
  const child = spawn(process.execPath, [...nodeFlags, join(import.meta.dirname, file), ...args], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  const started = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk) => {
      if (String(chunk).includes('started')) resolve();
    });
  });
  await Promise.race([started, gone]);
  const kill = () => void child.kill('SIGKILL');
  return {
    pid: child.pid ?? 0,
    kill,
    gone,
    async end() {
      kill();
      await gone;
    },
  };
}
