/** Commands on a cluster file that is served go through the server: same answers, and the file stays with one process. */
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { access } from '../../bin/access'
import { memoryStreams } from '../../src/cli/streams.testing'
import { socketPath } from '../../src/client/socket-path'
import { main } from '../../commands/main'

const home = mkdtempSync(join(tmpdir(), 'kubottle-served-'))
const file = join(home, '.kubottle/default.db')
const clock = { now: () => Date.now() }

/** What a command prints, both streams, and how it ends when not well. */
async function run(...argv: string[]): Promise<string> {
  const io = memoryStreams({ cwd: home, env: { HOME: home } })
  const code = await main(argv[0] === 'kubottle' ? argv : ['kubectl', ...argv], io, clock, access)
  return io.out() + io.err() + (code === 0 ? '' : `exit ${code}\n`)
}

async function serve(...flags: string[]) {
  const stop = new AbortController()
  const io = memoryStreams({ cwd: home, env: { HOME: home } })
  let ended: Promise<number> | undefined
  await new Promise<string>((up, failed) => {
    const streams = { ...io, interrupt: stop.signal, stdout: (text: string | Uint8Array) => up(String(text)), stderr: (text: string | Uint8Array) => failed(new Error(String(text))) }
    ended = main(['kubottle', 'serve', '--http', '127.0.0.1:0', ...flags], streams, clock, access)
  })
  return async () => {
    stop.abort()
    await ended
  }
}

const manifest = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: nginx, image: nginx}]}
`
const STORY: readonly (readonly string[])[] = [
  ['apply', '-f', 'web.yaml'],
  ['get', 'deploy,rs', '-o', 'name'],
  ['get', 'pods', '--no-headers', '-o', 'custom-columns=PHASE:.status.phase,NODE:.spec.nodeName'],
  ['rollout', 'status', 'deploy/web'],
  ['scale', 'deploy/web', '--replicas=3'],
  ['wait', '--for=condition=Available', 'deploy/web', '--timeout=60s'],
  ['logs', 'deploy/web', '--tail=1', '--container=nothing'],
  ['get', 'nothing'],
  ['get', 'pods', '--as=jane'],
  ['delete', 'pod', '-l', 'app=web'],
  ['get', 'deploy', 'web', '--no-headers', '-o', 'custom-columns=READY:.status.readyReplicas'],
  ['wait', '--for=delete', 'deploy/web', '--timeout=5s'],
  ['kubottle', 'node', 'stop', 'worker-2'],
  ['get', 'nodes', '--no-headers', '-o', 'custom-columns=NAME:.metadata.name,READY:.status.conditions[?(@.type=="Ready")].status'],
  ['kubottle', 'load', 'deploy/web', 'cpu=100m'],
  ['kubottle', 'outside', 'sh', '-c', 'hostname; sleep 3; exit 9'],
  ['kubottle', 'outside', 'nothing'],
  ['get', 'svc,cm', '-o', 'name', '--server-print=false'],
]

beforeAll(async () => {
  writeFileSync(join(home, 'web.yaml'), manifest)
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

const story = async (): Promise<string[]> => {
  const said: string[] = []
  for (const words of STORY) said.push(`$ ${words.join(' ')}\n${(await run(...words)).replace(/web-[0-9a-z]+-[0-9a-z]{5}/g, 'web-…')}`)
  return said
}

describe('a cluster file that is served', { timeout: 60_000 }, () => {
  it('answers commands as the file does', async () => {
    const alone = await story()
    await run('kubottle', 'init', '--force')
    const end = await serve('--clock', 'settle')
    try {
      expect(await story()).toEqual(alone)
    } finally {
      await end()
    }
  })

  it('has one process that works on it, found by its owner alone', async () => {
    const end = await serve('--clock', 'settle')
    const socket = socketPath(file, tmpdir())
    try {
      expect(statSync(socket).mode & 0o777).toBe(0o600)
      expect(await run('kubottle', 'serve', '--http', '127.0.0.1:0')).toBe(`error: ${file} is being served already\nexit 1\n`)
      for (const words of [['reset'], ['init', '--force']]) expect(await run('kubottle', ...words)).toBe(`error: ${file} is being served: end "kubottle serve" first\nexit 1\n`)
    } finally {
      await end()
    }
    expect(existsSync(socket)).toBe(false)
    expect(await run('get', 'namespace', 'default', '-o', 'name')).toBe('namespace/default\n')
  })

  it('has its clock moved, and its content told', async () => {
    const end = await serve('--clock', 'settle')
    try {
      const time = async (...words: string[]): Promise<number> => Date.parse(/^(\S+) \(settle\)\n$/.exec(await run('kubottle', 'clock', ...words))?.[1] ?? '')
      const before = await time()
      const after = await time('+26h')
      expect(after - before).toBeGreaterThanOrEqual(26 * 3_600_000)
      expect(await run('kubottle', 'clock', '2020-01-01T00:00:00Z')).toMatch(/^error: the cluster has lived through that time already: it is \S+ there\nexit 1\n$/)
      expect(await run('kubottle', 'clock', '--mode', 'fixed')).toBe('error: the time of a cluster that is served cannot stand still\nexit 1\n')
      expect(await run('kubottle', 'clock', '--mode', 'realtime')).toMatch(/\(realtime\)\n$/)
      expect(await run('kubottle', 'status', '-o', 'json')).toContain('"mode": "realtime"')
      const dump = (await run('kubottle', 'dump')).trimEnd().split('\n').map(line => (JSON.parse(line) as { kind: string }).kind)
      expect(dump).toEqual(expect.arrayContaining(['Deployment', 'Node', 'Pod']))
    } finally {
      await end()
    }
    expect(await run('kubottle', 'clock', '--mode', 'settle')).toMatch(/\(settle\)\n$/)
  })

  it('goes on in real time where nothing jumps', async () => {
    const end = await serve()
    try {
      expect(await run('run', 'quick', '--image=busybox', '--restart=Never', '--', 'true')).toBe('pod/quick created\n')
      expect(await run('wait', '--for=jsonpath={.status.phase}=Succeeded', 'pod/quick', '--timeout=60s')).toBe('pod/quick condition met\n')
    } finally {
      await end()
    }
  })

  it('is opened by commands themselves where the server is gone', async () => {
    const socket = socketPath(file, tmpdir())
    const left = createServer().listen(socket)
    await new Promise(done => left.once('listening', done))
    // As after a kill: the path is there, nobody listens.
    const [{ linkSync }, other] = [await import('node:fs'), `${socket}.left`]
    linkSync(socket, other)
    await new Promise(done => left.close(done))
    linkSync(other, socket)
    expect(existsSync(socket)).toBe(true)
    expect(await run('get', 'namespace', 'default', '-o', 'name')).toBe('namespace/default\n')
    const end = await serve('--clock', 'settle')
    expect(await run('get', 'namespace', 'default', '-o', 'name')).toBe('namespace/default\n')
    await end()
    rmSync(other)
  })

  it('has a socket elsewhere where its path is too long for one', () => {
    expect(socketPath('/a/b.db', '/tmp')).toBe('/a/b.db.sock')
    expect(socketPath(`/${'x'.repeat(100)}/b.db`, '/tmp')).toMatch(/^\/tmp\/kubottle-[0-9a-f]{24}\.sock$/)
  })
})
