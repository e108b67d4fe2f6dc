/** How YAML 1.1 reads texts: which it takes for something else, so that they need quotes, and which it does not take at all. upstream: go.yaml.in/yaml/v2 resolve.go, readerc.go */

const WORDS = new Set(
  ['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON', 'n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF', '', '~', 'null', 'Null', 'NULL'].concat(
    ['.nan', '.NaN', '.NAN', '.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF', '-.inf', '-.Inf', '-.INF'],
  ),
)

/** Booleans, null, numbers in all their notations, dates and sexagesimal numbers. */
export function looksLikeAnotherType(text: string): boolean {
  const first = text.charCodeAt(0)
  const digit = first >= 48 && first <= 57
  // The longest word has five letters.
  if (!digit && first !== 43 && first !== 45 && first !== 46) return text.length <= 5 && WORDS.has(text)
  if (WORDS.has(text)) return true
  if (first === 46) return /^\.\d+(?:_\d+)*(?:[eE][-+]?\d+(?:_\d+)*)?$/.test(text) && Number.isFinite(Number(text.replaceAll('_', '')))
  if (digit && isTimestamp(text)) return true
  return isNumber(text.replaceAll('_', '')) || (text.includes(':') && SEXAGESIMAL.test(text))
}

const SEXAGESIMAL = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/
const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/

function isNumber(text: string): boolean {
  if (FLOAT.test(text)) return Number.isFinite(Number(text))
  const match = /^([-+]?)(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+)$/.exec(text)
  if (match !== null) return fits(match[1] as string, BigInt(match[2] as string))
  // A sign behind the prefix is let through, too.
  const binary = /^0b([-+])([01]+)$/.exec(text)
  return binary !== null && fits(binary[1] as string, BigInt(`0b${binary[2]}`))
}

/** In 64 bits: unsigned without a sign, signed with one. */
const fits = (sign: string, n: bigint): boolean => (sign === '' ? n < 1n << 64n : sign === '-' ? n <= 1n << 63n : n < 1n << 63n)

const TIMESTAMP = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt]|( ))(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d{1,9})?(Z|[-+]\d\d:\d\d)?)?$/

/** Dates, and times with a zone after T or without one after a blank. */
function isTimestamp(text: string): boolean {
  const match = TIMESTAMP.exec(text)
  if (match === null) return false
  const [, year, month, day, blank, hour, minute, second, zone] = match
  if (hour !== undefined) {
    if ((zone === undefined) !== (blank !== undefined)) return false
    if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return false
    if (zone !== undefined && zone !== 'Z' && (Number(zone.slice(1, 3)) > 24 || Number(zone.slice(4)) > 60)) return false
  }
  const [y, m, d] = [Number(year), Number(month), Number(day)]
  return m >= 1 && m <= 12 && d >= 1 && d <= daysIn(y, m)
}

const daysIn = (year: number, month: number): number => (month === 2 ? (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31)

/** Upstream writes JSON first and reads that as YAML: these characters stand in it as they are, and its reader refuses them. */
export const REFUSED = /[\x7f-\x84\x86-\x9f\ufffe\uffff]/
export const CONTROL_CHARACTERS = 'yaml: control characters are not allowed'

/** The reader takes a next-line character for the end of a line, and joins the lines. */
export const withoutNextLines = (text: string): string => (text.includes('\x85') ? text.replace(/ *\x85[ \x85]*/g, breaks => ' '.repeat(Number(breaks.split('\x85').length === 2)) + '\n'.repeat(breaks.split('\x85').length - 2)) : text)
