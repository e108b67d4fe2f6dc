/** Written by scripts/make-schema.mjs: the types of autoscaling.v1. */
import type { ListMeta, ObjectMeta } from './meta.v1'

export interface CrossVersionObjectReference {
  kind: string
  name: string
  apiVersion?: string
}

export interface HorizontalPodAutoscaler {
  kind?: string
  apiVersion?: string
  metadata: ObjectMeta
  spec: HorizontalPodAutoscalerSpec
  status?: HorizontalPodAutoscalerStatus
}

export interface HorizontalPodAutoscalerList {
  kind?: string
  apiVersion?: string
  metadata: ListMeta
  items: HorizontalPodAutoscaler[]
}

export interface HorizontalPodAutoscalerSpec {
  scaleTargetRef: CrossVersionObjectReference
  minReplicas?: number
  maxReplicas: number
  targetCPUUtilizationPercentage?: number
}

export interface HorizontalPodAutoscalerStatus {
  observedGeneration?: number
  lastScaleTime?: string
  currentReplicas: number
  desiredReplicas: number
  currentCPUUtilizationPercentage?: number
}

export interface Scale {
  kind?: string
  apiVersion?: string
  metadata: ObjectMeta
  spec: ScaleSpec
  status?: ScaleStatus
}

export interface ScaleSpec {
  replicas?: number
}

export interface ScaleStatus {
  replicas: number
  selector?: string
}
