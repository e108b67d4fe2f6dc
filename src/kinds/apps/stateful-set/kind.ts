/** StatefulSet: pods of one template with names and claims of their own. */
import { nameIsDnsLabel } from '../../../base/validation'
import { Path } from '../../../base/findings'
import { age, defineKind, name } from '../../kind'
import type { StatefulSet, StatefulSetSpec, StatefulSetStatus } from '../../schema/types/apps.v1'
import { templateColumns } from '../../core/pod/template/columns'
import { defaultPodTemplate, emptyTemplate } from '../../core/pod/template/defaults'
import { dropDisabled } from '../../core/pod/template/disabled'
import { claimSpecWarnings } from '../../core/pod/template/warnings'
import { templateWarnings } from '../../core/pod/template/workload'
import { statusValidation } from '../replica-status'
import { validateStatefulSet, validateStatefulSetUpdate } from './validate'

const CLAIMS = Path.of('spec').child('volumeClaimTemplates')

export const statefulSet = defineKind<StatefulSet>({
  group: 'apps',
  version: 'v1',
  kind: 'StatefulSet',
  plural: 'statefulsets',
  singular: 'statefulset',
  shortNames: ['sts'],
  categories: ['all'],
  scope: 'Namespaced',
  subresources: {
    status: {
      validateUpdate: statusValidation<StatefulSetStatus>(
        ['replicas', 'readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas', 'observedGeneration', 'collisionCount'],
        ['readyReplicas', 'currentReplicas', 'updatedReplicas', 'availableReplicas'],
        'status.readyReplicas',
      ),
    },
    scale: { body: { group: 'autoscaling', version: 'v1', kind: 'Scale' } },
  },

  applyDefaults(s) {
    s.status ??= { replicas: 0, availableReplicas: 0 }
    defaultSpec((s.spec ??= { selector: undefined as never, template: emptyTemplate() }))
  },
  prepareForCreate(s) {
    s.status = { replicas: 0, availableReplicas: 0 }
    dropDisabled(s.spec?.template?.spec)
  },
  prepareForUpdate: s => dropDisabled(s.spec?.template?.spec),
  validateName: nameIsDnsLabel,
  validate: validateStatefulSet,
  validateUpdate: validateStatefulSetUpdate,
  *warnings(next, previous) {
    yield* templateWarnings(next, previous)
    for (const [i, claim] of (next.spec?.volumeClaimTemplates ?? []).entries()) yield* claimSpecWarnings(CLAIMS.at(i), claim.spec)
    if ((next.spec?.revisionHistoryLimit ?? 0) < 0) yield 'spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended'
  },

  columns: [
    name,
    { name: 'Ready', type: 'string', description: 'Ready replicas of those wanted.', cell: s => `${s.status?.readyReplicas ?? 0}/${s.spec?.replicas ?? 0}` },
    age,
    ...templateColumns<StatefulSet>(s => s.spec?.template),
  ],

  anchor: s => s.spec?.selector,
})

/** upstream: pkg/apis/apps/v1/defaults.go SetDefaults_StatefulSet */
function defaultSpec(spec: StatefulSetSpec): void {
  defaultPodTemplate((spec.template ??= emptyTemplate()))
  if ((spec.podManagementPolicy ?? '') === '') spec.podManagementPolicy = 'OrderedReady'
  const strategy = (spec.updateStrategy ??= {})
  if ((strategy.type ?? '') === '') {
    strategy.type = 'RollingUpdate'
    strategy.rollingUpdate ??= {}
  }
  if (strategy.type === 'RollingUpdate' && strategy.rollingUpdate !== undefined) strategy.rollingUpdate.partition ??= 0
  const retention = (spec.persistentVolumeClaimRetentionPolicy ??= {})
  if ((retention.whenDeleted ?? '') === '') retention.whenDeleted = 'Retain'
  if ((retention.whenScaled ?? '') === '') retention.whenScaled = 'Retain'
  spec.replicas ??= 1
  spec.revisionHistoryLimit ??= 10
  for (const claim of spec.volumeClaimTemplates ?? []) {
    // upstream: pkg/apis/apps/v1/conversion.go
    claim.kind = 'PersistentVolumeClaim'
    claim.apiVersion = 'v1'
    const status = (claim.status ??= {})
    if ((status.phase ?? '') === '') status.phase = 'Pending'
    const claimSpec = (claim.spec ??= {})
    claimSpec.volumeMode ??= 'Filesystem'
  }
}
