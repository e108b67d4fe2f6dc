/** Go's literals: quoted texts, characters, numbers. upstream: strconv */
import { goQuote } from '../../../base/field'

const ESCAPES: Record<string, string> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\' }

/** The text within "" or ``; undefined when it is malformed. */
export function unquote(quoted: string): string | undefined {
  const body = quoted.slice(1, -1)
  if (quoted.startsWith('`')) return body.replaceAll('\r', '')
  return body.includes('\\') ? unescaped(body, '"') : body
}

/** The code of a character constant, or what is wrong with it. */
export function unquoteCharacter(text: string): bigint | string {
  const body = text.slice(1, -1)
  const c = body === '' ? undefined : unescaped(body, "'")
  if (c === undefined) return 'invalid syntax'
  return [...c].length === 1 ? BigInt(c.codePointAt(0) as number) : `malformed character constant: ${text}`
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

/** An int as bigint, a float as number, or what is wrong. */
export function numberOf(text: string): bigint | number | string {
  const sign = text.startsWith('-') ? -1n : 1n
  const digits = text.replace(/^[-+]/, '').replaceAll('_', '')
  const integer = /^0[0-7]+$/.test(digits) ? `0o${digits}` : digits
  if (/^(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|0|[1-9][0-9]*)$/.test(integer)) {
    const n = sign * BigInt(integer)
    if (BigInt.asIntN(64, n) === n) return n
    return n > 0 && n < 1n << 64n ? `${text} overflows int` : `integer overflow: ${goQuote(text)}`
  }
  const n = /^(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(digits) ? Number(digits) * Number(sign) : NaN
  if (Number.isFinite(n)) return /[.eE]/.test(text) ? n : `integer overflow: ${goQuote(text)}`
  return `illegal number syntax: ${goQuote(text)}`
}
