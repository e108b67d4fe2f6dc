/** printf: the format is used again until all arguments are. */
import type { Flavour } from '../shell/lexer'
import { unescape } from './echo'

export interface PrintfResult {
  readonly out: string
  readonly messages: readonly string[]
  readonly status: number
}

const DIRECTIVE = /%(%|([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+)?)?(?:hh|h|ll|l|L|q|j|z|t)?([a-zA-Z(]))/g
const MAX_ROUNDS = 100_000

export function printf(args: readonly string[], flavour: Flavour | 'gnu'): PrintfResult {
  const isAsh = flavour === 'ash'
  const start = args[0] === '--' ? 1 : 0
  const format = args[start]
  if (format === undefined) return { out: '', messages: [isAsh ? 'usage: printf FORMAT [ARG]...' : 'usage: printf [-v var] format [arguments]'], status: isAsh ? 1 : 2 }
  const rest = args.slice(start + 1)
  const messages: string[] = []
  let status = 0
  let at = 0
  let out = ''
  let stopped = false
  const number = (text: string | undefined): number => {
    if (text === undefined || text === '') return 0
    if (/^["']/.test(text)) return text.length > 1 ? (Buffer.from(text.slice(1), 'latin1').toString('utf8').codePointAt(0) as number) : 0
    const value = /^[-+]?0[0-7]+$/.test(text) ? parseInt(text, 8) : Number(text)
    if (!Number.isNaN(value) && text.trim() !== '') return value
    messages.push(isAsh ? `invalid number '${text}'` : flavour === 'dash' ? `${text}: expected numeric value` : `${text}: invalid number`)
    status = 1
    return Number.parseFloat(text) || 0
  }
  const next = (): string | undefined => rest[at++]
  const round = (): void => {
    let last = 0
    const literal = (text: string): void => {
      const piece = unescape(text)
      out += piece.out
      stopped = piece.stopped
    }
    DIRECTIVE.lastIndex = 0
    for (let m = DIRECTIVE.exec(format); m !== null && !stopped; m = DIRECTIVE.exec(format)) {
      literal(format.slice(last, m.index))
      if (stopped) return
      last = m.index + m[0].length
      if (m[1] === '%') {
        out += '%'
        continue
      }
      const resume = DIRECTIVE.lastIndex
      let flags = m[2] as string
      let width = m[3] === '*' ? number(next()) : Number(m[3] ?? 0)
      if (width < 0) {
        flags += '-'
        width = -width
      }
      const hasPrecision = /\.[^a-zA-Z]*[a-zA-Z]$/.test(m[0])
      const precision = hasPrecision ? (m[4] === '*' ? number(next()) : Number(m[4] ?? 0)) : undefined
      const directive = convert(m[5] as string, flags, precision, next, number)
      if (directive === undefined) {
        messages.push(isAsh ? `${m[0]}: invalid format` : flavour === 'bash' ? `\`${m[5]}': invalid format character` : `${m[0]}: invalid directive`)
        status = 1
        stopped = true
        return
      }
      out += padded(directive.text, width, flags, directive.isNumber && precision === undefined)
      stopped = directive.stopped === true
      DIRECTIVE.lastIndex = resume
    }
    if (!stopped) literal(format.slice(last))
  }
  for (let i = 0; i < MAX_ROUNDS; i++) {
    const before = at
    round()
    if (stopped || at >= rest.length || at === before) break
  }
  return { out, messages, status }
}

function padded(text: string, width: number, flags: string, isNumber: boolean): string {
  if (text.length >= width) return text
  if (flags.includes('-')) return text.padEnd(width)
  if (!flags.includes('0') || !isNumber) return text.padStart(width)
  const sign = /^([-+ ]|0[xX])?/.exec(text)?.[0] ?? ''
  return sign + text.slice(sign.length).padStart(width - sign.length, '0')
}

interface Converted {
  readonly text: string
  readonly isNumber: boolean
  readonly stopped?: boolean
}

function convert(letter: string, flags: string, precision: number | undefined, next: () => string | undefined, number: (text: string | undefined) => number): Converted | undefined {
  const signed = (text: string): string => (text.startsWith('-') ? text : flags.includes('+') ? `+${text}` : flags.includes(' ') ? ` ${text}` : text)
  switch (letter) {
    case 's': {
      const text = next() ?? ''
      return { text: precision === undefined ? text : text.slice(0, precision), isNumber: false }
    }
    case 'b': {
      const { out, stopped } = unescape(next() ?? '')
      return { text: precision === undefined ? out : out.slice(0, precision), isNumber: false, stopped }
    }
    case 'q': {
      const text = next() ?? ''
      return { text: text === '' ? "''" : text.replace(/[^\w@%+=:,./-]/g, '\\$&'), isNumber: false }
    }
    case 'c': return { text: (next() ?? '').slice(0, 1), isNumber: false }
    case 'd':
    case 'i': {
      const value = Math.trunc(number(next()))
      const digits = integerText(Math.abs(value), 10).padStart(precision ?? 0, '0')
      return { text: signed(value < 0 ? `-${digits}` : digits), isNumber: true }
    }
    case 'u':
    case 'o':
    case 'x':
    case 'X': {
      const value = Math.trunc(number(next()))
      let text = integerText(value, letter === 'o' ? 8 : letter === 'u' ? 10 : 16).padStart(precision ?? 0, '0')
      if (flags.includes('#') && value !== 0) text = letter === 'o' ? `0${text}` : letter === 'u' ? text : `0x${text}`
      return { text: letter === 'X' ? text.toUpperCase() : text, isNumber: true }
    }
    case 'f':
    case 'F': return { text: signed(number(next()).toFixed(precision ?? 6)), isNumber: true }
    case 'e':
    case 'E': {
      const text = number(next()).toExponential(precision ?? 6).replace(/e([-+])(\d)$/, 'e$10$2')
      return { text: signed(letter === 'E' ? text.toUpperCase() : text), isNumber: true }
    }
    case 'g':
    case 'G': {
      const value = number(next())
      const digits = precision === 0 ? 1 : (precision ?? 6)
      const exponent = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)))
      const text = exponent < -4 || exponent >= digits ? value.toExponential(digits - 1).replace(/\.?0+e/, 'e').replace(/e([-+])(\d)$/, 'e$10$2') : String(Number(value.toPrecision(digits)))
      return { text: signed(text), isNumber: true }
    }
    default: return undefined
  }
}

const integerText = (value: number, base: number): string => (value < 0 ? BigInt.asUintN(64, BigInt(value)) : BigInt(value)).toString(base)
