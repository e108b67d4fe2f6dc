/** YAML 1.1 text to tokens, by libyaml's rules and with its complaints. upstream: go.yaml.in/yaml/v2 scannerc.go */

/** The text is no YAML; the message is Go's (`yaml: line 4: …`). */
export class YamlError extends Error {
  /** The message by the line where what is broken began, which version 3 of Go's library prefers. */
  readonly byContext: string

  constructor(message: string, byContext = message) {
    super(`yaml: ${message}`)
    this.name = 'YamlError'
    this.byContext = `yaml: ${byContext}`
  }
}

export type TokenType =
  | 'stream-end' | 'directive' | 'document-start' | 'document-end'
  | 'block-sequence-start' | 'block-mapping-start' | 'block-end'
  | 'flow-sequence-start' | 'flow-sequence-end' | 'flow-mapping-start' | 'flow-mapping-end'
  | 'block-entry' | 'flow-entry' | 'key' | 'value' | 'alias' | 'anchor' | 'tag' | 'scalar'

export type ScalarStyle = '' | '"' | "'" | '|' | '>'

export interface Token {
  readonly type: TokenType
  /** Line on which it starts, from 0. */
  readonly line: number
  /** Text of a scalar, name of an anchor or alias, suffix of a tag. */
  readonly value: string
  /** A scalar in quotes or a block scalar is a string whatever it says. */
  readonly plain: boolean
  /** How a scalar is written: `|`, `>`, a quote, or nothing. */
  readonly style: ScalarStyle
  /** Of a tag: `!`, `!!`, `!name!`, or empty for a verbatim one. */
  readonly handle: string
}

/** A place where `: ` may yet turn what was read into a key. */
interface SimpleKey {
  possible: boolean
  required: boolean
  tokenNumber: number
  position: number
  line: number
  column: number
}

const MAX_SIMPLE_KEY_LENGTH = 1024
export const MAX_DEPTH = 10_000
const NUL = 0, TAB = 9, LF = 10, CR = 13, SPACE = 32, BOM = 0xfeff
const code = (c: string): number => c.charCodeAt(0)
const DOUBLE = code('"'), HASH = code('#'), PERCENT = code('%'), SINGLE = code("'"), COMMA = code(','), DASH = code('-'), DOT = code('.'), COLON = code(':'), QUESTION = code('?'),
  OPEN_SQUARE = code('['), BACKSLASH = code('\\'), CLOSE_SQUARE = code(']'), OPEN_CURLY = code('{'), PIPE = code('|'), CLOSE_CURLY = code('}'), GREATER = code('>'), BANG = code('!'),
  AMPERSAND = code('&'), STAR = code('*'), AT = code('@'), BACKTICK = code('`'), PLUS = code('+')

const isBreak = (c: number): boolean => c === LF || c === CR || c === 0x85 || c === 0x2028 || c === 0x2029
const isBlank = (c: number): boolean => c === SPACE || c === TAB
const isBlankOrEnd = (c: number): boolean => c === SPACE || c === LF || c === TAB || c === NUL || isBreak(c)
const isBreakOrEnd = (c: number): boolean => c === NUL || isBreak(c)
const isWord = (c: number): boolean => (c >= 48 && c <= 57) || (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 95 || c === DASH
/** What cannot begin a plain scalar. */
const INDICATORS = new Set([DASH, QUESTION, COLON, COMMA, OPEN_SQUARE, CLOSE_SQUARE, OPEN_CURLY, CLOSE_CURLY, HASH, AMPERSAND, STAR, BANG, PIPE, GREATER, SINGLE, DOUBLE, PERCENT, AT, BACKTICK])
const ESCAPES: Readonly<Record<string, string>> = {
  0: '\0', a: '\x07', b: '\b', t: '\t', '\t': '\t', n: '\n', v: '\v', f: '\f', r: '\r', e: '\x1b', ' ': ' ', '"': '"', "'": "'", '\\': '\\', N: '\x85', _: '\xa0', L: '\u2028', P: '\u2029',
}
const HEX_LENGTHS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }

export class Scanner {
  private position = 0
  private line = 0
  private lineStart = 0
  private indent = -1
  private readonly indents: number[] = []
  private flowLevel = 0
  private simpleKeyAllowed = true
  private simpleKeys: SimpleKey[] = [noKey()]
  private tokens: Token[] = []
  private head = 0
  private parsed = 0
  private ended = false

  /** `text` must not contain NUL. `ahead`: how many more tokens are read than are asked for, as version 3 of Go's library does for comments; it complains of them first. */
  constructor(private readonly text: string, private readonly ahead = 0) {}

  /** The next token, left in place. Throws YamlError. */
  peek(): Token {
    while (this.needsMore()) this.fetch()
    return this.tokens[this.head] as Token
  }

  skip(): void {
    this.head++
    this.parsed++
    if (this.head === this.tokens.length) {
      this.tokens = []
      this.head = 0
    }
  }

  private needsMore(): boolean {
    if (this.ended) return false
    if (this.head + this.ahead >= this.tokens.length) return true
    // The next token may still turn out to be preceded by a key token.
    for (const key of this.simpleKeys) if (key.tokenNumber === this.parsed && this.isValid(key)) return true
    return false
  }

  private fail(problem: string): never {
    // Go counts scanner errors from 1, and tells no line for the first.
    throw new YamlError(this.line === 0 ? problem : `line ${this.line + 1}: ${problem}`)
  }
  private failIn(contextLine: number, problem: string): never {
    const byContext = contextLine === 0 ? undefined : `line ${contextLine + 1}: ${problem}`
    if (this.line === 0 && contextLine === 0) this.fail(problem)
    throw new YamlError(this.line === 0 ? `line ${contextLine}: ${problem}` : `line ${this.line + 1}: ${problem}`, byContext)
  }

  private at(offset = 0): number {
    const c = this.text.charCodeAt(this.position + offset)
    return c === c ? c : NUL
  }
  private get column(): number {
    return this.position - this.lineStart
  }
  private add(type: TokenType, line: number, value = '', plain = false, handle = '', style: ScalarStyle = ''): void {
    this.tokens.push({ type, line, value, plain, handle, style })
  }
  private insert(tokenNumber: number, type: TokenType, line: number): void {
    this.tokens.splice(this.head + tokenNumber - this.parsed, 0, { type, line, value: '', plain: false, handle: '', style: '' })
  }
  private skipLine(): void {
    this.position += this.at() === CR && this.at(1) === LF ? 2 : 1
    this.line++
    this.lineStart = this.position
  }
  /** The break as it goes into a scalar. */
  private readLine(): string {
    const c = this.at()
    this.skipLine()
    return c === 0x2028 || c === 0x2029 ? String.fromCharCode(c) : '\n'
  }

  private isValid(key: SimpleKey): boolean {
    if (!key.possible) return false
    if (key.line < this.line || key.position + MAX_SIMPLE_KEY_LENGTH < this.position) {
      if (key.required) this.failIn(key.line, "could not find expected ':'")
      key.possible = false
      return false
    }
    return true
  }
  private saveKey(): void {
    const required = this.flowLevel === 0 && this.indent === this.column
    if (!this.simpleKeyAllowed) return
    this.removeKey()
    this.simpleKeys[this.simpleKeys.length - 1] = {
      possible: true, required, tokenNumber: this.parsed + this.tokens.length - this.head, position: this.position, line: this.line, column: this.column,
    }
  }
  private removeKey(): void {
    const key = this.simpleKeys[this.simpleKeys.length - 1] as SimpleKey
    if (key.possible && key.required) this.failIn(key.line, "could not find expected ':'")
    key.possible = false
  }
  private rollIndent(column: number, type: TokenType, line: number, tokenNumber?: number): void {
    if (this.flowLevel > 0 || this.indent >= column) return
    this.indents.push(this.indent)
    this.indent = column
    if (this.indents.length > MAX_DEPTH) this.fail(`exceeded max depth of ${MAX_DEPTH}`)
    if (tokenNumber === undefined) this.add(type, line)
    else this.insert(tokenNumber, type, line)
  }
  private unrollIndent(column: number): void {
    if (this.flowLevel > 0) return
    while (this.indent > column) {
      this.add('block-end', this.line)
      this.indent = this.indents.pop() as number
    }
  }

  private skipToToken(): void {
    for (;;) {
      if (this.column === 0 && this.at() === BOM) this.position++
      const tabs = this.flowLevel > 0 || !this.simpleKeyAllowed
      for (let c = this.at(); c === SPACE || (tabs && c === TAB); c = this.at()) this.position++
      if (this.at() === HASH) while (!isBreakOrEnd(this.at())) this.position++
      if (!isBreak(this.at())) return
      this.skipLine()
      if (this.flowLevel === 0) this.simpleKeyAllowed = true
    }
  }

  private fetch(): void {
    this.skipToToken()
    this.unrollIndent(this.column)
    const c = this.at()
    const next = this.at(1)
    if (c === NUL) return this.fetchEnd()
    if (this.column === 0) {
      if (c === PERCENT) return this.fetchDirective()
      if (this.isDocumentMark(DASH)) return this.fetchDocumentMark('document-start')
      if (this.isDocumentMark(DOT)) return this.fetchDocumentMark('document-end')
    }
    switch (c) {
      case OPEN_SQUARE: return this.fetchFlowStart('flow-sequence-start')
      case OPEN_CURLY: return this.fetchFlowStart('flow-mapping-start')
      case CLOSE_SQUARE: return this.fetchFlowEnd('flow-sequence-end')
      case CLOSE_CURLY: return this.fetchFlowEnd('flow-mapping-end')
      case COMMA: return this.fetchSimple('flow-entry', true)
      case STAR: return this.fetchAnchor('alias')
      case AMPERSAND: return this.fetchAnchor('anchor')
      case BANG: return this.fetchTag()
      case SINGLE:
      case DOUBLE: return this.fetchQuoted(c)
    }
    if (c === DASH && isBlankOrEnd(next)) return this.fetchBlockEntry()
    if (c === QUESTION && (this.flowLevel > 0 || isBlankOrEnd(next))) return this.fetchKey()
    if (c === COLON && (this.flowLevel > 0 || isBlankOrEnd(next))) return this.fetchValue()
    if ((c === PIPE || c === GREATER) && this.flowLevel === 0) return this.fetchBlockScalar(c === PIPE)
    const startsPlain = (!isBlankOrEnd(c) && !INDICATORS.has(c)) || (c === DASH && !isBlank(next)) || (this.flowLevel === 0 && (c === QUESTION || c === COLON) && !isBlankOrEnd(next))
    if (startsPlain) return this.fetchPlain()
    this.fail('found character that cannot start any token')
  }

  private isDocumentMark(c: number): boolean {
    return this.at() === c && this.at(1) === c && this.at(2) === c && isBlankOrEnd(this.at(3))
  }
  private fetchEnd(): void {
    if (this.column !== 0) {
      this.line++
      this.lineStart = this.position
    }
    this.unrollIndent(-1)
    this.removeKey()
    this.simpleKeyAllowed = false
    this.add('stream-end', this.line)
    this.ended = true
  }
  private fetchDocumentMark(type: TokenType): void {
    this.unrollIndent(-1)
    this.removeKey()
    this.simpleKeyAllowed = false
    this.position += 3
    this.add(type, this.line)
  }
  private fetchDirective(): void {
    this.unrollIndent(-1)
    this.removeKey()
    this.simpleKeyAllowed = false
    const start = this.position
    while (!isBreakOrEnd(this.at())) this.position++
    const directive = this.text.slice(start, this.position)
    if (!/^%(YAML|TAG)[ \t]/.test(directive)) this.fail('found unknown directive name')
    this.add('directive', this.line, directive)
  }
  private fetchFlowStart(type: TokenType): void {
    this.saveKey()
    this.simpleKeys.push(noKey())
    if (++this.flowLevel > MAX_DEPTH) this.fail(`exceeded max depth of ${MAX_DEPTH}`)
    this.simpleKeyAllowed = true
    this.position++
    this.add(type, this.line)
  }
  private fetchFlowEnd(type: TokenType): void {
    this.removeKey()
    if (this.flowLevel > 0) {
      this.flowLevel--
      this.simpleKeys.pop()
    }
    this.simpleKeyAllowed = false
    this.position++
    this.add(type, this.line)
  }
  private fetchSimple(type: TokenType, keyAllowed: boolean): void {
    this.removeKey()
    this.simpleKeyAllowed = keyAllowed
    this.position++
    this.add(type, this.line)
  }
  private fetchBlockEntry(): void {
    if (this.flowLevel === 0) {
      if (!this.simpleKeyAllowed) this.fail('block sequence entries are not allowed in this context')
      this.rollIndent(this.column, 'block-sequence-start', this.line)
    }
    this.fetchSimple('block-entry', true)
  }
  private fetchKey(): void {
    if (this.flowLevel === 0) {
      if (!this.simpleKeyAllowed) this.fail('mapping keys are not allowed in this context')
      this.rollIndent(this.column, 'block-mapping-start', this.line)
    }
    this.fetchSimple('key', this.flowLevel === 0)
  }
  private fetchValue(): void {
    const key = this.simpleKeys[this.simpleKeys.length - 1] as SimpleKey
    if (this.isValid(key)) {
      this.insert(key.tokenNumber, 'key', key.line)
      this.rollIndent(key.column, 'block-mapping-start', key.line, key.tokenNumber)
      key.possible = false
      this.simpleKeyAllowed = false
    } else {
      if (this.flowLevel === 0) {
        if (!this.simpleKeyAllowed) this.fail('mapping values are not allowed in this context')
        this.rollIndent(this.column, 'block-mapping-start', this.line)
      }
      this.simpleKeyAllowed = this.flowLevel === 0
    }
    this.position++
    this.add('value', this.line)
  }

  private fetchAnchor(type: 'alias' | 'anchor'): void {
    this.saveKey()
    this.simpleKeyAllowed = false
    const start = ++this.position
    while (isWord(this.at())) this.position++
    const c = this.at()
    const ends = isBlankOrEnd(c) || c === QUESTION || c === COLON || c === COMMA || c === CLOSE_SQUARE || c === CLOSE_CURLY || c === PERCENT || c === AT || c === BACKTICK
    if (this.position === start || !ends) this.fail('did not find expected alphabetic or numeric character')
    this.add(type, this.line, this.text.slice(start, this.position))
  }
  private fetchTag(): void {
    this.saveKey()
    this.simpleKeyAllowed = false
    let end = this.position
    if (this.at(1) === code('<')) {
      end = this.text.indexOf('>', this.position)
      const verbatim = end < 0 ? '' : this.text.slice(this.position + 2, end)
      if (end < 0 || /\s/.test(verbatim)) this.fail("did not find the expected '>'")
      this.position = end + 1
      this.add('tag', this.line, verbatim)
    } else {
      while (!isBlankOrEnd(this.text.charCodeAt(end) || NUL) && !(this.flowLevel > 0 && /[,[\]{}]/.test(this.text[end] as string))) end++
      const match = /^(!\w*!|!)(.*)$/.exec(this.text.slice(this.position, end)) as RegExpExecArray
      this.position = end
      // A lone `!` means: a string.
      if (match[1] === '!' && match[2] === '') this.add('tag', this.line, '!')
      else this.add('tag', this.line, match[2], false, match[1])
    }
    if (!isBlankOrEnd(this.at()) && this.flowLevel === 0) this.fail('did not find expected whitespace or line break')
  }

  private fetchBlockScalar(literal: boolean): void {
    this.removeKey()
    this.simpleKeyAllowed = true
    const startLine = this.line
    this.position++
    let chomping = 0
    let increment = 0
    for (let i = 0; i < 2; i++) {
      const c = this.at()
      if ((c === PLUS || c === DASH) && chomping === 0) chomping = c === PLUS ? 1 : -1
      else if (c >= 48 && c <= 57 && increment === 0) {
        if (c === 48) this.failIn(startLine, 'found an indentation indicator equal to 0')
        increment = c - 48
      } else break
      this.position++
    }
    while (isBlank(this.at())) this.position++
    if (this.at() === HASH) while (!isBreakOrEnd(this.at())) this.position++
    if (!isBreakOrEnd(this.at())) this.failIn(startLine, 'did not find expected comment or line break')
    if (isBreak(this.at())) this.skipLine()
    this.add('scalar', startLine, this.blockText(literal, chomping, increment > 0 ? Math.max(this.indent, 0) + increment : 0, startLine), false, '', literal ? '|' : '>')
  }

  private blockText(literal: boolean, chomping: number, givenIndent: number, startLine: number): string {
    let out = ''
    let leadingBreak = ''
    let leadingBlank = false
    let { indent, breaks } = this.blockBreaks(givenIndent, startLine)
    while (this.column === indent && this.at() !== NUL) {
      const trailingBlank = isBlank(this.at())
      if (!literal && leadingBreak === '\n' && !leadingBlank && !trailingBlank) out += breaks === '' ? ' ' : ''
      else out += leadingBreak
      out += breaks
      leadingBlank = trailingBlank
      const start = this.position
      while (!isBreakOrEnd(this.at())) this.position++
      out += this.text.slice(start, this.position)
      leadingBreak = isBreak(this.at()) ? this.readLine() : ''
      breaks = this.blockBreaks(indent, startLine).breaks
    }
    if (chomping !== -1) out += leadingBreak
    return chomping === 1 ? out + breaks : out
  }
  /** Skips indentation and empty lines; finds the indentation where none is known (0). */
  private blockBreaks(indent: number, startLine: number): { indent: number; breaks: string } {
    let deepest = 0
    let breaks = ''
    for (;;) {
      while ((indent === 0 || this.column < indent) && this.at() === SPACE) this.position++
      if (this.column > deepest) deepest = this.column
      if ((indent === 0 || this.column < indent) && this.at() === TAB) this.failIn(startLine, 'found a tab character where an indentation space is expected')
      if (!isBreak(this.at())) break
      breaks += this.readLine()
    }
    return { indent: indent === 0 ? Math.max(deepest, this.indent + 1, 1) : indent, breaks }
  }

  private fetchQuoted(quote: number): void {
    this.saveKey()
    this.simpleKeyAllowed = false
    const startLine = this.line
    const style = quote === SINGLE ? "'" : '"'
    const start = ++this.position
    // Most quoted scalars are one piece on one line.
    for (let c = this.at(); c !== quote && c !== BACKSLASH && !isBreakOrEnd(c); c = this.at()) this.position++
    if (this.at() === quote && !(quote === SINGLE && this.at(1) === SINGLE)) {
      this.add('scalar', startLine, this.text.slice(start, this.position++), false, '', style)
      return
    }
    this.position = start
    this.add('scalar', startLine, this.quotedText(quote, startLine), false, '', style)
  }
  private quotedText(quote: number, startLine: number): string {
    let out = ''
    for (;;) {
      if (this.column === 0 && (this.isDocumentMark(DASH) || this.isDocumentMark(DOT))) this.failIn(startLine, 'found unexpected document indicator')
      if (this.at() === NUL) this.failIn(startLine, 'found unexpected end of stream')
      let folded = false
      while (!isBlankOrEnd(this.at())) {
        const c = this.at()
        if (c === SINGLE && quote === SINGLE && this.at(1) === SINGLE) {
          out += "'"
          this.position += 2
        } else if (c === quote) {
          this.position++
          return out
        } else if (c === BACKSLASH && quote === DOUBLE) {
          if (isBreak(this.at(1))) {
            this.position++
            this.skipLine()
            folded = true
            break
          }
          out += this.escape(startLine)
        } else out += this.text[this.position++]
      }
      out += this.blanks(folded)
    }
  }
  private escape(startLine: number): string {
    const letter = this.text[this.position + 1] ?? ''
    const length = HEX_LENGTHS[letter]
    if (length === undefined) {
      const c = ESCAPES[letter]
      if (c === undefined) this.failIn(startLine, 'found unknown escape character')
      this.position += 2
      return c
    }
    this.position += 2
    const digits = this.text.slice(this.position, this.position + length)
    if (digits.length < length || !/^[\da-fA-F]+$/.test(digits)) this.failIn(startLine, 'did not find expected hexdecimal number')
    const value = parseInt(digits, 16)
    if ((value >= 0xd800 && value <= 0xdfff) || value > 0x10ffff) this.failIn(startLine, 'found invalid Unicode character escape code')
    this.position += length
    return String.fromCodePoint(value)
  }
  /** Blanks and breaks inside a quoted scalar, folded. */
  private blanks(alreadyBroken: boolean): string {
    let spaces = ''
    let firstBreak = ''
    let more = ''
    let broken = alreadyBroken
    for (let c = this.at(); isBlank(c) || isBreak(c); c = this.at()) {
      if (isBlank(c)) {
        if (!broken) spaces += this.text[this.position]
        this.position++
      } else if (broken) more += this.readLine()
      else {
        spaces = ''
        firstBreak = this.readLine()
        broken = true
      }
    }
    if (!broken) return spaces
    if (firstBreak === '\n') return more === '' ? ' ' : more
    return firstBreak + more
  }

  private fetchPlain(): void {
    this.saveKey()
    this.simpleKeyAllowed = false
    const startLine = this.line
    const indent = this.indent + 1
    let out = ''
    let pending = ''
    let broken = false
    for (;;) {
      if (this.column === 0 && (this.isDocumentMark(DASH) || this.isDocumentMark(DOT))) break
      if (this.at() === HASH) break
      const start = this.position
      for (let c = this.at(); !isBlankOrEnd(c); c = this.at()) {
        if (c === COLON && isBlankOrEnd(this.at(1))) break
        if (this.flowLevel > 0 && (c === COMMA || c === QUESTION || c === OPEN_SQUARE || c === CLOSE_SQUARE || c === OPEN_CURLY || c === CLOSE_CURLY)) break
        this.position++
      }
      if (this.position > start) {
        out += pending + this.text.slice(start, this.position)
        pending = ''
        broken = false
      }
      if (!isBlank(this.at()) && !isBreak(this.at())) break
      let spaces = ''
      let firstBreak = ''
      let more = ''
      for (let c = this.at(); isBlank(c) || isBreak(c); c = this.at()) {
        if (isBlank(c)) {
          if (broken && this.column < indent && c === TAB) this.failIn(startLine, 'found a tab character that violates indentation')
          if (!broken) spaces += this.text[this.position]
          this.position++
        } else if (broken) more += this.readLine()
        else {
          firstBreak = this.readLine()
          broken = true
        }
      }
      pending = !broken ? spaces : firstBreak === '\n' ? (more === '' ? ' ' : more) : firstBreak + more
      if (this.flowLevel === 0 && this.column < indent) break
    }
    this.add('scalar', startLine, out, true)
    if (broken) this.simpleKeyAllowed = true
  }
}

const noKey = (): SimpleKey => ({ possible: false, required: false, tokenNumber: -1, position: 0, line: 0, column: 0 })
