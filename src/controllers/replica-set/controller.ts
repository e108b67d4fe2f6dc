/** Keeps as many pods of a template as a ReplicaSet asks for. upstream: pkg/controller/replicaset */
import { defineController, owned } from '../../client/controller'
import { pod } from '../../kinds/core/pod/kind'
import { replicaSet } from '../../kinds/apps/replica-set/kind'
import { deepEqual } from '../../base/equal'
import type { Pod } from '../../kinds/schema/types/core.v1'
import type { ReplicaSet, ReplicaSetStatus } from '../../kinds/schema/types/apps.v1'

export const replicaSetController = defineController<ReplicaSet>({
  name: 'replicaset-controller',
  reconciles: replicaSet,
  watches: [owned(pod, 'ReplicaSet')] as never,
  async reconcile(rs, { client, lister, events }) {
    const pods = lister.byIndex(pod, 'owner', rs.metadata.uid as string).filter(p => p.status?.phase !== 'Succeeded' && p.status?.phase !== 'Failed' && p.metadata.deletionTimestamp === undefined)
    const missing = (rs.spec?.replicas ?? 1) - pods.length
    for (let i = 0; i < missing; i++) {
      const made = await client.create(pod, newPod(rs))
      await events.event(rs, 'Normal', 'SuccessfulCreate', `Created pod: ${made.metadata.name}`)
    }
    for (let i = 0; i < -missing; i++) await client.delete(pod, pods[i] as Pod)
    const ready = pods.filter(p => p.status?.conditions?.some(c => c.type === 'Ready' && c.status === 'True')).length
    const status: ReplicaSetStatus = { replicas: pods.length, fullyLabeledReplicas: pods.length, readyReplicas: ready, availableReplicas: ready, observedGeneration: rs.metadata.generation as number }
    if (!deepEqual(status, rs.status)) await client.update(replicaSet, { ...rs, status }, { subresource: 'status' })
  },
})

function newPod(rs: ReplicaSet): Pod {
  const template = rs.spec?.template
  return {
    metadata: {
      name: '',
      generateName: `${rs.metadata.name}-`,
      namespace: rs.metadata.namespace as string,
      labels: template?.metadata?.labels as Record<string, string>,
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: rs.metadata.name, uid: rs.metadata.uid as string, controller: true, blockOwnerDeletion: true }],
    },
    spec: template?.spec as Pod['spec'],
  }
}
