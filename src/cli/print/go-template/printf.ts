/** fmt.Sprintf, Sprint and Sprintln over template values. upstream: Go's fmt */
import { goQuote } from '../../../base/field'
import { sortedKeys } from '../../../base/go-text'
import { binaryText, fixedText, generalText, hexText, scientificText } from './float-text'
import { Complex, floatOf, floatText, integerOf, isMap, syntaxText, typeName, valueText } from './value'

/** Operands side by side, with a blank between two of which neither is a text. */
export function sprint(args: readonly unknown[]): string {
  return args.map((arg, i) => (i > 0 && typeof arg !== 'string' && typeof args[i - 1] !== 'string' ? ' ' : '') + valueText(arg)).join('')
}

export const sprintln = (args: readonly unknown[]): string => `${args.map(valueText).join(' ')}\n`

interface Flags {
  minus: boolean
  plus: boolean
  sharp: boolean
  space: boolean
  zero: boolean
  width: number | undefined
  precision: number | undefined
}

const VERB = /%([-+# 0]*)(?:\[(\d+)\])?(\*|\d+)?(?:\.(?:\[(\d+)\])?(\*|\d+)?)?(?:\[(\d+)\])?([^]|$)/gu

/** Wrong verbs and operands are told in the text itself, as Go does: `%!d(string=hi)`, `%!s(MISSING)`. */
export function sprintf(format: string, args: readonly unknown[]): string {
  let next = 0
  let reordered = false
  let inRange = true
  const seek = (index: string | undefined): void => {
    if (index === undefined) return
    reordered = true
    const wanted = Number(index) - 1
    if (wanted < 0 || wanted >= args.length) inRange = false
    else next = wanted
  }
  const number = (text: string | undefined, bad: string): number | string | undefined => {
    if (text !== '*') return text === undefined ? undefined : Number(text)
    const arg = args[next++]
    const n = integerOf(arg)
    return n === undefined || n > 1_000_000n || n < -1_000_000n ? bad : Number(n)
  }
  const out = format.replace(VERB, (whole: string, marks: string, first?: string, wide?: string, second?: string, precise?: string, third?: string, verb = '') => {
    inRange = true
    seek(first)
    let notes = ''
    let width = number(wide, '%!(BADWIDTH)')
    if (typeof width === 'string') [notes, width] = [width, undefined]
    seek(second)
    const dotted = /\./.test(whole.slice(0, verb === '.' ? -1 : undefined))
    let precision = number(precise, '%!(BADPREC)')
    if (typeof precision === 'string') [notes, precision] = [notes + precision, undefined]
    else if (precision === undefined && dotted) precision = 0
    seek(third)
    if (verb === '') return `${notes}%!(NOVERB)`
    if (verb === '%') return `${notes}%`
    if (!inRange) return `${notes}%!${verb}(BADINDEX)`
    if (next >= args.length) return `${notes}%!${verb}(MISSING)`
    const flags: Flags = { minus: marks.includes('-') || Number(width) < 0, plus: marks.includes('+'), sharp: marks.includes('#'), space: marks.includes(' '), zero: marks.includes('0'), width: width === undefined ? undefined : Math.abs(width), precision }
    return notes + argument(verb, args[next++], flags)
  })
  if (reordered || next >= args.length) return out
  return `${out}%!(EXTRA ${args.slice(next).map(arg => (arg === null || arg === undefined ? '<nil>' : `${typeName(arg)}=${valueText(arg)}`)).join(', ')})`
}

function argument(verb: string, arg: unknown, flags: Flags): string {
  if (arg === null || arg === undefined) return verb === 'v' || verb === 'T' ? pad('<nil>', flags) : `%!${verb}(<nil>)`
  if (verb === 'T') return pad([...typeName(arg)].slice(0, flags.precision).join(''), flags)
  if (verb === 'v') flags = { ...flags, plus: false }
  if (verb === 'v' && flags.sharp) return syntaxText(arg)
  if (Array.isArray(arg)) return `[${arg.map(v => nested(verb, v, flags)).join(' ')}]`
  if (isMap(arg)) return `map[${sortedKeys(arg).map(k => `${nested(verb, k, flags)}:${nested(verb, arg[k], flags)}`).join(' ')}]`
  const text = scalar(verb, arg, flags)
  return text ?? `%!${verb}(${typeName(arg)}=${scalar('v', arg, flags) ?? ''})`
}

/** Inside a map or list a nil suits every verb. */
const nested = (verb: string, value: unknown, flags: Flags): string => (value === null || value === undefined ? '<nil>' : argument(verb, value, flags))

/** undefined when the verb is not for this type. */
function scalar(verb: string, arg: unknown, flags: Flags): string | undefined {
  switch (typeof arg) {
    case 'string':
      return stringText(verb, arg, flags)
    case 'boolean':
      return verb === 't' || verb === 'v' ? pad(String(arg), flags) : undefined
  }
  const n = integerOf(arg)
  if (n !== undefined) return integerText(verb, n, flags)
  return arg instanceof Complex ? complexNumberText(verb, arg, flags) : numberText(verb, floatOf(arg) as number, flags)
}

function stringText(verb: string, text: string, flags: Flags): string | undefined {
  const cut = flags.precision === undefined ? text : [...text].slice(0, flags.precision).join('')
  switch (verb) {
    case 'v':
    case 's':
      return pad(cut, flags)
    case 'q':
      return pad(flags.sharp && /^[^`\x00-\x08\x0a-\x1f\x7f]*$/.test(cut) ? `\`${cut}\`` : quoted(cut, flags), flags)
    case 'x':
    case 'X': {
      const bytes = [...Buffer.from(text)].slice(0, flags.precision)
      const hex = bytes.map(b => (flags.sharp && flags.space ? '0x' : '') + b.toString(16).padStart(2, '0')).join(flags.space ? ' ' : '')
      const all = flags.sharp && !flags.space && hex !== '' ? `0x${hex}` : hex
      return pad(verb === 'X' ? all.toUpperCase() : all, flags)
    }
    default:
      return undefined
  }
}

/** `+`: in ASCII alone. */
const quoted = (text: string, { plus }: Flags): string => (plus ? goQuote(text).replace(/[^\x00-\x7f]/gu, c => {
  const hex = (c.codePointAt(0) as number).toString(16)
  return hex.length > 4 ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`
}) : goQuote(text))

const BASES: Record<string, number> = { v: 10, d: 10, b: 2, o: 8, O: 8, x: 16, X: 16 }

function integerText(verb: string, n: bigint, flags: Flags): string | undefined {
  const base = BASES[verb]
  if (base === undefined) {
    const c = n >= 0n && n <= 0x10ffffn && (n < 0xd800n || n > 0xdfffn) ? String.fromCodePoint(Number(n)) : '\ufffd'
    if (verb === 'c') return pad(c, flags)
    if (verb === 'q') return pad(c === "'" ? "'\\''" : `'${quoted(c, flags).slice(1, -1).replace('\\"', '"')}'`, flags)
    if (verb === 'U') return pad(`U+${BigInt.asUintN(64, n).toString(16).toUpperCase().padStart(Math.max(4, flags.precision ?? 0), '0')}${flags.sharp && (c !== '\ufffd' || n === 0xfffdn) && (c === ' ' || !/[\p{C}\p{Z}]/u.test(c)) ? ` '${c}'` : ''}`, flags)
    return undefined
  }
  const sign = n < 0n ? '-' : flags.plus ? '+' : flags.space ? ' ' : ''
  const magnitude = n < 0n ? -n : n
  if (flags.precision === 0 && n === 0n) return ' '.repeat(flags.width ?? 0)
  const least = flags.precision ?? (flags.zero && !flags.minus && flags.width !== undefined ? flags.width - sign.length : 0)
  let digits = magnitude.toString(base).padStart(least, '0')
  if (flags.sharp) digits = base === 2 ? `0b${digits}` : base === 8 && !digits.startsWith('0') ? `0${digits}` : base === 16 ? `0x${digits}` : digits
  if (verb === 'O') digits = `0o${digits}`
  return pad(sign + (verb === 'X' ? digits.toUpperCase() : digits), { ...flags, zero: false })
}

/** Both parts as the verb has them, the second always with a sign. */
function complexNumberText(verb: string, { re, im }: Complex, flags: Flags): string | undefined {
  const [first, second] = [numberText(verb, re, flags), numberText(verb, im, { ...flags, plus: true })]
  return first === undefined || second === undefined ? undefined : `(${first}${second}i)`
}

function numberText(verb: string, n: number, flags: Flags): string | undefined {
  const size = Math.abs(n)
  const { precision } = flags
  let digits: string
  if (verb === 'v' || verb === 'g' || verb === 'G') digits = precision === undefined ? floatText(size) : generalText(size, precision)
  else if (verb === 'f' || verb === 'F') digits = fixedText(size, precision ?? 6)
  else if (verb === 'e' || verb === 'E') digits = scientificText(size, precision ?? 6)
  else if (verb === 'x' || verb === 'X') digits = hexText(size, precision)
  else if (verb === 'b') digits = binaryText(size)
  else return undefined
  if (flags.sharp) digits = withAllDigits(digits, 'vgG'.includes(verb) ? (precision ?? 6) : 0)
  if (verb === 'G' || verb === 'E' || verb === 'X') digits = digits.toUpperCase()
  const sign = n < 0 || Object.is(n, -0) ? '-' : flags.plus ? '+' : flags.space ? ' ' : ''
  if (flags.zero && !flags.minus && flags.width !== undefined) return sign + digits.padStart(flags.width - sign.length, '0')
  return pad(sign + digits, flags)
}

/** `#`: a decimal point always, and noughts up to so many significant digits. */
function withAllDigits(text: string, count: number): string {
  const [, body = '', exponent = ''] = /^([^e]*)(e.*)?$/.exec(text) ?? []
  if (!/^\d/.test(body)) return text
  const present = body.replace('.', '').replace(/^0+(?=.)/, '').length
  return `${body}${body.includes('.') ? '' : '.'}${'0'.repeat(Math.max(0, count - present))}${exponent}`
}

function pad(text: string, { width = 0, minus, zero }: Flags): string {
  const missing = width - [...text].length
  if (missing <= 0) return text
  return minus ? text + ' '.repeat(missing) : (zero ? '0' : ' ').repeat(missing) + text
}
