/** Written by scripts/make-schema.mjs: the types of certificates.v1. */
import type { ListMeta, ObjectMeta } from './meta.v1'

export interface CertificateSigningRequest {
  kind?: string
  apiVersion?: string
  metadata: ObjectMeta
  spec: CertificateSigningRequestSpec
  status?: CertificateSigningRequestStatus
}

export interface CertificateSigningRequestCondition {
  type: string
  status: string
  reason?: string
  message?: string
  lastUpdateTime?: string
  lastTransitionTime?: string
}

export interface CertificateSigningRequestList {
  kind?: string
  apiVersion?: string
  metadata: ListMeta
  items: CertificateSigningRequest[]
}

export interface CertificateSigningRequestSpec {
  request: string
  signerName: string
  expirationSeconds?: number
  usages?: string[]
  username?: string
  uid?: string
  groups?: string[]
  extra?: Record<string, string[]>
}

export interface CertificateSigningRequestStatus {
  conditions?: CertificateSigningRequestCondition[]
  certificate?: string
}
