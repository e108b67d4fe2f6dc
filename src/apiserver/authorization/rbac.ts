/** RBAC: the rules that roles and bindings give somebody, found once a revision. upstream: plugin/pkg/auth/authorizer/rbac, pkg/registry/rbac/validation/rule.go */
import { goQuote } from '../../base/field'
import { notFound } from '../../base/status'
import type { Lister } from '../../client/lister'
import { clusterRole } from '../../kinds/rbac/cluster-role/kind'
import { clusterRoleBinding } from '../../kinds/rbac/cluster-role-binding/kind'
import { role } from '../../kinds/rbac/role/kind'
import { roleBinding } from '../../kinds/rbac/role-binding/kind'
import { RBAC_GROUP } from '../../kinds/rbac/rules'
import type { ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, RoleRef, Subject } from '../../kinds/schema/types/rbac.v1'
import type { AccessRequest, Decision, UserInfo } from './access-request'
import { ruleAllows } from './rules'

/** The rules of one binding that applies, or what keeps them from being known. */
interface Grant {
  readonly rules: readonly PolicyRule[]
  /** `ClusterRoleBinding "x" of ClusterRole "y" to User "z"` */
  readonly source: string
  readonly error?: string
}

export class RuleResolver {
  private readonly grants = new Map<string, readonly Grant[]>()
  private seen = -1

  /** @param head the newest revision: what was found holds until it moves */
  constructor(
    private readonly lister: Lister,
    private readonly head: () => number,
  ) {}

  /** Decides a request; the reason names the binding, or the roles that are missing. */
  authorize(r: AccessRequest): Decision {
    const errors: string[] = []
    for (const grant of this.grantsOf(r, r.namespace)) {
      if (grant.error !== undefined) errors.push(grant.error)
      for (const rule of grant.rules) if (ruleAllows(rule, r)) return { allowed: true, reason: `RBAC: allowed by ${grant.source}` }
    }
    return { allowed: false, reason: errors.length === 0 ? '' : `RBAC: ${aggregate(errors)}` }
  }

  /** All rules of a user in a namespace, or at the cluster scope where it is empty; and what could not be resolved. */
  rulesFor(user: UserInfo, namespace: string): { readonly rules: readonly PolicyRule[]; readonly errors: readonly string[] } {
    const grants = this.grantsOf(user, namespace)
    return { rules: grants.flatMap(g => g.rules), errors: grants.flatMap(g => (g.error === undefined ? [] : [g.error])) }
  }

  /** The rules of the role that a binding names. Throws 404. */
  rulesOf(ref: RoleRef, namespace: string): readonly PolicyRule[] {
    const found: ClusterRole | Role | undefined = ref.kind === 'Role' ? this.lister.get(role, ref.name, namespace) : this.lister.get(clusterRole, ref.name)
    if (found === undefined) throw notFound({ group: RBAC_GROUP, plural: ref.kind.toLowerCase() }, ref.name)
    return found.rules ?? []
  }

  private grantsOf(user: UserInfo, namespace: string): readonly Grant[] {
    const head = this.head()
    if (head !== this.seen) {
      this.grants.clear()
      this.seen = head
    }
    const key = [namespace, user.user, ...user.groups].join('\0')
    let found = this.grants.get(key)
    if (found === undefined) this.grants.set(key, (found = this.find(user, namespace)))
    return found
  }

  private find(user: UserInfo, namespace: string): Grant[] {
    const found: Grant[] = []
    const add = (kind: string, binding: ClusterRoleBinding | RoleBinding, at: string): void => {
      const subject = binding.subjects?.find(s => appliesTo(user, s, at))
      if (subject === undefined) return
      const { name } = binding.metadata
      const source = `${kind} ${goQuote(at === '' ? name : `${name}/${at}`)} of ${binding.roleRef.kind} ${goQuote(binding.roleRef.name)} to ${describe(subject, at)}`
      try {
        found.push({ rules: this.rulesOf(binding.roleRef, at), source })
      } catch (e) {
        found.push({ rules: [], source, error: (e as Error).message })
      }
    }
    for (const b of this.lister.list(clusterRoleBinding)) add('ClusterRoleBinding', b, '')
    if (namespace !== '') for (const b of this.lister.list(roleBinding, namespace)) add('RoleBinding', b, namespace)
    return found
  }
}

function appliesTo(user: UserInfo, subject: Subject, namespace: string): boolean {
  switch (subject.kind) {
    case 'User':
      return user.user === subject.name
    case 'Group':
      return user.groups.includes(subject.name)
    case 'ServiceAccount': {
      const at = subject.namespace ?? namespace
      return at !== '' && user.user === `system:serviceaccount:${at}:${subject.name}`
    }
    default:
      return false
  }
}

function describe({ kind, name, namespace }: Subject, bindingNamespace: string): string {
  return `${kind} ${goQuote(kind === 'ServiceAccount' ? `${name}/${namespace ?? bindingNamespace}` : name)}`
}

/** upstream: utilerrors.NewAggregate */
export function aggregate(errors: readonly string[]): string {
  const once = [...new Set(errors)]
  return once.length === 1 ? (once[0] as string) : `[${once.join(', ')}]`
}
