/** Keeps as many pods of a template as a ReplicationController asks for. upstream: pkg/controller/replication */
import { selectorOfPairs } from '../../base/label-selector'
import { defineController, ownedOrSelected, type Watch } from '../../client/controller'
import { replicationController } from '../../kinds/core/replication-controller/kind'
import type { PodTemplateSpec, ReplicationController, ReplicationControllerStatus } from '../../kinds/schema/types/core.v1'
import { reconcileReplicas, type ReplicationKind } from '../replication/replication'
import { pod } from '../../kinds/core/pod/kind'

const set: ReplicationKind<ReplicationController> = {
  kind: replicationController,
  countsTerminating: false,
  read: ({ spec }) => ({
    replicas: spec?.replicas ?? 1,
    minReadySeconds: spec?.minReadySeconds ?? 0,
    template: spec?.template as PodTemplateSpec,
    selector: selectorOfPairs(spec?.selector),
  }),
  status: rc => rc.status,
  withStatus: (rc, status) => ({ ...rc, status: status as ReplicationControllerStatus }),
  related: (_rc, _ctx, own) => own,
}

export const replicationControllerController = defineController<ReplicationController>({
  name: 'replication-controller',
  reconciles: replicationController,
  watches: [ownedOrSelected(pod, set.kind) as Watch<never>],
  reconcile: (rc, ctx) => reconcileReplicas(set, rc, ctx),
})
