/** Deployment: a pod template and how its replicas follow its changes. */
import { defineKind } from '../../kind'
import type { Deployment } from '../../schema/types/apps.v1'

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
  anchor: d => d.spec?.selector,
})
