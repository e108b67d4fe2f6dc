/** Nobody grants what he does not hold: roles and bindings are checked before they are validated. upstream: pkg/registry/rbac/{role,clusterrole,rolebinding,clusterrolebinding}/policybased */
import { deepEqual } from '../../base/equal'
import { goQuote } from '../../base/field'
import { forbiddenRequest } from '../../base/status'
import type { KubeObject } from '../../kinds/kind'
import { uncovered } from '../../kinds/rbac/covers'
import type { ClusterRole, PolicyRule, RoleBinding } from '../../kinds/schema/types/rbac.v1'
import type { Actor } from '../actor'
import type { AdmissionPlugin, Attributes } from '../admission'
import { isMaster, type Authorizer } from './authorizer'
import { aggregate } from './rbac'
import { compactRules, compactText } from './rules'

const GROUP = 'rbac.authorization.k8s.io'

/** Not a plugin upstream, but a check at the same place: after all that may change the object, before its validation. */
export function escalationCheck(authorizer: Authorizer): AdmissionPlugin {
  return {
    name: 'RBACEscalation',
    operations: ['CREATE', 'UPDATE'],
    resources: ['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings'].map(plural => `${plural}.${GROUP}`),
    admit(a) {
      if (a.kind.group !== GROUP || a.request.actor.trusted || isMaster(a.request.actor)) return
      if (a.previous !== undefined && onlyOwnersChanged(a.object, a.previous)) return
      if (a.kind.plural.endsWith('bindings')) checkBinding(authorizer, a)
      else checkRole(authorizer, a)
    },
  }
}

function checkRole(authorizer: Authorizer, a: Attributes): void {
  const role = a.object as ClusterRole
  const before = a.previous as ClusterRole | undefined
  if (before !== undefined && deepEqual(before.rules ?? [], role.rules ?? []) && deepEqual(before.aggregationRule, role.aggregationRule)) return
  if (may(authorizer, a, 'escalate', a.kind.plural, a.name)) return
  confirm(authorizer, a, role.rules ?? [])
  // Aggregation may bring any rule at all: only who holds everything may ask for it.
  if (role.aggregationRule !== undefined || before?.aggregationRule !== undefined)
    confirm(authorizer, a, [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }, { nonResourceURLs: ['*'], verbs: ['*'] }], 'must have cluster-admin privileges to use the aggregationRule')
}

function checkBinding(authorizer: Authorizer, a: Attributes): void {
  const { roleRef } = a.object as RoleBinding
  if (may(authorizer, a, 'bind', roleRef.kind === 'Role' ? 'roles' : 'clusterroles', roleRef.name)) return
  confirm(authorizer, a, authorizer.rules.rulesOf(roleRef, a.namespace ?? ''))
}

function may(authorizer: Authorizer, { request: { actor }, namespace = '' }: Attributes, verb: string, resource: string, name: string): boolean {
  return authorizer.authorize({ user: actor.user, groups: actor.groups, verb, group: GROUP, resource, subresource: '', name, namespace }).allowed
}

function confirm(authorizer: Authorizer, a: Attributes, wanted: readonly PolicyRule[], instead?: string): void {
  const { actor } = a.request
  const held = authorizer.rules.rulesFor(actor, a.namespace ?? '')
  const missing = uncovered(held.rules, wanted)
  if (missing.length === 0) return
  throw forbiddenRequest(a.kind, a.name, instead ?? `${grantText(actor)}${[...new Set(compactRules(missing).map(compactText))].sort().join('\n')}${held.errors.length === 0 ? '' : `; resolution errors: [${aggregate(held.errors)}]`}`)
}

const grantText = ({ user, groups }: Actor): string => `user ${goQuote(user)} (groups=[${groups.map(goQuote).join(' ')}]) is attempting to grant RBAC permissions not currently held:\n`

/** upstream: rbacregistry.IsOnlyMutatingGCFields */
function onlyOwnersChanged(next: KubeObject, previous: KubeObject): boolean {
  const without = (o: KubeObject): KubeObject => {
    const { ownerReferences: _o, finalizers: _f, managedFields: _m, ...metadata } = o.metadata as unknown as Record<string, unknown>
    return { ...o, metadata: metadata as never }
  }
  return deepEqual(without(next), without(previous))
}
