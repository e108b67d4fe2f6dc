/** What the server makes of a new pod beyond its defaults. upstream: pkg/registry/core/pod/strategy.go PrepareForCreate */
import { timestamp } from '../../../base/clock'
import type { AppArmorProfile, Pod, PodAffinityTerm } from '../../schema/types/core.v1'
import type { LabelSelector } from '../../schema/types/meta.v1'
import { containersOf } from './template/containers'
import { dropDisabled } from './template/disabled'
import { computeQos } from './template/qos'
import { APP_ARMOR } from './template/validate-annotations'

export function preparePod(pod: Pod, nowMs: number): void {
  dropDisabled(pod.spec)
  pod.status = { phase: 'Pending', qosClass: computeQos(pod.spec) }
  if ((pod.spec.schedulingGates ?? []).length > 0) {
    pod.status.conditions = [{ type: 'PodScheduled', status: 'False', lastProbeTime: null as never, lastTransitionTime: timestamp(nowMs), reason: 'SchedulingGated', message: 'Scheduling is blocked due to non-empty scheduling gates' }]
  }
  mergeLabelKeys(pod)
  if (pod.metadata.annotations !== undefined && pod.spec.os?.name !== 'windows') copyAppArmor(pod, pod.metadata.annotations)
}

/** Puts the pod's own values of the label keys into the selectors that name the keys. */
function mergeLabelKeys(pod: Pod): void {
  const labels = pod.metadata.labels ?? {}
  for (const affinity of [pod.spec.affinity?.podAffinity, pod.spec.affinity?.podAntiAffinity]) {
    for (const weighted of affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []) mergeIntoTerm(weighted.podAffinityTerm, labels)
    for (const term of affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []) mergeIntoTerm(term, labels)
  }
  for (const c of pod.spec.topologySpreadConstraints ?? []) merge(c.labelSelector, c.matchLabelKeys, 'In', labels)
}

function mergeIntoTerm(term: PodAffinityTerm | undefined, labels: Readonly<Record<string, string>>): void {
  merge(term?.labelSelector, term?.matchLabelKeys, 'In', labels)
  merge(term?.labelSelector, term?.mismatchLabelKeys, 'NotIn', labels)
}

function merge(selector: LabelSelector | undefined, keys: readonly string[] | undefined, operator: string, labels: Readonly<Record<string, string>>): void {
  if (selector === undefined || keys === undefined) return
  for (const key of keys) {
    const value = labels[key]
    if (value !== undefined) selector.matchExpressions = [...(selector.matchExpressions ?? []), { key, operator, values: [value] }]
  }
}

/** upstream: applyAppArmorVersionSkew */
function copyAppArmor(pod: Pod, annotations: Readonly<Record<string, string>>): void {
  const ofPod = pod.spec.securityContext?.appArmorProfile
  for (const container of containersOf(pod.spec)) {
    const annotation = annotations[APP_ARMOR + container.name]
    if (annotation === undefined || container.securityContext?.appArmorProfile !== undefined) continue
    const profile = profileOf(annotation)
    if (profile === undefined || (profile.type === ofPod?.type && profile.localhostProfile === ofPod.localhostProfile)) continue
    container.securityContext = { ...container.securityContext, appArmorProfile: profile }
  }
}

function profileOf(annotation: string): AppArmorProfile | undefined {
  if (annotation === 'unconfined') return { type: 'Unconfined' }
  if (annotation === 'runtime/default') return { type: 'RuntimeDefault' }
  if (!annotation.startsWith('localhost/')) return undefined
  const localhostProfile = annotation.slice('localhost/'.length)
  const valid = localhostProfile !== '' && localhostProfile === localhostProfile.trim() && localhostProfile.length <= 4095
  return valid ? { type: 'Localhost', localhostProfile } : undefined
}
