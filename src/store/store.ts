/** The cluster file: revisions (the log and the JSON, once), the present, and what is derived from it in the same transaction. upstream: kine */
import type BetterSqlite3 from 'better-sqlite3'
import { Entries, type Entry } from './entries'
import { FieldSets } from './field-sets'
import { KeptBack, type TotalDelta } from './kept-back'
import { openDatabase } from './open'
import { ADDED, DELETED, MODIFIED, type Body, type ChangeType } from './revision'
import { prefixEnd, Statements } from './statements'
import { bodyOfText, Unwritten } from './unwritten'

export { ADDED, DELETED, MODIFIED }
export type { Body, ChangeType, TotalDelta }

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

export interface WriteRequest {
  readonly key: string
  readonly type: ChangeType
  /** Gets metadata.resourceVersion; must not be changed afterwards. */
  readonly body: Body
  /** Packed managedFields, kept beside the body because readers seldom want them. */
  readonly managed: string | null
  /** The revision that this one replaces. */
  readonly previous?: Stored
  readonly addEntries: readonly Entry[]
  readonly removeEntries: readonly Entry[]
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

type LogRow = [rv: number, key: string, type: ChangeType, prev: number | null, body: string]

const CACHE_ENTRIES = 60_000
const NO_KEYS: readonly string[] = Object.freeze([])
const NOTHING: readonly never[] = Object.freeze([])

/** Synchronous; every write happens inside a transaction. Errors: StoreError with a sentence for a person. */
export class Store {
  private readonly cache = new Map<number, Body>()
  private readonly statements: Statements
  private readonly kept: KeptBack
  private readonly entries: Entries
  private readonly unwritten: Unwritten
  readonly fieldSets: FieldSets
  /** Revisions written by this process since the dispatcher last asked, so that it need not parse them. */
  private tail: LogEntry[] = []
  private lastRv = 0
  private depth = 0
  private dirty = false
  private rvAtBegin = 0
  /** Current revisions by key, 0 for none, as far as asked for: true while no other process writes. */
  private readonly present = new Map<string, number>()
  /** By uid: objects that this process made since another one last wrote, each with the names of what was told of it. */
  private readonly born = new Map<string, string[]>()
  /** Prefixes without objects, under the same condition. */
  private readonly emptyPrefixes = new Set<string>()
  /** Controllers without timers, within a transaction. */
  private readonly timerless = new Set<string>()
  /** Keys by index name and value, under the same condition. */
  private readonly filedKeys = new Map<string, Map<string, readonly string[]>>()
  /** Whether an index has entries, as far as asked for, under the same condition; one that had some may have none. */
  private readonly filesAny = new Map<string, boolean>()
  /** What the open transaction has written, for whoever listens. */
  private fresh: LogEntry[] = []
  /** Told after a commit what it wrote. */
  committed: ((entries: readonly LogEntry[]) => void) | undefined

  private constructor(
    readonly path: string,
    readonly db: BetterSqlite3.Database,
    private readonly options: StoreOptions,
  ) {
    this.statements = new Statements(db)
    this.kept = new KeptBack(this.statements, () => this.depth > 0)
    this.entries = new Entries(this.statements)
    this.unwritten = new Unwritten(this.statements)
    this.fieldSets = new FieldSets(this.statements)
  }

  static open(path: string, options: StoreOptions = {}): Store {
    return new Store(path, openDatabase(path, options), options)
  }

  close(): void {
    this.db.close()
  }

  /** A prepared statement, once per text. */
  statement(sql: string): BetterSqlite3.Statement {
    return this.statements.all(sql)
  }
  private plucked(sql: string): BetterSqlite3.Statement {
    return this.statements.plucked(sql)
  }
  private raw(sql: string): BetterSqlite3.Statement {
    return this.statements.raw(sql)
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
    // It has no entries of what others wrote: the log is read from the file.
    this.tail = []
    this.kept.forgetTotals()
    this.forgetPresent()
  }

  private forgetPresent(): void {
    this.present.clear()
    this.timerless.clear()
    this.filedKeys.clear()
    this.filesAny.clear()
    this.emptyPrefixes.clear()
    this.born.clear()
  }

  commit(): void {
    if (this.depth > 1) return void this.depth--
    this.kept.write()
    this.entries.write()
    this.unwritten.write()
    if (this.dirty) this.options.beforeCommit?.()
    this.depth = 0
    this.dirty = false
    this.statement('COMMIT').run()
    if (this.fresh.length === 0) return
    const { fresh } = this
    this.fresh = []
    this.committed?.(fresh)
  }

  rollback(): void {
    this.depth = 0
    this.dirty = false
    this.fresh = []
    if (this.db.inTransaction) this.statement('ROLLBACK').run()
    for (let rv = this.rvAtBegin + 1; rv <= this.lastRv; rv++) this.cache.delete(rv)
    this.tail = this.tail.filter(e => e.rv <= this.rvAtBegin)
    this.lastRv = this.rvAtBegin
    this.kept.drop()
    this.entries.drop()
    this.unwritten.drop()
    this.forgetPresent()
    this.fieldSets.drop()
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

  /** Another number whenever anything in the file may have changed, whoever changed it. */
  stir(): string {
    const own = this.statement('SELECT total_changes() AS n').get() as { n: number }
    return `${this.db.pragma('data_version', { simple: true })} ${own.n}`
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
    const body = this.unwritten.bodyOf(rv) ?? bodyOfText(this.plucked('SELECT body FROM revisions WHERE rv = ?').get(rv) as string, this.bodyOfRevision)
    this.remember(rv, body)
    return body
  }
  private readonly bodyOfRevision = (rv: number): Body => this.bodyOf(rv)

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

  /** Objects whose key starts with `prefix`, in key order, after the key `after`, at most `limit`. */
  list<T = Body>(prefix: string, after = '', limit = -1): Stored<T>[] {
    const from = after === '' ? prefix : `${after}\0`
    const rows = this.raw('SELECT key, rv FROM objects WHERE key >= ? AND key < ? ORDER BY key LIMIT ?').all(from, prefixEnd(prefix), limit) as [string, number][]
    return rows.map(([key, rv]) => ({ key, rv, body: this.bodyOf(rv) as T }))
  }

  /** What `list` answered at revision `rv`, which must not be older than `compactedTo()`. Cost grows with the log since then. */
  listAt<T = Body>(prefix: string, rv: number): Stored<T>[] {
    const now = this.list<T>(prefix)
    if (rv >= this.head()) return now
    this.unwritten.write()
    const rows = this.raw('SELECT key, prev FROM revisions WHERE rv > ? AND key >= ? AND key < ? ORDER BY rv').all(rv, prefix, prefixEnd(prefix)) as [string, number | null][]
    /** By key: the revision that the first later change replaced. */
    const before = new Map<string, number | null>()
    for (const [key, prev] of rows) if (!before.has(key)) before.set(key, prev)
    const out = now.filter(s => !before.has(s.key))
    for (const [key, prev] of before) if (prev !== null) out.push({ key, rv: prev, body: this.bodyOf(prev) as T })
    return out.sort((a, b) => (a.key < b.key ? -1 : 1))
  }

  count(prefix: string, after = ''): number {
    // Asked at every write about kinds that few clusters use.
    if (this.depth > 0 && this.emptyPrefixes.has(prefix)) return 0
    const n = this.plucked('SELECT count(*) FROM objects WHERE key >= ? AND key < ?').get(after === '' ? prefix : `${after}\0`, prefixEnd(prefix)) as number
    if (n === 0 && after === '' && this.depth > 0) this.emptyPrefixes.add(prefix)
    return n
  }

  /** Objects filed under an index entry, in key order. */
  filed<T = Body>(name: string, value: string): readonly Stored<T>[] {
    // Outside a transaction another process may write at any time.
    const index = this.depth > 0 ? this.filedUnder(name) : undefined
    const known = index?.get(value)
    if (known !== undefined) {
      return known.length === 0 ? NOTHING : known.map(key => this.get(key) as Stored<T>)
    }
    const id = this.entries.nameOf(name)
    const rows = id === undefined ? [] : (this.raw('SELECT o.key, o.rv FROM entries e JOIN objects o ON o.id = e.object WHERE e.name = ? AND e.value = ? ORDER BY o.key').all(id, value) as [string, number][])
    if (index !== undefined) {
      if (index.size >= CACHE_ENTRIES) index.clear()
      index.set(value, rows.length === 0 ? NO_KEYS : rows.map(([key]) => key))
    }
    return rows.map(([key, rv]) => ({ key, rv, body: this.bodyOf(rv) as T }))
  }

  /** Whether an index has no entries at all: true of the selectors of kinds that few clusters use, which are asked for at every change of a pod. */
  filesNothing(name: string): boolean {
    if (this.depth === 0) return false
    const known = this.filesAny.get(name)
    if (known !== undefined) return !known
    const id = this.entries.nameOf(name)
    const any = id !== undefined && this.plucked('SELECT 1 FROM entries WHERE name = ? LIMIT 1').get(id) !== undefined
    this.filesAny.set(name, any)
    return !any
  }

  private filedUnder(name: string): Map<string, readonly string[]> {
    let index = this.filedKeys.get(name)
    if (index === undefined) this.filedKeys.set(name, (index = new Map()))
    return index
  }

  /** A sum by unit; undefined when nothing counts there. */
  total(name: string, key: string): Readonly<Record<string, number>> | undefined {
    return this.kept.total(name, key)
  }

  totalKeys(name: string): string[] {
    return this.kept.totalKeys(name)
  }

  managedOf(rv: number): string | null {
    const unwritten = this.unwritten.managedOf(rv)
    if (unwritten !== undefined) return unwritten
    return (this.plucked('SELECT managed FROM revisions WHERE rv = ?').get(rv) as string | null | undefined) ?? null
  }

  // ── writes ────────────────────────────────────────────────────────────────────────────────────

  /** Appends a revision and brings everything derived from it up to date. Returns its number. */
  write(w: WriteRequest): number {
    const rv = this.lastRv + 1
    w.body.metadata.resourceVersion = String(rv)
    this.unwritten.add(rv, w.key, w.type, w.previous?.rv ?? null, w.body, w.managed)
    for (const [name, value] of w.removeEntries) this.filedKeys.get(name)?.delete(value)
    for (const [name, value] of w.addEntries) {
      this.filedKeys.get(name)?.delete(value)
      this.filesAny.set(name, true)
    }
    this.entries.change(w.key, w.type === ADDED ? rv : undefined, w.addEntries, w.removeEntries)
    if (w.type === ADDED) this.statement('INSERT INTO objects (id, key, rv) VALUES (?, ?, ?)').run(rv, w.key, rv)
    else if (w.type === MODIFIED) this.statement('UPDATE objects SET rv = ? WHERE key = ?').run(rv, w.key)
    else {
      this.entries.writeOf(w.key)
      this.statement('DELETE FROM objects WHERE key = ?').run(w.key)
    }
    for (const t of w.totals) this.kept.addTotal(t)
    this.lastRv = rv
    this.dirty = true
    // Who still wants the replaced one has it, or reads it again.
    if (w.previous !== undefined) this.cache.delete(w.previous.rv)
    this.remember(rv, w.body)
    this.setPresent(w.key, w.type === DELETED ? 0 : rv)
    if (w.type === ADDED) for (const prefix of this.emptyPrefixes) if (w.key.startsWith(prefix)) this.emptyPrefixes.delete(prefix)
    const entry: LogEntry = { rv, key: w.key, type: w.type, body: w.body, previous: w.previous?.body }
    this.tail.push(entry)
    if (this.committed !== undefined) this.fresh.push(entry)
    return rv
  }

  /** Changes sums beside any object's write. */
  addTotals(deltas: readonly TotalDelta[]): void {
    for (const d of deltas) this.kept.addTotal(d)
  }

  /** Forgets all sums of a name. */
  dropTotals(name: string): void {
    this.kept.dropTotals(name)
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
    if (first !== undefined && first.rv <= rv + 1) {
      const known = this.tail.slice(rv + 1 - first.rv, rv + 1 - first.rv + limit)
      if (known.length > 0) return known
    }
    if (this.depth > 0 && rv >= this.lastRv) return []
    this.unwritten.write()
    const rows = this.raw('SELECT rv, key, type, prev, body FROM revisions WHERE rv > ? ORDER BY rv LIMIT ?').all(rv, limit) as LogRow[]
    return rows.map(row => this.entry(row))
  }

  /** Revisions of keys below the prefix after `rv` and up to `upto`, oldest first, at most `limit`. Cost grows with that part of the log. */
  logOf(prefix: string, rv: number, upto: number, limit: number): LogEntry[] {
    this.unwritten.write()
    const rows = this.raw('SELECT rv, key, type, prev, body FROM revisions WHERE rv > ? AND rv <= ? AND key >= ? AND key < ? ORDER BY rv LIMIT ?').all(rv, upto, prefix, prefixEnd(prefix), limit) as LogRow[]
    return rows.map(row => this.entry(row))
  }

  private entry([rv, key, type, prev, text]: LogRow): LogEntry {
    const body = this.cache.get(rv) ?? bodyOfText(text, this.bodyOfRevision)
    this.remember(rv, body)
    return { rv, key, type, body, previous: prev === null ? undefined : this.revision(prev) }
  }

  private revision(rv: number): Body | undefined {
    const known = this.cache.get(rv) ?? this.unwritten.bodyOf(rv)
    if (known !== undefined) return known
    const text = this.plucked('SELECT body FROM revisions WHERE rv = ?').get(rv) as string | undefined
    return text === undefined ? undefined : bodyOfText(text, this.bodyOfRevision)
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
    this.unwritten.write()
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
    this.statement('INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value').run(name, value)
  }

  memory(component: string, key: string): string | undefined {
    return this.kept.memory(component, key)
  }
  setMemory(component: string, key: string, value: string | undefined): void {
    this.kept.setMemory(component, key, value)
  }
  /** Drops what a component remembers under keys that start so. */
  forget(component: string, keyPrefix: string): void {
    this.kept.forgetMemory(component, keyPrefix)
  }

  /** Of the file, with what is free in it. */
  sizeBytes(): number {
    return (this.db.pragma('page_count', { simple: true }) as number) * (this.db.pragma('page_size', { simple: true }) as number)
  }

  /** 0, 1, 2 … per name. */
  nextCount(name: string): number {
    return this.kept.nextCount(name)
  }
  counted(name: string): number {
    return this.kept.counted(name)
  }

  setTimer(controller: string, key: string, dueMs: number): void {
    this.timerless.delete(controller)
    this.statement('INSERT OR REPLACE INTO timers (controller, key, due) VALUES (?, ?, ?)').run(controller, key, dueMs)
  }
  clearTimer(controller: string, key: string): void {
    // Asked after every reconcile, also of controllers that never set one.
    if (this.depth > 0 && this.timerless.has(controller)) return
    const { changes } = this.statement('DELETE FROM timers WHERE controller = ? AND key = ?').run(controller, key)
    if (changes === 0 && this.depth > 0 && this.plucked('SELECT 1 FROM timers WHERE controller = ? LIMIT 1').get(controller) === undefined) this.timerless.add(controller)
  }
  nextTimerMs(): number | undefined {
    return this.plucked('SELECT due FROM timers ORDER BY due LIMIT 1').get() as number | undefined
  }
  dueTimers(untilMs: number, limit: number): { controller: string; key: string; due: number }[] {
    return this.statement('SELECT controller, key, due FROM timers WHERE due <= ? ORDER BY due, controller, key LIMIT ?').all(untilMs, limit) as { controller: string; key: string; due: number }[]
  }
}
