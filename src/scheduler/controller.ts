/** The scheduler: takes pods from its queue and binds each to a node, or says why not. upstream: pkg/scheduler */
import { timestamp } from '../base/clock'
import { isConflict, isNotFound } from '../base/status'
import { defineController, NO_KEYS, type Context, type Controller, type Watch } from '../client/controller'
import { node as nodeKind } from '../kinds/core/node/kind'
import { persistentVolume } from '../kinds/core/persistent-volume/kind'
import { persistentVolumeClaim } from '../kinds/core/persistent-volume-claim/kind'
import { pod as podKind } from '../kinds/core/pod/kind'
import { keyOf, type Kind } from '../kinds/kind'
import { deviceClass } from '../kinds/resource/device-class/kind'
import { resourceClaim } from '../kinds/resource/resource-claim/kind'
import { resourceSlice } from '../kinds/resource/resource-slice/kind'
import type { Node, Pod, PodCondition } from '../kinds/schema/types/core.v1'
import { csiDriver } from '../kinds/storage/csi-driver/kind'
import { csiNode } from '../kinds/storage/csi-node/kind'
import { csiStorageCapacity } from '../kinds/storage/csi-storage-capacity/kind'
import { storageClass } from '../kinds/storage/storage-class/kind'
import { volumeAttachment } from '../kinds/storage/volume-attachment/kind'
import { SchedulerCache } from './cache'
import { schedule, stateFor, type Outcome } from './cycle'
import { noteNode, noteOther, notePod } from './events'
import type { CycleState, EventType, FailedNode } from './framework'
import { fitMessage } from './message'
import type { NodeInfo } from './node-info'
import { DEFAULT_SCHEDULER, defaultProfile, type Profile } from './profile'
import { SchedulingQueue } from './queue'
import { VerdictCache } from './verdicts'

/** Pods bound in one go before others get their turn. */
const BATCH = 64
/** The one key of the scheduler. */
const LOOK: readonly string[] = ['queue']
/** Under this key the place is remembered where the search among the nodes goes on. */
const CURSOR = 'cursor'

/** What it takes to schedule one pod. */
interface Scheduler {
  readonly profiles: ReadonlyMap<string, Profile>
  readonly queue: SchedulingQueue
  readonly cache: SchedulerCache
  readonly verdicts: VerdictCache
  readonly cursor: { next: number }
  readonly ctx: Context
}

const OTHERS: readonly (readonly [Kind<never>, EventType])[] = [
  [persistentVolumeClaim as never, 'Claim'],
  [persistentVolume as never, 'Volume'],
  [storageClass as never, 'StorageClass'],
  [csiNode as never, 'CSINode'],
  [csiDriver as never, 'CSIDriver'],
  [csiStorageCapacity as never, 'CSIStorageCapacity'],
  [volumeAttachment as never, 'VolumeAttachmentGone'],
  [resourceClaim as never, 'ResourceClaim'],
  [resourceSlice as never, 'ResourceSlice'],
  [deviceClass as never, 'DeviceClass'],
]

/** One scheduler for all profiles. Its state is rebuilt from the cluster whenever a process starts. */
export function createScheduler(profiles: readonly Profile[] = [defaultProfile()]): Controller<Pod> {
  const byName = new Map(profiles.map(p => [p.schedulerName, p]))
  const plugins = new Map(profiles.flatMap(p => p.plugins.map(({ plugin }) => [plugin.name, plugin] as const)))
  const queue = new SchedulingQueue(new Set(byName.keys()), plugins.values())
  const cursor = { next: 0 }
  let cache: SchedulerCache | undefined
  let verdicts: VerdictCache | undefined

  const pods: Watch<Pod> = {
    kind: podKind,
    keys: change => (notePod(change, queue, cache) ? LOOK : NO_KEYS),
  }
  const nodes: Watch<Node> = {
    kind: nodeKind,
    keys: change => (noteNode(change, queue, cache) ? LOOK : NO_KEYS),
  }
  const others = OTHERS.map(([kind, as]): Watch => ({
    kind: kind as never,
    keys: change => (noteOther(change, as, queue) ? LOOK : NO_KEYS),
  }))

  return defineController<Pod>({
    name: 'scheduler',
    reconciles: podKind,
    concerns: () => false,
    watches: [pods, nodes, ...others] as Watch<never>[],
    async reconcile() {},
    async reconcileKey(_key, ctx) {
      if (cache === undefined) {
        cache = new SchedulerCache(ctx.lister)
        cursor.next = ctx.memory.get<number>(CURSOR) ?? 0
      }
      verdicts ??= new VerdictCache(cache.nodes)
      const began = cursor.next
      queue.load(ctx.lister, ctx.memory)
      const scheduler: Scheduler = { profiles: byName, queue, cache, verdicts, cursor, ctx }
      for (const pod of queue.take(ctx.lister, ctx.clock.now(), BATCH)) await scheduleOne(pod, scheduler)
      if (cursor.next !== began) ctx.memory.put(CURSOR, cursor.next)
      if (queue.hasActive) return { again: true }
      const next = queue.nextMs()
      return { requeueAfterMs: next === undefined ? undefined : Math.max(0, next - ctx.clock.now()) }
    },
  })
}

async function scheduleOne(pod: Pod, scheduler: Scheduler): Promise<void> {
  const { queue, cache, verdicts, cursor, ctx } = scheduler
  const key = keyOf(pod)
  const profile = scheduler.profiles.get(pod.spec.schedulerName ?? DEFAULT_SCHEDULER) as Profile
  const gate = profile.plugins.find(({ plugin }) => plugin.preEnqueue?.(pod, ctx.lister) !== undefined)
  if (gate !== undefined) return queue.wait(key, [gate.plugin.name], ctx.clock.now(), ctx.memory, true)
  try {
    const held = queue.held(key)
    const kept = held === undefined ? undefined : cache.nodes.get(held.node)
    if (held !== undefined && kept !== undefined) {
      const state = stateFor(pod, { cache, lister: ctx.lister, draw: ctx.draw })
      if (held.isOverdue(ctx.clock.now())) return await giveUp(state, profile, ['running PreBind plugin "VolumeBinding": binding volumes: context deadline exceeded'], ['VolumeBinding'], scheduler)
      return await bindingCycle(state, profile, kept, scheduler)
    }
    const outcome = schedule(profile, pod, { cache, verdicts, cursor, lister: ctx.lister, draw: ctx.draw, held: queue.heldPods(ctx.lister) })
    if (outcome.kind === 'node') await bindingCycle(outcome.state, profile, outcome.node, scheduler)
    else await refuse(pod, outcome, profile, scheduler)
  } catch (e) {
    // Deleted or bound by another hand meanwhile.
    if (!isNotFound(e) && !isConflict(e)) throw e
    queue.forget(key, ctx.memory)
    // Whatever else was written meanwhile (a volume, a claim) did not take the pod away.
    const current = ctx.lister.get(podKind, pod.metadata.name, pod.metadata.namespace)
    if (current !== undefined && current.metadata.uid === pod.metadata.uid && queue.isOurs(current) && current.metadata.resourceVersion === pod.metadata.resourceVersion) queue.wait(key, ['VolumeBinding'], ctx.clock.now(), ctx.memory)
  }
}

/** Writes what has to stand before the binding, then binds; what others have to do first is waited for. upstream: bindingCycle */
async function bindingCycle(state: CycleState, profile: Profile, node: NodeInfo, scheduler: Scheduler): Promise<void> {
  const { queue, cache, ctx } = scheduler
  const { pod } = state
  const key = keyOf(pod)
  for (const { plugin } of profile.plugins) {
    const status = await plugin.preBind?.(state, node, ctx)
    if (status === undefined) continue
    if (status.code === 'Pending') return queue.hold(key, node.name, [plugin.name], ctx.clock.now(), ctx.memory)
    return giveUp(state, profile, status.reasons, [plugin.name], scheduler)
  }
  await bind(pod, node.name, ctx)
  cache.assume(pod, node.name)
  queue.forget(key, ctx.memory)
}

async function bind(pod: Pod, node: string, { client, events }: Context): Promise<void> {
  const { name, namespace, uid } = pod.metadata
  await client.createSubresource(podKind, pod, 'binding', { metadata: { name, namespace, uid }, target: { kind: 'Node', name: node } })
  await events.event(pod, 'Normal', 'Scheduled', `Successfully assigned ${namespace}/${name} to ${node}`, { action: 'Binding' })
}

/** Tries to make room; tells why the pod does not fit; lets it wait. upstream: handleSchedulingFailure */
async function refuse(pod: Pod, { refused, absent, plugins, state, run }: Outcome & { kind: 'unfit' }, profile: Profile, scheduler: Scheduler): Promise<void> {
  const extra: string[] = []
  let nominated = pod.status?.nominatedNodeName
  for (const { plugin } of profile.plugins) {
    const result = await plugin.postFilter?.(state, refused, run, scheduler.ctx)
    if (result?.reason !== undefined) extra.push(result.reason)
    if (result?.nominatedNode !== undefined) nominated = result.nominatedNode
    // Room is being made: what the others said is not worth telling.
    if ((result?.nominatedNode ?? '') !== '') extra.length = 0
    if (result?.isFinal === true || (result?.nominatedNode ?? '') !== '') break
  }
  const message = [fitMessage(state.nodes, refused.nodes.map((f: FailedNode) => f.status.reasons), refused.all?.reasons.join(', '), absent?.reasons), extra.join(', ')].filter(t => t !== '').join(' ')
  await tell(pod, state.nodes === 0 ? 'no nodes available to schedule pods' : message, 'Unschedulable', nominated, plugins, profile, scheduler)
}

/** The node was chosen, but cannot be had. */
async function giveUp({ pod }: CycleState, profile: Profile, reasons: readonly string[], plugins: readonly string[], scheduler: Scheduler): Promise<void> {
  await tell(pod, reasons.join(', '), 'SchedulerError', pod.status?.nominatedNodeName, plugins, profile, scheduler)
}

/** Event, condition and promise of a pod that goes back to the queue. */
async function tell(pod: Pod, message: string, reason: string, nominated: string | undefined, plugins: readonly string[], profile: Profile, { queue, ctx }: Scheduler): Promise<void> {
  const { client, clock, events } = ctx
  await events.event(pod, 'Warning', 'FailedScheduling', message, { action: 'Scheduling' })
  queue.wait(keyOf(pod), plugins, clock.now(), ctx.memory)
  const condition = unscheduled(pod, message, reason, timestamp(clock.now()))
  const promised = nominated === '' ? undefined : nominated
  if (condition === undefined && promised === pod.status?.nominatedNodeName) return
  const conditions = condition === undefined ? pod.status?.conditions : [...(pod.status?.conditions ?? []).filter(c => c.type !== 'PodScheduled'), condition]
  const { nominatedNodeName: _, ...status } = pod.status ?? {}
  await client.update(podKind, { ...pod, status: { ...status, ...(promised === undefined ? {} : { nominatedNodeName: promised }), conditions } } as Pod, { subresource: 'status' })
}

/** The condition PodScheduled=False, undefined when it says so already. */
function unscheduled(pod: Pod, message: string, reason: string, now: string): PodCondition | undefined {
  const known = pod.status?.conditions?.find(c => c.type === 'PodScheduled')
  if (known?.status === 'False' && known.reason === reason && known.message === message) return undefined
  return {
    type: 'PodScheduled',
    observedGeneration: pod.metadata.generation as number,
    status: 'False',
    lastProbeTime: null as never,
    lastTransitionTime: known?.status === 'False' ? (known.lastTransitionTime as string) : now,
    reason,
    message,
  }
}
