/** Which daemon pods make way for their successors now. Pure. upstream: pkg/controller/daemon/update.go rollingUpdate */
import { scaledIntOrPercent } from '../../base/int-or-string'
import { isAvailable, isReady } from '../../kinds/core/pod/state'
import type { DaemonSet } from '../../kinds/schema/types/apps.v1'
import type { Pod } from '../../kinds/schema/types/core.v1'
import { isOfHash } from './nodes'

export interface Steps {
  readonly remove: readonly Pod[]
  /** Nodes that get a pod more. */
  readonly add: readonly string[]
}

export interface Situation {
  readonly ds: DaemonSet
  readonly hash: string
  /** Pods by node. */
  readonly byNode: ReadonlyMap<string, readonly Pod[]>
  /** Nodes that should run one. */
  readonly desired: number
  readonly nowMs: number
}

const isGoing = (p: Pod): boolean => p.metadata.deletionTimestamp !== undefined

/** How many nodes may be without, or have one more. Never neither. */
export function allowances(ds: DaemonSet, desired: number): { unavailable: number; surge: number } {
  const { maxUnavailable = 1, maxSurge = 0 } = ds.spec?.updateStrategy?.rollingUpdate ?? {}
  const surge = scaledIntOrPercent(maxSurge, desired, true)
  const unavailable = scaledIntOrPercent(maxUnavailable, desired, true)
  return desired > 0 && surge === 0 && unavailable === 0 ? { surge, unavailable: 1 } : { surge, unavailable }
}

export const allowsSurge = (ds: DaemonSet): boolean => ds.spec?.updateStrategy?.type === 'RollingUpdate' && allowances(ds, 1).surge > 0

/** The pod of the new template and that of an old one; undefined when there are several of either. upstream: findUpdatedPodsOnNode */
function pair(pods: readonly Pod[], hash: string): { fresh?: Pod | undefined; old?: Pod | undefined } | undefined {
  const staying = pods.filter(p => !isGoing(p))
  const fresh = staying.filter(p => isOfHash(p, hash))
  const old = staying.filter(p => !isOfHash(p, hash))
  return fresh.length > 1 || old.length > 1 ? undefined : { fresh: fresh[0], old: old[0] }
}

export function rollingSteps(situation: Situation): Steps {
  const { ds, desired } = situation
  const { surge, unavailable } = allowances(ds, desired)
  return surge === 0 ? replacing(situation, unavailable) : surging(situation, surge)
}

/** An old pod goes before its successor comes; those that serve nobody cost nothing. */
function replacing({ ds, hash, byNode, nowMs }: Situation, maxUnavailable: number): Steps {
  const free: Pod[] = []
  const candidates: Pod[] = []
  let missing = 0
  for (const pods of byNode.values()) {
    const both = pair(pods, hash)
    const available = (p: Pod): boolean => isAvailable(p, ds.spec?.minReadySeconds ?? 0, nowMs)
    // Two, or none: the node is being put in order.
    if (both === undefined || (both.fresh === undefined) === (both.old === undefined)) missing++
    else if (both.fresh !== undefined) missing += available(both.fresh) ? 0 : 1
    else if (both.old !== undefined && !available(both.old)) {
      free.push(both.old)
      missing++
    } else if (both.old !== undefined) candidates.push(both.old)
  }
  return { remove: [...free, ...candidates.slice(0, Math.max(0, maxUnavailable - missing))], add: [] }
}

/** The successor comes first. */
function surging({ ds, hash, byNode, nowMs }: Situation, maxSurge: number): Steps {
  const remove: Pod[] = []
  const free: string[] = []
  const candidates: string[] = []
  let surging = 0
  for (const [node, pods] of byNode) {
    const both = pair(pods, hash)
    const available = (p: Pod): boolean => isAvailable(p, ds.spec?.minReadySeconds ?? 0, nowMs)
    if (both === undefined) surging++
    else if (both.old === undefined) continue
    else if (both.fresh === undefined) (available(both.old) ? candidates : free).push(node)
    else {
      surging++
      if (available(both.fresh)) remove.push(both.old)
    }
  }
  return { remove, add: [...free, ...candidates.slice(0, Math.max(0, maxSurge - surging))] }
}

/** What is one too many on a node: all but the oldest, and with surge also the oldest of the new ones while it becomes available. upstream: podsShouldBeOnNode */
export function surplus({ ds, hash, nowMs }: Omit<Situation, 'byNode' | 'desired'>, running: readonly Pod[]): readonly Pod[] {
  if (running.length <= 1) return []
  const sorted = [...running].sort(byAge)
  if (!allowsSurge(ds)) return sorted.slice(1)
  const fresh = sorted.find(p => isOfHash(p, hash))
  const old = sorted.find(p => !isOfHash(p, hash))
  const rest = sorted.filter(p => p !== fresh && p !== old)
  const replaced = fresh !== undefined && old !== undefined && (!isReady(old) || isAvailable(fresh, ds.spec?.minReadySeconds ?? 0, nowMs))
  return replaced ? [...rest, old as Pod] : rest
}

/** Bound pods first, then older ones. upstream: podByCreationTimestampAndPhase */
export function byAge(a: Pod, b: Pod): number {
  const bound = Number((b.spec.nodeName ?? '') !== '') - Number((a.spec.nodeName ?? '') !== '')
  if (bound !== 0) return bound
  const text = (p: Pod): string => `${p.metadata.creationTimestamp ?? ''} ${p.metadata.name}`
  return text(a) < text(b) ? -1 : 1
}
