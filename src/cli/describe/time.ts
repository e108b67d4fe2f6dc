/** Points in time as descriptions show them: RFC 1123 with the offset of the machine's time zone. upstream: time.RFC1123Z */
import { parseTime } from '../../base/clock'

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const two = (n: number): string => String(n).padStart(2, '0')

/** `Sat, 21 Nov 2026 07:45:09 +0000` of an RFC 3339 time; Go's zero time when there is none. */
export function longTime(time: string | null | undefined): string {
  const ms = parseTime(time ?? undefined)
  if (Number.isNaN(ms)) return 'Mon, 01 Jan 0001 00:00:00 +0000'
  const d = new Date(ms)
  return `${DAYS[d.getDay()]}, ${two(d.getDate())} ${MONTHS[d.getMonth()]} ${d.getFullYear()} ${clockOf(d)} ${offsetOf(d)}`
}

/** `2026-11-21 07:45:09 +0000 UTC`, Go's default. The zone's letters are known for UTC alone, elsewhere its offset stands twice. upstream: time.Time.String */
export function goTime(time: string | null | undefined): string {
  const ms = parseTime(time ?? undefined)
  if (Number.isNaN(ms)) return '0001-01-01 00:00:00 +0000 UTC'
  const d = new Date(ms)
  const offset = offsetOf(d)
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())} ${clockOf(d)} ${offset} ${offset === '+0000' ? 'UTC' : offset}`
}

const clockOf = (d: Date): string => `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`

function offsetOf(d: Date): string {
  const east = -d.getTimezoneOffset()
  return `${east < 0 ? '-' : '+'}${two(Math.floor(Math.abs(east) / 60))}${two(Math.abs(east) % 60)}`
}
