/** awk: runs a parsed program over all of its input. */
import { FileError } from '../files/file-system'
import type { AwkProgram, Expr, Stmt } from './awk-parser'
import { AwkSyntaxError, parseAwk } from './awk-parser'
import type { Command, CommandIO } from './command'
import { parseOptions } from './command'
import { printf } from './printf'
import { posixSource } from './regexp'

/** A value: a number, a string, or a string that looks like a number and counts as one when compared (fields, input). */
type Value = number | string | { readonly s: string; readonly n: number }

class Next extends Error {}
class Exit extends Error {
  constructor(readonly code: number | undefined) {
    super('exit')
  }
}
class Return extends Error {
  constructor(readonly value: Value) {
    super('return')
  }
}
class Loop extends Error {
  constructor(readonly kind: 'break' | 'continue') {
    super(kind)
  }
}
class AwkError extends Error {}

const MAX_OPERATIONS = 5_000_000
const NUMERIC = /^\s*[-+]?(\d+\.?\d*([eE][-+]?\d+)?|\.\d+([eE][-+]?\d+)?)\s*$/

const input = (s: string): Value => (NUMERIC.test(s) ? { s, n: Number(s) } : s)
const num = (v: Value): number => (typeof v === 'number' ? v : typeof v === 'string' ? Number(/^\s*[-+]?(\d+\.?\d*([eE][-+]?\d+)?|\.\d+([eE][-+]?\d+)?)/.exec(v)?.[0] ?? 0) : v.n)
const truth = (v: Value): boolean => (typeof v === 'number' ? v !== 0 : typeof v === 'string' ? v !== '' : v.n !== 0)

class Awk {
  private readonly globals = new Map<string, Value>()
  private readonly arrays = new Map<string, Map<string, Value>>()
  private scope: Map<string, Value | Map<string, Value>> | undefined
  private record = ''
  private fields: Value[] = []
  private split = true
  private lines: string[] = []
  private at = 0
  private readonly files: string[]
  private readonly readers = new Map<string, string[]>()
  private readonly written = new Set<string>()
  private readonly regexps = new Map<string, RegExp>()
  private readonly ranges = new Set<number>()
  private left = MAX_OPERATIONS

  constructor(private readonly program: AwkProgram, private readonly io: CommandIO, operands: string[]) {
    this.files = operands
    const defaults: Record<string, Value> = { FS: ' ', OFS: ' ', ORS: '\n', RS: '\n', NR: 0, FNR: 0, NF: 0, SUBSEP: '\x1c', CONVFMT: '%.6g', OFMT: '%.6g', FILENAME: '', RSTART: 0, RLENGTH: -1 }
    for (const [name, value] of Object.entries(defaults)) this.globals.set(name, value)
    this.arrays.set('ENVIRON', new Map(Object.entries(io.ctx.env).map(([name, value]) => [name, input(value)])))
    this.arrays.set('ARGV', new Map(['awk', ...operands].map((arg, i) => [String(i), input(arg)])))
    this.globals.set('ARGC', operands.length + 1)
  }

  set(name: string, value: Value): void {
    if (this.scope?.has(name)) {
      this.scope.set(name, value)
      return
    }
    this.globals.set(name, value)
    if (name === 'NF') {
      const fields = this.allFields().slice(0, num(value))
      while (fields.length < num(value)) fields.push('')
      this.fields = fields
      this.rebuild()
    }
  }

  private get(name: string): Value {
    const local = this.scope?.get(name)
    if (local !== undefined) return local instanceof Map ? '' : local
    if (name === 'NF') return this.allFields().length
    return this.globals.get(name) ?? ''
  }

  private array(name: string): Map<string, Value> {
    const local = this.scope?.get(name)
    if (local instanceof Map) return local
    if (this.scope?.has(name)) {
      const made = new Map<string, Value>()
      this.scope.set(name, made)
      return made
    }
    let array = this.arrays.get(name)
    if (array === undefined) this.arrays.set(name, (array = new Map()))
    return array
  }

  private str(v: Value): string {
    if (typeof v === 'string') return v
    if (typeof v !== 'number') return v.s
    if (Number.isInteger(v) && Math.abs(v) < 1e16) return String(v)
    return printf([this.str(this.globals.get('CONVFMT') ?? '%.6g'), String(v)], 'gnu').out
  }

  /** For print: numbers in OFMT. */
  private shown(v: Value): string {
    return typeof v === 'number' && !Number.isInteger(v) ? printf([this.str(this.get('OFMT')), String(v)], 'gnu').out : this.str(v)
  }

  private regexp(source: string): RegExp {
    let re = this.regexps.get(source)
    if (re === undefined) {
      try {
        re = new RegExp(posixSource(source, true))
      } catch {
        throw new AwkError(`bad regex '${source}'`)
      }
      this.regexps.set(source, re)
    }
    return re
  }

  private pattern(e: Expr): RegExp {
    return e.k === 're' ? this.regexp(e.source) : this.regexp(this.str(this.eval(e)))
  }

  private splitText(text: string, separator: string): string[] {
    if (separator === ' ') return text.trim() === '' ? [] : text.trim().split(/[ \t\n]+/)
    if (text === '') return []
    if (separator === '') return text.split('')
    return separator.length === 1 && separator !== '\\' ? text.split(separator) : text.split(new RegExp(posixSource(separator, true)))
  }

  private allFields(): Value[] {
    if (this.split) {
      this.fields = this.splitText(this.record, this.str(this.globals.get('FS') ?? ' ')).map(input)
      this.split = false
    }
    return this.fields
  }

  private setRecord(text: string): void {
    this.record = text
    this.split = true
  }

  private rebuild(): void {
    this.record = this.fields.map(f => this.str(f)).join(this.str(this.get('OFS')))
  }

  private field(n: number): Value {
    if (n < 0) throw new AwkError(`access to negative field`)
    return n === 0 ? input(this.record) : (this.allFields()[n - 1] ?? '')
  }

  private setField(n: number, value: Value): void {
    if (n === 0) return this.setRecord(this.str(value))
    const fields = this.allFields()
    while (fields.length < n) fields.push('')
    fields[n - 1] = typeof value === 'number' ? input(this.str(value)) : value
    this.rebuild()
  }

  private assign(to: Expr, value: Value): void {
    if (to.k === 'var') this.set(to.name, value)
    else if (to.k === 'field') this.setField(num(this.eval(to.e)), value)
    else if (to.k === 'index') this.array(to.name).set(this.key(to.keys), value)
    else if (to.k === 'group') this.assign(to.e, value)
  }

  private key(keys: readonly Expr[]): string {
    return keys.map(e => this.str(this.eval(e))).join(this.str(this.get('SUBSEP')))
  }

  eval(e: Expr): Value {
    if (--this.left < 0) throw new AwkError('too many operations')
    switch (e.k) {
      case 'num': return e.n
      case 'str': return e.s
      case 're': return this.regexp(e.source).test(this.record) ? 1 : 0
      case 'var': return this.get(e.name)
      case 'field': return this.field(num(this.eval(e.e)))
      case 'group': return this.eval(e.e)
      case 'index': {
        const array = this.array(e.name)
        const key = this.key(e.keys)
        if (!array.has(key)) array.set(key, '')
        return array.get(key) as Value
      }
      case 'assign': {
        const value = e.op === '' ? this.eval(e.e) : arithmetic(e.op === '**' ? '^' : e.op, num(this.eval(e.to)), num(this.eval(e.e)))
        this.assign(e.to, value)
        return value
      }
      case 'cond': return truth(this.eval(e.c)) ? this.eval(e.a) : this.eval(e.b)
      case 'bin': return this.binary(e.op, e.a, e.b)
      case 'unary': {
        const v = this.eval(e.e)
        return e.op === '!' ? (truth(v) ? 0 : 1) : e.op === '-' ? -num(v) : num(v)
      }
      case 'incr': {
        const old = num(this.eval(e.e))
        const value = e.op === '++' ? old + 1 : old - 1
        this.assign(e.e, value)
        return e.pre ? value : old
      }
      case 'in': return this.array(e.name).has(this.key(e.keys)) ? 1 : 0
      case 'match': return this.pattern(e.re).test(this.str(this.eval(e.e))) !== e.negated ? 1 : 0
      case 'getline': return this.getline(e)
      case 'call': return this.call(e.name, e.args)
    }
  }

  private binary(op: string, left: Expr, right: Expr): Value {
    if (op === '&&') return truth(this.eval(left)) && truth(this.eval(right)) ? 1 : 0
    if (op === '||') return truth(this.eval(left)) || truth(this.eval(right)) ? 1 : 0
    const [a, b] = [this.eval(left), this.eval(right)]
    if (op === ' ') return this.str(a) + this.str(b)
    if (/^[<>=!]/.test(op)) {
      const isNumeric = typeof a !== 'string' && typeof b !== 'string'
      const order = isNumeric ? num(a) - num(b) : this.str(a) < this.str(b) ? -1 : this.str(a) > this.str(b) ? 1 : 0
      return (op === '<' ? order < 0 : op === '<=' ? order <= 0 : op === '==' ? order === 0 : op === '!=' ? order !== 0 : op === '>' ? order > 0 : order >= 0) ? 1 : 0
    }
    return arithmetic(op, num(a), num(b))
  }

  private call(name: string, args: readonly Expr[]): Value {
    const own = this.program.functions[name]
    if (own !== undefined) return this.callOwn(own, args)
    const text = (i: number): string => this.str(args[i] === undefined ? this.field(0) : this.eval(args[i]))
    switch (name) {
      case 'length': {
        const [only] = args
        return only?.k === 'var' && (this.arrays.has(only.name) || this.scope?.get(only.name) instanceof Map) ? this.array(only.name).size : text(0).length
      }
      case 'substr': {
        const s = text(0)
        const from = Math.round(num(this.eval(args[1] as Expr)))
        const to = args[2] === undefined ? Infinity : from + Math.round(num(this.eval(args[2])))
        return s.slice(Math.max(0, from - 1), Math.max(0, Math.min(s.length, to - 1)))
      }
      case 'index': return text(0).indexOf(text(1)) + 1
      case 'split': {
        const array = this.array((args[1] as { name: string }).name)
        const separator = args[2]
        const source = text(0)
        array.clear()
        const parts = separator === undefined ? this.splitText(source, this.str(this.get('FS'))) : separator.k === 're' ? (source === '' ? [] : source.split(this.regexp(separator.source))) : this.splitText(source, this.str(this.eval(separator)))
        for (const [i, part] of parts.entries()) array.set(String(i + 1), input(part))
        return parts.length
      }
      case 'sub': case 'gsub': return this.substitute(name === 'gsub', args)
      case 'match': {
        const m = this.pattern(args[1] as Expr).exec(text(0))
        this.globals.set('RSTART', m === null ? 0 : m.index + 1)
        this.globals.set('RLENGTH', m === null ? -1 : m[0].length)
        return m === null ? 0 : m.index + 1
      }
      case 'sprintf': return printf(args.map((_, i) => text(i)), 'gnu').out
      case 'tolower': return text(0).toLowerCase()
      case 'toupper': return text(0).toUpperCase()
      case 'int': return Math.trunc(num(this.eval(args[0] as Expr)))
      case 'sqrt': return Math.sqrt(num(this.eval(args[0] as Expr)))
      case 'exp': return Math.exp(num(this.eval(args[0] as Expr)))
      case 'log': return Math.log(num(this.eval(args[0] as Expr)))
      case 'sin': return Math.sin(num(this.eval(args[0] as Expr)))
      case 'cos': return Math.cos(num(this.eval(args[0] as Expr)))
      case 'atan2': return Math.atan2(num(this.eval(args[0] as Expr)), num(this.eval(args[1] as Expr)))
      case 'rand': return this.io.ctx.random()
      case 'srand': return 0
      case 'systime': return Math.floor(this.io.ctx.now() / 1000)
      case 'close': case 'fflush': case 'system': return 0
      default: throw new AwkError(`Call to undefined function`)
    }
  }

  private callOwn({ params, body }: { params: string[]; body: Stmt }, args: readonly Expr[]): Value {
    const scope = new Map<string, Value | Map<string, Value>>()
    for (const [i, param] of params.entries()) {
      const arg = args[i]
      if (arg?.k === 'var' && (this.arrays.has(arg.name) || this.scope?.get(arg.name) instanceof Map)) scope.set(param, this.array(arg.name))
      else scope.set(param, arg === undefined ? '' : this.eval(arg))
    }
    const saved = this.scope
    this.scope = scope
    try {
      this.run(body)
      return ''
    } catch (e) {
      if (e instanceof Return) return e.value
      throw e
    } finally {
      this.scope = saved
    }
  }

  private substitute(all: boolean, [re, to, target]: readonly Expr[]): Value {
    const place: Expr = target ?? { k: 'field', e: { k: 'num', n: 0 } }
    const replacement = this.str(this.eval(to as Expr))
    const pattern = this.pattern(re as Expr)
    let count = 0
    const text = this.str(this.eval(place)).replace(new RegExp(pattern.source, all ? 'g' : ''), m => {
      count++
      return replacement.replace(/\\\\&|\\&|&/g, x => (x === '&' ? m : x === '\\&' ? '&' : `\\${m}`))
    })
    if (count > 0) this.assign(place, text)
    return count
  }

  private nextLine(): string | undefined {
    while (this.at >= this.lines.length) {
      const file = this.files.shift()
      if (file === undefined) return undefined
      const assignment = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(file)
      if (assignment !== null) {
        this.set(assignment[1] as string, input(assignment[2] as string))
        continue
      }
      this.lines = this.records(file === '-' ? this.io.stdin() : this.io.ctx.files.read(file))
      this.at = 0
      this.globals.set('FILENAME', file === '-' ? '' : file)
      this.globals.set('FNR', 0)
    }
    this.globals.set('NR', num(this.get('NR')) + 1)
    this.globals.set('FNR', num(this.get('FNR')) + 1)
    return this.lines[this.at++]
  }

  private records(text: string): string[] {
    const separator = this.str(this.get('RS'))
    const body = separator === '' ? text.replace(/^\n+/, '').replace(/\n+$/, '') : text
    if (body === '') return []
    const out = separator === '\n' ? body.split('\n') : separator === '' ? body.split(/\n{2,}/) : separator.length === 1 ? body.split(separator) : body.split(new RegExp(posixSource(separator, true)))
    if (out.at(-1) === '' || (separator.length === 1 && separator !== '\n' && out.at(-1) === '\n')) out.pop()
    return out
  }

  private getline({ to, file }: Extract<Expr, { k: 'getline' }>): Value {
    let line: string | undefined
    if (file === undefined) line = this.nextLine()
    else {
      const name = this.str(this.eval(file))
      let reader = this.readers.get(name)
      if (reader === undefined) {
        try {
          reader = this.records(name === '-' ? this.io.stdin() : this.io.ctx.files.read(name))
        } catch (e) {
          if (e instanceof FileError) return -1
          throw e
        }
        this.readers.set(name, reader)
      }
      line = reader.shift()
    }
    if (line === undefined) return 0
    if (to === undefined) this.setRecord(line)
    else this.assign(to, input(line))
    return 1
  }

  run(s: Stmt): void {
    if (--this.left < 0) throw new AwkError('too many operations')
    switch (s.k) {
      case 'expr': this.eval(s.e); return
      case 'block': for (const inner of s.body) this.run(inner); return
      case 'print': return this.print(s)
      case 'if':
        if (truth(this.eval(s.c))) this.run(s.a)
        else if (s.b !== undefined) this.run(s.b)
        return
      case 'while':
        if (s.after && !this.turn(s.body)) return
        while (truth(this.eval(s.c))) if (!this.turn(s.body)) return
        return
      case 'for':
        if (s.init !== undefined) this.run(s.init)
        while (s.c === undefined || truth(this.eval(s.c))) {
          if (!this.turn(s.body)) return
          if (s.step !== undefined) this.run(s.step)
        }
        return
      case 'forin':
        for (const key of [...this.array(s.array).keys()]) {
          this.set(s.name, input(key))
          if (!this.turn(s.body)) return
        }
        return
      case 'next': throw new Next()
      case 'break': case 'continue': throw new Loop(s.k)
      case 'exit': throw new Exit(s.e === undefined ? undefined : num(this.eval(s.e)))
      case 'return': throw new Return(s.e === undefined ? '' : this.eval(s.e))
      case 'delete':
        if (s.keys === undefined) this.array(s.name).clear()
        else this.array(s.name).delete(this.key(s.keys))
    }
  }

  /** One turn of a loop's body; false when it is to be left. */
  private turn(body: Stmt): boolean {
    try {
      this.run(body)
      return true
    } catch (e) {
      if (!(e instanceof Loop)) throw e
      return e.kind === 'continue'
    }
  }

  private print({ args, format, to }: Extract<Stmt, { k: 'print' }>): void {
    const text = format ? printf(args.map(e => this.str(this.eval(e))), 'gnu').out : `${args.length === 0 ? this.record : args.map(e => this.shown(this.eval(e))).join(this.str(this.get('OFS')))}${this.str(this.get('ORS'))}`
    if (to === undefined) return this.io.out(text)
    const target = this.str(this.eval(to.e))
    if (to.op === '|') return target.includes('>&2') || target.includes('/dev/stderr') ? this.io.err(text) : this.io.out(text)
    if (target === '/dev/stdout') return this.io.out(text)
    if (target === '/dev/stderr') return this.io.err(text)
    if (to.op === '>' && !this.written.has(target)) this.io.ctx.files.write(target, text)
    else this.io.ctx.files.append(target, text)
    this.written.add(target)
  }

  main(): number {
    let code = 0
    const guarded = (f: () => void): boolean => {
      try {
        f()
        return true
      } catch (e) {
        if (!(e instanceof Exit)) throw e
        code = e.code ?? code
        return false
      }
    }
    const begins = this.program.rules.filter(rule => rule.kind === 'BEGIN')
    const ends = this.program.rules.filter(rule => rule.kind === 'END')
    const mains = this.program.rules.filter(rule => rule.kind === 'main')
    const going = guarded(() => begins.forEach(rule => this.run(rule.body as Stmt)))
    if (going && (mains.length > 0 || ends.length > 0)) {
      if (!this.files.some(file => !/^[A-Za-z_]\w*=/.test(file))) this.files.push('-')
      guarded(() => {
        for (let line = this.nextLine(); line !== undefined; line = this.nextLine()) {
          this.setRecord(line)
          try {
            for (const [i, rule] of mains.entries()) if (this.matches(i, rule.pattern, rule.until)) this.run(rule.body ?? { k: 'print', args: [], format: false })
          } catch (e) {
            if (!(e instanceof Next)) throw e
          }
        }
      })
    }
    if (going) guarded(() => ends.forEach(rule => this.run(rule.body as Stmt)))
    return code & 255
  }

  private matches(i: number, pattern: Expr | undefined, until: Expr | undefined): boolean {
    if (pattern === undefined) return true
    if (until === undefined) return truth(this.eval(pattern))
    if (!this.ranges.has(i)) {
      if (!truth(this.eval(pattern))) return false
      this.ranges.add(i)
    }
    if (truth(this.eval(until))) this.ranges.delete(i)
    return true
  }
}

function arithmetic(op: string, a: number, b: number): number {
  switch (op) {
    case '+': return a + b
    case '-': return a - b
    case '*': return a * b
    case '/':
      if (b === 0) throw new AwkError('Division by zero')
      return a / b
    case '%':
      if (b === 0) throw new AwkError('Division by zero')
      return a % b
    default: return a ** b
  }
}

export const awk: Command = io => {
  const options = parseOptions(io, 'F:v:f:e:', { 'field-separator': 'F:', assign: 'v:', file: 'f:' }, true)
  const rest = options.rest.slice()
  const texts = [...options.values('f').map(file => io.ctx.files.read(file)), ...options.values('e')]
  if (texts.length === 0) {
    const first = rest.shift()
    if (first === undefined) {
      io.err(`${io.style === 'gnu' ? 'usage: awk [-F fs][-v var=value][prog | -f progfile][file ...]' : 'BusyBox v1.36.1 (2024-09-26 21:31:42 UTC) multi-call binary.\n\nUsage: awk [OPTIONS] [AWK_PROGRAM] [FILE]...'}\n`)
      return io.style === 'gnu' ? 2 : 1
    }
    texts.push(first)
  }
  try {
    const run = new Awk(parseAwk(texts.join('\n')), io, rest)
    const separator = options.value('F')
    if (separator !== undefined) run.set('FS', separator === 't' || separator === '\\t' ? '\t' : separator.replace(/\\t/g, '\t'))
    for (const assignment of options.values('v')) {
      const at = assignment.indexOf('=')
      run.set(assignment.slice(0, at), input(assignment.slice(at + 1).replace(/\\n/g, '\n').replace(/\\t/g, '\t')))
    }
    return run.main()
  } catch (e) {
    if (e instanceof FileError) return io.fail(io.style === 'gnu' ? `cannot open "${e.path}" (${e.message})` : `${e.path}: ${e.message}`, io.style === 'gnu' ? 2 : 1)
    if (e instanceof AwkSyntaxError) return io.fail(io.style === 'gnu' ? `syntax error: ${e.message}` : `cmd. line:1: ${e.message}`, io.style === 'gnu' ? 2 : 1)
    if (e instanceof AwkError) return io.fail(io.style === 'gnu' ? e.message : `cmd. line:1: ${e.message}`, io.style === 'gnu' ? 2 : 1)
    throw e
  }
}
