/** Pod: containers that run together on one node. */
import { Path } from '../../../base/findings'
import { isDns1123Label } from '../../../base/validation'
import { defineKind } from '../../kind'
import type { Pod } from '../../schema/types/core.v1'
import { CLAIMS, claimValues } from './claims'
import { columns } from './columns'
import { preparePod } from './create'
import { prepareEphemeral, validateEphemeralUpdate } from './ephemeral'
import { prepareResize, validateResize } from './resize'
import { MOUNTED, mountedSources } from './mounted'
import { AFFINITY, affinityAnchors } from './pod-affinity'
import { isFinished } from './state'
import { prepareStatus, validateStatusUpdate } from './status'
import { defaultPod } from './template/defaults'
import { dropDisabled } from './template/disabled'
import { podWarnings } from './template/warnings'
import { podUse } from './use'
import { validatePod, validatePodUpdate } from './validate'

/** Index of pods without a controller, by namespace and label pair: what a controller might adopt. */
export const ORPHAN = 'orphan'
export const orphanValue = (namespace: string, key: string, value: string): string => `${namespace}/${key}=${value}`

const NONE: readonly string[] = []

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
  subresources: {
    status: { prepareForUpdate: prepareStatus, validateUpdate: validateStatusUpdate },
    ephemeralcontainers: { prepareForUpdate: prepareEphemeral, validateUpdate: validateEphemeralUpdate },
    resize: { prepareForUpdate: prepareResize, validateUpdate: validateResize },
    binding: {}, eviction: {}, log: {}, exec: {}, attach: {}, portforward: {}, proxy: {},
  },

  applyDefaults: defaultPod,
  prepareForCreate: (p, { nowMs }) => preparePod(p, nowMs),
  prepareForUpdate: p => dropDisabled(p.spec),

  validate: validatePod,
  validateUpdate: validatePodUpdate,
  // Updates warn of nothing: people seldom change pods themselves.
  warnings: (p, previous) => (previous === undefined ? createWarnings(p) : []),

  deletionGraceSeconds,

  columns,

  indexLabels: true,
  indexes: {
    node: p => [p.spec.nodeName ?? ''],
    [ORPHAN]: orphanPairs,
    [MOUNTED]: mountedSources,
    [CLAIMS]: claimValues,
    [AFFINITY]: p => ((p.spec.nodeName ?? '') === '' || p.spec.affinity === undefined || isFinished(p) ? NONE : affinityAnchors(p)),
    // Promised room, until the pod is bound.
    nominated: p => ((p.status?.nominatedNodeName ?? '') !== '' && (p.spec.nodeName ?? '') === '' ? ['yes'] : []),
  },
  fieldIndexes: { 'spec.nodeName': 'node' },
  fieldSelectors: {
    'spec.nodeName': p => p.spec.nodeName ?? '',
    'spec.restartPolicy': p => p.spec.restartPolicy ?? '',
    'spec.schedulerName': p => p.spec.schedulerName ?? '',
    'spec.serviceAccountName': p => p.spec.serviceAccountName ?? '',
    'spec.hostNetwork': p => String(p.spec.hostNetwork ?? false),
    'status.phase': p => p.status?.phase ?? '',
    'status.podIP': p => p.status?.podIPs?.[0]?.ip ?? p.status?.podIP ?? '',
    'status.nominatedNodeName': p => p.status?.nominatedNodeName ?? '',
  },
  totals: podUse,
})

function* createWarnings(p: Pod): Iterable<string> {
  const problems = isDns1123Label(p.metadata.name)
  if (problems.length > 0) yield `metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [${problems.join(' ')}]`
  yield* podWarnings(Path.root, p.spec, p.metadata, false)
}

/** upstream: pkg/registry/core/pod/strategy.go CheckGracefulDelete */
function deletionGraceSeconds(p: Pod, requested: number | undefined): number {
  if ((p.spec.nodeName ?? '') === '') return 0
  if (p.status?.phase === 'Failed' || p.status?.phase === 'Succeeded') return 0
  const seconds = requested ?? p.spec.terminationGracePeriodSeconds ?? 30
  return seconds < 0 ? 1 : seconds
}
