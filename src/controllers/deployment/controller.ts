/** Moves a Deployment from the pods it has to the pods it asks for, set by set. upstream: pkg/controller/deployment */
import { deepEqual } from '../../base/equal'
import { ignoringNotFound } from '../../base/status'
import { defineController, ownedOrSelected, type Context, type ReconcileResult, type Watch } from '../../client/controller'
import { deployment } from '../../kinds/apps/deployment/kind'
import { replicaSet } from '../../kinds/apps/replica-set/kind'
import { pod } from '../../kinds/core/pod/kind'
import { isFinished } from '../../kinds/core/pod/state'
import { controllerOf } from '../../kinds/kind'
import type { Deployment, DeploymentStatus, ReplicaSet } from '../../kinds/schema/types/apps.v1'
import type { Pod } from '../../kinds/schema/types/core.v1'
import { byCreation, byRevision, bySizeNewer, bySizeOlder, desired, desiredAnnotation, isActiveSet, isRolling, maxSurge, maxUnavailable, newSetReplicas, proportion, replicasOf, sumReplicas, sumStatus } from './arithmetic'
import { allSets, claimSets, findSets, scaleSet, type Rollout } from './sets'
import { condition, conditionOf, hasDeadline, isComplete, rolloutStatus, statusOf, untilDeadlineMs, withCondition } from './status'

/** Recreate waits for the last old pod to go. */
const goingPods: Watch<Pod> = {
  kind: pod,
  *keys({ type, object }, lister) {
    if (type !== 'DELETED') return
    const owner = controllerOf(object)
    const rs = owner?.kind === 'ReplicaSet' ? lister.get(replicaSet, owner.name, object.metadata.namespace) : undefined
    const d = rs === undefined ? undefined : controllerOf(rs)
    if (d?.kind === 'Deployment') yield `${object.metadata.namespace}/${d.name}`
  },
}

export const deploymentController = defineController<Deployment>({
  name: 'deployment-controller',
  reconciles: deployment,
  watches: [ownedOrSelected(replicaSet, deployment) as Watch<never>, goingPods as Watch<never>],

  async reconcile(object, ctx) {
    if (object.spec?.selector === undefined) return
    const sets = await claimSets(object, ctx)
    if (object.metadata.deletionTimestamp !== undefined) return writeStatus(await findSets(object, sets, false, ctx), plainStatus, ctx)
    const d = await notePause(object, ctx)
    if (d.spec?.paused === true) return resize(d, sets, ctx)
    const rollout = await findSets(d, sets, false, ctx)
    if (isScalingEvent(rollout)) return resize(rollout.d, allSets(rollout), ctx)
    return isRolling(rollout.d) ? roll(rollout, ctx) : recreate(rollout, ctx)
  },
})

const plainStatus = ({ d, ...rollout }: Rollout, nowMs: number): DeploymentStatus => statusOf(d, allSets({ d, ...rollout }), rollout.newSet, nowMs)
const progressStatus = ({ d, ...rollout }: Rollout, nowMs: number): DeploymentStatus => rolloutStatus(d, allSets({ d, ...rollout }), rollout.newSet, nowMs)

async function writeStatus(rollout: Rollout, compute: (r: Rollout, nowMs: number) => DeploymentStatus, { client, clock }: Context): Promise<ReconcileResult> {
  const nowMs = clock.now()
  const status = compute(rollout, nowMs)
  if (!deepEqual(status, rollout.d.status)) await client.update(deployment, { ...rollout.d, status }, { subresource: 'status' })
  return { requeueAfterMs: untilDeadlineMs(rollout.d, status, nowMs) }
}

/** upstream: checkPausedConditions */
async function notePause(d: Deployment, { client, clock }: Context): Promise<Deployment> {
  const current = conditionOf(d.status, 'Progressing')
  if (!hasDeadline(d) || current?.reason === 'ProgressDeadlineExceeded') return d
  const paused = d.spec?.paused === true
  if (paused === (current?.reason === 'DeploymentPaused')) return d
  const wished = paused ? condition('Progressing', 'Unknown', 'DeploymentPaused', 'Deployment is paused', clock.now()) : condition('Progressing', 'Unknown', 'DeploymentResumed', 'Deployment is resumed', clock.now())
  return client.update(deployment, { ...d, status: withCondition(d.status ?? {}, wished) }, { subresource: 'status' })
}

/** Sets were last sized for another number of replicas. */
function isScalingEvent(rollout: Rollout): boolean {
  return allSets(rollout).some(rs => {
    const before = isActiveSet(rs) ? desiredAnnotation(rs) : undefined
    return before !== undefined && before !== desired(rollout.d)
  })
}

/** Sizes the sets without rolling out: after `scale`, and while paused. upstream: sync */
async function resize(d: Deployment, sets: readonly ReplicaSet[], ctx: Context): Promise<ReconcileResult> {
  const rollout = await findSets(d, sets, false, ctx)
  await scale(rollout, ctx)
  if (d.spec?.paused === true) await cleanUp(rollout, ctx)
  return writeStatus(rollout, plainStatus, ctx)
}

async function scale(rollout: Rollout, ctx: Context): Promise<void> {
  const { d, newSet } = rollout
  const only = activeOrLatest(rollout)
  if (only !== undefined) {
    if (replicasOf(only) !== desired(d)) await scaleSet(rollout, only, desired(d), ctx)
    return
  }
  if (newSet !== undefined && replicasOf(newSet) === desired(d) && desiredAnnotation(newSet) === desired(d) && (newSet.status?.availableReplicas ?? 0) === desired(d)) {
    for (const rs of rollout.oldSets.filter(isActiveSet)) await scaleSet(rollout, rs, 0, ctx)
    return
  }
  if (isRolling(d)) await scaleInProportion(rollout, ctx)
}

/** The single active set, or the newest when none is; undefined with several. upstream: FindActiveOrLatest */
function activeOrLatest(rollout: Rollout): ReplicaSet | undefined {
  const active = allSets(rollout).filter(isActiveSet)
  if (active.length > 1) return undefined
  return active[0] ?? rollout.newSet ?? [...rollout.oldSets].sort(byCreation).at(-1)
}

async function scaleInProportion(rollout: Rollout, ctx: Context): Promise<void> {
  const { d } = rollout
  const active = allSets(rollout).filter(isActiveSet)
  const allowed = desired(d) > 0 ? desired(d) + maxSurge(d) : 0
  const toAdd = allowed - sumReplicas(active)
  const sets = active.sort(toAdd > 0 ? bySizeNewer : bySizeOlder)
  let added = 0
  const sizes = sets.map(rs => {
    const share = toAdd === 0 ? 0 : proportion(rs, d, toAdd, added)
    added += share
    return replicasOf(rs) + share
  })
  if (toAdd !== 0 && sizes.length > 0) sizes[0] = Math.max(0, (sizes[0] as number) + toAdd - added)
  for (const [i, rs] of sets.entries()) await scaleSet(rollout, rs, sizes[i] as number, ctx)
}

// ── rolling update ────────────────────────────────────────────────────────────────────────────────

async function roll(found: Rollout, ctx: Context): Promise<ReconcileResult> {
  const rollout = found.newSet === undefined ? await findSets(found.d, allSets(found), true, ctx) : found
  if (!(await growNew(rollout, ctx)) && !(await shrinkOld(rollout, ctx)) && isComplete(rollout.d, rollout.d.status)) await cleanUp(rollout, ctx)
  return writeStatus(rollout, progressStatus, ctx)
}

/** upstream: reconcileNewReplicaSet */
async function growNew(rollout: Rollout, ctx: Context): Promise<boolean> {
  const { d, newSet } = rollout
  if (newSet === undefined || replicasOf(newSet) === desired(d)) return false
  const to = replicasOf(newSet) > desired(d) ? desired(d) : newSetReplicas(d, allSets(rollout), newSet)
  if (to === replicasOf(newSet)) return false
  await scaleSet(rollout, newSet, to, ctx)
  return true
}

/** upstream: reconcileOldReplicaSets */
async function shrinkOld(rollout: Rollout, ctx: Context): Promise<boolean> {
  const { d, newSet } = rollout
  if (sumReplicas(rollout.oldSets) === 0) return false
  const minAvailable = desired(d) - maxUnavailable(d)
  const newUnavailable = newSet === undefined ? 0 : replicasOf(newSet) - (newSet.status?.availableReplicas ?? 0)
  const most = sumReplicas(allSets(rollout)) - minAvailable - newUnavailable
  if (most <= 0) return false
  const unhealthy = await shrinkUnhealthy(rollout, most, ctx)
  const healthy = await shrinkHealthy(rollout, minAvailable, ctx)
  return unhealthy + healthy > 0
}

/** Pods that serve nobody go first: they cost no availability. upstream: cleanupUnhealthyReplicas */
async function shrinkUnhealthy(rollout: Rollout, most: number, ctx: Context): Promise<number> {
  let done = 0
  for (const rs of rollout.oldSets.filter(isActiveSet).sort(byCreation)) {
    if (done >= most) break
    const unhealthy = replicasOf(rs) - (rs.status?.availableReplicas ?? 0)
    if (unhealthy <= 0) continue
    const n = Math.min(most - done, unhealthy)
    await scaleSet(rollout, rs, replicasOf(rs) - n, ctx)
    done += n
  }
  return done
}

/** upstream: scaleDownOldReplicaSetsForRollingUpdate */
async function shrinkHealthy(rollout: Rollout, minAvailable: number, ctx: Context): Promise<number> {
  const most = sumStatus(allSets(rollout), 'availableReplicas') - minAvailable
  let done = 0
  for (const rs of rollout.oldSets.filter(isActiveSet).sort(byCreation)) {
    if (done >= most) break
    const n = Math.min(replicasOf(rs), most - done)
    await scaleSet(rollout, rs, replicasOf(rs) - n, ctx)
    done += n
  }
  return done
}

// ── recreate ──────────────────────────────────────────────────────────────────────────────────────

async function recreate(found: Rollout, ctx: Context): Promise<ReconcileResult> {
  let rollout = found
  const active = rollout.oldSets.filter(isActiveSet)
  for (const rs of active) await scaleSet(rollout, rs, 0, ctx)
  if (active.length > 0 || oldPodsRun(rollout, ctx)) return writeStatus(rollout, progressStatus, ctx)
  if (rollout.newSet === undefined) rollout = await findSets(rollout.d, allSets(rollout), true, ctx)
  if (rollout.newSet !== undefined && replicasOf(rollout.newSet) !== desired(rollout.d)) await scaleSet(rollout, rollout.newSet, desired(rollout.d), ctx)
  if (isComplete(rollout.d, rollout.d.status)) await cleanUp(rollout, ctx)
  return writeStatus(rollout, progressStatus, ctx)
}

function oldPodsRun({ oldSets }: Rollout, { lister }: Context): boolean {
  return sumStatus(oldSets, 'replicas') > 0 || oldSets.some(rs => lister.byIndex(pod, 'owner', rs.metadata.uid as string).some(p => !isFinished(p)))
}

/** Deletes the oldest sets beyond the history limit. upstream: cleanupDeployment */
async function cleanUp({ d, oldSets }: Rollout, { client }: Context): Promise<void> {
  const limit = d.spec?.revisionHistoryLimit
  if (limit === undefined) return
  const alive = oldSets.filter(rs => rs.metadata.deletionTimestamp === undefined).sort(byRevision)
  for (const rs of alive.slice(0, Math.max(0, alive.length - limit))) {
    if ((rs.status?.replicas ?? 0) !== 0 || replicasOf(rs) !== 0 || (rs.metadata.generation ?? 0) > (rs.status?.observedGeneration ?? 0)) continue
    await ignoringNotFound(client.delete(replicaSet, rs))
  }
}
