/** Names, labels and claims of a StatefulSet's pods. Pure. upstream: pkg/controller/statefulset/stateful_set_utils.go */
import type { StatefulSet } from '../../kinds/schema/types/apps.v1'
import type { PersistentVolumeClaim, Pod, PodTemplateSpec, Volume } from '../../kinds/schema/types/core.v1'
import { statefulSet } from '../../kinds/apps/stateful-set/kind'
import { isAvailable, isReady } from '../../kinds/core/pod/state'
import { POD_REVISION } from '../history/revisions'
import { podFromTemplate } from '../pod-control/pod-control'

const POD_NAME = 'statefulset.kubernetes.io/pod-name'
const POD_INDEX = 'apps.kubernetes.io/pod-index'

export const replicasOf = (set: StatefulSet): number => set.spec?.replicas ?? 1
export const startOrdinal = (set: StatefulSet): number => set.spec?.ordinals?.start ?? 0
export const isParallel = (set: StatefulSet): boolean => set.spec?.podManagementPolicy === 'Parallel'
export const podName = (set: StatefulSet, ordinal: number): string => `${set.metadata.name}-${ordinal}`
export const revisionOf = (p: Pod): string => p.metadata.labels?.[POD_REVISION] ?? ''

/** `web` and 3 of `web-3`; undefined for names of another form. */
export function parentAndOrdinal(name: string): { parent: string; ordinal: number } | undefined {
  const m = /^(.*)-(\d+)$/.exec(name)
  return m === null ? undefined : { parent: m[1] as string, ordinal: Number(m[2]) }
}
export const isMember = (set: StatefulSet, p: Pod): boolean => parentAndOrdinal(p.metadata.name)?.parent === set.metadata.name
export const ordinalOf = (p: Pod): number => parentAndOrdinal(p.metadata.name)?.ordinal ?? -1
export const isInRange = (set: StatefulSet, ordinal: number): boolean => ordinal >= startOrdinal(set) && ordinal < startOrdinal(set) + replicasOf(set)

export const isCreated = (p: Pod): boolean => (p.status?.phase ?? '') !== '' && p.metadata.uid !== undefined
export const isGoing = (p: Pod): boolean => p.metadata.deletionTimestamp !== undefined
export const runsReady = (p: Pod): boolean => p.status?.phase === 'Running' && isReady(p)
export const runsAvailable = (p: Pod, set: StatefulSet, nowMs: number): boolean => p.status?.phase === 'Running' && isAvailable(p, set.spec?.minReadySeconds ?? 0, nowMs)
export const isUnavailable = (p: Pod, set: StatefulSet, nowMs: number): boolean => isGoing(p) || !runsAvailable(p, set, nowMs)

/** The claim of a template for one pod. */
export const claimName = (template: PersistentVolumeClaim, pod: string): string => `${template.metadata.name}-${pod}`

export function claimsFor(set: StatefulSet, pod: string): PersistentVolumeClaim[] {
  return (set.spec?.volumeClaimTemplates ?? []).map(t => {
    const { labels, annotations } = t.metadata
    return {
      metadata: { name: claimName(t, pod), namespace: set.metadata.namespace as string, labels: { ...labels, ...set.spec?.selector.matchLabels }, ...(annotations === undefined ? {} : { annotations }) },
      spec: t.spec as NonNullable<PersistentVolumeClaim['spec']>,
    } as PersistentVolumeClaim
  })
}

/** The pod's volumes with those of its claims in front. upstream: updateStorage */
function withClaims(set: StatefulSet, name: string, volumes: readonly Volume[] = []): Volume[] {
  const templates = set.spec?.volumeClaimTemplates ?? []
  const names = new Set(templates.map(t => t.metadata.name))
  return [...templates.map(t => ({ name: t.metadata.name, persistentVolumeClaim: { claimName: claimName(t, name) } })), ...volumes.filter(v => !names.has(v.name))]
}

function identity(set: StatefulSet, ordinal: number): Record<string, string> {
  return { [POD_NAME]: podName(set, ordinal), [POD_INDEX]: String(ordinal) }
}

/** A pod that is not yet created. upstream: newStatefulSetPod */
export function newPod(set: StatefulSet, template: PodTemplateSpec, revision: string, ordinal: number): Pod {
  const made = podFromTemplate(template, statefulSet, set)
  const name = podName(set, ordinal)
  const { generateName: _, ...metadata } = made.metadata
  const volumes = withClaims(set, name, made.spec.volumes)
  return {
    metadata: { ...metadata, name, labels: { ...metadata.labels, [POD_REVISION]: revision, ...identity(set, ordinal) } },
    spec: { ...made.spec, hostname: name, ...((set.spec?.serviceName ?? '') === '' ? {} : { subdomain: set.spec?.serviceName as string }), ...(volumes.length === 0 ? {} : { volumes }) },
  }
}

/** The pod with its name's label and claims as they should be, or itself when they are. upstream: identityMatches, storageMatches */
export function repaired(set: StatefulSet, p: Pod): Pod {
  const ordinal = ordinalOf(p)
  const name = podName(set, ordinal)
  const claimed = (set.spec?.volumeClaimTemplates ?? []).every(t => p.spec.volumes?.some(v => v.name === t.metadata.name && v.persistentVolumeClaim?.claimName === claimName(t, name)))
  if (p.metadata.labels?.[POD_NAME] === name && claimed) return p
  return { ...p, metadata: { ...p.metadata, labels: { ...p.metadata.labels, ...identity(set, ordinal) } }, spec: claimed ? p.spec : { ...p.spec, volumes: withClaims(set, name, p.spec.volumes) } }
}

/** Whether a missing pod comes back as it was rather than as it will be. upstream: newVersionedStatefulSetPod */
export function keepsCurrent(set: StatefulSet, ordinal: number): boolean {
  const { type, rollingUpdate } = set.spec?.updateStrategy ?? {}
  if (type !== 'RollingUpdate') return false
  if (rollingUpdate === undefined) return ordinal < startOrdinal(set) + (set.status?.currentReplicas ?? 0)
  return ordinal < startOrdinal(set) + (rollingUpdate.partition ?? 0)
}
