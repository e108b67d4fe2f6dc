/** Index entries: under which names and values objects are filed. Kept back while a transaction is open, because an object is often filed somewhere and taken out again in it. */
import type { Statements } from './statements'

export type Entry = readonly [name: string, value: string]

/** What is to be changed for one object. */
interface Pending {
  /** Of an object that was made in this transaction. */
  readonly id: number | undefined
  add: Entry[]
  remove: Entry[]
}

export class Entries {
  /** Numbers of the names, as far as asked for; they stay for ever. */
  private readonly names = new Map<string, number>()
  /** By the object's key. */
  private readonly pending = new Map<string, Pending>()

  constructor(private readonly statements: Statements) {}

  /** @param id the number of a new object */
  change(key: string, id: number | undefined, add: readonly Entry[], remove: readonly Entry[]): void {
    if (add.length === 0 && remove.length === 0) return
    const known = this.pending.get(key)
    if (known === undefined) return void this.pending.set(key, { id, add: [...add], remove: [...remove] })
    for (const e of remove) cancel(known.add, e) || known.remove.push(e)
    for (const e of add) cancel(known.remove, e) || known.add.push(e)
  }

  /** Writes everything, before the transaction commits or somebody looks at the table. */
  write(): void {
    if (this.pending.size === 0) return
    for (const [key, change] of this.pending) this.writeOne(key, change)
    this.pending.clear()
  }

  /** The same for one object, before it goes. */
  writeOf(key: string): void {
    const change = this.pending.get(key)
    if (change === undefined) return
    this.writeOne(key, change)
    this.pending.delete(key)
  }

  private writeOne(key: string, { id, add, remove }: Pending): void {
    const object = id ?? (this.statements.plucked('SELECT id FROM objects WHERE key = ?').get(key) as number)
    for (const [name, value] of remove) this.statements.all('DELETE FROM entries WHERE name = ? AND value = ? AND object = ?').run(this.nameFor(name), value, object)
    for (const [name, value] of add) this.statements.all('INSERT OR IGNORE INTO entries (name, value, object) VALUES (?, ?, ?)').run(this.nameFor(name), value, object)
  }

  /** The number of a name under which something may be filed; undefined: nothing is. */
  nameOf(name: string): number | undefined {
    this.write()
    const known = this.names.get(name)
    if (known !== undefined) return known
    const id = this.statements.plucked('SELECT id FROM entry_names WHERE name = ?').get(name) as number | undefined
    if (id !== undefined) this.names.set(name, id)
    return id
  }

  private nameFor(name: string): number {
    const known = this.names.get(name)
    if (known !== undefined) return known
    const id = this.statements.plucked('INSERT INTO entry_names (name) VALUES (?) ON CONFLICT (name) DO UPDATE SET name = name RETURNING id').get(name) as number
    this.names.set(name, id)
    return id
  }

  /** The transaction is undone: a number given in it names nothing any more. */
  drop(): void {
    this.names.clear()
    this.pending.clear()
  }
}

function cancel(list: Entry[], [name, value]: Entry): boolean {
  const at = list.findIndex(e => e[0] === name && e[1] === value)
  if (at >= 0) list.splice(at, 1)
  return at >= 0
}
