/** Splits a Go template into tokens. upstream: Go's text/template/parse/lex.go */
import { goQuote } from '../../../base/field'

export type TokenType =
  | 'error' | 'eof' | 'text' | 'leftDelim' | 'rightDelim' | 'space' | 'identifier' | 'field' | 'variable' | 'dot' | 'nil' | 'bool' | 'number' | 'char constant' | 'string' | 'raw string'
  | 'assign' | 'declare' | 'pipe' | 'left paren' | 'right paren' | 'char'
  | 'block' | 'break' | 'continue' | 'define' | 'else' | 'end' | 'if' | 'range' | 'template' | 'with'

export interface Token {
  readonly type: TokenType
  readonly text: string
  /** Offset in the template, and its line from 1. */
  readonly at: number
  readonly line: number
}

const KEYWORDS = new Set<string>(['block', 'break', 'continue', 'define', 'else', 'end', 'if', 'range', 'template', 'with'])
const WORDS: Record<string, TokenType> = { nil: 'nil', true: 'bool', false: 'bool' }

/** How error messages show a token. */
export function tokenText({ type, text }: Token): string {
  if (type === 'eof') return 'EOF'
  if (type === 'error') return text
  if (KEYWORDS.has(type) || type === 'dot' || type === 'nil') return `<${text}>`
  return text.length > 10 ? `${goQuote([...text].slice(0, 10).join(''))}...` : goQuote(text)
}

const isSpace = (c: string): boolean => c === ' ' || c === '\t' || c === '\r' || c === '\n'
const isAlphaNumeric = (c: string): boolean => /^[\p{L}\p{Nd}_]$/u.test(c)
const NUMBER = /^[-+]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][-+]?[0-9_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9_]*)?)i?/

const character = (text: string, at: number): string => {
  const code = text.codePointAt(at)
  return code === undefined ? '' : String.fromCodePoint(code)
}
/** Go's %#U. */
const unicodeName = (c: string): string => {
  if (c === '') return 'U+FFFFFFFFFFFFFFFF'
  const hex = `U+${(c.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')}`
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(c) ? `${hex} '${c}'` : hex
}

export class Lexer {
  #at = 0
  #line = 1
  #inside = false
  #depth = 0
  constructor(readonly input: string) {}

  next(): Token {
    return this.#inside ? this.#insideAction() : this.#text()
  }

  /** The token from here to `end`. */
  #emit(type: TokenType, end: number): Token {
    const token = { type, text: this.input.slice(this.#at, end), at: this.#at, line: this.#line }
    this.#skip(end)
    return token
  }
  #skip(end: number): void {
    for (let i = this.#at; i < end; i++) if (this.input.charCodeAt(i) === 10) this.#line++
    this.#at = end
  }
  #error(message: string): Token {
    return { type: 'error', text: message, at: this.#at, line: this.#line }
  }

  #text(): Token {
    for (;;) {
      const open = this.input.indexOf('{{', this.#at)
      if (open < 0) return this.#at < this.input.length ? this.#emit('text', this.input.length) : this.#emit('eof', this.#at)
      const trims = /^-\s/.test(this.input.slice(open + 2, open + 4))
      const text = this.input.slice(this.#at, open)
      const kept = trims ? text.replace(/[ \t\r\n]+$/, '') : text
      if (kept !== '') {
        const token = this.#emit('text', this.#at + kept.length)
        this.#skip(open)
        return token
      }
      this.#skip(open)
      const start = open + (trims ? 4 : 2)
      if (this.input.startsWith('/*', start)) {
        const failed = this.#comment(start)
        if (failed !== undefined) return failed
        continue
      }
      const token = this.#emit('leftDelim', open + 2)
      this.#skip(start)
      this.#inside = true
      this.#depth = 0
      return token
    }
  }

  #comment(start: number): Token | undefined {
    const end = this.input.indexOf('*/', start + 2)
    if (end < 0) return this.#error('unclosed comment')
    const closing = this.#closing(end + 2)
    if (closing === undefined) return this.#error('comment ends before closing delimiter')
    this.#skip(closing.end)
    return undefined
  }

  /** The closing braces at a place: where they start and end, with what they trim. */
  #closing(at: number): { readonly start: number; readonly end: number } | undefined {
    const trims = /^\s-}}/.test(this.input.slice(at, at + 4)) && isSpace(this.input[at] as string)
    if (!trims && !this.input.startsWith('}}', at)) return undefined
    const end = at + (trims ? 4 : 2)
    if (!trims) return { start: at, end }
    let after = end
    while (after < this.input.length && isSpace(this.input[after] as string)) after++
    return { start: at + 2, end: after }
  }

  #insideAction(): Token {
    const closing = this.#closing(this.#at)
    if (closing !== undefined) return this.#close(closing)
    const c = character(this.input, this.#at)
    const at = this.#at
    if (c === '') return this.#error('unclosed action')
    if (isSpace(c)) return this.#space()
    if (c === '=') return this.#emit('assign', at + 1)
    if (c === ':') return this.input[at + 1] === '=' ? this.#emit('declare', at + 2) : this.#error('expected :=')
    if (c === '|') return this.#emit('pipe', at + 1)
    if (c === '"') return this.#quoted('"', 'string', 'unterminated quoted string')
    if (c === "'") return this.#quoted("'", 'char constant', 'unterminated character constant')
    if (c === '`') {
      const end = this.input.indexOf('`', at + 1)
      return end < 0 ? this.#error('unterminated raw quoted string') : this.#emit('raw string', end + 1)
    }
    if (c === '$' || (c === '.' && !/[0-9]/.test(this.input[at + 1] ?? ''))) return this.#fieldOrVariable(c)
    if (/[-+.0-9]/.test(c)) return this.#number()
    if (isAlphaNumeric(c)) return this.#identifier()
    if (c === '(') {
      this.#depth++
      return this.#emit('left paren', at + 1)
    }
    if (c === ')') return --this.#depth < 0 ? this.#error('unexpected right paren') : this.#emit('right paren', at + 1)
    return /^[ -~]$/.test(c) ? this.#emit('char', at + 1) : this.#error(`unrecognized character in action: ${unicodeName(c)}`)
  }

  #close({ start, end }: { readonly start: number; readonly end: number }): Token {
    if (this.#depth > 0) return this.#error('unclosed left paren')
    this.#skip(start)
    const token = this.#emit('rightDelim', start + 2)
    this.#skip(end)
    this.#inside = false
    return token
  }

  /** The last blank before a trimming delimiter is the delimiter's. */
  #space(): Token {
    let end = this.#at
    while (end < this.input.length && isSpace(this.input[end] as string)) end++
    return this.#emit('space', this.input.startsWith('-}}', end) && end - this.#at > 1 ? end - 1 : end)
  }

  /** What may follow a word without a blank. */
  #atEndOfWord(at: number): boolean {
    const c = this.input[at] ?? ''
    return c === '' || isSpace(c) || '.,|:)('.includes(c) || this.input.startsWith('}}', at)
  }

  #wordEnd(at: number): number {
    for (let c = character(this.input, at); c !== '' && isAlphaNumeric(c); c = character(this.input, at)) at += c.length
    return at
  }

  #fieldOrVariable(sign: string): Token {
    const type: TokenType = sign === '$' ? 'variable' : 'field'
    if (this.#atEndOfWord(this.#at + 1)) return this.#emit(sign === '$' ? 'variable' : 'dot', this.#at + 1)
    const end = this.#wordEnd(this.#at + 1)
    return this.#atEndOfWord(end) ? this.#emit(type, end) : this.#error(`bad character ${unicodeName(character(this.input, end))}`)
  }

  #identifier(): Token {
    const end = this.#wordEnd(this.#at)
    if (!this.#atEndOfWord(end)) return this.#error(`bad character ${unicodeName(character(this.input, end))}`)
    const word = this.input.slice(this.#at, end)
    return this.#emit(KEYWORDS.has(word) ? (word as TokenType) : (WORDS[word] ?? 'identifier'), end)
  }

  #quoted(quote: string, type: TokenType, unterminated: string): Token {
    for (let i = this.#at + 1; ; i++) {
      const c = this.input[i]
      if (c === '\\') i++
      if (this.input[i] === undefined || this.input[i] === '\n') return this.#error(unterminated)
      if (c === quote) return this.#emit(type, i + 1)
    }
  }

  /** `12`, `0x1F`, `1e3`, `2i`; `1+2i` is a sum of two without blanks. */
  #number(): Token {
    const rest = this.input.slice(this.#at)
    const first = this.#part(rest, 0)
    if (typeof first !== 'number') return first
    if (!/^[-+]/.test(rest.slice(first))) return this.#emit('number', this.#at + first)
    const second = this.#part(rest, first)
    if (typeof second !== 'number') return second
    return rest[second - 1] === 'i' ? this.#emit('number', this.#at + second) : this.#error(`bad number syntax: ${goQuote(rest.slice(0, second))}`)
  }

  /** Where the number that begins at `from` ends, or that none does. */
  #part(rest: string, from: number): number | Token {
    const end = from + (NUMBER.exec(rest.slice(from))?.[0] ?? '').length
    const following = character(rest, end)
    return following !== '' && isAlphaNumeric(following) ? this.#error(`bad number syntax: ${goQuote(rest.slice(0, end) + following)}`) : end
  }
}
