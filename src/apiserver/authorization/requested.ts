/** What a request's URL tells an authoriser. upstream: apiserver/pkg/endpoints/request/requestinfo.go */
import { parseFieldSelector } from '../../base/field-selector'
import { isProxied, proxiedName, type Route } from '../route'
import { flagOf } from '../query'
import type { AccessRequest } from './access-request'

type Requested = Omit<AccessRequest, 'user' | 'groups'>

/** The exact requirements of a field selector; none where it cannot be read, which a later stage says. */
export function requestedFields(text: string | undefined): readonly { readonly field: string; readonly value: string }[] {
  if (text === undefined || text === '') return []
  try {
    return parseFieldSelector(text).filter(r => r.operator !== '!=').map(({ field, value }) => ({ field, value }))
  } catch {
    return []
  }
}

const VERBS: Readonly<Record<string, string>> = { GET: 'get', HEAD: 'get', POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' }

/** A request for a resource. */
export function requestedResource(route: Route, method: string, query: URLSearchParams): Requested {
  const fields = requestedFields(query.get('fieldSelector') ?? undefined)
  const name = (isProxied(route) ? proxiedName(route.name ?? '').name : route.name) ?? fields.find(f => f.field === 'metadata.name')?.value ?? ''
  let verb = VERBS[method] ?? ''
  if (route.name === undefined && verb === 'get') verb = flagOf(query, 'watch') === true ? 'watch' : 'list'
  if (route.watch) verb = 'watch'
  if (route.name === undefined && verb === 'delete') verb = 'deletecollection'
  const isNamespace = route.group === '' && route.plural === 'namespaces'
  return { verb, group: route.group, resource: route.plural, subresource: route.subresource, name, namespace: isNamespace ? name : (route.namespace ?? ''), fields }
}

/** A request for anything else: `/healthz`. */
export const requestedPath = (path: string, method: string): Requested => ({ verb: method.toLowerCase(), group: '', resource: '', subresource: '', name: '', namespace: '', path })
