/** How many pods a budget expects, wants healthy and can spare. Pure but for the lookups. upstream: pkg/controller/disruption/disruption.go */
import { parseTime, timestamp } from '../../base/clock'
import { scaledIntOrPercent } from '../../base/int-or-string'
import type { Lister } from '../../client/lister'
import { deployment } from '../../kinds/apps/deployment/kind'
import { replicaSet } from '../../kinds/apps/replica-set/kind'
import { statefulSet } from '../../kinds/apps/stateful-set/kind'
import { isReady } from '../../kinds/core/pod/state'
import { replicationController } from '../../kinds/core/replication-controller/kind'
import { controllerOf } from '../../kinds/kind'
import type { Pod } from '../../kinds/schema/types/core.v1'
import type { PodDisruptionBudget, PodDisruptionBudgetStatus } from '../../kinds/schema/types/policy.v1'

/** An eviction that did not come to pass is forgotten. upstream: DeletionTimeout */
const DELETION_TIMEOUT_MS = 120_000
/** Kinds of workloads that cannot be scaled, by which group and resource they are known. */
const UNSCALED: Readonly<Record<string, string>> = { DaemonSet: 'daemonsets.apps', Job: 'jobs.batch', Node: 'nodes', CronJob: 'cronjobs.batch' }

export interface Expected {
  readonly expected: number
  readonly desired: number
  /** Names of pods that nobody keeps up. */
  readonly unmanaged: readonly string[]
}

/** Throws an Error in upstream's words when the number of pods cannot be known. upstream: getExpectedPodCount */
export function expectedPods({ spec }: PodDisruptionBudget, pods: readonly Pod[], lister: Lister): Expected {
  const { minAvailable, maxUnavailable } = spec
  if (maxUnavailable !== undefined) {
    const { expected, unmanaged } = expectedScale(pods, lister)
    return { expected, desired: Math.max(0, expected - scaledIntOrPercent(maxUnavailable, expected, true)), unmanaged }
  }
  if (typeof minAvailable === 'number') return { expected: pods.length, desired: minAvailable, unmanaged: [] }
  if (minAvailable === undefined) return { expected: 0, desired: 0, unmanaged: [] }
  const { expected, unmanaged } = expectedScale(pods, lister)
  return { expected, desired: scaledIntOrPercent(minAvailable, expected, true), unmanaged }
}

/** What the workloads behind the pods are scaled to, each counted once. upstream: getExpectedScale */
function expectedScale(pods: readonly Pod[], lister: Lister): { expected: number; unmanaged: string[] } {
  const scales = new Map<string, number>()
  const unmanaged: string[] = []
  for (const p of pods) {
    const owner = controllerOf(p)
    if (owner === undefined) unmanaged.push(p.metadata.name)
    else if (!scales.has(`of ${owner.uid}`)) {
      const { uid, replicas } = scaleBehind(p, lister)
      // Several ReplicaSets may be of one Deployment.
      scales.set(`of ${owner.uid}`, scales.has(uid) ? 0 : replicas)
      scales.set(uid, 0)
    }
  }
  let expected = 0
  for (const n of scales.values()) expected += n
  return { expected, unmanaged }
}

function scaleBehind(p: Pod, lister: Lister): { uid: string; replicas: number } {
  const owner = controllerOf(p) as NonNullable<ReturnType<typeof controllerOf>>
  const namespace = p.metadata.namespace
  const unscaled = UNSCALED[owner.kind]
  if (unscaled !== undefined) throw new Error(`${unscaled} does not implement the scale subresource`)
  const kinds = { ReplicaSet: replicaSet, StatefulSet: statefulSet, ReplicationController: replicationController } as const
  const kind = kinds[owner.kind as keyof typeof kinds]
  const found = kind === undefined ? undefined : lister.get(kind as typeof replicaSet, owner.name, namespace)
  if (found === undefined || found.metadata.uid !== owner.uid) throw new Error(`found no controllers for pod "${p.metadata.name}"`)
  const above = owner.kind === 'ReplicaSet' ? controllerOf(found) : undefined
  const d = above?.kind === 'Deployment' ? lister.get(deployment, above.name, namespace) : undefined
  if (d !== undefined && above !== undefined && d.metadata.uid === above.uid) return { uid: above.uid, replicas: d.spec?.replicas ?? 1 }
  return { uid: owner.uid, replicas: found.spec?.replicas ?? 1 }
}

/** Evictions that were granted and are still to be seen; `recheckMs` says when the next of them is given up. upstream: buildDisruptedPodMap */
export function stillDisrupted({ status }: PodDisruptionBudget, pods: readonly Pod[], nowMs: number): { disrupted: Record<string, string>; overdue: readonly Pod[]; recheckMs: number | undefined } {
  const disrupted: Record<string, string> = {}
  const overdue: Pod[] = []
  let recheckMs: number | undefined
  for (const p of pods) {
    const at = p.metadata.deletionTimestamp === undefined ? status?.disruptedPods?.[p.metadata.name] : undefined
    if (at === undefined) continue
    const left = parseTime(at) + DELETION_TIMEOUT_MS - nowMs
    if (left <= 0) overdue.push(p)
    else {
      disrupted[p.metadata.name] = at
      recheckMs = Math.min(recheckMs ?? Infinity, left)
    }
  }
  return { disrupted, overdue, recheckMs }
}

/** upstream: countHealthyPods, updatePdbStatus */
export function statusOf(pdb: PodDisruptionBudget, pods: readonly Pod[], { expected, desired }: Expected, disrupted: Readonly<Record<string, string>>, nowMs: number): PodDisruptionBudgetStatus {
  const currentHealthy = pods.filter(p => p.metadata.deletionTimestamp === undefined && disrupted[p.metadata.name] === undefined && isReady(p)).length
  const disruptionsAllowed = expected <= 0 ? 0 : Math.max(0, currentHealthy - desired)
  const enough = disruptionsAllowed > 0
  return {
    observedGeneration: pdb.metadata.generation as number,
    ...(Object.keys(disrupted).length > 0 ? { disruptedPods: { ...disrupted } } : {}),
    disruptionsAllowed,
    currentHealthy,
    desiredHealthy: desired,
    expectedPods: expected,
    conditions: conditionsWith(pdb, enough ? 'True' : 'False', enough ? 'SufficientPods' : 'InsufficientPods', '', nowMs),
  }
}

export function conditionsWith({ metadata, status }: PodDisruptionBudget, value: string, reason: string, message: string, nowMs: number): NonNullable<PodDisruptionBudgetStatus['conditions']> {
  const type = 'DisruptionAllowed'
  const before = status?.conditions ?? []
  const known = before.find(c => c.type === type)
  const lastTransitionTime = known?.status === value ? known.lastTransitionTime : timestamp(nowMs)
  const wished = { type, status: value, observedGeneration: metadata.generation as number, lastTransitionTime, reason, message }
  return known === undefined ? [...before, wished] : before.map(c => (c === known ? wished : c))
}
