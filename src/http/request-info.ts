/** What a request is, before anybody looks at it: for limits, metrics and logs. upstream: apiserver/pkg/endpoints/request, endpoints/metrics */
import type { RawRequest } from '../client/client'
import { requestedPath, requestedResource } from '../apiserver/authorization/requested'
import { flagOf } from '../apiserver/query'
import { parseRoute } from '../apiserver/route'

export interface RequestInfo {
  /** As authorisers have it: `list`, `create`, `deletecollection`. */
  readonly verb: string
  /** As metrics have it: `LIST`, `POST`, `APPLY`, `CONNECT`. */
  readonly reported: string
  readonly isResource: boolean
  readonly group: string
  readonly version: string
  readonly resource: string
  readonly subresource: string
  readonly namespace: string
  readonly name: string
  readonly path: string
  readonly query: URLSearchParams
  /** `resource`, `namespace`, `cluster`, or nothing. */
  readonly scope: string
  /** It lasts as long as its client wants: a watch, a stream. */
  readonly longRunning: boolean
  readonly mutating: boolean
}

/** upstream: kube-apiserver's LongRunningFunc */
const LONG_RUNNING = new Set(['attach', 'exec', 'proxy', 'log', 'portforward'])
const READING = new Set(['get', 'list', 'watch'])

/** Throws URIError for a path with escapes that are none. */
export function requestInfo({ path: url, method, contentType }: RawRequest): RequestInfo {
  const at = url.indexOf('?')
  const path = at < 0 ? url : url.slice(0, at)
  const query = new URLSearchParams(at < 0 ? '' : url.slice(at + 1))
  const route = parseRoute(path)
  if (route === undefined) {
    const { verb } = requestedPath(path, method)
    return { verb, reported: method, isResource: false, group: '', version: '', resource: '', subresource: '', namespace: '', name: '', path, query, scope: '', longRunning: false, mutating: !READING.has(verb) }
  }
  const { verb, namespace, name } = requestedResource(route, method, query)
  const { group, version, plural: resource, subresource } = route
  const connects = LONG_RUNNING.has(subresource)
  const applies = method === 'PATCH' && contentType?.startsWith('application/apply-patch') === true
  return {
    verb, isResource: true, group, version, resource, subresource, namespace, name, path, query,
    reported: connects ? 'CONNECT' : applies ? 'APPLY' : verb === 'watch' ? (flagOf(query, 'sendInitialEvents') === true ? 'WATCHLIST' : 'WATCH') : verb === 'list' ? 'LIST' : verb === 'deletecollection' ? 'DELETECOLLECTION' : method,
    scope: name !== '' ? 'resource' : namespace !== '' ? 'namespace' : 'cluster',
    longRunning: verb === 'watch' || connects,
    mutating: !READING.has(verb),
  }
}
