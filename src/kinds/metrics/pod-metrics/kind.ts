/** PodMetrics: what the containers of a pod use. Computed when it is asked for. upstream: k8s.io/metrics v1beta1, metrics-server/pkg/api */
import { addQuantities, quantityFromJson, quantityOf, quantityText } from '../../../base/quantity'
import { defineKind, name, type KubeObject } from '../../kind'

export type UsageList = Readonly<Record<'cpu' | 'memory', string>>

export interface PodMetrics extends KubeObject {
  timestamp: string
  window: string
  containers: readonly { readonly name: string; readonly usage: UsageList }[]
}

const sum = (m: PodMetrics, resource: 'cpu' | 'memory'): string => quantityText(m.containers.map(c => quantityFromJson(c.usage[resource])).reduce(addQuantities, quantityOf(0)))

export const podMetrics = defineKind<PodMetrics>({
  group: 'metrics.k8s.io',
  version: 'v1beta1',
  kind: 'PodMetrics',
  plural: 'pods',
  singular: '',
  scope: 'Namespaced',
  generation: 'never',
  computed: true,
  columns: [
    name,
    { name: 'cpu', type: 'string', cell: m => sum(m, 'cpu') },
    { name: 'memory', type: 'string', cell: m => sum(m, 'memory') },
    { name: 'Window', type: 'string', format: 'duration', cell: m => m.window },
  ],
})
