/** Warnings of the server: printed once each, counted for --warnings-as-errors. upstream: client-go/rest WarningWriter */
import type { IOStreams } from './io-streams'

export interface Warnings {
  warn(text: string): void
  /** How many different ones were printed. */
  count(): number
}

export function createWarnings(io: IOStreams): Warnings {
  const seen = new Set<string>()
  return {
    warn(text) {
      if (seen.has(text)) return
      seen.add(text)
      io.stderr(`Warning: ${text}\n`)
    },
    count: () => seen.size,
  }
}
