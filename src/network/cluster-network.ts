/** The network of a cluster: Services lead to their endpoints, policies are kept, and the cluster's DNS names what is there. upstream: pkg/proxy, coredns plugin/kubernetes */
import { cidrContains, parseCidr, parseIp } from '../base/ip'
import { matchesPairs } from '../base/label-selector'
import type { Memory } from '../client/controller'
import type { Lister } from '../client/lister'
import { node as nodeKind } from '../kinds/core/node/kind'
import { isOff } from '../kinds/core/node/power'
import { internalIP } from '../kinds/core/node/state'
import { pod as podKind } from '../kinds/core/pod/kind'
import { CLUSTER_IP, EXTERNAL_IP, NODE_PORT } from '../kinds/core/service/allocate'
import { service as serviceKind } from '../kinds/core/service/kind'
import { heldNodePorts } from '../kinds/core/service/traits'
import { keyOf } from '../kinds/kind'
import type { Service, ServicePort } from '../kinds/schema/types/core.v1'
import { serveDns } from './dns'
import { choices, familyOf, slicesOf, targetsOf, type Target } from './endpoints'
import { answersAt, createIngress } from './ingress'
import type { ApiDoor, Network, Origin, Protocol, Route } from './network'
import { packetRules } from './rule-parts'
import { nodeAt, partyAt, type Party } from './parties'
import { podAt } from './pod-addresses'
import { permitted } from './policies'
import type { ProxyMode } from './proxy-mode'
import { remembered } from './session-affinity'

export interface ClusterNetworkParts {
  readonly lister: Lister
  /** A proxy on every node makes Services reachable. */
  readonly proxy: boolean
  /** How that proxy keeps its rules where it has not said so itself: iptables when absent. */
  readonly proxyMode?: ProxyMode | undefined
  /** NetworkPolicies are enforced; otherwise they are objects like others. */
  readonly policies: boolean
  /** Ingresses are served. */
  readonly ingress: boolean
  /** The addresses of pods, as a CIDR. */
  readonly podNetwork: string
  /** The address at which names are answered; undefined: nobody answers. */
  readonly dnsAddress: string | undefined
  /** It is answered by pods, and not without them. */
  readonly dnsPods: boolean
  readonly domain: string
  /** 0 ≤ n < 1, another one for each connection: which endpoint it goes to. */
  readonly draw: (key: string) => number
  /** Cluster time, for sessions that stick. */
  readonly now: () => number
  /** Which endpoint a caller was led to last, by Service. */
  readonly affinity: Memory
  /** What answers at the endpoints of the Service `kubernetes`. */
  readonly api?: ApiDoor | undefined
}


export function clusterNetwork(parts: ClusterNetworkParts): Network {
  const { lister, policies } = parts
  const lookUp = serveDns(parts)
  const callerOf = (from: Origin): Party => {
    const party = partyAt(lister, from.ip)
    return party.pod === undefined ? { ...party, nodeName: from.nodeName } : party
  }
  const checked = (from: Origin, route: Route, protocol: Protocol): Route => {
    if (route.kind !== 'endpoint') return route
    const end = alive(lister, route)
    return end.kind !== 'endpoint' || !policies || permitted(lister, { from: callerOf(from), to: partyAt(lister, end.ip), port: end.port, protocol }) ? end : { kind: 'dropped' }
  }
  return {
    route(from, ip, port, protocol) {
      const route = checked(from, lead(parts, from, ip, port, protocol), protocol)
      return route.kind === 'endpoint' && parts.api !== undefined && isApi(lister, route.ip, route.port) ? { kind: 'api' } : route
    },
    resolve(from, nameserver, name, type) {
      const server = nameServer(parts, from, nameserver)
      if (server === undefined || (policies && !permitted(lister, { from: callerOf(from), to: server, port: 53, protocol: 'UDP' }))) return { kind: 'noServer' }
      return lookUp(name, type)
    },
    ingress: createIngress(parts, permitted),
    api: parts.api,
    packetRules: parts.proxy ? (nodeName, part, kept) => packetRules(parts, nodeName, part, kept ?? { mode: parts.proxyMode ?? 'iptables' }) : undefined,
  }
}

/** Whether the apiserver answers there: it says so itself, in the endpoints of the Service `kubernetes`. */
function isApi(lister: Lister, ip: string, port: number): boolean {
  const service = lister.get(serviceKind, 'kubernetes', 'default')
  return service !== undefined && slicesOf(lister, service).some(s => s.ports?.some(p => p.port === port) === true && s.endpoints?.some(e => e.addresses.includes(ip)) === true)
}

const DNS = { 'k8s-app': 'kube-dns' }

/** Who answers questions at an address: one of the DNS's pods, behind its Service or at its own; where it has none, what stands for them. */
function nameServer({ lister, proxy, dnsAddress, dnsPods }: ClusterNetworkParts, from: Origin, address: string): Party | undefined {
  if (dnsAddress === undefined || isOutside(from)) return undefined
  const isServer = ({ pod }: Party): boolean => pod?.metadata.namespace === 'kube-system' && matchesPairs(DNS, pod.metadata.labels)
  const service = address === dnsAddress && proxy ? lister.byIndex(serviceKind, CLUSTER_IP, address)[0] : undefined
  if (service === undefined) {
    const party = partyAt(lister, address)
    return isServer(party) ? party : undefined
  }
  if (!dnsPods) return { ip: address, namespace: 'kube-system', labels: DNS }
  const port = portOf(service, p => p.port === 53, 'UDP')
  const found = port === undefined ? 'none' : choices(lister, targetsOf(lister, service, port, 'IPv4'), from.nodeName, false)
  return typeof found === 'string' ? undefined : found.map(t => partyAt(lister, t.ip)).find(isServer)
}

/** Where the address leads, before anybody objects. */
function lead(parts: ClusterNetworkParts, from: Origin, ip: string, port: number, protocol: Protocol): Route {
  const { lister, proxy } = parts
  const internal = lister.byIndex(serviceKind, CLUSTER_IP, ip)[0]
  if (internal !== undefined) return proxy && !isOutside(from) ? throughService(parts, from, internal, ip, p => p.port === port, protocol, false) : { kind: 'dropped' }
  if (proxy) {
    const external = lister.byIndex(serviceKind, EXTERNAL_IP, ip).find(s => portOf(s, p => p.port === port, protocol) !== undefined)
    if (external !== undefined) return isOutOfRange(external, from.ip) ? { kind: 'dropped' } : masqueraded(from, external, () => enteringNode(lister), throughService(parts, from, external, ip, p => p.port === port, protocol, false))
  }
  const machine = nodeAt(lister, ip)
  if (machine === undefined) return toPod(parts, from, ip, port)
  if (isOff(machine)) return { kind: 'dropped' }
  if (proxy) {
    const service = lister.byIndex(serviceKind, NODE_PORT, String(port)).find(s => heldNodePorts(s).includes(port))
    // A machine of the cluster that is not the caller's own counts as the outside world; pods are inside wherever they are.
    const fromOutside = service?.spec.externalTrafficPolicy === 'Local' && from.nodeName !== machine.metadata.name && (isOutside(from) || nodeAt(lister, from.ip) !== undefined)
    if (service !== undefined && portOf(service, p => p.nodePort === port, protocol) !== undefined) return masqueraded(from, service, () => ip, throughService(parts, fromOutside ? { ...from, nodeName: machine.metadata.name } : from, service, ip, p => p.nodePort === port, protocol, fromOutside))
  }
  const held = hostPort(lister, machine.metadata.name, port, protocol)
  if (held !== undefined) return held
  return parts.ingress && protocol === 'TCP' && answersAt(lister, ip, port) ? { kind: 'ingress', ip } : { kind: 'endpoint', ip, port }
}

const isOutside = ({ nodeName }: Origin): boolean => nodeName === ''

/** Who comes from outside is seen by the address of the node that took the connection, unless the policy keeps it. upstream: the chains KUBE-EXT, which mark for masquerading */
function masqueraded(from: Origin, service: Service, nodeIP: () => string | undefined, route: Route): Route {
  if (route.kind !== 'endpoint' || !isOutside(from) || service.spec.externalTrafficPolicy === 'Local') return route
  const as = nodeIP()
  return as === undefined ? route : { ...route, as }
}

/** The node that announces the addresses of load balancers. */
function enteringNode(lister: Lister): string | undefined {
  const node = lister.list(nodeKind).find(n => !isOff(n))
  return node && internalIP(node)
}

/** A pod's own address. A machine asks pods whose address the API has not been told yet; where no pod has the address, nobody answers, and nobody at all outside. */
function toPod({ lister, podNetwork }: ClusterNetworkParts, from: Origin, ip: string, port: number): Route {
  // Outside nobody knows a way to pods; what stands beside the cluster itself answers.
  if (isOutside(from)) return isApi(lister, ip, port) ? { kind: 'endpoint', ip, port } : { kind: 'dropped' }
  if (podAt(lister, ip) !== undefined || nodeAt(lister, from.ip) !== undefined) return { kind: 'endpoint', ip, port }
  const [network, address] = [parseCidr(podNetwork), parseIp(ip)]
  return network !== undefined && address !== undefined && cidrContains(network, address) ? { kind: 'unreachable' } : { kind: 'dropped' }
}

/** Nobody answers from a machine that is switched off. */
function alive(lister: Lister, route: Route & { readonly kind: 'endpoint' }): Route {
  const nodeName = podAt(lister, route.ip)?.spec.nodeName
  const node = nodeName === undefined ? nodeAt(lister, route.ip) : lister.get(nodeKind, nodeName)
  return node !== undefined && isOff(node) ? { kind: 'dropped' } : route
}

type IsPort = (port: ServicePort) => boolean

const portOf = (service: Service, wanted: IsPort, protocol: Protocol): ServicePort | undefined => service.spec.ports?.find(p => wanted(p) && (p.protocol ?? 'TCP') === protocol)

/** upstream: loadBalancerSourceRanges, kept by the nodes themselves */
function isOutOfRange({ spec }: Service, address: string): boolean {
  const ranges = spec.type === 'LoadBalancer' ? (spec.loadBalancerSourceRanges ?? []) : []
  const ip = parseIp(address)
  return ranges.length > 0 && !ranges.some(r => {
    const cidr = parseCidr(r.trim())
    return ip !== undefined && cidr !== undefined && cidrContains(cidr, ip)
  })
}

function throughService(parts: ClusterNetworkParts, from: Origin, service: Service, ip: string, wanted: IsPort, protocol: Protocol, onlyLocal: boolean): Route {
  const port = portOf(service, wanted, protocol)
  // A port that the Service does not have is nobody's: no answer comes.
  if (port === undefined) return { kind: 'dropped' }
  const isInternal = (service.spec.clusterIPs ?? []).includes(ip)
  const targets = targetsOf(parts.lister, service, port, familyOf(ip))
  const found = choices(parts.lister, targets, from.nodeName, onlyLocal || (isInternal && service.spec.internalTrafficPolicy === 'Local'))
  if (found === 'none') return { kind: 'refused' }
  if (found === 'dropped') return { kind: 'dropped' }
  const chosen = chooseOne(parts, from, service, port, found)
  return { kind: 'endpoint', ip: chosen.ip, port: chosen.port }
}

function chooseOne({ draw, now, affinity }: ClusterNetworkParts, from: Origin, service: Service, port: ServicePort, found: readonly Target[]): Target {
  const random = (): Target => found[Math.floor(draw(`${service.metadata.uid}/${port.port}/${from.ip}`) * found.length)] as Target
  if (service.spec.sessionAffinity !== 'ClientIP') return random()
  const session = { service: keyOf(service), uid: service.metadata.uid as string, caller: `${port.name ?? ''}/${from.ip}`, timeoutMs: (service.spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800) * 1000 }
  const ip = remembered(affinity, session, now(), found.map(t => t.ip), () => random().ip)
  return found.find(t => t.ip === ip) as Target
}

/** A container's hostPort leads into its pod. */
function hostPort(lister: Lister, nodeName: string, port: number, protocol: Protocol): Route | undefined {
  for (const pod of lister.byIndex(podKind, 'node', nodeName)) {
    if (pod.spec.hostNetwork === true || pod.status?.podIP === undefined) continue
    for (const c of pod.spec.containers) {
      const found = c.ports?.find(p => p.hostPort === port && (p.protocol ?? 'TCP') === protocol)
      if (found !== undefined) return { kind: 'endpoint', ip: pod.status.podIP, port: found.containerPort }
    }
  }
  return undefined
}
