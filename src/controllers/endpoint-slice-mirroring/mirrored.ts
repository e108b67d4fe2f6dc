/** What the slices of Endpoints that were made by hand should hold. Pure. upstream: pkg/controller/endpointslicemirroring */
import { ipText, parseIp } from '../../base/ip'
import type { EndpointAddress, EndpointSubset } from '../../kinds/schema/types/core.v1'
import type { Endpoint, EndpointPort } from '../../kinds/schema/types/discovery.v1'

/** Addresses of one subset beyond this many are left out. upstream: maxEndpointsPerSubset */
const MAX_PER_SUBSET = 1000

export interface Mirrored {
  readonly addressType: 'IPv4' | 'IPv6'
  readonly ports: readonly EndpointPort[]
  readonly endpoints: Endpoint[]
}

export function mirrored(subsets: readonly EndpointSubset[]): Mirrored[] {
  const groups: Mirrored[] = []
  for (const { addresses = [], notReadyAddresses = [], ports = [] } of subsets) {
    const own: EndpointPort[] = ports.map(p => ({ name: p.name ?? '', port: p.port, protocol: p.protocol ?? 'TCP', ...(p.appProtocol === undefined ? {} : { appProtocol: p.appProtocol }) }))
    const all = [...addresses.map(a => [a, true] as const), ...notReadyAddresses.map(a => [a, false] as const)].slice(0, MAX_PER_SUBSET)
    for (const [address, ready] of all) {
      const ip = parseIp(address.ip)
      if (ip === undefined) continue
      const addressType = ip.family === 6 ? 'IPv6' : 'IPv4'
      let group = groups.find(g => g.addressType === addressType && JSON.stringify(g.ports) === JSON.stringify(own))
      if (group === undefined) groups.push((group = { addressType, ports: own, endpoints: [] }))
      group.endpoints.push(endpointOf(address, ipText(ip), ready))
    }
  }
  return groups
}

const endpointOf = ({ hostname, targetRef, nodeName }: EndpointAddress, ip: string, ready: boolean): Endpoint => ({
  addresses: [ip],
  conditions: { ready },
  ...(hostname === undefined || hostname === '' ? {} : { hostname }),
  ...(targetRef === undefined ? {} : { targetRef }),
  ...(nodeName === undefined ? {} : { nodeName }),
})
