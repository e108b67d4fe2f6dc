/** Durations of the language, made from text. */
import { baseEnvironment } from './environment'

/** `1h30m` as a value of CEL; the text itself when it is no duration. */
export function celDuration(text: string): unknown {
  try {
    return baseEnvironment().evaluate(`duration(${JSON.stringify(text)})`)
  } catch {
    return text
  }
}
