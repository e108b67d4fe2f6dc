/** `authorizer`: asks whether the requester may do something else. upstream: apiserver/pkg/cel/library/authz.go */
import type { Environment } from '@marcbachmann/cel-js'
import { registrar } from './register'

/** A question to the cluster's authorisation; `path` for a URL that is no resource. */
export interface AccessQuestion {
  readonly verb: string
  readonly path?: string
  readonly group?: string
  readonly version?: string
  readonly resource?: string
  readonly subresource?: string
  readonly namespace?: string
  readonly name?: string
  readonly fieldSelector?: string
  readonly labelSelector?: string
  /** Asked of this service account instead of the requester. */
  readonly serviceAccount?: { readonly namespace: string; readonly name: string }
}
export interface AccessAnswer {
  readonly allowed: boolean
  readonly reason?: string
  readonly error?: string
}
export type Authorize = (question: AccessQuestion) => AccessAnswer

type Question = Omit<AccessQuestion, 'verb'>

export class Authorizer {
  constructor(
    readonly ask: Authorize,
    readonly resource: Question,
    readonly serviceAccount?: AccessQuestion['serviceAccount'],
  ) {}
  /** The resource of the request itself. */
  get requestResource(): ResourceCheck {
    return new ResourceCheck(this.ask, this.resource)
  }
}
class PathCheck {
  constructor(readonly ask: Authorize, readonly question: Question) {}
}
class GroupCheck {
  constructor(readonly ask: Authorize, readonly question: Question) {}
}
export class ResourceCheck {
  constructor(readonly ask: Authorize, readonly question: Question) {}
}
class Decision {
  constructor(readonly answer: AccessAnswer) {}
}

const T = 'kubernetes.authorization'

export function registerAuthorizer(env: Environment): void {
  env.registerType(`${T}.PathCheck`, { ctor: PathCheck, fields: {} } as never)
  env.registerType(`${T}.GroupCheck`, { ctor: GroupCheck, fields: {} } as never)
  env.registerType(`${T}.ResourceCheck`, { ctor: ResourceCheck, fields: {} } as never)
  env.registerType(`${T}.Decision`, { ctor: Decision, fields: {} } as never)
  env.registerType(`${T}.Authorizer`, { ctor: Authorizer, fields: { requestResource: `${T}.ResourceCheck` } } as never)
  const register = registrar(env)
  const base = (a: Authorizer): Question => (a.serviceAccount === undefined ? {} : { serviceAccount: a.serviceAccount })
  register('path', `${T}.Authorizer`, ['string'], `${T}.PathCheck`, (a: Authorizer, path: string) => new PathCheck(a.ask, { ...base(a), path }))
  register('group', `${T}.Authorizer`, ['string'], `${T}.GroupCheck`, (a: Authorizer, group: string) => new GroupCheck(a.ask, { ...base(a), group }))
  register('serviceAccount', `${T}.Authorizer`, ['string', 'string'], `${T}.Authorizer`, (a: Authorizer, namespace: string, name: string) => new Authorizer(a.ask, a.resource, { namespace, name }))
  register('resource', `${T}.GroupCheck`, ['string'], `${T}.ResourceCheck`, (g: GroupCheck, resource: string) => new ResourceCheck(g.ask, { ...g.question, resource }))
  for (const part of ['subresource', 'namespace', 'name', 'fieldSelector', 'labelSelector'])
    register(part, `${T}.ResourceCheck`, ['string'], `${T}.ResourceCheck`, (r: ResourceCheck, value: string) => new ResourceCheck(r.ask, { ...r.question, [part]: value }))
  const check = (c: PathCheck | ResourceCheck, verb: string): Decision => new Decision(c.ask({ ...c.question, verb }))
  register('check', `${T}.PathCheck`, ['string'], `${T}.Decision`, check)
  register('check', `${T}.ResourceCheck`, ['string'], `${T}.Decision`, check)
  register('allowed', `${T}.Decision`, [], 'bool', (d: Decision) => d.answer.allowed)
  register('reason', `${T}.Decision`, [], 'string', (d: Decision) => d.answer.reason ?? '')
  register('errored', `${T}.Decision`, [], 'bool', (d: Decision) => d.answer.error !== undefined)
  register('error', `${T}.Decision`, [], 'string', (d: Decision) => d.answer.error ?? '')
}
