/** The real kubectl and ours, each as a function from a command line to what it prints. */
import { execFile } from 'node:child_process'
import { access } from '../../bin/access'
import { main } from '../../commands/main'
import { memoryStreams } from '../../src/cli/streams.testing'

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs the program at `path` in `folder`, without a configuration of anyone's. */
export function runReal(path: string, args: readonly string[], folder: string, env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  return new Promise(done => {
    const child = execFile(path, args, { cwd: folder, env: { HOME: folder, PATH: '/usr/bin:/bin', NO_COLOR: '1', KUBERC: 'off', ...env }, timeout: 60_000, maxBuffer: 1 << 28 }, (error, stdout, stderr) => done({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr }))
    // Nobody types anything.
    child.stdin?.end()
  })
}

export async function runOurs(args: readonly string[], folder: string, env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const io = memoryStreams({ cwd: folder, env: { HOME: folder, NO_COLOR: '1', ...env } })
  const code = await main(['kubectl', ...args], io, { now: () => Date.now() }, access)
  return { code, stdout: io.out(), stderr: io.err() }
}

/** `work` of every item, so many at once; results in the items' order. */
export async function inParallel<T, R>(items: readonly T[], atOnce: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i] as T)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return results
}
