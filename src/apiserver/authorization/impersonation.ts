/** Acting as somebody else: the constrained modes of 1.36, then the one verb of old. upstream: apiserver/pkg/endpoints/filters/impersonation */
import { goQuote } from '../../base/field'
import { nameIsDnsSubdomain } from '../../base/validation'
import type { StatusError } from '../../base/status'
import { forbiddenAccess, type AccessRequest, type UserInfo } from './access-request'
import { MASTERS, type Authorizer } from './authorizer'
import { NODE_USER } from './node'

/** Whom a request wants to act as; empty texts and lists where nothing was said. */
export interface Wanted {
  readonly user: string
  readonly uid?: string | undefined
  readonly groups: readonly string[]
  readonly extra?: Readonly<Record<string, readonly string[]>> | undefined
}

export interface ImpersonatedUser {
  readonly user: string
  readonly uid?: string | undefined
  readonly groups: readonly string[]
  readonly extra?: Readonly<Record<string, readonly string[]>> | undefined
}

const AUTHENTICATION = 'authentication.k8s.io'
/** So many checks and more are first tried as one for all. */
const MANY = 4

type Check = (verb: string, group: string, resource: string, name: string, more?: { namespace?: string; subresource?: string }) => StatusError | undefined

/**
 * The user that the request goes on as, which depends on what it asks for: a mode may be open to some verbs alone.
 * Throws the 403 of the first mode that fits the wanted user.
 */
export function impersonate(authorizer: Authorizer, requestor: UserInfo, wanted: Wanted, request: AccessRequest): ImpersonatedUser {
  const onlyName = wanted.groups.length === 0 && (wanted.uid ?? '') === '' && Object.keys(wanted.extra ?? {}).length === 0
  const node = nodeName(wanted.user)
  const account = serviceAccountOf(wanted.user)
  let first: StatusError | undefined
  const attempt = (mode: string): ImpersonatedUser | undefined => {
    const on: AccessRequest = { ...request, user: requestor.user, groups: requestor.groups, verb: `impersonate-on:${mode}:${request.verb}` }
    const error = denied(authorizer, on) ?? authorizeAll(checkFor(authorizer, requestor), `impersonate:${mode}`, true, wanted)
    if (error === undefined) return withGroups(wanted, node !== undefined ? [SYSTEM_NODES] : undefined)
    first ??= error
    return undefined
  }
  const mode = node !== undefined ? (onlyName ? 'arbitrary-node' : undefined) : account !== undefined ? (onlyName ? 'serviceaccount' : undefined) : 'user-info'
  const constrained = mode === undefined ? undefined : attempt(mode)
  if (constrained !== undefined) return constrained
  const error = authorizeAll(checkFor(authorizer, requestor), 'impersonate', false, wanted)
  if (error !== undefined) throw first ?? error
  return withGroups(wanted, undefined)
}

const SYSTEM_NODES = 'system:nodes'

function denied(authorizer: Authorizer, request: AccessRequest): StatusError | undefined {
  const { allowed, reason } = authorizer.authorize(request)
  return allowed ? undefined : forbiddenAccess(request, reason)
}

function checkFor(authorizer: Authorizer, { user, groups }: UserInfo): Check {
  return (verb, group, resource, name, { namespace = '', subresource = '' } = {}) => denied(authorizer, { user, groups, verb, group, resource, subresource, name, namespace })
}

function authorizeAll(check: Check, verb: string, constrained: boolean, wanted: Wanted): StatusError | undefined {
  const group = constrained ? AUTHENTICATION : ''
  const account = serviceAccountOf(wanted.user)
  const node = constrained ? nodeName(wanted.user) : undefined
  const user =
    node !== undefined ? check(verb, group, 'nodes', node)
    : account !== undefined ? check(verb, group, 'serviceaccounts', account.name, { namespace: account.namespace })
    : check(verb, group, 'users', wanted.user)
  if (user !== undefined) return user
  const uid = (wanted.uid ?? '') === '' ? undefined : check(verb, AUTHENTICATION, 'uids', wanted.uid as string)
  return uid ?? authorizeGroups(check, verb, constrained, wanted.groups) ?? authorizeExtra(check, verb, constrained, wanted.extra ?? {})
}

function authorizeGroups(check: Check, verb: string, constrained: boolean, groups: readonly string[]): StatusError | undefined {
  const group = constrained ? AUTHENTICATION : ''
  if (constrained) {
    if (groups.includes(MASTERS)) return refusedGroup(verb, MASTERS, 'impersonating the system:masters group is not allowed')
    if (groups.includes('')) return refusedGroup(verb, '', 'impersonating the empty string group is not allowed')
    if (groups.length >= MANY && check(verb, group, 'groups', '*') === undefined) return undefined
  }
  for (const name of groups) {
    const error = check(verb, group, 'groups', name)
    if (error !== undefined) return error
  }
  return undefined
}

const refusedGroup = (verb: string, name: string, why: string): StatusError => forbiddenAccess({ user: '', groups: [], verb, group: AUTHENTICATION, resource: 'groups', subresource: '', name, namespace: '' }, why)

function authorizeExtra(check: Check, verb: string, constrained: boolean, extra: Readonly<Record<string, readonly string[]>>): StatusError | undefined {
  const pairs = Object.entries(extra).flatMap(([key, values]) => values.map(value => [key, value] as const))
  if (constrained && pairs.length >= MANY && check(verb, AUTHENTICATION, 'userextras', '*', { subresource: '*' }) === undefined) return undefined
  for (const [subresource, value] of pairs) {
    const error = check(verb, AUTHENTICATION, 'userextras', value, { subresource })
    if (error !== undefined) return error
  }
  return undefined
}

function withGroups(wanted: Wanted, fixed: readonly string[] | undefined): ImpersonatedUser {
  const account = serviceAccountOf(wanted.user)
  let groups = fixed ?? wanted.groups
  if (fixed === undefined && account !== undefined && groups.length === 0) groups = ['system:serviceaccounts', `system:serviceaccounts:${account.namespace}`]
  const everybody = wanted.user === ANONYMOUS ? UNAUTHENTICATED : groups.includes(UNAUTHENTICATED) ? undefined : AUTHENTICATED
  return { ...wanted, groups: everybody === undefined || groups.includes(everybody) ? groups : [...groups, everybody] }
}

export const ANONYMOUS = 'system:anonymous'
export const UNAUTHENTICATED = 'system:unauthenticated'
export const AUTHENTICATED = 'system:authenticated'

const PREFIX = 'system:serviceaccount:'

/** Namespace and name of a service account's user name. upstream: serviceaccount.SplitUsername */
export function serviceAccountOf(user: string): { readonly namespace: string; readonly name: string } | undefined {
  if (!user.startsWith(PREFIX)) return undefined
  const [namespace = '', name = '', ...more] = user.slice(PREFIX.length).split(':')
  return more.length > 0 || namespace === '' || name === '' ? undefined : { namespace, name }
}

function nodeName(user: string): string | undefined {
  if (!user.startsWith(NODE_USER)) return undefined
  const name = user.slice(NODE_USER.length)
  return nameIsDnsSubdomain(name, false).length === 0 ? name : undefined
}

/** `requested &user.DefaultInfo{…} without impersonating a user name` is what upstream says; groups alone make no user. */
export const withoutUser = (wanted: Wanted): string =>
  `requested &user.DefaultInfo{Name:"", UID:${goQuote(wanted.uid ?? '')}, Groups:[]string${wanted.groups.length === 0 ? '(nil)' : `{${wanted.groups.map(goQuote).join(', ')}}`}, Extra:map[string][]string(nil)} without impersonating a user name`
