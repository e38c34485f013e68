// The tests that run everywhere in seconds; those that need the lab are in vitest.e2e.config.ts.

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**', 'node_modules/**'],
    globalSetup: ['test/run/shared-redis.ts'],
    setupFiles: ['test/run/leaks.ts'],
    // Never reached by a test that works; long enough for a machine that is busy with something else.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
