/** Commands that end by themselves: a function from arguments, input and files to output and an exit code. */
import { FileError } from '../files/file-system'
import type { ProcessContext, Program, Step } from '../program'

/** Whose words: busybox's, or those of GNU's tools as Debian has them. */
export type Style = 'busybox' | 'gnu'

export interface CommandIO {
  readonly name: string
  readonly args: readonly string[]
  readonly style: Style
  readonly ctx: ProcessContext
  out(text: string): void
  err(text: string): void
  /** The whole of stdin. (The command starts anew when it has come.) */
  stdin(): string
  /** Prints `name: message` and gives 1. */
  fail(message: string, status?: number): number
}

export type Command = (io: CommandIO) => number

class NeedsInput extends Error {}

interface CommandState {
  input: string
  ended: boolean
  reads: boolean
}

/** Output is given out when the command is done, so that it can start anew for want of input. */
export function commandProgram(name: string, style: Style, command: Command): Program<CommandState & never> {
  return {
    start: () => ({ input: '', ended: false, reads: false }) as never,
    step(state: CommandState, ctx): Step {
      for (; state.reads && !state.ended;) {
        const data = ctx.read(0)
        if (data === undefined) state.ended = true
        else if (data === '') return { kind: 'wait', on: [{ until: 'readable', fd: 0 }] }
        else state.input += data
      }
      const written: [number, string][] = []
      const put = (fd: number, text: string): void => {
        const last = written.at(-1)
        if (last?.[0] === fd) last[1] += text
        else if (text !== '') written.push([fd, text])
      }
      const io: CommandIO = {
        name, args: ctx.argv.slice(1), style, ctx,
        out: text => put(1, text),
        err: text => put(2, text),
        stdin() {
          if (!state.ended) throw new NeedsInput()
          return state.input
        },
        fail(message, status = 1) {
          put(2, `${name}: ${message}\n`)
          return status
        },
      }
      const code = run(command, io)
      if (code === undefined) {
        state.reads = true
        return { kind: 'again' }
      }
      for (const [fd, text] of written) if (!tryWrite(ctx, fd, text, name)) return { kind: 'exit', code: 1 }
      return { kind: 'exit', code }
    },
  }
}

function run(command: Command, io: CommandIO): number | undefined {
  try {
    return command(io)
  } catch (e) {
    if (e instanceof NeedsInput) return undefined
    if (e instanceof OptionError) {
      io.err(e.message)
      return 1
    }
    if (e instanceof FileError) return io.fail(`${e.path}: ${e.message}`)
    throw e
  }
}

function tryWrite(ctx: ProcessContext, fd: number, text: string, name: string): boolean {
  try {
    ctx.write(fd, text)
    return true
  } catch (e) {
    if (!(e instanceof FileError)) throw e
    ctx.write(2, `${name}: write error: ${e.message}\n`)
    return false
  }
}

export class OptionError extends Error {}

export interface Options {
  /** Letters given. */
  has(letter: string): boolean
  /** The last argument of an option. */
  value(letter: string): string | undefined
  values(letter: string): readonly string[]
  readonly rest: string[]
}

/** getopt(3): `ab:c` (`b` takes an argument); long options by name, with `=` where they take one. Operands may stand among options. */
export function parseOptions(io: Pick<CommandIO, 'name' | 'args' | 'style'>, letters: string, long: Readonly<Record<string, string>> = {}, stopAtOperand = false): Options {
  const given = new Map<string, string[]>()
  const rest: string[] = []
  const add = (letter: string, value?: string): void => {
    const values = given.get(letter) ?? []
    if (value !== undefined) values.push(value)
    given.set(letter, values)
  }
  const bad = (text: string): never => {
    throw new OptionError(io.style === 'gnu' ? `${io.name}: ${text}\nTry '${io.name} --help' for more information.\n` : `${io.name}: ${text}\n${BUSYBOX_BANNER}\n\nUsage: ${io.name} [OPTIONS]\n`)
  }
  for (let i = 0; i < io.args.length; i++) {
    const arg = io.args[i] as string
    if (arg === '--') {
      rest.push(...io.args.slice(i + 1))
      break
    }
    if (arg.startsWith('--')) {
      const [name, value] = splitOnce(arg.slice(2), '=')
      const full = name in long ? name : Object.keys(long).find(key => key.startsWith(name))
      if (full === undefined) bad(`unrecognized option '${arg}'`)
      const letter = long[full as string] as string
      add(letter.replace(':', ''), value ?? (letter.endsWith(':') ? io.args[++i] : undefined))
      continue
    }
    if (arg.startsWith('-') && arg.length > 1) {
      for (let j = 1; j < arg.length; j++) {
        const letter = arg[j] as string
        const at = letters.indexOf(letter)
        if (at < 0 || letter === ':') bad(`invalid option -- '${letter}'`)
        if (letters[at + 1] !== ':') add(letter)
        else {
          const value = j + 1 < arg.length ? arg.slice(j + 1) : io.args[++i]
          if (value === undefined) bad(`option requires an argument -- '${letter}'`)
          add(letter, value as string)
          break
        }
      }
      continue
    }
    rest.push(arg)
    if (stopAtOperand) {
      rest.push(...io.args.slice(i + 1))
      break
    }
  }
  return { has: letter => given.has(letter), value: letter => given.get(letter)?.at(-1), values: letter => given.get(letter) ?? [], rest }
}

export const BUSYBOX_BANNER = 'BusyBox v1.36.1 (2024-09-26 21:31:42 UTC) multi-call binary.'

export function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)]
}

/** Contents of the operands, `-` and none standing for stdin; what cannot be read is said and makes the status 1. */
export function readOperands(io: CommandIO, files: readonly string[], each: (content: string, name: string) => void): number {
  let status = 0
  for (const file of files.length === 0 ? ['-'] : files) {
    if (file === '-') {
      each(io.stdin(), '-')
      continue
    }
    try {
      each(io.ctx.files.read(file), file)
    } catch (e) {
      if (!(e instanceof FileError)) throw e
      status = io.fail(cannotOpen(io.style, file, e))
    }
  }
  return status
}

export function cannotOpen(style: Style, file: string, e: FileError): string {
  if (e.code === 'EISDIR') return style === 'gnu' ? `${file}: Is a directory` : 'read error: Is a directory'
  return style === 'gnu' ? `${file}: ${e.message}` : `can't open '${file}': ${e.message}`
}

/** Lines without their newlines; a last empty piece is none. */
export function linesOf(content: string): string[] {
  if (content === '') return []
  const lines = content.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return lines
}
