/** PodTopologyLabels: a pod carries the zone and the region of its node. upstream: plugin/pkg/admission/podtopologylabels */
import type { Lister } from '../../client/lister'
import { node as nodes } from '../../kinds/core/node/kind'
import type { Pod } from '../../kinds/schema/types/core.v1'
import type { AdmissionPlugin } from '../admission'

const LABELS = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region'] as const

/** Those of a node's labels that its pods get; undefined when it has none. */
export function topologyLabels(lister: Lister, node: string): Record<string, string> | undefined {
  const labels = lister.get(nodes, node)?.metadata.labels
  let found: Record<string, string> | undefined
  for (const key of LABELS) if (labels?.[key] !== undefined) (found ??= {})[key] = labels[key]
  return found
}

/** For pods that are made for a node; those that are bound later get theirs with the binding. */
export const podTopologyLabels: AdmissionPlugin = {
  name: 'PodTopologyLabels',
  operations: ['CREATE'],
  resources: ['pods'],
  admit({ object, subresource }, { lister }) {
    const pod = object as Pod
    if (subresource !== '' || (pod.spec.nodeName ?? '') === '') return
    const labels = topologyLabels(lister, pod.spec.nodeName as string)
    if (labels !== undefined) pod.metadata.labels = { ...pod.metadata.labels, ...labels }
  },
}
