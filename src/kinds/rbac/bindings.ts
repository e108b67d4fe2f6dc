/** What bindings of both scopes share: defaults and validation. upstream: pkg/apis/rbac/v1/defaults.go, pkg/apis/rbac/validation */
import { semanticEqual } from '../../base/equal'
import { Path, type Findings } from '../../base/findings'
import { isPathSegmentName } from '../../base/validation'
import { dnsSubdomain } from '../core/pod/template/validate-text'
import type { KubeObject } from '../kind'
import type { RoleRef, Subject } from '../schema/types/rbac.v1'
import { RBAC_GROUP } from './rules'

export interface AnyBinding extends KubeObject {
  subjects?: Subject[]
  roleRef: RoleRef
}

const ROLE_REF = Path.of('roleRef')
const SUBJECT_KINDS = ['ServiceAccount', 'User', 'Group']

export function defaultBinding(b: AnyBinding): void {
  b.roleRef ??= {} as RoleRef
  if ((b.roleRef.apiGroup ?? '') === '') b.roleRef.apiGroup = RBAC_GROUP
  for (const s of b.subjects ?? []) if ((s.apiGroup ?? '') === '' && (s.kind === 'User' || s.kind === 'Group')) s.apiGroup = RBAC_GROUP
}

export function validateBinding(f: Findings, { roleRef, subjects = [] }: AnyBinding, namespaced: boolean): void {
  const { apiGroup = '', kind = '', name = '' } = roleRef
  const kinds = namespaced ? ['Role', 'ClusterRole'] : ['ClusterRole']
  if (apiGroup !== RBAC_GROUP) f.unsupported(ROLE_REF.child('apiGroup'), apiGroup, [RBAC_GROUP])
  if (!kinds.includes(kind)) f.unsupported(ROLE_REF.child('kind'), kind, kinds)
  if (name === '') f.required(ROLE_REF.child('name'))
  else f.problems(ROLE_REF.child('name'), name, isPathSegmentName(name))
  subjects.forEach((s, i) => validateSubject(f, Path.of('subjects').at(i), s, namespaced))
}

/** Who is allowed something may change, what they are allowed may not. */
export function immutableRole(f: Findings, { roleRef: next }: AnyBinding, { roleRef: previous }: AnyBinding): void {
  if (!semanticEqual(next, previous)) f.invalid(ROLE_REF, { APIGroup: next.apiGroup ?? '', Kind: next.kind ?? '', Name: next.name ?? '' }, 'cannot change roleRef')
}

function validateSubject(f: Findings, at: Path, { kind = '', name = '', apiGroup = '', namespace = '' }: Subject, namespaced: boolean): void {
  if (name === '') f.required(at.child('name'))
  if (kind === 'ServiceAccount') {
    if (name !== '') dnsSubdomain(f, at.child('name'), name)
    if (apiGroup !== '') f.unsupported(at.child('apiGroup'), apiGroup, [''])
    if (!namespaced && namespace === '') f.required(at.child('namespace'))
  } else if (kind === 'User' || kind === 'Group') {
    if (apiGroup !== RBAC_GROUP) f.unsupported(at.child('apiGroup'), apiGroup, [RBAC_GROUP])
  } else f.unsupported(at.child('kind'), kind, SUBJECT_KINDS)
}
