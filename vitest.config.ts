import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    teardownTimeout: 60_000,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/lab/**', 'test/lambdas/aws/wire/**'],
          testTimeout: 20_000,
        },
      },
      {
        // Against moto's server, a process of its own that answers one request at a time.
        test: {
          name: 'aws',
          include: ['test/lambdas/aws/wire/**/*.test.ts'],
          globalSetup: 'test/aws/moto.ts',
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // Real engines share two cores and measure time: one file after another.
        test: {
          name: 'lab',
          include: ['test/lab/**/*.test.ts'],
          exclude: ['test/lab/**/*etcd*.test.ts'],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        // Apart from the others until they hold on a busy machine as well: they are not in .ci/run yet.
        test: {
          name: 'etcd',
          include: ['test/lab/**/*etcd*.test.ts'],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
