/** The metrics API, as metrics-server serves it. upstream: metrics-server/pkg/api */
import { timestamp } from '../../base/clock'
import { durationText } from '../../base/duration'
import { quantityOf, quantityText } from '../../base/quantity'
import type { Lister } from '../../client/lister'
import type { Metrics, Usage } from '../../client/metrics'
import { node } from '../../kinds/core/node/kind'
import { pod } from '../../kinds/core/pod/kind'
import { apiService } from '../../kinds/apiregistration/api-service/kind'
import { nodeMetrics, type NodeMetrics } from '../../kinds/metrics/node-metrics/kind'
import { podMetrics, type PodMetrics, type UsageList } from '../../kinds/metrics/pod-metrics/kind'
import type { ObjectMeta } from '../../kinds/kind'
import type { Node, Pod } from '../../kinds/schema/types/core.v1'
import type { ComputedKind } from '../registry'
import { METRICS_SERVICE } from './metrics-service'

const KIB = 1024

const usageList = ({ cpuMillis, memoryBytes }: Usage): UsageList => ({
  cpu: cpuMillis === 0 ? '0' : `${Math.round(cpuMillis * 1e6)}n`,
  memory: quantityText(quantityOf(Math.round(memoryBytes / KIB) * KIB, 'BinarySI')),
})

/** The times are those of the scrape; the labels those of what was measured. */
function head({ name, namespace, labels }: ObjectMeta, kind: string, { atMs, windowMs }: { readonly atMs: number; readonly windowMs: number }) {
  const at = timestamp(atMs)
  return { kind, apiVersion: 'metrics.k8s.io/v1beta1', metadata: { name, ...(namespace === undefined ? {} : { namespace }), creationTimestamp: at, ...(labels === undefined ? {} : { labels }) }, timestamp: at, window: durationText(windowMs) }
}

const ifAny = <T, M>(object: T | undefined, of: (object: T) => M | undefined): M | undefined => (object === undefined ? undefined : of(object))

/** Served as long as its APIService is there. */
export function metricsApi(metrics: Metrics, lister: Lister): readonly ComputedKind[] {
  const served = (): boolean => lister.get(apiService, METRICS_SERVICE) !== undefined
  const ofPod = (p: Pod): PodMetrics | undefined => {
    const sample = metrics.ofPod(p)
    return sample === undefined ? undefined : { ...head(p.metadata, 'PodMetrics', sample), containers: sample.containers.map(c => ({ name: c.name, usage: usageList(c) })) }
  }
  const ofNode = (n: Node): NodeMetrics | undefined => {
    const sample = metrics.ofNode(n)
    return sample === undefined ? undefined : { ...head(n.metadata, 'NodeMetrics', sample), usage: usageList(sample) }
  }
  return [
    { kind: nodeMetrics as never, served, absent: { group: '', plural: 'node' }, objects: () => lister.list(node).flatMap(n => ofNode(n) ?? []), object: (_, name) => ifAny(lister.get(node, name), ofNode) },
    { kind: podMetrics as never, served, absent: { group: '', plural: 'pods' }, objects: namespace => lister.list(pod, namespace).flatMap(p => ofPod(p) ?? []), object: (namespace, name) => ifAny(lister.get(pod, name, namespace), ofPod) },
  ]
}
