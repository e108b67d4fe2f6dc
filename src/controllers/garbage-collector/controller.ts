/** Deletes what its owners left behind, and carries out foreground and orphan deletions. upstream: pkg/controller/garbagecollector */
import { isConflict, isNotFound } from '../../base/status'
import { EVERY_KIND, NO_KEYS, defineController, type Change, type Context, type Watch } from '../../client/controller'
import type { Lister } from '../../client/lister'
import { pod } from '../../kinds/core/pod/kind'
import type { KubeObject, OwnerReference, Resource } from '../../kinds/kind'

const ORPHAN = 'orphan'
const FOREGROUND = 'foregroundDeletion'

/** Finds a kind by an owner reference; undefined for kinds that are not served. */
export type KindOf = (apiVersion: string, kind: string) => Resource | undefined

/**
 * Keys say what happened: `gone <uid>` an owner went; `going <group>/<plural>/<ns>/<name>` an owner waits for its dependents;
 * `lost <group>/<plural>/<ns>/<name>` an object whose owners may not exist.
 */
export function garbageCollector(kindOf: KindOf, kindByPlural: (group: string, plural: string) => Resource | undefined) {
  const watch: Watch = { kind: EVERY_KIND, keys: (change, lister) => keysFor(change, lister, kindOf) }
  return defineController({
    name: 'generic-garbage-collector',
    // Its keys are its own; pods stand for "some kind" because a controller has to name one.
    reconciles: pod as never,
    concerns: () => false,
    watches: [watch as Watch<never>],
    async reconcile() {},
    async reconcileKey(key, ctx) {
      const [what, where] = [key.slice(0, key.indexOf(' ')), key.slice(key.indexOf(' ') + 1)]
      if (what === 'gone') {
        for (const d of ctx.lister.dependents(where)) await collect(d.resource, d.object, kindOf, ctx)
        return
      }
      const [group, plural, ns, name] = where.split('/') as [string, string, string, string]
      const kind = kindByPlural(group, plural)
      const object = kind === undefined ? undefined : ctx.lister.get(kind, name, ns === '' ? undefined : ns)
      if (kind === undefined || object === undefined) return
      if (what === 'lost') return collect(kind, object, kindOf, ctx)
      return finish(kind, object, ctx)
    },
  })
}

function keysFor({ type, object, previous }: Change, lister: Lister, kindOf: KindOf): readonly string[] {
  const { metadata } = object
  if (type === 'DELETED') return [`gone ${metadata.uid}`, ...waitingOwners(object, lister, kindOf)]
  const { finalizers, deletionTimestamp, ownerReferences } = metadata
  const isGoing = deletionTimestamp !== undefined && finalizers !== undefined && (finalizers.includes(FOREGROUND) || finalizers.includes(ORPHAN))
  const isLost = ownerReferences !== undefined && ownerReferences !== previous?.metadata.ownerReferences && ownerReferences.some(r => ownerOf(r, object, lister, kindOf) === undefined)
  if (!isGoing && !isLost) return NO_KEYS
  return [...(isGoing ? [keyFor('going', object, kindOf)] : []), ...(isLost ? [keyFor('lost', object, kindOf)] : [])]
}

/** Owners in foreground deletion for which this object was one to wait for. */
function* waitingOwners(object: KubeObject, lister: Lister, kindOf: KindOf): Iterable<string> {
  for (const r of object.metadata.ownerReferences ?? []) {
    const owner = ownerOf(r, object, lister, kindOf)
    if (owner?.metadata.finalizers?.includes(FOREGROUND) === true) yield keyFor('going', owner, kindOf)
  }
}

function keyFor(what: string, object: KubeObject, kindOf: KindOf): string {
  const kind = kindOf(object.apiVersion as string, object.kind as string)
  return `${what} ${kind?.group ?? ''}/${kind?.plural ?? ''}/${object.metadata.namespace ?? ''}/${object.metadata.name}`
}

/** The owner that a reference means, if it still lives. */
function ownerOf(r: OwnerReference, of: KubeObject, lister: Lister, kindOf: KindOf): KubeObject | undefined {
  const kind = kindOf(r.apiVersion, r.kind)
  if (kind === undefined) return undefined
  const found = lister.get(kind, r.name, kind.scope === 'Namespaced' ? of.metadata.namespace : undefined)
  return found?.metadata.uid === r.uid ? found : undefined
}

/** upstream: attemptToDeleteItem */
async function collect(kind: Resource, object: KubeObject, kindOf: KindOf, { client, lister }: Context): Promise<void> {
  const { metadata } = object
  if (metadata.deletionTimestamp !== undefined && !(metadata.finalizers?.includes(FOREGROUND) === true)) return
  const references = metadata.ownerReferences ?? []
  if (references.length === 0) return
  // Kinds that are not served cannot be judged: their references count as alive.
  const dangling = references.filter(r => kindOf(r.apiVersion, r.kind) !== undefined && ownerOf(r, object, lister, kindOf) === undefined)
  if (dangling.length === 0) return
  const rest = references.filter(r => !dangling.includes(r))
  const waiting = rest.filter(r => ownerOf(r, object, lister, kindOf)?.metadata.finalizers?.includes(FOREGROUND) === true)
  await quietly(async () => {
    if (rest.length > waiting.length) await client.update(kind, { ...object, metadata: { ...metadata, ownerReferences: rest } })
    else await client.delete(kind, object, { propagationPolicy: policyOf(object, waiting.length > 0), preconditions: { uid: metadata.uid } })
  })
}

function policyOf({ metadata }: KubeObject, foreground: boolean): 'Orphan' | 'Foreground' | 'Background' {
  if (metadata.finalizers?.includes(ORPHAN) === true) return 'Orphan'
  return foreground || metadata.finalizers?.includes(FOREGROUND) === true ? 'Foreground' : 'Background'
}

/** A deleted owner that keeps a finalizer of ours: orphan its dependents, or delete them first. */
async function finish(kind: Resource, owner: KubeObject, { client, lister }: Context): Promise<void> {
  const { metadata } = owner
  if (metadata.deletionTimestamp === undefined) return
  const dependents = lister.dependents(metadata.uid as string)
  if (metadata.finalizers?.includes(ORPHAN) === true) {
    for (const { resource, object } of dependents) {
      const ownerReferences = (object.metadata.ownerReferences ?? []).filter(r => r.uid !== metadata.uid)
      await quietly(() => client.update(resource, { ...object, metadata: withReferences(object, ownerReferences) }))
    }
    return dropFinalizer(client, kind, owner, ORPHAN)
  }
  if (metadata.finalizers?.includes(FOREGROUND) !== true) return
  for (const { resource, object } of dependents) {
    if (object.metadata.deletionTimestamp !== undefined) continue
    const others = (object.metadata.ownerReferences ?? []).filter(r => r.uid !== metadata.uid)
    // Another owner lives on: only this reference goes.
    if (others.length > 0) await quietly(() => client.update(resource, { ...object, metadata: withReferences(object, others) }))
    else await quietly(() => client.delete(resource, object, { propagationPolicy: 'Foreground', preconditions: { uid: object.metadata.uid } }))
  }
  const blocking = lister.dependents(metadata.uid as string).some(d => d.object.metadata.ownerReferences?.some(r => r.uid === metadata.uid && r.blockOwnerDeletion === true))
  if (!blocking) await dropFinalizer(client, kind, owner, FOREGROUND)
}

function withReferences({ metadata }: KubeObject, ownerReferences: OwnerReference[]): KubeObject['metadata'] {
  const next = { ...metadata, ownerReferences }
  if (ownerReferences.length === 0) delete (next as { ownerReferences?: unknown }).ownerReferences
  return next
}

async function dropFinalizer(client: Context['client'], kind: Resource, owner: KubeObject, finalizer: string): Promise<void> {
  const metadata = { ...owner.metadata, finalizers: (owner.metadata.finalizers ?? []).filter(f => f !== finalizer) }
  await quietly(() => client.update(kind, { ...owner, metadata }))
}

/** What vanished or changed meanwhile comes back through the log. */
async function quietly(work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (e) {
    if (!isNotFound(e) && !isConflict(e)) throw e
  }
}
