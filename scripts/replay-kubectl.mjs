/**
 * `npm run replay:kubectl`: plays the recorded commands with the real kubectl against clusters that `kubottle serve` serves, one for each
 * recording; arguments are beginnings of names of recordings (`108 3`), `--verbose` shows what differs, `--jobs=N` so many at once,
 * `--own` plays them with the project's own kubectl, through the server's socket. Needs the recordings and their
 * tool, which stand beside this repository in ../shared, and the real kubectl, which a development dependency brings.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { ensureBuilt, ensureInstalled, root } from './ensure.mjs'

const shared = fileURLToPath(new URL('../../shared/', import.meta.url))
const tool = join(shared, 'tools/replay.mjs')
const commands = join(shared, 'recordings/commands')
if (!existsSync(tool) || !existsSync(commands)) {
  console.log(`skipped: the recordings are not there (${shared})`)
  process.exit(0)
}
ensureInstalled()
ensureBuilt()
const own = process.argv.includes('--own')
const kubectl = own ? { path: `${root}bin/kubectl` } : await realKubectl()
if ('missing' in kubectl) {
  console.log(`skipped: ${kubectl.missing}`)
  process.exit(0)
}
const flags = process.argv.slice(2).filter(a => a.startsWith('--') && a !== '--own').flatMap(a => a.split('='))
const wanted = process.argv.slice(2).filter(a => !a.startsWith('--'))
const files = readdirSync(commands).filter(f => f.endsWith('.golden') && (wanted.length === 0 || wanted.some(w => f.startsWith(w)))).sort().map(f => join(commands, f))
const { status } = spawnSync(process.execPath, [tool, '--bin', kubectl.path, '--init', `${process.execPath} ${root}scripts/replay-server.mjs`, ...flags, ...files], { stdio: 'inherit', env: { ...process.env, REPLAY_OWN: own ? '1' : '' } })
process.exit(status ?? 1)

/** Where the tests have it. */
async function realKubectl() {
  const outfile = `${root}node_modules/.cache/real-kubectl-${process.pid}.mjs`
  await build({ entryPoints: [`${root}test/conformance/real-kubectl.ts`], outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'warning' })
  try {
    return (await import(outfile)).realKubectl()
  } finally {
    rmSync(outfile, { force: true })
  }
}
