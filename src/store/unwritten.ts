/** Revisions of the transaction that is open: their rows are written when it commits, when it is known which of them are still the present. */
import { readKept, keptJson } from '../base/exact-json'
import { deltaTo, withDelta, type Delta } from './delta'
import type { Body, ChangeType } from './revision'
import type { Statements } from './statements'

interface Row {
  readonly rv: number
  readonly key: string
  readonly type: ChangeType
  readonly prev: number | null
  readonly body: Body
  readonly managed: string | null
  /** The row of the same object that replaced this one. */
  next: Row | undefined
  /** Rows that must be read before this one can be: so many of the same object came before it in this transaction. */
  readonly chain: number
}

/** Before the text of a revision that is told by what the one that replaced it has otherwise: `~RV{…}`. */
const MARK = '~'
/** After so many revisions of one object a whole one stands between. */
const MAX_CHAIN = 32

export class Unwritten {
  private rows: Row[] = []
  private readonly byRv = new Map<number, Row>()

  constructor(private readonly statements: Statements) {}

  add(rv: number, key: string, type: ChangeType, prev: number | null, body: Body, managed: string | null): void {
    const before = prev === null ? undefined : this.byRv.get(prev)
    const row: Row = { rv, key, type, prev, body, managed, next: undefined, chain: before === undefined ? 0 : before.chain + 1 }
    if (before !== undefined) before.next = row
    this.rows.push(row)
    this.byRv.set(rv, row)
  }

  bodyOf(rv: number): Body | undefined {
    return this.byRv.get(rv)?.body
  }

  /** Undefined where the revision is not of this transaction. */
  managedOf(rv: number): string | null | undefined {
    return this.byRv.get(rv)?.managed
  }

  /** Before the transaction commits, or somebody looks at the table. */
  write(): void {
    if (this.rows.length === 0) return
    const insert = this.statements.all('INSERT INTO revisions (rv, key, type, prev, body, managed) VALUES (?, ?, ?, ?, ?, ?)')
    for (const row of this.rows) insert.run(row.rv, row.key, row.type, row.prev, textOf(row), row.managed)
    this.drop()
  }

  drop(): void {
    if (this.rows.length === 0) return
    this.rows = []
    this.byRv.clear()
  }
}

function textOf({ body, next, chain, rv }: Row): string {
  if (next === undefined || (chain + 1) % MAX_CHAIN === 0) return keptJson(body)
  return `${MARK}${next.rv}${keptJson(deltaTo(body, next.body) ?? {})}`
}

/** The body that a stored text stands for; `revision` finds the one that replaced it. */
export function bodyOfText(text: string, revision: (rv: number) => Body): Body {
  if (!text.startsWith(MARK)) return readKept(text) as Body
  // A blank before it says how to read it.
  const at = text.indexOf('{')
  const brace = text[at - 1] === ' ' ? at - 1 : at
  return withDelta(revision(Number(text.slice(MARK.length, brace))), readKept(text.slice(brace)) as Delta)
}
