/** Go's literals: quoted texts, characters, numbers. upstream: strconv */
import { goQuote } from '../../../base/field'
import { Float64 } from '../../../base/exact-json'
import { Complex } from './value'

const ESCAPES: Record<string, string> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\' }

/** The text within "" or ``; undefined when it is malformed. */
export function unquote(quoted: string): string | undefined {
  const body = quoted.slice(1, -1)
  if (quoted.startsWith('`')) return body.replaceAll('\r', '')
  return body.includes('\\') ? unescaped(body, '"') : body
}

/** The code of a character constant, or what is wrong with it. */
export function unquoteCharacter(text: string): bigint | { readonly problem: string } {
  const body = text.slice(1, -1)
  const c = body === '' ? undefined : unescaped(body, "'")
  if (c === undefined) return { problem: 'invalid syntax' }
  return [...c].length === 1 ? BigInt(c.codePointAt(0) as number) : { problem: `malformed character constant: ${text}` }
}

function unescaped(body: string, quote: string): string | undefined {
  const bytes: number[] = []
  let out = ''
  const flush = (): void => {
    if (bytes.length > 0) out += Buffer.from(bytes.splice(0)).toString()
  }
  for (let i = 0; i < body.length; i++) {
    const c = body[i] as string
    if (c !== '\\') {
      flush()
      out += c
      continue
    }
    const kind = body[++i] ?? ''
    const plain = kind === quote ? quote : ESCAPES[kind]
    const size = kind === 'x' ? 2 : kind === 'u' ? 4 : kind === 'U' ? 8 : 3
    const base = size === 3 ? 8 : 16
    const start = base === 8 ? i : i + 1
    const digits = body.slice(start, start + size)
    if (plain !== undefined) {
      flush()
      out += plain
      continue
    }
    const code = (base === 8 ? /^[0-7]{3}$/ : /^[0-9a-fA-F]+$/).test(digits) && digits.length === size ? parseInt(digits, base) : NaN
    if (Number.isNaN(code) || code > (size < 4 ? 255 : 0x10ffff) || (code >= 0xd800 && code < 0xe000)) return undefined
    // \x and octal escapes are bytes.
    if (size < 4) bytes.push(code)
    else {
      flush()
      out += String.fromCodePoint(code)
    }
    i = start + size - 1
  }
  flush()
  return out
}

/** What a number in a template is worth: an int, a float64, a complex128, or no int although it looks like one. */
export type NumberValue = bigint | Float64 | Complex | 'overflow'

/** The value, or what is wrong, as `{ problem }`. upstream: parse.newNumber, exec.idealConstant */
export function numberOf(text: string): NumberValue | { readonly problem: string } {
  const illegal = { problem: `illegal number syntax: ${goQuote(text)}` }
  if (text.endsWith('i')) return complexOf(text.slice(0, -1)) ?? illegal
  if (!underscoresFit(text)) return illegal
  const sign = text.startsWith('-') ? -1n : 1n
  const digits = text.replace(/^[-+]/, '').replaceAll('_', '')
  const integer = /^0[0-7]+$/.test(digits) ? `0o${digits}` : digits
  if (/^(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|0|[1-9][0-9]*)$/.test(integer)) {
    const n = sign * BigInt(integer)
    if (BigInt.asIntN(64, n) === n) return n
    return n > 0 && n < 1n << 64n && !/^[-+]/.test(text) ? 'overflow' : { problem: `integer overflow: ${goQuote(text)}` }
  }
  const n = floatOf(text)
  if (n === undefined) return illegal
  return /[.eEpP]/.test(text) ? new Float64(n) : { problem: `integer overflow: ${goQuote(text)}` }
}

/** `1+2i`, `-.5i` without the i. */
function complexOf(text: string): Complex | undefined {
  const middle = /(?<=[^eEpP])[-+]/.exec(text)?.index
  const [re, im] = middle === undefined ? [0, floatOf(text)] : [floatOf(text.slice(0, middle)), floatOf(text.slice(middle))]
  return re === undefined || im === undefined ? undefined : new Complex(re, im)
}

/** Underscores stand between digits, or between a prefix and a digit. upstream: strconv.underscoreOK */
const underscoresFit = (text: string): boolean => !text.includes('_') || (!/__|_$|_[.eEpP+-]|[.+-]_|^_/.test(text) && !/^[-+]?0[xX].*[pP]_|^[-+]?(?!0[xX]).*[eE]_/.test(text))

/** undefined for what is none, or too large. upstream: strconv.ParseFloat */
function floatOf(text: string): number | undefined {
  if (!underscoresFit(text)) return undefined
  const bare = text.replaceAll('_', '')
  const hex = /^([-+]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([-+]?\d+)$/.exec(bare)
  const n = hex !== null ? (hex[1] === '-' ? -1 : 1) * Number(`0x${hex[2]}${hex[3] || ''}`) * 2 ** (Number(hex[4]) - 4 * (hex[3] as string).length) : /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(bare) ? Number(bare) : NaN
  return Number.isFinite(n) ? n : undefined
}
