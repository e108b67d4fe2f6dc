/** `npm run check`: types, layers, banned calls, dead code, generated files. Goes through all of them and fails if any did. */
import { spawnSync } from 'node:child_process'
import { ensureInstalled, root } from './ensure.mjs'

ensureInstalled()
const node = process.execPath
const modules = `${root}node_modules/`
const STEPS = [
  ['types', [`${modules}typescript/bin/tsc`, '--noEmit', '-p', '.']],
  ['layers', [`${modules}dependency-cruiser/bin/dependency-cruise.mjs`, '--config', '.dependency-cruiser.cjs', 'src', 'commands', 'bin']],
  ['banned calls', [`${root}scripts/bans.mjs`]],
  ['dead code', [`${modules}knip/bin/knip.js`, '--no-progress']],
  ['flag table', [`${root}scripts/flags/generate.mjs`, '--check']],
]
const failed = []
for (const [name, args] of STEPS) {
  const started = performance.now()
  const { status, stdout, stderr } = spawnSync(node, args, { cwd: root, encoding: 'utf8' })
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`)
  if (status === 0) continue
  failed.push(name)
  console.log(`${stdout}${stderr}`.trim().replace(/^/gm, '  '))
}
console.log(failed.length === 0 ? 'all checks passed' : `failed: ${failed.join(', ')}`)
process.exit(failed.length === 0 ? 0 : 1)
