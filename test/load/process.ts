/** `kubottle serve` as a process of its own, that can be killed. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export interface ServerProcess {
  /** The address stays the same after a start. */
  readonly port: number
  readonly home: string
  /** Resident memory in bytes; 0 where the system does not say. */
  rss(): number
  /** At once, as by a crash. */
  kill(): Promise<void>
  /** As a system asks; answers the exit code. */
  end(): Promise<number | null>
  start(): Promise<void>
  remove(): Promise<void>
}

/** The program as a clone has it; built by `npm test` and `npm run load`. */
const PROGRAM = resolve(process.env['KUBOTTLE_ROOT'] ?? '.', 'bin/kubottle')

/** `flags` besides the address and the file. Plain HTTP. */
export async function startProcess(...flags: string[]): Promise<ServerProcess> {
  const home = mkdtempSync(join(tmpdir(), 'kubottle-load-'))
  let port = 0
  let child: ChildProcess | undefined
  let over: Promise<number | null> = Promise.resolve(null)

  async function start(): Promise<void> {
    const mine = spawn(PROGRAM, ['serve', '--http', `127.0.0.1:${port}`, '--file', join(home, 'c.db'), ...flags], { env: { ...process.env, HOME: home }, stdio: ['ignore', 'pipe', 'pipe'] })
    child = mine
    over = new Promise(done => mine.once('exit', code => done(code)))
    const said = await new Promise<string>((up, failed) => {
      let errors = ''
      mine.stdout.on('data', (text: Buffer) => up(String(text)))
      mine.stderr.on('data', (text: Buffer) => (errors += String(text)))
      mine.once('exit', code => failed(new Error(`the server ended with ${code}: ${errors}`)))
    })
    mine.stderr.pipe(process.stderr)
    port = Number(/:(\d+)\n/.exec(said)?.[1])
  }
  const signalled = (signal: NodeJS.Signals): Promise<number | null> => {
    child?.kill(signal)
    return over
  }
  await start()
  return {
    get port() {
      return port
    },
    home, start,
    rss() {
      try {
        return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${child?.pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
      } catch {
        return 0
      }
    },
    kill: () => signalled('SIGKILL').then(() => undefined),
    end: () => signalled('SIGTERM'),
    async remove() {
      await signalled('SIGKILL')
      rmSync(home, { recursive: true, force: true })
    },
  }
}
