/** The Lister over the store: synchronous indexed reads of shared objects. */
import { matchesLabels, selectorOfObject } from '../base/label-selector'
import type { Lister } from '../client/lister'
import type { Kind, KubeObject, Resource } from '../kinds/kind'
import type { Store } from '../store/store'
import { anchorIndex, anyValue, indexName, labelIndex, listPrefix, OWNER, pairValue, parseKey, storageKey } from './keys'
import type { Registry } from './registry'

const NONE: readonly never[] = Object.freeze([])

export class StoreLister implements Lister {
  constructor(
    private readonly store: Store,
    private readonly registry: Registry,
  ) {}

  get<T extends KubeObject>(kind: Resource<T>, name: string, namespace?: string): T | undefined {
    return this.store.get<T>(storageKey(kind, kind.scope === 'Namespaced' ? namespace : undefined, name))?.body
  }

  list<T extends KubeObject>(kind: Resource<T>, namespace?: string): readonly T[] {
    return this.store.list<T>(listPrefix(kind, namespace)).map(s => s.body)
  }

  namedFrom<T extends KubeObject>(kind: Resource<T>, namespace: string | undefined, prefix: string): readonly T[] {
    return this.store.list<T>(storageKey(kind, namespace, prefix)).map(s => s.body)
  }

  byIndex<T extends KubeObject>(kind: Resource<T>, index: string, value: string): readonly T[] {
    if (index !== OWNER) return this.store.filed<T>(indexName(kind, index), value).map(s => s.body)
    const prefix = listPrefix(kind, undefined)
    return this.store.filed<T>(OWNER, value).filter(s => s.key.startsWith(prefix)).map(s => s.body)
  }

  selecting<T extends KubeObject>(kind: Resource<T>, namespace: string, labels: Readonly<Record<string, string>> | undefined): readonly T[] {
    const full = this.registry.kind(kind.group, kind.plural) as unknown as Kind<T>
    const name = anchorIndex(kind)
    if (this.store.filesNothing(name)) return NONE
    let found: T[] | undefined
    for (const value of this.anchorsOf(namespace, labels)) {
      for (const { body } of this.store.filed<T>(name, value)) {
        const selector = full.anchor?.(body)
        if (selector !== undefined && matchesLabels(selectorOfObject(selector as never), labels)) (found ??= []).push(body)
      }
    }
    return found ?? NONE
  }

  /** Under what selectors of these labels are filed. Remembered for the last ones: several kinds that select are asked in a row. */
  private anchorsOf(namespace: string, labels: Readonly<Record<string, string>> | undefined): readonly string[] {
    const { last } = this
    if (last.labels === labels && last.namespace === namespace) return last.values
    const values = [anyValue(namespace)]
    for (const k in labels) values.push(pairValue(namespace, k, labels[k] as string))
    this.last = { namespace, labels, values }
    return values
  }
  private last: { readonly namespace: string; readonly labels: Readonly<Record<string, string>> | undefined; readonly values: readonly string[] } = { namespace: '', labels: undefined, values: [anyValue('')] }

  labelled<T extends KubeObject>(kind: Resource<T>, namespace: string, key: string, value: string): readonly T[] {
    return this.store.filed<T>(labelIndex(kind), pairValue(namespace, key, value)).map(s => s.body)
  }

  total(name: string, key: string): Readonly<Record<string, number>> | undefined {
    return this.store.total(name, key)
  }

  totalKeys(name: string): readonly string[] {
    return this.store.totalKeys(name)
  }

  dependents(ownerUid: string): { resource: Resource; object: KubeObject }[] {
    return this.store.filed<KubeObject>(OWNER, ownerUid).map(({ key, body }) => {
      const { group, plural } = parseKey(key)
      return { resource: this.registry.kind(group, plural), object: body }
    })
  }
}
