/** Keeps as many pods of a template as a ReplicaSet asks for. upstream: pkg/controller/replicaset */
import { selectorOfObject } from '../../base/label-selector'
import { defineController, ownedOrSelected, type Watch } from '../../client/controller'
import { replicaSet } from '../../kinds/apps/replica-set/kind'
import { pod } from '../../kinds/core/pod/kind'
import { controllerOf } from '../../kinds/kind'
import type { ReplicaSet, ReplicaSetStatus } from '../../kinds/schema/types/apps.v1'
import type { PodTemplateSpec } from '../../kinds/schema/types/core.v1'
import { reconcileReplicas, type ReplicationKind } from '../replication/replication'

const set: ReplicationKind<ReplicaSet> = {
  kind: replicaSet,
  countsTerminating: true,
  read: ({ spec }) => ({
    replicas: spec?.replicas ?? 1,
    minReadySeconds: spec?.minReadySeconds ?? 0,
    template: spec?.template as PodTemplateSpec,
    selector: selectorOfObject(spec?.selector),
  }),
  status: rs => rs.status,
  withStatus: (rs, status) => ({ ...rs, status: status as ReplicaSetStatus }),
  related(rs, { lister }, own) {
    const owner = controllerOf(rs)
    if (owner === undefined) return own
    return lister.byIndex(replicaSet, 'owner', owner.uid).flatMap(s => lister.byIndex(pod, 'owner', s.metadata.uid as string))
  },
}

export const replicaSetController = defineController<ReplicaSet>({
  name: 'replicaset-controller',
  reconciles: replicaSet,
  watches: [ownedOrSelected(pod, set.kind) as Watch<never>],
  reconcile: (rs, ctx) => reconcileReplicas(set, rs, ctx),
})
