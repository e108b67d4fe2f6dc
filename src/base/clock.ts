/** Time as the cluster sees it. */
export interface Clock {
  /** Milliseconds since the epoch with microseconds as the fraction; each reading is later than the one before. */
  now(): number
}

/** `2026-11-21T07:51:37Z`: metav1.Time has no fraction. */
export function timestamp(ms: number): string {
  return `${secondText(Math.floor(ms / 1000))}Z`
}

let lastSecond = NaN
let lastText = ''
/** `2026-11-21T07:51:37`. Whoever asks for one second asks for it many times. */
function secondText(second: number): string {
  if (second !== lastSecond) {
    lastText = new Date(second * 1000).toISOString().slice(0, 19)
    lastSecond = second
  }
  return lastText
}

/** `2026-11-21T07:51:37.123456Z`: metav1.MicroTime. */
export function microTimestamp(ms: number): string {
  const second = Math.floor(ms / 1000)
  const whole = Math.floor(ms)
  const micros = (whole - second * 1000) * 1000 + Math.floor((ms - whole) * 1000)
  return `${secondText(second)}.${String(micros).padStart(6, '0')}Z`
}

/** Milliseconds of an RFC 3339 time, NaN when absent or malformed. */
export function parseTime(text: string | undefined): number {
  if (text === undefined) return NaN
  // What happens together has the same time: the last one is asked for again and again.
  if (text !== lastRead) {
    lastMs = Date.parse(text)
    lastRead = text
  }
  return lastMs
}
let lastRead = ''
let lastMs = NaN
