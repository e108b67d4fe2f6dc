/** Ends of containers: how they are noticed, asked for and waited for. upstream: pkg/kubelet/kuberuntime/kuberuntime_container.go killContainer, kuberuntime_termination_order.go */
import { isNotFound } from '../../base/status'
import { pod as podKind } from '../../kinds/core/pod/kind'
import { isRestartableInit } from '../../kinds/core/pod/template/containers'
import type { Container } from '../../kinds/schema/types/core.v1'
import { EVICTION_GRACE_MS } from './eviction'
import { preStop } from './hooks'
import { allContainers, tell, wakeAt, type Sync } from './parts'
import type { ContainerRecord, Stop } from './record'
import { removeLeftovers, removeRun } from './leftovers'

/** The kubelet notices what its runtime did at its next look. upstream: genericPlegRelistPeriod */
const RELIST_MS = 1_000
/** After this calm the back-off is forgotten. upstream: flowcontrol.Backoff hasExpired, 2 × MaxContainerBackOff */
const CALM_MS = 600_000
/** Between SIGTERM and SIGKILL at the least. upstream: minimumGracePeriodInSeconds */
const MIN_GRACE_MS = 2_000
const TEARDOWN_MS = 500

/** Looks come once a second, counted from when the pod's sandbox came up. */
export function nextRelist({ record }: Sync, ms: number): number {
  const from = record.sandboxAtMs ?? 0
  return from + (Math.floor((ms - from) / RELIST_MS) + 1) * RELIST_MS
}

export function noteEnd(sync: Sync, c: Container, r: ContainerRecord, status: { exitCode: number; signal?: number; reason: 'Completed' | 'Error' | 'OOMKilled'; finishedAtMs: number }): void {
  const id = r.id as string
  r.state = 'ended'
  r.ready = false
  r.started = false
  // Of a container's dead runs the newest is kept. upstream: pod_container_deletor.go
  removeRun(sync.runtime, r.last?.id)
  r.ended = { id, exitCode: status.exitCode, reason: r.outOfMemory === true ? 'OOMKilled' : status.reason, startedAtMs: r.startedAtMs ?? 0, finishedAtMs: status.finishedAtMs, ...messageOf(sync, c, id, status.exitCode) }
  delete r.outOfMemory
  if (status.finishedAtMs - (r.startedAtMs ?? 0) >= CALM_MS) {
    delete r.backOffMs
    delete r.retryAtMs
  }
}

/** upstream: getTerminationMessage: the file, or the end of the log when it is empty and the policy says so */
function messageOf({ runtime, storage }: Sync, c: Container, id: string, exitCode: number): { message?: string } {
  const text = runtime.terminationMessage(id)
  if (text !== '') return { message: text }
  if (c.terminationMessagePolicy !== 'FallbackToLogsOnError' || exitCode === 0) return {}
  const tail = storage.logs.read(id, { tailLines: 80 }).map(e => e.text).join('').slice(-2048)
  return tail === '' ? {} : { message: tail }
}

export const grace = ({ pod, record }: Sync): number => (record.evicted !== undefined ? EVICTION_GRACE_MS : (pod.metadata.deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30) * 1000)

/** Asks a container to end: its hook first where there is time for it, then SIGTERM, at the end SIGKILL. */
export async function stop(sync: Sync, c: Container, r: ContainerRecord, why: string, graceMs: number, restart: boolean, isItsTurn = true): Promise<void> {
  await tell(sync, 'Normal', 'Killing', why, c.name)
  const hook = graceMs > 0 ? await preStop(sync, c, r) : { endsAtMs: sync.nowMs }
  if (hook.failure !== undefined) await tell(sync, 'Warning', 'FailedPreStopHook', 'PreStopHook failed', c.name)
  const deadlineMs = sync.nowMs + graceMs
  r.stop = { termAtMs: Math.min(hook.endsAtMs, deadlineMs), deadlineMs, killAtMs: deadlineMs, termSent: false, restart }
  await stopStep(sync, c, r, isItsTurn)
}

/** Who waits for others to end waits as long as there is time. */
export async function stopStep(sync: Sync, c: Container, r: ContainerRecord, isItsTurn = true): Promise<void> {
  const { runtime, nowMs } = sync
  const id = r.id as string
  const s = r.stop as Stop
  const deadlineMs = s.deadlineMs ?? s.killAtMs
  const termAtMs = isItsTurn ? s.termAtMs : deadlineMs
  if (!s.termSent && nowMs >= termAtMs) {
    s.termSent = true
    s.killAtMs = Math.max(deadlineMs, nowMs + MIN_GRACE_MS)
    await runtime.signalContainer(id, runtime.stopSignal(id))
  }
  if (s.termSent && nowMs >= s.killAtMs) await runtime.signalContainer(id, 'KILL')
  const status = runtime.status(id)
  if (status.state === 'running') {
    const wake = runtime.nextWakeMs(id)
    wakeAt(sync, s.termSent ? s.killAtMs : termAtMs)
    wakeAt(sync, wake === undefined ? undefined : Math.max(wake, nowMs + 1))
    return
  }
  // Killing waits for the end itself, so it is noticed at once.
  noteEnd(sync, c, r, status)
}

/** Ends all containers: all are told at once, a sidecar gets its SIGTERM when the main containers and the sidecars after it have ended; then the pod is reported as down. */
export async function terminate(sync: Sync): Promise<void> {
  const { pod, record, nowMs } = sync
  delete record.restartAll
  record.deletionSeenMs ??= nowMs
  const deadlineMs = record.deletionSeenMs + grace(sync)
  const isRunning = (c: Container): boolean => record.containers[c.name]?.state === 'running'
  const sidecars = (pod.spec.initContainers ?? []).filter(isRestartableInit)
  const waitsFor = (c: Container): boolean => {
    const at = sidecars.indexOf(c)
    return at >= 0 && ([...(pod.spec.initContainers ?? []).filter(x => !isRestartableInit(x)), ...pod.spec.containers].some(isRunning) || sidecars.slice(at + 1).some(isRunning))
  }
  // Sidecars last, in reverse, so that one look serves all that end at once.
  const running = allContainers(sync).filter(isRunning)
  for (const c of [...running.filter(x => !sidecars.includes(x)), ...running.filter(x => sidecars.includes(x)).reverse()]) {
    const r = record.containers[c.name] as ContainerRecord
    if (r.stop === undefined || r.stop.restart) await stop(sync, c, r, `Stopping container ${c.name}`, Math.max(0, deadlineMs - nowMs), false, !waitsFor(c))
    else {
      if (deadlineMs < (r.stop.deadlineMs ?? r.stop.killAtMs)) shorten(r.stop, deadlineMs)
      await stopStep(sync, c, r, !waitsFor(c))
    }
  }
  if (allContainers(sync).some(isRunning)) return
  for (const r of Object.values(record.containers)) if (r.state === 'waiting' && r.ended !== undefined) r.state = 'ended'
  if (record.downAtMs === undefined) record.downAtMs = nowMs + (record.sandboxAtMs === undefined ? 0 : TEARDOWN_MS)
  if (nowMs < record.downAtMs) return wakeAt(sync, record.downAtMs)
  record.terminated = true
}

/** Somebody has deleted the pod again, with less grace. */
function shorten(s: Stop, deadlineMs: number): void {
  s.deadlineMs = deadlineMs
  s.termAtMs = Math.min(s.termAtMs, deadlineMs)
  if (s.termSent) s.killAtMs = Math.min(s.killAtMs, deadlineMs)
}

/** The apiserver is told that the pod may go. */
export async function remove(sync: Sync): Promise<void> {
  removeLeftovers(sync)
  try {
    await sync.ctx.client.delete(podKind, sync.pod, { gracePeriodSeconds: 0, preconditions: { uid: sync.pod.metadata.uid } })
  } catch (e) {
    if (!isNotFound(e)) throw e
  }
  // A finalizer may still hold it: whoever is waited for ends it, not this kubelet.
  sync.record.removed = true
}
