/** Written by scripts/make-schema.mjs: the types of node.v1. */
import type { Toleration } from './core.v1'
import type { ListMeta, ObjectMeta } from './meta.v1'

export interface Overhead {
  podFixed?: Record<string, string>
}

export interface RuntimeClass {
  kind?: string
  apiVersion?: string
  metadata: ObjectMeta
  handler: string
  overhead?: Overhead
  scheduling?: Scheduling
}

export interface RuntimeClassList {
  kind?: string
  apiVersion?: string
  metadata: ListMeta
  items: RuntimeClass[]
}

export interface Scheduling {
  nodeSelector?: Record<string, string>
  tolerations?: Toleration[]
}
