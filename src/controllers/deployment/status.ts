/** Conditions and counts of a Deployment. Pure. upstream: pkg/controller/deployment/progress.go, sync.go calculateStatus */
import { parseTime, timestamp } from '../../base/clock'
import type { Deployment, DeploymentCondition, DeploymentStatus, ReplicaSet } from '../../kinds/schema/types/apps.v1'
import { desired, maxUnavailable, sumReplicas, sumStatus } from './arithmetic'

/** upstream: MaxInt32 means no deadline. */
const NO_DEADLINE = 2147483647

export const hasDeadline = (d: Deployment): boolean => d.spec?.progressDeadlineSeconds !== undefined && d.spec.progressDeadlineSeconds !== NO_DEADLINE

export const conditionOf = (status: DeploymentStatus | undefined, type: string): DeploymentCondition | undefined => status?.conditions?.find(c => c.type === type)

export function condition(type: string, status: string, reason: string, message: string, nowMs: number): DeploymentCondition {
  const now = timestamp(nowMs)
  return { type, status, lastUpdateTime: now, lastTransitionTime: now, reason, message }
}

/** With the condition set; nothing changes when one of the same status and reason is there. upstream: SetDeploymentCondition */
export function withCondition(status: DeploymentStatus, wished: DeploymentCondition): DeploymentStatus {
  const current = conditionOf(status, wished.type)
  if (current?.status === wished.status && current.reason === wished.reason) return status
  const lastTransitionTime = current?.status === wished.status ? current.lastTransitionTime : wished.lastTransitionTime
  return { ...status, conditions: [...(status.conditions ?? []).filter(c => c.type !== wished.type), { ...wished, lastTransitionTime: lastTransitionTime as string }] }
}

export function withoutCondition(status: DeploymentStatus, type: string): DeploymentStatus {
  if (conditionOf(status, type) === undefined) return status
  return { ...status, conditions: (status.conditions ?? []).filter(c => c.type !== type) }
}

/** upstream: calculateStatus */
export function statusOf(d: Deployment, sets: readonly ReplicaSet[], newSet: ReplicaSet | undefined, nowMs: number): DeploymentStatus {
  const available = sumStatus(sets, 'availableReplicas')
  const unavailable = Math.max(0, sumReplicas(sets) - available)
  const counts = {
    replicas: sumStatus(sets, 'replicas'),
    updatedReplicas: newSet === undefined ? 0 : sumStatus([newSet], 'replicas'),
    readyReplicas: sumStatus(sets, 'readyReplicas'),
    availableReplicas: available,
    unavailableReplicas: unavailable,
  }
  const status: DeploymentStatus = { observedGeneration: d.metadata.generation as number }
  // omitempty: Go leaves zeros out.
  for (const [name, n] of Object.entries(counts)) if (n > 0) (status as Record<string, unknown>)[name] = n
  status.terminatingReplicas = sumStatus(sets, 'terminatingReplicas')
  if (d.status?.collisionCount !== undefined) status.collisionCount = d.status.collisionCount
  if (d.status?.conditions !== undefined) status.conditions = d.status.conditions
  const enough = available >= desired(d) - maxUnavailable(d)
  return withCondition(
    status,
    enough
      ? condition('Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.', nowMs)
      : condition('Available', 'False', 'MinimumReplicasUnavailable', 'Deployment does not have minimum availability.', nowMs),
  )
}

export function isComplete(d: Deployment, status: DeploymentStatus | undefined): boolean {
  const n = desired(d)
  return (status?.updatedReplicas ?? 0) === n && (status?.replicas ?? 0) === n && (status?.availableReplicas ?? 0) === n && (status?.observedGeneration ?? 0) >= (d.metadata.generation ?? 0)
}

/** More updated, ready or available pods than before, or fewer old ones. upstream: DeploymentProgressing */
export function isProgressing(d: Deployment, next: DeploymentStatus): boolean {
  const was = d.status ?? {}
  const old = (s: DeploymentStatus): number => (s.replicas ?? 0) - (s.updatedReplicas ?? 0)
  return (
    (next.updatedReplicas ?? 0) > (was.updatedReplicas ?? 0) ||
    old(next) < old(was) ||
    (next.readyReplicas ?? 0) > (was.readyReplicas ?? 0) ||
    (next.availableReplicas ?? 0) > (was.availableReplicas ?? 0)
  )
}

/** upstream: DeploymentTimedOut */
export function isTimedOut(d: Deployment, next: DeploymentStatus, nowMs: number): boolean {
  const progressing = conditionOf(next, 'Progressing')
  if (!hasDeadline(d) || progressing === undefined || progressing.reason === 'NewReplicaSetAvailable') return false
  if (progressing.reason === 'ProgressDeadlineExceeded') return true
  return deadlineMs(d, progressing) < nowMs
}

function deadlineMs(d: Deployment, progressing: DeploymentCondition): number {
  return parseTime(progressing.lastUpdateTime) + (d.spec?.progressDeadlineSeconds ?? 0) * 1000
}

/** How long until the deadline can have passed, undefined when none is running. upstream: requeueStuckDeployment */
export function untilDeadlineMs(d: Deployment, status: DeploymentStatus, nowMs: number): number | undefined {
  const progressing = conditionOf(status, 'Progressing')
  if (!hasDeadline(d) || d.spec?.paused === true || progressing === undefined || isComplete(d, status) || progressing.reason === 'ProgressDeadlineExceeded' || progressing.reason === 'NewReplicaSetAvailable') return undefined
  // A second more: the condition's time is cut to seconds.
  return Math.max(deadlineMs(d, progressing) - nowMs, 0) + 1000
}

/** The status after a step of a rollout: the counts, and how the rollout is going. upstream: syncRolloutStatus */
export function rolloutStatus(d: Deployment, sets: readonly ReplicaSet[], newSet: ReplicaSet | undefined, nowMs: number): DeploymentStatus {
  let next = statusOf(d, sets, newSet, nowMs)
  if (!hasDeadline(d)) next = withoutCondition(next, 'Progressing')
  const current = conditionOf(d.status, 'Progressing')
  const completeAlready = (next.replicas ?? 0) === (next.updatedReplicas ?? 0) && current?.reason === 'NewReplicaSetAvailable'
  const what = newSet === undefined ? `Deployment "${d.metadata.name}"` : `ReplicaSet "${newSet.metadata.name}"`
  if (hasDeadline(d) && !completeAlready) {
    if (isComplete(d, next)) next = withCondition(next, condition('Progressing', 'True', 'NewReplicaSetAvailable', `${what} has successfully progressed.`, nowMs))
    else if (isProgressing(d, next)) {
      const progress = condition('Progressing', 'True', 'ReplicaSetUpdated', `${what} is progressing.`, nowMs)
      // A new time every time, though status and reason stay: it restarts the deadline.
      if (current?.status === 'True') progress.lastTransitionTime = current.lastTransitionTime as string
      next = withCondition(withoutCondition(next, 'Progressing'), progress)
    } else if (isTimedOut(d, next, nowMs)) next = withCondition(next, condition('Progressing', 'False', 'ProgressDeadlineExceeded', `${what} has timed out progressing.`, nowMs))
  }
  const failure = failureOf(sets, newSet)
  return failure === undefined ? withoutCondition(next, 'ReplicaFailure') : withCondition(next, failure)
}

/** upstream: getReplicaFailures */
function failureOf(sets: readonly ReplicaSet[], newSet: ReplicaSet | undefined): DeploymentCondition | undefined {
  for (const rs of newSet === undefined ? sets : [newSet, ...sets]) {
    const c = rs.status?.conditions?.find(x => x.type === 'ReplicaFailure')
    if (c !== undefined) return { type: c.type, status: c.status, reason: c.reason as string, message: c.message as string, lastTransitionTime: c.lastTransitionTime as string, lastUpdateTime: c.lastTransitionTime as string }
  }
  return undefined
}
