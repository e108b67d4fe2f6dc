/** GET: one object, lists with selectors and pages, tables. upstream: apiserver/pkg/registry/generic/registry/store.go, storage/etcd3 */
import { parseFieldSelector, type FieldSelector } from '../base/field-selector'
import { matchesLabels, parseLabelSelector, requiredPairs, isEverything, type LabelSelector } from '../base/label-selector'
import { badRequest } from '../base/status'
import type { ListOptions, ObjectList, Table } from '../client/client'
import type { Kind, KubeObject } from '../kinds/kind'
import type { Stored } from '../store/store'
import { indexName, labelIndex, listPrefix, pairValue, storageKey } from './keys'
import { continueToken, listVersion } from './list-version'
import type { ApiServer } from './server'
import { shown } from './custom-versions/shown'
import { storedFields, storedForm, viewed } from './views'

export interface Selection {
  readonly labels: LabelSelector
  readonly fields: FieldSelector
}

export function selectionOf<T extends KubeObject>(kind: Kind<T>, options: { labelSelector?: string | undefined; fieldSelector?: string | undefined }): Selection {
  let labels: LabelSelector
  try {
    labels = parseLabelSelector(options.labelSelector ?? '')
  } catch (e) {
    throw badRequest((e as Error).message)
  }
  let fields: FieldSelector
  try {
    fields = parseFieldSelector(storedFields(kind, options.fieldSelector) ?? '')
  } catch (e) {
    throw badRequest((e as Error).message)
  }
  for (const { field } of fields) if (fieldGetter(kind, field) === undefined) throw badRequest(unknownField(kind, field))
  return { labels, fields }
}

/** Kinds without field labels of their own share upstream's default words. upstream: runtime.DefaultMetaV1FieldSelectorConversion */
const unknownField = <T extends KubeObject>(kind: Kind<T>, field: string): string =>
  (kind.view?.of ?? kind).fieldSelectors === undefined ? `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"` : `field label not supported: ${field}`

function fieldGetter<T extends KubeObject>(kind: Kind<T>, field: string): ((object: T) => string) | undefined {
  const own = (kind.view?.of as Kind<T> | undefined ?? kind).fieldSelectors?.[field]
  if (own !== undefined) return own
  if (field === 'metadata.name') return o => o.metadata.name
  if (field === 'metadata.namespace' && kind.scope === 'Namespaced') return o => o.metadata.namespace ?? ''
  return undefined
}

export function selects<T extends KubeObject>(kind: Kind<T>, selection: Selection, object: T): boolean {
  if (!matchesLabels(selection.labels, object.metadata.labels)) return false
  for (const { field, operator, value } of selection.fields) {
    const actual = (fieldGetter(kind, field) as (o: T) => string)(object)
    if ((actual === value) !== (operator !== '!=')) return false
  }
  return true
}

/** Objects of a request in key order. Selectors that an index answers scan only what can match. */
export function select<T extends KubeObject>(server: ApiServer, kind: Kind<T>, namespace: string | undefined, selection: Selection): readonly Stored<T>[] {
  const form = storedForm(kind)
  // The fields were translated when the selection was made.
  if (form !== undefined) return select(server, form.kind, namespace, selection).map(s => viewed(form, s))
  if (kind.computed === true) return computed(server, kind, namespace).filter(s => selects(kind, selection, s.body))
  const { store } = server
  const all = isEverything(selection.labels) && selection.fields.length === 0
  const found = all ? store.list<T>(listPrefix(kind, namespace)) : candidates(server, kind, namespace, selection)
  const seen = kind.custom === undefined ? found : found.map(s => shown(kind, s))
  return all ? seen : seen.filter(s => selects(kind, selection, s.body))
}

/** Objects that nobody stores, as if they were stored. */
export const computed = <T extends KubeObject>({ registry }: ApiServer, kind: Kind<T>, namespace: string | undefined): Stored<T>[] =>
  registry.objects(kind, namespace).map(body => ({ key: storageKey(kind, namespace, body.metadata.name), rv: 0, body }) as unknown as Stored<T>)

function candidates<T extends KubeObject>(server: ApiServer, kind: Kind<T>, namespace: string | undefined, { labels, fields }: Selection): readonly Stored<T>[] {
  const { store } = server
  const exact = (field: string): string | undefined => fields.find(r => r.field === field && r.operator !== '!=')?.value
  const name = exact('metadata.name')
  if (name !== undefined && (namespace !== undefined || kind.scope === 'Cluster')) {
    const one = store.get<T>(storageKey(kind, namespace, name))
    return one === undefined ? [] : [one]
  }
  const inNamespace = (found: readonly Stored<T>[]): readonly Stored<T>[] => {
    const prefix = listPrefix(kind, namespace)
    return found.filter(s => s.key.startsWith(prefix))
  }
  for (const r of fields) {
    const index = kind.fieldIndexes?.[r.field]
    if (index !== undefined && r.operator !== '!=') return inNamespace(store.filed<T>(indexName(kind, index), r.value))
    const prefix = kind.fieldNamePrefixes?.[r.field]
    if (prefix !== undefined && r.operator !== '!=' && namespace !== undefined) {
      const odd = inNamespace(store.filed<T>(indexName(kind, r.field), r.value))
      const named = store.list<T>(storageKey(kind, namespace, prefix(r.value)))
      return odd.length === 0 ? named : [...named, ...odd].sort((a, b) => (a.key < b.key ? -1 : 1))
    }
  }
  if (kind.indexLabels === true && namespace !== undefined) {
    const pair = requiredPairs(labels)[0]
    if (pair !== undefined) return store.filed<T>(labelIndex(kind), pairValue(namespace, pair[0], pair[1]))
  }
  return store.list<T>(listPrefix(kind, exact('metadata.namespace') ?? namespace))
}

export const asOfNow = <T extends KubeObject>(server: ApiServer, kind: Kind<T>, object: T): T => (kind.asOf === undefined ? object : (kind.asOf(object, server.clock.now()) as T))

export function list<T extends KubeObject>(server: ApiServer, kind: Kind<T>, options: ListOptions): ObjectList<T> {
  const selection = selectionOf(kind, options)
  const { exactly, from } = listVersion(server, options)
  const rv = exactly ?? server.store.head()
  const found = exactly === undefined ? select(server, kind, options.namespace, selection) : selectAt(server, kind, options.namespace, selection, exactly)
  const prefix = listPrefix(kind, options.namespace)
  const after = from === '' ? found : found.filter(s => s.key >= prefix + from)
  const limit = options.limit ?? 0
  const page = limit > 0 ? after.slice(0, limit) : after
  const rest = after.length - page.length
  const more = rest === 0 ? {} : {
    continue: continueToken(`${(page[page.length - 1] as Stored<T>).key.slice(prefix.length)}\0`, rv),
    ...(isEverything(selection.labels) && selection.fields.length === 0 ? { remainingItemCount: rest } : {}),
  }
  return { metadata: { resourceVersion: String(rv), ...more }, items: page.map(s => asOfNow(server, kind, s.body)) }
}

/** As `select`, of what was there at an earlier version. */
function selectAt<T extends KubeObject>(server: ApiServer, kind: Kind<T>, namespace: string | undefined, selection: Selection, rv: number): Stored<T>[] {
  const form = storedForm(kind)
  if (form !== undefined) return selectAt(server, form.kind, namespace, selection, rv).map(s => viewed(form, s))
  const found = server.store.listAt<T>(listPrefix(kind, namespace), rv)
  return (kind.custom === undefined ? found : found.map(s => shown(kind, s))).filter(s => selects(kind, selection, s.body))
}

/** The server's table of one object or a list. upstream: pkg/printers/internalversion, registry/rest/table.go */
export function table<T extends KubeObject>(server: ApiServer, kind: Kind<T>, objects: readonly T[], metadata: Table['metadata']): Table {
  const at = { nowMs: server.clock.now() }
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: kind.columns.map(c => ({ name: c.name, type: c.type === 'date' ? 'date' : c.type, format: c.format ?? '', description: c.description ?? '', priority: c.priority ?? 0 })),
    rows: objects.map(object => ({ cells: kind.columns.map(c => c.cell(object, at) ?? null), object })),
  }
}
