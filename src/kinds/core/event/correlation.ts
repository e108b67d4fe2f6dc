/** Which events are one: repeats raise a count, many alike are told as one, and too many of one object are not told. upstream: client-go/tools/record/events_cache.go */
import { parseTime } from '../../../base/clock'
import type { Event } from '../../schema/types/core.v1'

/** Whether two events are of one source and tell of one object. */
export function sameSource(a: Event, b: Event): boolean {
  return (
    a.involvedObject.uid === b.involvedObject.uid &&
    a.reportingComponent === b.reportingComponent &&
    a.source?.component === b.source?.component &&
    a.source?.host === b.source?.host
  )
}

/** Whether two events of one source are the same, so that the later one raises the earlier one's count. */
export function sameEvent(a: Event, b: Event): boolean {
  if (a.reason !== b.reason || a.type !== b.type) return false
  if (a.involvedObject.fieldPath !== b.involvedObject.fieldPath) return isCombined(a) && isCombined(b)
  return a.message === b.message || (isCombined(a) && isCombined(b))
}

const COMBINED = '(combined from similar events): '
const isCombined = (e: Event): boolean => e.message?.startsWith(COMBINED) === true

/** Different messages of one source, object, type and reason that are told one by one … */
const MAX_SIMILAR = 10
/** … while each comes within so much of the one before. */
const SIMILAR_WITHIN_MS = 600_000

/** The event as it is told after those `before`: itself, or combined with others like it. */
export function aggregated(event: Event, before: readonly Event[], nowMs: number): Event {
  if (before.length < MAX_SIMILAR - 1) return event
  const similar = before.filter(e => e.reason === event.reason && e.type === event.type)
  if (similar.length < MAX_SIMILAR - 1) return event
  const recent = new Set<string | undefined>()
  let since = nowMs
  for (const e of similar.sort((a, b) => lastMs(b) - lastMs(a))) {
    if (since - lastMs(e) > SIMILAR_WITHIN_MS) break
    since = lastMs(e)
    if (!isCombined(e)) recent.add(e.message)
  }
  recent.add(event.message)
  return recent.size < MAX_SIMILAR ? event : { ...event, message: COMBINED + event.message }
}

const lastMs = (e: Event): number => parseTime(e.lastTimestamp ?? e.eventTime ?? undefined) || 0

/** Events of one source and object that are told at once … */
const BURST = 25
/** … and then one in this time. */
const REFILL_MS = 300_000

/** What is remembered of an object that had many events. */
export interface Noise {
  readonly tokens: number
  readonly atMs: number
  /** How many repeats of an event, by its name, were not told since it was written. */
  readonly skipped: Readonly<Record<string, number>>
}

/** upstream: EventSourceObjectSpamFilter */
export class SpamFilter {
  /** What is to be remembered, when that is anything. */
  changed: Noise | undefined

  constructor(
    private readonly before: readonly Event[],
    private readonly nowMs: number,
    private readonly remembered: () => Noise | undefined,
  ) {}

  /** Lets one event pass, and says how many repeats of it did not; undefined when it may not be told. */
  take(known: string | undefined): number | undefined {
    let sum = 0
    for (const e of this.before) sum += e.count ?? 1
    // Nothing is kept of the objects that have few.
    if (sum < BURST - 1) return 0
    const noise = this.remembered() ?? { tokens: BURST - sum, atMs: this.nowMs, skipped: {} }
    const tokens = Math.min(BURST, noise.tokens + (this.nowMs - noise.atMs) / REFILL_MS)
    const { [known ?? '']: skipped = 0, ...others } = noise.skipped
    if (tokens >= 1) {
      this.changed = { tokens: tokens - 1, atMs: this.nowMs, skipped: others }
      return skipped
    }
    this.changed = { ...noise, skipped: known === undefined ? noise.skipped : { ...others, [known]: skipped + 1 } }
    return undefined
  }
}
