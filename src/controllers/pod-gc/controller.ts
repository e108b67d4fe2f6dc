/** Clears away pods that nobody else will: of nodes that are gone, of nodes out of service, and too many that have ended. upstream: pkg/controller/podgc */
import { parseTime, timestamp } from '../../base/clock'
import { ignoringNotFound } from '../../base/status'
import { defineController, type Context, NO_KEYS, type ReconcileResult, type Watch } from '../../client/controller'
import { node as nodeKind } from '../../kinds/core/node/kind'
import { pod as podKind } from '../../kinds/core/pod/kind'
import { isFinished } from '../../kinds/core/pod/state'
import { FINISHED_PODS } from '../../kinds/core/pod/use'
import type { Node, Pod } from '../../kinds/schema/types/core.v1'
import { isNodeReady } from '../../kinds/core/node/state'

/** A node that was deleted may come back at once. upstream: quarantineTime */
const QUARANTINE_MS = 40_000
/** upstream: --terminated-pod-gc-threshold */
const FINISHED_MAX = 12_500
const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service'

const FINISHED_KEY = 'finished'
const nodeKey = (name: string): string => `node ${name}`

const isOutOfService = (n: Node): boolean => n.spec?.taints?.some(t => t.key === OUT_OF_SERVICE) === true && !isNodeReady(n)

const nodes: Watch<Node> = { kind: nodeKind, keys: ({ type, object }) => (type === 'DELETED' || isOutOfService(object) ? [nodeKey(object.metadata.name)] : []) }

const pods: Watch<Pod> = {
  kind: podKind,
  keys({ type, object, previous }, lister) {
    if (type === 'DELETED') return NO_KEYS
    const keys = isFinished(object) && (previous === undefined || !isFinished(previous)) && finishedPods(lister) > FINISHED_MAX ? [FINISHED_KEY] : NO_KEYS
    const name = object.spec.nodeName ?? ''
    if (name === '' || (previous?.spec.nodeName === name && previous.metadata.deletionTimestamp === object.metadata.deletionTimestamp)) return keys
    const node = lister.get(nodeKind, name)
    return node === undefined || isOutOfService(node) ? [...keys, nodeKey(name)] : keys
  },
}

const finishedPods = (lister: Context['lister']): number => lister.total(FINISHED_PODS, '')?.n ?? 0

export const podGcController = defineController({
  name: 'pod-garbage-collector',
  // Its keys are its own; pods stand for them because a controller has to name a kind.
  reconciles: podKind as never,
  concerns: () => false,
  watches: [nodes as Watch<never>, pods as Watch<never>],
  async reconcile() {},
  reconcileKey: (key, ctx) => (key === FINISHED_KEY ? collectFinished(ctx) : collectOf(key.slice(key.indexOf(' ') + 1), ctx)),
})

async function collectOf(name: string, ctx: Context): Promise<ReconcileResult | void> {
  const { lister, memory, clock } = ctx
  const node = lister.get(nodeKind, name)
  const key = nodeKey(name)
  const there = lister.byIndex(podKind, 'node', name)
  if (node !== undefined || there.length === 0) {
    if (memory.get(key) !== undefined) memory.delete(key)
    if (node !== undefined && isOutOfService(node)) for (const p of there.filter(p => p.metadata.deletionTimestamp !== undefined)) await remove(p, 'PodGC: node is out-of-service', ctx)
    return
  }
  const nowMs = clock.now()
  const sinceMs = memory.get<number>(key)
  if (sinceMs === undefined) memory.put(key, nowMs)
  const remainingMs = (sinceMs ?? nowMs) + QUARANTINE_MS - nowMs
  if (remainingMs > 0) return { requeueAfterMs: remainingMs }
  memory.delete(key)
  for (const p of there) await remove(p, 'PodGC: node no longer exists', ctx)
}

/** The oldest go first. upstream: gcTerminated */
async function collectFinished(ctx: Context): Promise<void> {
  const excess = finishedPods(ctx.lister) - FINISHED_MAX
  if (excess <= 0) return
  const ended = ctx.lister.list(podKind).filter(p => isFinished(p) && p.metadata.deletionTimestamp === undefined)
  const age = (p: Pod): number => parseTime(p.metadata.creationTimestamp)
  for (const p of ended.sort((a, b) => age(a) - age(b)).slice(0, excess)) await remove(p, undefined, ctx)
}

/** Without grace: no kubelet is left to end it. A pod that had not ended has failed. upstream: markFailedAndDeletePodWithCondition */
async function remove(p: Pod, why: string | undefined, { client, clock }: Context): Promise<void> {
  if (why !== undefined && !isFinished(p)) {
    const condition = { type: 'DisruptionTarget', status: 'True', observedGeneration: p.metadata.generation as number, lastProbeTime: null as never, lastTransitionTime: timestamp(clock.now()), reason: 'DeletionByPodGC', message: why }
    const conditions = [...(p.status?.conditions ?? []).filter(c => c.type !== 'DisruptionTarget'), condition]
    if ((await ignoringNotFound(client.update(podKind, { ...p, status: { ...p.status, phase: 'Failed', conditions } }, { subresource: 'status' }))) === undefined) return
  }
  await ignoringNotFound(client.delete(podKind, p, { gracePeriodSeconds: 0, preconditions: { uid: p.metadata.uid } }))
}
