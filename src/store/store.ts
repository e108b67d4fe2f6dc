/** The cluster file: revisions (the log and the JSON, once), the present, and what is derived from it in the same transaction. upstream: kine */
import type BetterSqlite3 from 'better-sqlite3'
import { openDatabase } from './open'

export const ADDED = 0
export const MODIFIED = 1
export const DELETED = 2
export type ChangeType = typeof ADDED | typeof MODIFIED | typeof DELETED

/** What the store asks of a body: a place for the version that a write gives it. */
export interface Body {
  metadata: { resourceVersion?: string }
}

export interface Stored<T = Body> {
  readonly key: string
  readonly rv: number
  readonly body: T
}

/** One revision as the log tells it; `previous` is absent when the revision before it was compacted or never was. */
export interface LogEntry {
  readonly rv: number
  readonly key: string
  readonly type: ChangeType
  readonly body: Body
  readonly previous: Body | undefined
}

export interface TotalDelta {
  readonly name: string
  readonly key: string
  readonly amounts: Readonly<Record<string, number>>
}

export interface WriteRequest {
  readonly key: string
  readonly type: ChangeType
  /** Gets metadata.resourceVersion; must not be changed afterwards. */
  readonly body: Body
  /** Packed managedFields, kept beside the body because readers seldom want them. */
  readonly managed: string | null
  /** The revision that this one replaces. */
  readonly previous?: Stored
  readonly addEntries: readonly (readonly [name: string, value: string])[]
  readonly removeEntries: readonly (readonly [name: string, value: string])[]
  readonly totals: readonly TotalDelta[]
}

export interface StoreOptions {
  /** Runs before each commit of a changed transaction becomes durable: the tests' fail-point. */
  readonly beforeCommit?: (() => void) | undefined
  readonly readonly?: boolean | undefined
  /** An empty file becomes a cluster; without it, it is refused. */
  readonly create?: boolean | undefined
  /** As if the disk had room for no more pages of the file: the tests' full disk. */
  readonly maxPages?: number | undefined
}

const CACHE_ENTRIES = 60_000
const NO_KEYS: readonly string[] = Object.freeze([])

/** Synchronous; every write happens inside a transaction. Errors: StoreError with a sentence for a person. */
export class Store {
  private readonly cache = new Map<number, Body>()
  private readonly statements = new Map<string, BetterSqlite3.Statement>()
  /** Revisions written by this process since the dispatcher last asked, so that it need not parse them. */
  private tail: LogEntry[] = []
  private lastRv = 0
  private depth = 0
  private dirty = false
  private rvAtBegin = 0
  /** Sums by name and key; an empty one is not there. */
  private totalsCache = new Map<string, Record<string, number>>()
  /** Sums that the open transaction changed; they are written once, before it commits. */
  private readonly changedTotals = new Map<string, TotalDelta>()
  /** Counters that the open transaction raised. */
  private readonly counts = new Map<string, number>()
  /** Memory that the open transaction changed, by component and key; undefined for what it dropped. */
  private readonly remembered = new Map<string, string | undefined>()
  /** Current revisions by key, 0 for none, as far as asked for: true while no other process writes. */
  private readonly present = new Map<string, number>()
  /** By uid: objects that this process made since another one last wrote, each with the names of what was told of it. */
  private readonly born = new Map<string, string[]>()
  /** Prefixes without objects, under the same condition. */
  private readonly emptyPrefixes = new Set<string>()
  /** Keys by index name and value, under the same condition. */
  private readonly filedKeys = new Map<string, readonly string[]>()

  private constructor(
    readonly path: string,
    readonly db: BetterSqlite3.Database,
    private readonly options: StoreOptions,
  ) {}

  static open(path: string, options: StoreOptions = {}): Store {
    return new Store(path, openDatabase(path, options), options)
  }

  close(): void {
    this.db.close()
  }

  /** A prepared statement, once per text. */
  statement(sql: string): BetterSqlite3.Statement {
    let s = this.statements.get(sql)
    if (s === undefined) this.statements.set(sql, (s = this.db.prepare(sql)))
    return s
  }
  private plucked(sql: string): BetterSqlite3.Statement {
    let s = this.statements.get(sql)
    if (s === undefined) this.statements.set(sql, (s = this.db.prepare(sql).pluck()))
    return s
  }
  private raw(sql: string): BetterSqlite3.Statement {
    let s = this.statements.get(sql)
    if (s === undefined) this.statements.set(sql, (s = this.db.prepare(sql).raw()))
    return s
  }

  // ── transactions ──────────────────────────────────────────────────────────────────────────────

  get inTransaction(): boolean {
    return this.depth > 0
  }

  /** Opens a transaction that groups writes until commit(); waits for other writers. Nested calls count. */
  begin(): void {
    if (this.depth++ > 0) return
    try {
      this.statement('BEGIN IMMEDIATE').run()
    } catch (e) {
      this.depth--
      throw e
    }
    const head = (this.plucked('SELECT rv FROM revisions ORDER BY rv DESC LIMIT 1').get() as number | undefined) ?? 0
    if (head !== this.lastRv) this.foreignWrites(head)
    this.rvAtBegin = head
  }

  /** Another process wrote: what this one keeps of sums is stale. Bodies are keyed by revision and stay true. */
  private foreignWrites(head: number): void {
    this.lastRv = head
    this.totalsCache.clear()
    this.present.clear()
    this.filedKeys.clear()
    this.emptyPrefixes.clear()
    this.born.clear()
  }

  commit(): void {
    if (this.depth > 1) return void this.depth--
    this.writeBehind()
    if (this.dirty) this.options.beforeCommit?.()
    this.depth = 0
    this.dirty = false
    this.statement('COMMIT').run()
  }

  rollback(): void {
    this.depth = 0
    this.dirty = false
    if (this.db.inTransaction) this.statement('ROLLBACK').run()
    for (let rv = this.rvAtBegin + 1; rv <= this.lastRv; rv++) this.cache.delete(rv)
    this.tail = this.tail.filter(e => e.rv <= this.rvAtBegin)
    this.lastRv = this.rvAtBegin
    this.totalsCache.clear()
    this.changedTotals.clear()
    this.counts.clear()
    this.remembered.clear()
    this.present.clear()
    this.filedKeys.clear()
    this.emptyPrefixes.clear()
    this.born.clear()
    // A number given in this transaction names nothing any more.
    this.fieldsetIds.clear()
    this.fieldsetTexts.clear()
    this.fieldsetOutcomes.clear()
  }

  /** Runs `work` in a transaction of its own, or in the one that is open. */
  transact<T>(work: () => T): T {
    this.begin()
    try {
      const result = work()
      this.commit()
      return result
    } catch (e) {
      // In a group the caller decides: a refused request has written nothing.
      if (this.depth > 1) this.depth--
      else this.rollback()
      throw e
    }
  }

  /** The newest revision. */
  head(): number {
    if (this.depth > 0) return this.lastRv
    return (this.plucked('SELECT rv FROM revisions ORDER BY rv DESC LIMIT 1').get() as number | undefined) ?? 0
  }

  // ── reads ─────────────────────────────────────────────────────────────────────────────────────

  private bodyOf(rv: number): Body {
    const cached = this.cache.get(rv)
    if (cached !== undefined) return cached
    const body = JSON.parse(this.plucked('SELECT body FROM revisions WHERE rv = ?').get(rv) as string) as Body
    this.remember(rv, body)
    return body
  }

  private remember(rv: number, body: Body): void {
    if (this.cache.size >= CACHE_ENTRIES) {
      // Oldest first: a Map keeps insertion order. A tenth at once makes the cost per insert constant.
      let drop = CACHE_ENTRIES / 10
      for (const old of this.cache.keys()) {
        if (drop-- <= 0) break
        this.cache.delete(old)
      }
    }
    this.cache.set(rv, body)
  }

  get<T = Body>(key: string): Stored<T> | undefined {
    const rv = this.currentRv(key)
    return rv === 0 ? undefined : { key, rv, body: this.bodyOf(rv) as T }
  }

  has(key: string): boolean {
    return this.currentRv(key) !== 0
  }

  /** 0 when there is no such object. */
  private currentRv(key: string): number {
    // Outside a transaction another process may write at any time.
    const known = this.depth > 0 ? this.present.get(key) : undefined
    if (known !== undefined) return known
    const rv = (this.plucked('SELECT rv FROM objects WHERE key = ?').get(key) as number | undefined) ?? 0
    if (this.depth > 0) this.setPresent(key, rv)
    return rv
  }

  private setPresent(key: string, rv: number): void {
    if (this.present.size >= CACHE_ENTRIES) this.present.clear()
    this.present.set(key, rv)
  }

  /** The stored JSON as text, for answers that go to the wire unchanged. */
  textOf(rv: number): string {
    return this.plucked('SELECT body FROM revisions WHERE rv = ?').get(rv) as string
  }

  /** Objects whose key starts with `prefix`, in key order, after the key `after`, at most `limit`. */
  list<T = Body>(prefix: string, after = '', limit = -1): Stored<T>[] {
    const from = after === '' ? prefix : `${after}\0`
    const rows = this.raw('SELECT key, rv FROM objects WHERE key >= ? AND key < ? ORDER BY key LIMIT ?').all(from, prefixEnd(prefix), limit) as [string, number][]
    return rows.map(([key, rv]) => ({ key, rv, body: this.bodyOf(rv) as T }))
  }

  count(prefix: string, after = ''): number {
    // Asked at every write about kinds that few clusters use.
    if (this.depth > 0 && this.emptyPrefixes.has(prefix)) return 0
    const n = this.plucked('SELECT count(*) FROM objects WHERE key >= ? AND key < ?').get(after === '' ? prefix : `${after}\0`, prefixEnd(prefix)) as number
    if (n === 0 && after === '' && this.depth > 0) this.emptyPrefixes.add(prefix)
    return n
  }

  /** Keys filed under an index entry, in key order. */
  keysOf(name: string, value: string): string[] {
    return this.plucked('SELECT key FROM entries WHERE name = ? AND value = ?').all(name, value) as string[]
  }

  /** Objects filed under an index entry, in key order. */
  filed<T = Body>(name: string, value: string): Stored<T>[] {
    // Outside a transaction another process may write at any time.
    const id = this.depth > 0 ? `${name}\0${value}` : undefined
    const known = id === undefined ? undefined : this.filedKeys.get(id)
    if (known !== undefined) {
      if (known.length === 0) return []
      return known.map(key => this.get(key) as Stored<T>)
    }
    const rows = this.raw('SELECT o.key, o.rv FROM entries e JOIN objects o ON o.key = e.key WHERE e.name = ? AND e.value = ?').all(name, value) as [string, number][]
    if (id !== undefined) {
      if (this.filedKeys.size >= CACHE_ENTRIES) this.filedKeys.clear()
      this.filedKeys.set(id, rows.length === 0 ? NO_KEYS : rows.map(([key]) => key))
    }
    return rows.map(([key, rv]) => ({ key, rv, body: this.bodyOf(rv) as T }))
  }

  /** Distinct values of an index, from `after` on: lets a reader walk groups without their members. */
  countFiled(name: string, value: string): number {
    return this.plucked('SELECT count(*) FROM entries WHERE name = ? AND value = ?').get(name, value) as number
  }

  total(name: string, key: string): Readonly<Record<string, number>> | undefined {
    const id = `${name}\0${key}`
    // Outside a transaction another process may write at any time, so only a group may trust the cache.
    if (this.depth > 0) {
      const cached = this.totalsCache.get(id)
      if (cached !== undefined) return isEmpty(cached) ? undefined : cached
    }
    const text = this.plucked('SELECT amounts FROM totals WHERE name = ? AND key = ?').get(name, key) as string | undefined
    if (text === undefined) {
      if (this.depth > 0) this.totalsCache.set(id, {})
      return undefined
    }
    const amounts = JSON.parse(text) as Record<string, number>
    if (this.depth > 0) this.totalsCache.set(id, amounts)
    return amounts
  }

  totalKeys(name: string): string[] {
    this.writeTotals()
    return this.plucked('SELECT key FROM totals WHERE name = ? ORDER BY key').all(name) as string[]
  }

  managedOf(rv: number): string | null {
    return (this.plucked('SELECT managed FROM revisions WHERE rv = ?').get(rv) as string | null | undefined) ?? null
  }

  // ── writes ────────────────────────────────────────────────────────────────────────────────────

  /** Appends a revision and brings everything derived from it up to date. Returns its number. */
  write(w: WriteRequest): number {
    const rv = this.lastRv + 1
    w.body.metadata.resourceVersion = String(rv)
    const text = JSON.stringify(w.body)
    this.statement('INSERT INTO revisions (rv, key, type, prev, body, managed) VALUES (?, ?, ?, ?, ?, ?)').run(rv, w.key, w.type, w.previous?.rv ?? null, text, w.managed)
    if (w.type === ADDED) this.statement('INSERT INTO objects (key, rv) VALUES (?, ?)').run(w.key, rv)
    else if (w.type === MODIFIED) this.statement('UPDATE objects SET rv = ? WHERE key = ?').run(rv, w.key)
    else this.statement('DELETE FROM objects WHERE key = ?').run(w.key)
    for (const [name, value] of w.removeEntries) {
      this.statement('DELETE FROM entries WHERE name = ? AND value = ? AND key = ?').run(name, value, w.key)
      this.filedKeys.delete(`${name}\0${value}`)
    }
    for (const [name, value] of w.addEntries) {
      this.statement('INSERT OR IGNORE INTO entries (name, value, key) VALUES (?, ?, ?)').run(name, value, w.key)
      this.filedKeys.delete(`${name}\0${value}`)
    }
    for (const t of w.totals) this.addTotal(t)
    this.lastRv = rv
    this.dirty = true
    this.remember(rv, w.body)
    this.setPresent(w.key, w.type === DELETED ? 0 : rv)
    if (w.type === ADDED) for (const prefix of this.emptyPrefixes) if (w.key.startsWith(prefix)) this.emptyPrefixes.delete(prefix)
    this.tail.push({ rv, key: w.key, type: w.type, body: w.body, previous: w.previous?.body })
    return rv
  }

  /** Changes sums beside any object's write. */
  addTotals(deltas: readonly TotalDelta[]): void {
    for (const d of deltas) this.addTotal(d)
  }

  /** Forgets all sums of a name. */
  dropTotals(name: string): void {
    this.statement('DELETE FROM totals WHERE name = ?').run(name)
    this.totalsCache.clear()
  }

  private addTotal({ name, key, amounts }: TotalDelta): void {
    const sum: Record<string, number> = { ...this.total(name, key) }
    for (const unit in amounts) {
      const value = (sum[unit] ?? 0) + (amounts[unit] as number)
      if (value === 0) delete sum[unit]
      else sum[unit] = value
    }
    const id = `${name}\0${key}`
    this.totalsCache.set(id, sum)
    this.changedTotals.set(id, { name, key, amounts: sum })
  }

  /** Writes what the transaction kept back because it may change again. */
  private writeBehind(): void {
    this.writeTotals()
    for (const [name, n] of this.counts) this.statement('INSERT OR REPLACE INTO counters (name, n) VALUES (?, ?)').run(name, n)
    this.counts.clear()
    for (const [id, value] of this.remembered) {
      const bar = id.indexOf('\0')
      this.writeMemory(id.slice(0, bar), id.slice(bar + 1), value)
    }
    this.remembered.clear()
  }

  /** A sum without units is gone. */
  private writeTotals(): void {
    for (const { name, key, amounts } of this.changedTotals.values()) {
      if (isEmpty(amounts)) this.statement('DELETE FROM totals WHERE name = ? AND key = ?').run(name, key)
      else this.statement('INSERT OR REPLACE INTO totals (name, key, amounts) VALUES (?, ?, ?)').run(name, key, JSON.stringify(amounts))
    }
    this.changedTotals.clear()
  }

  /** A new object: nothing was told of it yet. */
  wasBorn(uid: string): void {
    if (this.born.size >= CACHE_ENTRIES) this.born.clear()
    this.born.set(uid, [])
  }

  /** The names of all that was told of an object, to be added to; undefined when others may have told something. Only within a transaction. */
  toldOf(uid: string): string[] | undefined {
    return this.depth > 0 ? this.born.get(uid) : undefined
  }

  // ── the log ───────────────────────────────────────────────────────────────────────────────────

  /** Revisions after `rv`, oldest first, at most `limit`. */
  log(rv: number, limit: number): LogEntry[] {
    const first = this.tail[0]
    if (first !== undefined && first.rv === rv + 1) return this.tail.slice(0, limit)
    const rows = this.raw('SELECT rv, key, type, prev, body FROM revisions WHERE rv > ? ORDER BY rv LIMIT ?').all(rv, limit) as [number, string, ChangeType, number | null, string][]
    return rows.map(([at, key, type, prev, text]) => {
      const body = this.cache.get(at) ?? (JSON.parse(text) as Body)
      this.remember(at, body)
      return { rv: at, key, type, body, previous: prev === null ? undefined : this.revision(prev) }
    })
  }

  private revision(rv: number): Body | undefined {
    const cached = this.cache.get(rv)
    if (cached !== undefined) return cached
    const text = this.plucked('SELECT body FROM revisions WHERE rv = ?').get(rv) as string | undefined
    return text === undefined ? undefined : (JSON.parse(text) as Body)
  }

  /** The dispatcher has seen everything up to `rv`. */
  forgetTail(rv: number): void {
    const first = this.tail[0]
    if (first === undefined) return
    const seen = rv - first.rv + 1
    if (seen >= this.tail.length) this.tail = []
    else if (seen > 0) this.tail.splice(0, seen)
  }

  /** Keys below the prefix whose present revision lies after the one and not after the other, oldest first. Cost grows with that part of the log. */
  currentKeys(prefix: string, afterRv: number, uptoRv: number, limit: number): string[] {
    return this.plucked('SELECT r.key FROM revisions r JOIN objects o ON o.key = r.key AND o.rv = r.rv WHERE r.rv > ? AND r.rv <= ? AND r.key >= ? AND r.key < ? ORDER BY r.rv LIMIT ?').all(afterRv, uptoRv, prefix, prefixEnd(prefix), limit) as string[]
  }

  /** The oldest revision from which the log is whole: a watch from before it is refused with 410 Gone. */
  compactedTo(): number {
    return Number(this.meta('compacted') ?? '0')
  }

  /** Drops up to `slice` revisions that are not current and older than `floor`. Returns true while more is left. */
  compact(floor: number, slice: number): boolean {
    const from = this.compactedTo()
    const to = Math.min(floor, from + slice)
    if (to <= from) return false
    this.transact(() => {
      this.statement('DELETE FROM revisions WHERE rv > ? AND rv <= ? AND NOT EXISTS (SELECT 1 FROM objects o WHERE o.key = revisions.key AND o.rv = revisions.rv)').run(from, to)
      this.setMeta('compacted', String(to))
    })
    return to < floor
  }

  // ── small things ──────────────────────────────────────────────────────────────────────────────

  meta(name: string): string | undefined {
    return this.plucked('SELECT value FROM meta WHERE name = ?').get(name) as string | undefined
  }
  setMeta(name: string, value: string): void {
    this.statement('INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)').run(name, value)
  }

  memory(component: string, key: string): string | undefined {
    if (this.remembered.size > 0) {
      const id = `${component}\0${key}`
      if (this.remembered.has(id)) return this.remembered.get(id)
    }
    return this.plucked('SELECT value FROM memory WHERE component = ? AND key = ?').get(component, key) as string | undefined
  }
  memories(component: string): { key: string; value: string }[] {
    this.writeBehind()
    return this.statement('SELECT key, value FROM memory WHERE component = ? ORDER BY key').all(component) as { key: string; value: string }[]
  }
  setMemory(component: string, key: string, value: string | undefined): void {
    if (this.depth === 0) this.writeMemory(component, key, value)
    else this.remembered.set(`${component}\0${key}`, value)
  }
  private writeMemory(component: string, key: string, value: string | undefined): void {
    if (value === undefined) this.statement('DELETE FROM memory WHERE component = ? AND key = ?').run(component, key)
    else this.statement('INSERT OR REPLACE INTO memory (component, key, value) VALUES (?, ?, ?)').run(component, key, value)
  }

  /** Drops what a component remembers under keys that start so. */
  forget(component: string, keyPrefix: string): void {
    for (const id of this.remembered.keys()) if (id.startsWith(`${component}\0${keyPrefix}`)) this.remembered.delete(id)
    this.statement('DELETE FROM memory WHERE component = ? AND key >= ? AND key < ?').run(component, keyPrefix, prefixEnd(keyPrefix))
  }

  /** 0, 1, 2 … per name. */
  nextCount(name: string): number {
    // Outside a transaction another process may count at the same time.
    if (this.depth === 0) return this.plucked('INSERT INTO counters (name, n) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET n = n + 1 RETURNING n - 1').get(name) as number
    const n = this.counted(name)
    this.counts.set(name, n + 1)
    return n
  }
  counted(name: string): number {
    return this.counts.get(name) ?? (this.plucked('SELECT n FROM counters WHERE name = ?').get(name) as number | undefined) ?? 0
  }

  setTimer(controller: string, key: string, dueMs: number): void {
    this.statement('INSERT OR REPLACE INTO timers (controller, key, due) VALUES (?, ?, ?)').run(controller, key, dueMs)
  }
  clearTimer(controller: string, key: string): void {
    this.statement('DELETE FROM timers WHERE controller = ? AND key = ?').run(controller, key)
  }
  nextTimerMs(): number | undefined {
    return this.plucked('SELECT due FROM timers ORDER BY due LIMIT 1').get() as number | undefined
  }
  dueTimers(untilMs: number, limit: number): { controller: string; key: string; due: number }[] {
    return this.statement('SELECT controller, key, due FROM timers WHERE due <= ? ORDER BY due, controller, key LIMIT ?').all(untilMs, limit) as { controller: string; key: string; due: number }[]
  }

  /** What follows from the numbers of field sets, for whoever works with them: forgotten when numbers are taken back. */
  readonly fieldsetOutcomes = new Map<string, unknown>()
  private readonly fieldsetIds = new Map<string, number>()
  private readonly fieldsetTexts = new Map<number, string>()
  /** The number that stands for a field set's text in `managed`. */
  fieldsetId(text: string): number {
    const known = this.fieldsetIds.get(text)
    if (known !== undefined) return known
    let id = this.plucked('SELECT id FROM fieldsets WHERE text = ?').get(text) as number | undefined
    if (id === undefined) {
      // Outside a transaction another process may come between the two statements.
      const made = this.statement('INSERT INTO fieldsets (text) VALUES (?) ON CONFLICT (text) DO NOTHING').run(text)
      id = made.changes > 0 ? Number(made.lastInsertRowid) : (this.plucked('SELECT id FROM fieldsets WHERE text = ?').get(text) as number)
    }
    this.rememberFieldset(id, text)
    return id
  }
  fieldsetText(id: number): string {
    const known = this.fieldsetTexts.get(id)
    if (known !== undefined) return known
    const text = this.plucked('SELECT text FROM fieldsets WHERE id = ?').get(id) as string
    this.rememberFieldset(id, text)
    return text
  }
  private rememberFieldset(id: number, text: string): void {
    this.fieldsetIds.set(text, id)
    this.fieldsetTexts.set(id, text)
  }
}

function isEmpty(amounts: Readonly<Record<string, number>>): boolean {
  for (const _ in amounts) return false
  return true
}

/** The first key after all keys that start with `prefix`. */
function prefixEnd(prefix: string): string {
  return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1)
}
