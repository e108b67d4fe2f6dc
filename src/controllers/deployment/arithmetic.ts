/** Numbers of a rollout: fence posts, proportions, revisions. Pure. upstream: pkg/controller/deployment/util/deployment_util.go */
import { scaledIntOrPercent } from '../../base/int-or-string'
import { parseTime } from '../../base/clock'
import type { Deployment, ReplicaSet } from '../../kinds/schema/types/apps.v1'

export const REVISION = 'deployment.kubernetes.io/revision'
export const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history'
export const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas'
export const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas'

export const replicasOf = (rs: ReplicaSet | undefined): number => rs?.spec?.replicas ?? 0
export const desired = (d: Deployment): number => d.spec?.replicas ?? 1
export const isRolling = (d: Deployment): boolean => d.spec?.strategy?.type !== 'Recreate'
export const isActiveSet = (rs: ReplicaSet): boolean => replicasOf(rs) > 0

export const sumReplicas = (sets: readonly ReplicaSet[]): number => sets.reduce((n, rs) => n + replicasOf(rs), 0)
export const sumStatus = (sets: readonly ReplicaSet[], field: 'replicas' | 'readyReplicas' | 'availableReplicas' | 'terminatingReplicas'): number => sets.reduce((n, rs) => n + (rs.status?.[field] ?? 0), 0)

/** maxSurge and maxUnavailable as pods; never both 0, or nothing could move. upstream: ResolveFenceposts */
export function fencePosts(d: Deployment): { surge: number; unavailable: number } {
  if (!isRolling(d)) return { surge: 0, unavailable: 0 }
  const { maxSurge = 0, maxUnavailable = 0 } = d.spec?.strategy?.rollingUpdate ?? {}
  const surge = scaledIntOrPercent(maxSurge, desired(d), true)
  const unavailable = scaledIntOrPercent(maxUnavailable, desired(d), false)
  return surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable }
}

export const maxSurge = (d: Deployment): number => fencePosts(d).surge

export function maxUnavailable(d: Deployment): number {
  if (!isRolling(d) || desired(d) === 0) return 0
  return Math.min(fencePosts(d).unavailable, desired(d))
}

/** How large the new set may be now. upstream: NewRSNewReplicas */
export function newSetReplicas(d: Deployment, sets: readonly ReplicaSet[], newSet: ReplicaSet): number {
  if (!isRolling(d)) return desired(d)
  const room = desired(d) + maxSurge(d) - sumReplicas(sets)
  if (room <= 0) return replicasOf(newSet)
  return replicasOf(newSet) + Math.min(room, desired(d) - replicasOf(newSet))
}

function annotatedNumber(rs: ReplicaSet, name: string): number | undefined {
  const text = rs.metadata.annotations?.[name]
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined
}
export const desiredAnnotation = (rs: ReplicaSet): number | undefined => annotatedNumber(rs, DESIRED_REPLICAS)

/** A set's share of `toAdd` pods while a rollout is in between. upstream: GetReplicaSetProportion */
export function proportion(rs: ReplicaSet, d: Deployment, toAdd: number, added: number): number {
  if (replicasOf(rs) === 0 || toAdd === 0 || added === toAdd) return 0
  const share = fraction(rs, d)
  const allowed = toAdd - added
  return toAdd > 0 ? Math.min(share, allowed) : Math.max(share, allowed)
}

function fraction(rs: ReplicaSet, d: Deployment): number {
  if (desired(d) === 0) return -replicasOf(rs)
  const before = annotatedNumber(rs, MAX_REPLICAS) ?? d.status?.replicas ?? 0
  if (before === 0) return 0
  return Math.round((replicasOf(rs) * (desired(d) + maxSurge(d))) / before) - replicasOf(rs)
}

export function revisionOf(o: ReplicaSet | Deployment): number {
  const n = Number(o.metadata.annotations?.[REVISION] ?? 0)
  return Number.isSafeInteger(n) ? n : 0
}
export const maxRevision = (sets: readonly ReplicaSet[]): number => sets.reduce((n, rs) => Math.max(n, revisionOf(rs)), 0)

export const byCreation = (a: ReplicaSet, b: ReplicaSet): number =>
  parseTime(a.metadata.creationTimestamp) - parseTime(b.metadata.creationTimestamp) || (a.metadata.name < b.metadata.name ? -1 : 1)
export const byRevision = (a: ReplicaSet, b: ReplicaSet): number => revisionOf(a) - revisionOf(b) || byCreation(a, b)
export const bySizeNewer = (a: ReplicaSet, b: ReplicaSet): number => replicasOf(b) - replicasOf(a) || -byCreation(a, b)
export const bySizeOlder = (a: ReplicaSet, b: ReplicaSet): number => replicasOf(b) - replicasOf(a) || byCreation(a, b)
