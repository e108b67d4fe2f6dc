/** Written by scripts/make-schema.mjs: the types of coordination.v1. */
import type { ListMeta, ObjectMeta } from './meta.v1'

export interface Lease {
  kind?: string
  apiVersion?: string
  metadata: ObjectMeta
  spec: LeaseSpec
}

export interface LeaseList {
  kind?: string
  apiVersion?: string
  metadata: ListMeta
  items: Lease[]
}

export interface LeaseSpec {
  holderIdentity?: string
  leaseDurationSeconds?: number
  acquireTime?: string
  renewTime?: string
  leaseTransitions?: number
  strategy?: string
  preferredHolder?: string
}
