/** The API's own errors: a StatusError carries the Kubernetes Status that a client receives. upstream: apimachinery/pkg/api/errors */
import type { FieldError } from './field'
import { fieldErrorBody } from './field'

/** meta.v1.StatusCause */
export interface StatusCause {
  reason?: string
  message?: string
  field?: string
}

/** meta.v1.Status, as it goes over the wire. */
export interface Status {
  kind: 'Status'
  apiVersion: 'v1'
  metadata: { continue?: string }
  status: 'Success' | 'Failure'
  message?: string
  reason?: string
  details?: { name?: string; group?: string; kind?: string; uid?: string; causes?: StatusCause[]; retryAfterSeconds?: number }
  code: number
}

/** What an error message names: `deployments.apps`, or `pods` in the core group. */
export interface GroupResource {
  readonly group: string
  readonly plural: string
}

export interface GroupKind {
  readonly group: string
  readonly kind: string
}

/** The API said no. */
export class StatusError extends Error {
  constructor(readonly status: Status) {
    super(status.message ?? '')
    this.name = 'StatusError'
  }
  get code(): number {
    return this.status.code
  }
  get reason(): string {
    return this.status.reason ?? ''
  }
}

export const qualifiedResource = (r: GroupResource): string => (r.group === '' ? r.plural : `${r.plural}.${r.group}`)
export const qualifiedKind = (k: GroupKind): string => (k.group === '' ? k.kind : `${k.kind}.${k.group}`)

export function failure(code: number, reason: string, message: string, details?: Status['details']): StatusError {
  return new StatusError({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason === '' ? {} : { reason }),
    ...(details === undefined ? {} : { details }),
    code,
  })
}

/** Details as Go's omitempty leaves them: empty strings are absent. */
function details(of: { group?: string; kind?: string; name?: string }): NonNullable<Status['details']> {
  return {
    ...(of.name ? { name: of.name } : {}),
    ...(of.group ? { group: of.group } : {}),
    ...(of.kind ? { kind: of.kind } : {}),
  }
}
const detailsOf = (r: GroupResource, name: string) => details({ group: r.group, kind: r.plural, name })

export const notFound = (r: GroupResource, name: string): StatusError =>
  failure(404, 'NotFound', `${qualifiedResource(r)} "${name}" not found`, detailsOf(r, name))

/** What the apiserver says when nobody answers whom it passes a request on to. upstream: apimachinery/pkg/util/proxy */
export const unreachable = (ip: string, port: number, why: string): StatusError => failure(503, 'ServiceUnavailable', `error trying to reach service: dial tcp ${ip}:${port}: ${why}`)

export const alreadyExists = (r: GroupResource, name: string): StatusError =>
  failure(409, 'AlreadyExists', `${qualifiedResource(r)} "${name}" already exists`, detailsOf(r, name))

export const conflict = (r: GroupResource, name: string, why: string): StatusError =>
  failure(409, 'Conflict', `Operation cannot be fulfilled on ${qualifiedResource(r)} "${name}": ${why}`, detailsOf(r, name))

export const OBJECT_MODIFIED = 'the object has been modified; please apply your changes to the latest version and try again'

export const forbiddenRequest = (r: GroupResource, name: string, why: string): StatusError =>
  failure(403, 'Forbidden', `${qualifiedResource(r)}${name === '' ? '' : ` "${name}"`} is forbidden: ${why}`, detailsOf(r, name))

export const badRequest = (message: string): StatusError => failure(400, 'BadRequest', message)
export const expired = (message: string): StatusError => failure(410, 'Expired', message)
export const unauthorized = (message: string): StatusError => failure(401, 'Unauthorized', message)
export const methodNotSupported = (r: GroupResource, action: string): StatusError =>
  failure(405, 'MethodNotAllowed', `${action} is not supported on resources of kind "${qualifiedResource(r)}"`, detailsOf(r, ''))
export const unsupportedMediaType = (message: string): StatusError => failure(415, 'UnsupportedMediaType', message)
export const internalError = (message: string): StatusError =>
  failure(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] })
/** 404 without an object: the path itself is unknown. */
const NO_SUCH_PATH = 'the server could not find the requested resource'
export const noSuchPath = (): StatusError => failure(404, 'NotFound', NO_SUCH_PATH, {})
export const isNoSuchPath = (e: StatusError): boolean => e.code === 404 && e.message === NO_SUCH_PATH

/** One Status of all field errors; several become one bracketed list without repeats. upstream: errors.NewInvalid, field.ErrorList.ToAggregate */
export function invalid(kind: GroupKind, name: string, errors: readonly FieldError[]): StatusError {
  const causes = errors.map(e => ({ reason: e.type, message: fieldErrorBody(e), field: e.field }))
  const lines = [...new Set(errors.map(e => `${e.field}: ${fieldErrorBody(e)}`))]
  const what = lines.length === 0 ? '' : lines.length === 1 ? `: ${lines[0]}` : `: [${lines.join(', ')}]`
  return failure(422, 'Invalid', `${qualifiedKind(kind)} "${name}" is invalid${what}`, {
    ...details({ group: kind.group, kind: kind.kind, name }),
    ...(causes.length > 0 ? { causes } : {}),
  })
}

export const isNotFound = (e: unknown): e is StatusError => e instanceof StatusError && e.reason === 'NotFound'
export const isConflict = (e: unknown): e is StatusError => e instanceof StatusError && e.reason === 'Conflict'
export const isAlreadyExists = (e: unknown): e is StatusError => e instanceof StatusError && e.reason === 'AlreadyExists'

/** What the work came to; undefined when what it was about is gone, which for who deletes or hands over is as good as done. */
export async function ignoringNotFound<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (e) {
    if (isNotFound(e)) return undefined
    throw e
  }
}
