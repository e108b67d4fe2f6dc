/** What containers and nodes use, and what else is measured: simulated, and read by the metrics API and by autoscalers. */
import type { KubeObject } from '../kinds/kind'
import type { Node, Pod } from '../kinds/schema/types/core.v1'

export interface Usage {
  /** Thousandths of a CPU. */
  readonly cpuMillis: number
  readonly memoryBytes: number
}

export interface Sample {
  /** When it was scraped, and over which time. */
  readonly atMs: number
  readonly windowMs: number
}

export interface PodSample extends Sample {
  readonly containers: readonly (Usage & { readonly name: string })[]
}

export interface NodeSample extends Sample, Usage {}

export interface Metrics {
  /** undefined while nothing is known: too young, ended, or its node is silent. */
  ofPod(pod: Pod): PodSample | undefined
  ofNode(node: Node): NodeSample | undefined
  /** Thousandths of a declared metric (annotation `metrics.kubottle.dev/NAME`); undefined when it is not declared. */
  named(object: KubeObject, metric: string): number | undefined
}

/** What is declared of an object beside what runs in it: `cpu=200m,memory=64Mi`, or `web:cpu=1;sidecar:memory=1Gi` by container. */
export const LOAD = 'kubottle.dev/load'
export const METRIC_PREFIX = 'metrics.kubottle.dev/'
