/** Builds dist/: the bundle, its starter with a code cache, and the start-up snapshot of this machine's Node. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildInParts } from './build/lazy.mjs'
import { makeDescriptions } from './descriptions/make.mjs'

const root = fileURLToPath(new URL('../', import.meta.url))
const dist = `${root}dist/`

/**
 * What oclif's Command class imports and our base class never reaches (its own config, parser, help, colours): with it the snapshot
 * would hold another 200 kB and five of Node's modules, which costs a millisecond and a half at every start.
 */
const STAND_INS = {
  './config': '{ Config: class {} }',
  './errors': '{}',
  './help/util': '{}',
  './logger': '{ makeDebug: () => () => {} }',
  './parser': '{}',
  './util/aggregate-flags': '{}',
  './util/ids': '{}',
  './util/util': '{ isProd: () => true }',
  './ux': '{ ux: {} }',
}
const oclif = {
  name: 'oclif',
  setup(b) {
    b.onResolve({ filter: /^\.\// }, ({ path, importer }) =>
      Object.hasOwn(STAND_INS, path) && /@oclif\/core\/lib\/command\.js$/.test(importer) ? { path, namespace: 'stand-in' } : undefined)
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

/**
 * The driver's JavaScript goes into the snapshot; its native part cannot. Loading it by its path instead of letting `bindings` look
 * for it in a dozen folders saves three milliseconds. `__dirname` is dist/ of wherever the package is installed. Whoever plays commands
 * while the snapshot is made gives another driver for that time.
 */
const NATIVE_DRIVER = `
const { existsSync } = require('node:fs'), { join } = require('node:path')
const file = 'better-sqlite3/build/Release/better_sqlite3.node'
let native, ErrorClass
module.exports = () => ({
  isInitialized: false,
  setErrorConstructor: c => { ErrorClass = c },
  Database: function (...args) {
    const given = globalThis[Symbol.for('kubottle.driver')]
    if (given !== undefined) return new given.Database(...args)
    if (native === undefined) {
      native = load()
      native.setErrorConstructor(ErrorClass)
      native.isInitialized = true
    }
    return new native.Database(...args)
  },
})
function load() {
  for (const modules of ['../node_modules', '../..']) {
    const path = join(__dirname, modules, file)
    if (!existsSync(path)) continue
    const module = { exports: {} }
    process.dlopen(module, path)
    return module.exports
  }
  return require('node:module').createRequire(join(__dirname, 'kubottle.cjs'))(file)
}`
const driver = {
  name: 'driver',
  setup(b) {
    b.onResolve({ filter: /^bindings$/ }, () => ({ path: 'bindings', namespace: 'driver' }))
    b.onLoad({ filter: /.*/, namespace: 'driver' }, () => ({ contents: NATIVE_DRIVER, resolveDir: root }))
  },
}

/** What few commands need is not in the snapshot: a part is read when the first of these modules' functions is called. */
const PARTS = {
  runtime: ['src/runtime/runtime.ts', 'src/runtime/images/registry.ts', 'src/network/cluster-network.ts'],
  server: ['bin/serve.ts', 'bin/server-session.ts', 'bin/served-session.ts', 'bin/profile.ts', 'src/cli/discovery/cache.ts', 'src/http/webhook-caller.ts', 'src/http/upgrade.ts', 'src/http/spdy/*.ts', 'src/http/websocket/*.ts', 'src/http/client/*.ts'],
  making: ['src/cluster/create.ts'],
  why: ['bin/why.ts', 'src/why/*.ts'],
  explain: ['src/cli/explain/explain.ts', 'src/apiserver/openapi/documents.ts'],
  help: ['src/cli/help/examples.ts'],
  printing: ['src/base/json-path.ts', 'src/base/json-path-parser.ts', 'src/cli/print/kyaml.ts', 'src/cli/print/custom-columns.ts', 'src/cli/print/sort.ts', 'src/cli/print/json-path-printer.ts', 'src/cli/get/watch.ts'],
  shell: ['src/cli/own/shell/*.ts', 'bin/shell-host.ts'],
  kustomize: ['src/cli/kustomize/kustomize.ts', 'src/kustomize/build.ts'],
  cel: ['src/cel/**/*.ts', 'src/kinds/apiextensions/**/*.ts', 'src/kinds/admissionregistration/**/*.ts', '!src/kinds/admissionregistration/webhooks.ts'],
  commands: ['commands/rare.ts'],
  kinds: ['src/kinds/rare.ts'],
  rare: ['create', 'debug', 'edit', 'drain', 'kuberc', 'config', 'set', 'auth', 'certificate', 'cluster-info', 'proxy', 'port-forward', 'cp', 'plugin', 'run', 'expose', 'autoscale', 'taint', 'top', 'own', 'describe/**', 'rollout', 'patch', 'label', 'annotate', 'scale', 'diff', 'replace', 'wait', 'events', 'logs', 'exec', 'attach', 'print/go-template', 'apply', 'delete', 'verbose', 'version'].map(folder => `src/cli/${folder}/*.ts`).concat('src/cli/print/go-template.ts', 'src/cli/resource-builder/files.ts', 'src/cli/resource-builder/documents.ts', 'src/cli/errors.ts', 'src/cli/go-struct.ts', 'src/cli/klog.ts', 'src/client/refusals.ts', 'src/client/selected-pods.ts', '!src/cli/kuberc/apply.ts', '!src/cli/plugin/names.ts', '!src/cli/plugin/found.ts'),
  working: [
    'src/kinds/**/validate*.ts', 'src/kinds/**/warnings.ts', 'src/kinds/core/service/*.ts', 'src/kinds/core/pod/template/*.ts', '!src/kinds/core/pod/template/columns.ts',
    'src/kinds/schema/strategic-*.ts', 'src/kinds/schema/decode.ts', 'src/kinds/schema/types-text.gen.ts', 'src/kinds/schema/fields/*.ts', '!src/kinds/schema/fields/path-element.ts', '!src/kinds/schema/fields/entries.ts', '!src/kinds/schema/fields/own-values.ts', '!src/kinds/schema/fields/text.ts', '!src/kinds/schema/fields/field-set.ts', 'src/kinds/schema/convert-errors.ts', 'src/kinds/schema/json-text.ts', 'src/kinds/core/pod/*.ts', '!src/kinds/core/pod/kind.ts', 'src/kinds/core/resource-quota/*.ts', 'src/kinds/batch/**/*.ts', 'src/kinds/autoscaling/**/*.ts',
    'src/base/json-patch.ts', 'src/apiserver/patch.ts', 'src/apiserver/update.ts', 'src/apiserver/create.ts', 'src/apiserver/delete.ts', 'src/apiserver/eviction.ts', 'src/apiserver/raw.ts', 'src/apiserver/token-request.ts', 'src/apiserver/authorization/node.ts', 'src/apiserver/authentication/*.ts', 'src/apiserver/reviews/*.ts', 'src/apiserver/custom-versions/*.ts', '!src/apiserver/custom-versions/versions.ts',
    'src/apiserver/admission-plugins/**/*.ts',
    'src/cluster/composition.ts', 'src/scheduler/configuration.ts',
    'src/kubelet/**/*.ts', 'src/store/node-storage.ts', 'src/runtime/memory-storage.ts',
    'src/apiserver/watch.ts', 'src/apiserver/watch-hub.ts', 'src/apiserver/persist.ts', 'src/apiserver/subresources.ts', 'src/apiserver/route.ts', 'src/apiserver/decode-body.ts', 'src/apiserver/quota-ledger.ts', 'src/apiserver/query.ts', 'src/apiserver/status-answer.ts',
    'src/apiserver/authorization/impersonation.ts', 'src/apiserver/authorization/rules.ts', 'src/apiserver/authorization/requested.ts', 'src/apiserver/authorization/access-request.ts', 'src/apiserver/openapi/descriptions.ts',
    'src/base/object-meta.ts', 'src/base/field.ts', 'src/base/ip.ts', 'src/kinds/**/claims.ts', 'src/kinds/**/selectors.ts', 'src/kinds/**/names.ts', 'src/kinds/**/matching.ts', 'src/kinds/**/correlation.ts', 'src/kinds/**/request.ts', 'src/kinds/**/bindings.ts', 'src/kinds/**/capacity.ts', 'src/kinds/**/sources.ts', 'src/kinds/**/signer-name.ts', 'src/kinds/**/parameters.ts',
    'src/kinds/networking/ingress-class/controller.ts', 'src/controllers/local-path-provisioner/claims.ts', 'src/client/recorder.ts', 'src/client/tell-once.ts', 'src/client/metrics.ts', 'src/cluster/add-ons.ts', 'src/cluster/in-cluster-api.ts', 'src/cluster/nodes.ts', 'src/cluster/config.ts', 'src/http/go-errors.ts', 'src/store/delta.ts', 'src/base/quantity.ts', 'src/base/validation.ts',
  ],
}

/** What the commonest commands ask of SQLite in a small cluster: played while the snapshot is made, so that their code is compiled in it. */
function recordWarmUp(file) {
  const home = mkdtempSync(join(tmpdir(), 'kubottle-build-'))
  const env = { ...process.env, HOME: home, NODE_OPTIONS: '', KUBERC: 'off', KUBECONFIG: '' }
  const run = (words, ...flags) => {
    const { status, stderr } = spawnSync(process.execPath, [...flags, `${dist}kubottle.cjs`, ...words], { env: { ...env, RECORD: file }, encoding: 'utf8' })
    if (status !== 0) throw new Error(`${words.join(' ')}: ${stderr}`)
  }
  try {
    run(['kubottle', 'init'])
    run(['kubectl', 'create', 'deployment', 'web', '--image=nginx:1.27', '--replicas=2'])
    for (const words of PLAYED) run(['kubectl', ...words], '-r', `${root}scripts/build/record.cjs`)
    const played = JSON.parse(readFileSync(file, 'utf8'))
    writeFileSync(file, JSON.stringify({ ...played, kubeconfig: readFileSync(join(home, '.kubottle/config'), 'utf8') }))
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

const PLAYED = [['get', 'pods'], ['get', 'deployments', '-o', 'wide'], ['get', 'pods', '-o', 'yaml'], ['get', 'pods', '-o', 'name', '-A'], ['__complete', 'get', 'p'], ['__complete', 'get', 'pods', 'w']]

const started = performance.now()
rmSync(dist, { recursive: true, force: true })
mkdirSync(dist)
const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
const metafile = await buildInParts({
  root,
  dist,
  entry: 'bin/main.ts',
  parts: PARTS,
  platform: 'node',
  target: 'node20.18',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  define: { 'process.env.KUBOTTLE_VERSION': JSON.stringify(version) },
  plugins: [oclif, driver],
  logLevel: 'warning',
})
// One letter beyond Latin-1 and the engine keeps two bytes for each letter of the text, here and in the snapshot. What esbuild leaves stands in regular expressions.
const text = readFileSync(`${dist}kubottle.cjs`, 'utf8')
writeFileSync(`${dist}kubottle.cjs`, text.replace(/[^\x00-\x7f]/g, c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`))
makeDescriptions(`${dist}descriptions.br`)
for (const file of ['start.cjs', 'snapshot.cjs']) copyFileSync(`${root}bin/${file}`, dist + file)
if (process.argv.includes('--metafile')) writeFileSync(`${dist}meta.json`, JSON.stringify(metafile))
recordWarmUp(`${dist}warm-up.json`)
const made = spawnSync(process.execPath, [`${dist}snapshot.cjs`], { stdio: 'inherit', env: { ...process.env, NODE_OPTIONS: '' } })
const size = file => `${(statSync(dist + file).size / 1e6).toFixed(1)} MB`
console.log(`built dist/kubottle.cjs (${size('kubottle.cjs')})${made.status === 0 ? ` and dist/kubottle.blob (${size('kubottle.blob')})` : ', without a snapshot'} in ${((performance.now() - started) / 1000).toFixed(1)} s`)
// Installed without one it is slow; built without one it is broken.
if (made.status !== 0 && process.platform !== 'win32') process.exitCode = 1
