/** The terminal and the shells of this machine, for `kubottle shell`. */
import { spawn, spawnSync } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import type { Access } from '../src/cli/access'
import type { Interpreter, InterpreterOptions, ShellHost } from '../src/cli/own/shell/host'
import type { Key } from '../src/cli/own/shell/keys'
import type { IOStreams } from '../src/cli/io-streams'
import { UsageError } from '../src/base/errors'

type RunMain = (argv: readonly string[], io: IOStreams, access: Access) => Promise<number>

/** Signals as shells count them. */
const SIGNAL_CODES: Readonly<Record<string, number>> = { SIGHUP: 129, SIGINT: 130, SIGQUIT: 131, SIGKILL: 137, SIGTERM: 143 }

export function createShellHost(access: Access, main: RunMain): ShellHost {
  const keyboard = createKeyboard()
  /** Programs that have the terminal: Ctrl-C is theirs. */
  let programs = 0
  const runProgram: Access['runProgram'] = async (command, options) => {
    programs++
    try {
      return await access.runProgram(command, options)
    } finally {
      programs--
    }
  }
  const within: Access = Object.assign(Object.create(access) as Access, { runProgram })
  return {
    run: (argv, io) => main(argv, io, within),
    interpret,
    ask([program = '', ...args]) {
      const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
      return { code: status ?? -1, text: `${stdout ?? ''}${stderr ?? ''}` }
    },
    keys: keyboard.keys,
    input,
    onInterrupt(listener) {
      const heard = (): void => void (programs > 0 || listener())
      process.on('SIGINT', heard)
      // Who is stopped goes on at once: nobody is there to bring it to the foreground again.
      process.on('SIGTSTP', goOn)
      process.on('SIGQUIT', ignore)
      return () => {
        process.off('SIGINT', heard)
        process.off('SIGTSTP', goOn)
        process.off('SIGQUIT', ignore)
      }
    },
    onResize(listener) {
      process.stdout.on('resize', listener)
      return () => void process.stdout.off('resize', listener)
    },
    get columns() {
      return process.stdout.columns || 80
    },
    get rows() {
      return process.stdout.rows || 24
    },
  }
}

const ignore = (): void => {}
const goOn = (): void => void process.kill(0, 'SIGCONT')

function interpret({ command: [program = '', ...args], env, cwd, interactive, heard }: InterpreterOptions): Interpreter {
  const terminal = interactive ? ownTerminal() : 0
  const streams = interactive ? (['pipe', 'inherit', 'inherit', 'ignore', 'ignore', terminal, 'pipe', 'pipe'] as const) : (['inherit', 'inherit', 'inherit', 'ignore', 'ignore', 0, 'pipe', 'pipe', 1, 2] as const)
  const child = spawn(program, args, { env: env as NodeJS.ProcessEnv, cwd, stdio: [...streams] })
  if (terminal !== 0) closeSync(terminal)
  const [told, answers] = (child.stdio as unknown as unknown[]).slice(6, 8) as [NodeJS.ReadableStream, NodeJS.WritableStream]
  let rest = Buffer.alloc(0)
  told.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk])
    for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0)) {
      const field = rest.subarray(0, end).toString('utf8')
      rest = rest.subarray(end + 1)
      heard(field)
    }
  })
  // A shell that has ended reads nothing any more.
  for (const stream of [answers, child.stdin]) stream?.on('error', ignore)
  return {
    send: text => void child.stdin?.write(text),
    answer: text => void answers.write(text),
    ended: new Promise((resolve, reject) => {
      child.once('error', error => reject(new UsageError(`unable to run ${program}: ${error.message}`)))
      child.once('exit', (code, signal) => resolve(code ?? SIGNAL_CODES[signal ?? ''] ?? 1))
    }),
  }
}

/** Opened anew: Node reads its own without waiting, and whoever shared that would be told that there is nothing yet. */
function ownTerminal(): number {
  try {
    return openSync('/dev/tty', 'r+')
  } catch {
    return 0
  }
}

/** A terminal's stdin of a command's own: it may end with Ctrl-D, and the shell reads on. */
function input(): { stream: AsyncIterable<Uint8Array>; end(): void } {
  if (process.stdin.isTTY !== true) return { stream: process.stdin as AsyncIterable<Uint8Array>, end: ignore }
  const { ReadStream } = process.getBuiltinModule('node:tty')
  const stream = new ReadStream(0)
  return { stream, end: () => void stream.destroy() }
}

/** One stream for all lines: it is paused while commands run. */
function createKeyboard(): Pick<ShellHost, 'keys'> {
  let stream: NodeJS.ReadStream | undefined
  let each: ((key: Key) => void) | undefined
  /** Typed behind an Enter that came with them: they are for the next line. */
  const ahead: Key[] = []
  return {
    keys(listener) {
      if (stream === undefined) {
        stream = process.stdin
        process.getBuiltinModule('node:readline').emitKeypressEvents(stream)
        stream.on('keypress', (_, { name, ctrl, meta, sequence }: { name?: string; ctrl?: boolean; meta?: boolean; sequence?: string }) => {
          const key: Key = { name, ctrl: ctrl === true, meta: meta === true, sequence: sequence ?? '' }
          if (each === undefined) ahead.push(key)
          else each(key)
        })
      }
      each = listener
      const keys = stream
      keys.setRawMode(true)
      keys.resume()
      // Once the line is drawn.
      process.nextTick(() => {
        while (each === listener && ahead.length > 0) listener(ahead.shift() as Key)
      })
      return () => {
        each = undefined
        keys.pause()
        keys.setRawMode(false)
      }
    },
  }
}
