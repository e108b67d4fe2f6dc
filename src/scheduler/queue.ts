/** Pods that wait for a node: active, backing off, or unschedulable until something happens that may help. upstream: pkg/scheduler/backend/queue */
import type { Memory } from '../client/controller'
import type { Lister } from '../client/lister'
import { pod as podKind } from '../kinds/core/pod/kind'
import { keyOf } from '../kinds/kind'
import type { Pod } from '../kinds/schema/types/core.v1'
import { ActiveQueue } from './active-queue'
import type { ClusterEvent, EventType, Hint, SchedulerPlugin } from './framework'
import { DEFAULT_SCHEDULER } from './profile'

/** upstream: DefaultPodInitialBackoffDuration, DefaultPodMaxBackoffDuration, DefaultPodMaxInUnschedulablePodsDuration */
const BACKOFF_BASE_MS = 1_000
const BACKOFF_MAX_MS = 10_000
const UNSCHEDULABLE_MAX_MS = 300_000
/** upstream: VolumeBindingArgs.BindTimeoutSeconds */
const HOLD_MAX_MS = 600_000
/** Events between two looks at the queue that are judged one by one; of more, every one of a kind is taken to help. */
const MAX_EVENTS = 512
/** The same for the judgements of a plugin on one kind of event. */
const MAX_JUDGEMENTS = 20_000

/** What is remembered of a pod that did not fit; in the file, so that waiting goes on in the next process. */
interface Waiting {
  /** 0 for pods that were never tried, because something keeps them out of the queue. */
  readonly attempts: number
  /** Who refused it: only events that matter to them move it. */
  readonly plugins: readonly string[]
  readonly failedAtMs: number
  /** An event has moved it: it is tried when its back-off is over. */
  readonly moved: boolean
  /** It has this node, and waits for its volumes there. */
  readonly node?: string
}

interface Listener {
  readonly plugin: string
  readonly hint: Hint
}

export class SchedulingQueue {
  private readonly active = new ActiveQueue()
  private readonly waiting = new Map<string, Waiting>()
  /** Keys by the plugins that refused them. */
  private readonly refusedBy = new Map<string, Set<string>>()
  private readonly listeners = new Map<EventType, Listener[]>()
  private loaded = false
  private pending: ClusterEvent[] = []

  constructor(
    private readonly schedulerNames: ReadonlySet<string>,
    plugins: Iterable<SchedulerPlugin>,
  ) {
    for (const p of plugins) {
      for (const [type, hint] of Object.entries(p.hints ?? {}) as [EventType, Hint][]) {
        const list = this.listeners.get(type) ?? []
        list.push({ plugin: p.name, hint })
        this.listeners.set(type, list)
      }
    }
    for (const list of this.listeners.values()) list.push({ plugin: NOBODY, hint: () => true })
  }

  /** On first use: pods without a node that were tried before wait, the others are active. */
  load(lister: Lister, memory: Memory): void {
    if (!this.loaded) {
      this.loaded = true
      for (const p of lister.byIndex(podKind, 'node', '')) {
        if (!this.isOurs(p)) continue
        const known = memory.get<Waiting>(keyOf(p))
        if (known === undefined) this.active.add(p)
        else this.setWaiting(keyOf(p), known)
      }
    }
    const events = this.pending
    this.pending = []
    if (this.waiting.size > 0) this.judge(events, lister, memory)
  }

  isOurs(p: Pod): boolean {
    return (p.spec.nodeName ?? '') === '' && this.schedulerNames.has(p.spec.schedulerName ?? DEFAULT_SCHEDULER) && p.metadata.deletionTimestamp === undefined && p.status?.phase !== 'Failed' && p.status?.phase !== 'Succeeded'
  }

  /** A pod came, or it is another than it was: it is tried at once. */
  add(pod: Pod): void {
    const key = keyOf(pod)
    this.active.add(pod)
    this.dropWaiting(key)
  }

  forget(key: string, memory: Memory): void {
    this.active.delete(key)
    if (this.dropWaiting(key)) memory.delete(key)
  }

  get isEmpty(): boolean {
    return this.active.size === 0 && this.waiting.size === 0 && this.loaded
  }

  /** Something happened that may make room; says whether anybody may care. Before the queue is loaded it is only noted. */
  notice(event: ClusterEvent): boolean {
    if (this.loaded && (this.waiting.size === 0 || !(this.listeners.get(event.type) ?? []).some(l => this.refusedBy.has(l.plugin)))) return false
    this.pending.push(event)
    return true
  }

  /** Moves the pods whose plugins say that one of the events may help. */
  private judge(events: readonly ClusterEvent[], lister: Lister, memory: Memory): void {
    const many = events.length > MAX_EVENTS
    const budget = new Map<string, number>()
    for (const event of events) {
      for (const { plugin, hint } of this.listeners.get(event.type) ?? []) {
        for (const key of this.refusedBy.get(plugin) ?? []) {
          const w = this.waiting.get(key) as Waiting
          if (w.moved) continue
          const id = `${plugin} ${event.type}`
          const judged = (budget.get(id) ?? 0) + 1
          budget.set(id, judged)
          if (!many && judged < MAX_JUDGEMENTS) {
            const slash = key.indexOf('/')
            const pod = lister.get(podKind, key.slice(slash + 1), key.slice(0, slash))
            if (pod === undefined || !hint(pod, event, lister)) continue
          }
          const moved = { ...w, moved: true }
          this.waiting.set(key, moved)
          memory.put(key, moved)
        }
      }
    }
  }

  /** Takes the pods that may be tried now, the most important first, at most `limit`. upstream: PrioritySort */
  take(lister: Lister, nowMs: number, limit: number): Pod[] {
    const read = (key: string): Pod | undefined => {
      const slash = key.indexOf('/')
      const p = lister.get(podKind, key.slice(slash + 1), key.slice(0, slash))
      return p !== undefined && this.isOurs(p) ? p : undefined
    }
    for (const [key, w] of this.waiting) {
      if (readyAtMs(w) > nowMs) continue
      const p = read(key)
      if (p !== undefined) this.active.add(p)
      else this.dropWaiting(key)
    }
    const taken: Pod[] = []
    while (taken.length < limit) {
      const key = this.active.pop()
      if (key === undefined) break
      const p = read(key)
      if (p !== undefined) taken.push(p)
      // Gone, or no longer ours: nothing to wait for.
      else this.dropWaiting(key)
    }
    return taken
  }

  get hasActive(): boolean {
    return this.active.size > 0
  }

  /** The pod did not fit; with `gated`, it was not even tried. */
  wait(key: string, plugins: readonly string[], nowMs: number, memory: Memory, gated = false): void {
    const attempts = gated ? 0 : (this.waiting.get(key)?.attempts ?? memory.get<Waiting>(key)?.attempts ?? 0) + 1
    this.remember(key, { attempts, plugins, failedAtMs: nowMs, moved: false }, memory)
  }

  /** The pod has its node and waits there for what the plugins started. */
  hold(key: string, node: string, plugins: readonly string[], nowMs: number, memory: Memory): void {
    const before = this.waiting.get(key)
    this.remember(key, { attempts: before?.attempts ?? 0, plugins, failedAtMs: before?.node === node ? before.failedAtMs : nowMs, moved: false, node }, memory)
  }

  /** Since when, and for which node, the pod is held; undefined when it is not. */
  held(key: string): { readonly node: string; readonly isOverdue: (nowMs: number) => boolean } | undefined {
    const w = this.waiting.get(key)
    return w?.node === undefined ? undefined : { node: w.node, isOverdue: nowMs => nowMs >= w.failedAtMs + HOLD_MAX_MS }
  }

  /** Held pods by node. */
  heldPods(lister: Lister): ReadonlyMap<string, readonly Pod[]> {
    const byNode = new Map<string, Pod[]>()
    for (const [key, { node }] of this.waiting) {
      if (node === undefined) continue
      const slash = key.indexOf('/')
      const p = lister.get(podKind, key.slice(slash + 1), key.slice(0, slash))
      if (p !== undefined) byNode.set(node, [...(byNode.get(node) ?? []), p])
    }
    return byNode
  }

  private remember(key: string, w: Waiting, memory: Memory): void {
    this.setWaiting(key, w)
    memory.put(key, w)
  }

  private setWaiting(key: string, w: Waiting): void {
    this.dropWaiting(key)
    this.waiting.set(key, w)
    for (const plugin of refusers(w)) {
      const set = this.refusedBy.get(plugin)
      if (set === undefined) this.refusedBy.set(plugin, new Set([key]))
      else set.add(key)
    }
  }

  private dropWaiting(key: string): boolean {
    const w = this.waiting.get(key)
    if (w === undefined) return false
    this.waiting.delete(key)
    for (const plugin of refusers(w)) {
      const set = this.refusedBy.get(plugin)
      set?.delete(key)
      if (set?.size === 0) this.refusedBy.delete(plugin)
    }
    return true
  }

  /** When the next waiting pod may be tried, undefined when nobody waits. */
  nextMs(): number | undefined {
    let next: number | undefined
    for (const w of this.waiting.values()) {
      const at = readyAtMs(w)
      if (next === undefined || at < next) next = at
    }
    return next
  }
}

/** Whom no plugin refused, every event may help. */
const NOBODY = ''
const refusers = ({ plugins }: Waiting): readonly string[] => (plugins.length === 0 ? [NOBODY] : plugins)

/** Moved pods wait out their back-off; the others are tried again after five minutes whatever happens. Held ones wait for their volumes. */
function readyAtMs({ attempts, failedAtMs, moved, node }: Waiting): number {
  if (node !== undefined) return moved ? 0 : failedAtMs + HOLD_MAX_MS
  if (!moved) return failedAtMs + UNSCHEDULABLE_MAX_MS
  return attempts === 0 ? 0 : failedAtMs + Math.min(BACKOFF_BASE_MS * 2 ** (attempts - 1), BACKOFF_MAX_MS)
}
