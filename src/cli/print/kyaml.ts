/** KYAML: YAML with braces and quotes, in which nothing depends on blanks. upstream: sigs.k8s.io/yaml/kyaml */
import { Float64 } from '../../base/exact-json'
import { UsageError } from '../../base/errors'
import { sortedKeys } from '../../base/go-text'
import { CONTROL_CHARACTERS, looksLikeAnotherType, REFUSED, withoutNextLines } from '../../base/yaml/types'

/** One document with its `---`, ending in a line break. Throws UsageError for texts that YAML cannot carry. `sorted: false` keeps the order of the fields. */
export function kyamlText(value: unknown, { sorted = true }: { readonly sorted?: boolean } = {}): string {
  return `---\n${node(value, 0, sorted)}\n`
}

const margin = (level: number): string => '  '.repeat(level)

function node(value: unknown, level: number, sorted: boolean): string {
  if (Array.isArray(value)) return list(value, level, sorted)
  if (value instanceof Float64) return value.json
  if (typeof value === 'object' && value !== null) return map(value as Record<string, unknown>, level, sorted)
  if (typeof value === 'string') return quoted(withoutNextLines(value), level + 1)
  return String(value ?? null)
}

/** Lists of maps and lists alone share their brackets. */
function list(values: readonly unknown[], level: number, sorted: boolean): string {
  if (values.length === 0) return '[]'
  if (values.every(v => typeof v === 'object' && v !== null && !(v instanceof Float64))) return `[${values.map(v => node(v, level, sorted)).join(', ')}]`
  return `[\n${values.map(v => `${margin(level + 1)}${node(v, level + 1, sorted)},\n`).join('')}${margin(level)}]`
}

function map(value: Record<string, unknown>, level: number, sorted: boolean): string {
  const keys = (sorted ? sortedKeys(value) : Object.keys(value)).filter(k => value[k] !== undefined)
  if (keys.length === 0) return '{}'
  return `{\n${keys.map(k => `${margin(level + 1)}${needsQuotes(k) ? quoted(k, 0, true) : k}: ${node(value[k], level + 1, sorted)},\n`).join('')}${margin(level)}}`
}

const PLAIN = /^[\p{L}\p{N}_](?:[\p{L}\p{N}_./-]*[\p{L}\p{N}_])?$/u
/** What Go's own parsers of booleans and numbers take besides what YAML's do. */
const GO_LITERAL = /^(?:[tTfF]|[-+]?(?:[iI][nN][fF](?:[iI][nN][iI][tT][yY])?|[nN][aA][nN])|[-+]?0[xX][0-9a-fA-F]*\.?[0-9a-fA-F]*[pP][-+]?\d+)$/
const needsQuotes = (text: string): boolean => !PLAIN.test(text) || GO_LITERAL.test(text) || looksLikeAnotherType(text) || looksLikeAnotherType(text.toLowerCase())

const ESCAPES: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\x07': '\\a', '\b': '\\b', '\f': '\\f', '\r': '\\r', '\v': '\\v', '\0': '\\0', '\x1b': '\\e', '\x85': '\\N', '\xa0': '\\_', '\u2028': '\\L', '\u2029': '\\P' }
const FOLD = '\\\n'

/** A text of several lines is folded at its line breaks; leading blanks of a line are escaped. */
function quoted(text: string, level: number, oneLine = false): string {
  if (REFUSED.test(text)) throw new UsageError(`error decoding: ${CONTROL_CHARACTERS}`)
  const several = !oneLine && text.includes('\n')
  let out = several ? `"${FOLD}` : '"'
  for (const c of text) {
    if (out.endsWith('\n')) out += `${margin(level)}${/\p{White_Space}/u.test(c) && c !== '\n' ? '\\' : ' '}`
    if (c === '\n') out += oneLine ? '\\n' : `\\n${FOLD}`
    else if (c === '\t') out += oneLine ? '\\t' : '\t'
    else out += ESCAPES[c] ?? (/[\p{C}\p{Z}]/u.test(c) && c !== ' ' ? unicode(c) : c)
  }
  if (!several) return `${out}"`
  return `${out}${out.endsWith('\n') ? '' : FOLD}${margin(level)}"`
}

function unicode(c: string): string {
  const code = c.codePointAt(0) as number
  const hex = (digits: number): string => code.toString(16).padStart(digits, '0')
  return code < 0x20 || code === 0x7f ? `\\x${hex(2)}` : code < 0x10000 ? `\\u${hex(4)}` : `\\U${hex(8)}`
}
