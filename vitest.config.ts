import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    teardownTimeout: 60_000,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/lab/**', 'test/e2e/**', 'test/aws/**', 'test/package/**', 'test/lambdas/aws/wire/**'],
          testTimeout: 20_000,
        },
      },
      {
        // What is deployed, against AWS's own models and rules; and adapters against moto's server, which answers one request at a time.
        test: {
          name: 'aws',
          include: ['test/aws/**/*.test.ts', 'test/lambdas/aws/wire/**/*.test.ts'],
          globalSetup: 'test/aws/moto.ts',
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // The suite deployed on emulators of AWS, with a real database behind them: minutes a file, one after another.
        test: {
          name: 'emulator',
          include: ['test/e2e/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 400_000,
          hookTimeout: 900_000,
        },
      },
      {
        // The package as npm packs it, installed in a folder of its own: needs `npm run build`, and npm's cache or its registry.
        test: {
          name: 'package',
          include: ['test/package/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 600_000,
        },
      },
      {
        // Real engines share two cores and measure time: one file after another.
        test: {
          name: 'lab',
          include: ['test/lab/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
