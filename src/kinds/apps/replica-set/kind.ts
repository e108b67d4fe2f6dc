/** ReplicaSet: keeps a number of pods of one template. */
import { defineKind } from '../../kind'
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
  anchor: rs => rs.spec?.selector,
})
