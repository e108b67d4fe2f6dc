/** Keeps a pod of one template on every node that it may run on. upstream: pkg/controller/daemon */
import { deepEqual, semanticEqual } from '../../base/equal'
import { selectorOfObject } from '../../base/label-selector'
import { StatusError, isAlreadyExists } from '../../base/status'
import { defineController, ownedOrSelected, type Context, type ReconcileResult, type Watch } from '../../client/controller'
import { controllerRevision } from '../../kinds/apps/controller-revision/kind'
import { daemonSet } from '../../kinds/apps/daemon-set/kind'
import { node as nodeKind } from '../../kinds/core/node/kind'
import { pod as podKind } from '../../kinds/core/pod/kind'
import { availableAtMs, isAvailable, isFinished, isReady } from '../../kinds/core/pod/state'
import { keyOf } from '../../kinds/kind'
import type { ControllerRevision, DaemonSet, DaemonSetStatus } from '../../kinds/schema/types/apps.v1'
import type { Node, Pod, PodTemplateSpec } from '../../kinds/schema/types/core.v1'
import { claimRevisions, inOrder, isOfData, newRevision, POD_REVISION, renumbered, revisionData, truncate } from '../history/revisions'
import { claimPods, createPod, deletePod, isNamespaceTerminating } from '../pod-control/pod-control'
import { templateHash } from '../pod-control/template-hash'
import { isOfHash, nodeOf, placementOn, podFor } from './nodes'
import { byAge, rollingSteps, surplus } from './update'

/** Pods created or deleted in one reconcile at most. upstream: BurstReplicas */
const BURST = 250
/** A pod that failed again is replaced later each time. upstream: failedPodsBackoff */
const BACKOFF_FIRST_MS = 1000
const BACKOFF_MOST_MS = 15 * 60_000

const pods = ownedOrSelected(podKind, daemonSet)

/** Nodes that come, go, or change in what decides about placement. */
const nodes: Watch<Node> = {
  kind: nodeKind,
  *keys({ type, object, previous }, lister) {
    if (type === 'MODIFIED' && previous !== undefined && semanticEqual(object.spec?.taints, previous.spec?.taints) && semanticEqual(object.metadata.labels, previous.metadata.labels)) return
    for (const ds of lister.list(daemonSet)) {
      const [now, before] = [placementOn(ds, object), previous === undefined ? undefined : placementOn(ds, previous)]
      if (type !== 'MODIFIED' ? now.mayStay : now !== before) yield keyOf(ds)
    }
  },
}

interface Turn {
  readonly ds: DaemonSet
  readonly hash: string
  readonly byNode: ReadonlyMap<string, readonly Pod[]>
  readonly nodes: readonly Node[]
  readonly nowMs: number
  readonly ctx: Context
}

export const daemonSetController = defineController<DaemonSet>({
  name: 'daemonset-controller',
  reconciles: daemonSet,
  watches: [pods as Watch<never>, nodes as Watch<never>],

  async reconcile(ds, ctx) {
    const selector = selectorOfObject(ds.spec?.selector)
    if (selector.requirements.length === 0) return ctx.events.event(ds, 'Warning', 'SelectingAll', 'This daemon set is selecting all pods. A non-empty selector is required.')
    // A set on its way out makes nothing, and its pods have another owner soon.
    if (ds.metadata.deletionTimestamp !== undefined) return
    const { current, old } = await findRevisions(ds, ctx)
    const hash = current.metadata.labels?.[POD_REVISION] as string
    const own = await claimPods(ctx, daemonSet, ds, selector)
    const turn: Turn = { ds, hash, byNode: groupByNode(own), nodes: ctx.lister.list(nodeKind), nowMs: ctx.clock.now(), ctx }
    let thrown: unknown
    let wait: number | undefined
    try {
      wait = await bringUp(turn)
      const live = new Set(own.map(p => p.metadata.labels?.[POD_REVISION]))
      const unused = old.filter(r => !live.has(r.metadata.labels?.[POD_REVISION]))
      const limit = ds.spec?.revisionHistoryLimit ?? 10
      await truncate(ctx, unused, Math.max(0, limit - (old.length - unused.length)))
    } catch (e) {
      thrown = e
    }
    const result = await writeStatus(turn, wait)
    if (thrown !== undefined) throw thrown
    return result
  },

  async vanished(key, { memory }) {
    memory.delete(key)
  },
})

/** Finished pods that are being deleted are as good as gone. upstream: getNodesToDaemonPods */
function groupByNode(own: readonly Pod[]): Map<string, Pod[]> {
  const byNode = new Map<string, Pod[]>()
  for (const p of own) {
    const name = isFinished(p) && p.metadata.deletionTimestamp !== undefined ? undefined : nodeOf(p)
    if (name === undefined) continue
    const there = byNode.get(name)
    if (there === undefined) byNode.set(name, [p])
    else there.push(p)
  }
  return byNode
}

// ── revisions ───────────────────────────────────────────────────────────────────────────────────────

/** upstream: constructHistory */
async function findRevisions(ds: DaemonSet, ctx: Context): Promise<{ current: ControllerRevision; old: readonly ControllerRevision[] }> {
  const data = revisionData(ds.spec?.template as PodTemplateSpec)
  const all = inOrder(await claimRevisions(ctx, daemonSet, ds, selectorOfObject(ds.spec?.selector)))
  const same = all.filter(r => isOfData(r, data))
  const old = all.filter(r => !same.includes(r))
  const next = (old.at(-1)?.revision ?? 0) + 1
  const known = same.at(-1)
  if (known === undefined) return { current: await makeRevision(ds, data, next, ctx), old }
  return { current: known.revision < next ? await renumbered(ctx, known, next) : known, old }
}

/** upstream: snapshot */
async function makeRevision(ds: DaemonSet, data: Record<string, unknown>, revision: number, { client, lister }: Context): Promise<ControllerRevision> {
  const hash = templateHash(ds.spec?.template as PodTemplateSpec, ds.status?.collisionCount)
  const labels = { ...ds.spec?.template.metadata?.labels, [POD_REVISION]: hash }
  const wished = newRevision(daemonSet, ds, { name: `${ds.metadata.name}-${hash}`, labels, data, revision })
  try {
    return await client.create(controllerRevision, wished)
  } catch (e) {
    if (!isAlreadyExists(e)) throw e
    const there = lister.get(controllerRevision, wished.metadata.name, ds.metadata.namespace)
    if (there !== undefined && isOfData(there, data)) return there
    // Another template has this hash: the next try adds the count to it.
    await client.update(daemonSet, { ...ds, status: { ...ds.status, collisionCount: (ds.status?.collisionCount ?? 0) + 1 } as DaemonSetStatus }, { subresource: 'status' })
    throw e
  }
}

// ── pods ────────────────────────────────────────────────────────────────────────────────────────────

/** Returns after how long a failed pod may be replaced, in ms. upstream: manage, updateDaemonSet */
async function bringUp(turn: Turn): Promise<number | undefined> {
  const { ds, byNode, nodes: all } = turn
  const add: string[] = []
  const remove: Pod[] = []
  let wait: number | undefined
  for (const node of all) {
    const { shouldRun, mayStay } = placementOn(ds, node)
    const there = byNode.get(node.metadata.name)
    if (there === undefined) {
      if (shouldRun) add.push(node.metadata.name)
    } else if (!mayStay) remove.push(...there.filter(p => p.metadata.deletionTimestamp === undefined))
    else {
      const judged = await judge(turn, node.metadata.name, there)
      remove.push(...judged.remove)
      if (judged.waitMs !== undefined) wait = Math.min(wait ?? Infinity, judged.waitMs)
    }
  }
  remove.push(...onMissingNodes(turn))
  if (add.length > 0 || remove.length > 0) await write(turn, add, remove)
  else if (ds.spec?.updateStrategy?.type === 'RollingUpdate') {
    const desired = all.filter(n => placementOn(ds, n).shouldRun).length
    const steps = rollingSteps({ ...turn, desired })
    await write(turn, steps.add, steps.remove)
  }
  return wait
}

/** Pods that were meant for a node that is no more, and never bound. upstream: getUnscheduledPodsWithoutNode */
function onMissingNodes({ byNode, ctx }: Turn): Pod[] {
  const lost: Pod[] = []
  for (const [name, there] of byNode) {
    const waiting = there.filter(p => (p.spec.nodeName ?? '') === '' && p.metadata.deletionTimestamp === undefined)
    if (waiting.length > 0 && ctx.lister.get(nodeKind, name) === undefined) lost.push(...waiting)
  }
  return lost
}

interface Backoff { [node: string]: { ms: number; atMs: number } }

/** Which pods of a node have to go: ended ones, and those too many. */
async function judge(turn: Turn, node: string, there: readonly Pod[]): Promise<{ remove: readonly Pod[]; waitMs?: number }> {
  const { ds, ctx, nowMs } = turn
  const remove: Pod[] = []
  const running: Pod[] = []
  let waitMs: number | undefined
  for (const p of there) {
    if (p.metadata.deletionTimestamp !== undefined) continue
    const where = `daemon pod ${p.metadata.namespace}/${p.metadata.name} on node ${node}`
    if (p.status?.phase === 'Failed') {
      waitMs = backOff(turn, node)
      if (waitMs !== undefined) continue
      await ctx.events.event(ds, 'Warning', 'FailedDaemonPod', `Found failed ${where}, will try to kill it`)
      remove.push(p)
    } else if (p.status?.phase === 'Succeeded') {
      await ctx.events.event(ds, 'Normal', 'SucceededDaemonPod', `Found succeeded ${where}, will try to delete it`)
      remove.push(p)
    } else running.push(p)
  }
  remove.push(...surplus({ ds, hash: turn.hash, nowMs }, running))
  return waitMs === undefined ? { remove } : { remove, waitMs }
}

/** How long the next failed pod of a node has to wait; undefined, and longer the next time, when it need not. */
function backOff({ ds, ctx: { memory }, nowMs }: Turn, node: string): number | undefined {
  const all = memory.get<Backoff>(keyOf(ds)) ?? {}
  const known = all[node]
  const fresh = known === undefined || nowMs - known.atMs > 2 * BACKOFF_MOST_MS
  if (!fresh && nowMs - known.atMs < known.ms) return known.ms - (nowMs - known.atMs)
  memory.put(keyOf(ds), { ...all, [node]: { ms: fresh ? BACKOFF_FIRST_MS : Math.min(2 * known.ms, BACKOFF_MOST_MS), atMs: nowMs } })
  return undefined
}

async function write({ ds, hash, ctx }: Turn, add: readonly string[], remove: readonly Pod[]): Promise<void> {
  for (const name of add.slice(0, BURST)) {
    try {
      await createPod(ctx, ds, podFor(ds, name, hash))
    } catch (e) {
      if (e instanceof StatusError && isNamespaceTerminating(e)) return
      throw e
    }
  }
  for (const p of remove.slice(0, BURST)) await deletePod(ctx, ds, p)
}

// ── status ──────────────────────────────────────────────────────────────────────────────────────────

/** upstream: updateDaemonSetStatus */
export function statusOf({ ds, hash, byNode, nodes: all, nowMs }: Omit<Turn, 'ctx'>): DaemonSetStatus {
  let [desired, current, misscheduled, ready, available, updated] = [0, 0, 0, 0, 0, 0]
  for (const node of all) {
    const there = byNode.get(node.metadata.name)
    if (!placementOn(ds, node).shouldRun) {
      if (there !== undefined) misscheduled++
      continue
    }
    desired++
    if (there === undefined) continue
    current++
    const oldest = [...there].sort(byAge)[0] as Pod
    if (isReady(oldest)) {
      ready++
      if (isAvailable(oldest, ds.spec?.minReadySeconds ?? 0, nowMs)) available++
    }
    if (isOfHash(oldest, hash)) updated++
  }
  const { collisionCount, conditions } = ds.status ?? {}
  return {
    currentNumberScheduled: current,
    numberMisscheduled: misscheduled,
    desiredNumberScheduled: desired,
    numberReady: ready,
    observedGeneration: ds.metadata.generation as number,
    // omitempty: Go leaves a zero out.
    ...(updated > 0 ? { updatedNumberScheduled: updated } : {}),
    ...(available > 0 ? { numberAvailable: available } : {}),
    ...(desired > available ? { numberUnavailable: desired - available } : {}),
    ...(collisionCount === undefined ? {} : { collisionCount }),
    ...(conditions === undefined ? {} : { conditions }),
  }
}

async function writeStatus(turn: Turn, wait: number | undefined): Promise<ReconcileResult | void> {
  const { ds, byNode, nowMs, ctx } = turn
  const status = statusOf(turn)
  if (!deepEqual(status, ds.status)) await ctx.client.update(daemonSet, { ...ds, status }, { subresource: 'status' })
  let at = wait
  for (const there of byNode.values())
    for (const p of there) {
      const until = availableAtMs(p, ds.spec?.minReadySeconds ?? 0, nowMs)
      if (until !== undefined) at = Math.min(at ?? Infinity, until - nowMs)
    }
  if (at !== undefined) return { requeueAfterMs: at }
}
