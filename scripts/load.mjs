/** `npm run load`: 200 clients with 50 writes each and 500 watches for 60 s; fails when a write or an event is lost. `npm run load -- 20 10 50 5` for fewer and shorter. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { build } from 'esbuild'
import { ensureBuilt, ensureInstalled, root } from './ensure.mjs'

ensureInstalled()
ensureBuilt()
const folder = mkdtempSync(join(tmpdir(), 'kubottle-load-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const outfile = join(folder, 'load.mjs')
await build({ entryPoints: [`${root}test/load/main.ts`], outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' })
const { status } = spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: 'inherit', env: { ...process.env, KUBOTTLE_ROOT: root } })
process.exit(status ?? 1)
