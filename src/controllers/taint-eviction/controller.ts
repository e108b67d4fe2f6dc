/** Ends pods that do not tolerate a NoExecute taint of their node, or no longer do. upstream: pkg/controller/tainteviction */
import { parseTime, timestamp } from '../../base/clock'
import { semanticEqual } from '../../base/equal'
import { isNotFound } from '../../base/status'
import { defineController, type Context, type Watch } from '../../client/controller'
import { keyOf } from '../../kinds/kind'
import { node as nodeKind } from '../../kinds/core/node/kind'
import { pod as podKind } from '../../kinds/core/pod/kind'
import { toleratesTaint } from '../../kinds/core/pod/placement'
import type { Node, Pod, PodCondition, Taint } from '../../kinds/schema/types/core.v1'

const executing = (node: Node | undefined): Taint[] => (node?.spec?.taints ?? []).filter(t => t.effect === 'NoExecute')

const nodes: Watch<Node> = {
  kind: nodeKind,
  keys: ({ object, previous }, lister) => (semanticEqual(executing(object), executing(previous)) ? [] : lister.byIndex(podKind, 'node', object.metadata.name).map(keyOf)),
}

/** When an eviction was decided on, and for when. */
interface Plan {
  readonly fromMs: number
  readonly atMs: number
}

export const taintEvictionController = defineController<Pod>({
  name: 'taint-eviction-controller',
  reconciles: podKind,
  concerns: ({ type, object, previous }) => type !== 'DELETED' && (object.spec.nodeName ?? '') !== '' && (previous === undefined || previous.spec.nodeName !== object.spec.nodeName || !semanticEqual(previous.spec.tolerations, object.spec.tolerations)),
  watches: [nodes as Watch<never>],

  async reconcile(pod, ctx) {
    if (pod.metadata.deletionTimestamp !== undefined) return
    const key = keyOf(pod)
    const taints = executing((pod.spec.nodeName ?? '') === '' ? undefined : ctx.lister.get(nodeKind, pod.spec.nodeName as string))
    const plan = ctx.memory.get<Plan>(key)
    const seconds = taints.length === 0 ? Infinity : toleratedSeconds(pod, taints)
    if (seconds === Infinity) {
      if (plan !== undefined) await cancel(pod, key, ctx)
      return
    }
    const now = ctx.clock.now()
    const fromMs = plan?.fromMs ?? Math.min(...taints.map(t => parseTime(t.timeAdded)).filter(t => !Number.isNaN(t)), now)
    const atMs = fromMs + seconds * 1000
    if (now >= atMs) return evict(pod, ctx)
    ctx.memory.put(key, { fromMs, atMs } satisfies Plan)
    return { requeueAfterMs: atMs - now }
  },
})

/** How long a pod may stay: 0 when a taint is not tolerated at all, Infinity when nothing limits it. upstream: getMinTolerationTime */
function toleratedSeconds(pod: Pod, taints: readonly Taint[]): number {
  const using = taints.map(t => (pod.spec.tolerations ?? []).filter(x => toleratesTaint(x, t)))
  if (using.some(found => found.length === 0)) return 0
  const limits = using.flat().flatMap(t => (t.tolerationSeconds === undefined ? [] : [Math.max(0, t.tolerationSeconds)]))
  return Math.min(Infinity, ...limits)
}

async function cancel(pod: Pod, key: string, { memory, events }: Context): Promise<void> {
  memory.delete(key)
  await events.event(pod, 'Normal', 'TaintManagerEviction', `Cancelling deletion of Pod ${key}`)
}

async function evict(pod: Pod, { client, events, clock }: Context): Promise<void> {
  await events.event(pod, 'Normal', 'TaintManagerEviction', `Marking for deletion Pod ${keyOf(pod)}`)
  const disrupted: PodCondition = { type: 'DisruptionTarget', status: 'True', observedGeneration: pod.metadata.generation as number, reason: 'DeletionByTaintManager', message: 'Taint manager: deleting due to NoExecute taint', lastProbeTime: null as never, lastTransitionTime: timestamp(clock.now()) }
  try {
    const conditions = [...(pod.status?.conditions ?? []).filter(c => c.type !== disrupted.type), disrupted]
    await client.update(podKind, { ...pod, status: { ...pod.status, conditions } }, { subresource: 'status' })
    await client.delete(podKind, pod)
  } catch (e) {
    if (!isNotFound(e)) throw e
  }
}
