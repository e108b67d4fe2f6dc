/**
 * `npm run bench`: what DESIGN.md promises, as ratios measured in one run on one machine. A ratio takes both of its sides in turns, and
 * the median of each, so that a busy machine slows both. `npm run bench -- start apply` measures only those.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { ensureBuilt, ensureInstalled, root } from './ensure.mjs'

ensureInstalled()
ensureBuilt()
const folder = mkdtempSync(join(tmpdir(), 'kubottle-bench-'))
const env = { ...process.env, HOME: folder }
delete env.KUBECONFIG
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

/** Milliseconds of a whole process. */
function time(command, args, extra = {}) {
  const started = performance.now()
  const { status, stderr, error } = spawnSync(command, args, { env: { ...env, ...extra }, stdio: ['ignore', 'ignore', 'pipe'] })
  if (error !== undefined || status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error ?? stderr}`)
  return performance.now() - started
}
const kubectl = (path, ...args) => time(`${root}bin/kubectl`, args, { HOME: path })
const median = values => values.toSorted((a, b) => a - b)[values.length >> 1]

/** Medians of several ways to run, in turns; the first round warms up. */
function compare(rounds, ...ways) {
  const times = ways.map(() => [])
  for (let i = 0; i <= rounds; i++) ways.forEach((way, n) => { const ms = way(); if (i > 0) times[n].push(ms) })
  return times.map(median)
}

/** A home directory with a new cluster in it. */
function home(name) {
  const path = join(folder, name)
  mkdirSync(path)
  time(`${root}bin/kubottle`, ['init'], { HOME: path })
  return path
}
const fileOf = path => join(path, '.kubottle', 'default.db')

async function program(name) {
  const outfile = join(folder, `${name}.cjs`)
  await build({ entryPoints: [`${root}test/bench/${name}.ts`], outfile, bundle: true, platform: 'node', external: ['better-sqlite3'], logLevel: 'error' })
  return outfile
}
const modules = { NODE_PATH: `${root}node_modules`, KUBOTTLE_ROOT: root }
function json(file, ...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...args], { env: { ...env, ...modules }, encoding: 'utf8', maxBuffer: 1e8 })
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout)
}

const say = (what, ratio, bound, detail) => console.log(`${what.padEnd(72)} ${ratio.padStart(8)}   ${bound.padEnd(14)} ${detail}`)
const ms = n => `${n.toFixed(0)} ms`
const bareNode = () => time(process.execPath, ['-e', '0'])
const times = (a, b) => `${(a / b).toFixed(2)} ×`

/** Twelve small Deployments, as one manifest. */
function application() {
  const names = Array.from({ length: 12 }, (_, i) => `service-${i}`)
  return names.map(name => JSON.stringify({
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name },
    spec: {
      replicas: 1, selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', image: 'nginx:1.27', ports: [{ containerPort: 80 }] }] } },
    },
  })).join('\n---\n')
}

/** Runs of the program `throughput`, each beside inserts of its own. */
function sayInserts(what, runs, bound) {
  const middle = ratio => {
    const ratios = runs.map(ratio)
    return { times: `${median(ratios).toFixed(1)} ×`, run: runs[ratios.indexOf(median(ratios))] }
  }
  const inserts = middle(r => r.usPerPod / r.bareUsPerPod)
  say(`${what} : a bare SQLite insert`, inserts.times, `at most ${bound} ×`, `${inserts.run.usPerPod.toFixed(0)} µs : ${inserts.run.bareUsPerPod.toFixed(0)} µs`)
  const ofTexts = middle(r => r.usPerPod / r.bareTextUsPerPod)
  say('  the same : an insert whose JSON was made beforehand', ofTexts.times, '', `${ofTexts.run.bareTextUsPerPod.toFixed(0)} µs`)
}

const MEASURES = {
  start() {
    const small = home('start')
    kubectl(small, 'create', 'deployment', 'web', '--image=nginx:1.27', '--replicas=3')
    const [get, bare] = compare(25, () => kubectl(small, 'get', 'pods'), bareNode)
    say('kubectl get pods : node -e 0', times(get, bare), 'at most 1.5 ×', `${ms(get)} : ${ms(bare)}`)
    for (const args of [['--help'], ['__complete', 'get', 'p'], ['__complete', 'get', 'pods', 'w']]) {
      const [told, beside] = compare(25, () => kubectl(small, ...args), bareNode)
      say(`kubectl ${args.join(' ')} : node -e 0`, times(told, beside), 'at most 1.4 ×', `${ms(told)} : ${ms(beside)}`)
    }
    // Node reads these certificates whenever it starts, which takes longer than all else; our launcher keeps them from it.
    const { NODE_EXTRA_CA_CERTS: certificates } = env
    if (certificates === undefined) return
    delete env.NODE_EXTRA_CA_CERTS
    for (const args of [['get', 'pods'], ['--help'], ['__complete', 'get', 'p']]) {
      const [told, beside] = compare(25, () => kubectl(small, ...args), bareNode)
      say(`  without NODE_EXTRA_CA_CERTS: kubectl ${args.join(' ')}`, times(told, beside), '', `${ms(told)} : ${ms(beside)}`)
    }
    env.NODE_EXTRA_CA_CERTS = certificates
  },
  apply() {
    const empty = home('apply')
    const manifest = join(folder, 'application.yaml')
    writeFileSync(manifest, application())
    let n = 0
    const fresh = () => {
      const path = join(folder, `apply-${n++}`)
      cpSync(empty, path, { recursive: true })
      const config = join(path, '.kubottle', 'config')
      writeFileSync(config, readFileSync(config, 'utf8').replaceAll(empty, path))
      const took = kubectl(path, 'apply', '-f', manifest)
      // Fails when it was not calm.
      if (n === 1) kubectl(path, 'wait', '--for=condition=Available', 'deployments', '--all', '--timeout=0')
      rmSync(path, { recursive: true })
      return took
    }
    const [apply, bare] = compare(9, fresh, bareNode)
    say('kubectl apply of 12 Deployments until calm : node -e 0', times(apply, bare), 'at most 6 ×', `${ms(apply)} : ${ms(bare)}`)
  },
  async pods() {
    const throughput = await program('throughput')
    for (const [lifecycle, count, bound] of [['fast', 8000, 16], ['real', 4000, 60]]) {
      const runs = [0, 1, 2].map(() => json(throughput, lifecycle, '100', String(count)))
      sayInserts(`a pod running with 100 nodes, lifecycle ${lifecycle}`, runs, bound)
    }
  },
  async spread() {
    const throughput = await program('throughput')
    const runs = [0, 1, 2, 3, 4].map(() => json(throughput, 'fast', '1000', '4000', 'spread'))
    sayInserts('a pod running with 1,000 nodes and spread constraints', runs, 14)
  },
  async large() {
    const { largeMs, emptyMs } = json(await program('apply-large'), '1000', '30000')
    // What every command takes to start is the same on both sides.
    const start = median([0, 1, 2, 3, 4].map(bareNode))
    say('a Deployment of three pods with 1,000 nodes and 30,000 pods : with none', times(start + largeMs, start + emptyMs), 'at most 1.5 ×', `${ms(start + largeMs)} : ${ms(start + emptyMs)}`)
  },
  async requests() {
    const requests = await program('requests')
    const runs = [0, 1, 2].map(() => json(requests))
    const middle = name => median(runs.map(r => r[name]))
    say('validation of a Deployment : a JSON.parse of it', `${middle('validation').toFixed(2)} ×`, 'at most 5 ×', `${middle('validationUs').toFixed(1)} µs : ${middle('parseUs').toFixed(1)} µs`)
    say('server-side apply of a Deployment : a JSON.parse of it', `${middle('apply').toFixed(1)} ×`, 'at most 40 ×', `${middle('applyUs').toFixed(0)} µs : ${middle('parseUs').toFixed(1)} µs`)
  },
  async serve() {
    const outfile = join(folder, 'serve.mjs')
    await build({ entryPoints: [`${root}test/bench/serve.ts`], outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' })
    const { requests, rolloutMs, calmP50Ms, p50Ms, p99Ms } = json(outfile)
    say('a request while 1,000 pods of a rollout become ready : one to a calm server', times(p50Ms, calmP50Ms), '', `${p50Ms.toFixed(1)} ms : ${calmP50Ms.toFixed(1)} ms`)
    say('  the 99th percentile', `${p99Ms.toFixed(0)} ms`, 'at most 100 ms', `${requests} requests in ${(rolloutMs / 1000).toFixed(1)} s`)
  },
  async size() {
    const fill = await program('fill')
    const small = home('small')
    const large = home('large')
    for (const path of [small, large]) {
      kubectl(path, 'create', 'namespace', 'x')
      kubectl(path, 'create', 'deployment', 'web', '--image=nginx:1.27', '--replicas=3', '-n', 'x')
    }
    time(process.execPath, [fill, fileOf(large), '100000'], modules)
    for (const args of [['get', 'pods', '-n', 'x'], ['get', 'deployment', 'web', '-n', 'x', '-o', 'yaml'], ['label', 'deployment', 'web', 'a=b', '-n', 'x', '--overwrite']]) {
      const [a, b] = compare(15, () => kubectl(large, ...args), () => kubectl(small, ...args))
      say(`kubectl ${args.slice(0, 2).join(' ')} -n x : the same without 100,000 other objects`, times(a, b), 'at most 1.3 ×', `${ms(a)} : ${ms(b)}`)
    }
  },
}

const wanted = process.argv.slice(2)
for (const name of wanted) if (!Object.hasOwn(MEASURES, name)) throw new Error(`no measure ${name}; there are ${Object.keys(MEASURES).join(', ')}`)
for (const [name, measure] of Object.entries(MEASURES)) if (wanted.length === 0 || wanted.includes(name)) await measure()
