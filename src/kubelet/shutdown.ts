/** A machine that is shut down in good order ends its pods before it goes. upstream: pkg/kubelet/nodeshutdown */
import { timestamp } from '../base/clock'
import { ignoringNotFound } from '../base/status'
import type { Context, ReconcileResult } from '../client/controller'
import { node as nodeKind } from '../kinds/core/node/kind'
import { POWER } from '../kinds/core/node/power'
import { pod as podKind } from '../kinds/core/pod/kind'
import { isFinished } from '../kinds/core/pod/state'
import type { Node, NodeCondition, Pod, PodCondition } from '../kinds/schema/types/core.v1'

/** What the pods are given in all. upstream: shutdownGracePeriod */
const GRACE_MS = 30_000
const MESSAGE = 'Pod was terminated in response to imminent node shutdown.'
/** What a node says of itself while it goes. */
export const SHUT_DOWN = 'node is shutting down'
const NOT_READY: NodeCondition = { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: SHUT_DOWN }

/** Tells it, ends the pods, and switches the machine off when its time is over. */
export async function shutDown(node: Node, ctx: Context): Promise<ReconcileResult | undefined> {
  const { client, clock, events, lister, memory } = ctx
  const { name } = node.metadata
  const key = `shutdown ${name}`
  const now = clock.now()
  const since = memory.get<number>(key)
  if (since !== undefined) {
    if (now < since + GRACE_MS) return { requeueAfterMs: since + GRACE_MS - now }
    memory.delete(key)
    const annotations = { ...node.metadata.annotations, [POWER]: 'off' }
    await client.update(nodeKind, { ...node, metadata: { ...node.metadata, annotations } })
    return undefined
  }
  memory.put(key, now)
  await events.event(node, 'Normal', 'NodeShutdown', 'Shutdown manager detected shutdown event')
  const stamped = { ...NOT_READY, lastHeartbeatTime: timestamp(now), lastTransitionTime: timestamp(now) }
  const conditions = (node.status?.conditions ?? []).map(c => (c.type === 'Ready' ? stamped : c))
  const told = await client.update(nodeKind, { ...node, status: { ...node.status, conditions } }, { subresource: 'status' })
  await events.event(told, 'Normal', 'NodeNotReady', `Node ${name} status is now: NodeNotReady`)
  for (const pod of lister.byIndex<Pod>(podKind, 'node', name)) if (!isFinished(pod)) await end(pod, ctx)
  return { requeueAfterMs: GRACE_MS }
}

/** The pod has failed; its own kubelet's next look ends its containers. */
async function end(pod: Pod, { client, clock }: Context): Promise<void> {
  const disrupted: PodCondition = { type: 'DisruptionTarget', status: 'True', observedGeneration: pod.metadata.generation as number, reason: 'TerminationByKubelet', message: MESSAGE, lastProbeTime: null as never, lastTransitionTime: timestamp(clock.now()) }
  const conditions = [...(pod.status?.conditions ?? []).filter(c => c.type !== disrupted.type), disrupted]
  await ignoringNotFound(client.update(podKind, { ...pod, status: { ...pod.status, phase: 'Failed', reason: 'Terminated', message: MESSAGE, conditions } }, { subresource: 'status' }))
}
