/** The proxies of pods, services and nodes: a request goes on to what listens there. upstream: pkg/registry/core/{pod,service,node}/rest, apimachinery/pkg/util/proxy */
import { badRequest, failure, notFound, unreachable } from '../base/status'
import { goQuote } from '../base/field'
import type { RawRequest, RawResponse } from '../client/client'
import { node as nodeKind } from '../kinds/core/node/kind'
import { pod as podKind } from '../kinds/core/pod/kind'
import { service as serviceKind } from '../kinds/core/service/kind'
import { endpointSlice } from '../kinds/discovery/endpoint-slice/kind'
import type { Pod, Service } from '../kinds/schema/types/core.v1'
import type { EndpointSlice } from '../kinds/schema/types/discovery.v1'
import type { Kind } from '../kinds/kind'
import { proxiedName, type Route } from './route'
import type { ApiServer, ProxyTarget } from './server'
import { internalIP } from '../kinds/core/node/state'

const KUBELET_PORT = 10_250

/** Throws StatusError for what is not there or does not answer. */
export async function proxy(server: ApiServer, kind: Kind, route: Route, request: RawRequest): Promise<RawResponse> {
  const { scheme, name, port } = proxiedName(route.name as string)
  if (!['', 'http', 'https'].includes(scheme) || name === '') throw badRequest(`invalid ${kind.plural.slice(0, -1)} request ${goQuote(route.name as string)}`)
  const way = scheme === 'https' ? 'https' as const : 'http' as const
  const query = request.path.includes('?') ? request.path.slice(request.path.indexOf('?')) : ''
  const path = `/${route.rest}${request.path.split('?')[0]?.endsWith('/') === true && route.rest !== '' ? '/' : ''}${query}`
  if (server.nodes === undefined) throw failure(503, 'ServiceUnavailable', 'no nodes')
  if (kind.plural === 'nodes') {
    const node = server.lister.get(nodeKind, name)
    if (node === undefined) throw notFound(nodeKind, name)
    const asked = port === '' ? KUBELET_PORT : Number(port)
    if (asked === KUBELET_PORT || asked === node.status?.daemonEndpoints?.kubeletEndpoint?.Port) return server.nodes.kubelet(node, path)
    const address = internalIP(node)
    throw unreachable(address, asked, 'connect: connection refused')
  }
  const target = kind.plural === 'pods' ? podTarget(server, route.namespace, name, port) : serviceTarget(server, route.namespace, name, port)
  return server.nodes.http({ ...target, scheme: way }, request.method, path, request)
}

/** upstream: pkg/registry/core/pod ResourceLocation */
function podTarget({ lister }: ApiServer, namespace: string | undefined, name: string, port: string): Omit<ProxyTarget, 'scheme'> {
  const pod = lister.get<Pod>(podKind, name, namespace)
  if (pod === undefined) throw notFound(podKind, name)
  const first = pod.spec.containers.flatMap(c => c.ports ?? [])[0]?.containerPort
  const ip = pod.status?.podIP ?? ''
  if (ip === '') throw badRequest('address not allowed')
  return { ip, port: port === '' ? (first ?? 80) : Number(port) }
}

/** upstream: pkg/registry/core/service/storage ResourceLocation */
function serviceTarget({ lister, draw, store }: ApiServer, namespace: string | undefined, name: string, port: string): Omit<ProxyTarget, 'scheme'> {
  const service = lister.get<Service>(serviceKind, name, namespace)
  if (service === undefined) throw notFound(serviceKind, name)
  let portName = port
  const byNumber = /^\d+$/.test(port)
  if (byNumber) {
    const found = service.spec?.ports?.find(p => p.port === Number(port))
    if (found === undefined) throw failure(503, 'ServiceUnavailable', `no service port ${port} found for service ${goQuote(name)}`)
    portName = found.name ?? ''
  }
  const slices = lister.byIndex<EndpointSlice>(endpointSlice, 'service', `${namespace}/${name}`)
  const found = slices.flatMap(s => {
    const number = (s.ports ?? []).find(p => (p.name ?? '') === portName)?.port
    return number === undefined ? [] : (s.endpoints ?? []).filter(e => e.conditions?.ready !== false).map(e => ({ ip: e.addresses[0] as string, port: number }))
  })
  if (found.length === 0) throw failure(503, 'ServiceUnavailable', `no endpoints available for service ${goQuote(name)}`)
  return found[Math.floor(draw.fraction(`proxy ${namespace}/${name}`, String(store.head())) * found.length)] as Omit<ProxyTarget, 'scheme'>
}
