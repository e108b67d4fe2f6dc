/** sed: parsed script, run over all input. */
import { FileError } from '../files/file-system'
import type { Command, CommandIO } from './command'
import { parseOptions } from './command'
import { PatternError, posixRegExp } from './regexp'

type Address = { k: 'line'; n: number } | { k: 'last' } | { k: 're'; re: RegExp } | { k: 'step'; first: number; step: number } | { k: 'plus'; n: number }

interface SedCommand {
  readonly from?: Address
  readonly to?: Address
  readonly negated: boolean
  readonly name: string
  readonly text?: string
  readonly re?: RegExp
  readonly replacement?: string
  readonly flags?: string
  readonly block?: readonly SedCommand[]
  readonly map?: readonly [string, string]
  active?: boolean
  end?: number
}

class SedError extends Error {}

class Parser {
  private pos = 0
  constructor(private readonly text: string, private readonly extended: boolean) {}

  parse(nested = false): SedCommand[] {
    const out: SedCommand[] = []
    for (;;) {
      this.skip(/[\s;]*/y)
      if (this.pos >= this.text.length) {
        if (nested) throw new SedError('unmatched `{\'')
        return out
      }
      if (this.text[this.pos] === '}') {
        if (!nested) throw new SedError('unexpected `}\'')
        this.pos++
        return out
      }
      if (this.text[this.pos] === '#') {
        this.skip(/[^\n]*/y)
        continue
      }
      out.push(this.command())
    }
  }

  private skip(re: RegExp): string {
    re.lastIndex = this.pos
    const m = re.exec(this.text)
    this.pos += m?.[0].length ?? 0
    return m?.[0] ?? ''
  }

  private address(): Address | undefined {
    const c = this.text[this.pos]
    if (c === '$') {
      this.pos++
      return { k: 'last' }
    }
    if (c === '+') {
      this.pos++
      return { k: 'plus', n: Number(this.skip(/\d+/y)) }
    }
    const number = this.skip(/\d+/y)
    if (number !== '') {
      const step = this.skip(/~\d+/y)
      return step === '' ? { k: 'line', n: Number(number) } : { k: 'step', first: Number(number), step: Number(step.slice(1)) }
    }
    if (c !== '/' && c !== '\\') return undefined
    if (c === '\\') this.pos++
    const delimiter = this.text[this.pos++] as string
    const source = this.until(delimiter)
    const flags = this.skip(/[IM]*/y)
    return { k: 're', re: this.regexp(source, flags.includes('I') ? 'i' : '') }
  }

  /** Up to the delimiter, which a backslash quotes. */
  private until(delimiter: string): string {
    let out = ''
    for (let inBracket = false; ; this.pos++) {
      const c = this.text[this.pos]
      if (c === undefined) throw new SedError("unterminated `s' command")
      if (c === '\\') {
        const n = this.text[++this.pos] ?? ''
        out += n === delimiter && delimiter !== '|' ? n : n === '\n' ? '\n' : `\\${n}`
        continue
      }
      if (c === '[' && !inBracket) inBracket = true
      else if (c === ']' && inBracket) inBracket = false
      if (c === delimiter && !(inBracket && delimiter !== '/' )) {
        this.pos++
        return out
      }
      out += c
    }
  }

  private regexp(source: string, flags: string): RegExp {
    return posixRegExp(source, this.extended, flags)
  }

  private command(): SedCommand {
    const from = this.address()
    let to: Address | undefined
    this.skip(/[ \t]*/y)
    if (from !== undefined && this.text[this.pos] === ',') {
      this.pos++
      this.skip(/[ \t]*/y)
      to = this.address()
      if (to === undefined) throw new SedError("unexpected `,'")
    }
    this.skip(/[ \t]*/y)
    const negated = this.skip(/!+[ \t]*/y) !== ''
    const name = this.text[this.pos++]
    if (name === undefined) throw new SedError('missing command')
    const base = { negated, name, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
    switch (name) {
      case '{': return { ...base, block: this.parse(true) }
      case 's': return this.substitute(base)
      case 'y': {
        const delimiter = this.text[this.pos++] as string
        const clean = (text: string): string => text.replace(/\\n/g, '\n').replace(/\\\\/g, '\\')
        return { ...base, map: [clean(this.until(delimiter)), clean(this.until(delimiter))] }
      }
      case 'a': case 'i': case 'c': {
        this.skip(/[ \t]*\\?\n?[ \t]*/y)
        return { ...base, text: this.skip(/(?:\\\n|\\.|[^\n])*/y).replace(/\\(.)/gs, '$1') }
      }
      case 'r': case 'w': case 'b': case 't': case 'T': case ':': {
        this.skip(/[ \t]*/y)
        return { ...base, text: this.skip(name === 'r' || name === 'w' ? /[^\n]*/y : /[^\n;}]*/y).trim() }
      }
      case 'q': case 'Q': return { ...base, text: (this.skip(/[ \t]*/y), this.skip(/\d*/y)) }
      default:
        if (!'=dDgGhHlnNpPxz'.includes(name)) throw new SedError(`unknown command: \`${name}'`)
        return base
    }
  }

  private substitute(base: SedCommand): SedCommand {
    const delimiter = this.text[this.pos++] as string
    const source = this.until(delimiter)
    const replacement = this.until(delimiter)
    const flags = this.skip(/[gpiIemM0-9]*/y)
    return { ...base, re: this.regexp(source, `g${/[iI]/.test(flags) ? 'i' : ''}${/[mM]/.test(flags) ? 'm' : ''}`), replacement, flags }
  }
}

interface Run {
  readonly lines: readonly string[]
  readonly lastHasNewline: boolean
  at: number
  pattern: string
  hold: string
  out: string
  appended: string[]
  quit?: number
  substituted: boolean
}

const MAX_OPERATIONS = 1_000_000

function matches(run: Run, address: Address): boolean {
  switch (address.k) {
    case 'line': return run.at + 1 === address.n
    case 'last': return run.at === run.lines.length - 1
    case 're': return new RegExp(address.re.source, address.re.flags.replace('g', '')).test(run.pattern)
    case 'step': return address.step === 0 ? run.at + 1 === address.first : run.at + 1 >= address.first && (run.at + 1 - address.first) % address.step === 0
    case 'plus': return false
  }
}

function selected(run: Run, command: SedCommand): boolean {
  const { from, to } = command
  if (from === undefined) return true
  if (to === undefined) return matches(run, from)
  if (!command.active) {
    if (!matches(run, from) && !(from.k === 'line' && from.n === 0 && run.at === 0)) return false
    command.active = true
    command.end = to.k === 'plus' ? run.at + 1 + to.n : to.k === 'line' ? to.n : undefined
    if (command.end !== undefined && command.end <= run.at + 1) command.active = false
    return true
  }
  if (command.end !== undefined ? run.at + 1 >= command.end : matches(run, to)) command.active = false
  return true
}

/** `&`, `\1`, `\n`, and GNU's \U \L \u \l \E. */
function expand(replacement: string, groups: readonly (string | undefined)[]): string {
  let out = ''
  let mode = ''
  let once = ''
  const add = (text: string): void => {
    let t = mode === 'U' ? text.toUpperCase() : mode === 'L' ? text.toLowerCase() : text
    if (once !== '' && t !== '') {
      t = (once === 'u' ? t.charAt(0).toUpperCase() : t.charAt(0).toLowerCase()) + t.slice(1)
      once = ''
    }
    out += t
  }
  for (let i = 0; i < replacement.length; i++) {
    const c = replacement[i] as string
    if (c === '&') add(groups[0] ?? '')
    else if (c === '\\') {
      const n = replacement[++i] ?? ''
      if (/\d/.test(n)) add(groups[Number(n)] ?? '')
      else if (n === 'n') add('\n')
      else if (n === 't') add('\t')
      else if (n === 'U' || n === 'L') mode = n
      else if (n === 'E') mode = ''
      else if (n === 'u' || n === 'l') once = n
      else add(n)
    } else add(c)
  }
  return out
}

function substitute(run: Run, { re, replacement = '', flags = '' }: SedCommand): void {
  const nth = Number(/\d+/.exec(flags)?.[0] ?? 1)
  const global = flags.includes('g')
  let n = 0
  let changed = false
  let end = -1
  run.pattern = run.pattern.replace(re as RegExp, (...args: unknown[]) => {
    const offset = args.findIndex(arg => typeof arg === 'number')
    const groups = args.slice(0, offset) as (string | undefined)[]
    // Nothing right after a match is no match of its own.
    if (groups[0] === '' && args[offset] === end) return ''
    end = (args[offset] as number) + (groups[0] ?? '').length
    n++
    if (n < nth || (!global && n > nth)) return groups[0] ?? ''
    changed = true
    return expand(replacement, groups)
  })
  if (!changed) return
  run.substituted = true
  if (flags.includes('p')) run.out += `${run.pattern}\n`
}

type Control = 'next' | 'delete' | 'restart' | undefined

function execute(run: Run, commands: readonly SedCommand[], io: CommandIO, quiet: boolean, budget: { left: number }): Control {
  for (let i = 0; i < commands.length; i++) {
    if (--budget.left < 0) throw new SedError('too many operations')
    const command = commands[i] as SedCommand
    if (selected(run, command) === command.negated) continue
    const jump = (label: string): number => (label === '' ? commands.length : commands.findIndex(c => c.name === ':' && c.text === label))
    switch (command.name) {
      case '{': {
        const control = execute(run, command.block as readonly SedCommand[], io, quiet, budget)
        if (control !== undefined) return control
        break
      }
      case 's': substitute(run, command); break
      case 'y': {
        const [from, to] = command.map as readonly [string, string]
        run.pattern = [...run.pattern].map(c => (from.includes(c) ? (to[from.indexOf(c)] ?? c) : c)).join('')
        break
      }
      case 'd': return 'delete'
      case 'D': {
        const at = run.pattern.indexOf('\n')
        if (at < 0) return 'delete'
        run.pattern = run.pattern.slice(at + 1)
        return 'restart'
      }
      case 'p': run.out += `${run.pattern}\n`; break
      case 'P': run.out += `${run.pattern.split('\n')[0]}\n`; break
      case 'l': run.out += `${run.pattern.replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/\t/g, '\\t')}$\n`; break
      case '=': run.out += `${run.at + 1}\n`; break
      case 'a': run.appended.push(`${command.text}\n`); break
      case 'i': run.out += `${command.text}\n`; break
      case 'c':
        if (command.to === undefined || !command.active) run.out += `${command.text}\n`
        return 'delete'
      case 'r':
        if (io.ctx.files.exists(command.text as string)) run.appended.push(io.ctx.files.read(command.text as string))
        break
      case 'w': io.ctx.files.append(command.text as string, `${run.pattern}\n`); break
      case 'h': run.hold = run.pattern; break
      case 'H': run.hold += `\n${run.pattern}`; break
      case 'g': run.pattern = run.hold; break
      case 'G': run.pattern += `\n${run.hold}`; break
      case 'x': [run.pattern, run.hold] = [run.hold, run.pattern]; break
      case 'z': run.pattern = ''; break
      case 'n': case 'N': {
        if (run.at + 1 >= run.lines.length) {
          if (command.name === 'N' ) return 'next'
          return 'next'
        }
        if (command.name === 'n') {
          if (!quiet) run.out += `${run.pattern}\n`
          run.pattern = run.lines[++run.at] as string
        } else run.pattern += `\n${run.lines[++run.at]}`
        break
      }
      case 'q': case 'Q':
        run.quit = Number(command.text || 0)
        return command.name === 'q' ? 'next' : 'delete'
      case 'b': i = jump(command.text as string); break
      case 't':
        if (!run.substituted) break
        run.substituted = false
        i = jump(command.text as string)
        break
      case 'T':
        if (run.substituted) run.substituted = false
        else i = jump(command.text as string)
        break
    }
    if (i < 0) throw new SedError(`can't find label for jump to \`${command.text}'`)
  }
  return undefined
}

function runScript(content: string, commands: readonly SedCommand[], io: CommandIO, quiet: boolean): { out: string; quit?: number } {
  const lines = content.split('\n')
  const lastHasNewline = lines.at(-1) === ''
  if (lastHasNewline) lines.pop()
  const run: Run = { lines, lastHasNewline, at: 0, pattern: '', hold: '', out: '', appended: [], substituted: false }
  const budget = { left: MAX_OPERATIONS }
  let restarted = false
  for (run.at = 0; run.at < lines.length; run.at++) {
    if (!restarted) run.pattern = lines[run.at] as string
    run.substituted = false
    const control = execute(run, commands, io, quiet, budget)
    restarted = control === 'restart'
    if (control !== 'delete' && !restarted && !quiet) run.out += `${run.pattern}\n`
    run.out += run.appended.join('')
    run.appended = []
    if (run.quit !== undefined) break
    if (restarted) run.at--
  }
  const out = !lastHasNewline && run.quit === undefined && run.out.endsWith('\n') && lines.length > 0 ? run.out.slice(0, -1) : run.out
  return run.quit === undefined ? { out } : { out, quit: run.quit }
}

export const sed: Command = io => {
  // -i may carry a suffix, which must be joined to it.
  const suffix = io.args.map(arg => /^-i(.+)$/.exec(arg)?.[1]).find(s => s !== undefined && !/^[nErs]+$/.test(s))
  const options = parseOptions({ ...io, args: io.args.map(arg => (suffix !== undefined && arg === `-i${suffix}` ? '-i' : arg)) }, 'nEriszue:f:', { quiet: 'n', silent: 'n', expression: 'e:', file: 'f:', 'in-place': 'i', 'regexp-extended': 'E' })
  const scripts = [...options.values('e'), ...options.values('f').map(file => io.ctx.files.read(file))]
  const files = options.rest.slice()
  if (scripts.length === 0) {
    const first = files.shift()
    if (first === undefined) {
      io.err(io.style === 'gnu' ? 'Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n' : 'BusyBox v1.36.1 (2024-09-26 21:31:42 UTC) multi-call binary.\n\nUsage: sed [-i[SFX]] [-nrE] [-f FILE]... [-e CMD]... [FILE]...\nor: sed [-i[SFX]] [-nrE] CMD [FILE]...\n')
      return 1
    }
    scripts.push(first)
  }
  const parse = (): SedCommand[] => new Parser(scripts.join('\n'), options.has('E') || options.has('r')).parse()
  try {
    if (options.has('i')) {
      for (const file of files) {
        const content = io.ctx.files.read(file)
        if (suffix !== undefined) io.ctx.files.write(suffix.includes('*') ? suffix.replace('*', file) : file + suffix, content)
        io.ctx.files.write(file, runScript(content, parse(), io, options.has('n')).out)
      }
      return 0
    }
    let status = 0
    let content = ''
    for (const file of files.length === 0 ? ['-'] : files) {
      try {
        content += file === '-' ? io.stdin() : io.ctx.files.read(file)
      } catch (e) {
        if (!(e instanceof FileError)) throw e
        io.err(`sed: ${io.style === 'gnu' ? `can't read ${file}: ${e.message}` : `${file}: ${e.message}`}\n`)
        status = io.style === 'gnu' ? 2 : 1
      }
    }
    const result = runScript(content, parse(), io, options.has('n'))
    io.out(result.out)
    return result.quit ?? status
  } catch (e) {
    if (e instanceof FileError) {
      io.err(`sed: ${io.style === 'gnu' ? `can't read ${e.path}: ${e.message}` : `${e.path}: ${e.message}`}\n`)
      return io.style === 'gnu' ? 4 : 1
    }
    if (!(e instanceof SedError) && !(e instanceof PatternError)) throw e
    io.err(`sed: ${io.style === 'gnu' ? `-e expression #1, char ${scripts[0]?.length ?? 0}: ` : ''}${e.message}\n`)
    return 1
  }
}
