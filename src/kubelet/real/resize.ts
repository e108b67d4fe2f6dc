/** Resources of running containers follow the spec without a restart, where the node has room and the container's policy allows it. upstream: pkg/kubelet/allocation, kuberuntime_manager.go doPodResizeAction */
import { semanticEqual } from '../../base/equal'
import { quantityFromJson, quantityText, quantityMilliValue, quantityValue, valueOfQuantity } from '../../base/quantity'
import { NODE_USE, podRequests } from '../../kinds/core/pod/use'
import { pod as podKind } from '../../kinds/core/pod/kind'
import { isRestartableInit, lastingContainers } from '../../kinds/core/pod/template/containers'
import type { Container, ResourceRequirements } from '../../kinds/schema/types/core.v1'
import { tell, wakeAt, type Sync } from './parts'
import { resourcesInForce, type ContainerRecord } from './record'
import { amountsOf } from './start'

/** From being allocated to being in force. */
const ACTUATION_MS = 1_000
/** Until a resize that found no room is tried again. upstream: periodicRetryInterval */
const RETRY_MS = 180_000

interface Pending {
  readonly c: Container
  readonly r: ContainerRecord
  readonly inForce: ResourceRequirements
}

/** Ends a container so that it starts with other resources. */
export type Restart = (c: Container, r: ContainerRecord, why: string) => Promise<void>

/** Brings what is in force one step nearer to the spec. */
export async function resize(sync: Sync, restart: Restart): Promise<void> {
  const { record, nowMs, pod } = sync
  const pending = pendingOf(sync)
  if (pending.length === 0) return settle(sync)
  const generation = pod.metadata.generation as number
  const refusal = roomFor(sync)
  if (refusal !== undefined) {
    for (const { r, inForce } of pending) r.inForce = inForce
    const { reason, word, message } = refusal
    if (record.resize?.reason !== reason || record.resize.generation !== generation) await tell(sync, 'Warning', `Resize${reason}`, `Pod resize ${word}: ${described(sync, generation, message)}`)
    record.resize = { type: 'PodResizePending', reason, message, generation }
    if (reason === 'Deferred') wakeAt(sync, nowMs + RETRY_MS)
    return
  }
  if (record.resize?.type !== 'PodResizeInProgress' || record.resize.generation !== generation) {
    for (const { r, inForce } of pending) r.inForce = inForce
    await tell(sync, 'Normal', 'ResizeStarted', `Pod resize started: ${described(sync, generation)}`)
    record.resize = { type: 'PodResizeInProgress', generation, dueMs: nowMs + ACTUATION_MS }
  }
  const dueMs = record.resize.dueMs ?? nowMs
  if (nowMs < dueMs) return wakeAt(sync, dueMs)
  const error = belowUsage(sync, pending)
  if (error !== undefined) {
    if (record.resize.reason !== undefined) return
    await tell(sync, 'Warning', 'ResizeError', `Pod resize error: ${described(sync, generation, error)}`)
    record.resize = { ...record.resize, reason: 'Error', message: error }
    return
  }
  for (const { c, r, inForce } of pending) {
    delete r.inForce
    if (needsRestart(c, inForce)) await restart(c, r, `Container ${c.name} resize requires restart`)
    else sync.runtime.resizeContainer(r.id as string, amountsOf(c.resources?.limits), amountsOf(c.resources?.requests))
  }
  delete record.resize
  await tell(sync, 'Normal', 'ResizeCompleted', `Pod resize completed: ${described(sync, generation)}`)
}

/** Nothing is left to do: somebody took back what was being done, or it has come about by a restart. */
async function settle(sync: Sync): Promise<void> {
  const { resize } = sync.record
  delete sync.record.resize
  if (resize?.type === 'PodResizeInProgress') await tell(sync, 'Normal', 'ResizeCompleted', `Pod resize completed: ${described(sync, resize.generation)}`)
}

/** Why memory limits cannot be lowered as wished: more is used. Containers that are restarted for it begin with nothing. upstream: kuberuntime_manager.go validateMemoryResizeAction */
function belowUsage(sync: Sync, pending: readonly Pending[]): string | undefined {
  const { pod, record, runtime } = sync
  const declared = sync.declaredLoad(pod)
  const lasting = lastingContainers(pod.spec)
  const restarted = new Set(pending.filter(p => needsRestart(p.c, p.inForce)).map(p => p.c))
  const usage = (c: Container): number => {
    const r = record.containers[c.name]
    if (r?.state !== 'running' || restarted.has(c)) return 0
    return declared(c.name, pod.spec.containers[0] === c).memoryBytes ?? runtime.usage(r.id as string).memoryBytes
  }
  const podUsage = Math.round(lasting.reduce((sum, c) => sum + usage(c), 0))
  const errors: string[] = []
  const before = sumOf(lasting.map(c => resourcesInForce(record, c).limits?.memory))
  const after = sumOf(lasting.map(c => c.resources?.limits?.memory))
  if (after < before && podUsage >= after) errors.push(`attempting to set pod memory limit (${after}) below current usage (${podUsage})`)
  for (const { c } of pending) {
    const limit = bytesOf(c.resources?.limits?.memory)
    // Of the container's limit upstream tells the usage of the pod.
    if (!restarted.has(c) && limit < bytesOf(resourcesInForce(record, c).limits?.memory) && usage(c) >= limit) errors.push(`attempting to set container "${c.name}" memory limit (${limit}) below current usage (${podUsage})`)
  }
  return errors.length === 0 ? undefined : `cannot decrease memory limits: ${errors.length === 1 ? errors[0] : `[${errors.join(', ')}]`}`
}

/** No limit is a limit that nothing reaches. */
const bytesOf = (text: string | undefined): number => (text === undefined ? Infinity : valueOfQuantity(text))
/** A pod is limited when all its containers are. upstream: ResourceConfigForPod */
const sumOf = (limits: readonly (string | undefined)[]): number => limits.reduce((sum, l) => sum + bytesOf(l), 0)

/** Running containers whose resources are not (yet) those of the spec. */
function pendingOf({ pod, record }: Sync): Pending[] {
  const found: Pending[] = []
  for (const c of lastingContainers(pod.spec)) {
    const r = record.containers[c.name]
    if (r === undefined || r.state !== 'running' || r.stop !== undefined) continue
    const told = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])].find(s => s.name === c.name)
    // What the status shows is in force, if it speaks of this run.
    const inForce = r.inForce ?? (told?.containerID === `containerd://${r.id}` ? (told.resources as ResourceRequirements | undefined) : undefined)
    if (inForce === undefined || semanticEqual(inForce, c.resources ?? {})) delete r.inForce
    else found.push({ c, r, inForce })
  }
  return found
}

const changes = (inForce: ResourceRequirements, c: Container, name: string): boolean => inForce.requests?.[name] !== c.resources?.requests?.[name] || inForce.limits?.[name] !== c.resources?.limits?.[name]
const needsRestart = (c: Container, inForce: ResourceRequirements): boolean => (c.resizePolicy ?? []).some(p => p.restartPolicy === 'RestartContainer' && changes(inForce, c, p.resourceName))

/** Why the node has no room for the pod as it is to be; undefined when it has. upstream: canResizePod */
function roomFor({ ctx, node, pod }: Sync): { readonly reason: 'Infeasible' | 'Deferred'; readonly word: string; readonly message: string } | undefined {
  const own = podRequests(pod.spec)
  const counted = ctx.lister.get(podKind, pod.metadata.name, pod.metadata.namespace) === undefined ? {} : own
  const used = ctx.lister.total(NODE_USE, node?.metadata.name ?? '') ?? {}
  for (const name of ['cpu', 'memory']) {
    const given = node?.status?.allocatable?.[name]
    if (given === undefined) continue
    const capacity = name === 'cpu' ? quantityMilliValue(quantityFromJson(given)) : quantityValue(quantityFromJson(given))
    const requested = own[name] ?? 0
    if (requested > capacity) return { reason: 'Infeasible', word: 'Infeasible', message: `Node didn't have enough capacity: ${name}, requested: ${requested}, capacity: ${capacity}` }
    const others = (used[name] ?? 0) - (counted[name] ?? 0)
    if (requested + others > capacity) return { reason: 'Deferred', word: `OutOf${name}`, message: `Node didn't have enough resource: ${name}, requested: ${requested}, used: ${others}, capacity: ${capacity}` }
  }
  return undefined
}

/** `{"containers":[…],"generation":2}`, as the events have it. */
function described({ pod }: Sync, generation: number, error?: string): string {
  const list = (map: Readonly<Record<string, string>> | undefined) => (map === undefined ? undefined : Object.fromEntries(Object.entries(map).sort().map(([k, v]) => [k, quantityText(quantityFromJson(v))])))
  const one = (c: Container) => ({ name: c.name, resources: { limits: list(c.resources?.limits), requests: list(c.resources?.requests) } })
  const inits = (pod.spec.initContainers ?? []).filter(isRestartableInit).map(one)
  return JSON.stringify({ ...(inits.length === 0 ? {} : { initContainers: inits }), containers: pod.spec.containers.map(one), generation, error })
}
