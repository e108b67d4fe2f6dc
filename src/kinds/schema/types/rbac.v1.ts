/** Written by scripts/make-schema.mjs: the types of rbac.v1. */
import type { LabelSelector, ListMeta, ObjectMeta } from './meta.v1'

export interface AggregationRule {
  clusterRoleSelectors?: LabelSelector[]
}

export interface ClusterRole {
  kind?: string
  apiVersion?: string
  metadata: ObjectMeta
  rules?: PolicyRule[]
  aggregationRule?: AggregationRule
}

export interface ClusterRoleBinding {
  kind?: string
  apiVersion?: string
  metadata: ObjectMeta
  subjects?: Subject[]
  roleRef: RoleRef
}

export interface ClusterRoleBindingList {
  kind?: string
  apiVersion?: string
  metadata: ListMeta
  items: ClusterRoleBinding[]
}

export interface ClusterRoleList {
  kind?: string
  apiVersion?: string
  metadata: ListMeta
  items: ClusterRole[]
}

export interface PolicyRule {
  verbs: string[]
  apiGroups?: string[]
  resources?: string[]
  resourceNames?: string[]
  nonResourceURLs?: string[]
}

export interface Role {
  kind?: string
  apiVersion?: string
  metadata: ObjectMeta
  rules?: PolicyRule[]
}

export interface RoleBinding {
  kind?: string
  apiVersion?: string
  metadata: ObjectMeta
  subjects?: Subject[]
  roleRef: RoleRef
}

export interface RoleBindingList {
  kind?: string
  apiVersion?: string
  metadata: ListMeta
  items: RoleBinding[]
}

export interface RoleList {
  kind?: string
  apiVersion?: string
  metadata: ListMeta
  items: Role[]
}

export interface RoleRef {
  apiGroup?: string
  kind: string
  name: string
}

export interface Subject {
  kind: string
  apiGroup?: string
  name: string
  namespace?: string
}
