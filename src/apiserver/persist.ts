/** The last stage of every write, and the only one that writes: optimistic, as the real apiserver is with etcd. */
import { deepEqual } from '../base/equal'
import { alreadyExists, conflict, notFound, OBJECT_MODIFIED } from '../base/status'
import type { Kind, KubeObject, Total } from '../kinds/kind'
import { ADDED, DELETED, MODIFIED, type Stored, type TotalDelta } from '../store/store'
import { NOISE } from '../client/recorder'
import type { Entry } from '../store/entries'
import { diffEntries, entriesOf, storageKey } from './keys'
import { closeLedger, keepsLedger, ledgerDeltas, openLedger } from './quota-ledger'
import type { ApiServer } from './server'

const NO_ENTRIES: Entry[] = []

/** What changes in the sums; totals that are the same before and after cancel. */
function totalDeltas<T extends KubeObject>(kind: Kind<T>, before: T | undefined, after: T | undefined): readonly TotalDelta[] {
  if (kind.totals === undefined) return NO_TOTALS
  const minus = before === undefined ? NO_TOTALS : kind.totals(before)
  const plus = after === undefined ? NO_TOTALS : kind.totals(after)
  if (minus.length === 0) return plus
  const deltas: TotalDelta[] = []
  for (const m of minus) if (!plus.some(p => isSame(p, m))) deltas.push({ name: m.name, key: m.key, amounts: negative(m.amounts) })
  for (const p of plus) if (!minus.some(m => isSame(p, m))) deltas.push(p)
  return deltas
}
const NO_TOTALS: readonly Total[] = []

const isSame = (a: Total, b: Total): boolean => a.name === b.name && a.key === b.key && deepEqual(a.amounts, b.amounts)

function negative(amounts: Total['amounts']): Total['amounts'] {
  const out: Record<string, number> = {}
  for (const unit in amounts) out[unit] = -(amounts[unit] as number)
  return out
}

/** The kind's own sums, and those of the namespace's quotas where it has any. */
function allDeltas<T extends KubeObject>(server: ApiServer, kind: Kind<T>, before: T | undefined, after: T | undefined): readonly TotalDelta[] {
  const own = totalDeltas(kind, before, after)
  if (!keepsLedger(server, (after ?? before)?.metadata.namespace)) return own
  const quota = ledgerDeltas(kind, before, after)
  return quota.length === 0 ? own : [...own, ...quota]
}

const isQuota = (kind: Kind<never>): boolean => kind.plural === 'resourcequotas' && kind.group === ''

/** Adds an object; 409 when its name is taken. `object` is the stored one afterwards. */
export function insert<T extends KubeObject>(server: ApiServer, kind: Kind<T>, object: T, managed: string | null): T {
  const { store } = server
  const key = storageKey(kind, object.metadata.namespace, object.metadata.name)
  return store.transact(() => {
    if (store.has(key)) throw alreadyExists(kind, object.metadata.name)
    const first = isQuota(kind) && !keepsLedger(server, object.metadata.namespace)
    store.write({ key, type: ADDED, body: object, managed, addEntries: entriesOf(kind, object), removeEntries: NO_ENTRIES, totals: allDeltas(server, kind, undefined, object) })
    if (first) openLedger(server, object.metadata.namespace as string)
    if (kind.plural !== 'events') store.wasBorn(object.metadata.uid as string)
    return object
  })
}

/** Replaces what was read; 409 when it has changed since. A write that changes nothing is no write. */
export function replace<T extends KubeObject>(server: ApiServer, kind: Kind<T>, current: Stored<T>, next: T, managed: string | null): T {
  const { store } = server
  return store.transact(() => {
    expectCurrent(server, kind, current)
    const { add, remove } = diffEntries(entriesOf(kind, current.body), entriesOf(kind, next))
    store.write({ key: current.key, type: MODIFIED, body: next, managed, previous: current, addEntries: add, removeEntries: remove, totals: allDeltas(server, kind, current.body, next) })
    return next
  })
}

/** Removes what was read. The log keeps `last` as the object's final state. */
export function remove<T extends KubeObject>(server: ApiServer, kind: Kind<T>, current: Stored<T>, last: T): T {
  const { store } = server
  return store.transact(() => {
    expectCurrent(server, kind, current)
    const body = { ...last, metadata: { ...last.metadata } }
    store.write({ key: current.key, type: DELETED, body, managed: null, previous: current, addEntries: NO_ENTRIES, removeEntries: entriesOf(kind, current.body), totals: allDeltas(server, kind, current.body, undefined) })
    if (isQuota(kind) && !keepsLedger(server, current.body.metadata.namespace)) closeLedger(server, current.body.metadata.namespace as string)
    store.forget(NOISE, `${current.body.metadata.uid} `)
    // A later object of this name must not get the same uid; generated names are never drawn twice.
    if (current.body.metadata.generateName === undefined) store.nextCount(`lives ${current.key}`)
    return body
  })
}

function expectCurrent<T extends KubeObject>(server: ApiServer, kind: Kind<T>, current: Stored<T>): void {
  const now = server.store.get(current.key)
  if (now === undefined) throw notFound(kind, current.body.metadata.name)
  if (now.rv !== current.rv) throw conflict(kind, current.body.metadata.name, OBJECT_MODIFIED)
}
