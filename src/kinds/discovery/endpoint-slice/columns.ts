/** Cells of EndpointSlices. upstream: pkg/printers/internalversion formatDiscoveryPorts, formatDiscoveryEndpoints */
import { age, name, type Column } from '../../kind'
import type { EndpointSlice } from '../../schema/types/discovery.v1'

const SHOWN_MAX = 3

/** At most three, and how many more. */
function some(list: readonly string[]): string {
  if (list.length > SHOWN_MAX) return `${list.slice(0, SHOWN_MAX).join(',')} + ${list.length - SHOWN_MAX} more...`
  return list.join(',') || '<unset>'
}

export const endpointSliceColumns: readonly Column<EndpointSlice>[] = [
  name as Column<EndpointSlice>,
  { name: 'AddressType', type: 'string', cell: s => s.addressType },
  { name: 'Ports', type: 'string', cell: s => some((s.ports ?? []).map(p => (p.port === undefined ? p.name ?? '*' : String(p.port)))) },
  { name: 'Endpoints', type: 'string', cell: s => some((s.endpoints ?? []).flatMap(e => e.addresses)) },
  age as Column<EndpointSlice>,
]
