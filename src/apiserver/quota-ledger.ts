/** What the objects of a namespace use together, as sums of the store: kept while the namespace has a quota, and only then. */
import type { Kind, KubeObject } from '../kinds/kind'
import { QUOTAS } from '../kinds/core/resource-quota/kind'
import { amountsOf, isCounted, scopeFacts, usageOf } from '../kinds/core/resource-quota/usage'
import { LEDGER } from '../kinds/core/resource-quota/ledger'
import type { TotalDelta } from '../store/store'
import { listPrefix } from './keys'
import type { ApiServer } from './server'

/** Whether sums are kept for a namespace: the question that every write asks. */
export const keepsLedger = ({ store }: ApiServer, namespace: string | undefined): boolean => namespace !== undefined && store.total(QUOTAS, namespace) !== undefined

/** What a write changes in the sums. */
export function ledgerDeltas<T extends KubeObject>(kind: Kind<T>, before: T | undefined, after: T | undefined): readonly TotalDelta[] {
  if (!isCounted(kind)) return []
  const deltas: TotalDelta[] = []
  if (after !== undefined) deltas.push(entry(kind, after, 1))
  if (before !== undefined) {
    const was = entry(kind, before, -1)
    const now = deltas[0]
    if (now !== undefined && now.key === was.key && cancels(now.amounts, was.amounts)) return []
    deltas.push(was)
  }
  return deltas
}

function entry<T extends KubeObject>(kind: Kind<T>, object: T, sign: 1 | -1): TotalDelta {
  const amounts = amountsOf(usageOf(kind, object))
  if (sign < 0) for (const name in amounts) amounts[name] = -(amounts[name] as number)
  return { name: LEDGER + (object.metadata.namespace as string), key: `${kind.group}/${kind.plural}/${scopeFacts(kind, object)}`, amounts }
}

function cancels(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): boolean {
  for (const name in a) if (a[name] !== -(b[name] ?? 0)) return false
  for (const name in b) if (!(name in a)) return false
  return true
}

/** Begins to keep sums: the namespace got its first quota. The one time that its objects are looked through. */
export function openLedger(server: ApiServer, namespace: string): void {
  const { store, registry } = server
  for (const kind of registry.all()) {
    if (kind.scope !== 'Namespaced' || !isCounted(kind)) continue
    for (const { body } of store.list<KubeObject>(listPrefix(kind, namespace))) store.addTotals(ledgerDeltas(kind, undefined, body))
  }
}

/** The last quota has gone. */
export function closeLedger({ store }: ApiServer, namespace: string): void {
  store.dropTotals(LEDGER + namespace)
}
