/** ReplicationController: the older ReplicaSet, with a selector of plain pairs. */
import { Findings, Path } from '../../../base/findings'
import { formatLabels, matchesPairs } from '../../../base/label-selector'
import { age, defineKind, name } from '../../kind'
import type { ReplicationController, ReplicationControllerSpec, ReplicationControllerStatus } from '../../schema/types/core.v1'
import { statusValidation } from '../../apps/replica-status'
import { count, templateColumns } from '../pod/template/columns'
import { defaultPodTemplate } from '../pod/template/defaults'
import { dropDisabled } from '../pod/template/disabled'
import { validateFinalizerNames, validateMetadataUpdate } from '../pod/template/metadata'
import { mismatch, nameWarning, templateWarnings, validateEndless, validateReadOnlyDisks, validateTemplate } from '../pod/template/workload'

const SPEC = Path.of('spec')

export const replicationController = defineKind<ReplicationController>({
  group: '',
  version: 'v1',
  kind: 'ReplicationController',
  plural: 'replicationcontrollers',
  singular: 'replicationcontroller',
  shortNames: ['rc'],
  categories: ['all'],
  scope: 'Namespaced',
  subresources: {
    status: {
      validateUpdate: statusValidation<ReplicationControllerStatus>(
        ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'observedGeneration'],
        ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'],
      ),
    },
    scale: { body: { group: 'autoscaling', version: 'v1', kind: 'Scale' } },
  },

  applyDefaults: defaultController,
  prepareForCreate(rc) {
    rc.status = { replicas: 0 }
    dropDisabled(rc.spec?.template?.spec)
  },
  prepareForUpdate: rc => dropDisabled(rc.spec?.template?.spec),
  validate(rc) {
    const f = new Findings()
    validateFinalizerNames(f, rc.metadata)
    validateSpec(f, rc.spec as ReplicationControllerSpec, undefined)
    return f.errors
  },
  validateUpdate(next, previous) {
    const f = new Findings()
    validateMetadataUpdate(f, next, previous)
    validateSpec(f, next.spec as ReplicationControllerSpec, previous.spec)
    return f.errors
  },
  *warnings(next, previous) {
    yield* nameWarning(next, previous)
    yield* templateWarnings(next, previous)
  },
  fieldSelectors: { 'status.replicas': rc => String(rc.status?.replicas ?? 0) },

  columns: [
    name,
    count<ReplicationController>('Desired', 'Replicas that are wanted.', rc => rc.spec?.replicas),
    count<ReplicationController>('Current', 'Replicas that there are.', rc => rc.status?.replicas),
    count<ReplicationController>('Ready', 'Replicas that are ready.', rc => rc.status?.readyReplicas),
    age,
    ...templateColumns<ReplicationController>(rc => rc.spec?.template),
    { name: 'Selector', type: 'string', description: 'Which pods are the object\'s own.', priority: 1, cell: rc => formatLabels(rc.spec?.selector) },
  ],

  anchor: rc => (rc.spec?.selector === undefined ? undefined : { matchLabels: rc.spec.selector }),
})

/** upstream: pkg/apis/core/v1/defaults.go SetDefaults_ReplicationController */
function defaultController(rc: ReplicationController): void {
  rc.status ??= { replicas: 0 }
  const spec = (rc.spec ??= {})
  const labels = spec.template?.metadata?.labels
  if (labels !== undefined) {
    if (isEmpty(spec.selector)) spec.selector = { ...labels }
    if (isEmpty(rc.metadata.labels)) rc.metadata.labels = { ...labels }
  }
  defaultPodTemplate(spec.template)
  spec.replicas ??= 1
}

function isEmpty(map: Record<string, string> | undefined): boolean {
  for (const _ in map) return false
  return true
}

/** upstream: pkg/apis/core/validation ValidateReplicationControllerSpec */
function validateSpec(f: Findings, spec: ReplicationControllerSpec, previous: ReplicationControllerSpec | undefined): void {
  f.nonnegative(SPEC.child('minReadySeconds'), spec.minReadySeconds)
  if (isEmpty(spec.selector)) f.required(SPEC.child('selector'))
  f.nonnegative(SPEC.child('replicas'), spec.replicas)
  const at = SPEC.child('template')
  if (spec.template === undefined) return f.required(at)
  if (!isEmpty(spec.selector) && !matchesPairs(spec.selector, spec.template.metadata?.labels)) mismatch(f, at, spec.template)
  validateTemplate(f, at, spec.template, previous?.template)
  if ((spec.replicas ?? 1) > 1) validateReadOnlyDisks(f, at, spec.template, previous?.template)
  validateEndless(f, at, spec.template, 'ReplicationController')
}
