/** Deployment: a pod template and how its replicas follow its changes. */
import { semanticEqual } from '../../../base/equal'
import { age, defineKind, name } from '../../kind'
import type { Deployment, DeploymentStatus } from '../../schema/types/apps.v1'
import { selectorColumn, templateColumns } from '../../core/pod/template/columns'
import { defaultPodTemplate, emptyTemplate } from '../../core/pod/template/defaults'
import { dropDisabled } from '../../core/pod/template/disabled'
import { nameWarning, templateWarnings } from '../../core/pod/template/workload'
import { statusValidation } from '../replica-status'
import { validateDeployment, validateDeploymentUpdate } from './validate'

export const deployment = defineKind<Deployment>({
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  singular: 'deployment',
  shortNames: ['deploy'],
  categories: ['all'],
  scope: 'Namespaced',
  subresources: {
    status: {
      validateUpdate: statusValidation<DeploymentStatus>(
        ['observedGeneration', 'replicas', 'updatedReplicas', 'terminatingReplicas', 'readyReplicas', 'availableReplicas', 'unavailableReplicas', 'collisionCount'],
        ['updatedReplicas', 'readyReplicas', 'availableReplicas'],
      ),
    },
    scale: { body: { group: 'autoscaling', version: 'v1', kind: 'Scale' } },
  },

  applyDefaults: d => defaultDeployment(d),
  prepareForCreate(d) {
    d.status = {}
    dropDisabled(d.spec?.template?.spec)
  },
  prepareForUpdate(next, previous) {
    dropDisabled(next.spec?.template?.spec)
    // Annotations count as part of the desire: rollbacks were asked for by them.
    if (!semanticEqual(next.metadata.annotations, previous.metadata.annotations)) next.metadata.generation = (previous.metadata.generation ?? 0) + 1
  },
  validate: validateDeployment,
  validateUpdate: validateDeploymentUpdate,
  *warnings(next, previous) {
    yield* nameWarning(next, previous)
    yield* templateWarnings(next, previous)
  },

  columns: [
    name,
    { name: 'Ready', type: 'string', description: 'Ready replicas of those wanted.', cell: d => `${d.status?.readyReplicas ?? 0}/${d.spec?.replicas ?? 0}` },
    { name: 'Up-to-date', type: 'string', description: 'Replicas of the current template.', cell: d => d.status?.updatedReplicas ?? 0 },
    { name: 'Available', type: 'string', description: 'Replicas that have been ready for minReadySeconds.', cell: d => d.status?.availableReplicas ?? 0 },
    age,
    ...templateColumns<Deployment>(d => d.spec?.template),
    selectorColumn<Deployment>(d => d.spec?.selector),
  ],

  anchor: d => d.spec?.selector,
})

/** upstream: pkg/apis/apps/v1/defaults.go SetDefaults_Deployment */
function defaultDeployment(d: Deployment): void {
  d.status ??= {}
  const spec = (d.spec ??= { selector: undefined as never, template: emptyTemplate() })
  defaultPodTemplate((spec.template ??= emptyTemplate()))
  spec.replicas ??= 1
  const strategy = (spec.strategy ??= {})
  if ((strategy.type ?? '') === '') strategy.type = 'RollingUpdate'
  if (strategy.type === 'RollingUpdate') {
    const rollingUpdate = (strategy.rollingUpdate ??= {})
    rollingUpdate.maxUnavailable ??= '25%'
    rollingUpdate.maxSurge ??= '25%'
  }
  spec.revisionHistoryLimit ??= 10
  spec.progressDeadlineSeconds ??= 600
}
