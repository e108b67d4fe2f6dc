/** Builds dist/: the bundle, its starter with a code cache, and the start-up snapshot of this machine's Node. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../', import.meta.url))
const dist = `${root}dist/`

/** Packages that oclif's command class pulls in and that no command of ours reaches: they would make the snapshot slower to load. */
const STAND_INS = {
  typescript: '{}', ejs: '{}', minimatch: '{}', tinyglobby: '{}', semver: '{}', lilconfig: '{}', 'wsl-utils': '{}', 'cli-spinners': '{}',
  debug: 'Object.assign(() => Object.assign(() => {}, { enabled: false }), { enable() {} })',
}
const oclif = {
  name: 'oclif',
  setup(b) {
    b.onResolve({ filter: /^[a-z-]+$/ }, ({ path, importer }) =>
      Object.hasOwn(STAND_INS, path) && /node_modules\/(@oclif|debug)/.test(importer) ? { path, namespace: 'stand-in' } : undefined)
    b.onLoad({ filter: /.*/, namespace: 'stand-in' }, ({ path }) => ({ contents: `module.exports = ${STAND_INS[path]}` }))
    // It listens on process.stdout when loaded, which would open stdout inside the snapshot.
    b.onLoad({ filter: /@oclif\/core\/lib\/command\.js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8')
      const contents = text.replace(/process\.stdout\.on\('error'[\s\S]*?\n\}\);\n/, '')
      if (contents === text) throw new Error('@oclif/core has changed: its listener on stdout was not found')
      return { contents }
    })
  },
}

const started = performance.now()
rmSync(dist, { recursive: true, force: true })
mkdirSync(dist)
const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
const result = await build({
  entryPoints: [`${root}bin/main.ts`],
  outfile: `${dist}kubottle.cjs`,
  bundle: true,
  platform: 'node',
  target: 'node20.18',
  format: 'cjs',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  external: ['better-sqlite3'],
  define: { 'process.env.KUBOTTLE_VERSION': JSON.stringify(version) },
  plugins: [oclif],
  metafile: true,
  logLevel: 'warning',
})
for (const file of ['start.cjs', 'snapshot.cjs']) copyFileSync(`${root}bin/${file}`, dist + file)
if (process.argv.includes('--metafile')) writeFileSync(`${dist}meta.json`, JSON.stringify(result.metafile))
const made = spawnSync(process.execPath, [`${dist}snapshot.cjs`], { stdio: 'inherit', env: { ...process.env, NODE_OPTIONS: '' } })
const size = file => `${(statSync(dist + file).size / 1e6).toFixed(1)} MB`
console.log(`built dist/kubottle.cjs (${size('kubottle.cjs')})${made.status === 0 ? ` and dist/kubottle.blob (${size('kubottle.blob')})` : ', without a snapshot'} in ${((performance.now() - started) / 1000).toFixed(1)} s`)
