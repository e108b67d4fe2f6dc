/** Settling: the log is handed to whom it concerns, due keys are reconciled until the cluster is calm, and time jumps to the next timer. */
import { TerminalError, UsageError } from '../base/errors'
import type { Floor } from '../base/floor'
import { StatusError } from '../base/status'
import type { Draw } from '../base/draw'
import { EVERY_KIND, NO_KEYS, type Change, type Context, type Controller, type ReconcileResult, type Watch } from '../client/controller'
import type { Lister } from '../client/lister'
import { keyOf, type KubeObject, type Resource } from '../kinds/kind'
import { parseKey, resourcePrefix } from '../apiserver/keys'
import { ADDED, DELETED, type LogEntry, type Store } from '../store/store'
import type { ClusterClock } from './cluster-clock'

/** Keys reconciled in one transaction: when so many are done it ends as soon as what they set in motion is done too, at the latest after MAX_GROUP. */
const GROUP = 256
const MAX_GROUP = 2_048
/** After so many writes, what they set in motion goes before the rest of a round: pods live their lives by turns, and most of an object's revisions fall into one transaction. */
const SLICE = 256
const LOG_PAGE = 2000
/** So many dispatched entries are worth a transaction of their own. */
const FAR = 200
/** Rounds at one instant that nobody counts: only a cluster that needs more may be going in circles. */
const FREE_ROUNDS = 50
/** Firings of one key's timer in a minute of cluster time; a busier one (a container that loops without a pause) waits for the next minute. */
const MAX_TURNS_A_MINUTE = 2_000
const MINUTE_MS = 60_000
/** upstream: client-go workqueue.DefaultTypedControllerRateLimiter */
const BACKOFF_BASE_MS = 5
const BACKOFF_MAX_MS = 1_000_000
/** Revisions kept behind the newest, from which watches resume. */
export const HISTORY = 10_000
const COMPACT_SLICE = 1_000

export interface SettleLimits {
  /** Time jumps to a timer that lies within this of the last visible change, in ms … */
  readonly quietMs: number
  /** … or within this while a pod is pending or terminating … */
  readonly busyQuietMs: number
  /** … and never further than this from where it began. */
  readonly capMs: number
  /** Turns that one key may take while no time passes; one that wants more goes in circles and is put aside. */
  readonly turns: number
}

/** One controller with what the engine keeps for it. */
interface Runner {
  readonly controller: Controller<never>
  readonly context: Context
}

interface Subscription {
  readonly runner: number
  /** undefined: the reconciled kind itself. */
  readonly watch: Watch<never> | undefined
}

interface Work {
  /** Runner and key in one. */
  readonly id: string
  readonly runner: number
  readonly key: string
  /** The revision that asked for it: the cursor may not pass it before it is done. */
  readonly since: number
}

/** What is left of a round whose first part set much in motion. */
interface Remainder {
  readonly items: readonly Work[]
  readonly from: number
}

export interface EngineParts {
  readonly store: Store
  readonly lister: Lister
  readonly clock: ClusterClock
  readonly draw: Draw
  /** Asked for once, when there is something to do. */
  readonly controllers: () => readonly { controller: Controller<never>; context: Context }[]
  /** Controllers that react to every kind (garbage collection) name this prefix. */
  readonly limits: SettleLimits
  /** Whether something is still on its way (a pod pending or terminating). */
  readonly busy: () => boolean
  /** Reconciles that one transaction commits, 256 when absent. */
  readonly group?: number | undefined
  /** Runs between transactions: lets the process notice signals. */
  readonly breathe?: (() => Promise<void> | undefined) | undefined
  /** Asked after each reconcile: whether others want the process, so that the group is committed before it is full. */
  readonly hurried?: (() => boolean) | undefined
  /** Held by whoever calls the engine, where requests come in between; the engine leaves it only where no transaction is open. */
  readonly floor?: Floor | undefined
}

const EVERYONE = '*'

export class Engine {
  private runners: Runner[] = []
  private readonly runnerByName = new Map<string, number>()
  private readonly byPrefix = new Map<string, Subscription[]>()
  private queue: Work[] = []
  private readonly queued = new Set<string>()
  /** Rounds that wait until later ones are through. */
  private readonly later: Remainder[] = []
  private cursor: number
  /** What the file says of it. */
  private storedCursor: number
  private lastVisibleMs: number
  private grouped = 0
  /** Turns taken at this instant beyond the free rounds, by queue id. */
  private readonly turns = new Map<string, number>()
  private rounds = 0
  /** Keys that went in circles: this process wakes them no more, the next one tries again when their timer is due. */
  private readonly aside = new Map<string, string>()
  private readonly firings = new Map<string, number>()
  private minute = 0
  /** Keys that were queued, and failures, by runner. */
  private readonly adds: number[] = []
  private readonly failures: number[] = []
  readonly stats = { reconciles: 0, commits: 0, dispatched: 0 }

  constructor(private readonly parts: EngineParts) {
    this.cursor = this.storedCursor = Number(parts.store.meta('cursor') ?? '0')
    this.lastVisibleMs = parts.clock.peek()
  }

  /** Most commands only look: who would work is made when there is work. */
  private begin(): void {
    if (this.runners.length > 0) return
    this.runners = this.parts.controllers().map(c => ({ ...c }))
    for (const [i, { controller }] of this.runners.entries()) {
      this.runnerByName.set(controller.name, i)
      this.subscribe(resourcePrefix(controller.reconciles), { runner: i, watch: undefined })
      for (const watch of controller.watches ?? []) this.subscribe((watch.kind as Resource) === EVERY_KIND ? EVERYONE : resourcePrefix(watch.kind), { runner: i, watch })
    }
  }

  private subscribe(prefix: string, s: Subscription): void {
    const list = this.byPrefix.get(prefix)
    if (list === undefined) this.byPrefix.set(prefix, [s])
    else list.push(s)
  }

  /** Another process may have settled since this one looked: what it dealt with is done, and its time has passed. */
  refresh(): void {
    const { store, clock } = this.parts
    this.cursor = Math.max(this.cursor, Number(store.meta('cursor') ?? '0'))
    clock.reachedMs = Math.max(clock.reachedMs, Number(store.meta('reached') ?? 0))
  }

  /** How much each controller has had to do. */
  queues(): readonly { readonly name: string; readonly depth: number; readonly adds: number; readonly retries: number }[] {
    this.begin()
    return this.runners.map(({ controller: { name } }, i) => ({ name, depth: this.queue.filter(w => w.runner === i).length, adds: this.adds[i] ?? 0, retries: this.failures[i] ?? 0 }))
  }

  /** Whether a settle would find anything to do at this moment. */
  idle(): boolean {
    return !this.dueBy(this.parts.clock.peek())
  }

  /** Whether there is anything to do up to then. */
  dueBy(ms: number): boolean {
    if (this.queue.length > 0 || this.parts.store.head() > this.cursor) return true
    const next = this.parts.store.nextTimerMs()
    return next !== undefined && next <= ms
  }

  /** Runs what is due now; no time passes. */
  async runDue(): Promise<void> {
    this.rounds = 0
    await this.work()
    while (this.takeTimers(this.parts.clock.peek()) > 0) await this.work()
  }

  /** Runs what fell due since the cluster was last awake, each at its own instant, at most `maxTimers`, then the rest at once. */
  async catchUp(maxTimers: number): Promise<void> {
    const { clock, store } = this.parts
    await this.work()
    for (let fired = 0; ; ) {
      const next = store.nextTimerMs()
      const target = clock.peek()
      if (next === undefined || next > target) break
      if (fired < maxTimers) {
        clock.hold(next)
        this.rounds = 0
        fired += this.takeTimers(next)
        await this.work()
        clock.release()
      } else {
        this.takeTimers(target)
        await this.work()
      }
    }
  }

  /** After a command: jumps from timer to timer while the cluster is still moving. Returns when it is calm. Throws UsageError when something in it goes in circles. */
  async settle(limits: SettleLimits = this.parts.limits): Promise<void> {
    const { clock, store } = this.parts
    const began = clock.peek()
    this.lastVisibleMs = Math.max(this.lastVisibleMs, began)
    await this.runDue()
    for (;;) {
      const next = store.nextTimerMs()
      if (next === undefined) break
      const quiet = this.parts.busy() ? limits.busyQuietMs : limits.quietMs
      if (next > began + limits.capMs || next > this.lastVisibleMs + quiet) break
      await this.jumpTo(next)
    }
    this.compact()
    this.complain()
  }

  /** Deals with what was written since it settled (events that expired); what concerned nobody is not looked at again: the next command has nothing to begin with. */
  async rest(): Promise<void> {
    await this.runDue()
    if (this.cursor === this.storedCursor) return
    this.open()
    this.close()
  }

  /** Names what never came to rest, once. */
  private complain(): void {
    const names = [...this.aside.values()]
    if (names.length === 0 || this.complained) return
    this.complained = true
    throw new UsageError(`the cluster does not come to rest: ${names.slice(0, 3).join(' and ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''} took ${this.parts.limits.turns} turns while no time passed and ${names.length === 1 ? 'was' : 'were'} put aside; everything else is settled`)
  }
  private complained = false

  /** Jumps until `done` holds or `deadlineMs` (cluster time) is reached, or without `toTheEnd` the last timer before it; says whether it held. */
  async until(done: () => Promise<boolean>, deadlineMs: number, toTheEnd = true): Promise<boolean> {
    const { clock, store } = this.parts
    await this.runDue()
    while (!(await done())) {
      const next = store.nextTimerMs()
      if (next === undefined || next > deadlineMs) {
        if (!toTheEnd) return false
        clock.hold(deadlineMs)
        clock.release()
        this.persistClock()
        return done()
      }
      await this.jumpTo(next)
    }
    return true
  }

  /** Moves time on by living through it. */
  async advanceTo(targetMs: number, maxTimers: number): Promise<void> {
    const { clock, store } = this.parts
    await this.runDue()
    for (let fired = 0; fired < maxTimers; ) {
      const next = store.nextTimerMs()
      if (next === undefined || next > targetMs) break
      clock.hold(Math.max(next, clock.reachedMs))
      this.rounds = 0
      fired += this.takeTimers(next)
      await this.work()
      clock.release()
    }
    clock.hold(targetMs)
    clock.release()
    this.persistClock()
    await this.runDue()
  }

  private async jumpTo(instant: number): Promise<void> {
    const { clock } = this.parts
    clock.hold(instant)
    this.rounds = 0
    try {
      this.takeTimers(instant)
      await this.work()
    } finally {
      clock.release()
    }
  }

  private takeTimers(untilMs: number): number {
    const due = this.parts.store.dueTimers(untilMs, GROUP * 4)
    if (due.length === 0) return 0
    this.begin()
    this.open()
    for (const t of due) {
      const runner = this.runnerByName.get(t.controller)
      if (runner !== undefined && this.tooBusy(t, untilMs)) continue
      // Who serves for days tries again what went in circles once.
      if (this.parts.floor !== undefined && runner !== undefined && this.aside.size > 0) this.aside.delete(`${runner}\0${t.key}`)
      // The row goes when its key has been reconciled: a crash before that must find it again.
      if (runner !== undefined) this.enqueue(runner, t.key, this.cursor)
      else this.parts.store.clearTimer(t.controller, t.key)
    }
    return due.length
  }

  /** Counts the firing; one too many is put off to the next minute. */
  private tooBusy({ controller, key }: { controller: string; key: string }, nowMs: number): boolean {
    const minute = Math.floor(nowMs / MINUTE_MS)
    if (minute !== this.minute) {
      this.minute = minute
      this.firings.clear()
    }
    const id = `${controller} ${key}`
    const n = (this.firings.get(id) ?? 0) + 1
    this.firings.set(id, n)
    if (n <= MAX_TURNS_A_MINUTE) return false
    this.parts.store.setTimer(controller, key, (minute + 1) * MINUTE_MS)
    return true
  }

  private enqueue(runner: number, key: string, since: number): void {
    const id = `${runner}\0${key}`
    if (this.queued.has(id) || (this.aside.size > 0 && this.aside.has(id))) return
    this.queued.add(id)
    this.adds[runner] = (this.adds[runner] ?? 0) + 1
    this.queue.push({ id, runner, key, since })
  }

  /** Until the log is dispatched and the queue is empty. */
  private async work(): Promise<void> {
    // Where commands in containers come in while the cluster settles (serve), they take turns: what they found due is in the queue.
    while (this.working !== undefined) {
      this.flush()
      const others = this.working.catch(() => {})
      await (this.parts.floor === undefined ? others : this.parts.floor.outside(() => others))
    }
    this.working = this.workThrough()
    try {
      await this.working
    } finally {
      this.working = undefined
    }
    await this.parts.breathe?.()
  }
  private working: Promise<void> | undefined

  private async workThrough(): Promise<void> {
    try {
      for (;;) {
        this.dispatch()
        const round = this.queue.length > 0 ? this.newRound() : this.later.pop()
        if (round === undefined) break
        if (this.later.length === 0 && this.grouped >= this.group) {
          this.current = round.items[round.from]
          await this.commit()
        }
        await this.workThroughRound(round)
      }
      // Entries that concern nobody: the next process need not look at them again.
      if (this.cursor - this.storedCursor > FAR) this.open()
      this.close()
    } catch (e) {
      if (this.parts.store.inTransaction) this.parts.store.rollback()
      this.grouped = 0
      this.current = undefined
      // What was not committed is looked at again.
      this.queue = []
      this.later.length = 0
      this.queued.clear()
      this.cursor = this.storedCursor
      throw e
    }
  }

  private get group(): number {
    return this.parts.group ?? GROUP
  }

  private newRound(): Remainder {
    const items = ++this.rounds > FREE_ROUNDS ? this.queue.filter(w => !this.inCircles(w)) : this.queue
    this.queue = []
    return { items, from: 0 }
  }

  /** Up to its end, or as far as what was written is worth looking at first: then the rest is put aside. */
  private async workThroughRound({ items, from }: Remainder): Promise<void> {
    const { store, hurried } = this.parts
    const head = store.head()
    for (let i = from; i < items.length; i++) {
      const item = items[i] as Work
      this.open()
      this.current = item
      this.queued.delete(item.id)
      await this.reconcile(item)
      this.current = items[i + 1]
      const isFar = i + 1 < items.length && store.head() - head >= SLICE
      if (++this.grouped >= (this.parts.group ?? MAX_GROUP) || hurried?.() === true) await this.commit()
      if (isFar) return void this.later.push({ items, from: i + 1 })
    }
  }

  /** Where others have written meanwhile, turns are theirs: nothing has gone in circles yet. */
  private async commit(): Promise<void> {
    this.close()
    const { store, breathe } = this.parts
    const pending = breathe?.()
    if (pending === undefined) return
    const before = store.head()
    await pending
    if (store.head() !== before) this.rounds = 0
  }

  /** Counts a turn; a key that has had its turns is put aside, with a timer so that it is not forgotten. */
  private inCircles({ id, runner, key }: Work): boolean {
    if (this.rounds === FREE_ROUNDS + 1) this.turns.clear()
    const n = (this.turns.get(id) ?? FREE_ROUNDS) + 1
    this.turns.set(id, n)
    if (n <= this.parts.limits.turns) return false
    const { name } = (this.runners[runner] as Runner).controller
    this.queued.delete(id)
    this.aside.set(id, `${name} ${key}`)
    this.open()
    this.parts.store.setTimer(name, key, this.parts.clock.peek() + BACKOFF_MAX_MS)
    return true
  }

  /** Opens the group's transaction. */
  private open(): void {
    if (!this.parts.store.inTransaction) this.parts.store.begin()
  }

  /** What is being reconciled, or comes next in the round. */
  private current: Work | undefined

  /** Commits the group, and how far the log has been dealt with: everything before what the first waiting item waits for. */
  private close(): void {
    this.grouped = 0
    const { store } = this.parts
    if (!store.inTransaction) return
    let waiting = Math.min(this.current?.since ?? Infinity, this.queue[0]?.since ?? Infinity)
    for (const { items, from } of this.later) waiting = Math.min(waiting, (items[from] as Work).since)
    const done = Math.min(waiting - 1, this.cursor)
    store.setMeta('cursor', String(done))
    this.persistClock()
    store.commit()
    this.storedCursor = done
    this.stats.commits++
  }

  /** Commits what the group has written so far, before anything leaves the process. */
  flush(): void {
    if (this.parts.store.inTransaction) this.close()
  }

  /** In the middle of a reconcile that makes many objects: others have their turn, as they have after a crash, and it goes on. */
  async midway(): Promise<void> {
    if (this.working === undefined || this.parts.hurried?.() !== true || !this.parts.store.inTransaction) return
    await this.commit()
    this.open()
  }

  private persistClock(): void {
    this.parts.store.setMeta('reached', String(this.parts.clock.reachedMs))
  }

  private dispatch(): void {
    const { store } = this.parts
    for (;;) {
      const entries = store.log(this.cursor, LOG_PAGE)
      if (entries.length === 0) return
      this.begin()
      for (const e of entries) this.tell(e)
      this.cursor = (entries[entries.length - 1] as LogEntry).rv
      store.forgetTail(this.cursor)
      this.stats.dispatched += entries.length
    }
  }

  private tell(e: LogEntry): void {
    const { group, plural } = parseKey(e.key)
    const prefix = `${group}/${plural}/`
    const object = e.body as KubeObject
    const change: Change = { type: e.type === ADDED ? 'ADDED' : e.type === DELETED ? 'DELETED' : 'MODIFIED', object, previous: e.previous as KubeObject | undefined }
    if (visible(plural, e)) this.lastVisibleMs = Math.max(this.lastVisibleMs, this.parts.clock.reachedMs)
    const subscribers = this.byPrefix.get(prefix)
    if (subscribers !== undefined) for (const s of subscribers) this.offer(s, change, e.rv)
    const everyone = this.byPrefix.get(EVERYONE)
    if (everyone !== undefined) for (const s of everyone) this.offer(s, change, e.rv)
  }

  private offer({ runner, watch }: Subscription, change: Change, rv: number): void {
    if (watch !== undefined) {
      const keys = watch.keys(change as Change<never>, this.parts.lister)
      // Most watches answer so, and to most changes: a look at each without an iterator.
      if (keys === NO_KEYS) return
      for (const key of keys) this.enqueue(runner, key, rv)
      return
    }
    const { controller } = this.runners[runner] as Runner
    if (controller.concerns === undefined || controller.concerns(change as Change<never>)) this.enqueue(runner, keyOf(change.object), rv)
  }

  private async reconcile({ runner, key, since }: Work): Promise<void> {
    const { controller, context } = this.runners[runner] as Runner
    const { store, clock } = this.parts
    this.stats.reconciles++
    try {
      const result = await this.reconcileKey(controller, context, key)
      if (this.retries.size > 0) this.forgive(controller.name, key)
      if (result?.again === true) this.enqueue(runner, key, since)
      if (result?.requeueAfterMs !== undefined) store.setTimer(controller.name, key, clock.peek() + result.requeueAfterMs)
      else store.clearTimer(controller.name, key)
    } catch (e) {
      if (e instanceof TerminalError) return store.clearTimer(controller.name, key)
      if (!(e instanceof StatusError)) throw e
      this.failures[runner] = (this.failures[runner] ?? 0) + 1
      store.setTimer(controller.name, key, clock.peek() + this.backOff(controller.name, key))
    }
  }

  private async reconcileKey(controller: Controller<never>, context: Context, key: string): Promise<ReconcileResult | void> {
    if (controller.reconcileKey !== undefined) return controller.reconcileKey(key, context)
    const slash = key.indexOf('/')
    const { lister } = this.parts
    const object = slash < 0 ? lister.get(controller.reconciles, key) : lister.get(controller.reconciles, key.slice(slash + 1), key.slice(0, slash))
    if (object !== undefined) return controller.reconcile(object, context)
    this.forgive(controller.name, key)
    await controller.vanished?.(key, context)
  }

  /** Failures in a row, by controller and key. Also in the file, so that a back-off goes on in the next process. */
  private readonly retries = new Map<string, number>()

  private backOff(controller: string, key: string): number {
    const id = `${controller} ${key}`
    const failures = this.retries.get(id) ?? Number(this.parts.store.memory('retries', id) ?? 0)
    this.retries.set(id, failures + 1)
    this.parts.store.setMemory('retries', id, String(failures + 1))
    return Math.min(BACKOFF_BASE_MS * 2 ** failures, BACKOFF_MAX_MS)
  }

  private forgive(controller: string, key: string): void {
    const id = `${controller} ${key}`
    if (this.retries.delete(id)) this.parts.store.setMemory('retries', id, undefined)
  }

  /** Drops a slice of what nobody may ask for any more; says whether there is more. */
  compact(): boolean {
    const { store } = this.parts
    const floor = Math.min(store.head() - HISTORY, this.cursor)
    return floor > store.compactedTo() + COMPACT_SLICE && store.compact(floor, COMPACT_SLICE)
  }
}

/** What a person who looks at the cluster would call a change. */
function visible(plural: string, e: LogEntry): boolean {
  if (plural === 'leases') return false
  if (plural === 'events') return e.type === ADDED
  return true
}
