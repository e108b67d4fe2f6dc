/** Questions about a pod's status that controllers, columns and describe ask alike. upstream: pkg/api/v1/pod/util.go, pkg/controller/controller_utils.go */
import { parseTime } from '../../../base/clock'
import type { Pod, PodCondition } from '../../schema/types/core.v1'

export function podCondition(pod: Pod, type: string): PodCondition | undefined {
  return pod.status?.conditions?.find(c => c.type === type)
}

export const isReady = (pod: Pod): boolean => podCondition(pod, 'Ready')?.status === 'True'

/** Ready for at least `minReadySeconds`. */
export function isAvailable(pod: Pod, minReadySeconds: number, nowMs: number): boolean {
  const ready = podCondition(pod, 'Ready')
  if (ready?.status !== 'True') return false
  return minReadySeconds === 0 || parseTime(ready.lastTransitionTime) + minReadySeconds * 1000 <= nowMs
}

/** When a ready pod becomes available, in epoch ms; undefined when it is not ready or is available. */
export function availableAtMs(pod: Pod, minReadySeconds: number, nowMs: number): number | undefined {
  const ready = podCondition(pod, 'Ready')
  if (ready?.status !== 'True' || minReadySeconds === 0) return undefined
  const at = parseTime(ready.lastTransitionTime) + minReadySeconds * 1000
  return at > nowMs ? at : undefined
}

export const isFinished = (pod: Pod): boolean => pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'

/** Neither finished nor being deleted. upstream: controller.IsPodActive */
export const isActive = (pod: Pod): boolean => !isFinished(pod) && pod.metadata.deletionTimestamp === undefined

export const isTerminating = (pod: Pod): boolean => !isFinished(pod) && pod.metadata.deletionTimestamp !== undefined

/** Restarts of all containers, sidecars included. */
export function restartsOf(pod: Pod): number {
  let most = 0
  for (const c of pod.status?.containerStatuses ?? []) most = Math.max(most, c.restartCount)
  return most
}
