/** Sums, counters and what components remember: kept back while a transaction is open, because they change again and again in it. */
import { prefixEnd, type Statements } from './statements'

export interface TotalDelta {
  readonly name: string
  readonly key: string
  readonly amounts: Readonly<Record<string, number>>
}

export class KeptBack {
  /** Sums by name and key; an empty one is not there. */
  private readonly totals = new Map<string, Map<string, Record<string, number>>>()
  /** The keys of those that are to be written, by name. */
  private readonly changedTotals = new Map<string, Set<string>>()
  private readonly counts = new Map<string, number>()
  /** By component and key; undefined for what was dropped. */
  private readonly memories = new Map<string, string | undefined>()
  /** The same, as read from the file since the transaction began. */
  private readonly readMemories = new Map<string, string | undefined>()

  /** @param open whether a transaction is open: outside of one another process may write at any time, so that nothing is kept */
  constructor(
    private readonly statements: Statements,
    private readonly open: () => boolean,
  ) {}

  /** Writes everything, before the transaction commits or somebody looks at the tables. */
  write(): void {
    this.writeTotals()
    for (const [name, n] of this.counts) this.statements.all('INSERT OR REPLACE INTO counters (name, n) VALUES (?, ?)').run(name, n)
    this.counts.clear()
    for (const [id, value] of this.memories) {
      const bar = id.indexOf('\0')
      this.writeMemory(id.slice(0, bar), id.slice(bar + 1), value)
    }
    this.memories.clear()
    this.readMemories.clear()
  }

  /** The transaction is undone. */
  drop(): void {
    this.forgetTotals()
    this.changedTotals.clear()
    this.counts.clear()
    this.memories.clear()
    this.readMemories.clear()
  }

  /** Another process wrote. */
  forgetTotals(): void {
    this.totals.clear()
  }

  total(name: string, key: string): Readonly<Record<string, number>> | undefined {
    const open = this.open()
    if (open) {
      const known = this.totals.get(name)?.get(key)
      if (known !== undefined) return isEmpty(known) ? undefined : known
    }
    const text = this.statements.plucked('SELECT amounts FROM totals WHERE name = ? AND key = ?').get(name, key) as string | undefined
    const amounts = text === undefined ? undefined : (JSON.parse(text) as Record<string, number>)
    if (open) keep(this.totals, name, key, amounts ?? {})
    return amounts
  }

  totalKeys(name: string): string[] {
    this.writeTotals()
    return this.statements.plucked('SELECT key FROM totals WHERE name = ? ORDER BY key').all(name) as string[]
  }

  addTotal({ name, key, amounts }: TotalDelta): void {
    const sum: Record<string, number> = { ...this.total(name, key) }
    for (const unit in amounts) {
      const value = (sum[unit] ?? 0) + (amounts[unit] as number)
      if (value === 0) delete sum[unit]
      else sum[unit] = value
    }
    keep(this.totals, name, key, sum)
    const changed = this.changedTotals.get(name)
    if (changed === undefined) this.changedTotals.set(name, new Set([key]))
    else changed.add(key)
  }

  dropTotals(name: string): void {
    this.changedTotals.delete(name)
    this.statements.all('DELETE FROM totals WHERE name = ?').run(name)
    this.totals.delete(name)
  }

  private writeTotals(): void {
    for (const [name, keys] of this.changedTotals) {
      for (const key of keys) {
        const amounts = this.totals.get(name)?.get(key) as Record<string, number>
        if (isEmpty(amounts)) this.statements.all('DELETE FROM totals WHERE name = ? AND key = ?').run(name, key)
        else this.statements.all('INSERT OR REPLACE INTO totals (name, key, amounts) VALUES (?, ?, ?)').run(name, key, JSON.stringify(amounts))
      }
    }
    this.changedTotals.clear()
  }

  memory(component: string, key: string): string | undefined {
    if (!this.open()) return this.readMemory(component, key)
    const id = `${component}\0${key}`
    if (this.memories.has(id)) return this.memories.get(id)
    if (this.readMemories.has(id)) return this.readMemories.get(id)
    const value = this.readMemory(component, key)
    this.readMemories.set(id, value)
    return value
  }

  private readMemory(component: string, key: string): string | undefined {
    return this.statements.plucked('SELECT value FROM memory WHERE component = ? AND key = ?').get(component, key) as string | undefined
  }

  setMemory(component: string, key: string, value: string | undefined): void {
    if (this.open()) this.memories.set(`${component}\0${key}`, value)
    else this.writeMemory(component, key, value)
  }

  private writeMemory(component: string, key: string, value: string | undefined): void {
    if (value === undefined) this.statements.all('DELETE FROM memory WHERE component = ? AND key = ?').run(component, key)
    else this.statements.all('INSERT OR REPLACE INTO memory (component, key, value) VALUES (?, ?, ?)').run(component, key, value)
  }

  /** Drops what a component remembers under keys that start so. */
  forgetMemory(component: string, keyPrefix: string): void {
    const start = `${component}\0${keyPrefix}`
    for (const id of this.memories.keys()) if (id.startsWith(start)) this.memories.delete(id)
    for (const id of this.readMemories.keys()) if (id.startsWith(start)) this.readMemories.delete(id)
    this.statements.all('DELETE FROM memory WHERE component = ? AND key >= ? AND key < ?').run(component, keyPrefix, prefixEnd(keyPrefix))
  }

  nextCount(name: string): number {
    if (!this.open()) return this.statements.plucked('INSERT INTO counters (name, n) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET n = n + 1 RETURNING n - 1').get(name) as number
    const n = this.counted(name)
    this.counts.set(name, n + 1)
    return n
  }

  counted(name: string): number {
    return this.counts.get(name) ?? (this.statements.plucked('SELECT n FROM counters WHERE name = ?').get(name) as number | undefined) ?? 0
  }
}

function keep(sums: Map<string, Map<string, Record<string, number>>>, name: string, key: string, sum: Record<string, number>): void {
  const of = sums.get(name)
  if (of === undefined) sums.set(name, new Map([[key, sum]]))
  else of.set(key, sum)
}

function isEmpty(amounts: Readonly<Record<string, number>>): boolean {
  for (const _ in amounts) return false
  return true
}
