/** Keeps pods with names and claims of their own, one after the other. upstream: pkg/controller/statefulset */
import { deepEqual } from '../../base/equal'
import { scaledIntOrPercent } from '../../base/int-or-string'
import { selectorOfObject } from '../../base/label-selector'
import { StatusError, isAlreadyExists, isNotFound } from '../../base/status'
import { defineController, ownedOrSelected, type Context, type ReconcileResult, type Watch } from '../../client/controller'
import { controllerRevision } from '../../kinds/apps/controller-revision/kind'
import { statefulSet } from '../../kinds/apps/stateful-set/kind'
import { pod as podKind } from '../../kinds/core/pod/kind'
import { availableAtMs, isFinished } from '../../kinds/core/pod/state'
import type { ControllerRevision, StatefulSet, StatefulSetStatus } from '../../kinds/schema/types/apps.v1'
import type { Pod, PodTemplateSpec } from '../../kinds/schema/types/core.v1'
import { claimRevisions, dataHash, inOrder, isOfData, newRevision, renumbered, revisionData, revisionName, templateOf, truncate } from '../history/revisions'
import { claimPods } from '../pod-control/pod-control'
import { createClaims, hasStaleClaim, keepClaims } from './claims'
import { isCreated, isGoing, isInRange, isMember, isParallel, isUnavailable, keepsCurrent, newPod, ordinalOf, podName, repaired, replicasOf, revisionOf, runsAvailable, runsReady, startOrdinal } from './identity'

const HASH_LABEL = 'controller.kubernetes.io/hash'

const pods = ownedOrSelected(podKind, statefulSet)

/** What one turn works with. */
interface Turn {
  readonly set: StatefulSet
  readonly current: ControllerRevision
  readonly update: ControllerRevision
  readonly ctx: Context
  readonly nowMs: number
}

export const statefulSetController = defineController<StatefulSet>({
  name: 'statefulset-controller',
  reconciles: statefulSet,
  watches: [pods as Watch<never>],

  async reconcile(set, ctx) {
    const selector = selectorOfObject(set.spec?.selector)
    const revisions = inOrder(await claimRevisions(ctx, statefulSet, set, selector))
    const own = await claimPods(ctx, statefulSet, set, selector, p => isMember(set, p))
    const { current, update, collisionCount } = await findRevisions(set, revisions, ctx)
    const turn: Turn = { set, current, update, ctx, nowMs: ctx.clock.now() }
    const { status, thrown } = await bringUp(turn, own)
    const result = await finish(turn, own, { ...status, collisionCount })
    if (thrown !== undefined) throw thrown
    const used = new Set([current.metadata.name, update.metadata.name, ...own.map(revisionOf)])
    await truncate(ctx, revisions.filter(r => !used.has(r.metadata.name)), set.spec?.revisionHistoryLimit ?? 10)
    return result
  },
})

// ── revisions ───────────────────────────────────────────────────────────────────────────────────────

/** upstream: getStatefulSetRevisions */
async function findRevisions(set: StatefulSet, revisions: readonly ControllerRevision[], ctx: Context): Promise<{ current: ControllerRevision; update: ControllerRevision; collisionCount: number }> {
  const data = revisionData(set.spec?.template as PodTemplateSpec)
  let collisionCount = set.status?.collisionCount ?? 0
  const next = (revisions.at(-1)?.revision ?? 0) + 1
  const equal = revisions.findLast(r => isOfData(r, data))
  let update = equal
  if (equal === undefined) {
    const made = await makeRevision(set, data, next, collisionCount, ctx)
    update = made.revision
    collisionCount = made.collisionCount
  } else if (equal !== revisions.at(-1)) update = await renumbered(ctx, equal, next)
  const current = revisions.find(r => r.metadata.name === set.status?.currentRevision)
  return { current: (current === equal ? update : (current ?? update)) as ControllerRevision, update: update as ControllerRevision, collisionCount }
}

async function makeRevision(set: StatefulSet, data: Record<string, unknown>, number: number, tried: number, { client, lister }: Context): Promise<{ revision: ControllerRevision; collisionCount: number }> {
  // Bounded by the number of revisions there are: each round meets another one.
  for (let collisionCount = tried; ; collisionCount++) {
    const hash = dataHash(data, collisionCount)
    const labels = { ...set.spec?.template.metadata?.labels, [HASH_LABEL]: hash }
    const wished = newRevision(statefulSet, set, { name: revisionName(set.metadata.name, hash), labels, data, revision: number })
    try {
      return { revision: await client.create(controllerRevision, wished), collisionCount }
    } catch (e) {
      if (!isAlreadyExists(e)) throw e
      const there = lister.get(controllerRevision, wished.metadata.name, set.metadata.namespace)
      if (there !== undefined && isOfData(there, data)) return { revision: there, collisionCount }
    }
  }
}

// ── pods ────────────────────────────────────────────────────────────────────────────────────────────

/** Does what may be done now, and tells what was seen. A refusal comes back with the status. upstream: updateStatefulSet */
async function bringUp(turn: Turn, own: readonly Pod[]): Promise<{ status: StatefulSetStatus; thrown?: unknown }> {
  const { set, nowMs } = turn
  const status = statusOf(turn, own)
  if (set.metadata.deletionTimestamp !== undefined) return { status }
  const byOrdinal = new Map(own.map(p => [ordinalOf(p), p]))
  const replicas = Array.from({ length: replicasOf(set) }, (_, i) => byOrdinal.get(startOrdinal(set) + i))
  const condemned = own.filter(p => !isInRange(set, ordinalOf(p))).sort((a, b) => ordinalOf(b) - ordinalOf(a))
  const firstUnavailable = firstMissing(replicas, set, nowMs) ?? condemned.findLast(p => isUnavailable(p, set, nowMs))
  try {
    for (let i = 0; i < replicas.length; i++) if ((await keepReplica(turn, startOrdinal(set) + i, replicas[i])) && !isParallel(set)) return { status }
    for (const p of condemned) await keepClaims(set, p, turn.ctx)
    for (const p of condemned) if ((await condemn(turn, p, firstUnavailable)) && !isParallel(set)) return { status }
    if (set.spec?.updateStrategy?.type !== 'OnDelete') await roll(turn, replicas, status)
    return { status }
  } catch (thrown) {
    return { status, thrown }
  }
}

/** A replica that is missing altogether counts as unavailable, and is no pod. */
function firstMissing(replicas: readonly (Pod | undefined)[], set: StatefulSet, nowMs: number): Pod | 'missing' | undefined {
  const at = replicas.findIndex(p => p === undefined || isUnavailable(p, set, nowMs))
  return at < 0 ? undefined : (replicas[at] ?? 'missing')
}

/** True when an ordered set has to wait for this one. upstream: processReplica */
async function keepReplica(turn: Turn, ordinal: number, p: Pod | undefined): Promise<boolean> {
  const { set, ctx, nowMs } = turn
  if (p === undefined) {
    if (!hasStaleClaim(set, podName(set, ordinal), ctx)) await createReplica(turn, ordinal)
    return true
  }
  if (isFinished(p)) {
    if (!isGoing(p)) await deleteReplica(turn, p)
    return true
  }
  if (p.status?.phase === 'Pending') await createClaims(set, p, ctx)
  if (!isParallel(set) && (isGoing(p) || !runsReady(p) || !runsAvailable(p, set, nowMs))) return true
  const right = repaired(set, p)
  await keepClaims(set, p, ctx)
  if (right !== p) await told(turn, 'Update', p, () => ctx.client.update(podKind, right))
  return false
}

async function createReplica(turn: Turn, ordinal: number): Promise<void> {
  const { set, current, update, ctx } = turn
  const revision = keepsCurrent(set, ordinal) ? current : update
  const p = newPod(set, templateOf(revision), revision.metadata.name, ordinal)
  await createClaims(set, p, ctx)
  await told(turn, 'Create', p, () => ctx.client.create(podKind, p))
}

async function deleteReplica(turn: Turn, p: Pod): Promise<void> {
  try {
    await told(turn, 'Delete', p, () => turn.ctx.client.delete(podKind, p))
  } catch (e) {
    if (!isNotFound(e)) throw e
  }
}

/** upstream: recordPodEvent */
async function told({ set, ctx }: Turn, verb: 'Create' | 'Update' | 'Delete', p: Pod, work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (e) {
    if (e instanceof StatusError && !(verb === 'Create' && isAlreadyExists(e))) await ctx.events.event(set, 'Warning', `Failed${verb}`, `${verb} Pod ${p.metadata.name} in StatefulSet ${set.metadata.name} failed error: ${e.message}`)
    throw e
  }
  await ctx.events.event(set, 'Normal', `Successful${verb}`, `${verb} Pod ${p.metadata.name} in StatefulSet ${set.metadata.name} successful`)
}

/** True when an ordered set has to wait for this one. upstream: processCondemned */
async function condemn(turn: Turn, p: Pod, firstUnavailable: Pod | 'missing' | undefined): Promise<boolean> {
  const { set, nowMs } = turn
  if (isGoing(p)) return true
  if (!isParallel(set) && isUnavailable(p, set, nowMs) && p !== firstUnavailable) return true
  await deleteReplica(turn, p)
  return true
}

/** Takes down the highest pods of another revision, as many as may be missing; the next turns make them anew. */
async function roll(turn: Turn, replicas: readonly (Pod | undefined)[], status: StatefulSetStatus): Promise<void> {
  const { set, update, nowMs } = turn
  const { partition = 0, maxUnavailable } = set.spec?.updateStrategy?.rollingUpdate ?? {}
  const isOld = (p: Pod | undefined): p is Pod => p !== undefined && !isGoing(p) && revisionOf(p) !== update.metadata.name
  const lacks = (p: Pod | undefined): boolean => p === undefined || isUnavailable(p, set, nowMs)
  const takeDown = async (p: Pod): Promise<void> => {
    await deleteReplica(turn, p)
    if (revisionOf(p) === turn.current.metadata.name) status.currentReplicas = (status.currentReplicas ?? 0) - 1
  }
  const partitioned = replicas.slice(Math.min(partition, replicas.length)).reverse()
  if (maxUnavailable === undefined) {
    // One at a time; what does not serve is waited for, unless it is what has to go.
    for (const p of partitioned) {
      if (isOld(p)) return takeDown(p)
      if (lacks(p)) return
    }
    return
  }
  const allowed = Math.max(1, scaledIntOrPercent(maxUnavailable, replicas.length, false))
  const room = allowed - replicas.filter(lacks).length
  for (const p of partitioned.filter(isOld).slice(0, Math.max(0, room))) await takeDown(p)
}

// ── status ──────────────────────────────────────────────────────────────────────────────────────────

/** upstream: updateStatus */
export function statusOf({ set, current, update, nowMs }: Pick<Turn, 'set' | 'current' | 'update' | 'nowMs'>, own: readonly Pod[]): StatefulSetStatus {
  const staying = own.filter(p => isCreated(p) && !isGoing(p))
  return {
    observedGeneration: set.metadata.generation as number,
    replicas: own.filter(isCreated).length,
    readyReplicas: own.filter(runsReady).length,
    availableReplicas: own.filter(p => runsAvailable(p, set, nowMs)).length,
    currentReplicas: staying.filter(p => revisionOf(p) === current.metadata.name).length,
    updatedReplicas: staying.filter(p => revisionOf(p) === update.metadata.name).length,
    currentRevision: current.metadata.name,
    updateRevision: update.metadata.name,
  }
}

/** The update is through once every pod is of it and serves. upstream: completeRollingUpdate */
export function completed(set: StatefulSet, status: StatefulSetStatus): StatefulSetStatus {
  const { updatedReplicas, replicas, readyReplicas } = status
  if (set.spec?.updateStrategy?.type !== 'RollingUpdate' || updatedReplicas !== replicas || readyReplicas !== replicas || replicas !== replicasOf(set)) return status
  return { ...status, currentReplicas: updatedReplicas, currentRevision: status.updateRevision as string }
}

async function finish({ set, ctx, nowMs }: Turn, own: readonly Pod[], seen: StatefulSetStatus): Promise<ReconcileResult | void> {
  const status: StatefulSetStatus = { ...completed(set, seen) }
  // omitempty: Go leaves a zero out.
  for (const field of ['readyReplicas', 'currentReplicas', 'updatedReplicas'] as const) if ((status[field] ?? 0) <= 0) delete status[field]
  if (!deepEqual(status, set.status)) await ctx.client.update(statefulSet, { ...set, status }, { subresource: 'status' })
  const next = own.map(p => availableAtMs(p, set.spec?.minReadySeconds ?? 0, nowMs)).filter(t => t !== undefined)
  if (next.length > 0) return { requeueAfterMs: Math.min(...next) - nowMs }
}
