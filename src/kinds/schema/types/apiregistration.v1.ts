/** Written by scripts/make-schema.mjs: the types of apiregistration.v1. */
import type { ListMeta, ObjectMeta } from './meta.v1'

export interface APIService {
  kind?: string
  apiVersion?: string
  metadata: ObjectMeta
  spec: APIServiceSpec
  status?: APIServiceStatus
}

export interface APIServiceCondition {
  type: string
  status: string
  lastTransitionTime?: string
  reason?: string
  message?: string
}

export interface APIServiceList {
  kind?: string
  apiVersion?: string
  metadata: ListMeta
  items: APIService[]
}

export interface APIServiceSpec {
  service?: ServiceReference
  group?: string
  version?: string
  insecureSkipTLSVerify?: boolean
  caBundle?: string
  groupPriorityMinimum: number
  versionPriority: number
}

export interface APIServiceStatus {
  conditions?: APIServiceCondition[]
}

export interface ServiceReference {
  namespace?: string
  name?: string
  port?: number
}
