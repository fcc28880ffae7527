import { defineConfig } from 'vitest/config';

// Unit tests sit beside the code they test. What needs a kernel is run by test/, inside a guest.
export default defineConfig({
  test: {
    include: ['{core,client,helper,cli,electron,renderer,native,build,test}/**/*.test.{ts,tsx}'],
    exclude: ['**/node_modules/**', '**/.cache/**'],
    environment: 'node',
    globalSetup: 'build/unit-programs.ts',
    pool: 'forks',
    // on two processors the usual number is one
    maxWorkers: '100%',
    testTimeout: 20_000,
    allowOnly: false,
  },
});
