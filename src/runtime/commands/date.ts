/** strftime and the dates that `date -d` reads. All times are UTC, as in a container without time zone data. */

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']
const DAY_MS = 86_400_000

export function formatDate(format: string, ms: number): string {
  const date = new Date(Math.floor(ms))
  const two = (n: number): string => String(n).padStart(2, '0')
  const year = date.getUTCFullYear()
  const dayOfYear = Math.floor((Date.UTC(year, date.getUTCMonth(), date.getUTCDate()) - Date.UTC(year, 0, 1)) / DAY_MS) + 1
  const hour12 = date.getUTCHours() % 12 === 0 ? 12 : date.getUTCHours() % 12
  const one = (letter: string): string => {
    switch (letter) {
      case 'Y': return String(year)
      case 'C': return two(Math.floor(year / 100))
      case 'y': return two(year % 100)
      case 'm': return two(date.getUTCMonth() + 1)
      case 'd': return two(date.getUTCDate())
      case 'e': return String(date.getUTCDate()).padStart(2)
      case 'H': return two(date.getUTCHours())
      case 'k': return String(date.getUTCHours()).padStart(2)
      case 'I': return two(hour12)
      case 'l': return String(hour12).padStart(2)
      case 'M': return two(date.getUTCMinutes())
      case 'S': return two(date.getUTCSeconds())
      case 'N': return String(Math.floor((ms % 1000) * 1e6)).padStart(9, '0')
      case 's': return String(Math.floor(ms / 1000))
      case 'p': return date.getUTCHours() < 12 ? 'AM' : 'PM'
      case 'P': return date.getUTCHours() < 12 ? 'am' : 'pm'
      case 'Z': return 'UTC'
      case 'z': return '+0000'
      case 'a': return (DAYS[date.getUTCDay()] as string).slice(0, 3)
      case 'A': return DAYS[date.getUTCDay()] as string
      case 'b': case 'h': return (MONTHS[date.getUTCMonth()] as string).slice(0, 3)
      case 'B': return MONTHS[date.getUTCMonth()] as string
      case 'j': return String(dayOfYear).padStart(3, '0')
      case 'u': return String(date.getUTCDay() === 0 ? 7 : date.getUTCDay())
      case 'w': return String(date.getUTCDay())
      case 'F': return formatDate('%Y-%m-%d', ms)
      case 'T': return formatDate('%H:%M:%S', ms)
      case 'R': return formatDate('%H:%M', ms)
      case 'D': case 'x': return formatDate('%m/%d/%y', ms)
      case 'X': return formatDate('%H:%M:%S', ms)
      case 'c': return formatDate('%a %b %e %H:%M:%S %Y', ms)
      case 'r': return formatDate('%I:%M:%S %p', ms)
      case 'n': return '\n'
      case 't': return '\t'
      case '%': return '%'
      default: return `%${letter}`
    }
  }
  return format.replace(/%:z/g, '+00:00').replace(/%([-_0^])?(\d*)([a-zA-Z%])/g, (_, flag: string | undefined, width: string, letter: string) => {
    const text = one(letter)
    if (flag === '-') return text.replace(/^[0 ]+(?=.)/, '')
    if (flag === '^') return text.toUpperCase()
    if (flag === '_') return text.replace(/^0+(?=.)/, zeros => ' '.repeat(zeros.length))
    return letter === 'N' && width !== '' ? text.slice(0, Number(width)) : text
  })
}

const UNITS: Record<string, number> = { sec: 1000, second: 1000, min: 60_000, minute: 60_000, hour: 3_600_000, day: DAY_MS, week: 7 * DAY_MS }

/** Milliseconds, or NaN. */
export function parseDate(text: string, now: number): number {
  const trimmed = text.trim()
  if (trimmed.startsWith('@')) return Number(trimmed.slice(1)) * 1000
  if (trimmed === 'now' || trimmed === '' || trimmed === 'today') return now
  if (trimmed === 'yesterday') return now - DAY_MS
  if (trimmed === 'tomorrow') return now + DAY_MS
  const relative = /^([-+]?\s*\d+)\s*([a-z]+?)s?(\s+ago)?$/.exec(trimmed)
  const unit = relative === null ? undefined : UNITS[relative[2] as string]
  if (relative !== null && unit !== undefined) return now + Number((relative[1] as string).replace(/\s/g, '')) * unit * (relative[3] === undefined ? 1 : -1)
  if (/^\d{1,2}:\d\d(:\d\d)?$/.test(trimmed)) return Date.parse(`${formatDate('%Y-%m-%d', now)}T${trimmed.padStart(trimmed.length < 5 ? 5 : trimmed.length, '0')}Z`)
  const iso = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[-+]\d\d:?\d\d)?)?$/.exec(trimmed)
  return iso === null ? Date.parse(trimmed) : Date.parse(`${iso[1]}T${iso[2] ?? '00:00'}${iso[3] ?? 'Z'}`)
}
