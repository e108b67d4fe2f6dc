/** A server of ours in this process, with the kubeconfig that it writes, for programs and libraries that nobody here wrote. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { access } from '../../bin/access'
import { main } from '../../commands/main'
import { memoryStreams } from '../../src/cli/streams.testing'

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface TestServer {
  readonly url: string
  /** Home of programs; holds the cluster file, too. */
  readonly home: string
  readonly kubeconfig: string
  /** Another program, with the kubeconfig in its environment. */
  run(program: string, args: readonly string[], more?: { readonly input?: string; readonly timeoutMs?: number }): Promise<Ran>
  /** A command of ours on the file: it goes through the server. */
  ours(...argv: string[]): Promise<string>
  /** The server ends; the file stays. */
  stop(): Promise<void>
  /** At the address where it was. */
  start(): Promise<void>
  remove(): Promise<void>
}

const clock = { now: (): number => Date.now() }

/** `flags` of `kubottle serve` besides the address, the file and the kubeconfig. */
export async function startServer(...flags: string[]): Promise<TestServer> {
  const home = mkdtempSync(join(tmpdir(), 'kubottle-clients-'))
  const file = join(home, '.kubottle/default.db')
  const kubeconfig = join(home, 'kubeconfig')
  let stop = new AbortController()
  let served: Promise<number> | undefined
  let url = ''

  async function start(): Promise<void> {
    stop = new AbortController()
    const said = await new Promise<string>((up, failed) => {
      const io = memoryStreams({ cwd: home, env: { HOME: home } })
      const streams = { ...io, interrupt: stop.signal, stdout: (text: string | Uint8Array) => up(String(text)), stderr: (text: string | Uint8Array) => failed(new Error(String(text))) }
      served = main(['kubottle', 'serve', '--https', url === '' ? '127.0.0.1:0' : url.replace('https://', ''), '--file', file, '--write-kubeconfig', kubeconfig, ...flags], streams, clock, access)
    })
    url = / at (\S+)\n/.exec(said)?.[1] ?? ''
  }
  async function end(): Promise<void> {
    stop.abort()
    await served
  }
  await start()
  return {
    get url() {
      return url
    },
    home, kubeconfig, start,
    run: (program, args, { input = '', timeoutMs = 60_000 } = {}) =>
      new Promise(done => {
        const env = { HOME: home, PATH: process.env['PATH'], KUBECONFIG: kubeconfig, NO_COLOR: '1' }
        const child = execFile(program, args, { env, cwd: home, timeout: timeoutMs, maxBuffer: 1 << 26 }, (error, stdout, stderr) => done({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr }))
        child.stdin?.end(input)
      }),
    async ours(...argv) {
      const io = memoryStreams({ cwd: home, env: { HOME: home } })
      const code = await main(argv[0] === 'kubottle' ? argv : ['kubectl', ...argv], io, clock, access)
      if (code !== 0) throw new Error(`${argv.join(' ')}: ${io.err()}`)
      return io.out()
    },
    stop: end,
    async remove() {
      await end()
      rmSync(home, { recursive: true, force: true })
    },
  }
}
