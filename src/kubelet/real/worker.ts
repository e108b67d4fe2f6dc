/** One sync of one pod: what has happened to its containers, what is to be done next, what its status says. upstream: pkg/kubelet/kubelet.go SyncPod, kuberuntime_manager.go computePodActions */
import { parseTime } from '../../base/clock'
import { pod as podKind } from '../../kinds/core/pod/kind'
import { isRestartableInit } from '../../kinds/core/pod/template/containers'
import type { Container, Pod, PodStatus } from '../../kinds/schema/types/core.v1'
import { nextPodIP } from '../addresses'
import { grace, nextRelist, noteEnd, remove, stop, stopStep, terminate } from './ending'
import { evictForStorage } from './eviction'
import { expandFileSystems } from './expand'
import { limitMemory } from './memory'
import { allContainers, tell, wakeAt, type Sync } from './parts'
import { runProbes } from './probes'
import { refresh } from './refresh'
import { resize } from './resize'
import { containerRecord, type ContainerRecord } from './record'
import { isSilent, restartAll } from './restart-all'
import { containerHash, startContainer } from './start'
import { hasEverInitialized, initProgress, phaseOf, runsAgain, sameStatus, statusOf } from './status'
import { MountError } from './mount-error'
import { snapshotIds } from './mounts'
import { podVolumeId } from './volume-places'
import { setUpVolumes, type VolumeParts } from './volumes'
import { internalIP } from '../../kinds/core/node/state'

/** From being told of a pod to having its sandbox. */
const SANDBOX_MS = 400
/** upstream: backOffPeriod, MaxContainerBackOff */
const BACKOFF_BASE_MS = 10_000
const BACKOFF_MAX_MS = 300_000
/** Between what a look says and what it does. */
const SHOW_MS = 20
const HOOK_FAILED = 'PostStartHookError'
/** Until a worker whose sync failed tries again. upstream: workBackOffPeriod */
const RETRY_MS = 10_000
/** upstream: podAttachAndMountTimeout; the first complaint comes at once */
const MOUNT_RETRY_MS = [500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 122_000]

const DEADLINE = 'Pod was active on the node longer than the specified deadline'

/** Brings the pod one step further and writes its status. */
export async function syncPod(sync: Sync): Promise<void> {
  const { pod, record } = sync
  await observe(sync)
  await evictForStorage(sync)
  if (pod.metadata.deletionTimestamp !== undefined || record.evicted !== undefined || isOver(sync) || (await pastDeadline(sync))) await terminate(sync)
  else await advance(sync)
  if (!isSilent(record)) await writeStatus(sync)
  if (record.terminated === true && record.removed !== true && pod.metadata.deletionTimestamp !== undefined) await remove(sync)
}

/** The pod has come to its end by itself. */
function isOver({ pod, record }: Sync): boolean {
  const phase = pod.status?.phase
  if (phase === 'Succeeded' || phase === 'Failed') return true
  if (record.restartAll !== undefined) return false
  // Sidecars are ended when nothing is left that they could serve.
  const computed = phaseOf(pod, record, false)
  return computed === 'Succeeded' || computed === 'Failed'
}

/** When the pod's time is over, if ever. */
function deadlineMs({ spec, status }: Pod): number | undefined {
  return spec.activeDeadlineSeconds === undefined || status?.startTime === undefined ? undefined : parseTime(status.startTime) + spec.activeDeadlineSeconds * 1000
}

/** upstream: pkg/kubelet/active_deadline.go */
async function pastDeadline(sync: Sync): Promise<boolean> {
  const { nowMs } = sync
  const at = deadlineMs(sync.pod)
  if (at === undefined) return false
  if (nowMs < at) wakeAt(sync, at)
  else if (sync.record.deadlineTold !== true) {
    sync.record.deadlineTold = true
    await tell(sync, 'Normal', 'DeadlineExceeded', DEADLINE)
  }
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

// ── on the way up ─────────────────────────────────────────────────────────────────────────────────

async function advance(sync: Sync): Promise<void> {
  const { record, nowMs } = sync
  if (nowMs < record.busyUntilMs) return wakeAt(sync, record.busyUntilMs)
  if (await restartAll(sync)) return
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

/** A sandbox that has ended is made anew, with another address; the containers in it have ended with it, and the pod initializes again. upstream: computePodActions, podSandboxChanged */
async function noticeSandbox(sync: Sync): Promise<void> {
  const { pod, record, runtime } = sync
  if (pod.spec.shareProcessNamespace !== true || record.sandboxAtMs === undefined || !runtime.takeSandboxEnd(`pod/${record.uid}`)) return
  const ran: ContainerRecord[] = []
  for (const c of allContainers(sync)) {
    const r = record.containers[c.name]
    if (r?.id === undefined) continue
    ran.push(r)
    const status = r.state === 'running' ? runtime.status(r.id) : undefined
    if (status !== undefined && status.state !== 'running') noteEnd(sync, c, r, status)
  }
  // What has run once and is not to run again ends with its sandbox.
  if (ran.length > 0 && !pod.spec.containers.some(c => isRestartable(pod, c))) return wakeAt(sync, sync.nowMs)
  await tell(sync, 'Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.')
  for (const r of ran) r.outlived = true
  delete record.sandboxAtMs
  delete record.sandboxDueMs
  delete record.ip
}

/** upstream: podutil.IsContainerRestartable */
const isRestartable = ({ spec }: Sync['pod'], c: Container): boolean => (c.restartPolicyRules ?? []).length > 0 || (c.restartPolicy ?? spec.restartPolicy) !== 'Never'

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
    const done = inits[at - 1]
    if (done !== undefined && !isRestartableInit(done) && showEnd(sync, containerRecord(record, done.name))) return
    const before = record.containers[c.name]?.started === true
    await maybeStart(sync, c)
    if (!isRestartableInit(c) || record.containers[c.name]?.started !== true || before) return
  }
  const last = inits.at(-1)
  if (last !== undefined && !hasEverInitialized(pod, record) && !isRestartableInit(last) && showEnd(sync, containerRecord(record, last.name))) return
  for (const c of inits) if (isRestartableInit(c)) await maybeStart(sync, c)
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
    if (r.stop?.restart !== true && showEnd(sync, r)) return
    if (r.stop?.restart !== true || r.retryAtMs !== undefined) {
      if (await backsOff(sync, c, r)) return
    }
  }
  if (r.state === 'ended') r.restarts++
  else if (r.reason === 'CrashLoopBackOff' || r.reason === HOOK_FAILED) r.restarts++
  if (r.state === 'ended' || r.reason === 'CrashLoopBackOff' || r.reason === HOOK_FAILED) noteRestart(r)
  r.state = 'waiting'
  await startContainer(sync, c, r)
}

/** Each look begins with saying what it has found, then it acts: true when this end has not been said. */
function showEnd(sync: Sync, r: ContainerRecord): boolean {
  const { ended } = r
  if (ended === undefined) return false
  if (r.shown?.endMs !== ended.finishedAtMs) {
    r.shown = { endMs: ended.finishedAtMs, untilMs: sync.nowMs + SHOW_MS }
    if (r.hookError !== undefined) {
      r.state = 'waiting'
      r.reason = HOOK_FAILED
      r.message = r.hookError
      delete r.hookError
    }
  }
  if (sync.nowMs >= r.shown.untilMs) return false
  wakeAt(sync, r.shown.untilMs)
  return true
}

/** upstream: kubecontainer.ShouldContainerBeRestarted */
function mayRestart({ pod }: Sync, c: Container, r: ContainerRecord): boolean {
  if (pod.spec.ephemeralContainers?.some(e => e.name === c.name) === true) return false
  const isInit = pod.spec.initContainers?.includes(c) === true
  const exitCode = r.ended?.exitCode ?? 0
  if (isRestartableInit(c) && isInit) return true
  if (isInit) return r.outlived === true || (exitCode !== 0 && runsAgain(pod, c, exitCode))
  return runsAgain(pod, c, exitCode)
}

/** True while the container has to wait before it is started again. The first restart is at once. upstream: doBackOff */
async function backsOff(sync: Sync, c: Container, r: ContainerRecord): Promise<boolean> {
  const { nowMs, pod } = sync
  if (r.backOffMs === undefined) return false
  const at = (r.ended?.finishedAtMs ?? nowMs) + r.backOffMs
  if (nowMs >= at) {
    if (r.backOffToldMs !== r.ended?.finishedAtMs || r.reason === 'CrashLoopBackOff') return false
    backOff(sync, c, r, nowMs + SHOW_MS)
    return true
  }
  if (r.backOffToldMs !== r.ended?.finishedAtMs) {
    r.backOffToldMs = r.ended?.finishedAtMs
    await tell(sync, 'Warning', 'BackOff', `Back-off restarting failed container ${c.name} in pod ${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`, c.name)
    // The status shows the back-off only at the sync after the one that ran into it.
    r.showBackOffMs = nowMs + RETRY_MS
    wakeAt(sync, Math.min(at, r.showBackOffMs))
    return true
  }
  if (nowMs >= (r.showBackOffMs ?? 0)) backOff(sync, c, r, at)
  else wakeAt(sync, Math.min(at, r.showBackOffMs as number))
  return true
}

function backOff(sync: Sync, c: Container, r: ContainerRecord, untilMs: number): void {
  const { name, namespace, uid } = sync.pod.metadata
  r.state = 'waiting'
  r.reason = 'CrashLoopBackOff'
  r.message = `back-off ${backOffText(r.backOffMs as number)} restarting failed container=${c.name} pod=${name}_${namespace}(${uid})`
  r.retryAtMs = untilMs
  wakeAt(sync, untilMs)
}

/** `10s`, `1m20s`, `5m0s`, as Go prints durations. */
function backOffText(ms: number): string {
  const s = ms / 1000
  return s < 60 ? `${s}s` : `${Math.floor(s / 60)}m${s % 60}s`
}

function noteRestart(r: ContainerRecord): void {
  r.backOffMs = Math.min(r.backOffMs === undefined ? BACKOFF_BASE_MS : r.backOffMs * 2, BACKOFF_MAX_MS)
  delete r.retryAtMs
  delete r.showBackOffMs
}

/** Probes, a changed spec, stops that are under way. */
async function tend(sync: Sync, c: Container): Promise<void> {
  const r = sync.record.containers[c.name]
  if (r?.state !== 'running') return
  if (r.stop !== undefined) return stopStep(sync, c, r)
  const isInit = sync.pod.spec.initContainers?.includes(c) === true
  const name = `${isInit ? 'Init container' : 'Container'} ${c.name}`
  if (r.hash !== undefined && r.hash !== containerHash(c)) return stop(sync, c, r, `${name} definition changed${isInit ? '' : ', will be restarted'}`, grace(sync), true)
  const { kill } = await runProbes(sync, c, r)
  if (kill === undefined) return
  const seconds = (kill === 'liveness' ? c.livenessProbe : c.startupProbe)?.terminationGracePeriodSeconds
  const again = (c.restartPolicy ?? sync.pod.spec.restartPolicy) !== 'Never'
  await stop(sync, c, r, `${name} failed ${kill} probe${again && !isInit ? ', will be restarted' : ''}`, seconds === undefined ? grace(sync) : seconds * 1000, again)
}

// ── what it looks like ────────────────────────────────────────────────────────────────────────────

async function writeStatus(sync: Sync): Promise<void> {
  const { pod, record, node, nowMs, ctx } = sync
  const failed = record.evicted === undefined ? pastDeadlineReason(sync) : { reason: 'Evicted', message: record.evicted }
  const status = statusOf({ pod, record, node, nowMs, ...failed, ...(failed === undefined ? {} : { hasFailed: true }) })
  if (failed !== undefined && allContainers(sync).some(c => record.containers[c.name]?.state === 'running')) delayEnd(status, pod)
  if (sameStatus(pod.status, status)) return
  sync.pod = await ctx.client.update(podKind, { ...pod, status }, { subresource: 'status' })
}

/** Nobody is told of a pod's end while its containers still run. upstream: status_manager.go mergePodStatus */
function delayEnd(status: PodStatus, { status: before = {} }: Pod): void {
  status.phase = before.phase ?? 'Pending'
  for (const field of ['reason', 'message'] as const) {
    if (before[field] === undefined) delete status[field]
    else status[field] = before[field]
  }
}

function pastDeadlineReason({ pod, nowMs }: Sync): { reason: string; message: string } | undefined {
  if (nowMs < (deadlineMs(pod) ?? Infinity) || pod.status?.phase === 'Succeeded') return undefined
  return { reason: 'DeadlineExceeded', message: DEADLINE }
}
