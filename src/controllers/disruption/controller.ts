/** Says in each PodDisruptionBudget how many of its pods may be evicted now. upstream: pkg/controller/disruption */
import { deepEqual } from '../../base/equal'
import { formatLabelSelector, selectorOfObject } from '../../base/label-selector'
import { defineController, NO_KEYS, selectingKeys, type Context, type Watch } from '../../client/controller'
import { deployment } from '../../kinds/apps/deployment/kind'
import { replicaSet } from '../../kinds/apps/replica-set/kind'
import { statefulSet } from '../../kinds/apps/stateful-set/kind'
import { pod as podKind } from '../../kinds/core/pod/kind'
import { isReady } from '../../kinds/core/pod/state'
import { replicationController } from '../../kinds/core/replication-controller/kind'
import { keyOf, type KubeObject, type Resource } from '../../kinds/kind'
import { podDisruptionBudget } from '../../kinds/policy/pod-disruption-budget/kind'
import type { Pod, PodTemplateSpec } from '../../kinds/schema/types/core.v1'
import type { PodDisruptionBudget } from '../../kinds/schema/types/policy.v1'
import { conditionsWith, expectedPods, statusOf, stillDisrupted, type Expected } from './budget'
import { selectedPods } from '../../client/selected-pods'

/** Budgets that select a pod, before and after; changes that no budget counts wake nobody. */
const pods: Watch<Pod> = {
  kind: podKind,
  keys(change, lister) {
    const { type, object, previous } = change
    const same = type === 'MODIFIED' && previous !== undefined && previous.metadata.labels === object.metadata.labels
    if (same && isReady(previous) === isReady(object) && previous.metadata.deletionTimestamp === object.metadata.deletionTimestamp && deepEqual(previous.metadata.ownerReferences, object.metadata.ownerReferences)) return NO_KEYS
    return selectingKeys(podDisruptionBudget, change, lister)
  },
}

type Workload = KubeObject & { spec?: { replicas?: number; template?: PodTemplateSpec } }

/** Budgets of the pods that a workload makes, when it is scaled. */
function scaled(kind: Resource): Watch<Workload> {
  return {
    kind: kind as Resource<Workload>,
    *keys({ type, object, previous }, lister) {
      if (type === 'MODIFIED' && previous?.spec?.replicas === object.spec?.replicas) return
      for (const b of lister.selecting(podDisruptionBudget, object.metadata.namespace as string, object.spec?.template?.metadata?.labels)) yield keyOf(b)
    },
  }
}

export const disruptionController = defineController<PodDisruptionBudget>({
  name: 'disruption-controller',
  reconciles: podDisruptionBudget,
  watches: [pods as Watch<never>, ...[deployment, replicaSet, statefulSet, replicationController].map(k => scaled(k as Resource) as Watch<never>)],

  async reconcile(pdb, ctx) {
    if (pdb.metadata.deletionTimestamp !== undefined) return
    const { client, clock, events, lister } = ctx
    const nowMs = clock.now()
    const own = podsOf(pdb, ctx)
    let wanted: Expected
    try {
      wanted = expectedPods(pdb, own, lister)
    } catch (e) {
      return failSafe(pdb, (e as Error).message, nowMs, ctx)
    }
    const { disrupted, overdue, recheckMs } = stillDisrupted(pdb, own, nowMs)
    const status = statusOf(pdb, own, wanted, disrupted, nowMs)
    const result = recheckMs === undefined ? undefined : { requeueAfterMs: recheckMs }
    if (deepEqual(status, pdb.status)) return result
    await client.update(podDisruptionBudget, { ...pdb, status }, { subresource: 'status' })
    for (const p of overdue) await events.event(p, 'Warning', 'NotDeleted', `Pod was expected by PDB ${keyOf(pdb)} to be deleted but it wasn't`)
    if (own.length === 0) await events.event(pdb, 'Normal', 'NoPods', 'No matching pods found')
    if (wanted.unmanaged.length > 0) await events.event(pdb, 'Warning', 'UnmanagedPods', `Pods selected by this PodDisruptionBudget (selector: ${formatLabelSelector(pdb.spec.selector)}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.`)
    return result
  },
})

const podsOf = (pdb: PodDisruptionBudget, { lister }: Context): readonly Pod[] => selectedPods(lister, pdb.metadata.namespace as string, selectorOfObject(pdb.spec.selector))

/** Nothing may be evicted while the number of pods is unknown. upstream: failSafe */
async function failSafe(pdb: PodDisruptionBudget, message: string, nowMs: number, { client, events }: Context): Promise<void> {
  const status = { ...pdb.status, disruptionsAllowed: 0, conditions: conditionsWith(pdb, 'False', 'SyncFailed', message, nowMs) }
  if (deepEqual(status, pdb.status)) return
  await client.update(podDisruptionBudget, { ...pdb, status }, { subresource: 'status' })
  await events.event(pdb, 'Warning', 'CalculateExpectedPodCountFailed', `Failed to calculate the number of expected pods: ${message}`)
}
