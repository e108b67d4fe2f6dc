/** Deployment: a pod template and how its replicas follow its changes. */
import { defineKind } from '../../kind'
import type { Deployment } from '../../schema/types/apps.v1'
import { defaultPodTemplate } from '../../core/pod/template/defaults'

export const deployment = defineKind<Deployment>({
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  singular: 'deployment',
  shortNames: ['deploy'],
  categories: ['all'],
  scope: 'Namespaced',
  subresources: { status: {}, scale: { body: { group: 'autoscaling', version: 'v1', kind: 'Scale' } } },

  applyDefaults: d => defaultDeployment(d),
  prepareForCreate(d) {
    d.status = {}
  },

  anchor: d => d.spec?.selector,
})

/** upstream: pkg/apis/apps/v1/defaults.go SetDefaults_Deployment */
function defaultDeployment(d: Deployment): void {
  d.status ??= {}
  const spec = (d.spec ??= { selector: null as never, template: { metadata: {}, spec: { containers: null as never } } })
  defaultPodTemplate((spec.template ??= { metadata: {}, spec: { containers: null as never } }))
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
