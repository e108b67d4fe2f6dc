/** The stage of a request that asks whether its sender may: impersonation first, then the authorisers. Costs nothing for whoever may do anything. */
import type { Actor } from '../actor'
import { forbiddenAccess, type AccessRequest } from './access-request'
import { isMaster, type Authorizer } from './authorizer'
import { impersonate } from './impersonation'

/** A sender of whom nothing has to be asked. */
export const unquestioned = (actor: Actor): boolean => actor.trusted || (actor.wanted === undefined && isMaster(actor))

/** Who the request goes on as. Throws 403. */
export function allowed(authorizer: Authorizer, actor: Actor, what: Omit<AccessRequest, 'user' | 'groups'>): Actor {
  if (unquestioned(actor)) return actor
  const asked: AccessRequest = { ...what, user: actor.user, groups: actor.groups }
  const { wanted } = actor
  if (wanted === undefined) {
    check(authorizer, asked)
    return actor
  }
  const { user, groups, uid, extra } = impersonate(authorizer, actor, wanted, asked)
  check(authorizer, { ...asked, user, groups })
  return { user, groups, uid, extra, manager: actor.manager, trusted: false }
}

function check(authorizer: Authorizer, request: AccessRequest): void {
  const decision = authorizer.authorize(request)
  if (!decision.allowed) throw forbiddenAccess(request, decision.reason)
}
