/** Which pods go first when there are too many. upstream: pkg/controller/controller_utils.go ActivePodsWithRanks */
import { parseTime } from '../../base/clock'
import { isActive, isReady, podCondition, restartsOf } from '../../kinds/core/pod/state'
import type { Pod } from '../../kinds/schema/types/core.v1'

const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost'
const PHASE_ORDER: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 }

/** The `count` pods of `pods` to delete; `related` are all pods of the same owner's owner, for spreading over nodes. */
export function victims(pods: readonly Pod[], related: readonly Pod[], count: number, nowMs: number): Pod[] {
  if (count >= pods.length) return [...pods]
  const perNode = new Map<string, number>()
  for (const p of related) if (isActive(p)) perNode.set(p.spec.nodeName ?? '', (perNode.get(p.spec.nodeName ?? '') ?? 0) + 1)
  const rank = (p: Pod): number => perNode.get(p.spec.nodeName ?? '') ?? 0
  return [...pods].sort((a, b) => compare(a, b, rank, nowMs)).slice(0, count)
}

function compare(a: Pod, b: Pod, rank: (p: Pod) => number, nowMs: number): number {
  const unassigned = Number((a.spec.nodeName ?? '') !== '') - Number((b.spec.nodeName ?? '') !== '')
  if (unassigned !== 0) return unassigned
  const phase = phaseOf(a) - phaseOf(b)
  if (phase !== 0) return phase
  const ready = Number(isReady(a)) - Number(isReady(b))
  if (ready !== 0) return ready
  const cost = costOf(a) - costOf(b)
  if (cost !== 0) return cost
  const crowded = rank(b) - rank(a)
  if (crowded !== 0) return crowded
  if (isReady(a) && isReady(b)) {
    const since = byAge(readySinceMs(a), readySinceMs(b), a, b, nowMs)
    if (since !== 0) return since
  }
  const restarts = restartsOf(b) - restartsOf(a)
  if (restarts !== 0) return restarts
  return byAge(parseTime(a.metadata.creationTimestamp), parseTime(b.metadata.creationTimestamp), a, b, nowMs)
}

const phaseOf = (p: Pod): number => PHASE_ORDER[p.status?.phase ?? 'Pending'] ?? 0
const readySinceMs = (p: Pod): number => parseTime(podCondition(p, 'Ready')?.lastTransitionTime)

function costOf(p: Pod): number {
  const text = p.metadata.annotations?.[DELETION_COST]
  return text !== undefined && /^(0|-?[1-9][0-9]{0,9}|\+[1-9][0-9]*)$/.test(text) ? Number(text) : 0
}

/** Younger first, by powers of two of the age; alike ages are told apart by uid, so that a choice is neither fixed nor random. */
function byAge(a: number, b: number, x: Pod, y: Pod, nowMs: number): number {
  if (Number.isNaN(a) !== Number.isNaN(b)) return Number.isNaN(a) ? -1 : 1
  const difference = magnitude(nowMs - a) - magnitude(nowMs - b)
  if (difference !== 0) return difference
  const [u, v] = [x.metadata.uid as string, y.metadata.uid as string]
  return u < v ? -1 : u > v ? 1 : 0
}

/** upstream: logarithmicRankDiff counts in powers of two of nanoseconds. */
const magnitude = (ageMs: number): number => (ageMs > 0 ? Math.floor(Math.log2(ageMs * 1e6)) : 0)
