/** Requests for a pod's streams: who may have them, whose they are. upstream: pkg/registry/core/pod/rest/subresources.go, pkg/registry/core/pod/strategy.go streamLocation */
import { badRequest, noSuchPath, notFound } from '../base/status'
import type { Connection, ConnectOptions, RawRequest } from '../client/client'
import { node as nodeKind } from '../kinds/core/node/kind'
import type { Container, Pod } from '../kinds/schema/types/core.v1'
import type { Actor } from './actor'
import { allowed } from './authorization/allow'
import { requestedResource } from './authorization/requested'
import { parseRoute, type Route } from './route'
import type { ApiServer } from './server'

const STREAMED = new Set(['exec', 'attach', 'portforward'])

/** A request that may have its streams. */
export interface Admitted {
  readonly subresource: string
  readonly query: URLSearchParams
  /** Called when the connection has closed. */
  readonly closed?: () => void
  /** Throws StatusError until it has begun. */
  connect(options: ConnectOptions): Promise<Connection>
}

export const isStreamed = ({ group, plural, subresource, name }: Route): boolean => group === '' && plural === 'pods' && name !== undefined && STREAMED.has(subresource)

/** Undefined where no stream is meant. Throws 400, 403, 404. */
export function admitStream(server: ApiServer, request: Pick<RawRequest, 'path' | 'method'>, actor: Actor): Promise<Admitted | undefined> {
  return server.turn(async () => admitted(server, request, actor))
}

/** The same, for whoever asked without an upgrade. Throws 400 where nothing else is wrong. */
export function refuseUnstreamed(server: ApiServer, request: Pick<RawRequest, 'path' | 'method'>, actor: Actor): never {
  admitted(server, request, actor)
  throw badRequest('Upgrade request required')
}

function admitted(server: ApiServer, { path: whole, method }: Pick<RawRequest, 'path' | 'method'>, actor: Actor): Admitted | undefined {
  const [path = '', text = ''] = whole.split(/\?(.*)/s)
  const route = parseRoute(path)
  if (route === undefined || !isStreamed(route)) return undefined
  const query = new URLSearchParams(text)
  // Opened by GET, and yet they change what runs. upstream: AuthorizePodWebsocketUpgradeCreatePermission
  for (const asked of method === 'GET' ? ['GET', 'POST'] : [method]) allowed(server.authorizer, actor, requestedResource(route, asked, query))
  const { nodes, lister } = server
  const kind = server.registry.kind('', 'pods', route.version)
  if (!kind.versions.includes(route.version) || nodes === undefined || route.rest !== '') throw noSuchPath()
  const name = route.name as string
  const pod = server.stored<Pod>(kind as never, route.namespace, name).body
  if (route.subresource !== 'portforward') checkContainer(pod, query.get('container') ?? '')
  const { nodeName = '' } = pod.spec
  if (nodeName === '') throw badRequest(`pod ${name} does not have a host assigned`)
  if (lister.get(nodeKind, nodeName) === undefined) throw notFound(nodeKind, nodeName)
  return { subresource: route.subresource, query, connect: options => server.turn(() => nodes.connect(kind, pod, route.subresource, options)) }
}

function checkContainer({ metadata: { name }, spec }: Pod, container: string): void {
  const inits = spec.initContainers ?? []
  if (container !== '') {
    const all: readonly Pick<Container, 'name'>[] = [...spec.containers, ...inits, ...(spec.ephemeralContainers ?? [])]
    if (!all.some(c => c.name === container)) throw badRequest(`container ${container} is not valid for pod ${name}`)
    return
  }
  if (spec.containers.length === 1) return
  const listed = `[${spec.containers.map(c => c.name).join(' ')}]`
  throw badRequest(`a container name must be specified for pod ${name}, choose one of: ${listed}${inits.length > 0 ? ` or one of the init containers: [${inits.map(c => c.name).join(' ')}]` : ''}`)
}
