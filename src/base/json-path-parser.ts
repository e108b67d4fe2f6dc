/** Reads kubectl's JSONPath templates: text with actions in braces. upstream: client-go/util/jsonpath/parser.go */
import { Float64 } from './exact-json'
export type PathNode =
  | { readonly type: 'list'; readonly nodes: PathNode[] }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'field'; readonly name: string }
  | { readonly type: 'identifier'; readonly name: string }
  | { readonly type: 'value'; readonly value: number | boolean | Float64 }
  | { readonly type: 'slice'; readonly slice: Slice }
  | { readonly type: 'filter'; readonly left: PathList; readonly right: PathList; readonly operator: string }
  | { readonly type: 'union'; readonly lists: readonly PathList[] }
  | { readonly type: 'wildcard' }
  | { readonly type: 'recursive' }

export type PathList = Extract<PathNode, { type: 'list' }>

/** `[from:to:step]`; `single` marks `[from]`, whose end may wrap round to the length. */
export interface Slice {
  readonly from: number | undefined
  readonly to: number | undefined
  readonly step: number | undefined
  readonly single: boolean
}

/** The template is wrong (parsing) or does not fit the object (evaluation). */
export class JsonPathError extends Error {
  /** What was found so far: an `exists` filter counts it in spite of the error, as upstream does. */
  constructor(message: string, readonly values: readonly unknown[] = []) {
    super(message)
    this.name = 'JsonPathError'
  }
}

/** Throws JsonPathError. */
export function parseJsonPath(text: string): PathList {
  return new TemplateParser(text).parse()
}

/** The nodes of one action without its braces. */
function parseAction(text: string): PathList {
  return parseJsonPath(`{${text}}`).nodes[0] as PathList
}

const fail = (message: string): never => {
  throw new JsonPathError(message)
}

const isBlank = (c: string): boolean => c === ' ' || c === '\t'
const isEndOfLine = (c: string): boolean => c === '\r' || c === '\n'
const isTerminator = (c: string): boolean => c === '' || isBlank(c) || isEndOfLine(c) || '.,[]$@{}'.includes(c)
const isDigit = (c: string): boolean => /^\p{Nd}$/u.test(c)
const isAlphaNumeric = (c: string): boolean => c === '_' || /^[\p{L}\p{Nd}]$/u.test(c)

class TemplateParser {
  readonly #root: PathList = { type: 'list', nodes: [] }
  /** Where reading is, and where the part that is not yet consumed begins. */
  #at = 0
  #start = 0
  constructor(readonly input: string) {}

  parse(): PathList {
    // Actions and texts take turns; a loop, where upstream recurses.
    while (this.#at < this.input.length) {
      const brace = this.input.indexOf('{', this.#at)
      const end = brace < 0 ? this.input.length : brace
      if (end > this.#at) this.#root.nodes.push({ type: 'text', text: this.input.slice(this.#at, end) })
      this.#at = end
      if (brace < 0) break
      this.#at++
      this.#start = this.#at
      const list: PathList = { type: 'list', nodes: [] }
      this.#root.nodes.push(list)
      this.#action(list.nodes)
    }
    return this.#root
  }

  /** The next character and past it; empty at the end. */
  #next(): string {
    const code = this.input.codePointAt(this.#at)
    if (code === undefined) return ''
    const c = String.fromCodePoint(code)
    this.#at += c.length
    return c
  }
  #peek(): string {
    const code = this.input.codePointAt(this.#at)
    return code === undefined ? '' : String.fromCodePoint(code)
  }
  #consume(): string {
    const text = this.input.slice(this.#start, this.#at)
    this.#start = this.#at
    return text
  }

  /** Up to and including the closing brace. */
  #action(nodes: PathNode[]): void {
    for (;;) {
      if (this.input.startsWith('[?(', this.#at)) this.#filter(nodes)
      else if (this.input.startsWith('..', this.#at)) this.#recursive(nodes)
      else {
        const c = this.#peek()
        if (c === '}') {
          this.#at++
          this.#start = this.#at
          return
        }
        this.#part(c, nodes)
      }
    }
  }

  #part(c: string, nodes: PathNode[]): void {
    if (c === '' || isEndOfLine(c)) fail('unclosed action')
    if (c === '+' || c === '-' || isDigit(c)) return this.#number(nodes)
    if (isAlphaNumeric(c)) return this.#identifier(nodes)
    this.#next()
    if (c === ' ' || c === '@' || c === '$') this.#consume()
    else if (c === '[') this.#array(nodes)
    else if (c === '"' || c === "'") this.#quoted(nodes, c)
    else if (c === '.') this.#field(nodes)
    else fail(`unrecognized character in action: ${unicodeName(c)}`)
  }

  #identifier(nodes: PathNode[]): void {
    while (!isTerminator(this.#peek())) this.#next()
    const name = this.#consume()
    nodes.push(name === 'true' || name === 'false' ? { type: 'value', value: name === 'true' } : { type: 'identifier', name })
  }

  #recursive(nodes: PathNode[]): void {
    if (nodes.at(-1)?.type === 'recursive') fail('invalid multiple recursive descent')
    this.#at += 2
    this.#consume()
    nodes.push({ type: 'recursive' })
    if (isAlphaNumeric(this.#peek())) this.#field(nodes)
  }

  #number(nodes: PathNode[]): void {
    if ('+-'.includes(this.#peek())) this.#next()
    while (this.#peek() === '.' || isDigit(this.#peek())) this.#next()
    const text = this.#consume()
    if (!/^[-+]?(\d+\.?\d*|\.\d+)$/.test(text)) fail(`cannot parse number ${text}`)
    const whole = /^[-+]?\d+$/.test(text) && BigInt.asIntN(64, BigInt(text.replace('+', ''))) === BigInt(text.replace('+', ''))
    nodes.push({ type: 'value', value: whole ? Number(text) : new Float64(Number(text)) })
  }

  #array(nodes: PathNode[]): void {
    for (let c = this.#next(); c !== ']'; c = this.#next()) if (c === '' || c === '\n') fail('unterminated array')
    const inside = this.#consume().slice(1, -1)
    const text = inside === '*' ? ':' : inside
    const parts = text.split(',')
    if (parts.length > 1) {
      nodes.push({ type: 'union', lists: parts.map(part => parseAction(`[${part.replace(/^ +| +$/g, '')}]`)) })
      return
    }
    const key = /^'([^']*)'$/.exec(text)
    if (key !== null) {
      nodes.push(...parseAction(`.${key[1]}`).nodes)
      return
    }
    const match = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/.exec(text)
    if (match === null) return fail(`invalid array index ${text}`)
    const [from, to, step] = [match[1], match[2]?.slice(1), match[3]?.slice(1)].map(bound => {
      if (bound === '-') fail('array index - is not a number')
      return bound === undefined || bound === '' ? undefined : Number(bound)
    })
    const single = match[2] === undefined
    nodes.push({ type: 'slice', slice: { from, to: single ? (from ?? 0) + 1 : to, step, single } })
  }

  #filter(nodes: PathNode[]): void {
    this.#at += 3
    this.#consume()
    let quote = ''
    let closed = false
    for (let open = true; open; ) {
      const c = this.#next()
      if (c === '' || c === '\n') fail('unterminated filter')
      else if (c === '"' || c === "'") {
        if (quote === '') quote = c
        else if (c === quote && this.input[this.#at - 2] !== '\\') closed = true
      } else if (c === ')') open = (quote !== '') !== closed
    }
    if (this.#next() !== ']') fail('unclosed array expect ]')
    const text = this.#consume().slice(0, -2)
    const match = /^([^!<>=]+)([!<>=]+)(.+?)$/.exec(text)
    if (match === null) nodes.push({ type: 'filter', left: parseAction(text), right: { type: 'list', nodes: [] }, operator: 'exists' })
    else nodes.push({ type: 'filter', left: parseAction(match[1] as string), right: parseAction(match[3] as string), operator: match[2] as string })
  }

  #quoted(nodes: PathNode[], quote: string): void {
    for (;;) {
      const c = this.#next()
      if (c === '' || c === '\n') fail('unterminated quoted string')
      if (c === quote && this.input[this.#at - 2] !== '\\') break
    }
    const text = this.#consume()
    const unquoted = unquote(text.slice(1, -1), quote)
    if (unquoted === undefined) return fail(`unquote string ${text} error invalid syntax`)
    nodes.push({ type: 'text', text: unquoted })
  }

  #field(nodes: PathNode[]): void {
    this.#consume()
    while (!isTerminator(this.#peek())) if (this.#next() === '\\') this.#next()
    const name = this.#consume()
    nodes.push(name === '*' ? { type: 'wildcard' } : { type: 'field', name: name.replaceAll('\\', '') })
  }
}

/** Go's %#U: `U+0026 '&'`. */
function unicodeName(c: string): string {
  const hex = (c.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')
  return c === ' ' || !/[\p{C}\p{Z}]/u.test(c) ? `U+${hex} '${c}'` : `U+${hex}`
}

const ESCAPES: Record<string, string> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\' }

/** Go's escapes within either kind of quotes; undefined when one is wrong. upstream: strconv.UnquoteChar */
function unquote(text: string, quote: string): string | undefined {
  if (!text.includes('\\') && !text.includes(quote)) return text
  let out = ''
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string
    if (c === quote) return undefined
    if (c !== '\\') {
      out += c
      continue
    }
    const kind = text[++i] ?? ''
    const plain = kind === quote ? quote : ESCAPES[kind]
    if (plain !== undefined) {
      out += plain
      continue
    }
    const [pattern, base] = kind === 'x' ? [/^[0-9a-fA-F]{2}/, 16] : kind === 'u' ? [/^[0-9a-fA-F]{4}/, 16] : kind === 'U' ? [/^[0-9a-fA-F]{8}/, 16] : [/^[0-7]{3}/, 8]
    const digits = pattern.exec(text.slice(base === 16 ? i + 1 : i))?.[0]
    const code = digits === undefined ? NaN : parseInt(digits, base)
    if (digits === undefined || code > (base === 8 ? 255 : 0x10ffff) || (code >= 0xd800 && code < 0xe000)) return undefined
    out += String.fromCodePoint(code)
    i += base === 16 ? digits.length : digits.length - 1
  }
  return out
}
