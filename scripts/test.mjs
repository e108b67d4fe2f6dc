/** `npm test`: installs and builds what is missing, then runs the tests; arguments go to the test runner. */
import { ensureBuilt, ensureInstalled, tool } from './ensure.mjs'

ensureInstalled()
ensureBuilt()
tool('vitest/vitest.mjs', ['run', ...process.argv.slice(2)])
