/** Lister: synchronous, indexed reads of the embedded state. What it returns is shared and must not be changed. */
import type { KubeObject, Resource } from '../kinds/kind'

export interface Lister {
  get<T extends KubeObject>(kind: Resource<T>, name: string, namespace?: string): T | undefined
  /** All objects of a kind, or of one namespace, in key order. Cost grows with the answer. */
  list<T extends KubeObject>(kind: Resource<T>, namespace?: string): readonly T[]
  /** Objects of a namespace whose name starts so. */
  namedFrom<T extends KubeObject>(kind: Resource<T>, namespace: string | undefined, prefix: string): readonly T[]
  /** Objects that a declared index files under `value`, in key order. `owner` (uid) exists for every kind. */
  byIndex<T extends KubeObject>(kind: Resource<T>, index: string, value: string): readonly T[]
  /** Objects of `kind` in `namespace` whose label selector (Kind.anchor) selects these labels. */
  selecting<T extends KubeObject>(kind: Resource<T>, namespace: string, labels: Readonly<Record<string, string>> | undefined): readonly T[]
  /** Objects of a kind with indexed labels (Kind.indexLabels: pods) that carry this label. */
  labelled<T extends KubeObject>(kind: Resource<T>, namespace: string, key: string, value: string): readonly T[]
  /** The sums that the store keeps under this name and key, undefined when nothing counts there. */
  total(name: string, key: string): Readonly<Record<string, number>> | undefined
  /** Keys under which something counts, in order. */
  totalKeys(name: string): readonly string[]
  /** Dependents of any kind by their owner's uid. */
  dependents(ownerUid: string): readonly { readonly resource: Resource; readonly object: KubeObject }[]
}
