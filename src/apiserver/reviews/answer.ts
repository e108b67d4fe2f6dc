/** The one request that a review knows: it is asked, and answered without being stored. */
import type { Kind, KubeObject } from '../../kinds/kind'
import { selfSubjectReview, tokenReview } from '../../kinds/authentication/reviews'
import { localSubjectAccessReview, selfSubjectAccessReview, selfSubjectRulesReview, subjectAccessReview } from '../../kinds/authorization/reviews'
import type { RequestState } from '../actor'
import type { ApiServer } from '../server'
import { reviewLocalSubject, reviewRules, reviewSelf, reviewSubject } from './access'
import { reviewSelfSubject, reviewToken } from './identity'

type Answer = (server: ApiServer, review: never, request: RequestState, namespace: string) => KubeObject

const ANSWERS = new Map<Kind<never>, Answer>([
  [tokenReview, (server, review, _request) => reviewToken(server.authenticator.tokens, review, server.wallMs())],
  [selfSubjectReview, (server, review, { actor }) => reviewSelfSubject(review, actor, server.clock.now())],
  [subjectAccessReview, (server, review) => reviewSubject(server.authorizer, review)],
  [localSubjectAccessReview, (server, review, _request, namespace) => reviewLocalSubject(server.authorizer, review, namespace)],
  [selfSubjectAccessReview, (server, review, { actor }) => reviewSelf(server.authorizer, review, actor)],
  [selfSubjectRulesReview, (server, review, { actor }) => reviewRules(server.authorizer, review, actor)],
])

/** Throws 400 or 422 in the real server's words. */
export function answerReview<T extends KubeObject>(server: ApiServer, kind: Kind<T>, namespace: string | undefined, review: T, request: RequestState): T {
  const answer = ANSWERS.get(kind as unknown as Kind<never>) as Answer
  return answer(server, review as never, request, namespace ?? '') as T
}
