// What does `npm run test:lab` run?

import { defineConfig } from 'vitest/config';

/** Whole clusters on hosts of this machine, one after the other: each needs both cores for a while. */
export default defineConfig({
  test: {
    name: 'lab',
    include: ['test/lab-runs/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 3_600_000,
    hookTimeout: 900_000,
  },
});
