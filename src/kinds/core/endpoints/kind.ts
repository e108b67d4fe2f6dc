/** Endpoints: all addresses behind a Service in one object, as it was before slices. */
import { age, defineKind, name } from '../../kind'
import type { Endpoints } from '../../schema/types/core.v1'
import { defaultEndpoints, validateEndpoints, validateEndpointsUpdate } from './validate'

const SHOWN_MAX = 3

export const endpoints = defineKind<Endpoints>({
  group: '',
  version: 'v1',
  kind: 'Endpoints',
  plural: 'endpoints',
  singular: 'endpoints',
  shortNames: ['ep'],
  scope: 'Namespaced',
  generation: 'never',
  deprecated: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',

  applyDefaults: defaultEndpoints,
  validate: validateEndpoints,
  validateUpdate: validateEndpointsUpdate,
  columns: [name, { name: 'Endpoints', type: 'string', cell: endpointsCell }, age],
})

/** `10.0.0.1:80,10.0.0.2:80 + 3 more...` upstream: pkg/printers/internalversion formatEndpoints */
function endpointsCell({ subsets = [] }: Endpoints): string {
  const all = subsets.flatMap(({ addresses = [], ports = [] }) =>
    ports.length === 0 ? addresses.map(a => a.ip) : ports.flatMap(p => addresses.map(a => `${a.ip.includes(':') ? `[${a.ip}]` : a.ip}:${p.port}`)))
  if (subsets.length === 0) return '<none>'
  return all.length > SHOWN_MAX ? `${all.slice(0, SHOWN_MAX).join(',')} + ${all.length - SHOWN_MAX} more...` : all.join(',')
}
