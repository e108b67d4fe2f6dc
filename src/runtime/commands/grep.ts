/** grep, egrep, fgrep: line by line as input comes, so that `tail -f x | grep y` lives. */
import { FileError } from '../files/file-system'
import { inside } from '../files/paths'
import type { ProcessContext, Program } from '../program'
import type { Style } from './command'
import { parseOptions } from './command'
import { escapeLiteral, PatternError, posixSource } from './regexp'
import { argumentsOf, exit, guarded, readAny, waitReadable } from './streams'

interface GrepState {
  /** Letters given. */
  flags: string
  source: string
  files: string[]
  names: boolean
  max: number | null
  before: number
  after: number
  /** Of the file being read. */
  lineNo: number
  count: number
  pendingAfter: number
  held: string[]
  lastShown: number
  found: boolean
  status: number
  failed?: number
}

export const grep = (style: Style, name: 'grep' | 'egrep' | 'fgrep'): Program<GrepState> => guarded<GrepState>({
  start: ctx => start(ctx, style, name),
  step(state, ctx) {
    const regexp = new RegExp(state.source, state.flags.includes('i') ? 'i' : '')
    for (let file = state.files[0]; file !== undefined; file = state.files[0]) {
      if (file === '-') {
        for (;;) {
          const line = isDone(state) ? undefined : ctx.readLine(0)
          if (line === undefined) break
          if (line === '') return waitReadable(0)
          take(state, ctx, regexp, '(standard input)', line)
          if (state.flags.includes('q') && state.found) return exit(0)
        }
      } else {
        try {
          for (const line of readAny(ctx, file).split(/(?<=\n)/)) {
            if (line === '' || isDone(state)) break
            take(state, ctx, regexp, file, line)
          }
        } catch (e) {
          if (!(e instanceof FileError)) throw e
          if (!state.flags.includes('s')) ctx.write(2, `${name === 'grep' ? 'grep' : name}: ${file}: ${e.message}\n`)
          state.status = 2
        }
      }
      finishFile(state, ctx, file === '-' ? '(standard input)' : file)
      state.files.shift()
      if (state.flags.includes('q') && state.found) return exit(0)
    }
    return exit(state.found && (state.status === 0 || state.flags.includes('q')) ? 0 : state.status !== 0 ? state.status : 1)
  },
})

function start(ctx: ProcessContext, style: Style, name: string): GrepState {
  const args = argumentsOf(ctx, name, style)
  const options = parseOptions({ ...args, args: args.args.map(arg => arg.replace(/^-(\d+)$/, '-C$1')) }, 'EFGPinvclLoqshHwxrRae:f:m:A:B:C:', {
    'extended-regexp': 'E', 'fixed-strings': 'F', 'perl-regexp': 'P', 'ignore-case': 'i', 'line-number': 'n', 'invert-match': 'v', count: 'c', 'files-with-matches': 'l', 'only-matching': 'o', quiet: 'q', silent: 'q', 'no-messages': 's', 'no-filename': 'h', 'with-filename': 'H', 'word-regexp': 'w', 'line-regexp': 'x', recursive: 'r', regexp: 'e:', file: 'f:', 'max-count': 'm:', 'after-context': 'A:', 'before-context': 'B:', context: 'C:', color: 'Z:', text: 'a',
  })
  const flags = [...'EFPinvclLoqshHwxrR'].filter(letter => options.has(letter)).join('') + (name === 'egrep' ? 'E' : name === 'fgrep' ? 'F' : '')
  const base: GrepState = { flags, source: '', files: [], names: false, max: options.has('m') ? Number(options.value('m')) : null, before: Number(options.value('B') ?? options.value('C') ?? 0), after: Number(options.value('A') ?? options.value('C') ?? 0), lineNo: 0, count: 0, pendingAfter: 0, held: [], lastShown: 0, found: false, status: 0 }
  const patterns = options.values('e').flatMap(text => text.split('\n'))
  let operands = options.rest
  for (const file of options.values('f')) patterns.push(...ctx.files.read(file).replace(/\n$/, '').split('\n'))
  if (!options.has('e') && !options.has('f')) {
    const [first, ...rest] = operands
    if (first === undefined) {
      ctx.write(2, style === 'gnu' ? `Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n` : 'BusyBox v1.36.1 (2024-09-26 21:31:42 UTC) multi-call binary.\n\nUsage: grep [-HhnlLoqvsrRiwFE] [-m N] [-A|B|C N] { PATTERN | -e PATTERN... | -f FILE... } [FILE]...\n')
      return { ...base, failed: style === 'gnu' ? 2 : 1 }
    }
    patterns.push(...first.split('\n'))
    operands = rest
  }
  try {
    const sources = patterns.map(text => (flags.includes('F') ? escapeLiteral(text) : flags.includes('P') ? text : posixSource(text, flags.includes('E'))))
    let source = sources.map(text => `(?:${text})`).join('|')
    if (flags.includes('w')) source = `(?<![A-Za-z0-9_])(?:${source})(?![A-Za-z0-9_])`
    if (flags.includes('x')) source = `^(?:${source})$`
    new RegExp(source)
    base.source = source
  } catch (e) {
    ctx.write(2, `${name}: ${style === 'gnu' ? '' : `bad regex '${patterns[0]}': `}${e instanceof PatternError ? e.message : 'Unmatched ( or \\('}\n`)
    return { ...base, failed: 2 }
  }
  const recursive = flags.includes('r') || flags.includes('R')
  base.files = recursive ? (operands.length === 0 ? ['.'] : operands).flatMap(file => tree(ctx, file)) : operands.length === 0 ? ['-'] : operands
  base.names = flags.includes('H') || ((operands.length > 1 || recursive) && !flags.includes('h'))
  return base
}

/** Files below a directory. */
function tree(ctx: ProcessContext, path: string): string[] {
  if (!ctx.files.exists(path) || ctx.files.stat(path).type !== 'dir') return [path]
  return ctx.files.list(path).flatMap(({ name, stat }) => (stat.type === 'dir' ? tree(ctx, inside(path, name)) : stat.type === 'file' ? [inside(path, name)] : []))
}

const isDone = (state: GrepState): boolean => state.max !== null && state.count >= state.max && state.pendingAfter === 0

function take(state: GrepState, ctx: ProcessContext, regexp: RegExp, file: string, raw: string): void {
  const line = raw.endsWith('\n') ? raw.slice(0, -1) : raw
  state.lineNo++
  const matched = regexp.test(line) !== state.flags.includes('v') && !(state.max !== null && state.count >= state.max)
  const silent = /[qclL]/.test(state.flags)
  const prefix = (separator: string, number = state.lineNo): string => `${state.names ? file + separator : ''}${state.flags.includes('n') ? number + separator : ''}`
  if (!matched) {
    if (silent) return
    if (state.pendingAfter > 0) {
      state.pendingAfter--
      ctx.write(1, `${prefix('-')}${line}\n`)
      state.lastShown = state.lineNo
    } else if (state.before > 0) {
      state.held.push(line)
      if (state.held.length > state.before) state.held.shift()
    }
    return
  }
  state.found = true
  state.count++
  if (silent) return
  if ((state.before > 0 || state.after > 0) && state.lastShown > 0 && state.lineNo - state.held.length > state.lastShown + 1) ctx.write(1, '--\n')
  for (const [i, held] of state.held.entries()) ctx.write(1, `${prefix('-', state.lineNo - state.held.length + i)}${held}\n`)
  state.held = []
  if (state.flags.includes('o')) {
    if (!state.flags.includes('v')) for (const m of line.matchAll(new RegExp(regexp.source, `g${regexp.flags}`))) if (m[0] !== '') ctx.write(1, `${prefix(':')}${m[0]}\n`)
  } else ctx.write(1, `${prefix(':')}${line}\n`)
  state.lastShown = state.lineNo
  state.pendingAfter = state.after
}

function finishFile(state: GrepState, ctx: ProcessContext, file: string): void {
  if (!state.flags.includes('q')) {
    if (state.flags.includes('l')) {
      if (state.count > 0) ctx.write(1, `${file}\n`)
    } else if (state.flags.includes('L')) {
      if (state.count === 0) ctx.write(1, `${file}\n`)
    } else if (state.flags.includes('c')) ctx.write(1, `${state.names ? `${file}:` : ''}${state.count}\n`)
  }
  state.lineNo = 0
  state.count = 0
  state.pendingAfter = 0
  state.held = []
  state.lastShown = 0
}
