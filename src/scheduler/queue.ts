/** Pods that wait for a node: active, backing off, or unschedulable until something happens that may help. upstream: pkg/scheduler/backend/queue */
import { parseTime } from '../base/clock'
import type { Memory } from '../client/controller'
import type { Lister } from '../client/lister'
import { pod as podKind } from '../kinds/core/pod/kind'
import { keyOf } from '../kinds/kind'
import type { Pod } from '../kinds/schema/types/core.v1'
import type { ClusterEvent, SchedulerPlugin } from './framework'

/** upstream: DefaultPodInitialBackoffDuration, DefaultPodMaxBackoffDuration, DefaultPodMaxInUnschedulablePodsDuration */
const BACKOFF_BASE_MS = 1_000
const BACKOFF_MAX_MS = 10_000
const UNSCHEDULABLE_MAX_MS = 300_000

/** What is remembered of a pod that did not fit; in the file, so that waiting goes on in the next process. */
interface Waiting {
  readonly attempts: number
  /** Who refused it: only events that matter to them move it. */
  readonly plugins: readonly string[]
  readonly failedAtMs: number
  /** An event has moved it: it is tried when its back-off is over. */
  readonly moved: boolean
}

export class SchedulingQueue {
  private readonly active = new Set<string>()
  private readonly waiting = new Map<string, Waiting>()
  private loaded = false
  private pending: ClusterEvent[] = []

  constructor(
    private readonly schedulerName: string,
    private readonly plugins: ReadonlyMap<string, SchedulerPlugin>,
  ) {}

  /** On first use: pods without a node that were tried before wait, the others are active. */
  load(lister: Lister, memory: Memory): void {
    if (!this.loaded) {
      this.loaded = true
      for (const p of lister.byIndex(podKind, 'node', '')) {
        if (!this.isOurs(p)) continue
        const known = memory.get<Waiting>(keyOf(p))
        if (known === undefined) this.active.add(keyOf(p))
        else this.waiting.set(keyOf(p), known)
      }
    }
    for (const event of this.pending) this.moveAll(event, memory)
    this.pending = []
  }

  isOurs(p: Pod): boolean {
    return (p.spec.nodeName ?? '') === '' && (p.spec.schedulerName ?? 'default-scheduler') === this.schedulerName && p.metadata.deletionTimestamp === undefined && p.status?.phase !== 'Failed' && p.status?.phase !== 'Succeeded'
  }

  /** A pod came, or its own spec changed: it is tried at once. */
  add(key: string): void {
    this.active.add(key)
    this.waiting.delete(key)
  }

  forget(key: string, memory: Memory): void {
    this.active.delete(key)
    if (this.waiting.delete(key)) memory.delete(key)
  }

  get isEmpty(): boolean {
    return this.active.size === 0 && this.waiting.size === 0 && this.loaded
  }

  /** Something happened that may make room. Before the queue is loaded it is only noted. */
  notice(event: ClusterEvent): void {
    if (!this.pending.includes(event)) this.pending.push(event)
  }

  private moveAll(event: ClusterEvent, memory: Memory): void {
    for (const [key, w] of this.waiting) {
      if (w.moved || !w.plugins.some(name => this.plugins.get(name)?.events?.includes(event) === true)) continue
      const moved = { ...w, moved: true }
      this.waiting.set(key, moved)
      memory.put(key, moved)
    }
  }

  /** Takes the pods that may be tried now, the most important first, at most `limit`. upstream: PrioritySort */
  take(lister: Lister, nowMs: number, limit: number): Pod[] {
    for (const [key, w] of this.waiting) if (readyAtMs(w) <= nowMs) this.active.add(key)
    const pods: Pod[] = []
    for (const key of this.active) {
      const slash = key.indexOf('/')
      const p = lister.get(podKind, key.slice(slash + 1), key.slice(0, slash))
      if (p !== undefined && this.isOurs(p)) pods.push(p)
      else {
        // Gone, or no longer ours: nothing to wait for.
        this.active.delete(key)
        this.waiting.delete(key)
      }
    }
    pods.sort((a, b) => (b.spec.priority ?? 0) - (a.spec.priority ?? 0) || created(a) - created(b) || 0)
    const taken = pods.slice(0, limit)
    for (const p of taken) this.active.delete(keyOf(p))
    return taken
  }

  get hasActive(): boolean {
    return this.active.size > 0
  }

  /** The pod did not fit. */
  wait(key: string, plugins: readonly string[], nowMs: number, memory: Memory): void {
    const w: Waiting = { attempts: (this.waiting.get(key)?.attempts ?? memory.get<Waiting>(key)?.attempts ?? 0) + 1, plugins, failedAtMs: nowMs, moved: false }
    this.waiting.set(key, w)
    memory.put(key, w)
  }

  /** When the next waiting pod may be tried, undefined when only an event can help soon. */
  nextMs(): number | undefined {
    let next: number | undefined
    for (const w of this.waiting.values()) {
      const at = readyAtMs(w)
      if (next === undefined || at < next) next = at
    }
    return next
  }
}

const created = (p: Pod): number => parseTime(p.metadata.creationTimestamp)

/** Moved pods wait out their back-off; the others are tried again after five minutes whatever happens. */
function readyAtMs({ attempts, failedAtMs, moved }: Waiting): number {
  if (!moved) return failedAtMs + UNSCHEDULABLE_MAX_MS
  return failedAtMs + Math.min(BACKOFF_BASE_MS * 2 ** (attempts - 1), BACKOFF_MAX_MS)
}
