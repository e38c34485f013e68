// The tests on the lab: a real Kubernetes, broken on purpose. A file has a lab of its own; two run at a time.
// On a machine that cannot run the lab it says why in one line, and there is nothing to fail.

import { defineConfig } from 'vitest/config';
import { CannotRunHere, requirePrograms, requireRootOnLinux } from './test/lab/machine.ts';

export default defineConfig(async () => {
  const obstacle = await obstacleToLab();
  if (obstacle) process.stderr.write(`The tests on the lab are left out: ${obstacle}\n`);
  return {
    test: {
      include: obstacle ? [] : ['test/e2e/**/*.e2e.ts'],
      globalSetup: ['test/run/shared-redis.ts', 'test/run/built-lab.ts'],
      // More labs on two cores, and probes run late: a late probe is one that could not be checked.
      maxWorkers: 2,
      // A machine that is busy with something else for a moment is no wrong verdict; what is wrong twice is.
      retry: 1,
      testTimeout: 5 * 60_000,
      hookTimeout: 15 * 60_000,
      passWithNoTests: true,
    },
  };
});

async function obstacleToLab(): Promise<string | undefined> {
  try {
    requireRootOnLinux();
    await requirePrograms();
    return undefined;
  } catch (error) {
    if (error instanceof CannotRunHere) return error.message;
    throw error;
  }
}
