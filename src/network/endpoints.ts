/** The endpoints of a Service, as its slices list them, and which of them a connection may go to. upstream: pkg/proxy/topology.go */
import type { Lister } from '../client/lister'
import { node as nodeKind } from '../kinds/core/node/kind'
import { endpointSlice as sliceKind } from '../kinds/discovery/endpoint-slice/kind'
import type { Service, ServicePort } from '../kinds/schema/types/core.v1'
import type { Endpoint, EndpointSlice } from '../kinds/schema/types/discovery.v1'

const ZONE = 'topology.kubernetes.io/zone'

export type Family = 'IPv4' | 'IPv6'
export const familyOf = (ip: string): Family => (ip.includes(':') ? 'IPv6' : 'IPv4')

export const slicesOf = (lister: Lister, { metadata }: Service): readonly EndpointSlice[] => lister.byIndex(sliceKind, 'service', `${metadata.namespace}/${metadata.name}`)

/** Unset counts as ready. upstream: discovery/v1 EndpointConditions */
export const isReady = (e: Endpoint): boolean => e.conditions?.ready !== false

/** Goes on answering while it ends; used when nobody else is left. */
const isLeaving = ({ conditions }: Endpoint): boolean => conditions?.serving === true && conditions.terminating === true

export interface Target {
  readonly endpoint: Endpoint
  readonly ip: string
  readonly port: number
}

/** Every endpoint that has the port, ready or not. */
export function targetsOf(lister: Lister, service: Service, port: ServicePort, family: Family): Target[] {
  const targets: Target[] = []
  for (const slice of slicesOf(lister, service)) {
    if (slice.addressType !== family) continue
    const found = slice.ports?.find(p => (p.name ?? '') === (port.name ?? '') && (p.protocol ?? 'TCP') === (port.protocol ?? 'TCP'))?.port
    if (found !== undefined) for (const endpoint of slice.endpoints ?? []) targets.push({ endpoint, ip: endpoint.addresses[0] as string, port: found })
  }
  return targets
}

/** `dropped`: there are endpoints, and none on the caller's node, where the policy wants one. */
export type Choice = readonly Target[] | 'none' | 'dropped'

/** The endpoints among which a connection from `nodeName` is spread. upstream: CategorizeEndpoints */
export function choices(lister: Lister, targets: readonly Target[], nodeName: string, onlyLocal: boolean): Choice {
  const usable = preferred(targets)
  if (usable.length === 0) return 'none'
  if (onlyLocal) {
    const local = preferred(targets.filter(t => t.endpoint.nodeName === nodeName))
    return local.length === 0 ? 'dropped' : local
  }
  return usable.some(t => t.endpoint.hints !== undefined) ? hinted(usable, nodeName, lister.get(nodeKind, nodeName)?.metadata.labels?.[ZONE]) : usable
}

function preferred(targets: readonly Target[]): readonly Target[] {
  const ready = targets.filter(t => isReady(t.endpoint))
  return ready.length > 0 ? ready : targets.filter(t => isLeaving(t.endpoint))
}

/** Hints count only if every endpoint has one and some are for this node or zone. */
function hinted(targets: readonly Target[], nodeName: string, zone: string | undefined): readonly Target[] {
  const forNode = targets.filter(t => t.endpoint.hints?.forNodes?.some(n => n.name === nodeName) === true)
  if (forNode.length > 0 && targets.every(t => (t.endpoint.hints?.forNodes ?? []).length > 0)) return forNode
  const forZone = zone === undefined ? [] : targets.filter(t => t.endpoint.hints?.forZones?.some(z => z.name === zone) === true)
  return forZone.length > 0 && targets.every(t => (t.endpoint.hints?.forZones ?? []).length > 0) ? forZone : targets
}
