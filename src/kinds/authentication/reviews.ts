/** Who a token or a requestor is: asked by a create, answered, never stored. upstream: pkg/apis/authentication */
import { defineKind, type Kind } from '../kind'
import type { SelfSubjectReview, TokenRequest, TokenReview } from '../schema/types/authentication.v1'

const review = (kind: string) => ({ group: 'authentication.k8s.io', version: 'v1', kind, plural: `${kind.toLowerCase()}s`, singular: kind.toLowerCase(), scope: 'Cluster', generation: 'never', transient: true }) as const

export const tokenReview: Kind<TokenReview> = defineKind<TokenReview>(review('TokenReview'))
export const selfSubjectReview: Kind<SelfSubjectReview> = defineKind<SelfSubjectReview>(review('SelfSubjectReview'))
/** The body of `serviceaccounts/token`; no resource of its own. */
export const tokenRequest: Kind<TokenRequest> = defineKind<TokenRequest>({ ...review('TokenRequest'), scope: 'Namespaced' })
