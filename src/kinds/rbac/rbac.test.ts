import { describe, expect, it } from 'vitest'
import { fieldErrorBody, type FieldErrors } from '../../base/field'
import type { PolicyRule, RoleBinding } from '../schema/types/rbac.v1'
import { clusterRole } from './cluster-role/kind'
import { clusterRoleBinding } from './cluster-role-binding/kind'
import { role } from './role/kind'
import { roleBinding } from './role-binding/kind'

const texts = (errors: FieldErrors | undefined): string[] => [...(errors ?? [])].map(e => `${e.field}: ${fieldErrorBody(e)}`)
const metadata = { name: 'system:x', resourceVersion: '1' }
const health: PolicyRule = { verbs: ['get'], nonResourceURLs: ['/healthz'] }

describe('roles', () => {
  it('of a namespace allow no paths', () => {
    expect(texts(clusterRole.validate?.({ metadata, rules: [health] }))).toEqual([])
    expect(texts(role.validate?.({ metadata, rules: [health] }))).toEqual(['rules[0].nonResourceURLs: Invalid value: ["/healthz"]: namespaced rules cannot apply to non-resource URLs'])
  })

  it('speak of resources or of paths', () => {
    expect(texts(clusterRole.validate?.({ metadata, rules: [{ ...health, resources: ['pods'] }] }))).toEqual(['rules[0].nonResourceURLs: Invalid value: ["/healthz"]: rules cannot apply to both regular resources and non-resource URLs'])
  })

  it('may be named like a path segment', () => expect([role.validateName?.('a:b', false), role.validateName?.('a/b', false)]).toEqual([[], ["may not contain '/'"]]))
})

describe('bindings', () => {
  const bind = (subjects: RoleBinding['subjects'], kind = 'Role'): RoleBinding => {
    const b = { metadata, subjects, roleRef: { kind, name: 'r' } } as RoleBinding
    roleBinding.applyDefaults?.(b)
    return b
  }

  it('know the groups of users and of roles', () => {
    const b = bind([{ kind: 'User', name: 'jane' }, { kind: 'ServiceAccount', name: 'sa', namespace: 'x' }])
    expect(b.roleRef.apiGroup).toBe('rbac.authorization.k8s.io')
    expect(b.subjects?.map(s => s.apiGroup)).toEqual(['rbac.authorization.k8s.io', undefined])
    expect(roleBinding.columns.slice(3).map(c => c.cell(b, { nowMs: 0 }))).toEqual(['jane', '', 'x/sa'])
  })

  it('of the whole cluster name cluster roles and say where accounts are', () => {
    expect(texts(clusterRoleBinding.validate?.(bind([{ kind: 'ServiceAccount', name: 'sa' }])))).toEqual(['roleRef.kind: Unsupported value: "Role": supported values: "ClusterRole"', 'subjects[0].namespace: Required value'])
    expect(texts(roleBinding.validate?.(bind([{ kind: 'ServiceAccount', name: 'sa' }])))).toEqual([])
  })

  it('keep their role', () => {
    expect(texts(roleBinding.validateUpdate?.(bind([], 'ClusterRole'), bind([])))).toEqual(['roleRef: Invalid value: {"APIGroup":"rbac.authorization.k8s.io","Kind":"ClusterRole","Name":"r"}: cannot change roleRef'])
  })
})
