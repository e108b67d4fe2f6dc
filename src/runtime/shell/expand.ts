/** Expansion of words: parameters, arithmetic, command substitutions, tilde, field splitting, pathnames, quote removal. */
import { characters, toBytes, toText } from '../files/bytes'
import type { ProcessContext } from '../program'
import { ArithmeticError, evaluate } from './arithmetic'
import type { ParamPart, Part, Word } from './ast'
import { glob } from './glob'
import { arithmeticFailed, badSubstitution, parameterNotSet, prefix, ShellFailure } from './messages'
import { escapePattern, isPattern, replaced, stripped } from './patterns'
import type { Memo, ShellState, Variable } from './state'
import { assign, elementsOf, keysOf, valueOf } from './variables'

/** Thrown when a command substitution has to run first; the words are then expanded anew. */
export class NeedsSubstitution extends Error {
  constructor(readonly body: number) {
    super('command substitution')
  }
}

/** Where expanded text goes. */
interface Sink {
  /** Text of the shell text itself, unquoted. */
  literal(text: string): void
  quoted(text: string): void
  /** The value of an unquoted expansion. */
  expansion(text: string): void
  /** Between the parameters of `$@`. */
  separate(): void
}

export class Expander {
  private used = 0
  /** What assignments of this expansion replaced: taken back when it has to start anew. */
  private readonly undo: [string, Variable | undefined][] = []

  constructor(
    private readonly sh: ShellState,
    private readonly ctx: ProcessContext,
    private readonly line: number,
    private readonly memo: Memo,
  ) {}

  /** Takes back the assignments (`${x:=y}`, `$((i++))`) made so far. */
  rollBack(): void {
    for (const [name, old] of this.undo.splice(0).reverse()) {
      if (old === undefined) delete this.sh.vars[name]
      else this.sh.vars[name] = old
    }
  }

  /** Arguments of a command. */
  fields(words: readonly Word[]): string[] {
    const out: string[] = []
    for (const word of words) {
      const only = word.length === 1 ? (word[0] as Part) : undefined
      if (only?.t === 'lit' && !/[~*?[]/.test(only.s)) {
        out.push(only.s)
        continue
      }
      const sink = new FieldSink(this.ifs())
      this.word(word, sink, true)
      for (const field of sink.finish()) {
        if (!this.sh.options.includes('f') && isPattern(field.pattern)) {
          const found = glob(field.pattern, this.ctx.files)
          if (found.length > 0) {
            out.push(...found)
            continue
          }
        }
        out.push(field.text)
      }
    }
    return out
  }

  /** One string: assignments, redirection targets, the word of `case`. */
  text(word: Word, tilde = true): string {
    const sink = new TextSink()
    this.word(word, sink, tilde)
    return sink.out
  }

  /** A pattern: what was quoted is escaped. */
  pattern(word: Word): string {
    const sink = new PatternSink()
    this.word(word, sink, true)
    return sink.out
  }

  arithmetic(expr: Word): bigint {
    const text = this.text(expr, false)
    try {
      // dash has no comma, no ++ and no power.
      if (this.sh.flavour === 'dash' && /,|\+\+|--|\*\*/.test(text)) throw new ArithmeticError('arithmetic syntax error')
      return evaluate(text, {
        get: name => this.arithmeticValue(name),
        set: (name, value) => this.assign(name, value),
      })
    } catch (e) {
      if (!(e instanceof ArithmeticError)) throw e
      throw new ShellFailure(arithmeticFailed(this.sh, this.line, text, e.message), this.sh.flavour === 'bash' ? 1 : 2, this.sh.flavour !== 'bash')
    }
  }

  private arithmeticValue(name: string): string | undefined {
    const element = /^(\w+)\[(.*)\]$/.exec(name)
    if (element === null) return this.value(name)
    return this.element(element[1] as string, element[2] as string)
  }

  private ifs(): string {
    return this.sh.vars.IFS === undefined ? ' \t\n' : (this.sh.vars.IFS.v ?? ' \t\n')
  }

  private value(name: string): string | undefined {
    return valueOf(this.sh, this.ctx, name, this.line)
  }

  /** Sets a variable for what follows in the same command; taken back with everything else when a substitution has to run first. */
  assign(name: string, value: string): void {
    this.undo.push([name, Object.hasOwn(this.sh.vars, name) ? { ...(this.sh.vars[name] as Variable) } : undefined])
    const element = /^(\w+)\[(.*)\]$/.exec(name)
    if (element === null) return assign(this.sh, name, value, this.line)
    const array = element[1] as string
    this.sh.vars[array] = { ...this.sh.vars[array], a: { ...this.sh.vars[array]?.a, [element[2] as string]: value } }
  }

  private word(word: Word, sink: Sink, tilde: boolean): void {
    for (const [i, part] of word.entries()) {
      switch (part.t) {
        case 'lit':
          sink.literal(i === 0 && tilde && part.s.startsWith('~') ? this.tilde(part.s, sink, word.length > 1) : part.s)
          break
        case 'quoted':
          sink.quoted(part.s)
          break
        case 'dq':
          this.doubleQuoted(part.parts, sink)
          break
        case 'param':
          this.parameter(part, sink, false)
          break
        case 'cmd':
          sink.expansion(this.substitution(part.body))
          break
        case 'arith':
          sink.expansion(String(this.arithmetic(part.expr)))
          break
        case 'bad':
          throw new ShellFailure(badSubstitution(this.sh, this.line, part.s), this.sh.flavour === 'bash' ? 1 : 2)
        case 'brace':
          break
      }
    }
  }

  /** Home directories; the rest of the text. */
  private tilde(text: string, sink: Sink, more: boolean): string {
    const m = /^~([A-Za-z_][A-Za-z0-9_-]*)?(?=\/|$)/.exec(text)
    if (m === null || (m[0].length === text.length && more)) return text
    const home = m[1] === undefined ? this.value('HOME') : homeOf(this.ctx, m[1])
    if (home === undefined) return text
    sink.quoted(home)
    return text.slice(m[0].length)
  }

  private doubleQuoted(parts: Word, sink: Sink): void {
    // "" is an empty field; "$@" without parameters is none.
    if (!(parts.length === 1 && isAll(parts[0] as Part))) sink.quoted('')
    for (const part of parts) {
      if (part.t === 'param') this.parameter(part, sink, true)
      else if (part.t === 'cmd') sink.quoted(this.substitution(part.body))
      else if (part.t === 'arith') sink.quoted(String(this.arithmetic(part.expr)))
      else if (part.t === 'bad') throw new ShellFailure(badSubstitution(this.sh, this.line, part.s), this.sh.flavour === 'bash' ? 1 : 2)
      else if (part.t === 'lit' || part.t === 'quoted') sink.quoted(part.s)
      else if (part.t === 'dq') this.doubleQuoted(part.parts, sink)
    }
  }

  private substitution(body: number): string {
    const known = this.memo.results[this.used++]
    if (known === undefined) throw new NeedsSubstitution(body)
    return known
  }

  private element(name: string, key: string): string | undefined {
    const variable = this.sh.vars[name]
    if (variable?.keyed) return variable.a?.[key]
    const index = Number(evaluate(key, { get: n => this.value(n), set: (n, v) => this.assign(n, v) }))
    if (name === 'PIPESTATUS') return this.sh.pipeStatus[index]?.toString()
    if (variable?.a === undefined) return index === 0 ? variable?.v : undefined
    return variable.a[index < 0 ? Math.max(-1, ...Object.keys(variable.a).map(Number)) + 1 + index : index]
  }

  private parameter(part: ParamPart, sink: Sink, quoted: boolean): void {
    const all = part.name === '@' || part.name === '*' ? part.name : part.index === '@' || part.index === '*' ? part.index : undefined
    if (all !== undefined && !part.indirect) return this.list(part, all, sink, quoted)
    const put = (text: string): void => (quoted ? sink.quoted(text) : sink.expansion(text))
    if (part.indirect && (part.index === '@' || part.index === '*')) {
      return this.putList(keysOf(this.sh.vars[part.name] ?? {}), part.index, sink, quoted)
    }
    const key = part.index === undefined ? undefined : this.text(part.index as Word)
    let value = key === undefined ? this.value(part.name) : this.element(part.name, key)
    if (part.indirect) value = value === undefined ? undefined : this.value(value)
    if (part.length) {
      this.requireSet(part, value)
      return put(String(characters(value ?? '').length))
    }
    if (part.op === undefined) {
      this.requireSet(part, value)
      return put(value ?? '')
    }
    const isMissing = value === undefined || (part.colon === true && value === '')
    switch (part.op) {
      case '-':
        return isMissing ? this.alternative(part.word as Word, sink, quoted) : put(value as string)
      case '+':
        return isMissing ? undefined : this.alternative(part.word as Word, sink, quoted)
      case '=': {
        if (!isMissing) return put(value as string)
        const made = this.text(part.word as Word)
        this.assign(part.name, made)
        return put(made)
      }
      case '?': {
        if (!isMissing) return put(value as string)
        const message = this.text(part.word as Word)
        const fallback = part.colon === true && this.sh.flavour === 'bash' ? 'parameter null or not set' : this.sh.flavour === 'ash' || part.colon !== true ? 'parameter not set' : 'parameter not set or null'
        throw new ShellFailure(`${prefix(this.sh, this.line)}${part.name}: ${message === '' ? fallback : message}\n`, this.sh.flavour === 'bash' ? 127 : 2)
      }
      default:
        this.requireSet(part, value)
        return put(this.changed(part, value ?? ''))
    }
  }

  private requireSet(part: ParamPart, value: string | undefined): void {
    if (value === undefined && this.sh.options.includes('u')) throw new ShellFailure(parameterNotSet(this.sh, this.line, part.name), this.sh.flavour === 'bash' ? (this.sh.isSubshell ? 1 : 127) : 2)
  }

  /** The word of `${x-word}`: its quotes count as if it stood in place of the expansion. */
  private alternative(word: Word, sink: Sink, quoted: boolean): void {
    if (quoted) return this.doubleQuoted(word, sink)
    const inner: Sink = { literal: text => sink.expansion(text), quoted: text => sink.quoted(text), expansion: text => sink.expansion(text), separate: () => sink.separate() }
    this.word(word, inner, true)
  }

  /** Operators that make another text of a value. */
  private changed(part: ParamPart, value: string): string {
    switch (part.op) {
      case '#': case '##': case '%': case '%%':
        return stripped(value, this.pattern(part.word as Word), part.op)
      case '/': case '//': case '/#': case '/%':
        return replaced(value, this.pattern(part.word as Word), part.word2 === undefined ? '' : this.text(part.word2), part.op)
      case ':': {
        const letters = characters(value)
        const from = Number(this.arithmetic(part.word as Word))
        const start = from < 0 ? Math.max(0, letters.length + from) : from
        if (part.word2 === undefined) return letters.slice(start).join('')
        const length = Number(this.arithmetic(part.word2))
        return letters.slice(start, length < 0 ? letters.length + length : start + length).join('')
      }
      case '^': return toBytes(toText(value).replace(/^./su, c => c.toUpperCase()))
      case ',': return toBytes(toText(value).replace(/^./su, c => c.toLowerCase()))
      case '^^': return toBytes(toText(value).toUpperCase())
      case ',,': return toBytes(toText(value).toLowerCase())
      default: return value
    }
  }

  /** `$@`, `$*`, `${a[@]}` and what can be done with them. */
  private list(part: ParamPart, all: '@' | '*', sink: Sink, quoted: boolean): void {
    let values = part.name === '@' || part.name === '*' ? this.sh.params : elementsOf(this.sh, part.name)
    if (part.length) return quoted ? sink.quoted(String(values.length)) : sink.expansion(String(values.length))
    const isMissing = values.length === 0 || (part.colon === true && values.length === 1 && values[0] === '')
    if (part.op === '-' && isMissing) return this.alternative(part.word as Word, sink, quoted)
    if (part.op === '+') return isMissing ? undefined : this.alternative(part.word as Word, sink, quoted)
    if (part.op === ':') {
      const from = Number(this.arithmetic(part.word as Word))
      const source = part.name === '@' || part.name === '*' ? [this.sh.name, ...values] : values
      const start = from < 0 ? source.length + from : from
      values = source.slice(start, part.word2 === undefined ? undefined : start + Number(this.arithmetic(part.word2)))
      if (part.name === '@' && from === 0 && part.word2 === undefined) values = source
    } else if (part.op !== undefined && part.op !== '-') values = values.map(value => this.changed(part, value))
    this.putList(values, all, sink, quoted)
  }

  private putList(values: readonly string[], all: '@' | '*', sink: Sink, quoted: boolean): void {
    if (quoted && all === '*') return sink.quoted(values.join(this.ifs().slice(0, 1)))
    for (const [i, value] of values.entries()) {
      if (i > 0) sink.separate()
      if (quoted) sink.quoted(value)
      else sink.expansion(value)
    }
  }
}

const isAll = (part: Part): boolean => part.t === 'param' && (part.name === '@' || part.index === '@') && part.op === undefined && part.length !== true

function homeOf(ctx: ProcessContext, user: string): string | undefined {
  try {
    return ctx.files.read('/etc/passwd').split('\n').map(line => line.split(':')).find(fields => fields[0] === user)?.[5]
  } catch {
    return undefined
  }
}

interface Field {
  text: string
  pattern: string
}

class FieldSink implements Sink {
  private readonly done: Field[] = []
  private current: Field | undefined
  /** The last field was ended by blanks: a separator right after them belongs to them. */
  private endedByBlank = false

  constructor(private readonly ifs: string) {}

  literal(text: string): void {
    this.add(text, text)
  }
  quoted(text: string): void {
    this.add(text, escapePattern(text))
  }
  separate(): void {
    if (this.current !== undefined) this.done.push(this.current)
    this.current = undefined
    this.endedByBlank = false
  }
  expansion(text: string): void {
    if (this.ifs === '') {
      if (text !== '') this.add(text, text.replace(/\\/g, '\\\\'))
      return
    }
    let start = 0
    for (let i = 0; i <= text.length; i++) {
      const c = text[i]
      if (c !== undefined && !this.ifs.includes(c)) continue
      if (i > start) {
        const piece = text.slice(start, i)
        this.add(piece, piece.includes('\\') ? piece.replace(/\\/g, '\\\\') : piece)
      }
      start = i + 1
      if (c === undefined) break
      const isBlank = c === ' ' || c === '\t' || c === '\n'
      if (this.current !== undefined) {
        this.done.push(this.current)
        this.current = undefined
        this.endedByBlank = isBlank
      } else if (!isBlank) {
        if (!this.endedByBlank) this.done.push({ text: '', pattern: '' })
        this.endedByBlank = false
      }
    }
  }
  finish(): Field[] {
    if (this.current !== undefined) this.done.push(this.current)
    return this.done
  }
  private add(text: string, pattern: string): void {
    if (this.current === undefined) this.current = { text, pattern }
    else {
      this.current.text += text
      this.current.pattern += pattern
    }
    this.endedByBlank = false
  }
}

class TextSink implements Sink {
  out = ''
  literal(text: string): void {
    this.out += text
  }
  quoted(text: string): void {
    this.out += text
  }
  expansion(text: string): void {
    this.out += text
  }
  separate(): void {
    this.out += ' '
  }
}

class PatternSink implements Sink {
  out = ''
  literal(text: string): void {
    this.out += text
  }
  quoted(text: string): void {
    this.out += escapePattern(text)
  }
  expansion(text: string): void {
    this.out += text
  }
  separate(): void {
    this.out += ' '
  }
}
