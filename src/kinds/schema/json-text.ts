/** Parses JSON text and keeps what JSON.parse forgets: repeated keys, and numbers whose text Go would not take for an integer. */

import { Float64, integerOf } from '../../base/exact-json'

/** The entries of an object in the order in which they were written, repetitions included. */
export type Occurrences = ReadonlyMap<object, readonly (readonly [key: string, value: unknown])[]>

export interface ParsedJson {
  readonly value: unknown
  /** Objects with a repeated key; undefined when there is none. */
  readonly repeated: Occurrences | undefined
  /** By object or array: the texts of its whole numbers that are written as fractions (`1.0`, `1e3`) or exceed 2^53. */
  readonly numberTexts: ReadonlyMap<object, ReadonlyMap<string | number, string>> | undefined
}

/** Go's words for broken JSON: `invalid character 'x' looking for beginning of value`, `unexpected end of JSON input`. */
export class JsonSyntaxError extends Error {
  constructor(message: string, readonly offset: number) {
    super(message)
    this.name = 'JsonSyntaxError'
  }
}

const MAX_DEPTH = 10_000

/** Parses a whole text. Throws JsonSyntaxError with the message of Go's encoding/json. */
export function parseJsonText(text: string): ParsedJson {
  const plain = parsePlain(text)
  if (plain !== undefined) return plain
  const parser = new Parser(text)
  parser.space()
  const value = parser.value(0)
  parser.space()
  if (parser.at < text.length) throw parser.invalid('after top-level value')
  return { value, repeated: parser.repeated, numberTexts: parser.numberTexts }
}

/**
 * What programs send has no blanks: where the value's own text is the text that came, no key was repeated and no number was written in
 * another way, and the engine's parser does in a third of the time. undefined: look closer.
 */
function parsePlain(text: string): ParsedJson | undefined {
  if (text.charCodeAt(0) !== 0x7b || text.charCodeAt(1) !== 0x22 || text.includes('": ')) return undefined
  const end = text.endsWith('\n') ? text.slice(0, -1) : text
  // Integers beyond 2^53 have this many digits.
  if (/\d{16}/.test(end)) return undefined
  let value: unknown
  try {
    value = JSON.parse(end) as unknown
  } catch {
    return undefined
  }
  return JSON.stringify(value) === end ? { value, repeated: undefined, numberTexts: undefined } : undefined
}

/** The value, with the integers that a number does not hold as bigints, and with `floats` those that are written as fractions or with an exponent as what they are. */
export function exactValue({ value, numberTexts }: ParsedJson, { floats = false } = {}): unknown {
  for (const [container, texts] of numberTexts ?? []) for (const [key, text] of texts) {
    const whole = /^-?\d+$/.test(text)
    if (whole || floats) (container as Record<string | number, unknown>)[key] = whole ? integerOf(text) : new Float64(Number(text))
  }
  return value
}

class Parser {
  at = 0
  repeated: Map<object, (readonly [string, unknown])[]> | undefined
  numberTexts: Map<object, Map<string | number, string>> | undefined
  private oddNumber: string | undefined

  constructor(private readonly text: string) {}

  invalid(context: string): JsonSyntaxError {
    if (this.at >= this.text.length) return new JsonSyntaxError('unexpected end of JSON input', this.at)
    return new JsonSyntaxError(`invalid character ${quoteCharacter(String.fromCodePoint(this.text.codePointAt(this.at) as number))} ${context}`, this.at)
  }

  space(): void {
    for (;;) {
      const c = this.text.charCodeAt(this.at)
      if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) return
      this.at++
    }
  }

  value(depth: number): unknown {
    if (depth > MAX_DEPTH) throw new JsonSyntaxError('exceeded max depth', this.at)
    const c = this.text.charCodeAt(this.at)
    if (c === 0x22) return this.string()
    if (c === 0x7b) return this.object(depth)
    if (c === 0x5b) return this.array(depth)
    if (c === 0x2d || (c >= 0x30 && c <= 0x39)) return this.number()
    if (c === 0x74) return this.word('true', true)
    if (c === 0x66) return this.word('false', false)
    if (c === 0x6e) return this.word('null', null)
    throw this.invalid('looking for beginning of value')
  }

  private word<T>(word: string, value: T): T {
    for (let i = 1; i < word.length; i++) {
      this.at++
      if (this.text[this.at] !== word[i]) throw this.invalid(`in literal ${word} (expecting ${quoteCharacter(word[i] as string)})`)
    }
    this.at++
    return value
  }

  private object(depth: number): Record<string, unknown> {
    const out: Record<string, unknown> = {}
    let entries: (readonly [string, unknown])[] | undefined
    this.at++
    this.space()
    if (this.text.charCodeAt(this.at) === 0x7d) {
      this.at++
      return out
    }
    for (;;) {
      if (this.text.charCodeAt(this.at) !== 0x22) throw this.invalid('looking for beginning of object key string')
      const key = this.string()
      this.space()
      if (this.text.charCodeAt(this.at) !== 0x3a) throw this.invalid('after object key')
      this.at++
      this.space()
      const value = this.value(depth + 1)
      if (entries !== undefined) entries.push([key, value])
      else if (Object.hasOwn(out, key)) {
        entries = Object.entries(out)
        entries.push([key, value])
        ;(this.repeated ??= new Map()).set(out, entries)
      }
      if (key === '__proto__') Object.defineProperty(out, key, { value, enumerable: true, configurable: true, writable: true })
      else out[key] = value
      if (this.oddNumber !== undefined) this.noteNumber(out, key)
      this.space()
      const c = this.text.charCodeAt(this.at)
      if (c !== 0x2c && c !== 0x7d) throw this.invalid('after object key:value pair')
      this.at++
      if (c === 0x7d) return out
      this.space()
    }
  }

  private array(depth: number): unknown[] {
    const out: unknown[] = []
    this.at++
    this.space()
    if (this.text.charCodeAt(this.at) === 0x5d) {
      this.at++
      return out
    }
    for (;;) {
      out.push(this.value(depth + 1))
      if (this.oddNumber !== undefined) this.noteNumber(out, out.length - 1)
      this.space()
      const c = this.text.charCodeAt(this.at)
      if (c !== 0x2c && c !== 0x5d) throw this.invalid('after array element')
      this.at++
      if (c === 0x5d) return out
      this.space()
    }
  }

  private noteNumber(container: object, key: string | number): void {
    this.numberTexts ??= new Map()
    let texts = this.numberTexts.get(container)
    if (texts === undefined) this.numberTexts.set(container, (texts = new Map()))
    texts.set(key, this.oddNumber as string)
    this.oddNumber = undefined
  }

  private number(): number {
    const start = this.at
    const digits = (): void => {
      const from = this.at
      while (isDigit(this.text.charCodeAt(this.at))) this.at++
      if (this.at === from) throw this.invalid('in numeric literal')
    }
    if (this.text.charCodeAt(this.at) === 0x2d) this.at++
    if (this.text.charCodeAt(this.at) === 0x30) this.at++
    else digits()
    const wholeEnd = this.at
    if (this.text.charCodeAt(this.at) === 0x2e) {
      this.at++
      digits()
    }
    const e = this.text.charCodeAt(this.at)
    if (e === 0x65 || e === 0x45) {
      this.at++
      const sign = this.text.charCodeAt(this.at)
      if (sign === 0x2b || sign === 0x2d) this.at++
      digits()
    }
    const text = this.text.slice(start, this.at)
    const value = Number(text)
    if (Number.isInteger(value) && (this.at > wholeEnd || !Number.isSafeInteger(value))) this.oddNumber = text
    return value
  }

  private string(): string {
    const { text } = this
    const start = this.at + 1
    let at = start
    for (;;) {
      const c = text.charCodeAt(at)
      if (c === 0x22) {
        this.at = at + 1
        return text.slice(start, at)
      }
      if (c === 0x5c || !(c >= 0x20)) break
      at++
    }
    this.at = at
    let out = text.slice(start, at)
    for (;;) {
      const c = this.text.charCodeAt(this.at)
      if (c === 0x22) {
        this.at++
        return out
      }
      if (c < 0x20 || Number.isNaN(c)) throw this.invalid('in string literal')
      if (c === 0x5c) {
        this.at++
        out += this.escape()
      } else out += this.text[this.at++]
    }
  }

  private escape(): string {
    const c = this.text[this.at] ?? ''
    const plain = ESCAPES[c]
    if (plain !== undefined) {
      this.at++
      return plain
    }
    if (c !== 'u') throw this.invalid('in string escape code')
    const hex = this.text.slice(this.at + 1, this.at + 5)
    if (!/^[0-9a-fA-F]{4}$/.test(hex)) {
      this.at += 1 + (/^[0-9a-fA-F]*/.exec(hex)?.[0].length ?? 0)
      throw this.invalid('in \\u hexadecimal character escape')
    }
    this.at += 5
    return String.fromCharCode(parseInt(hex, 16))
  }
}

const ESCAPES: Record<string, string> = { '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }
const isDigit = (c: number): boolean => c >= 0x30 && c <= 0x39

/** A character as Go's %q-like quoting in syntax errors shows it. */
function quoteCharacter(c: string): string {
  if (c === "'") return `'\\''`
  if (c === '"') return `'"'`
  const escaped = JSON.stringify(c).slice(1, -1)
  return `'${/^\\u00/.test(escaped) ? `\\x${escaped.slice(4)}` : escaped}'`
}
