/** SubjectAccessReview and its kin: what somebody may do. upstream: pkg/registry/authorization, pkg/apis/authorization/validation */
import { invalidValue, type FieldError } from '../../base/field'
import { badRequest, invalid } from '../../base/status'
import type { LocalSubjectAccessReview, NonResourceRule, ResourceAttributes, ResourceRule, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec, SelfSubjectRulesReview, SubjectAccessReview, SubjectAccessReviewStatus } from '../../kinds/schema/types/authorization.v1'
import type { PolicyRule } from '../../kinds/schema/types/rbac.v1'
import type { Actor } from '../actor'
import type { AccessRequest, UserInfo } from '../authorization/access-request'
import type { Authorizer } from '../authorization/authorizer'
import { nodeOf } from '../authorization/node'
import { aggregate } from '../authorization/rbac'

export function reviewSubject(authorizer: Authorizer, review: SubjectAccessReview): SubjectAccessReview {
  refuse([...attributeErrors(review.spec), ...subjectErrors(review.spec)])
  return { ...review, status: answer(authorizer, review.spec, subjectOf(review.spec)) }
}

export function reviewLocalSubject(authorizer: Authorizer, review: LocalSubjectAccessReview, namespace: string): LocalSubjectAccessReview {
  const { spec } = review
  const errors = [...attributeErrors(spec), ...subjectErrors(spec)]
  if (spec?.resourceAttributes !== undefined && (spec.resourceAttributes.namespace ?? '') !== (review.metadata.namespace ?? ''))
    errors.push(invalidValue('spec.resourceAttributes.namespace', spec.resourceAttributes.namespace ?? '', 'must match metadata.namespace'))
  if (spec?.nonResourceAttributes !== undefined) errors.push(invalidValue('spec.nonResourceAttributes', spec.nonResourceAttributes, 'disallowed on this kind of request'))
  refuse(errors)
  if ((spec.resourceAttributes?.namespace ?? '') !== namespace) throw badRequest(`spec.resourceAttributes.namespace must match namespace: ${namespace}`)
  return { ...review, status: answer(authorizer, spec, subjectOf(spec)) }
}

export function reviewSelf(authorizer: Authorizer, review: SelfSubjectAccessReview, actor: Actor): SelfSubjectAccessReview {
  refuse(attributeErrors(review.spec))
  return { ...review, status: answer(authorizer, review.spec, actor) }
}

/** All that the sender may do in a namespace. upstream: pkg/registry/authorization/selfsubjectrulesreview */
export function reviewRules(authorizer: Authorizer, review: SelfSubjectRulesReview, actor: Actor): SelfSubjectRulesReview {
  const namespace = review.spec?.namespace ?? ''
  if (namespace === '') throw badRequest('no namespace on request')
  const resourceRules: ResourceRule[] = []
  const nonResourceRules: NonResourceRule[] = []
  const { rules, errors } = authorizer.rules.rulesFor(actor, namespace)
  if (actor.groups.includes('system:masters')) {
    // The group has these through its binding as well, and so they stand there twice.
    resourceRules.push({ verbs: ['*'], apiGroups: ['*'], resources: ['*'] })
    nonResourceRules.push({ verbs: ['*'], nonResourceURLs: ['*'] })
  }
  for (const rule of rules) add(rule, resourceRules, nonResourceRules)
  const isNode = nodeOf(actor) !== undefined
  const problems = [...(isNode ? ['node authorizer does not support user rule resolution'] : []), ...(errors.length === 0 ? [] : [aggregate(errors)])]
  return { ...review, status: { resourceRules, nonResourceRules, incomplete: problems.length > 0, ...(problems.length === 0 ? {} : { evaluationError: aggregate(problems) }) } }
}

function add({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }: PolicyRule, to: ResourceRule[], urls: NonResourceRule[]): void {
  if ((resources ?? []).length > 0) to.push({ verbs, ...(apiGroups === undefined ? {} : { apiGroups }), resources: resources as string[], ...(resourceNames === undefined ? {} : { resourceNames }) })
  if ((nonResourceURLs ?? []).length > 0) urls.push({ verbs, nonResourceURLs: nonResourceURLs as string[] })
}

const subjectOf = ({ user = '', groups = [] }: { user?: string; groups?: readonly string[] }): UserInfo => ({ user, groups })

function answer(authorizer: Authorizer, spec: SelfSubjectAccessReviewSpec, subject: UserInfo): SubjectAccessReviewStatus {
  const { allowed, reason } = authorizer.authorize(requestOf(spec, subject))
  return { allowed, ...(reason === '' ? {} : { reason }) }
}

function requestOf({ resourceAttributes, nonResourceAttributes }: SelfSubjectAccessReviewSpec, { user, groups }: UserInfo): AccessRequest {
  if (resourceAttributes === undefined) return { user, groups, verb: nonResourceAttributes?.verb ?? '', group: '', resource: '', subresource: '', name: '', namespace: '', path: nonResourceAttributes?.path ?? '' }
  const { verb = '', group = '', resource = '', subresource = '', name = '', namespace = '' } = resourceAttributes
  return { user, groups, verb, group, resource, subresource, name, namespace, fields: fieldsOf(resourceAttributes) }
}

function fieldsOf({ fieldSelector }: ResourceAttributes): AccessRequest['fields'] {
  return fieldSelector?.requirements?.flatMap(r => (r.operator === 'In' && r.values?.length === 1 ? [{ field: r.key, value: r.values[0] as string }] : []))
}

function attributeErrors(spec: SelfSubjectAccessReviewSpec | undefined): FieldError[] {
  const { resourceAttributes, nonResourceAttributes } = spec ?? {}
  const errors: FieldError[] = []
  if (resourceAttributes !== undefined && nonResourceAttributes !== undefined) errors.push(invalidValue('spec.nonResourceAttributes', nonResourceAttributes, 'cannot be specified in combination with resourceAttributes'))
  if (resourceAttributes === undefined && nonResourceAttributes === undefined) errors.push(invalidValue('spec.resourceAttributes', null, 'exactly one of nonResourceAttributes or resourceAttributes must be specified'))
  return errors
}

function subjectErrors(spec: { user?: string; groups?: readonly string[] } | undefined): FieldError[] {
  return (spec?.user ?? '') === '' && (spec?.groups ?? []).length === 0 ? [invalidValue('spec.user', '', 'at least one of user or group must be specified')] : []
}

function refuse(errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid({ group: 'authorization.k8s.io', kind: '' }, '', errors)
}

