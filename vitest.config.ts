// The tests that run everywhere in seconds; those that need the lab are in vitest.e2e.config.ts.

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/e2e/**', 'node_modules/**'],
    globalSetup: ['test/run/shared-redis.ts'],
    setupFiles: ['test/run/leaks.ts'],
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});
