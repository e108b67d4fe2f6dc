/** The real kubectl's streams on a server of ours: commands, terminals, files, ports and logs; and our own kubectl's on the same. */
import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type Ran, type TestServer } from '../clients/server'
import { until } from '../clients/until'
import { realKubectl } from '../conformance/real-kubectl'

const found = realKubectl()
const real = 'path' in found ? found.path : ''
const own = join(import.meta.dirname, '../../bin/kubectl')
/** `script` of util-linux gives a program a terminal. */
const noTerminals = spawnSync('script', ['--version']).error !== undefined || process.platform !== 'linux'
const PODS = `
apiVersion: v1
kind: Pod
metadata: {name: box}
spec: {containers: [{name: main, image: busybox:1.36, command: [sleep, '100000']}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: nginx, image: nginx:1.27}]}
---
apiVersion: v1
kind: Pod
metadata: {name: counter}
spec: {restartPolicy: Never, containers: [{name: main, image: busybox:1.36, command: [sh, -c, 'for i in 1 2 3; do echo $i; sleep 1; done']}]}
---
apiVersion: v1
kind: Pod
metadata: {name: talker}
spec: {containers: [{name: main, image: busybox:1.36, stdin: true, command: [sh, -c, 'while read x; do echo "you said $x"; done']}]}
`

/** A program that goes on, and what it has printed. */
class Live {
  printed = ''
  private readonly child: ChildProcessWithoutNullStreams
  private readonly ended: Promise<number | null>

  constructor(server: TestServer, program: string, args: readonly string[]) {
    this.child = spawn(program, args, { env: { HOME: server.home, PATH: process.env['PATH'], KUBECONFIG: server.kubeconfig }, cwd: server.home })
    for (const stream of [this.child.stdout, this.child.stderr]) stream.on('data', chunk => void (this.printed += String(chunk)))
    this.ended = new Promise(done => this.child.once('exit', done))
  }
  prints(text: string): Promise<true> {
    return until(`${JSON.stringify(text)} in ${this.printed}`, () => this.printed.includes(text))
  }
  type(text: string): void {
    this.child.stdin.write(text)
  }
  end(signal?: NodeJS.Signals): Promise<number | null> {
    if (signal === undefined) this.child.stdin.end()
    else this.child.kill(signal)
    return this.ended
  }
}

const pageAt = (port: number): Promise<string> =>
  new Promise((done, failed) => {
    const asked = request({ port, host: '127.0.0.1', path: '/', agent: false }, response => {
      let text = ''
      response.setEncoding('utf8').on('data', chunk => (text += chunk)).on('end', () => done(text))
    })
    asked.on('error', failed).end()
  })

let server: TestServer
beforeAll(async () => {
  server = await startServer()
  writeFileSync(join(server.home, 'pods.yaml'), PODS)
  await server.ours('apply', '-f', join(server.home, 'pods.yaml'))
  await server.ours('wait', '--for=condition=Ready', 'pod/box', 'pod/web', 'pod/talker', '--timeout=60s')
}, 60_000)
afterAll(() => server?.remove())

describe.each([
  ['the real kubectl', real, {}],
  ['the real kubectl over SPDY', real, { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: 'false', KUBECTL_PORT_FORWARD_WEBSOCKETS: 'false' }],
  ['our own kubectl', own, {}],
  ['our own kubectl over SPDY', own, { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: 'false', KUBECTL_PORT_FORWARD_WEBSOCKETS: 'false' }],
] as const)('%s', { timeout: 60_000 }, (name, program, env) => {
  const isReal = program === real
  const unavailable = isReal && 'missing' in found
  const overSpdy = 'KUBECTL_REMOTE_COMMAND_WEBSOCKETS' in env
  const id = name.replace(/\W+/g, '-')
  const kubectl = (args: readonly string[], input?: string): Promise<Ran> => server.run('env', [...Object.entries(env).map(([k, v]) => `${k}=${v}`), program, ...args], input === undefined ? {} : { input })

  it.skipIf(unavailable)('runs commands, with their input, both outputs and exit code', async () => {
    expect(await kubectl(['exec', 'box', '--', 'sh', '-c', 'echo out; echo err >&2; exit 3'])).toEqual({ code: 3, stdout: 'out\n', stderr: 'err\ncommand terminated with exit code 3\n' })
    expect(await kubectl(['exec', '-i', 'box', '--', 'wc', '-c'], 'x'.repeat(300_000))).toEqual({ code: 0, stdout: '300000\n', stderr: '' })
    expect(await kubectl(['exec', 'nobody', '--', 'ls'])).toEqual({ code: 1, stdout: '', stderr: 'Error from server (NotFound): pods "nobody" not found\n' })
    const failed = await kubectl(['exec', 'box', '--', 'nonsense'])
    expect(failed.code).toBe(1)
    expect(failed.stderr).toContain(`error: ${overSpdy ? '' : 'Internal error occurred: '}Internal error occurred: error executing command in container: failed to exec in container: failed to start exec "`)
    expect(failed.stderr).toContain('exec: "nonsense": executable file not found in $PATH')
  })

  it.skipIf(unavailable)('talks with a shell line by line', async () => {
    const shell = new Live(server, program, ['exec', '-i', 'box', '--', 'sh'])
    for (const [line, answer] of [['x=20; echo hi', 'hi\n'], ['cd /tmp; pwd', '/tmp\n'], ['echo $((x + 22))', '42\n']] as const) {
      shell.type(`${line}\n`)
      await shell.prints(answer)
    }
    shell.type('exit 5\n')
    expect(await shell.end()).toBe(5)
    expect(shell.printed).toBe('hi\n/tmp\n42\ncommand terminated with exit code 5\n')
  })

  it.skipIf(unavailable || noTerminals)('is a terminal: echo, Ctrl-C, a size', async () => {
    const shell = new Live(server, 'script', ['-qfec', `stty rows 40 cols 132; env ${Object.entries(env).map(([k, v]) => `${k}=${v}`).join(' ')} ${program} exec -it box -- sh`, '/dev/null'])
    await shell.prints('/ # ')
    shell.type('tty; stty size\n')
    await shell.prints('/ # tty; stty size\r\n/dev/pts/0\r\n40 132\r\n/ # ')
    shell.type('sleep 1000\n')
    await shell.prints('sleep 1000\r\n')
    shell.type('\x03')
    await shell.prints('^C\r\n/ # ')
    shell.type('exit 7\n')
    await shell.prints('command terminated with exit code 7')
    expect(await shell.end()).toBe(7)
  })

  it.skipIf(unavailable)('attaches to what a container prints and reads', async () => {
    const attached = new Live(server, program, ['attach', '-i', 'talker'])
    await attached.prints("If you don't see a command prompt, try pressing enter.")
    attached.type(`${id}\n`)
    await attached.prints(`you said ${id}\n`)
    await attached.end('SIGTERM')
  })

  it.skipIf(unavailable)('copies folders with links there, and files back', async () => {
    const folder = join(server.home, id)
    mkdirSync(join(folder, 'below'), { recursive: true })
    const bytes = randomBytes(700_000)
    writeFileSync(join(folder, 'below/bytes'), bytes)
    writeFileSync(join(folder, 'text'), 'hello\n')
    symlinkSync('text', join(folder, 'link'))
    expect(await kubectl(['cp', id, `box:/tmp/${id}`])).toMatchObject({ code: 0 })
    expect(await kubectl(['exec', 'box', '--', 'sh', '-c', `cd /tmp/${id}; cat link; wc -c below/bytes; readlink link`])).toMatchObject({ stdout: 'hello\n700000 below/bytes\ntext\n' })
    expect(await kubectl(['cp', `box:/tmp/${id}`, `${id}-back`])).toMatchObject({ code: 0 })
    expect(readdirSync(join(server.home, `${id}-back`), { recursive: true }).sort()).toEqual(['below', 'below/bytes', 'text'])
    expect(readFileSync(join(server.home, `${id}-back/below/bytes`)).equals(bytes)).toBe(true)
  })

  it.skipIf(unavailable)('forwards a port, for many at once, and says where nobody listens', async () => {
    const forwarding = new Live(server, 'env', [...Object.entries(env).map(([k, v]) => `${k}=${v}`), program, 'port-forward', 'pod/web', ':80'])
    await forwarding.prints('-> 80\n')
    const port = Number(/127\.0\.0\.1:(\d+) -> 80/.exec(forwarding.printed)?.[1])
    const pages = await Promise.all(Array.from({ length: 12 }, () => pageAt(port)))
    expect(new Set(pages).size).toBe(1)
    expect(pages[0]).toContain('Welcome to nginx!')
    expect(forwarding.printed.match(/Handling connection for/g)).toHaveLength(12)
    await forwarding.end('SIGTERM')

    const lost = new Live(server, program, ['port-forward', 'pod/web', ':81'])
    await lost.prints('-> 81\n')
    await pageAt(Number(/127\.0\.0\.1:(\d+) -> 81/.exec(lost.printed)?.[1])).catch(() => {})
    await lost.prints('error: lost connection to pod\n')
    expect(lost.printed).toContain('connect: connection refused')
    expect(await lost.end()).toBe(1)
  })

  it.skipIf(unavailable || overSpdy)('follows a log to its end', async () => {
    expect(await kubectl(['logs', '-f', 'counter'])).toEqual({ code: 0, stdout: '1\n2\n3\n', stderr: '' })
  })

  it.skipIf(unavailable || overSpdy)('runs a pod for one command and takes it away', async () => {
    const { code, stdout } = await kubectl(['run', `once-${isReal ? 'real' : 'own'}`, '--image=busybox:1.36', '--rm', '-i', '--restart=Never', '-q', '--', 'sh'], 'echo hello from $HOSTNAME\n')
    expect({ code, stdout }).toEqual({ code: 0, stdout: `hello from once-${isReal ? 'real' : 'own'}\n` })
  })
})

describe('our own kubectl proxy', { timeout: 60_000 }, () => {
  it.skipIf('missing' in found)('passes streams, watches and protocol buffers on', async () => {
    const proxy = new Live(server, own, ['proxy', '--port=0', '--reject-paths=^$'])
    await proxy.prints('Starting to serve on 127.0.0.1:')
    const port = await until('the port', () => /127\.0\.0\.1:(\d+)\n/.exec(proxy.printed)?.[1])
    const through = (...args: string[]): Promise<Ran> => server.run(real, ['--kubeconfig=/dev/null', `--server=http://127.0.0.1:${port}`, ...args], { input: 'hello\n' })
    expect(await through('exec', '-i', 'box', '--', 'cat')).toEqual({ code: 0, stdout: 'hello\n', stderr: '' })
    expect(await through('wait', '--for=condition=Ready', 'pod/box')).toMatchObject({ code: 0, stdout: 'pod/box condition met\n' })
    const forwarding = new Live(server, real, ['--kubeconfig=/dev/null', `--server=http://127.0.0.1:${port}`, 'port-forward', 'pod/web', ':80'])
    await forwarding.prints('-> 80\n')
    expect(await pageAt(Number(/127\.0\.0\.1:(\d+) -> 80/.exec(forwarding.printed)?.[1]))).toContain('Welcome to nginx!')
    await Promise.all([forwarding.end('SIGTERM'), proxy.end('SIGTERM')])
  })
})
