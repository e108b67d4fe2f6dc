/** Tests run in threads, as many as a small machine has cores; each reads the modules once, which takes longer than most test files do: a test leaves no module and no global changed. */
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'commands/**/*.test.ts', 'bin/**/*.test.ts', 'test/**/*.test.ts'],
    pool: 'threads',
    maxWorkers: 2,
    isolate: false,
    testTimeout: 20_000,
  },
})
