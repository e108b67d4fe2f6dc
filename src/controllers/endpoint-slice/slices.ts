/** What the slices of a Service should hold. Pure. upstream: staging endpointslice/reconciler.go, utils.go */
import { isReady } from '../../kinds/core/pod/state'
import type { Container, Node, Pod, Service, ServicePort } from '../../kinds/schema/types/core.v1'
import type { Endpoint, EndpointPort } from '../../kinds/schema/types/discovery.v1'

export const MAX_ENDPOINTS = 100
const ZONE = 'topology.kubernetes.io/zone'

/** Endpoints that serve on the same ports, of one address family. */
export interface Group {
  readonly addressType: 'IPv4' | 'IPv6'
  readonly ports: readonly EndpointPort[]
  readonly endpoints: Endpoint[]
}

/** Groups by address family and resolved ports; a family without endpoints has a group of none, so that it keeps one empty slice. */
export function desiredGroups(service: Service, pods: readonly Pod[], node: (name: string) => Node | undefined): Group[] {
  const families = (service.spec?.ipFamilies ?? ['IPv4']) as readonly ('IPv4' | 'IPv6')[]
  const groups: Group[] = []
  for (const addressType of families) {
    const byPorts = new Map<string, Group>()
    for (const pod of pods) {
      const endpoint = endpointOf(service, pod, addressType, node)
      if (endpoint === undefined) continue
      const ports = portsOf(service, pod)
      const id = JSON.stringify(ports)
      const group = byPorts.get(id)
      if (group === undefined) byPorts.set(id, { addressType, ports, endpoints: [endpoint] })
      else group.endpoints.push(endpoint)
    }
    groups.push(...(byPorts.size > 0 ? byPorts.values() : [{ addressType, ports: [], endpoints: [] }]))
  }
  return groups
}

/** Undefined for pods that are no endpoint: finished, or without an address of this family. upstream: ShouldPodBeInEndpoints */
function endpointOf(service: Service, pod: Pod, family: 'IPv4' | 'IPv6', node: (name: string) => Node | undefined): Endpoint | undefined {
  if (pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded') return undefined
  const ip = (pod.status?.podIPs ?? []).map(p => p.ip).find(a => a.includes(':') === (family === 'IPv6'))
  if (ip === undefined) return undefined
  const terminating = pod.metadata.deletionTimestamp !== undefined
  const serving = isReady(pod)
  const ready = service.spec?.publishNotReadyAddresses === true || (serving && !terminating)
  const zone = node(pod.spec.nodeName ?? '')?.metadata.labels?.[ZONE]
  const hostname = pod.spec.hostname !== undefined && pod.spec.hostname !== '' && pod.spec.subdomain === service.metadata.name ? pod.spec.hostname : undefined
  return {
    addresses: [ip],
    conditions: { ready, serving, terminating },
    ...(hostname === undefined ? {} : { hostname }),
    targetRef: { kind: 'Pod', namespace: pod.metadata.namespace as string, name: pod.metadata.name, uid: pod.metadata.uid as string },
    ...(pod.spec.nodeName === undefined ? {} : { nodeName: pod.spec.nodeName }),
    ...(zone === undefined ? {} : { zone }),
    ...(ready ? hintsFor(service.spec?.trafficDistribution, pod.spec.nodeName, zone) : {}),
  }
}

/** Who should prefer this endpoint: those of its zone, or of its node and zone. upstream: staging endpointslice/trafficdist */
function hintsFor(distribution: string | undefined, nodeName: string | undefined, zone: string | undefined): Pick<Endpoint, 'hints'> {
  if (distribution !== 'PreferClose' && distribution !== 'PreferSameZone' && distribution !== 'PreferSameNode') return {}
  const hints = { ...(zone === undefined ? {} : { forZones: [{ name: zone }] }), ...(distribution === 'PreferSameNode' && nodeName !== undefined ? { forNodes: [{ name: nodeName }] } : {}) }
  return Object.keys(hints).length === 0 ? {} : { hints }
}

/** The Service's ports as this pod serves them; a named port that the pod lacks is left out. upstream: getEndpointPorts */
function portsOf(service: Service, pod: Pod): EndpointPort[] {
  const ports = service.spec?.ports ?? []
  // A headless Service without ports has an endpoint on no port at all.
  const found: EndpointPort[] = []
  for (const p of ports) {
    const port = targetPort(p, pod)
    if (port !== undefined) found.push({ name: p.name ?? '', port, protocol: p.protocol ?? 'TCP', ...(p.appProtocol === undefined ? {} : { appProtocol: p.appProtocol }) })
  }
  return found
}

/** upstream: pkg/api/v1/pod FindPort */
export function targetPort(port: ServicePort, pod: Pod): number | undefined {
  const target = port.targetPort ?? port.port
  if (typeof target === 'number') return target
  const sidecars = (pod.spec.initContainers ?? []).filter(c => c.restartPolicy === 'Always')
  for (const c of [...pod.spec.containers, ...sidecars] as Container[])
    for (const p of c.ports ?? []) if (p.name === target && (p.protocol ?? 'TCP') === (port.protocol ?? 'TCP')) return p.containerPort
  return undefined
}
