/** Written by scripts/make-schema.mjs: the types of scheduling.v1. */
import type { ListMeta, ObjectMeta } from './meta.v1'

export interface PriorityClass {
  kind?: string
  apiVersion?: string
  metadata: ObjectMeta
  value?: number
  globalDefault?: boolean
  description?: string
  preemptionPolicy?: string
}

export interface PriorityClassList {
  kind?: string
  apiVersion?: string
  metadata: ListMeta
  items: PriorityClass[]
}
