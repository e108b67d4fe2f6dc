/** Values of CEL as text, as `string()` and `%s` write them. */
interface Seconds {
  readonly seconds: bigint
  readonly nanos: number
}

const isDuration = (value: object): value is Seconds => typeof (value as Seconds).seconds === 'bigint' && typeof (value as Seconds).nanos === 'number'

export function celText(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'string') return value
  if (typeof value === 'number') return doubleText(value)
  if (typeof value !== 'object') return String(value)
  if (Array.isArray(value)) return `[${value.map(celText).join(', ')}]`
  if (value instanceof Date) return timestampText(value)
  if (value instanceof Uint8Array) return Buffer.from(value).toString()
  if (isDuration(value)) return durationOf(value)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return String(value)
  return `{${Object.keys(value).sort().map(k => `${k}: ${celText((value as Record<string, unknown>)[k])}`).join(', ')}}`
}

function doubleText(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  return String(value)
}

/** RFC 3339 without needless fractions. */
export const timestampText = (date: Date): string => date.toISOString().replace(/\.000Z$/, 'Z').replace(/(\.\d*?)0+Z$/, '$1Z')

/** `3600s`, `1.5s` */
export function durationOf({ seconds, nanos }: Seconds): string {
  if (nanos === 0) return `${seconds}s`
  const sign = seconds < 0n || nanos < 0 ? '-' : ''
  return `${sign}${seconds < 0n ? -seconds : seconds}.${String(Math.abs(nanos)).padStart(9, '0').replace(/0+$/, '')}s`
}
