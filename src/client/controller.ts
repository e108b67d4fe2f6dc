/** What a controller is, and what it is given. upstream: controller-runtime's reconcilers, client-go's work queues */
import type { Clock } from '../base/clock'
import type { Draw } from '../base/draw'
import type { Kind, KubeObject, Resource } from '../kinds/kind'
import { controllerOf, keyOf } from '../kinds/kind'
import type { Client } from './client'
import type { Recorder } from './events'
import type { Lister } from './lister'

/** What upstream keeps in process memory, one JSON value per component and key; committed with the reconcile, deleted with the object. */
export interface Memory {
  get<T>(key: string): T | undefined
  put(key: string, value: unknown): void
  delete(key: string): void
}

export interface Context {
  readonly client: Client
  readonly lister: Lister
  readonly clock: Clock
  readonly draw: Draw
  readonly events: Recorder
  readonly memory: Memory
}

/** One change of an object, as the log tells it. */
export interface Change<T extends KubeObject = KubeObject> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  /** As it is now; for DELETED as it was last. */
  readonly object: T
  readonly previous: T | undefined
}

/** Stands for all kinds in a watch. */
export const EVERY_KIND: Resource = { group: '', version: '', kind: '*', plural: '*', singular: '*', scope: 'Namespaced' }

/** No keys: what most changes concern. */
export const NO_KEYS: readonly string[] = Object.freeze([])

/** Which keys of the reconciled kind a change of another kind concerns. */
export interface Watch<O extends KubeObject = KubeObject> {
  readonly kind: Resource<O>
  /** Asked of every change of the kind, by dozens of watches where it is pods: those answer with lists, which cost less than generators. */
  keys(change: Change<O>, lister: Lister): Iterable<string>
}

export interface ReconcileResult {
  /** Come back after this much cluster time. A later result or a change of the object replaces it. */
  requeueAfterMs?: number | undefined
  /** There is more to do at once, after whatever else waits. */
  again?: boolean | undefined
}

/** Level-based and idempotent: compute what should be, write what differs. */
export interface Controller<T extends KubeObject = KubeObject> {
  readonly name: string
  /** User name and field manager of its writes, `kube-controller-manager` when absent. */
  readonly actor?: string
  readonly reconciles: Kind<T>
  /** Skips changes of the reconciled kind that cannot matter; all matter when absent. */
  concerns?(change: Change<T>): boolean
  readonly watches?: readonly Watch<never>[]
  /** Throws to back off and retry, TerminalError to stop until the object changes. */
  reconcile(object: T, ctx: Context): Promise<ReconcileResult | void>
  /** For controllers whose keys are not objects of one kind: called instead of reconcile. */
  reconcileKey?(key: string, ctx: Context): Promise<ReconcileResult | void>
  /** The object is gone; most controllers have nothing to do then. */
  vanished?(key: string, ctx: Context): Promise<void>
}

export function defineController<T extends KubeObject>(controller: Controller<T>): Controller<T> {
  return controller
}

/** Keys of those that select the changed object by its labels, as they are and as they were. */
export function selectingKeys(kind: Resource, { object, previous }: Change, lister: Lister): readonly string[] {
  const { namespace, labels } = object.metadata
  const now = lister.selecting(kind, namespace as string, labels)
  if (previous === undefined || previous.metadata.labels === labels) return now.map(keyOf)
  return [...now, ...lister.selecting(kind, namespace as string, previous.metadata.labels)].map(keyOf)
}

/** Watches objects whose controller is of the reconciled kind, and wakes that owner. */
export function owned<O extends KubeObject>(kind: Resource<O>, ownerKind: string): Watch<O> {
  return {
    kind,
    keys({ object, previous }) {
      const now = ownerKey(object, ownerKind)
      if (previous === undefined || previous.metadata.ownerReferences === object.metadata.ownerReferences) return now === undefined ? NO_KEYS : [now]
      const before = ownerKey(previous, ownerKind)
      if (before === undefined || before === now) return now === undefined ? NO_KEYS : [now]
      return now === undefined ? [before] : [now, before]
    },
  }
}

function ownerKey(o: KubeObject, kind: string): string | undefined {
  const owner = controllerOf(o)
  if (owner?.kind !== kind) return undefined
  return o.metadata.namespace === undefined ? owner.name : `${o.metadata.namespace}/${owner.name}`
}

/** As `owned`, and wakes whoever of that kind selects an object that nobody controls, and so may adopt it. */
export function ownedOrSelected<O extends KubeObject>(kind: Resource<O>, owner: Resource): Watch<O> {
  const controlled = owned(kind, owner.kind)
  return {
    kind,
    keys(change, lister) {
      const keys = controlled.keys(change, lister)
      const { object } = change
      if (controllerOf(object) !== undefined) return keys
      return [...keys, ...lister.selecting(owner, object.metadata.namespace as string, object.metadata.labels).map(keyOf)]
    },
  }
}
