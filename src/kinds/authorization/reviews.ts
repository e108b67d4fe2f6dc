/** The access reviews: asked by a create, answered, never stored. upstream: pkg/apis/authorization */
import { defineKind, type Kind } from '../kind'
import type { LocalSubjectAccessReview, SelfSubjectAccessReview, SelfSubjectRulesReview, SubjectAccessReview } from '../schema/types/authorization.v1'

const review = (kind: string, scope: 'Namespaced' | 'Cluster' = 'Cluster') =>
  ({ group: 'authorization.k8s.io', version: 'v1', kind, plural: `${kind.toLowerCase()}s`, singular: kind.toLowerCase(), scope, generation: 'never', transient: true }) as const

export const subjectAccessReview: Kind<SubjectAccessReview> = defineKind<SubjectAccessReview>(review('SubjectAccessReview'))
export const localSubjectAccessReview: Kind<LocalSubjectAccessReview> = defineKind<LocalSubjectAccessReview>(review('LocalSubjectAccessReview', 'Namespaced'))
export const selfSubjectAccessReview: Kind<SelfSubjectAccessReview> = defineKind<SelfSubjectAccessReview>(review('SelfSubjectAccessReview'))
export const selfSubjectRulesReview: Kind<SelfSubjectRulesReview> = defineKind<SelfSubjectRulesReview>(review('SelfSubjectRulesReview'))
