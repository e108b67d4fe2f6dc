/** One sync of one pod: what has happened to its containers, what is to be done next, what its status says. upstream: pkg/kubelet/kubelet.go SyncPod, kuberuntime_manager.go computePodActions */
import { isNotFound } from '../../base/status'
import { pod as podKind } from '../../kinds/core/pod/kind'
import type { Container } from '../../kinds/schema/types/core.v1'
import { nextPodIP } from '../addresses'
import { evictForStorage, EVICTION_GRACE_MS } from './eviction'
import { expandFileSystems } from './expand'
import { preStop } from './hooks'
import { limitMemory } from './memory'
import { tell, wakeAt, type Sync } from './parts'
import { runProbes } from './probes'
import { refresh } from './refresh'
import { resize } from './resize'
import { containerRecord, type ContainerRecord } from './record'
import { containerHash, removeLeftovers, startContainer } from './start'
import { initProgress, isSidecar, phaseOf, runsAgain, sameStatus, statusOf } from './status'
import { MountError } from './mount-error'
import { snapshotIds } from './mounts'
import { podVolumeId } from './volume-places'
import { setUpVolumes, type VolumeParts } from './volumes'
import { internalIP } from '../../kinds/core/node/state'

/** From being told of a pod to having its sandbox. */
const SANDBOX_MS = 400
/** The kubelet notices what its runtime did at its next look. upstream: genericPlegRelistPeriod */
const RELIST_MS = 1_000
/** upstream: backOffPeriod, MaxContainerBackOff, and the calm that forgets it */
const BACKOFF_BASE_MS = 10_000
const BACKOFF_MAX_MS = 300_000
const CALM_MS = 600_000
/** Until a worker whose sync failed tries again. upstream: workBackOffPeriod */
const RETRY_MS = 10_000
/** upstream: podAttachAndMountTimeout; the first complaint comes at once */
const MOUNT_RETRY_MS = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 122_000]
/** What a preStop hook may take beyond the grace. upstream: minimumGracePeriodInSeconds */
const MIN_GRACE_MS = 2_000
const TEARDOWN_MS = 500

export const allContainers = ({ pod }: Pick<Sync, 'pod'>): Container[] => [...(pod.spec.initContainers ?? []), ...pod.spec.containers, ...((pod.spec.ephemeralContainers ?? []) as unknown as Container[])]

/** Brings the pod one step further and writes its status. */
export async function syncPod(sync: Sync): Promise<void> {
  const { pod, record } = sync
  await observe(sync)
  await evictForStorage(sync)
  const finished = isOver(sync)
  if (pod.metadata.deletionTimestamp !== undefined || record.evicted !== undefined || finished || pastDeadline(sync)) await terminate(sync, finished)
  else await advance(sync)
  await writeStatus(sync)
  if (record.terminated === true && record.removed !== true && pod.metadata.deletionTimestamp !== undefined) await remove(sync)
}

/** The pod has come to its end by itself. */
function isOver({ pod, record }: Sync): boolean {
  const phase = pod.status?.phase
  if (phase === 'Succeeded' || phase === 'Failed') return true
  // Sidecars are ended when nothing is left that they could serve.
  const computed = phaseOf(pod, record, false)
  return computed === 'Succeeded' || computed === 'Failed'
}

function pastDeadline(sync: Sync): boolean {
  const { pod, nowMs } = sync
  const seconds = pod.spec.activeDeadlineSeconds
  const started = pod.status?.startTime
  if (seconds === undefined || started === undefined) return false
  const at = Date.parse(started) + seconds * 1000
  if (nowMs < at) wakeAt(sync, at)
  return nowMs >= at
}

// ── what happened ─────────────────────────────────────────────────────────────────────────────────

/** Lets programs run that are due, and notices ends at the kubelet's own pace. */
async function observe(sync: Sync): Promise<void> {
  for (const c of allContainers(sync)) {
    const r = sync.record.containers[c.name]
    if (r?.state !== 'running' || r.id === undefined) continue
    let report = await sync.runtime.stepContainer(r.id)
    if (report.status.state === 'running') {
      await limitMemory(sync, c, r)
      if (r.outOfMemory === true) report = await sync.runtime.stepContainer(r.id)
    }
    if (report.status.state === 'running') {
      wakeAt(sync, report.nextWakeMs === undefined ? undefined : Math.max(report.nextWakeMs, sync.nowMs + 1))
      continue
    }
    const noticedMs = nextRelist(sync, report.status.finishedAtMs)
    if (sync.nowMs < noticedMs) {
      wakeAt(sync, noticedMs)
      continue
    }
    noteEnd(sync, c, r, report.status)
  }
}

/** Looks come once a second, counted from when the pod's sandbox came up. */
function nextRelist({ record }: Sync, ms: number): number {
  const from = record.sandboxAtMs ?? 0
  return from + (Math.floor((ms - from) / RELIST_MS) + 1) * RELIST_MS
}

function noteEnd(sync: Sync, c: Container, r: ContainerRecord, status: { exitCode: number; signal?: number; reason: 'Completed' | 'Error' | 'OOMKilled'; finishedAtMs: number }): void {
  const id = r.id as string
  r.state = 'ended'
  r.ready = false
  r.started = false
  // Of a container's dead runs the newest is kept. upstream: pod_container_deletor.go
  if (r.last !== undefined) {
    sync.runtime.removeContainer(r.last.id)
    sync.runtime.removeLogs(r.last.id)
  }
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

// ── on the way up ─────────────────────────────────────────────────────────────────────────────────

async function advance(sync: Sync): Promise<void> {
  const { record, nowMs } = sync
  if (nowMs < record.busyUntilMs) return wakeAt(sync, record.busyUntilMs)
  await noticeSandbox(sync)
  if (!record.volumesReady && !(await mount(sync))) return
  if (record.sandboxAtMs === undefined) {
    if (!(await makeSandbox(sync))) return
  }
  await expandFileSystems(sync)
  refresh(sync, () => volumeParts(sync))
  await startDue(sync)
  await ephemeral(sync)
  await resize(sync, (c, r, why) => stop(sync, c, r, why, grace(sync), true))
  for (const c of allContainers(sync)) await tend(sync, c)
}

export function volumeParts(sync: Sync): VolumeParts {
  const { pod, node, record, ctx, storage, nowMs, token, images } = sync
  const hostIP = internalIP(node)
  return { pod, node, podIP: pod.spec.hostNetwork === true ? hostIP : (record.ip ?? ''), lister: ctx.lister, storage, nowMs, token, images }
}

async function mount(sync: Sync): Promise<boolean> {
  const { record, nowMs } = sync
  if (record.volumeTriedMs !== undefined && nowMs < record.volumeTriedMs) {
    wakeAt(sync, record.volumeTriedMs)
  }
  try {
    record.volumes ??= ownVolumes(sync)
    setUpVolumes(volumeParts(sync), sync.postpone)
    record.volumesReady = true
    return true
  } catch (e) {
    if (!(e instanceof MountError)) throw e
    if (record.volumeTriedMs === undefined || nowMs >= record.volumeTriedMs) {
      if (e.text !== undefined) await tell(sync, 'Warning', 'FailedMount', e.text)
      const tries = (record.mountTries = (record.mountTries ?? 0) + 1)
      record.volumeTriedMs = nowMs + (MOUNT_RETRY_MS[Math.min(tries - 1, MOUNT_RETRY_MS.length - 1)] as number)
      wakeAt(sync, record.volumeTriedMs)
    }
    return false
  }
}

/** Volumes that nobody else can have. */
const ownVolumes = ({ pod }: Sync): string[] => [...(pod.spec.volumes ?? []).filter(v => v.persistentVolumeClaim === undefined && v.ephemeral === undefined && v.hostPath === undefined).map(v => podVolumeId(pod, v.name)), ...snapshotIds(pod)]

/** A sandbox that has ended is made anew, with another address; the containers in it have ended with it. upstream: podSandboxChanged */
async function noticeSandbox(sync: Sync): Promise<void> {
  const { pod, record, runtime } = sync
  if (pod.spec.shareProcessNamespace !== true || record.sandboxAtMs === undefined || !runtime.takeSandboxEnd(`pod/${record.uid}`)) return
  for (const c of allContainers(sync)) {
    const r = record.containers[c.name]
    const status = r?.state === 'running' && r.id !== undefined ? runtime.status(r.id) : undefined
    if (r !== undefined && status !== undefined && status.state !== 'running') noteEnd(sync, c, r, status)
  }
  await tell(sync, 'Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.')
  delete record.sandboxAtMs
  delete record.sandboxDueMs
  delete record.ip
}

async function makeSandbox(sync: Sync): Promise<boolean> {
  const { record, pod, node, ctx, nowMs } = sync
  if (record.sandboxDueMs === undefined) {
    record.sandboxDueMs = nowMs + SANDBOX_MS
    wakeAt(sync, record.sandboxDueMs)
    return false
  }
  if (nowMs < record.sandboxDueMs) {
    wakeAt(sync, record.sandboxDueMs)
    return false
  }
  if (pod.spec.hostNetwork !== true) {
    const ip = nextPodIP(node, ctx)
    if (ip === undefined) {
      await tell(sync, 'Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: plugin type="host-local" failed (add): failed to allocate for range 0: no IP addresses available in range set`)
      wakeAt(sync, nowMs + RETRY_MS)
      return false
    }
    record.ip = ip
  }
  record.sandboxAtMs = nowMs
  return true
}

/** Starts what may start: init containers one after the other, then all main containers. */
async function startDue(sync: Sync): Promise<void> {
  const { pod, record } = sync
  const inits = pod.spec.initContainers ?? []
  // Each look starts the next ones; a sidecar that has started lets the one after it start in the same look.
  for (let guard = 0; guard <= inits.length; guard++) {
    const at = initProgress(pod, record)
    if (at >= inits.length) break
    const c = inits[at] as Container
    const before = record.containers[c.name]?.started === true
    await maybeStart(sync, c)
    if (!isSidecar(c) || record.containers[c.name]?.started !== true || before) return
  }
  for (const c of inits) if (isSidecar(c)) await maybeStart(sync, c)
  for (const c of pod.spec.containers) await maybeStart(sync, c)
}

async function ephemeral(sync: Sync): Promise<void> {
  for (const c of (sync.pod.spec.ephemeralContainers ?? []) as unknown as Container[]) if (containerRecord(sync.record, c.name).id === undefined) await maybeStart(sync, c)
}

/** Starts a container that waits, or one that has ended and is to run again. */
async function maybeStart(sync: Sync, c: Container): Promise<void> {
  const { record, nowMs } = sync
  const r = containerRecord(record, c.name)
  if (r.state === 'running') return
  if (r.state === 'waiting' && r.reason === 'CrashLoopBackOff') {
    if (nowMs < (r.retryAtMs ?? 0)) return wakeAt(sync, r.retryAtMs)
  } else if (r.state === 'ended' || (r.state === 'waiting' && r.ended !== undefined)) {
    if (!mayRestart(sync, c, r)) return
    if (r.stop?.restart !== true || r.retryAtMs !== undefined) {
      if (await backsOff(sync, c, r)) return
    }
  }
  if (r.state === 'ended') r.restarts++
  else if (r.reason === 'CrashLoopBackOff') r.restarts++
  if (r.state === 'ended' || r.reason === 'CrashLoopBackOff') noteRestart(r, nowMs)
  r.state = 'waiting'
  await startContainer(sync, c, r)
}

/** upstream: kubecontainer.ShouldContainerBeRestarted */
function mayRestart({ pod }: Sync, c: Container, r: ContainerRecord): boolean {
  if (pod.spec.ephemeralContainers?.some(e => e.name === c.name) === true) return false
  const isInit = pod.spec.initContainers?.includes(c) === true
  const exitCode = r.ended?.exitCode ?? 0
  if (isSidecar(c) && isInit) return true
  if (isInit) return exitCode !== 0 && pod.spec.restartPolicy !== 'Never'
  return runsAgain(pod, c, exitCode)
}

/** True while the container has to wait before it is started again. The first restart is at once. upstream: doBackOff */
async function backsOff(sync: Sync, c: Container, r: ContainerRecord): Promise<boolean> {
  const { nowMs, pod } = sync
  if (r.backOffMs === undefined) return false
  const at = (r.ended?.finishedAtMs ?? nowMs) + r.backOffMs
  if (nowMs >= at) return false
  if (r.backOffToldMs !== r.ended?.finishedAtMs) {
    r.backOffToldMs = r.ended?.finishedAtMs
    await tell(sync, 'Warning', 'BackOff', `Back-off restarting failed container ${c.name} in pod ${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`, c.name)
    // The status shows the back-off only at the sync after the one that ran into it.
    r.showBackOffMs = nowMs + RETRY_MS
    wakeAt(sync, Math.min(at, r.showBackOffMs))
    return true
  }
  if (nowMs >= (r.showBackOffMs ?? 0)) {
    r.state = 'waiting'
    r.reason = 'CrashLoopBackOff'
    r.message = `back-off ${backOffText(r.backOffMs)} restarting failed container=${c.name} pod=${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`
    r.retryAtMs = at
  }
  wakeAt(sync, r.state === 'waiting' ? at : Math.min(at, r.showBackOffMs as number))
  return true
}

/** `10s`, `1m20s`, `5m0s`, as Go prints durations. */
function backOffText(ms: number): string {
  const s = ms / 1000
  return s < 60 ? `${s}s` : `${Math.floor(s / 60)}m${s % 60}s`
}

function noteRestart(r: ContainerRecord, _nowMs: number): void {
  r.backOffMs = Math.min(r.backOffMs === undefined ? BACKOFF_BASE_MS : r.backOffMs * 2, BACKOFF_MAX_MS)
  delete r.retryAtMs
  delete r.showBackOffMs
}

/** Probes, a changed spec, stops that are under way. */
async function tend(sync: Sync, c: Container): Promise<void> {
  const r = sync.record.containers[c.name]
  if (r?.state !== 'running') return
  if (r.stop !== undefined) return stopStep(sync, c, r)
  if (r.hash !== undefined && r.hash !== containerHash(c)) return stop(sync, c, r, `Container ${c.name} definition changed, will be restarted`, grace(sync), true)
  const { kill } = await runProbes(sync, c, r)
  if (kill === undefined) return
  const seconds = (kill === 'liveness' ? c.livenessProbe : c.startupProbe)?.terminationGracePeriodSeconds
  await stop(sync, c, r, `Container ${c.name} failed ${kill} probe, will be restarted`, seconds === undefined ? grace(sync) : seconds * 1000, true)
}

const grace = ({ pod, record }: Sync): number => (record.evicted !== undefined ? EVICTION_GRACE_MS : (pod.metadata.deletionGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30) * 1000)

// ── on the way down ───────────────────────────────────────────────────────────────────────────────

async function stop(sync: Sync, c: Container, r: ContainerRecord, why: string, graceMs: number, restart: boolean): Promise<void> {
  await tell(sync, 'Normal', 'Killing', why, c.name)
  const hook = graceMs > 0 ? await preStop(sync, c, r) : { endsAtMs: sync.nowMs }
  if (hook.failure !== undefined) await tell(sync, 'Warning', 'FailedPreStopHook', 'PreStopHook failed', c.name)
  const deadline = sync.nowMs + graceMs
  const termAtMs = Math.min(hook.endsAtMs, deadline)
  r.stop = { termAtMs, killAtMs: Math.max(deadline, termAtMs + MIN_GRACE_MS), termSent: false, restart }
  if (c.lifecycle?.preStop === undefined) r.stop.killAtMs = deadline
  await stopStep(sync, c, r)
}

async function stopStep(sync: Sync, c: Container, r: ContainerRecord): Promise<void> {
  const { runtime, nowMs } = sync
  const id = r.id as string
  const s = r.stop as NonNullable<ContainerRecord['stop']>
  if (!s.termSent && nowMs >= s.termAtMs) {
    s.termSent = true
    await runtime.signalContainer(id, runtime.stopSignal(id))
  }
  if (nowMs >= s.killAtMs) await runtime.signalContainer(id, 'KILL')
  const status = runtime.status(id)
  if (status.state === 'running') {
    const wake = runtime.nextWakeMs(id)
    wakeAt(sync, s.termSent ? s.killAtMs : s.termAtMs)
    wakeAt(sync, wake === undefined ? undefined : Math.max(wake, nowMs + 1))
    return
  }
  // Killing waits for the end itself, so it is noticed at once.
  noteEnd(sync, c, r, status)
}

/** Ends all containers, main ones first, then sidecars in reverse; then the pod is reported as down. */
async function terminate(sync: Sync, finished: boolean): Promise<void> {
  const { pod, record, nowMs } = sync
  const running = allContainers(sync).filter(c => record.containers[c.name]?.state === 'running')
  const graceMs = grace(sync)
  if (record.deletionSeenMs === undefined) record.deletionSeenMs = nowMs
  const sidecars = new Set((pod.spec.initContainers ?? []).filter(isSidecar).map(c => c.name))
  const main = running.filter(c => !sidecars.has(c.name))
  const now = main.length > 0 ? main : running.slice(-1)
  for (const c of now) {
    const r = record.containers[c.name] as ContainerRecord
    if (r.stop === undefined || r.stop.restart) {
      const left = Math.max(0, graceMs - (nowMs - record.deletionSeenMs))
      await stop(sync, c, r, `Stopping container ${c.name}`, finished && sidecars.has(c.name) ? graceMs : left, false)
    } else {
      const deadline = record.deletionSeenMs + graceMs
      if (deadline < r.stop.killAtMs && c.lifecycle?.preStop === undefined) r.stop.killAtMs = deadline
      await stopStep(sync, c, r)
    }
  }
  if (allContainers(sync).some(c => record.containers[c.name]?.state === 'running')) {
    if (main.length === 0 && now.every(c => record.containers[c.name]?.state !== 'running')) wakeAt(sync, nowMs)
    return
  }
  for (const r of Object.values(record.containers)) if (r.state === 'waiting' && r.ended !== undefined) r.state = 'ended'
  if (record.downAtMs === undefined) record.downAtMs = nowMs + (record.sandboxAtMs === undefined ? 0 : TEARDOWN_MS)
  if (nowMs < record.downAtMs) return wakeAt(sync, record.downAtMs)
  record.terminated = true
}

async function remove(sync: Sync): Promise<void> {
  removeLeftovers(sync)
  try {
    await sync.ctx.client.delete(podKind, sync.pod, { gracePeriodSeconds: 0, preconditions: { uid: sync.pod.metadata.uid } })
  } catch (e) {
    if (!isNotFound(e)) throw e
  }
  // A finalizer may still hold it: whoever is waited for ends it, not this kubelet.
  sync.record.removed = true
}

// ── what it looks like ────────────────────────────────────────────────────────────────────────────

async function writeStatus(sync: Sync): Promise<void> {
  const { pod, record, node, nowMs, ctx } = sync
  const failed = record.evicted === undefined ? pastDeadlineReason(sync) : { reason: 'Evicted', message: record.evicted }
  const status = statusOf({ pod, record, node, nowMs, ...failed })
  if (failed !== undefined) status.phase = 'Failed'
  if (sameStatus(pod.status, status)) return
  sync.pod = await ctx.client.update(podKind, { ...pod, status }, { subresource: 'status' })
}

function pastDeadlineReason({ pod, nowMs }: Sync): { reason: string; message: string } | undefined {
  const seconds = pod.spec.activeDeadlineSeconds
  const started = pod.status?.startTime
  if (seconds === undefined || started === undefined || nowMs < Date.parse(started) + seconds * 1000 || pod.status?.phase === 'Succeeded') return undefined
  return { reason: 'DeadlineExceeded', message: 'Pod was active on the node longer than the specified deadline' }
}
