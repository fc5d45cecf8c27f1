import { defineConfig } from 'vitest/config'
import { LongestFirst } from './test/longest-first.ts'

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'fast',
          include: ['{src,test,scripts,web}/**/*.test.ts'],
          exclude: ['test/{system,browser}/**'],
          setupFiles: ['test/property-seed.ts'],
          // No test is about time; a machine that is busy with something else must not fail one.
          testTimeout: 30_000,
          // Loading the modules anew for each file takes longer than all of the tests. Who keeps something in a module resets it.
          isolate: false,
          // Left to itself vitest keeps a core free, of two.
          maxWorkers: '100%',
        },
      },
      {
        test: {
          name: 'system',
          include: ['test/{system,browser}/**/*.test.ts'],
          globalSetup: ['test/system/engine-set-up.ts'],
          // Real sandboxes and processes: slower than the fast tests, and they share the machine's cores with what they start.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
        },
      },
    ],
  },
})
