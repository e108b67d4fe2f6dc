/** ReplicaSet: keeps a number of pods of one template. */
import { age, controllerOf, defineKind, name } from '../../kind'
import type { ReplicaSet, ReplicaSetStatus } from '../../schema/types/apps.v1'
import { count, selectorColumn, templateColumns } from '../../core/pod/template/columns'
import { defaultPodTemplate, emptyTemplate } from '../../core/pod/template/defaults'
import { dropDisabled } from '../../core/pod/template/disabled'
import { nameWarning, templateWarnings } from '../../core/pod/template/workload'
import { statusValidation } from '../replica-status'
import { validateReplicaSet, validateReplicaSetUpdate } from './validate'

export const replicaSet = defineKind<ReplicaSet>({
  group: 'apps',
  version: 'v1',
  kind: 'ReplicaSet',
  plural: 'replicasets',
  singular: 'replicaset',
  shortNames: ['rs'],
  categories: ['all'],
  scope: 'Namespaced',
  subresources: {
    status: {
      validateUpdate: statusValidation<ReplicaSetStatus>(
        ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'observedGeneration', 'terminatingReplicas'],
        ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'],
      ),
    },
    scale: { body: { group: 'autoscaling', version: 'v1', kind: 'Scale' } },
  },

  // upstream: pkg/apis/apps/v1/defaults.go SetDefaults_ReplicaSet
  applyDefaults(rs) {
    rs.status ??= { replicas: 0 }
    const spec = (rs.spec ??= { selector: undefined as never })
    defaultPodTemplate((spec.template ??= emptyTemplate()))
    spec.replicas ??= 1
  },
  prepareForCreate(rs) {
    rs.status = { replicas: 0 }
    dropDisabled(rs.spec?.template?.spec)
  },
  prepareForUpdate: rs => dropDisabled(rs.spec?.template?.spec),
  validate: validateReplicaSet,
  validateUpdate: validateReplicaSetUpdate,
  *warnings(next, previous) {
    yield* nameWarning(next, previous)
    yield* templateWarnings(next, previous)
  },
  fieldSelectors: { 'status.replicas': rs => String(rs.status?.replicas ?? 0) },

  columns: [
    name,
    count<ReplicaSet>('Desired', 'Replicas that are wanted.', rs => rs.spec?.replicas),
    count<ReplicaSet>('Current', 'Replicas that there are.', rs => rs.status?.replicas),
    count<ReplicaSet>('Ready', 'Replicas that are ready.', rs => rs.status?.readyReplicas),
    age,
    ...templateColumns<ReplicaSet>(rs => rs.spec?.template),
    selectorColumn<ReplicaSet>(rs => rs.spec?.selector),
  ],

  // Sets that a Deployment may adopt.
  indexes: { orphan: rs => (controllerOf(rs) === undefined ? [rs.metadata.namespace as string] : []) },
  anchor: rs => rs.spec?.selector,
})
