/** Events go an hour after they were written last: by ranges of the log, of which marks say how old they are. upstream: kube-apiserver --event-ttl */
import { remove } from '../apiserver/persist'
import { resourcePrefix } from '../apiserver/keys'
import type { ApiServer } from '../apiserver/server'
import { event } from '../kinds/core/event/kind'
import type { Event } from '../kinds/schema/types/core.v1'

const TTL_MS = 3_600_000
/** Time between two marks: so much longer than its hour an event may stay. */
const SPACING_MS = 60_000
/** Events that one settle removes; the next one goes on. */
const MAX_AT_ONCE = 2_000

/** At this time the log reached this far. */
type Mark = readonly [ms: number, rv: number]

export class EventExpiry {
  constructor(
    private readonly server: ApiServer,
    private readonly nowMs: () => number,
  ) {}

  /** Another process may have written them meanwhile. */
  private marks(): Mark[] {
    return JSON.parse(this.server.store.meta('marks') ?? '[]') as Mark[]
  }

  /** Notes how far the log has come, before time jumps and after work. */
  mark(): void {
    const { store } = this.server
    const marks = this.marks()
    const rv = store.head()
    const last = marks.at(-1)
    const ms = this.nowMs()
    if (last !== undefined && (last[1] === rv || ms < last[0])) return
    const before = marks.at(-2)
    if (before !== undefined && ms - before[0] < SPACING_MS) marks.pop()
    marks.push([ms, rv])
    store.transact(() => store.setMeta('marks', JSON.stringify(marks)))
  }

  /** Whether `run` would find anything to note or to remove. */
  pending(): boolean {
    const { store } = this.server
    const marks = this.marks()
    const removed = Number(store.meta('expired') ?? '0')
    return marks.at(-1)?.[1] !== store.head() || marks.some(([ms, rv]) => rv > removed && ms <= this.nowMs() - TTL_MS)
  }

  /** Removes what is too old. */
  run(): void {
    this.mark()
    const { store } = this.server
    const marks = this.marks()
    const due = marks.filter(([ms]) => ms <= this.nowMs() - TTL_MS).at(-1)
    if (due === undefined) return
    store.transact(() => {
      const keys = store.currentKeys(resourcePrefix(event), Number(store.meta('expired') ?? '0'), due[1], MAX_AT_ONCE)
      for (const key of keys) {
        const found = store.get<Event>(key)
        if (found !== undefined) remove(this.server, event, found, found.body)
      }
      if (keys.length === MAX_AT_ONCE) return
      store.setMeta('marks', JSON.stringify(marks.filter(([ms]) => ms > due[0])))
      store.setMeta('expired', String(due[1]))
    })
  }
}
