/** The lifecycle `fast`: a pod runs as soon as it has a node, and no container does anything. upstream: sigs.k8s.io/kwok kustomize/stage/pod/fast */
import { timestamp } from '../base/clock'
import { ignoringNotFound } from '../base/status'
import { defineController, type Context, type Watch } from '../client/controller'
import { node as nodeKind } from '../kinds/core/node/kind'
import { isOff } from '../kinds/core/node/power'
import { pod as podKind } from '../kinds/core/pod/kind'
import type { Container, ContainerStatus, Node, Pod, PodCondition } from '../kinds/schema/types/core.v1'
import { nextPodIP } from './addresses'
import { powerSwitched } from './power'
import { internalIP } from '../kinds/core/node/state'

export const fastKubelet = defineController<Pod>({
  name: 'kubelet',
  reconciles: podKind,
  concerns: ({ type, object, previous }) =>
    type !== 'DELETED' && (object.spec.nodeName ?? '') !== '' && (previous === undefined || previous.spec.nodeName !== object.spec.nodeName || previous.metadata.deletionTimestamp !== object.metadata.deletionTimestamp || object.status?.phase === 'Running'),

  watches: [powerSwitched as Watch<never>],

  async reconcile(pod, ctx) {
    const nodeName = pod.spec.nodeName ?? ''
    const node = nodeName === '' ? undefined : ctx.lister.get(nodeKind, nodeName)
    if (node === undefined || isOff(node)) return
    if (pod.metadata.deletionTimestamp !== undefined) return end(pod, ctx)
    const phase = pod.status?.phase ?? 'Pending'
    if (phase === 'Pending') await write(pod, running(pod, node, ctx), ctx)
    else if (phase === 'Running' && isOfJob(pod)) await write(pod, succeeded(pod, timestamp(ctx.clock.now())), ctx)
    else if (phase === 'Running' && wasLost(pod)) await write(pod, readyAgain(pod, timestamp(ctx.clock.now())), ctx)
  },
})

/** Its node was silent, and is back. */
const wasLost = (pod: Pod): boolean => {
  const status = (type: string): string | undefined => pod.status?.conditions?.find(c => c.type === type)?.status
  return status('Ready') === 'False' && status('ContainersReady') === 'True'
}

function readyAgain(pod: Pod, now: string): Pod['status'] {
  return { ...pod.status, conditions: (pod.status?.conditions ?? []).map(c => (c.type === 'Ready' ? { ...c, status: 'True', lastTransitionTime: now } : c)) }
}

const isOfJob = (pod: Pod): boolean => pod.metadata.ownerReferences?.some(r => r.kind === 'Job') === true

async function end(pod: Pod, { client }: Context): Promise<void> {
  await ignoringNotFound(client.delete(podKind, pod, { gracePeriodSeconds: 0, preconditions: { uid: pod.metadata.uid } }))
}

async function write(pod: Pod, status: Pod['status'], { client }: Context): Promise<void> {
  await client.update(podKind, { ...pod, status } as Pod, { subresource: 'status' })
}

function running(pod: Pod, node: Node, ctx: Context): Pod['status'] {
  const now = timestamp(ctx.clock.now())
  const hostIP = internalIP(node)
  const podIP = pod.spec.hostNetwork === true ? hostIP : (nextPodIP(node, ctx) ?? '')
  const condition = (type: string): PodCondition => ({ type, observedGeneration: pod.metadata.generation as number, status: 'True', lastProbeTime: null as never, lastTransitionTime: now })
  const wished = ['Initialized', 'Ready', 'ContainersReady', ...(pod.spec.readinessGates ?? []).map(g => g.conditionType)]
  const kept = (pod.status?.conditions ?? []).filter(c => !wished.includes(c.type))
  const status: NonNullable<Pod['status']> = {
    ...pod.status,
    phase: 'Running',
    conditions: [...wished.map(condition), ...kept],
    hostIP,
    hostIPs: [{ ip: hostIP }],
    podIP,
    podIPs: [{ ip: podIP }],
    startTime: now,
    containerStatuses: pod.spec.containers.map(c => statusOf(c, { running: { startedAt: now } }, true)),
  }
  const inits = pod.spec.initContainers
  if (inits !== undefined) status.initContainerStatuses = inits.map(c => (c.restartPolicy === 'Always' ? statusOf(c, { running: { startedAt: now } }, true) : statusOf(c, completed(now, now), true, false)))
  return status
}

function succeeded(pod: Pod, now: string): Pod['status'] {
  const startedAt = pod.status?.startTime ?? now
  return {
    ...pod.status,
    phase: 'Succeeded',
    conditions: (pod.status?.conditions ?? []).map(c => (c.type === 'Ready' || c.type === 'ContainersReady' ? { ...c, status: 'False', reason: 'PodCompleted', lastTransitionTime: now } : c)),
    containerStatuses: pod.spec.containers.map(c => statusOf(c, completed(startedAt, now), false, false)),
  } as Pod['status']
}

const completed = (startedAt: string, finishedAt: string): ContainerStatus['state'] => ({ terminated: { exitCode: 0, reason: 'Completed', startedAt, finishedAt } })

function statusOf(c: Container, state: ContainerStatus['state'], ready: boolean, started = ready): ContainerStatus {
  return { name: c.name, state: state as NonNullable<ContainerStatus['state']>, lastState: {}, ready, restartCount: 0, image: c.image as string, imageID: '', started }
}
