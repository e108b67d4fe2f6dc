/** Service: a name and an address for pods that a selector picks. */
import { nameIsDnsLabel } from '../../../base/validation'
import { defineKind, type Resource } from '../../kind'
import type { Service } from '../../schema/types/core.v1'
import { CLUSTER_IP, EXTERNAL_IP, NODE_PORT, prepareService, prepareServiceUpdate } from './allocate'
import { serviceColumns } from './columns'
import { defaultService } from './defaults'
import { externalAddresses, heldNodePorts, NONE } from './traits'
import { validateService, validateServiceStatus, validateServiceUpdate } from './validate'
import { serviceWarnings } from './warnings'

const RESOURCE: Resource<Service> = { group: '', version: 'v1', kind: 'Service', plural: 'services', singular: 'service', scope: 'Namespaced' }

export const service = defineKind<Service>({
  ...RESOURCE,
  shortNames: ['svc'],
  categories: ['all'],
  generation: 'never',
  allowCreateOnUpdate: true,
  returnsDeletedObject: true,
  subresources: { status: { validateUpdate: validateServiceStatus }, proxy: {} },

  applyDefaults: defaultService,
  prepareForCreate: (s, env) => prepareService(RESOURCE, s, env),
  prepareForUpdate: (next, previous, env) => prepareServiceUpdate(RESOURCE, next, previous, env),

  // Since 1.36 names may begin with a digit, as other names of hosts.
  validateName: nameIsDnsLabel,
  validate: validateService,
  validateUpdate: validateServiceUpdate,
  warnings: serviceWarnings,

  fieldSelectors: { 'spec.clusterIP': s => s.spec.clusterIP ?? '', 'spec.type': s => s.spec.type ?? '' },
  columns: serviceColumns,
  anchor: s => (s.spec?.selector === undefined ? undefined : { matchLabels: s.spec.selector }),
  indexes: {
    [CLUSTER_IP]: s => (s.spec?.clusterIPs ?? []).filter(ip => ip !== NONE),
    [EXTERNAL_IP]: s => externalAddresses(s),
    [NODE_PORT]: s => heldNodePorts(s).map(String),
  },
})
