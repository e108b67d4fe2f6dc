/** The scheduler: takes pods from its queue and binds each to a node, or says why not. upstream: pkg/scheduler */
import { timestamp } from '../base/clock'
import { isConflict, isNotFound } from '../base/status'
import { defineController, type Change, type Context, type Controller, type Watch } from '../client/controller'
import { nodeTotals } from '../kinds/core/node/capacity'
import { node as nodeKind } from '../kinds/core/node/kind'
import { pod as podKind } from '../kinds/core/pod/kind'
import { isFinished } from '../kinds/core/pod/state'
import { deepEqual } from '../base/equal'
import { keyOf } from '../kinds/kind'
import type { Node, Pod, PodCondition } from '../kinds/schema/types/core.v1'
import { schedule, type Outcome } from './cycle'
import type { FailedNode } from './framework'
import { fitMessage } from './message'
import { NodeInfos } from './node-info'
import { DEFAULT_PROFILE } from './profile'
import { SchedulingQueue } from './queue'

/** Pods bound in one go before others get their turn. */
const BATCH = 64
const QUEUE = 'queue'
const NAME = 'default-scheduler'

/** One scheduler with the default profile. Its state is rebuilt from the cluster whenever a process starts. */
export function createScheduler(): Controller<Pod> {
  const plugins = new Map(DEFAULT_PROFILE.map(({ plugin }) => [plugin.name, plugin]))
  const queue = new SchedulingQueue(NAME, plugins)
  let infos: NodeInfos | undefined

  const pods: Watch<Pod> = {
    kind: podKind,
    *keys(change) {
      if (notePod(change, queue, infos)) yield QUEUE
    },
  }
  const nodes: Watch<Node> = {
    kind: nodeKind,
    *keys(change) {
      if (noteNode(change, queue, infos)) yield QUEUE
    },
  }

  return defineController<Pod>({
    name: 'scheduler',
    reconciles: podKind,
    concerns: () => false,
    watches: [pods as Watch<never>, nodes as Watch<never>],
    async reconcile() {},
    async reconcileKey(_key, ctx) {
      infos ??= new NodeInfos(ctx.lister)
      queue.load(ctx.lister, ctx.memory)
      for (const pod of queue.take(ctx.lister, ctx.clock.now(), BATCH)) await scheduleOne(pod, queue, infos, ctx)
      if (queue.hasActive) return { again: true }
      const next = queue.nextMs()
      return { requeueAfterMs: next === undefined ? undefined : Math.max(0, next - ctx.clock.now()) }
    },
  })
}

/** Whether the scheduler has to look at its queue. */
function notePod({ type, object, previous }: Change<Pod>, queue: SchedulingQueue, infos: NodeInfos | undefined): boolean {
  const node = object.spec.nodeName ?? ''
  if (node !== '') {
    if (previous === undefined || previous.spec.nodeName !== node || type === 'DELETED' || isFinished(object) !== isFinished(previous) || object.spec !== previous.spec) infos?.forgetUse(node)
    if (type === 'DELETED' || (previous !== undefined && isFinished(object) && !isFinished(previous))) queue.notice('PodGone')
    else if (previous !== undefined && previous.spec.nodeName !== node) queue.notice('PodAssigned')
    else return false
    return !queue.isEmpty
  }
  if (type === 'DELETED') return false
  if (!queue.isOurs(object)) return false
  // What the scheduler itself wrote (its condition, the nomination) is no reason to try again.
  if (previous !== undefined && object.spec === previous.spec) return false
  if (previous !== undefined && deepEqual(object.spec, previous.spec) && deepEqual(object.metadata.labels, previous.metadata.labels)) return false
  queue.add(keyOf(object))
  return true
}

function noteNode({ type, object, previous }: Change<Node>, queue: SchedulingQueue, infos: NodeInfos | undefined): boolean {
  const { name } = object.metadata
  if (type !== 'MODIFIED' || previous === undefined) {
    infos?.forgetNode(name)
    if (type === 'ADDED') queue.notice('NodeAdd')
    return type === 'ADDED' && !queue.isEmpty
  }
  const capacity = !deepEqual(nodeTotals(object), nodeTotals(previous))
  const labels = !deepEqual(object.metadata.labels, previous.metadata.labels)
  const taints = !deepEqual(object.spec?.taints, previous.spec?.taints) || object.spec?.unschedulable !== previous.spec?.unschedulable
  // Images, too, are read from the Node.
  if (!capacity && !labels && !taints && deepEqual(object.status?.images, previous.status?.images)) return false
  infos?.forgetNode(name)
  if (capacity) queue.notice('NodeAllocatable')
  if (labels) queue.notice('NodeLabel')
  if (taints) queue.notice('NodeTaint')
  return (capacity || labels || taints) && !queue.isEmpty
}

async function scheduleOne(pod: Pod, queue: SchedulingQueue, infos: NodeInfos, ctx: Context): Promise<void> {
  const key = keyOf(pod)
  const gated = DEFAULT_PROFILE.map(({ plugin }) => plugin.preEnqueue?.(pod)).find(s => s !== undefined)
  if (gated !== undefined) return queue.wait(key, ['SchedulingGates'], ctx.clock.now(), ctx.memory)
  try {
    const outcome = schedule(DEFAULT_PROFILE, pod, infos, ctx.lister, ctx.draw)
    if (outcome.kind === 'node') {
      await bind(pod, outcome.node, ctx)
      infos.forgetUse(outcome.node)
      queue.forget(key, ctx.memory)
    } else await refuse(pod, outcome, queue, ctx)
  } catch (e) {
    // Deleted or bound by another hand meanwhile.
    if (!isNotFound(e) && !isConflict(e)) throw e
    queue.forget(key, ctx.memory)
  }
}

async function bind(pod: Pod, node: string, { client, events }: Context): Promise<void> {
  const { name, namespace, uid } = pod.metadata
  await client.createSubresource(podKind, pod, 'binding', { metadata: { name, namespace, uid }, target: { kind: 'Node', name: node } })
  await events.event(pod, 'Normal', 'Scheduled', `Successfully assigned ${namespace}/${name} to ${node}`, { action: 'Binding' })
}

/** Tries to make room; tells why the pod does not fit; lets it wait. upstream: handleSchedulingFailure */
async function refuse(pod: Pod, outcome: Outcome & { kind: 'unfit' }, queue: SchedulingQueue, ctx: Context): Promise<void> {
  const { client, clock, events } = ctx
  const extra: string[] = []
  let nominated = pod.status?.nominatedNodeName
  const postFilters = outcome.preFilter === undefined || outcome.failed.length > 0 ? DEFAULT_PROFILE : []
  for (const { plugin } of postFilters) {
    const result = await plugin.postFilter?.(outcome.state, outcome.failed, outcome.run, ctx)
    if (result?.reason !== undefined) extra.push(result.reason)
    if (result?.nominatedNode !== undefined) nominated = result.nominatedNode
  }
  const message = [fitMessage(outcome.state.nodes, outcome.failed.map((f: FailedNode) => f.status.reasons), outcome.preFilter), extra.join(', ')].filter(t => t !== '').join(' ')
  await events.event(pod, 'Warning', 'FailedScheduling', message, { action: 'Scheduling' })
  queue.wait(keyOf(pod), outcome.plugins, clock.now(), ctx.memory)
  const condition = unscheduled(pod, message, timestamp(clock.now()))
  if (condition === undefined && nominated === pod.status?.nominatedNodeName) return
  const conditions = condition === undefined ? pod.status?.conditions : [...(pod.status?.conditions ?? []).filter(c => c.type !== 'PodScheduled'), condition]
  await client.update(podKind, { ...pod, status: { ...pod.status, ...(nominated === undefined ? {} : { nominatedNodeName: nominated }), conditions } } as Pod, { subresource: 'status' })
}

/** The condition PodScheduled=False, undefined when it says so already. */
function unscheduled(pod: Pod, message: string, now: string): PodCondition | undefined {
  const known = pod.status?.conditions?.find(c => c.type === 'PodScheduled')
  if (known?.status === 'False' && known.reason === 'Unschedulable' && known.message === message) return undefined
  return {
    type: 'PodScheduled',
    observedGeneration: pod.metadata.generation as number,
    status: 'False',
    lastProbeTime: null as never,
    lastTransitionTime: known?.status === 'False' ? (known.lastTransitionTime as string) : now,
    reason: 'Unschedulable',
    message,
  }
}
