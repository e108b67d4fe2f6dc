/** Service: a name and an address for pods that a selector picks. */
import { defineKind } from '../../kind'
import type { Service } from '../../schema/types/core.v1'

export const service = defineKind<Service>({
  group: '',
  version: 'v1',
  kind: 'Service',
  plural: 'services',
  singular: 'service',
  shortNames: ['svc'],
  categories: ['all'],
  scope: 'Namespaced',
  generation: 'never',
  returnsDeletedObject: true,
  subresources: { status: {}, proxy: {} },
  anchor: s => (s.spec?.selector === undefined ? undefined : { matchLabels: s.spec.selector }),
})
