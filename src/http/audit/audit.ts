/** The audit log: an event at each stage of a request, as much of it as the policy says. upstream: apiserver/pkg/audit, endpoints/filters/audit.go */
import { microTimestamp } from '../../base/clock'
import { readYaml } from '../../base/yaml/reader'
import type { Actor } from '../../apiserver/actor'
import type { RawRequest, RawResponse } from '../../client/client'
import type { RequestInfo } from '../request-info'
import { auditChoice, type AuditPolicy, type Stage } from './policy'

type Json = Record<string, unknown>

const MAX_USER_AGENT = 1024
const CUT = '...TRUNCATED'

/** One request's way through the stages. */
export interface Audit {
  /** A request that lasts is answered, and goes on. */
  started(response: RawResponse): void
  complete(response: RawResponse): void
}

export interface AuditParts {
  readonly policy: AuditPolicy
  readonly write: (line: string) => void
  readonly nowMs: () => number
  /** Whether the sender may, and why. */
  readonly decide: (info: RequestInfo, actor: Actor) => { readonly allowed: boolean; readonly reason: string }
}

/** Undefined for a request that is not audited. `actor` is undefined where nobody is known by the credentials. */
export function beginAudit(parts: AuditParts, id: string, request: RawRequest, info: RequestInfo, actor: Actor | undefined): Audit | undefined {
  const { policy, write, nowMs } = parts
  const { level, omitStages, omitManagedFields } = auditChoice(policy, { ...info, user: actor?.user ?? '', groups: actor?.groups ?? [] })
  if (level === 'None') return undefined
  const receivedMs = nowMs()
  const bodies = level === 'Request' || level === 'RequestResponse'
  const sent = bodyOf(request)
  const meta = (sent?.metadata ?? {}) as Json
  const objectRef = !info.isResource ? undefined : {
    resource: info.resource, namespace: nonempty(info.namespace) ?? nonempty(meta.namespace), name: nonempty(info.name) ?? nonempty(meta.name), uid: nonempty(meta.uid), apiGroup: nonempty(info.group), apiVersion: info.version, resourceVersion: nonempty(meta.resourceVersion), subresource: nonempty(info.subresource),
  }
  const { userAgent = '' } = request
  const tell = (stage: Stage, response?: RawResponse): void => {
    if (omitStages.has(stage)) return
    const received = stage === 'RequestReceived'
    write(`${JSON.stringify({
      kind: 'Event', apiVersion: 'audit.k8s.io/v1', level, auditID: id, stage, requestURI: request.path, verb: info.verb,
      user: userOf(actor),
      impersonatedUser: actor?.wanted === undefined || response?.code === 403 ? undefined : { username: actor.wanted.user, uid: nonempty(actor.wanted.uid), groups: actor.wanted.groups.length === 0 ? undefined : actor.wanted.groups },
      sourceIPs: request.remote === undefined ? undefined : [request.remote.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')],
      userAgent: userAgent === '' ? undefined : userAgent.length > MAX_USER_AGENT ? userAgent.slice(0, MAX_USER_AGENT) + CUT : userAgent,
      objectRef: received && objectRef !== undefined ? { ...objectRef, uid: undefined, resourceVersion: undefined, namespace: nonempty(info.namespace), name: nonempty(info.name) } : objectRef,
      responseStatus: response === undefined ? undefined : statusOf(response),
      requestObject: !received && bodies && info.isResource ? unmanaged(sent, omitManagedFields) : undefined,
      responseObject: level === 'RequestResponse' && response !== undefined && info.isResource ? unmanaged(jsonOf(response), omitManagedFields) : undefined,
      requestReceivedTimestamp: microTimestamp(receivedMs), stageTimestamp: microTimestamp(nowMs()),
      annotations: received || actor === undefined ? undefined : annotations(parts.decide(info, actor)),
    })}\n`)
  }
  tell('RequestReceived')
  return {
    started: response => tell('ResponseStarted', response),
    complete: response => tell('ResponseComplete', response),
  }
}

const nonempty = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)
const annotations = ({ allowed, reason }: { readonly allowed: boolean; readonly reason: string }): Json => ({ 'authorization.k8s.io/decision': allowed ? 'allow' : 'forbid', 'authorization.k8s.io/reason': reason })

function userOf(actor: Actor | undefined): Json {
  if (actor === undefined) return {}
  const { user: username, uid, groups, extra } = actor
  return { username, uid: nonempty(uid), groups, extra: extra === undefined || Object.keys(extra).length === 0 ? undefined : extra }
}

/** What was sent, where it is an object. */
function bodyOf({ body = '', contentType = '' }: RawRequest): Json | undefined {
  if (body === '') return undefined
  try {
    const value: unknown = contentType.includes('yaml') ? readYaml(body) : JSON.parse(body)
    return typeof value === 'object' && value !== null ? (value as Json) : undefined
  } catch {
    return undefined
  }
}

function jsonOf({ body, contentType, stream }: RawResponse): Json | undefined {
  return stream !== undefined || contentType !== 'application/json' ? undefined : bodyOf({ method: 'GET', path: '', body })
}

function statusOf(response: RawResponse): Json {
  const status = response.code >= 400 ? jsonOf(response) : undefined
  if (status?.kind === 'Status') return { metadata: {}, status: status.status, message: status.message, reason: status.reason, details: status.details, code: response.code }
  return { metadata: {}, code: response.code }
}

function unmanaged(object: Json | undefined, omit: boolean): Json | undefined {
  if (object === undefined || !omit) return object
  if (Array.isArray(object.items)) return { ...object, items: (object.items as Json[]).map(item => unmanaged(item, true)) }
  const { metadata } = object
  return typeof metadata === 'object' && metadata !== null ? { ...object, metadata: { ...metadata, managedFields: undefined } } : object
}
