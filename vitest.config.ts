import { defineConfig } from 'vitest/config';

/** Pure layers share one process (they hold no state); whatever opens sockets or files runs in forks, one file at a time. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'core',
          include: ['src/{model,proof,plan,view}/**/*.test.ts'],
          pool: 'threads',
          isolate: false,
          // Proofs take what they take on a busy machine.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'edge',
          include: ['src/{run,probe,remote,platform,lab,cli}/**/*.test.ts'],
          pool: 'forks',
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'whole',
          include: ['test/**/*.test.ts'],
          // Hours of their own: `npm run test:conformance`, `npm run test:lab`.
          exclude: ['test/conformance/conformance.test.ts', 'test/lab-runs/**'],
          pool: 'forks',
          maxWorkers: 1,
          fileParallelism: false,
          testTimeout: 600_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
