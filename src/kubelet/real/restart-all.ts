/** A rule of a container has all containers of its pod begin anew, in the same sandbox with the same volumes. upstream: KEP-5532, pkg/kubelet/container/helpers.go ShouldAllContainersRestart, kuberuntime_manager.go ContainersToReset */
import type { Container, Pod } from '../../kinds/schema/types/core.v1'
import { restartRule } from '../../kinds/core/pod/status'
import { nextRelist, stop, stopStep } from './ending'
import { removeRuns } from './leftovers'
import { wakeAt, type Sync } from './parts'
import type { ContainerRecord, Ended, PodRecord } from './record'

const REASON = 'RestartingAllContainers'
const MESSAGE = 'The container is removed because RestartAllContainers in place'
/** What is left of a run that was removed: nobody knows when it was. */
const REMOVED: Ended = { id: '', exitCode: 137, reason: REASON, message: MESSAGE, startedAtMs: 0, finishedAtMs: 0 }
/** From saying what comes to doing it, and from there to the first container. */
const STEP_MS = 20

const hasMatched = ({ containers }: PodRecord, c: Container): boolean => {
  const r = containers[c.name]
  return r?.state === 'ended' && r.ended !== undefined && restartRule(c, r.ended.exitCode)?.action === 'RestartAllContainers'
}

/** Main containers go before init containers, whoever has called for it last. */
const inOrder = (pod: Pod, record: PodRecord): Container[] => [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].sort((a, b) => Number(hasMatched(record, a)) - Number(hasMatched(record, b)))

/** True while nothing else is to be done for the pod. */
export async function restartAll(sync: Sync): Promise<boolean> {
  const { pod, record, nowMs } = sync
  if (record.restartAll === undefined) {
    if (!inOrder(pod, record).some(c => hasMatched(record, c))) return false
    record.restartAll = { step: 'told', nextMs: nowMs + STEP_MS }
  }
  const state = record.restartAll
  if (state.step === 'ending') {
    if (!(await endAll(sync))) return true
    state.step = 'ended'
    state.nextMs = nextRelist(sync, nowMs)
  }
  if (nowMs < state.nextMs) {
    wakeAt(sync, state.nextMs)
    return true
  }
  if (state.step === 'told') {
    state.step = 'ending'
    return restartAll(sync)
  }
  if (state.step === 'ended') {
    for (const c of inOrder(pod, record)) reset(sync, record.containers[c.name])
    state.step = 'reset'
    state.nextMs = nowMs + STEP_MS
    wakeAt(sync, state.nextMs)
    return true
  }
  // The status has shown it: from here on they wait as at the beginning.
  for (const r of Object.values(record.containers)) {
    if (r.reason !== REASON) continue
    delete r.reason
    delete r.message
  }
  delete record.restartAll
  return false
}

/** While the kubelet ends the containers it says nothing of them. */
export const isSilent = ({ restartAll: r }: PodRecord): boolean => r?.step === 'ending' || r?.step === 'ended'

/** One after the other, without their hooks and with the shortest grace. True when nobody runs any more. */
async function endAll(sync: Sync): Promise<boolean> {
  const { pod, record } = sync
  for (const c of inOrder(pod, record)) {
    const r = record.containers[c.name]
    if (r?.state !== 'running') continue
    if (r.stop === undefined || r.stop.all !== true) {
      await stop(sync, c, r, 'killing', 0, true)
      if (r.stop !== undefined) r.stop.all = true
    } else await stopStep(sync, c, r)
    if ((record.containers[c.name] as ContainerRecord).state === 'running') return false
  }
  return true
}

/** The run is forgotten, as if the container had never been; only its count and a word of why stay. */
function reset({ runtime }: Sync, r: ContainerRecord | undefined): void {
  if (r === undefined || r.id === undefined) return
  removeRuns(runtime, r)
  // Of one that waited for its next run upstream counts nothing.
  const waited = r.state === 'waiting'
  const last = waited ? (r.ended ?? r.last) : REMOVED
  const { restarts, backOffMs, pullImage, lives } = r
  for (const key of Object.keys(r) as (keyof ContainerRecord)[]) delete r[key]
  Object.assign(r, { state: 'waiting', restarts: waited ? restarts : restarts + 1, started: false, ready: false, probes: {}, lives: (lives ?? 0) + 1, ...(last === undefined ? {} : { last: { ...last, id: '' } }), ...(backOffMs === undefined ? {} : { backOffMs }), ...(pullImage === undefined ? {} : { pullImage }), ...(waited ? {} : { reason: REASON, message: MESSAGE }) })
}
