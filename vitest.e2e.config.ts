// The tests on the lab: a real Kubernetes, broken on purpose. One file at a time, because each may break the same cluster.

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/e2e/**/*.e2e.ts'],
    globalSetup: ['test/run/shared-redis.ts'],
    fileParallelism: false,
    testTimeout: 5 * 60_000,
    hookTimeout: 15 * 60_000,
    passWithNoTests: true,
  },
});
