/** IOStreams in memory, for tests. */
import type { IOStreams } from './io-streams'

export interface MemoryStreams extends IOStreams {
  readonly out: () => string
  readonly err: () => string
}

export function memoryStreams(given: { stdin?: string; env?: Record<string, string>; cwd?: string; interrupt?: AbortSignal } = {}): MemoryStreams {
  let [out, err] = ['', '']
  const text = (t: string | Uint8Array): string => (typeof t === 'string' ? t : Buffer.from(t).toString('utf8'))
  return {
    stdin: { async *[Symbol.asyncIterator]() { yield Buffer.from(given.stdin ?? '') } },
    stdout: t => void (out += text(t)),
    stderr: t => void (err += text(t)),
    stdinIsTerminal: false,
    stdoutIsTerminal: false,
    columns: 80,
    env: { KUBERC: 'off', ...given.env },
    cwd: given.cwd ?? '/nonexistent',
    interrupt: given.interrupt ?? new AbortController().signal,
    out: () => out,
    err: () => err,
  }
}
