/** NodeMetrics: what a node uses. Computed when it is asked for. upstream: k8s.io/metrics v1beta1, metrics-server/pkg/api */
import { defineKind, name, type KubeObject } from '../../kind'
import type { UsageList } from '../pod-metrics/kind'

export interface NodeMetrics extends KubeObject {
  timestamp: string
  window: string
  usage: UsageList
}

export const nodeMetrics = defineKind<NodeMetrics>({
  group: 'metrics.k8s.io',
  version: 'v1beta1',
  kind: 'NodeMetrics',
  plural: 'nodes',
  singular: '',
  scope: 'Cluster',
  generation: 'never',
  computed: true,
  columns: [
    name,
    { name: 'cpu', type: 'string', cell: m => m.usage.cpu },
    { name: 'memory', type: 'string', cell: m => m.usage.memory },
    { name: 'Window', type: 'string', format: 'duration', cell: m => m.window },
  ],
})
