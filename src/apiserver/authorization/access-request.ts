/** What somebody wants to do, as authorisers are asked, and the refusal in the real server's words. upstream: apiserver/pkg/authorization/authorizer, endpoints/handlers/responsewriters/errors.go */
import { goQuote } from '../../base/field'
import { failure, forbiddenRequest, type StatusError } from '../../base/status'

/** Name and groups of whoever asks. */
export interface UserInfo {
  readonly user: string
  readonly groups: readonly string[]
}

/** A request for a resource, or, with `path`, for anything else. Absent texts are empty. */
export interface AccessRequest extends UserInfo {
  readonly verb: string
  readonly group: string
  readonly resource: string
  readonly subresource: string
  readonly name: string
  readonly namespace: string
  /** Requirements `field=value` of the request's field selector, for the node authoriser. */
  readonly fields?: readonly { readonly field: string; readonly value: string }[] | undefined
  /** Not a resource: `/healthz`. */
  readonly path?: string | undefined
}

export interface Decision {
  readonly allowed: boolean
  /** Why, or what kept the authoriser from knowing; often empty. */
  readonly reason: string
}

/** 403. */
export function forbiddenAccess(request: AccessRequest, reason: string): StatusError {
  const why = reason === '' ? refusal(request) : `${refusal(request)}: ${reason}`
  if (request.path !== undefined) return failure(403, 'Forbidden', `forbidden: ${why}`, {})
  return forbiddenRequest({ group: request.group, plural: request.resource }, request.name, why)
}

function refusal({ user, verb, group, resource, subresource, namespace, path }: AccessRequest): string {
  if (path !== undefined) return `User ${goQuote(user)} cannot ${verb} path ${goQuote(path)}`
  const what = subresource === '' ? resource : `${resource}/${subresource}`
  return `User ${goQuote(user)} cannot ${verb} resource ${goQuote(what)} in API group ${goQuote(group)} ${namespace === '' ? 'at the cluster scope' : `in the namespace ${goQuote(namespace)}`}`
}
