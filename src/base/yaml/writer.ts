/** YAML, byte for byte as Kubernetes' tools write it: sorted keys, lists not indented, lines folded after column 80. upstream: sigs.k8s.io/yaml over go.yaml.in/yaml/v2 */
import { Float64 } from '../exact-json'
import { UsageError } from '../errors'
import { goNumber } from '../go-text'
import { CONTROL_CHARACTERS, looksLikeAnotherType, REFUSED, withoutNextLines } from './types'

/** One document, ending in a line break, without `---`. Absent (undefined) entries are left out. Throws UsageError for texts that YAML cannot carry. */
export function yamlText(value: unknown): string {
  const out = new Writer()
  out.node(value, 0, 'root')
  return out.finish()
}

/** Several documents with `---` between them. */
export const yamlDocuments = (values: readonly unknown[]): string => values.map(yamlText).join('---\n')

/** Where a node stands: a value follows `key:`, the inline places follow `- ` or a long key's `: `. */
type Place = 'root' | 'value' | 'inline'

class Writer {
  /** Finished lines, and the one being written. */
  #out = ''
  #current = ''

  finish(): string {
    return this.#current === '' ? this.#out : `${this.#out}${this.#current}\n`
  }

  /** `indent` is the column of the collection that the node belongs to. */
  node(value: unknown, indent: number, place: Place): void {
    if (typeof value !== 'object' || value === null || value instanceof Float64) this.#scalar(value instanceof Float64 ? value.n : value, indent, place)
    else if (Array.isArray(value)) this.#list(value, indent, place)
    else this.#map(value as Record<string, unknown>, indent, place)
  }

  /** Starts a line at the column, unless writing stands there already. */
  #line(indent: number, inline: boolean): void {
    if (inline) return
    if (this.#current !== '') this.#out += `${this.#current}\n`
    this.#current = ' '.repeat(indent)
  }

  #list(list: readonly unknown[], indent: number, place: Place): void {
    if (list.length === 0) {
      this.#current += place === 'value' ? ' []' : '[]'
      return
    }
    const column = place === 'inline' ? indent + 2 : indent
    for (let i = 0; i < list.length; i++) {
      this.#line(column, i === 0 && place === 'inline')
      this.#current += '- '
      this.node(list[i], column, 'inline')
    }
  }

  #map(map: Record<string, unknown>, indent: number, place: Place): void {
    const keys = Object.keys(map).filter(k => map[k] !== undefined)
    if (keys.length === 0) {
      this.#current += place === 'value' ? ' {}' : '{}'
      return
    }
    const column = place === 'root' ? indent : indent + 2
    keys.sort(byNaturalOrder)
    keys.forEach((key, i) => {
      this.#line(column, i === 0 && place === 'inline')
      if (isSimpleKey(key)) {
        this.#current += `${scalarText(key, column, 0, true)}:`
        this.node(map[key], column, 'value')
      } else {
        this.#current += '? '
        this.#text(key, column)
        this.#line(column, false)
        this.#current += ': '
        this.node(map[key], column, 'inline')
      }
    })
  }

  #scalar(value: unknown, indent: number, place: Place): void {
    if (place === 'value') this.#current += ' '
    if (typeof value === 'string') this.#text(value, indent)
    // Written as JSON first, and read from there as what may be unsigned.
    else if (typeof value === 'number') this.#current += value >= 2 ** 63 && value < 2 ** 64 ? String(value) : goNumber(value)
    else this.#current += value === null || value === undefined ? 'null' : String(value)
  }

  #text(text: string, indent: number): void {
    const written = scalarText(withoutNextLines(text), indent + 2, columnOf(this.#current), false)
    const lastBreak = written.lastIndexOf('\n')
    if (lastBreak >= 0) this.#out += this.#current + written.slice(0, lastBreak + 1)
    this.#current = lastBreak >= 0 ? written.slice(lastBreak + 1) : this.#current + written
  }
}

/** Longer keys and those with line breaks are written `? key`. */
const isSimpleKey = (key: string): boolean => (key.length <= 42 || Buffer.byteLength(key) <= 128) && !LINE_BREAK.test(key)

/** Letters after everything else, numbers by their value. upstream: keyList.Less */
export function byNaturalOrder(a: string, b: string): number {
  let i = 0
  while (i < a.length && i < b.length && a.charCodeAt(i) === b.charCodeAt(i)) i++
  // Step back to the start of a surrogate pair.
  if (i > 0 && (a.charCodeAt(i) & 0xfc00) === 0xdc00) i--
  if (i >= a.length || i >= b.length) return a.length - b.length
  const [x, y] = [a.codePointAt(i) as number, b.codePointAt(i) as number]
  const [xLetter, yLetter] = [isLetter(x), isLetter(y)]
  if (xLetter && yLetter) return x - y
  if (xLetter || yLetter) return yLetter ? -1 : 1
  // A nought further right in a number counts as a digit of it.
  const within = (x === 48 || y === 48) && /[1-9]\d*$/.test(a.slice(0, i)) ? '1' : '0'
  const [m, n] = [digitsAt(a, i), digitsAt(b, i)]
  const order = compareNumbers(within + m, within + n)
  return order !== 0 ? order : m.length !== n.length ? m.length - n.length : x - y
}

const digitsAt = (text: string, i: number): string => {
  let j = i
  while (j < text.length && isDigit(text.charCodeAt(j))) j++
  return text.slice(i, j)
}

/** Upstream counts in 64 bits, and overflows. */
function compareNumbers(a: string, b: string): number {
  if (a.length <= 15 && b.length <= 15) return Number(a) - Number(b)
  const [x, y] = [BigInt.asIntN(64, BigInt(a)), BigInt.asIntN(64, BigInt(b))]
  return x < y ? -1 : x > y ? 1 : 0
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57
const isLetter = (code: number): boolean => (code < 128 ? (code >= 65 && code <= 90) || (code >= 97 && code <= 122) : /^\p{L}$/u.test(String.fromCodePoint(code)))

// ── Scalars ─────────────────────────────────────────────────────────────────

/** What YAML takes for the end of a line, as far as it is printable. */
const LINE_BREAK = /[\n\r\x85\u2028\u2029]/
/** Characters that force double quotes. Tabs are among them, and whatever lies beyond the basic plane. */
const SPECIAL = /[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/
/** Nothing in these can be mistaken for syntax, whatever surrounds them. */
const HARMLESS = /^[A-Za-z_/][A-Za-z0-9_/.-]*$/

/** `indent` is where further lines begin, `column` where this one stands; a simple key stays on its line. */
function scalarText(text: string, indent: number, column: number, isKey: boolean): string {
  if (HARMLESS.test(text)) return looksLikeAnotherType(text) ? `"${text}"` : text
  const fold = isKey || !text.includes(' ') ? undefined : { indent, column }
  if (SPECIAL.test(text)) return doubleQuoted(text, fold)
  const spaceBeforeBreak = / [\n\x85\u2028\u2029]/.test(text)
  if (text.includes('\n')) {
    const literal = !isKey && !spaceBeforeBreak && !text.endsWith(' ')
    return literal ? literalText(text, indent) : doubleQuoted(text, fold)
  }
  if (looksLikeAnotherType(text)) return doubleQuoted(text, fold)
  if (canBePlain(text)) return fold === undefined || column + text.length <= WIDTH ? text : folded(text, fold)
  if (spaceBeforeBreak || /[\u2028\u2029] /.test(text)) return doubleQuoted(text, fold)
  const [first = '', ...parts] = text.replaceAll("'", "''").split(/(?<=[\u2028\u2029])(?=[^\u2028\u2029])/)
  const line = (part: string, at: number): string => (fold === undefined ? part : folded(part, { indent, column: at }))
  return `'${line(first, column + 1)}${parts.map(part => ' '.repeat(indent) + line(part, indent)).join('')}'`
}

const WIDTH = 80
interface Fold {
  readonly indent: number
  readonly column: number
}

/** Columns count characters, not code units. */
const columnOf = (line: string): number => (/^[\x20-\x7e]*$/.test(line) ? line.length : [...line].length)

/** Breaks the line at the first single blank past the width, and so on; blanks at either end stay. */
function folded(text: string, { indent, column }: Fold): string {
  const pad = `\n${' '.repeat(indent)}`
  const characters = [...text]
  let out = ''
  for (let i = 0; i < characters.length; i++) {
    const c = characters[i] as string
    const single = c === ' ' && characters[i - 1] !== ' ' && characters[i + 1] !== ' '
    if (single && column > WIDTH && i > 0 && i < characters.length - 1) {
      out += pad
      column = indent
    } else {
      out += c
      column++
    }
  }
  return out
}

/** Without line breaks of its own, blanks at its ends, or what YAML reads as an indicator. */
export function canBePlain(text: string): boolean {
  if (/[\u2028\u2029]/.test(text) || text.startsWith(' ') || text.endsWith(' ')) return false
  if (text.startsWith('---') || text.startsWith('...')) return false
  if (/^[#,[\]{}&*!|>'"%@`]/.test(text) || /^[-?:](?: |$)/.test(text)) return false
  return !/:(?: |$)/.test(text) && !/ #/.test(text)
}

/** `|` with the marks for a leading blank (its indentation) and for how the text ends. */
function literalText(text: string, indent: number): string {
  const hint = /^[ \n\u2028\u2029]/.test(text) ? '2' : ''
  const chomp = !/[\n\u2028\u2029]$/.test(text) ? '-' : /^[\n\u2028\u2029]$|[\n\u2028\u2029]{2}$/.test(text) ? '+' : ''
  const pad = ' '.repeat(indent)
  const body = text.replace(/[^\n\u2028\u2029]+/g, line => pad + line)
  return `|${hint}${chomp}\n${body}`
}

const ESCAPES: Record<string, string> = {
  '\0': '0', '\x07': 'a', '\b': 'b', '\t': 't', '\n': 'n', '\v': 'v', '\f': 'f', '\r': 'r', '\x1b': 'e', '"': '"', '\\': '\\', '\x85': 'N', '\xa0': '_', '\u2028': 'L', '\u2029': 'P',
}

export function doubleQuoted(text: string, fold?: Fold): string {
  if (REFUSED.test(text)) throw new UsageError(CONTROL_CHARACTERS)
  // A byte order mark at the start makes upstream escape all that follows, and fold nothing.
  const all = text.startsWith('\ufeff')
  const characters = [...text]
  let out = '"'
  let column = (fold?.column ?? 0) + 1
  let afterSpace = false
  for (let i = 0; i < characters.length; i++) {
    const c = characters[i] as string
    if (c === ' ' && !all && fold !== undefined && !afterSpace && column > WIDTH && i > 0 && i < characters.length - 1) {
      // A blank at the start of the next line must be shielded.
      const shield = characters[i + 1] === ' ' ? '\\' : ''
      out += `\n${' '.repeat(fold.indent)}${shield}`
      column = fold.indent + shield.length
    } else {
      const written = !all && c !== '"' && c !== '\\' && !SPECIAL.test(c) && !LINE_BREAK.test(c) ? c : escaped(c)
      out += written
      column += written === c ? 1 : written.length
    }
    afterSpace = c === ' '
  }
  return `${out}"`
}

function escaped(c: string): string {
  const named = ESCAPES[c]
  if (named !== undefined) return `\\${named}`
  const code = c.codePointAt(0) as number
  const hex = code.toString(16).toUpperCase()
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
}
