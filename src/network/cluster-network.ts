/** The network of a cluster: Services lead to their ready endpoints, and the cluster's DNS names them. upstream: pkg/proxy, coredns plugin/kubernetes */
import type { Lister } from '../client/lister'
import { node as nodeKind } from '../kinds/core/node/kind'
import { isOff } from '../kinds/core/node/power'
import { pod as podKind } from '../kinds/core/pod/kind'
import { CLUSTER_IP, NODE_PORT } from '../kinds/core/service/allocate'
import { service as serviceKind } from '../kinds/core/service/kind'
import type { Service, ServicePort } from '../kinds/schema/types/core.v1'
import { serveDns } from './dns'
import { isReady, slicesOf } from './endpoints'
import type { Network, Origin, Route } from './network'

export interface ClusterNetworkParts {
  readonly lister: Lister
  /** A proxy on every node makes Services reachable. */
  readonly proxy: boolean
  /** The address at which names are answered; undefined: nobody answers. */
  readonly dnsAddress: string | undefined
  readonly domain: string
  /** 0 ≤ n < 1: which endpoint a connection goes to; with `sticky` always the same one. */
  readonly draw: (key: string, sticky: boolean) => number
}

export function clusterNetwork(parts: ClusterNetworkParts): Network {
  const { lister, proxy, draw } = parts
  return {
    resolve: serveDns(parts),
    route(from, ip, port, protocol) {
      if (proxy) {
        const service = lister.byIndex(serviceKind, CLUSTER_IP, ip)[0] ?? lister.list(serviceKind).find(s => reachedFromOutside(s).includes(ip))
        if (service !== undefined) {
          const found = (service.spec.ports ?? []).find(p => p.port === port && (p.protocol ?? 'TCP') === protocol)
          // A port that the Service does not have is nobody's: no answer comes.
          return found === undefined ? { kind: 'dropped' } : alive(lister, behind(lister, from, service, found, draw))
        }
        if (isNodeAddress(lister, ip)) {
          const service = lister.byIndex(serviceKind, NODE_PORT, String(port))[0]
          const found = service?.spec.ports?.find(p => p.nodePort === port && (p.protocol ?? 'TCP') === protocol)
          if (service !== undefined && found !== undefined) return alive(lister, behind(lister, from, service, found, draw))
        }
      } else if (lister.byIndex(serviceKind, CLUSTER_IP, ip).length > 0) return { kind: 'dropped' }
      return alive(lister, hostPort(lister, ip, port) ?? { kind: 'endpoint', ip, port })
    },
  }
}

/** Nobody answers from a machine that is switched off. */
function alive(lister: Lister, route: Route): Route {
  if (route.kind !== 'endpoint') return route
  const nodeName = lister.byIndex(podKind, 'ip', route.ip)[0]?.spec.nodeName
  const node = nodeName === undefined ? lister.list(nodeKind).find(n => n.status?.addresses?.some(a => a.address === route.ip) === true) : lister.get(nodeKind, nodeName)
  return node !== undefined && isOff(node) ? { kind: 'dropped' } : route
}

const reachedFromOutside = (s: Service): readonly string[] => [...(s.spec.externalIPs ?? []), ...(s.status?.loadBalancer?.ingress ?? []).flatMap(i => i.ip ?? [])]

const isNodeAddress = (lister: Lister, ip: string): boolean => lister.list(nodeKind).some(n => n.status?.addresses?.some(a => a.address === ip) === true)

/** One of the endpoints that serve the port; terminating ones only when no other is left. upstream: pkg/proxy/topology.go CategorizeEndpoints */
function behind(lister: Lister, from: Origin, service: Service, port: ServicePort, draw: ClusterNetworkParts['draw']): Route {
  const local = service.spec.internalTrafficPolicy === 'Local'
  const all = slicesOf(lister, service).flatMap(slice => {
    const target = slice.ports?.find(p => (p.name ?? '') === (port.name ?? '') && (p.protocol ?? 'TCP') === (port.protocol ?? 'TCP'))?.port
    return target === undefined ? [] : (slice.endpoints ?? []).filter(e => !local || e.nodeName === from.nodeName).map(e => ({ e, ip: e.addresses[0] as string, port: target }))
  })
  const ready = all.filter(({ e }) => isReady(e))
  const usable = ready.length > 0 ? ready : all.filter(({ e }) => e.conditions?.serving === true && e.conditions.terminating === true)
  if (usable.length === 0) return local && all.length === 0 ? { kind: 'dropped' } : { kind: 'refused' }
  const sticky = service.spec.sessionAffinity === 'ClientIP'
  const chosen = usable[Math.floor(draw(`${service.metadata.uid}/${port.port}/${from.ip}`, sticky) * usable.length)] as (typeof usable)[number]
  return { kind: 'endpoint', ip: chosen.ip, port: chosen.port }
}

/** A container's hostPort leads into its pod. */
function hostPort(lister: Lister, ip: string, port: number): Route | undefined {
  const node = lister.list(nodeKind).find(n => n.status?.addresses?.some(a => a.type === 'InternalIP' && a.address === ip) === true)
  if (node === undefined) return undefined
  for (const pod of lister.byIndex(podKind, 'node', node.metadata.name)) {
    if (pod.spec.hostNetwork === true || pod.status?.podIP === undefined) continue
    for (const c of pod.spec.containers) {
      const found = c.ports?.find(p => p.hostPort === port)
      if (found !== undefined) return { kind: 'endpoint', ip: pod.status.podIP, port: found.containerPort }
    }
  }
  return undefined
}
