/** The process' own streams as IOStreams. Output is written synchronously: it is whole even when the process ends at once. */
import { writeSync } from 'node:fs'
import type { IOStreams } from '../src/cli/io-streams'

const EAGAIN_PAUSE_MS = 1
const pause = (): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, EAGAIN_PAUSE_MS)

/** Writes all of it; a full pipe is waited for. Throws EPIPE when nobody reads any more. */
function write(fd: number, text: string | Uint8Array): void {
  let bytes = typeof text === 'string' ? Buffer.from(text) : text
  while (bytes.length > 0) {
    try {
      bytes = bytes.subarray(writeSync(fd, bytes))
    } catch (error) {
      if ((error as { code?: string }).code !== 'EAGAIN') throw error
      pause()
    }
  }
}

/** `onBrokenPipe` is called when the reader of stdout is gone (`| head -1`). */
export function processStreams(interrupt: AbortSignal, onBrokenPipe: () => never): IOStreams {
  let raw = false
  const stdout = (text: string | Uint8Array): void => {
    try {
      // The terminal still puts a carriage return before each newline.
      write(1, raw ? Buffer.from(Buffer.from(text as string).toString('latin1').replace(/\r\n/g, '\n'), 'latin1') : text)
    } catch (error) {
      if ((error as { code?: string }).code === 'EPIPE') onBrokenPipe()
      throw error
    }
  }
  return {
    get stdin() {
      return process.stdin as AsyncIterable<Uint8Array>
    },
    stdout,
    stderr: text => {
      try {
        write(2, text)
      } catch {
        // Nobody to tell.
      }
    },
    get stdinIsTerminal() {
      return isTerminal(0)
    },
    get stdoutIsTerminal() {
      return isTerminal(1)
    },
    get columns() {
      return isTerminal(1) ? (process.stdout.columns ?? 80) : 80
    },
    rawTerminal() {
      process.stdin.setRawMode?.(true)
      raw = true
      return () => {
        process.stdin.setRawMode?.(false)
        raw = false
      }
    },
    terminalSizes,
    env: process.env,
    cwd: process.cwd(),
    interrupt,
  }
}

async function* terminalSizes(): AsyncGenerator<{ width: number; height: number }> {
  const { stdout } = process
  if (stdout.isTTY !== true) return
  for (;;) {
    yield { width: stdout.columns, height: stdout.rows }
    await new Promise<void>(done => stdout.once('resize', () => done()))
  }
}

/** Loads the tty module only when asked. */
function isTerminal(fd: 0 | 1): boolean {
  return (fd === 0 ? process.stdin : process.stdout).isTTY === true
}
