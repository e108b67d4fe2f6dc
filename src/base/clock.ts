/** Time as the cluster sees it. */
export interface Clock {
  /** Milliseconds since the epoch with microseconds as the fraction; each reading is later than the one before. */
  now(): number
}

/** `2026-11-21T07:51:37Z`: metav1.Time has no fraction. */
export function timestamp(ms: number): string {
  return `${new Date(Math.floor(ms / 1000) * 1000).toISOString().slice(0, 19)}Z`
}

/** `2026-11-21T07:51:37.123456Z`: metav1.MicroTime. */
export function microTimestamp(ms: number): string {
  const whole = Math.floor(ms)
  const micros = Math.floor((ms - whole) * 1000)
  return `${new Date(whole).toISOString().slice(0, 23)}${String(micros).padStart(3, '0')}Z`
}

/** Milliseconds of an RFC 3339 time, NaN when absent or malformed. */
export function parseTime(text: string | undefined): number {
  return text === undefined ? NaN : Date.parse(text)
}
