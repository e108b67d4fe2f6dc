/** Written by scripts/make-schema.mjs: the types of policy.v1. */
import type { Condition, DeleteOptions, LabelSelector, ListMeta, ObjectMeta } from './meta.v1'

export interface Eviction {
  kind?: string
  apiVersion?: string
  metadata: ObjectMeta
  deleteOptions?: DeleteOptions
}

export interface PodDisruptionBudget {
  kind?: string
  apiVersion?: string
  metadata: ObjectMeta
  spec: PodDisruptionBudgetSpec
  status?: PodDisruptionBudgetStatus
}

export interface PodDisruptionBudgetList {
  kind?: string
  apiVersion?: string
  metadata: ListMeta
  items: PodDisruptionBudget[]
}

export interface PodDisruptionBudgetSpec {
  minAvailable?: number | string
  selector?: LabelSelector
  maxUnavailable?: number | string
  unhealthyPodEvictionPolicy?: string
}

export interface PodDisruptionBudgetStatus {
  observedGeneration?: number
  disruptedPods?: Record<string, string>
  disruptionsAllowed?: number
  currentHealthy?: number
  desiredHealthy?: number
  expectedPods?: number
  conditions?: Condition[]
}
