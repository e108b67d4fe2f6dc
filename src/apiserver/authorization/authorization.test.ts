import { describe, expect, it } from 'vitest'
import type { SelfSubjectAccessReview, SelfSubjectRulesReview, SubjectAccessReview } from '../../kinds/schema/types/authorization.v1'
import type { ConfigMap, Pod } from '../../kinds/schema/types/core.v1'
import type { ClusterRole, Role, RoleBinding } from '../../kinds/schema/types/rbac.v1'
import { inMemory, refusal, resource } from '../in-memory.testing'

const pods = resource<Pod>('v1', 'Pod')
const maps = resource<ConfigMap>('v1', 'ConfigMap')
const roles = resource<Role>('rbac.authorization.k8s.io/v1', 'Role')
const bindings = resource<RoleBinding>('rbac.authorization.k8s.io/v1', 'RoleBinding')
const clusterRoles = resource<ClusterRole>('rbac.authorization.k8s.io/v1', 'ClusterRole')
const reviews = resource<SubjectAccessReview>('authorization.k8s.io/v1', 'SubjectAccessReview')

const role = (name: string, ...rules: Role['rules'] & object): Role => ({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name, namespace: 'default' }, rules })
const binding = (name: string, to: string, user: string): RoleBinding => ({
  apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata: { name, namespace: 'default' },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: to }, subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: user }],
})

describe('RBAC', () => {
  it('refuses in the real words, and allows what a binding gives, from the next request on', async () => {
    const { as, make } = await inMemory()
    const jane = as('jane')
    expect(await refusal(jane.list(pods, { namespace: 'default' }))).toBe('pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default"')
    expect(await refusal(jane.list(pods))).toBe('pods is forbidden: User "jane" cannot list resource "pods" in API group "" at the cluster scope')
    expect(await refusal(jane.get(pods, 'web', 'default', { subresource: 'status' }))).toBe('pods "web" is forbidden: User "jane" cannot get resource "pods/status" in API group "" in the namespace "default"')
    await make(role('viewer', { apiGroups: [''], resources: ['pods'], verbs: ['list'] }))
    await make(binding('jane-views', 'viewer', 'jane'))
    expect((await jane.list(pods, { namespace: 'default' })).items).toEqual([])
    expect(await refusal(jane.delete(pods, { metadata: { name: 'web', namespace: 'default' } }))).toContain('User "jane" cannot delete resource "pods"')
  })

  it('heeds names, subresources and paths', async () => {
    const { make, admin } = await inMemory()
    await make(role('one', { apiGroups: [''], resources: ['configmaps'], resourceNames: ['shared'], verbs: ['get'] }, { apiGroups: [''], resources: ['pods/log', '*/scale'], verbs: ['*'] }))
    await make(binding('one', 'one', 'jane'))
    const can = async (spec: Partial<SubjectAccessReview['spec']>) => (await admin.create(reviews, { metadata: {} as never, spec: { user: 'jane', ...spec } })).status
    const at = (more: object) => ({ resourceAttributes: { namespace: 'default', ...more } })
    expect(await can(at({ verb: 'get', resource: 'configmaps', name: 'shared' }))).toEqual({ allowed: true, reason: 'RBAC: allowed by RoleBinding "one/default" of Role "one" to User "jane"' })
    expect(await can(at({ verb: 'get', resource: 'configmaps', name: 'other' }))).toEqual({ allowed: false })
    expect(await can(at({ verb: 'get', resource: 'pods', subresource: 'log' }))).toMatchObject({ allowed: true })
    expect(await can(at({ verb: 'get', resource: 'pods' }))).toEqual({ allowed: false })
    expect(await can(at({ verb: 'update', resource: 'widgets', subresource: 'scale' }))).toEqual({ allowed: true, reason: 'RBAC: allowed by RoleBinding "one/default" of Role "one" to User "jane"' })
    expect(await can({ groups: ['system:authenticated'], nonResourceAttributes: { verb: 'get', path: '/api/v1' } })).toMatchObject({ allowed: true })
    expect(await can({ nonResourceAttributes: { verb: 'get', path: '/metrics' } })).toEqual({ allowed: false })
    expect(await can(at({ verb: 'update', resource: 'widgets', group: 'x', subresource: 'scale' }))).toEqual({ allowed: false })
  })

  it('says which role is missing', async () => {
    const { as, make } = await inMemory()
    await make({ ...binding('gone', 'gone', 'jane'), roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'gone' } })
    expect(await refusal(as('jane').list(pods, { namespace: 'default' }))).toBe('pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default": RBAC: clusterrole.rbac.authorization.k8s.io "gone" not found')
  })

  it('lets nobody grant what he does not hold', async () => {
    const { as, make } = await inMemory()
    await make(role('granter', { apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles', 'rolebindings'], verbs: ['create'] }, { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }))
    await make(binding('granter', 'granter', 'jane'))
    const jane = as('jane')
    expect((await jane.create(roles, role('ok', { apiGroups: [''], resources: ['pods'], verbs: ['list'] }))).metadata.name).toBe('ok')
    expect(await refusal(jane.create(roles, role('more', { apiGroups: [''], resources: ['pods', 'secrets'], verbs: ['get', 'delete'] })))).toBe(
      'roles.rbac.authorization.k8s.io "more" is forbidden: user "jane" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["pods"], Verbs:["delete"]}\n{APIGroups:[""], Resources:["secrets"], Verbs:["get" "delete"]}',
    )
    const edit = { ...binding('edit', 'edit', 'joe'), roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'edit' } }
    expect(await refusal(jane.create(bindings, edit))).toMatch(/^rolebindings.rbac.authorization.k8s.io "edit" is forbidden: user "jane" \(groups=\["system:authenticated"\]\) is attempting to grant RBAC permissions not currently held:\n\{APIGroups:\[""\]/)
    expect((await jane.create(bindings, binding('fine', 'ok', 'joe'))).metadata.name).toBe('fine')
    await make(role('binder', { apiGroups: ['rbac.authorization.k8s.io'], resources: ['clusterroles'], resourceNames: ['edit'], verbs: ['bind'] }))
    await make(binding('binder', 'binder', 'jane'))
    expect((await jane.create(bindings, edit)).metadata.name).toBe('edit')
  })

  it('asks an apply that creates for that right', async () => {
    const { as, make } = await inMemory()
    await make(role('patcher', { apiGroups: [''], resources: ['configmaps'], verbs: ['patch'] }))
    await make(binding('patcher', 'patcher', 'jane'))
    const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'new', namespace: 'default' } }
    expect(await refusal(as('jane').apply(maps, config, { fieldManager: 'm' }))).toBe('configmaps "new" is forbidden: User "jane" cannot create resource "configmaps" in API group "" in the namespace "default"')
  })

  it('aggregates cluster roles', async () => {
    const { cluster, admin, make } = await inMemory()
    const own: ClusterRole = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'widgets', labels: { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' } }, rules: [{ apiGroups: ['example.com'], resources: ['widgets'], verbs: ['get'] }] }
    await make(own)
    await cluster.settle()
    for (const name of ['view', 'edit', 'admin']) expect((await admin.get(clusterRoles, name)).rules).toContainEqual(own.rules?.[0])
    await admin.delete(clusterRoles, own)
    await cluster.settle()
    expect((await admin.get(clusterRoles, 'view')).rules).not.toContainEqual(own.rules?.[0])
  })
})

describe('impersonation', () => {
  it('is open to administrators, with the groups that belong to accounts and nodes', async () => {
    const { as } = await inMemory()
    const whoami = resource<{ metadata: never; status?: { userInfo?: { username?: string; groups?: string[] } } }>('authentication.k8s.io/v1', 'SelfSubjectReview')
    const asked = async (wanted: { user: string; groups: string[] }) => (await as('root', ['system:masters'], wanted).create(whoami, { metadata: {} as never })).status?.userInfo
    expect(await asked({ user: 'jane', groups: ['devs'] })).toEqual({ username: 'jane', groups: ['devs', 'system:authenticated'] })
    expect(await asked({ user: 'system:serviceaccount:default:bot', groups: [] })).toEqual({ username: 'system:serviceaccount:default:bot', groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'] })
    expect(await asked({ user: 'system:node:node-1', groups: [] })).toEqual({ username: 'system:node:node-1', groups: ['system:nodes', 'system:authenticated'] })
    expect(await refusal(asked({ user: 'system:anonymous', groups: [] }))).toBe('selfsubjectreviews.authentication.k8s.io is forbidden: User "system:anonymous" cannot create resource "selfsubjectreviews" in API group "authentication.k8s.io" at the cluster scope')
  })

  it('needs a right of its own, by the constrained mode or by the verb of old', async () => {
    const { as, make } = await inMemory()
    const jane = as('jane', [], { user: 'joe', groups: [] })
    expect(await refusal(jane.list(pods, { namespace: 'default' }))).toBe('pods is forbidden: User "jane" cannot impersonate-on:user-info:list resource "pods" in API group "" in the namespace "default"')
    await make({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'joe' }, rules: [{ apiGroups: [''], resources: ['users'], resourceNames: ['joe'], verbs: ['impersonate'] }] } as ClusterRole)
    await make({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata: { name: 'joe' }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'joe' }, subjects: [{ kind: 'User', name: 'jane' }] } as never)
    expect(await refusal(jane.list(pods, { namespace: 'default' }))).toBe('pods is forbidden: User "joe" cannot list resource "pods" in API group "" in the namespace "default"')
    expect(await refusal(as('jane', [], { user: 'joe', groups: ['system:masters'] }).list(pods))).toContain('User "jane" cannot impersonate-on:user-info:list')
  })
})

describe('nodes', () => {
  it('read what their pods refer to, and their own node', async () => {
    const { as, make, cluster } = await inMemory()
    const secrets = resource('v1', 'Secret')
    const nodes = resource('v1', 'Node')
    await make({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'used', namespace: 'default' } })
    await make({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'other', namespace: 'default' } })
    await make({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'default' }, spec: { containers: [{ name: 'c', image: 'nginx', envFrom: [{ secretRef: { name: 'used' } }] }] } } as Pod)
    await cluster.settle()
    const name = cluster.server.lister.list(nodes)[0]?.metadata.name as string
    const kubelet = as(`system:node:${name}`, ['system:nodes'])
    expect((await kubelet.get(secrets, 'used', 'default')).metadata.name).toBe('used')
    expect(await refusal(kubelet.get(secrets, 'other', 'default'))).toContain(`: no relationship found between node '${name}' and this object`)
    expect(await refusal(kubelet.list(nodes))).toContain(`: node '${name}' cannot read all nodes, only its own Node object`)
    expect((await kubelet.get(nodes, name)).metadata.name).toBe(name)
    expect(await refusal(kubelet.patch(nodes, { metadata: { name } }, 'merge', { metadata: { labels: { 'node-role.kubernetes.io/control-plane': '' } } }))).toBe(`nodes "${name}" is forbidden: is not allowed to modify labels: node-role.kubernetes.io/control-plane`)
  })
})

describe('reviews', () => {
  it('list the rules of a namespace, and ask for one', async () => {
    const { as, make } = await inMemory()
    const rules = resource<SelfSubjectRulesReview>('authorization.k8s.io/v1', 'SelfSubjectRulesReview')
    await make(role('viewer', { apiGroups: [''], resources: ['pods'], verbs: ['list'] }))
    await make(binding('jane-views', 'viewer', 'jane'))
    const { status } = await as('jane').create(rules, { metadata: {} as never, spec: { namespace: 'default' } })
    expect(status?.incomplete).toBe(false)
    expect(status?.resourceRules.at(-1)).toEqual({ verbs: ['list'], apiGroups: [''], resources: ['pods'] })
    expect(await refusal(as('jane').create(rules, { metadata: {} as never, spec: {} }))).toBe('no namespace on request')
  })

  it('refuse questions about nothing', async () => {
    const { admin } = await inMemory()
    const own = resource<SelfSubjectAccessReview>('authorization.k8s.io/v1', 'SelfSubjectAccessReview')
    expect(await refusal(admin.create(own, { metadata: {} as never, spec: {} }))).toBe('.authorization.k8s.io "" is invalid: spec.resourceAttributes: Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be specified')
  })
})
