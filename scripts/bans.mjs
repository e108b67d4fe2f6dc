/** Finds calls that would make two runs differ, or code that a start-up snapshot cannot hold. */
import { readFileSync, readdirSync, statSync } from 'node:fs'
import { root } from './ensure.mjs'

const BANNED = [
  [/\bDate\.now\b/, 'Date.now: read an injected Clock'],
  [/\bnew Date\(\s*\)/, 'new Date(): read an injected Clock'],
  [/\bMath\.random\b/, 'Math.random: use a Draw'],
  [/\bset(Timeout|Interval|Immediate)\s*\(/, 'timers: time passes in the cluster, or in bin/'],
  [/\brandomUUID\b|\brandomBytes\b/, 'random ids: use a Draw'],
  [/\bprocess\.exit\s*\(/, 'process.exit: main answers an exit code'],
  [/^\s*export \* /m, 'export *: say what is exported'],
  [/(?<![.\w])import\s*\(/, 'import(): the CLI is one bundle'],
  [/^await\b/m, 'top-level await: the CLI is one CommonJS bundle'],
]
/** Where the outer world is let in. */
const INJECTION_POINTS = [/^bin\//, /^src\/http\//]
const files = ['src', 'commands', 'bin'].flatMap(walk)
let found = 0

function walk(path) {
  if (statSync(root + path).isDirectory()) return readdirSync(root + path).flatMap(name => walk(`${path}/${name}`))
  return /\.ts$/.test(path) && !/\.(test|testing|gen)\.ts$/.test(path) ? [path] : []
}
for (const file of files) {
  if (INJECTION_POINTS.some(p => p.test(file))) continue
  const code = readFileSync(root + file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, c => c.replace(/[^\n]/g, ' ')).replace(/(^|\s)\/\/.*$/gm, '$1')
  for (const [pattern, why] of BANNED) {
    const match = pattern.exec(code)
    if (match === null) continue
    console.error(`${file}:${code.slice(0, match.index).split('\n').length}: ${why}`)
    found++
  }
}
for (const file of files) {
  if (/\/(utils?|helpers?|common|misc)(\.ts|\/)/.test(file)) {
    console.error(`${file}: say what it is; no utils, helpers, common, misc`)
    found++
  }
}
process.exitCode = found === 0 ? 0 : 1
