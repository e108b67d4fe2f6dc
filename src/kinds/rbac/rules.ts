/** The rules of roles. upstream: pkg/apis/rbac/validation ValidatePolicyRule */
import { Path, type Findings } from '../../base/findings'
import { age, name, type Column, type KubeObject } from '../kind'
import type { PolicyRule, RoleBinding } from '../schema/types/rbac.v1'

export const RBAC_GROUP = 'rbac.authorization.k8s.io'

const RULES = Path.of('rules')

export function validateRules(f: Findings, rules: readonly PolicyRule[] | undefined, namespaced: boolean): void {
  rules?.forEach((rule, i) => validateRule(f, RULES.at(i), rule, namespaced))
}

function validateRule(f: Findings, at: Path, { verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] }: PolicyRule, namespaced: boolean): void {
  // A list that is left out is null.
  if ((verbs ?? []).length === 0) f.required(at.child('verbs'), 'verbs must contain at least one value')
  if (nonResourceURLs.length > 0) {
    const urls = at.child('nonResourceURLs')
    if (namespaced) f.invalid(urls, nonResourceURLs, 'namespaced rules cannot apply to non-resource URLs')
    if (apiGroups.length > 0 || resources.length > 0 || resourceNames.length > 0) f.invalid(urls, nonResourceURLs, 'rules cannot apply to both regular resources and non-resource URLs')
    return
  }
  if (apiGroups.length === 0) f.required(at.child('apiGroups'), 'resource rules must supply at least one api group')
  if (resources.length === 0) f.required(at.child('resources'), 'resource rules must supply at least one resource')
}

/** Of roles. upstream: pkg/printers/internalversion printRole */
export const roleColumns: readonly Column<KubeObject>[] = [name, { name: 'Created At', type: 'date', description: 'When it was made.', cell: r => r.metadata.creationTimestamp as string | undefined }]

type Binding = Pick<RoleBinding, 'metadata' | 'subjects' | 'roleRef'>

const subjectsOf = ({ subjects = [] }: Binding, kind: string): string =>
  subjects.filter(s => s.kind === kind).map(s => (kind === 'ServiceAccount' ? `${s.namespace ?? ''}/${s.name}` : s.name)).join(', ')

/** Of bindings. upstream: printRoleBinding */
export const bindingColumns: readonly Column<Binding>[] = [
  name as Column<Binding>,
  { name: 'Role', type: 'string', description: 'What it grants.', cell: b => `${b.roleRef.kind}/${b.roleRef.name}` },
  age as Column<Binding>,
  { name: 'Users', type: 'string', priority: 1, description: 'Users to whom it is granted.', cell: b => subjectsOf(b, 'User') },
  { name: 'Groups', type: 'string', priority: 1, description: 'Groups to which it is granted.', cell: b => subjectsOf(b, 'Group') },
  { name: 'ServiceAccounts', type: 'string', priority: 1, description: 'Service accounts to which it is granted.', cell: b => subjectsOf(b, 'ServiceAccount') },
]
