/** ReplicaSet: keeps a number of pods of one template. */
import { controllerOf, defineKind } from '../../kind'
import type { ReplicaSet } from '../../schema/types/apps.v1'

export const replicaSet = defineKind<ReplicaSet>({
  group: 'apps',
  version: 'v1',
  kind: 'ReplicaSet',
  plural: 'replicasets',
  singular: 'replicaset',
  shortNames: ['rs'],
  categories: ['all'],
  scope: 'Namespaced',
  subresources: { status: {}, scale: { body: { group: 'autoscaling', version: 'v1', kind: 'Scale' } } },
  // Sets that a Deployment may adopt.
  indexes: { orphan: rs => (controllerOf(rs) === undefined ? [rs.metadata.namespace as string] : []) },
  anchor: rs => rs.spec?.selector,
})
