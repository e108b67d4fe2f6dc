/** Values of flags from their texts, with Go's error messages. upstream: pflag's value types, strconv, encoding/csv */
import { parseDuration } from '../../base/duration'
import { goQuote } from '../../base/field'
import type { FlagDefinition, FlagType, FlagValue } from './definition'

const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True'])
const FALSE = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False'])

/** undefined when the text is no boolean. upstream: strconv.ParseBool */
export function parseBool(text: string): boolean | undefined {
  return TRUE.has(text) ? true : FALSE.has(text) ? false : undefined
}

const LIMITS: Partial<Record<FlagType, readonly [bigint, bigint]>> = {
  j: [-(2n ** 31n), 2n ** 31n - 1n],
  i: [-(2n ** 63n), 2n ** 63n - 1n],
  l: [-(2n ** 63n), 2n ** 63n - 1n],
}
// Base prefixes and underscores between digits, as strconv.ParseInt takes them with base 0.
const INTEGER = /^([+-]?)(0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0(?:_?[0-7])*|[1-9](?:_?\d)*)$/

function parseInteger(text: string, type: FlagType): number {
  const fail = (why: string) => new Error(`strconv.ParseInt: parsing ${goQuote(text)}: ${why}`)
  const match = INTEGER.exec(text)
  if (match === null) throw fail('invalid syntax')
  const digits = (match[2] as string).replaceAll('_', '')
  const value = BigInt(/^0\d/.test(digits) ? `0o${digits.slice(1)}` : digits) * (match[1] === '-' ? -1n : 1n)
  const [least, most] = LIMITS[type] as readonly [bigint, bigint]
  if (value < least || value > most) throw fail('value out of range')
  return Number(value)
}

/** One record of comma-separated values. upstream: encoding/csv Reader.Read */
export function parseCsv(text: string): string[] {
  if (text === '') return []
  const fields: string[] = []
  let at = 0
  for (;;) {
    if (text[at] !== '"') {
      let end = text.indexOf(',', at)
      if (end < 0) end = text.length
      const field = text.slice(at, end)
      const quote = field.indexOf('"')
      if (quote >= 0) throw new Error(`parse error on line 1, column ${at + quote + 1}: bare " in non-quoted-field`)
      fields.push(field)
      if (end === text.length) return fields
      at = end + 1
      continue
    }
    let field = ''
    at++
    for (;;) {
      const quote = text.indexOf('"', at)
      if (quote < 0) throw new Error(`parse error on line 1, column ${text.length + 1}: extraneous or missing " in quoted-field`)
      field += text.slice(at, quote)
      at = quote + 1
      if (text[at] !== '"') break
      field += '"'
      at++
    }
    fields.push(field)
    if (at === text.length) return fields
    if (text[at] !== ',') throw new Error(`parse error on line 1, column ${at}: extraneous or missing " in quoted-field`)
    at++
  }
}

/** upstream: pflag stringToString */
function parseStringMap(text: string): Record<string, string> {
  if (!text.includes('=')) throw new Error(`${text} must be formatted as key=value`)
  const pairs = [...text].filter(c => c === '=').length === 1 ? [text.replace(/^"+|"+$/g, '')] : parseCsv(text)
  return Object.fromEntries(pairs.map(pair => {
    const equals = pair.indexOf('=')
    if (equals < 0) throw new Error(`${pair} must be formatted as key=value`)
    return [pair.slice(0, equals), pair.slice(equals + 1)]
  }))
}

/** upstream: component-base/cli/flag MapStringString */
function parseSpacedMap(text: string): Record<string, string> {
  const out: Record<string, string> = {}
  for (const pair of text.split(',')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    if (equals < 0) throw new Error(`malformed pair, expect string=string`)
    out[pair.slice(0, equals).trim()] = pair.slice(equals + 1).trim()
  }
  return out
}

/** The value after one more use of the flag: lists and maps grow, but the first use drops the default. Throws with Go's words. */
export function nextValue(flag: FlagDefinition, text: string, previous: FlagValue | undefined): FlagValue {
  switch (flag.type) {
    case 'b': {
      const value = parseBool(text)
      if (value === undefined) throw new Error(`strconv.ParseBool: parsing ${goQuote(text)}: invalid syntax`)
      return value
    }
    case 'i':
    case 'l':
    case 'j':
      return parseInteger(text, flag.type)
    case 'd':
      return parseDuration(text)
    case 'g':
      try {
        return parseDuration(text)
      } catch {
        throw new Error('parse error')
      }
    case 'v':
      if (text !== '' && !text.split(',').every(p => p === '' || /^[^=]+=\d+$/.test(p))) throw new Error('syntax error: expect comma-separated list of filename=N')
      return text
    case 'S':
      return [...((previous as readonly string[] | undefined) ?? []), ...parseCsv(text)]
    case 'A':
      return [...((previous as readonly string[] | undefined) ?? []), text]
    case 'M':
      return { ...(previous as Record<string, string> | undefined), ...parseStringMap(text) }
    case 'm':
      return { ...(previous as Record<string, string> | undefined), ...parseSpacedMap(text) }
    default:
      return text
  }
}

/** The value of a flag that was not given. */
export function defaultValue(flag: FlagDefinition): FlagValue {
  if (flag.type === 'A') return flag.defaultText === '' ? [] : [flag.defaultText]
  if (flag.type === 's' || flag.type === 'v') return flag.defaultText
  if (flag.type === 'M') return {}
  return nextValue(flag, flag.defaultText, undefined)
}
