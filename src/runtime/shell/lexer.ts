/** Reads shell text: tokens, and words with all their expansions. */
import type { ParamPart, Part, Redirection, SyntaxProblem, Word } from './ast'

export type Flavour = 'ash' | 'dash' | 'bash'

export class ShellSyntaxError extends Error {
  constructor(readonly problem: SyntaxProblem) {
    super(problem.kind)
  }
}

export type Token =
  | { readonly k: 'word'; readonly word: Word; /** The raw text: reserved words, names and assignments are told by it. */ readonly text: string }
  | { readonly k: 'op'; readonly text: string }
  | { readonly k: 'redir'; readonly op: Redirection['op'] | '<<-'; readonly fd?: number }
  | { readonly k: 'newline' }
  | { readonly k: 'end' }

const OPERATORS = [';;&', ';;', ';&', '&&', '||', ';', '&', '|', '(', ')']
const REDIRECTIONS = ['<<<', '<<-', '&>>', '<<', '<&', '<>', '>>', '>&', '>|', '&>', '<', '>'] as const
/** These end an unquoted word. */
const META = new Set([' ', '\t', '\n', ';', '&', '|', '(', ')', '<', '>'])
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y

interface PendingDocument {
  readonly delimiter: string
  readonly isQuoted: boolean
  readonly stripTabs: boolean
  readonly take: (body: Word) => void
}

/** One character of look-ahead is never enough for a shell: the lexer works on the whole text, with a position. */
export class Lexer {
  pos = 0
  line = 1
  private readonly pending: PendingDocument[] = []

  constructor(
    readonly text: string,
    readonly flavour: Flavour,
    /** Parses `$(…)` from the position after the parenthesis up to the closing one; gives the node. */
    private readonly parseSubstitution: (lexer: Lexer) => number,
    /** Parses the text of a `` `…` ``. */
    private readonly parseBackquoted: (text: string) => number,
  ) {}

  fail(problem: { kind: 'unterminated'; what: string } | { kind: 'end'; expecting?: string }): never {
    throw new ShellSyntaxError({ ...problem, line: this.line })
  }

  peek(offset = 0): string {
    return this.text[this.pos + offset] ?? ''
  }

  /** Documents announced by `<<` on this line; called at its newline. */
  announceDocument(document: PendingDocument): void {
    this.pending.push(document)
  }

  next(): Token {
    this.skipBlanks()
    const c = this.peek()
    if (c === '') {
      if (this.pending.length > 0) this.readDocuments()
      return { k: 'end' }
    }
    if (c === '\n') {
      this.pos++
      this.line++
      if (this.pending.length > 0) this.readDocuments()
      return { k: 'newline' }
    }
    const digits = /\d+(?=[<>])/y
    digits.lastIndex = this.pos
    const fd = digits.exec(this.text)
    if (fd !== null && fd[0].length < 3) {
      this.pos += fd[0].length
      return { k: 'redir', op: this.redirectionAt() as Redirection['op'], fd: Number(fd[0]) }
    }
    const redirection = this.redirectionAt()
    if (redirection !== undefined) return { k: 'redir', op: redirection }
    for (const op of OPERATORS)
      if (this.text.startsWith(op, this.pos)) {
        this.pos += op.length
        return { k: 'op', text: op }
      }
    const start = this.pos
    const word = this.readWord(ch => META.has(ch))
    return { k: 'word', word, text: this.text.slice(start, this.pos) }
  }

  private redirectionAt(): Redirection['op'] | '<<-' | undefined {
    for (const op of REDIRECTIONS)
      if (this.text.startsWith(op, this.pos)) {
        if (op.startsWith('&>') && this.flavour === 'dash') continue
        if (op === '<<<' && this.flavour === 'dash') continue
        this.pos += op.length
        return op
      }
    return undefined
  }

  private skipBlanks(): void {
    for (;;) {
      const c = this.peek()
      if (c === ' ' || c === '\t') this.pos++
      else if (c === '\\' && this.peek(1) === '\n') {
        this.pos += 2
        this.line++
      } else if (c === '#') while (this.peek() !== '' && this.peek() !== '\n') this.pos++
      else return
    }
  }

  /** Reads until `isEnd` says so at an unquoted character, or the text ends. */
  readWord(isEnd: (c: string) => boolean): Word {
    const parts: Part[] = []
    let literal = ''
    const flush = (): void => {
      if (literal !== '') parts.push({ t: 'lit', s: literal })
      literal = ''
    }
    for (let c = this.peek(); c !== '' && !isEnd(c); c = this.peek()) {
      if (c === '\\') {
        if (this.peek(1) === '\n') {
          this.pos += 2
          this.line++
          continue
        }
        flush()
        parts.push({ t: 'quoted', s: this.pos + 1 < this.text.length ? this.peek(1) : '\\' })
        this.pos += 2
      } else if (c === "'") {
        flush()
        parts.push({ t: 'quoted', s: this.readSingleQuoted() })
      } else if (c === '"') {
        flush()
        this.pos++
        parts.push({ t: 'dq', parts: this.readDoubleQuoted('"') })
      } else if (c === '$' || c === '`') {
        const part = this.readExpansion(false)
        if (typeof part === 'string') literal += part
        else {
          flush()
          parts.push(part)
        }
      } else {
        if (c === '\n') this.line++
        literal += c
        this.pos++
      }
    }
    flush()
    return parts
  }

  private readSingleQuoted(): string {
    const end = this.text.indexOf("'", this.pos + 1)
    if (end < 0) {
      this.pos = this.text.length
      return this.fail({ kind: 'unterminated', what: "'" })
    }
    const s = this.text.slice(this.pos + 1, end)
    this.countLines(s)
    this.pos = end + 1
    return s
  }

  private countLines(s: string): void {
    for (let at = s.indexOf('\n'); at >= 0; at = s.indexOf('\n', at + 1)) this.line++
  }

  /** The inside of double quotes, up to and over `end`; with `end` empty, the whole text (a here-document). */
  readDoubleQuoted(end: '"' | '}' | ''): Word {
    const parts: Part[] = []
    let literal = ''
    const flush = (): void => {
      if (literal !== '') parts.push({ t: 'quoted', s: literal })
      literal = ''
    }
    for (;;) {
      const c = this.peek()
      if (c === '') {
        if (end === '"') this.fail({ kind: 'unterminated', what: '"' })
        break
      }
      if (c === end) {
        this.pos++
        break
      }
      if (c === '\\') {
        const n = this.peek(1)
        if (n === '\n') this.line++
        else literal += n === '$' || n === '`' || n === '\\' || (n === '"' && end !== '') ? n : `\\${n}`
        this.pos += n === '' ? 1 : 2
      } else if (c === '$' || c === '`') {
        const part = this.readExpansion(true)
        if (typeof part === 'string') literal += part
        else {
          flush()
          parts.push(part)
        }
      } else {
        if (c === '\n') this.line++
        literal += c
        this.pos++
      }
    }
    flush()
    return parts
  }

  /** At `$` or a backquote. A string is literal text. */
  private readExpansion(inQuotes: boolean): Part | string {
    if (this.peek() === '`') return this.readBackquoted(inQuotes)
    const n = this.peek(1)
    if (n === '(') {
      if (this.peek(2) === '(') {
        const arith = this.tryArithmetic()
        if (arith !== undefined) return arith
      }
      this.pos += 2
      return { t: 'cmd', body: this.parseSubstitution(this) }
    }
    if (n === '{') {
      this.pos += 2
      return this.readBraced(inQuotes)
    }
    if (n === "'" && !inQuotes && this.flavour !== 'dash') return this.readAnsiQuoted()
    if (n === '"' && !inQuotes && this.flavour === 'bash') {
      this.pos += 2
      return { t: 'dq', parts: this.readDoubleQuoted('"') }
    }
    this.pos++
    NAME.lastIndex = this.pos
    const name = NAME.exec(this.text)
    if (name !== null) {
      this.pos += name[0].length
      return { t: 'param', name: name[0] }
    }
    if (/[0-9@*#?$!-]/.test(n)) {
      this.pos++
      return { t: 'param', name: n }
    }
    return '$'
  }

  private readBackquoted(inQuotes: boolean): Part {
    let body = ''
    for (this.pos++; ; this.pos++) {
      const c = this.peek()
      if (c === '') this.fail({ kind: 'unterminated', what: '`' })
      if (c === '\n') this.line++
      if (c === '`') break
      if (c === '\\') {
        const n = this.peek(1)
        body += n === '`' || n === '\\' || n === '$' || (n === '"' && inQuotes) ? n : `\\${n}`
        this.pos++
      } else body += c
    }
    this.pos++
    return { t: 'cmd', body: this.parseBackquoted(body) }
  }

  /** `$((…))`: only if the parentheses close as `))`, else it is a subshell within `$(`. */
  private tryArithmetic(): Part | undefined {
    const start = this.pos
    const startLine = this.line
    this.pos += 3
    let depth = 0
    const expr = this.readWord(c => {
      if (c === '(') depth++
      else if (c === ')') {
        if (depth === 0) return true
        depth--
      }
      return false
    })
    if (this.peek() === ')' && this.peek(1) === ')') {
      this.pos += 2
      return { t: 'arith', expr }
    }
    this.pos = start
    this.line = startLine
    return undefined
  }

  /** `$'…'` */
  private readAnsiQuoted(): Part {
    let raw = ''
    for (this.pos += 2; this.peek() !== "'"; this.pos++) {
      if (this.peek() === '') this.fail({ kind: 'unterminated', what: "'" })
      raw += this.peek()
      if (this.peek() === '\\') raw += this.text[++this.pos] ?? ''
    }
    this.pos++
    return { t: 'quoted', s: unescapeAnsi(raw) }
  }

  /** After `${`. */
  private readBraced(inQuotes: boolean): Part {
    const start = this.pos - 2
    const bad = (): Part => {
      for (let depth = 1; depth > 0; this.pos++) {
        const c = this.peek()
        if (c === '') this.fail({ kind: 'end', expecting: '}' })
        if (c === '{') depth++
        else if (c === '}') depth--
      }
      return { t: 'bad', s: this.text.slice(start, this.pos) }
    }
    let length = false
    let indirect = false
    if (this.peek() === '#' && /[A-Za-z_0-9@*?$!#-]/.test(this.peek(1)) && !(this.peek(1) === '#' && this.peek(2) !== '}') && !(/[?-]/.test(this.peek(1)) && this.peek(2) !== '}')) {
      length = true
      this.pos++
    } else if (this.peek() === '!' && /[A-Za-z_]/.test(this.peek(1)) && this.flavour === 'bash') {
      indirect = true
      this.pos++
    }
    const m = /[A-Za-z_][A-Za-z0-9_]*|\d+|[@*#?$!-]/y
    m.lastIndex = this.pos
    const name = m.exec(this.text)?.[0]
    if (name === undefined) return bad()
    this.pos += name.length
    let index: ParamPart['index']
    if (this.peek() === '[' && this.flavour === 'bash') {
      this.pos++
      const inner = this.readWord(c => c === ']')
      this.pos++
      const only = inner.length === 1 ? (inner[0] as Part) : undefined
      index = only?.t === 'lit' && (only.s === '@' || only.s === '*') ? only.s : inner
    }
    const base = { t: 'param' as const, name, ...(index === undefined ? {} : { index }), ...(length ? { length } : {}), ...(indirect ? { indirect } : {}) }
    if (this.peek() === '}') {
      this.pos++
      return base
    }
    if (length) return bad()
    return this.readOperation(base, inQuotes) ?? bad()
  }

  private readOperation(base: ParamPart, inQuotes: boolean): Part | undefined {
    const rest = this.text.slice(this.pos, this.pos + 2)
    const patternOp = /^(%%|##|%|#)/.exec(rest)?.[0] as ParamPart['op'] | undefined
    if (patternOp !== undefined) {
      this.pos += (patternOp as string).length
      // Quotes around the expansion do not quote the pattern.
      return { ...base, op: patternOp, word: this.readBracedWord(false, '}') }
    }
    const valueOp = /^(:?)([-=?+])/.exec(rest)
    if (valueOp !== null) {
      this.pos += valueOp[0].length
      return { ...base, op: valueOp[2] as ParamPart['op'], ...(valueOp[1] === ':' ? { colon: true } : {}), word: this.readBracedWord(inQuotes, '}') }
    }
    if (this.flavour === 'dash') return undefined
    if (rest[0] === ':') {
      this.pos++
      const word = this.readBracedWord(false, ':}')
      return { ...base, op: ':', word, ...(this.text[this.pos - 1] === ':' ? { word2: this.readBracedWord(false, '}') } : {}) }
    }
    if (rest[0] === '/') {
      const op = rest === '//' ? '//' : this.flavour === 'bash' && (rest === '/#' || rest === '/%') ? (rest as '/#' | '/%') : '/'
      this.pos += op.length
      const word = this.readBracedWord(false, '/}')
      return { ...base, op, word, ...(this.text[this.pos - 1] === '/' ? { word2: this.readBracedWord(false, '}') } : {}) }
    }
    const caseOp = this.flavour === 'bash' ? (/^(\^\^|,,|\^|,)/.exec(rest)?.[0] as ParamPart['op'] | undefined) : undefined
    if (caseOp === undefined) return undefined
    this.pos += (caseOp as string).length
    return { ...base, op: caseOp, word: this.readBracedWord(false, '}') }
  }

  /** The word inside `${x:-…}`, over its end. In double quotes blanks and quotes follow the rules of double quotes. */
  private readBracedWord(inQuotes: boolean, ends: string): Word {
    const parts: Part[] = []
    let literal = ''
    const flush = (): void => {
      if (literal !== '') parts.push(inQuotes ? { t: 'quoted', s: literal } : { t: 'lit', s: literal })
      literal = ''
    }
    for (;;) {
      const c = this.peek()
      if (c === '') this.fail({ kind: 'end', expecting: '}' })
      if (ends.includes(c)) {
        this.pos++
        break
      }
      if (c === '\\') {
        flush()
        const n = this.peek(1)
        if (n !== '\n') parts.push({ t: 'quoted', s: inQuotes && !'$`"\\}'.includes(n) ? `\\${n}` : n })
        this.pos += 2
      } else if (c === "'" && !inQuotes) {
        flush()
        parts.push({ t: 'quoted', s: this.readSingleQuoted() })
      } else if (c === '"') {
        flush()
        this.pos++
        parts.push({ t: 'dq', parts: this.readDoubleQuoted('"') })
      } else if (c === '$' || c === '`') {
        const part = this.readExpansion(inQuotes)
        if (typeof part === 'string') literal += part
        else {
          flush()
          parts.push(part)
        }
      } else {
        if (c === '\n') this.line++
        literal += c
        this.pos++
      }
    }
    flush()
    return parts
  }

  private readDocuments(): void {
    for (const document of this.pending.splice(0)) {
      let body = ''
      for (;;) {
        if (this.pos >= this.text.length) break
        let end = this.text.indexOf('\n', this.pos)
        if (end < 0) end = this.text.length
        let line = this.text.slice(this.pos, end)
        this.pos = Math.min(end + 1, this.text.length)
        this.line++
        if (document.stripTabs) line = line.replace(/^\t+/, '')
        if (line === document.delimiter) break
        body += `${line}\n`
      }
      if (document.isQuoted) document.take(body === '' ? [] : [{ t: 'quoted', s: body }])
      else {
        const inner = new Lexer(body, this.flavour, this.parseSubstitution, this.parseBackquoted)
        inner.line = this.line
        document.take(inner.readDoubleQuoted(''))
      }
    }
  }
}

/** Escapes of `$'…'`. */
export function unescapeAnsi(raw: string): string {
  const simple: Record<string, string> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', e: '\x1b', E: '\x1b', f: '\f', v: '\v', '\\': '\\', "'": "'", '"': '"', '?': '?' }
  return raw.replace(/\\(x[0-9a-fA-F]{1,2}|[0-7]{1,3}|.)/gs, (_, e: string) => {
    if (e[0] === 'x' && e.length > 1) return String.fromCharCode(parseInt(e.slice(1), 16))
    if (/^[0-7]/.test(e)) return String.fromCharCode(parseInt(e, 8) & 0xff)
    return simple[e] ?? `\\${e}`
  })
}
