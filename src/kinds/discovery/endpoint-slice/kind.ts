/** EndpointSlice: some of the addresses behind a Service. */
import { defineKind } from '../../kind'
import type { EndpointSlice } from '../../schema/types/discovery.v1'
import { endpointSliceColumns } from './columns'

export const SERVICE_NAME = 'kubernetes.io/service-name'
export const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by'

export const endpointSlice = defineKind<EndpointSlice>({
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  singular: 'endpointslice',
  scope: 'Namespaced',
  generation: 'never',
  columns: endpointSliceColumns,
  indexes: { service: s => (s.metadata.labels?.[SERVICE_NAME] === undefined ? [] : [`${s.metadata.namespace}/${s.metadata.labels[SERVICE_NAME]}`]) },
})
