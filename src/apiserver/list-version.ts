/** At which version a list is read, and where a page begins. upstream: apiserver/pkg/storage/interfaces.go, continue.go, apimachinery/pkg/apis/meta/internalversion/validation */
import { forbidden, notSupported, type FieldError } from '../base/field'
import { badRequest, expired, failure, invalid } from '../base/status'
import type { ListOptions } from '../client/client'
import type { ApiServer } from './server'

const TOKEN_VERSION = 'meta.k8s.io/v1'
const LIST_EXPIRED = 'The resourceVersion for the provided list is too old.'
const CONTINUE_EXPIRED =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.'
/** In a token: go on with what is there now. */
const NEWEST = -1

export interface ListVersion {
  /** undefined: the newest. */
  readonly exactly: number | undefined
  /** Keys from this one on, below the list's prefix; '' for all. */
  readonly from: string
}

/** Throws 400, 410, 422, 504. */
export function listVersion(server: ApiServer, { resourceVersion: asked = '', resourceVersionMatch: match = '', limit = 0, continue: token = '' }: ListOptions): ListVersion {
  const errors = [...matchErrors(asked, match, token)]
  if (errors.length > 0) throw invalidOptions(errors)
  if (token !== '') return continued(server, asked, token)
  if (asked === '') return { exactly: undefined, from: '' }
  const rv = versionOf(asked)
  const head = server.store.head()
  if (rv > head) throw tooLarge(rv, head)
  if (rv === 0 || (match !== 'Exact' && (match !== '' || limit <= 0))) return { exactly: undefined, from: '' }
  if (rv < server.store.compactedTo()) throw expired(LIST_EXPIRED)
  return { exactly: rv, from: '' }
}

/** Throws 422 for options of a watch that do not go together. upstream: validateWatchOptions */
export function checkWatchOptions({ resourceVersionMatch: match = '', continue: token = '' }: ListOptions, sendInitialEvents: boolean | undefined): void {
  const field = 'resourceVersionMatch'
  const errors: FieldError[] = []
  if (sendInitialEvents !== undefined && match !== 'NotOlderThan') errors.push(forbidden(field, 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'))
  if (match !== '') {
    if (sendInitialEvents === undefined) errors.push(forbidden(field, 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'))
    if (match !== 'NotOlderThan') errors.push(notSupported(field, match, ['NotOlderThan']))
    if (token !== '') errors.push(forbidden(field, 'resourceVersionMatch is forbidden when continue is provided'))
  }
  if (errors.length > 0) throw invalidOptions(errors)
}

/** Throws 422: only a watch has initial events. */
export function refuseInitialEvents(): never {
  throw invalidOptions([forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list')])
}

const invalidOptions = (errors: readonly FieldError[]): Error => invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', errors)

function* matchErrors(asked: string, match: string, token: string): Iterable<FieldError> {
  if (match === '') return
  const field = 'resourceVersionMatch'
  if (asked === '') yield forbidden(field, 'resourceVersionMatch is forbidden unless resourceVersion is provided')
  if (token !== '') yield forbidden(field, 'resourceVersionMatch is forbidden when continue is provided')
  if (match !== 'Exact' && match !== 'NotOlderThan') yield notSupported(field, match, ['Exact', 'NotOlderThan', ''])
  if (match === 'Exact' && asked === '0') yield forbidden(field, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"')
}

/** Throws 400 for what is no number. */
export function versionOf(text: string): number {
  if (/^\d+$/.test(text)) return Number(text)
  throw badRequest(`invalid resource version: resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`)
}

export const tooLarge = (rv: number, head: number): Error =>
  failure(504, 'Timeout', `Timeout: Too large resource version: ${rv}, current: ${head}`, { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }], retryAfterSeconds: 1 })

function continued(server: ApiServer, asked: string, token: string): ListVersion {
  const { rv, start } = readToken(token)
  if (asked !== '' && asked !== '0') throw badRequest('specifying resource version is not allowed when using continue')
  if (rv === NEWEST) return { exactly: undefined, from: start }
  if (rv < server.store.compactedTo()) {
    const gone = expired(CONTINUE_EXPIRED)
    gone.status.metadata.continue = continueToken(start, NEWEST)
    throw gone
  }
  return { exactly: rv, from: start }
}

/** Opaque to clients. `start`: the first key of the next page, below the list's prefix. */
export const continueToken = (start: string, rv: number): string => Buffer.from(JSON.stringify({ v: TOKEN_VERSION, rv, start })).toString('base64url')

function readToken(text: string): { readonly rv: number; readonly start: string } {
  const refuse = (why: string): Error => badRequest(`invalid continue token: continue key is not valid${why}`)
  let token: { v?: unknown; rv?: unknown; start?: unknown }
  const odd = /[^A-Za-z0-9_-]/.exec(text)
  if (odd !== null || text.length % 4 === 1) throw refuse(`: illegal base64 data at input byte ${odd?.index ?? text.length - 1}`)
  try {
    token = JSON.parse(Buffer.from(text, 'base64url').toString()) as typeof token
  } catch {
    throw refuse(': invalid character looking for beginning of value')
  }
  if (token.v !== TOKEN_VERSION) throw refuse(`: server does not recognize this encoded version ${String(token.v ?? '')}`)
  if (typeof token.rv !== 'number' || token.rv === 0) throw refuse(': incorrect encoded start resourceVersion (version meta.k8s.io/v1)')
  if (typeof token.start !== 'string' || token.start === '') throw refuse(': encoded start key empty (version meta.k8s.io/v1)')
  if (token.start.includes('..') || token.start.startsWith('//')) throw refuse(`: ${token.start}`)
  return { rv: token.rv, start: token.start }
}
