/** The first stage: a body becomes an object of its kind, pruned and strictly typed. upstream: apiserver/pkg/endpoints/handlers/create.go, rest.go */
import { deepClone } from '../base/equal'
import { badRequest } from '../base/status'
import { apiVersionOf, type Kind, type KubeObject } from '../kinds/kind'
import { cannotBeHandled, decode, strictDecodingError } from '../kinds/schema/decode'
import type { ParsedJson } from '../kinds/schema/json-text'
import type { RequestState } from './actor'

/** A fresh object that the later stages may change. Components of the control plane send what they have typed themselves. */
export function decodeBody<T extends KubeObject>(kind: Kind<T>, body: unknown, request: RequestState, source?: ParsedJson): T {
  const apiVersion = apiVersionOf(kind)
  if (request.actor.trusted) {
    const object = deepClone(body) as T
    object.apiVersion ??= apiVersion
    object.kind ??= kind.kind
    return object
  }
  const given = body as { apiVersion?: unknown; kind?: unknown } | null
  const options = { strict: request.fieldValidation !== 'Ignore', ...(source === undefined ? {} : { source }) }
  const decoded = kind.decode?.(body, options) ?? decode(kind.type, body, options)
  if (decoded.object === undefined) throw badRequest(cannotBeHandled(apiVersion, kind.kind, decoded.error ?? ''))
  if (typeof given?.apiVersion === 'string' && given.apiVersion !== '' && given.apiVersion !== apiVersion)
    throw badRequest(`the API version in the data (${given.apiVersion}) does not match the expected API version (${apiVersion})`)
  if (typeof given?.kind === 'string' && given.kind !== '' && given.kind !== kind.kind) throw badRequest(`${given.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: converting (${given.kind}) to (${kind.kind}): unknown conversion`)
  if (decoded.strictErrors.length > 0) {
    if (request.fieldValidation === 'Strict') throw badRequest(cannotBeHandled(apiVersion, kind.kind, strictDecodingError(decoded.strictErrors)))
    request.warnings.push(...decoded.strictErrors)
  }
  const object = decoded.object as unknown as T
  object.apiVersion = apiVersion
  object.kind = kind.kind
  return object
}
