/** Who may do what: system:masters everything, nodes what concerns them, all others what RBAC grants. upstream: pkg/kubeapiserver/authorizer (Node, RBAC) */
import type { Lister } from '../../client/lister'
import type { AccessRequest, Decision, UserInfo } from './access-request'
import { authorizeNode } from './node'
import { RuleResolver } from './rbac'

export const MASTERS = 'system:masters'
const ALLOWED: Decision = { allowed: true, reason: '' }

/** A user of whom nothing is asked. */
export const isMaster = ({ groups }: UserInfo): boolean => groups.includes(MASTERS)

export class Authorizer {
  readonly rules: RuleResolver

  constructor(
    private readonly lister: Lister,
    head: () => number,
  ) {
    this.rules = new RuleResolver(lister, head)
  }

  /** The reasons of those that have no opinion stand in a line each, as the union of authorisers gives them. */
  authorize(request: AccessRequest): Decision {
    if (isMaster(request)) return ALLOWED
    const node = authorizeNode(request, this.lister)
    if (node?.allowed === true) return node
    const rbac = this.rules.authorize(request)
    if (rbac.allowed || node === undefined) return rbac
    return { allowed: false, reason: [node.reason, rbac.reason].filter(r => r !== '').join('\n') }
  }
}
