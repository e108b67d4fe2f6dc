/** Pod: containers that run together on one node. */
import { defineKind } from '../../kind'
import type { Pod } from '../../schema/types/core.v1'
import { isFinished } from './state'
import { defaultPod } from './template/defaults'
import { computeQos } from './template/qos'
import { podUse } from './use'
import { validatePod, validatePodUpdate } from './validate'

/** Index of pods without a controller, by namespace and label pair: what a controller might adopt. */
export const ORPHAN = 'orphan'
export const orphanValue = (namespace: string, key: string, value: string): string => `${namespace}/${key}=${value}`

function orphanPairs({ metadata }: Pod): readonly string[] {
  if (metadata.labels === undefined || metadata.ownerReferences?.some(r => r.controller === true) === true) return []
  return Object.entries(metadata.labels).map(([k, v]) => orphanValue(metadata.namespace as string, k, v))
}

export const pod = defineKind<Pod>({
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  singular: 'pod',
  shortNames: ['po'],
  categories: ['all'],
  scope: 'Namespaced',
  subresources: { status: {}, binding: {}, ephemeralcontainers: {}, resize: {}, eviction: {}, log: {}, exec: {}, attach: {}, portforward: {}, proxy: {} },

  applyDefaults: defaultPod,
  // upstream: pkg/registry/core/pod/strategy.go PrepareForCreate
  prepareForCreate(p) {
    p.status = { phase: 'Pending', qosClass: computeQos(p.spec) }
  },

  validate: validatePod,
  validateUpdate: validatePodUpdate,

  deletionGraceSeconds,

  indexLabels: true,
  indexes: {
    node: p => [p.spec.nodeName ?? ''],
    [ORPHAN]: orphanPairs,
    // Addresses in use; a pod on its host's network has none of its own.
    ip: p => (p.status?.podIP === undefined || p.spec.hostNetwork === true || isFinished(p) ? [] : [p.status.podIP]),
    // Promised room, until the pod is bound.
    nominated: p => ((p.status?.nominatedNodeName ?? '') !== '' && (p.spec.nodeName ?? '') === '' ? ['yes'] : []),
  },
  fieldIndexes: { 'spec.nodeName': 'node' },
  totals: podUse,
})

/** upstream: pkg/registry/core/pod/strategy.go CheckGracefulDelete */
function deletionGraceSeconds(p: Pod, requested: number | undefined): number {
  if ((p.spec.nodeName ?? '') === '') return 0
  if (p.status?.phase === 'Failed' || p.status?.phase === 'Succeeded') return 0
  const seconds = requested ?? p.spec.terminationGracePeriodSeconds ?? 30
  return seconds < 0 ? 1 : seconds
}
