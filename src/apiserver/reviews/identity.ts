/** TokenReview and SelfSubjectReview: who a token or the sender is. upstream: pkg/registry/authentication */
import { timestamp } from '../../base/clock'
import { badRequest } from '../../base/status'
import type { SelfSubjectReview, TokenReview, UserInfo } from '../../kinds/schema/types/authentication.v1'
import type { Actor } from '../actor'
import { API_AUDIENCES } from '../authentication/issuer'
import { TokenError, type ServiceAccountTokens } from '../authentication/tokens'

const AUTHENTICATED = 'system:authenticated'

export function reviewToken(tokens: ServiceAccountTokens, review: TokenReview, nowMs: number): TokenReview {
  const { token = '', audiences = [] } = review.spec ?? {}
  if (token === '') throw badRequest('token is required for TokenReview in authentication')
  try {
    const found = tokens.authenticate(token, audiences.length > 0 ? audiences : API_AUDIENCES, nowMs)
    const { user: username, uid, groups, extra } = found
    return { ...review, status: { authenticated: true, user: userInfo({ username, uid, groups: [...groups, AUTHENTICATED], extra }), audiences: [...found.audiences] } }
  } catch (e) {
    if (!(e instanceof TokenError)) throw e
    return { ...review, status: { user: {}, error: e.message } }
  }
}

export function reviewSelfSubject(review: SelfSubjectReview, { user, uid, groups, extra }: Actor, nowMs: number): SelfSubjectReview {
  return { ...review, metadata: { creationTimestamp: timestamp(nowMs) } as SelfSubjectReview['metadata'], status: { userInfo: userInfo({ username: user, uid, groups, extra }) } }
}

function userInfo({ username, uid, groups, extra }: { username: string; uid: string | undefined; groups: readonly string[]; extra: Readonly<Record<string, readonly string[]>> | undefined }): UserInfo {
  return {
    username,
    ...(uid === undefined || uid === '' ? {} : { uid }),
    ...(groups.length === 0 ? {} : { groups: [...groups] }),
    ...(extra === undefined || Object.keys(extra).length === 0 ? {} : { extra: extra as Record<string, string[]> }),
  }
}
