/** JSON values as Go programs write them: `%v` and `%#v`, encoding/json's bytes; and Go's small hashes. */
import { Float64 } from './exact-json'
import { goQuote } from './field'

/** Keys in Go's order (by code point); absent (undefined) entries are left out. */
export function sortedKeys(object: object): string[] {
  return Object.keys(object).filter(k => (object as Record<string, unknown>)[k] !== undefined).sort(byCodePoint)
}

/** Go compares strings by bytes, which is by code point; JavaScript by UTF-16 unit, which differs above U+FFFF only. */
export function byCodePoint(a: string, b: string): number {
  const n = Math.min(a.length, b.length)
  for (let i = 0; i < n; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x !== y) {
      const xHigh = x >= 0xd800 && x < 0xe000
      const yHigh = y >= 0xd800 && y < 0xe000
      return xHigh === yHigh ? x - y : xHigh ? 1 : -1
    }
  }
  return a.length - b.length
}

/** `%v`: `map[a:1 b:[x y]]`, `<nil>`, `1e+06` for what is not whole. */
export function goValue(value: unknown): string {
  if (typeof value === 'string') return value
  if (value === null || value === undefined) return '<nil>'
  if (typeof value === 'number') return goNumber(value)
  if (value instanceof Float64) return floatText(value.n)
  if (Array.isArray(value)) return `[${value.map(goValue).join(' ')}]`
  if (typeof value === 'object') return `map[${sortedKeys(value).map(k => `${k}:${goValue((value as Record<string, unknown>)[k])}`).join(' ')}]`
  return String(value)
}

/** `%#v`: `map[string]interface {}{"a":1, "b":[]interface {}{"x"}}`. */
export function goSyntax(value: unknown): string {
  if (typeof value === 'string') return goQuote(value)
  if (value === null || value === undefined) return '<nil>'
  if (typeof value === 'number') return goNumber(value)
  if (value instanceof Float64) return floatText(value.n)
  if (Array.isArray(value)) return `[]interface {}{${value.map(innerSyntax).join(', ')}}`
  if (typeof value === 'object')
    return `map[string]interface {}{${sortedKeys(value).map(k => `${goQuote(k)}:${innerSyntax((value as Record<string, unknown>)[k])}`).join(', ')}}`
  return String(value)
}
const innerSyntax = (value: unknown): string => (value === null || value === undefined ? 'interface {}(nil)' : goSyntax(value))

/** The name of the type that decoding gives a JSON value: `map[string]interface {}`, `int64`, `string` … */
export function goTypeName(value: unknown): string {
  if (typeof value === 'string') return 'string'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'number') return Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63 ? 'int64' : 'float64'
  if (typeof value === 'bigint') return 'int64'
  if (value instanceof Float64) return 'float64'
  if (Array.isArray(value)) return '[]interface {}'
  return value === null || value === undefined ? '<nil>' : 'map[string]interface {}'
}

/** Whole numbers were integers in the JSON; others are `%g`, which turns to exponents early: `1.2345675e+06`, `1e-05`. */
export function goNumber(n: number): string {
  return Number.isInteger(n) && Math.abs(n) < 2 ** 63 ? BigInt(n).toString() : floatText(n)
}

/** `%g` of a float64. */
function floatText(n: number): string {
  if (n === 0) return Object.is(n, -0) ? '-0' : '0'
  if (!Number.isFinite(n)) return Number.isNaN(n) ? 'NaN' : n > 0 ? '+Inf' : '-Inf'
  const [digits = '', exponent = '0'] = n.toExponential().split('e')
  const power = Number(exponent)
  if (power >= -4 && power < 6) return String(n)
  return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
}

/** The bytes of Go's json.Marshal of a decoded value: sorted keys, <>& escaped, no blanks. */
export function goJson(value: unknown): string {
  if (typeof value === 'string') return goJsonString(value)
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) {
    let out = '['
    for (let i = 0; i < value.length; i++) out += (i === 0 ? '' : ',') + goJson(value[i])
    return `${out}]`
  }
  if (value instanceof Float64) return value.json
  if (typeof value === 'object') {
    let out = ''
    for (const key of sortedKeys(value)) out += `${out === '' ? '' : ','}${goJsonString(key)}:${goJson((value as Record<string, unknown>)[key])}`
    return `{${out}}`
  }
  // Numbers read alike in both languages: exponents below 1e-6 and from 1e21 on.
  return String(value)
}

/** json.MarshalIndent: one entry a line; empty maps and lists stay on theirs. Keys in the object's own order unless sorted. */
export function goJsonIndent(value: unknown, indent: string, { sorted = true, prefix = '' }: { sorted?: boolean; prefix?: string } = {}): string {
  if (value === null || typeof value !== 'object' || value instanceof Float64) return goJson(value)
  const inner = prefix + indent
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]'
    return `[\n${value.map(v => inner + goJsonIndent(v, indent, { sorted, prefix: inner })).join(',\n')}\n${prefix}]`
  }
  const object = value as Record<string, unknown>
  const keys = sorted ? sortedKeys(object) : Object.keys(object).filter(k => object[k] !== undefined)
  if (keys.length === 0) return '{}'
  return `{\n${keys.map(k => `${inner}${goJsonString(k)}: ${goJsonIndent(object[k], indent, { sorted, prefix: inner })}`).join(',\n')}\n${prefix}}`
}

const HTML = /[<>&\u2028\u2029]/
/** A JSON string with what HTML would mistake escaped. */
export function goJsonString(text: string): string {
  const json = JSON.stringify(text)
  if (!HTML.test(json)) return json
  return json.replace(/[<>&\u2028\u2029]/g, c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

// ── Hashes ──────────────────────────────────────────────────────────────────

const FNV_PRIME = 0x01000193
const FNV_OFFSET = 0x811c9dc5

/** hash/fnv New32a over UTF-8: pod-template-hash and its like. */
export function fnv32a(text: string | Uint8Array): number {
  let h = FNV_OFFSET
  for (const byte of bytesOf(text)) h = Math.imul(h ^ byte, FNV_PRIME)
  return h >>> 0
}

/** hash/fnv New32, the older order of operations: ControllerRevision names. */
export function fnv32(text: string | Uint8Array): number {
  let h = FNV_OFFSET
  for (const byte of bytesOf(text)) h = Math.imul(h, FNV_PRIME) ^ byte
  return h >>> 0
}

const bytesOf = (text: string | Uint8Array): Uint8Array => (typeof text === 'string' ? Buffer.from(text) : text)

const SAFE = 'bcdfghjklmnpqrstvwxz2456789'
/** Each character exchanged for one without vowels, so that no bad words arise. upstream: apimachinery/pkg/util/rand.SafeEncodeString */
export function safeEncodeString(text: string): string {
  let out = ''
  for (const c of text) out += SAFE[(c.codePointAt(0) as number) % SAFE.length]
  return out
}
