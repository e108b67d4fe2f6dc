/** Empties a namespace that was deleted, then lets it go. upstream: pkg/controller/namespace/deletion */
import { parseTime, timestamp } from '../../base/clock'
import { ignoringNotFound } from '../../base/status'
import { defineController, type Context } from '../../client/controller'
import { namespace } from '../../kinds/core/namespace/kind'
import type { Kind, KubeObject, Resource } from '../../kinds/kind'
import type { Namespace, NamespaceCondition } from '../../kinds/schema/types/core.v1'

/** What is left in a namespace after its contents were told to go. */
interface Remaining {
  readonly byResource: ReadonlyMap<string, number>
  readonly byFinalizer: ReadonlyMap<string, number>
  readonly estimateSeconds: number
}

/** So that every apiserver has seen the deletion before the contents go. upstream: namespaceDeletionGracePeriod */
const GRACE_MS = 5_000
/** How long finalizers are thought to take. upstream: finalizerEstimateSeconds */
const FINALIZER_SECONDS = 15

/** @param namespaced every namespaced kind that can be listed and deleted, asked for anew each time: custom kinds come and go */
export function namespaceController(namespaced: () => readonly Kind[]) {
  return defineController<Namespace>({
    name: 'namespace-controller',
    reconciles: namespace,
    concerns: ({ object }) => object.metadata.deletionTimestamp !== undefined,

    async reconcile(ns, ctx) {
      if (ns.metadata.deletionTimestamp === undefined || (ns.spec?.finalizers ?? []).length === 0) return
      const { client } = ctx
      const waitMs = parseTime(ns.metadata.deletionTimestamp) + GRACE_MS - ctx.clock.now()
      if (waitMs > 0) return { requeueAfterMs: waitMs }
      let current = ns
      if (current.status?.phase !== 'Terminating') current = await client.update(namespace, { ...current, status: { ...current.status, phase: 'Terminating' } }, { subresource: 'status' })
      const remaining = await empty(current.metadata.name, namespaced(), ctx)
      const conditions = conditionsOf(current, remaining, timestamp(ctx.clock.now()))
      if (conditions !== undefined) current = await client.update(namespace, { ...current, status: { ...current.status, conditions } }, { subresource: 'status' })
      // Looked at again after half of what the slowest is thought to take. upstream: ResourcesRemainingError
      if (remaining.byResource.size > 0) return { requeueAfterMs: (Math.floor(remaining.estimateSeconds / 2) + 1) * 1000 }
      await client.update(namespace, { ...current, spec: { ...current.spec, finalizers: (current.spec?.finalizers ?? []).filter(f => f !== 'kubernetes') } }, { subresource: 'finalize' })
    },
  })
}

/** Deletes everything in the namespace that is not going already, and counts what stays. */
async function empty(name: string, kinds: readonly Resource[], { client, lister }: Context): Promise<Remaining> {
  const byResource = new Map<string, number>()
  const byFinalizer = new Map<string, number>()
  let estimateSeconds = 0
  for (const kind of kinds) {
    for (const object of lister.list(kind, name)) {
      if (object.metadata.deletionTimestamp === undefined) await deleteQuietly(client, kind, object)
      const left = lister.get(kind, object.metadata.name, name)
      if (left === undefined) continue
      byResource.set(resourceName(kind), (byResource.get(resourceName(kind)) ?? 0) + 1)
      const isPod = kind.group === '' && kind.plural === 'pods'
      estimateSeconds = Math.max(estimateSeconds, isPod ? (left.metadata.deletionGracePeriodSeconds ?? 0) : FINALIZER_SECONDS)
      for (const f of left.metadata.finalizers ?? []) byFinalizer.set(f, (byFinalizer.get(f) ?? 0) + 1)
    }
  }
  return { byResource, byFinalizer, estimateSeconds }
}

async function deleteQuietly(client: Context['client'], kind: Resource, object: KubeObject): Promise<void> {
  await ignoringNotFound(client.delete(kind, object, { propagationPolicy: 'Background' }))
}

const resourceName = (kind: Resource): string => `${kind.plural}.${kind.group}`

/** The five conditions of a namespace on its way out; undefined when none changed. upstream: status_condition_utils.go */
function conditionsOf(ns: Namespace, { byResource, byFinalizer }: Remaining, now: string): NamespaceCondition[] | undefined {
  const wished: [type: string, status: boolean, reason: string, message: string][] = [
    ['NamespaceDeletionDiscoveryFailure', false, 'ResourcesDiscovered', 'All resources successfully discovered'],
    ['NamespaceDeletionGroupVersionParsingFailure', false, 'ParsedGroupVersions', 'All legacy kube types successfully parsed'],
    ['NamespaceDeletionContentFailure', false, 'ContentDeleted', byResource.size === 0 ? 'All content successfully deleted' : 'All content successfully deleted, may be waiting on finalization'],
    byResource.size > 0
      ? ['NamespaceContentRemaining', true, 'SomeResourcesRemain', `Some resources are remaining: ${listed(byResource, (r, n) => `${r} has ${n} resource instances`)}`]
      : ['NamespaceContentRemaining', false, 'ContentRemoved', 'All content successfully removed'],
    byFinalizer.size > 0
      ? ['NamespaceFinalizersRemaining', true, 'SomeFinalizersRemain', `Some content in the namespace has finalizers remaining: ${listed(byFinalizer, (f, n) => `${f} in ${n} resource instances`)}`]
      : ['NamespaceFinalizersRemaining', false, 'ContentHasNoFinalizers', 'All content-preserving finalizers finished'],
  ]
  const before = ns.status?.conditions ?? []
  let changed = false
  const conditions = wished.map(([type, yes, reason, message]) => {
    const status = yes ? 'True' : 'False'
    const old = before.find(c => c.type === type)
    if (old !== undefined && old.status === status && old.reason === reason && old.message === message) return old
    changed = true
    return { type, status, reason, message, lastTransitionTime: old?.status === status ? (old.lastTransitionTime as string) : now }
  })
  return changed ? conditions : undefined
}

function listed(counts: ReadonlyMap<string, number>, text: (name: string, n: number) => string): string {
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, n]) => text(name, n)).join(', ')
}
