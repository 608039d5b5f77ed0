// What does `npm run test:conformance` run?

import { defineConfig } from 'vitest/config';

/** Real servers, one scenario after the other: side by side they would disturb each other's elections. */
export default defineConfig({
  test: {
    name: 'conformance',
    include: ['test/conformance/conformance.test.ts'],
    pool: 'forks',
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 300_000,
  },
});
