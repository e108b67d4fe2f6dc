/** Pods that may be tried now: the most important first, then who has waited longest. upstream: plugins/queuesort PrioritySort, backend/queue activeQueue */
import { parseTime } from '../base/clock'
import { keyOf } from '../kinds/kind'
import type { Pod } from '../kinds/schema/types/core.v1'

interface Entry {
  readonly key: string
  readonly priority: number
  readonly createdMs: number
}

export class ActiveQueue {
  /** In reverse order: who is next stands last. */
  private entries: Entry[] = []
  private readonly keys = new Set<string>()

  get size(): number {
    return this.keys.size
  }

  add(pod: Pod): void {
    const key = keyOf(pod)
    if (this.keys.has(key)) return
    this.keys.add(key)
    this.insert({ key, priority: pod.spec.priority ?? 0, createdMs: parseTime(pod.metadata.creationTimestamp) })
  }

  /** Behind those that are equal to it. */
  private insert(e: Entry): void {
    let low = 0
    let high = this.entries.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (isBefore(this.entries[middle] as Entry, e) || !isBefore(e, this.entries[middle] as Entry)) high = middle
      else low = middle + 1
    }
    this.entries.splice(low, 0, e)
  }

  delete(key: string): void {
    this.keys.delete(key)
  }

  /** Key of the next pod. */
  pop(): string | undefined {
    for (;;) {
      const e = this.entries.pop()
      if (e === undefined) return undefined
      if (this.keys.delete(e.key)) return e.key
    }
  }
}

const isBefore = (a: Entry, b: Entry): boolean => a.priority > b.priority || (a.priority === b.priority && a.createdMs < b.createdMs)
