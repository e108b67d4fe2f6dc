/** Where an object lies in the store, and under which index entries it is filed. */
import type { Kind, KubeObject, LabelSelectorLike, Resource } from '../kinds/kind'
import type { Entry } from '../store/entries'

const prefixes = new WeakMap<object, string>()

/** `apps/deployments/`, `/pods/`: all objects of a resource, whatever version a client speaks. */
export function resourcePrefix(r: Pick<Resource, 'group' | 'plural'>): string {
  let prefix = prefixes.get(r)
  if (prefix === undefined) prefixes.set(r, (prefix = `${r.group}/${r.plural}/`))
  return prefix
}

export function storageKey(r: Pick<Resource, 'group' | 'plural'>, namespace: string | undefined, name: string): string {
  return `${resourcePrefix(r)}${namespace ?? ''}/${name}`
}

export function listPrefix(r: Pick<Resource, 'group' | 'plural'>, namespace: string | undefined): string {
  return namespace === undefined || namespace === '' ? resourcePrefix(r) : `${resourcePrefix(r)}${namespace}/`
}

/** The parts of a storage key. */
export function parseKey(key: string): { group: string; plural: string; namespace: string | undefined; name: string } {
  const a = key.indexOf('/')
  const b = key.indexOf('/', a + 1)
  const c = key.indexOf('/', b + 1)
  const namespace = key.slice(b + 1, c)
  return { group: key.slice(0, a), plural: key.slice(a + 1, b), namespace: namespace === '' ? undefined : namespace, name: key.slice(c + 1) }
}

export const OWNER = 'owner'
export const indexName = (r: Pick<Resource, 'group' | 'plural'>, index: string): string => `${resourcePrefix(r)}${index}`
export const labelIndex = (r: Pick<Resource, 'group' | 'plural'>): string => `${resourcePrefix(r)}~label`
export const anchorIndex = (r: Pick<Resource, 'group' | 'plural'>): string => `${resourcePrefix(r)}~anchor`
export const pairValue = (namespace: string | undefined, key: string, value: string): string => `${namespace ?? ''}/${key}=${value}`
/** Selectors without an equality pair are filed under their namespace alone. */
export const anyValue = (namespace: string | undefined): string => `${namespace ?? ''}/`

/** All index entries of an object. */
export function entriesOf<T extends KubeObject>(kind: Kind<T>, object: T): Entry[] {
  const entries: Entry[] = []
  const { ownerReferences, labels, namespace } = object.metadata
  if (ownerReferences !== undefined) for (const o of ownerReferences) entries.push([OWNER, o.uid])
  if (kind.indexes !== undefined) {
    for (const index in kind.indexes) {
      const values = (kind.indexes[index] as (object: T) => readonly string[])(object)
      for (const v of values) entries.push([indexName(kind, index), v])
    }
  }
  if (kind.indexLabels === true && labels !== undefined) for (const k in labels) entries.push([labelIndex(kind), pairValue(namespace, k, labels[k] as string)])
  if (kind.anchor !== undefined) {
    const selector = kind.anchor(object)
    if (selector !== undefined) entries.push([anchorIndex(kind), anchorValue(namespace, selector)])
  }
  return entries
}

/** One pair is enough to find a selector from the labels it selects: every object that it selects carries that pair. */
function anchorValue(namespace: string | undefined, selector: LabelSelectorLike): string {
  for (const k in selector.matchLabels) return pairValue(namespace, k, selector.matchLabels[k] as string)
  for (const e of selector.matchExpressions ?? []) if (e.operator === 'In' && e.values?.length === 1) return pairValue(namespace, e.key, e.values[0] as string)
  return anyValue(namespace)
}

/** What a write adds to and takes from the index. */
export function diffEntries(before: readonly Entry[], after: readonly Entry[]): { add: Entry[]; remove: Entry[] } {
  const add: Entry[] = []
  const remove: Entry[] = []
  const has = (list: readonly Entry[], e: Entry): boolean => {
    for (const x of list) if (x[0] === e[0] && x[1] === e[1]) return true
    return false
  }
  for (const e of after) if (!has(before, e)) add.push(e)
  for (const e of before) if (!has(after, e)) remove.push(e)
  return { add, remove }
}
