/** PriorityClass maps a name to the integer that orders pods in the scheduling queue. */
import { defineKind } from '../../kind'
import type { PriorityClass } from '../../schema/types/scheduling.v1'

export const priorityClass = defineKind<PriorityClass>({
  group: 'scheduling.k8s.io',
  version: 'v1',
  kind: 'PriorityClass',
  plural: 'priorityclasses',
  singular: 'priorityclass',
  shortNames: ['pc'],
  scope: 'Cluster',
  generation: 'never',
  indexes: { default: pc => (pc.globalDefault === true ? ['true'] : []) },
})
