/** Watches over nodes: who was not heard of is Unknown, and taints say what is wrong. upstream: pkg/controller/nodelifecycle */
import { parseTime, timestamp } from '../../base/clock'
import { semanticEqual } from '../../base/equal'
import { ignoringNotFound } from '../../base/status'
import { defineController, type Context, type ReconcileResult, type Watch } from '../../client/controller'
import { lease as leaseKind, NODE_LEASES } from '../../kinds/coordination/lease/kind'
import { node as nodeKind } from '../../kinds/core/node/kind'
import { pod as podKind } from '../../kinds/core/pod/kind'
import type { Lease } from '../../kinds/schema/types/coordination.v1'
import type { Node, NodeCondition, Pod, Taint } from '../../kinds/schema/types/core.v1'
import { isReady } from '../../kinds/core/pod/state'

/** upstream: --node-monitor-grace-period, 50 s since 1.32 */
const GRACE_MS = 50_000
/** upstream: --node-startup-grace-period */
const STARTUP_GRACE_MS = 60_000

const NOT_READY = 'node.kubernetes.io/not-ready'
const UNREACHABLE = 'node.kubernetes.io/unreachable'
const KUBELET_CONDITIONS = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure']

/** upstream: nodeConditionToTaintKeyStatusMap */
const CONDITION_TAINTS: readonly (readonly [type: string, status: string, key: string])[] = [
  ['Ready', 'False', NOT_READY],
  ['Ready', 'Unknown', UNREACHABLE],
  ['MemoryPressure', 'True', 'node.kubernetes.io/memory-pressure'],
  ['DiskPressure', 'True', 'node.kubernetes.io/disk-pressure'],
  ['NetworkUnavailable', 'True', 'node.kubernetes.io/network-unavailable'],
  ['PIDPressure', 'True', 'node.kubernetes.io/pid-pressure'],
]
const UNSCHEDULABLE = 'node.kubernetes.io/unschedulable'

const leases: Watch<Lease> = { kind: leaseKind, keys: ({ object }) => (object.metadata.namespace === NODE_LEASES ? [object.metadata.name] : []) }

export const nodeLifecycleController = defineController<Node>({
  name: 'node-controller',
  reconciles: nodeKind,
  concerns: ({ object, previous }) => previous === undefined || !semanticEqual(object.spec, previous.spec) || !semanticEqual(object.status?.conditions, previous.status?.conditions),
  watches: [leases as Watch<never>],

  async reconcile(given, ctx) {
    await register(given, ctx)
    const { node, wait } = await judge(given, ctx)
    await taint(node, ctx)
    return wait
  },
})

async function register(node: Node, { memory, events }: Context): Promise<void> {
  if (memory.get(node.metadata.name) !== undefined) return
  memory.put(node.metadata.name, { known: true })
  await events.event(node, 'Normal', 'RegisteredNode', `Node ${node.metadata.name} event: Registered Node ${node.metadata.name} in Controller`)
}

/** Marks a node that was silent for too long; otherwise says when it will have been. */
async function judge(node: Node, ctx: Context): Promise<{ node: Node; wait?: ReconcileResult }> {
  const lease = ctx.lister.get(leaseKind, node.metadata.name, NODE_LEASES)
  const alive = lease !== undefined && lease.spec?.renewTime === undefined
  const ready = node.status?.conditions?.find(c => c.type === 'Ready')
  if (alive) {
    await followReadiness(node, ready?.status, ctx)
    return { node }
  }
  const heardMs = Math.max(parseTime(node.metadata.creationTimestamp), parseTime(lease?.spec?.renewTime) || 0, parseTime(ready?.lastHeartbeatTime) || 0)
  const graceMs = ready === undefined ? STARTUP_GRACE_MS : GRACE_MS
  const now = ctx.clock.now()
  if (now - heardMs < graceMs) return { node, wait: { requeueAfterMs: heardMs + graceMs - now } }
  const conditions = silenced(node, timestamp(now))
  const marked = semanticEqual(conditions, node.status?.conditions) ? node : await ctx.client.update(nodeKind, { ...node, status: { ...node.status, conditions } } as Node, { subresource: 'status' })
  await followReadiness(marked, 'Unknown', ctx)
  return { node: marked }
}

function silenced(node: Node, now: string): NodeCondition[] {
  const conditions = [...(node.status?.conditions ?? [])]
  for (const type of KUBELET_CONDITIONS) {
    const i = conditions.findIndex(c => c.type === type)
    const was = conditions[i]
    if (was === undefined)
      conditions.push({ type, status: 'Unknown', reason: 'NodeStatusNeverUpdated', message: 'Kubelet never posted node status.', lastHeartbeatTime: node.metadata.creationTimestamp as string, lastTransitionTime: now })
    else if (was.status !== 'Unknown') conditions[i] = { ...was, status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.', lastTransitionTime: now }
  }
  return conditions
}

/** Pods of a node that stops being ready are not ready either. */
async function followReadiness(node: Node, status: string | undefined, { memory, events, lister, client, clock }: Context): Promise<void> {
  const { name } = node.metadata
  const was = memory.get<{ ready?: string }>(name)?.ready
  if (was === status) return
  memory.put(name, { known: true, ready: status })
  if (was !== 'True' || status === undefined) return
  await events.event(node, 'Normal', 'NodeNotReady', `Node ${name} status is now: NodeNotReady`)
  for (const pod of lister.byIndex(podKind, 'node', name)) {
    await events.event(pod, 'Warning', 'NodeNotReady', 'Node is not ready')
    const next = notReady(pod, timestamp(clock.now()))
    if (next === undefined) continue
    await ignoringNotFound(client.update(podKind, next, { subresource: 'status' }))
  }
}

function notReady(pod: Pod, now: string): Pod | undefined {
  if (!isReady(pod)) return undefined
  return { ...pod, status: { ...pod.status, conditions: (pod.status?.conditions ?? []).map(c => (c.type === 'Ready' ? { ...c, status: 'False', lastTransitionTime: now } : c)) } }
}

async function taint(node: Node, { client, clock }: Context): Promise<void> {
  const wished = wishedTaints(node)
  const ours = (t: Taint): boolean =>
    (t.effect === 'NoSchedule' && (t.key === UNSCHEDULABLE || CONDITION_TAINTS.some(([, , key]) => key === t.key))) || (t.effect === 'NoExecute' && (t.key === NOT_READY || t.key === UNREACHABLE))
  const has = (list: readonly Taint[], t: Taint): boolean => list.some(x => x.key === t.key && x.effect === t.effect)
  const given = node.spec?.taints ?? []
  const kept = given.filter(t => !ours(t) || has(wished, t))
  const added = wished.filter(t => !has(given, t)).map(t => ({ ...t, timeAdded: timestamp(clock.now()) }))
  if (kept.length === given.length && added.length === 0) return
  const { taints: _, ...spec } = node.spec ?? {}
  const taints = [...kept, ...added]
  await client.update(nodeKind, { ...node, spec: taints.length === 0 ? spec : { ...spec, taints } })
}

function wishedTaints(node: Node): Taint[] {
  const status = (type: string): string | undefined => node.status?.conditions?.find(c => c.type === type)?.status
  const taints: Taint[] = CONDITION_TAINTS.filter(([type, wrong]) => status(type) === wrong).map(([, , key]) => ({ key, effect: 'NoSchedule' }))
  if (node.spec?.unschedulable === true) taints.push({ key: UNSCHEDULABLE, effect: 'NoSchedule' })
  const ready = status('Ready')
  if (ready === 'False') taints.push({ key: NOT_READY, effect: 'NoExecute' })
  if (ready === 'Unknown') taints.push({ key: UNREACHABLE, effect: 'NoExecute' })
  return taints
}
