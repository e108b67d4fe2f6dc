/** Programs that pass lines on as they come, or wait: cat, grep's kin, tee, head, tail -f, sleep, yes. */
import { FileError } from '../files/file-system'
import type { ProcessContext, Program, Step } from '../program'
import type { CommandIO, Style } from './command'
import { cannotOpen, OptionError, parseOptions } from './command'

/** How a program that waits parses its arguments: with the same options as a command. */
export const argumentsOf = (ctx: ProcessContext, name: string, style: Style): Pick<CommandIO, 'name' | 'args' | 'style'> => ({ name, args: ctx.argv.slice(1), style })

export const waitReadable = (fd: number): Step => ({ kind: 'wait', on: [{ until: 'readable', fd }] })
export const exit = (code: number): Step => ({ kind: 'exit', code })

/** A wrong option ends the program with its message. */
export function guarded<S>(program: Program<S>): Program<S> {
  return {
    ...program,
    start(ctx) {
      try {
        return program.start(ctx)
      } catch (e) {
        if (!(e instanceof OptionError)) throw e
        ctx.write(2, e.message)
        return { failed: 1 } as S
      }
    },
    step(state, ctx) {
      const failed = (state as { failed?: number } | null)?.failed
      return failed === undefined ? program.step(state, ctx) : exit(failed)
    },
  }
}

interface CatState {
  files: string[]
  status: number
  number: boolean
  line: number
  rest: string
}

export const cat = (style: Style): Program<CatState> => guarded<CatState>({
  start(ctx) {
    const options = parseOptions(argumentsOf(ctx, 'cat', style), 'nbsuvetAET', { number: 'n', 'show-all': 'A' })
    return { files: options.rest.length === 0 ? ['-'] : options.rest, status: 0, number: options.has('n'), line: 0, rest: '' }
  },
  step(state, ctx) {
    const put = (data: string): boolean => {
      if (!state.number) return ctx.write(1, data)
      const text = state.rest + data
      const end = text.lastIndexOf('\n') + 1
      state.rest = text.slice(end)
      return ctx.write(1, text.slice(0, end).replace(/[^\n]*\n/g, line => `${String(++state.line).padStart(6)}\t${line}`))
    }
    for (let file = state.files[0]; file !== undefined; file = state.files[0]) {
      if (file === '-') {
        for (;;) {
          if (ctx.isFull(1)) return { kind: 'wait', on: [{ until: 'writable', fd: 1 }] }
          const data = ctx.read(0)
          if (data === undefined) break
          if (data === '') return waitReadable(0)
          if (!put(data)) return exit(1)
        }
      } else {
        try {
          put(readAny(ctx, file))
        } catch (e) {
          if (!(e instanceof FileError)) throw e
          ctx.write(2, `cat: ${cannotOpen(style, file, e)}\n`)
          state.status = 1
        }
      }
      state.files.shift()
    }
    if (state.rest !== '') ctx.write(1, `${String(++state.line).padStart(6)}\t${state.rest}`)
    return exit(state.status)
  },
})

/** A file's bytes; the devices that end are read too. */
export function readAny(ctx: ProcessContext, file: string): string {
  if (!file.startsWith('/dev/') && !file.startsWith('/proc/self/fd')) return ctx.files.read(file)
  const fd = ctx.processes.open(file, 'read', 20)
  let out = ''
  for (let data = ctx.read(fd); data !== undefined && data !== '' && out.length < 1 << 20; data = ctx.read(fd)) out += data
  ctx.processes.close(fd)
  return out
}

interface TeeState {
  files: string[]
  append: boolean
  opened: boolean
  status: number
}

export const tee = (style: Style): Program<TeeState> => guarded<TeeState>({
  start(ctx) {
    const options = parseOptions(argumentsOf(ctx, 'tee', style), 'aip', { append: 'a' })
    return { files: options.rest, append: options.has('a'), opened: false, status: 0 }
  },
  step(state, ctx) {
    if (!state.opened) {
      state.opened = true
      state.files = state.files.filter(file => {
        try {
          if (!state.append) ctx.files.write(file, '')
          return true
        } catch (e) {
          if (!(e instanceof FileError)) throw e
          ctx.write(2, `tee: ${file}: ${e.message}\n`)
          state.status = 1
          return false
        }
      })
    }
    for (;;) {
      const data = ctx.read(0)
      if (data === undefined) return exit(state.status)
      if (data === '') return waitReadable(0)
      ctx.write(1, data)
      for (const file of state.files) ctx.files.append(file, data)
    }
  },
})

interface HeadState {
  files: string[]
  lines: number
  bytes: number
  isBytes: boolean
  left: number
  headers: boolean
  printed: number
  status: number
  input: string
}

const count = (text: string): number => {
  const m = /^([-+]?)(\d+)([bkKmM]?)/.exec(text)
  const value = Number(m?.[2] ?? 0) * ({ b: 512, k: 1024, K: 1024, m: 1 << 20, M: 1 << 20 }[m?.[3] ?? ''] ?? 1)
  return m?.[1] === '-' ? -value : value
}

export const head = (style: Style): Program<HeadState> => guarded<HeadState>({
  start(ctx) {
    const args = argumentsOf(ctx, 'head', style)
    const options = parseOptions({ ...args, args: args.args.map((arg, i, all) => (/^-[nc]$/.test(all[i - 1] ?? '') ? arg : arg.replace(/^-(\d+)$/, '-n$1'))) }, 'n:c:qv', { lines: 'n:', bytes: 'c:', quiet: 'q' })
    const isBytes = options.has('c')
    const lines = count(options.value('n') ?? '10')
    const files = options.rest.length === 0 ? ['-'] : options.rest
    return { files, lines, bytes: count(options.value('c') ?? '0'), isBytes, left: isBytes ? count(options.value('c') ?? '0') : lines, headers: (files.length > 1 && !options.has('q')) || options.has('v'), printed: 0, status: 0, input: '' }
  },
  step(state, ctx) {
    for (let file = state.files[0]; file !== undefined; file = state.files[0]) {
      if (file === '-' && state.left >= 0) {
        while (state.left > 0) {
          const data = state.isBytes ? ctx.read(0, state.left) : ctx.readLine(0)
          if (data === undefined) break
          if (data === '') return waitReadable(0)
          ctx.write(1, data)
          state.left -= state.isBytes ? data.length : 1
        }
      } else {
        try {
          if (file === '-') {
            for (let data = ctx.read(0); data !== undefined; data = ctx.read(0)) {
              if (data === '') return waitReadable(0)
              state.input += data
            }
          }
          const content = file === '-' ? state.input : readAny(ctx, file)
          if (state.headers) ctx.write(1, `${state.printed++ > 0 ? '\n' : ''}==> ${file} <==\n`)
          ctx.write(1, state.isBytes ? content.slice(0, state.bytes < 0 ? Math.max(0, content.length + state.bytes) : state.bytes) : firstLines(content, state.lines))
        } catch (e) {
          if (!(e instanceof FileError)) throw e
          ctx.write(2, `head: ${style === 'gnu' ? `cannot open '${file}' for reading: ${e.message}` : `${file}: ${e.message}`}\n`)
          state.status = 1
        }
      }
      state.files.shift()
      state.left = state.isBytes ? state.bytes : state.lines
    }
    return exit(state.status)
  },
})

function firstLines(content: string, lines: number): string {
  const all = content === '' ? [] : content.split(/(?<=\n)/)
  return all.slice(0, lines < 0 ? Math.max(0, all.length + lines) : lines).join('')
}

interface TailState {
  files: string[]
  lines: number
  fromStart: boolean
  isBytes: boolean
  follow: boolean
  headers: boolean
  started: boolean
  /** How much of each file was shown. */
  shown: number[]
  last: number
  input: string
  status: number
}

/** The end of a text, as -n or -c say. */
function lastPart(content: string, { lines, fromStart, isBytes }: TailState): string {
  if (isBytes) return fromStart ? content.slice(Math.max(0, lines - 1)) : lines === 0 ? '' : content.slice(-lines)
  const all = content.split(/(?<=\n)/)
  return (fromStart ? all.slice(Math.max(0, lines - 1)) : lines === 0 ? [] : all.slice(-lines)).join('')
}

export const tail = (style: Style): Program<TailState> => guarded<TailState>({
  start(ctx) {
    const args = argumentsOf(ctx, 'tail', style)
    const options = parseOptions({ ...args, args: args.args.map((arg, i, all) => (/^-[nc]$/.test(all[i - 1] ?? '') ? arg : /^-\d+$/.test(arg) ? `-n${arg.slice(1)}` : /^\+\d+$/.test(arg) ? `-n${arg}` : arg)) }, 'n:c:fFqvs:', { lines: 'n:', bytes: 'c:', follow: 'f', quiet: 'q', retry: 'F', pid: 's:' })
    const text = options.value('c') ?? options.value('n') ?? '10'
    const files = options.rest.length === 0 ? ['-'] : options.rest
    return { files, lines: Math.abs(count(text)), fromStart: text.startsWith('+'), isBytes: options.has('c'), follow: options.has('f') || options.has('F'), headers: (files.length > 1 && !options.has('q')) || options.has('v'), started: false, shown: [], last: -1, input: '', status: 0 }
  },
  step(state, ctx) {
    const header = (i: number): void => {
      if (state.headers && state.last !== i) ctx.write(1, `${state.last >= 0 ? '\n' : ''}==> ${state.files[i]} <==\n`)
      state.last = i
    }
    if (!state.started) {
      if (state.files.includes('-')) {
        for (let data = ctx.read(0); data !== undefined; data = ctx.read(0)) {
          if (data === '') return waitReadable(0)
          state.input += data
        }
      }
      state.started = true
      for (const [i, file] of state.files.entries()) {
        state.shown[i] = -1
        try {
          const content = file === '-' ? state.input : readAny(ctx, file)
          header(i)
          state.shown[i] = content.length
          if (!ctx.write(1, lastPart(content, state))) return exit(1)
        } catch (e) {
          if (!(e instanceof FileError)) throw e
          ctx.write(2, style === 'gnu' ? `tail: cannot open '${file}' for reading: ${e.message}\n` : `tail: ${cannotOpen(style, file, e)}\n`)
          state.status = 1
        }
      }
      state.input = ''
      if (!state.follow) return exit(state.status)
      if (state.shown.every(n => n < 0) && !ctx.argv.some(arg => arg === '-F' || arg === '--retry')) {
        ctx.write(2, style === 'gnu' ? 'tail: no files remaining\n' : 'tail: no files\n')
        return exit(1)
      }
    }
    const paths = state.files.filter(file => file !== '-')
    const versions = paths.map(path => ctx.files.version(path))
    for (const [i, file] of state.files.entries()) {
      if (file === '-') continue
      let content: string
      try {
        content = readAny(ctx, file)
      } catch (e) {
        if (!(e instanceof FileError)) throw e
        continue
      }
      const from = Math.max(0, state.shown[i] as number)
      if (content.length < from) {
        if (style === 'gnu') ctx.write(2, `tail: ${file}: file truncated\n`)
        state.shown[i] = 0
      }
      const added = content.slice(state.shown[i] as number < 0 ? 0 : state.shown[i])
      if (added !== '') {
        header(i)
        if (!ctx.write(1, added)) return exit(1)
      }
      state.shown[i] = content.length
    }
    return paths.length === 0 ? { kind: 'wait', on: [{ until: 'signal' }] } : { kind: 'wait', on: [{ until: 'files', paths, versions }] }
  },
})

/** Milliseconds of `5`, `1.5m`, `1h 30m`, `infinity`; NaN for nonsense. */
export function durationMs(args: readonly string[]): number {
  let sum = 0
  for (const arg of args) {
    if (/^inf(inity)?$/.test(arg)) return Infinity
    const m = /^(\d+(?:\.\d*)?|\.\d+)([smhd]?)$/.exec(arg)
    if (m === null) return NaN
    sum += Number(m[1]) * 1000 * ({ m: 60, h: 3600, d: 86_400 }[m[2] as string] ?? 1)
  }
  return sum
}

export const sleep = (style: Style): Program<{ untilMs: number | null; failed?: number }> => ({
  start(ctx) {
    const args = ctx.argv.slice(1)
    const bad = args.find(arg => Number.isNaN(durationMs([arg])))
    if (args.length === 0 || bad !== undefined) {
      if (style === 'gnu') ctx.write(2, bad === undefined ? "sleep: missing operand\nTry 'sleep --help' for more information.\n" : `sleep: invalid time interval '${bad}'\nTry 'sleep --help' for more information.\n`)
      else ctx.write(2, bad === undefined ? 'sleep: missing operand\n' : `sleep: invalid number '${bad}'\n`)
      return { untilMs: null, failed: 1 }
    }
    const ms = durationMs(args)
    return { untilMs: ms === Infinity ? null : ctx.now() + ms }
  },
  step(state, ctx) {
    if (state.failed !== undefined) return exit(state.failed)
    if (state.untilMs === null) return { kind: 'wait', on: [{ until: 'signal' }] }
    return ctx.now() >= state.untilMs ? exit(0) : { kind: 'wait', on: [{ until: 'time', atMs: state.untilMs }] }
  },
})

export const yes = (): Program<{ line: string }> => ({
  start: ctx => ({ line: `${ctx.argv.slice(1).join(' ') || 'y'}\n` }),
  step({ line }, ctx) {
    for (let i = 0; i < 100; i++) {
      if (ctx.isFull(1)) return { kind: 'wait', on: [{ until: 'writable', fd: 1 }] }
      if (!ctx.write(1, line.repeat(50))) return exit(1)
    }
    return { kind: 'again' }
  },
})
