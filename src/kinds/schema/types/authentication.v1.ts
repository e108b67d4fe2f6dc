/** Written by scripts/make-schema.mjs: the types of authentication.v1. */
import type { ObjectMeta } from './meta.v1'

export interface BoundObjectReference {
  kind?: string
  apiVersion?: string
  name?: string
  uid?: string
}

export interface SelfSubjectReview {
  kind?: string
  apiVersion?: string
  metadata: ObjectMeta
  status?: SelfSubjectReviewStatus
}

export interface SelfSubjectReviewStatus {
  userInfo?: UserInfo
}

export interface TokenRequest {
  kind?: string
  apiVersion?: string
  metadata: ObjectMeta
  spec: TokenRequestSpec
  status?: TokenRequestStatus
}

export interface TokenRequestSpec {
  audiences?: string[]
  expirationSeconds?: number
  boundObjectRef?: BoundObjectReference
}

export interface TokenRequestStatus {
  token?: string
  expirationTimestamp?: string
}

export interface TokenReview {
  kind?: string
  apiVersion?: string
  metadata: ObjectMeta
  spec: TokenReviewSpec
  status?: TokenReviewStatus
}

export interface TokenReviewSpec {
  token: string
  audiences?: string[]
}

export interface TokenReviewStatus {
  authenticated?: boolean
  user?: UserInfo
  audiences?: string[]
  error?: string
}

export interface UserInfo {
  username?: string
  uid?: string
  groups?: string[]
  extra?: Record<string, string[]>
}
