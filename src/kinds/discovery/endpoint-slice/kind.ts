/** EndpointSlice: some of the addresses behind a Service. */
import { deepEqual } from '../../../base/equal'
import { defineKind } from '../../kind'
import type { EndpointSlice } from '../../schema/types/discovery.v1'
import { endpointSliceColumns } from './columns'
import { defaultEndpointSlice, endpointSliceWarnings, validateEndpointSlice, validateEndpointSliceUpdate } from './validate'

export const SERVICE_NAME = 'kubernetes.io/service-name'
export const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by'

export const endpointSlice = defineKind<EndpointSlice>({
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  singular: 'endpointslice',
  scope: 'Namespaced',

  applyDefaults: defaultEndpointSlice,
  // Its labels say what it belongs to, so they count too.
  prepareForUpdate(next, previous) {
    if (!deepEqual(next.metadata.labels ?? {}, previous.metadata.labels ?? {})) next.metadata.generation = (previous.metadata.generation ?? 0) + 1
  },
  validate: validateEndpointSlice,
  validateUpdate: validateEndpointSliceUpdate,
  warnings: endpointSliceWarnings,

  columns: endpointSliceColumns,
  indexes: { service: s => (s.metadata.labels?.[SERVICE_NAME] === undefined ? [] : [`${s.metadata.namespace}/${s.metadata.labels[SERVICE_NAME]}`]) },
})
