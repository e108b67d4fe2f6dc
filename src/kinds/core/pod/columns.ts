/** The columns of pods. upstream: pkg/printers/internalversion/printers.go printPod */
import { parseTime } from '../../../base/clock'
import { ageSince } from '../../../base/duration'
import { age, name, type Column } from '../../kind'
import type { ContainerStatus, Pod, PodStatus } from '../../schema/types/core.v1'
import { isFinished } from './state'
import { isRestartableInit } from './template/containers'

interface Summary {
  ready: number
  total: number
  reason: string
  restarts: number
  /** When a container last ended to be started again. */
  lastRestart: string | undefined
}

/** How ready a pod is, and in one word what it is doing. */
export function summarize(pod: Pod): Summary {
  const status = pod.status ?? {}
  const sidecars = new Set((pod.spec.initContainers ?? []).filter(isRestartableInit).map(c => c.name))
  const s: Summary = { ready: 0, total: (pod.spec.containers ?? []).length + sidecars.size, reason: reasonOf(status), restarts: 0, lastRestart: undefined }
  const initializing = addInitContainers(s, pod, status, sidecars)
  if (!initializing || isTrue(status, 'Initialized')) addContainers(s, status, sidecars)
  if (pod.metadata.deletionTimestamp !== undefined) {
    if (status.reason === 'NodeLost') s.reason = 'Unknown'
    else if (!isFinished(pod)) s.reason = 'Terminating'
  }
  return s
}

function reasonOf({ phase = '', reason = '', conditions = [] }: PodStatus): string {
  if (conditions.some(c => c.type === 'PodScheduled' && c.reason === 'SchedulingGated')) return 'SchedulingGated'
  return reason === '' ? phase : reason
}

const isTrue = (status: PodStatus, type: string): boolean => status.conditions?.find(c => c.type === type)?.status === 'True'

function countRestarts(s: Summary, { restartCount = 0, lastState }: ContainerStatus): void {
  s.restarts += restartCount
  const ended = lastState?.terminated?.finishedAt
  // A run that was removed has no time.
  if (typeof ended === 'string' && (s.lastRestart === undefined || parseTime(s.lastRestart) < parseTime(ended))) s.lastRestart = ended
}

/** True while the init containers have not all done their part. */
function addInitContainers(s: Summary, pod: Pod, status: PodStatus, sidecars: ReadonlySet<string>): boolean {
  for (const [i, c] of (status.initContainerStatuses ?? []).entries()) {
    countRestarts(s, c)
    const { terminated, waiting } = c.state ?? {}
    if (terminated?.exitCode === 0) continue
    if (sidecars.has(c.name) && c.started === true) {
      if (c.ready) s.ready++
      continue
    }
    if (terminated !== undefined) s.reason = `Init:${endText(terminated)}`
    else if ((waiting?.reason ?? '') !== '' && waiting?.reason !== 'PodInitializing') s.reason = `Init:${waiting?.reason}`
    else s.reason = `Init:${i}/${(pod.spec.initContainers ?? []).length}`
    return true
  }
  return false
}

function endText({ reason = '', signal = 0, exitCode }: { reason?: string; signal?: number; exitCode: number }): string {
  if (reason !== '') return reason
  return signal === 0 ? `ExitCode:${exitCode}` : `Signal:${signal}`
}

/** Once initialized, only what still runs or ran last counts. */
function addContainers(s: Summary, status: PodStatus, sidecars: ReadonlySet<string>): void {
  s.restarts = 0
  s.lastRestart = undefined
  for (const c of status.initContainerStatuses ?? []) if (sidecars.has(c.name)) countRestarts(s, c)
  let running = false
  for (const c of [...(status.containerStatuses ?? [])].reverse()) {
    countRestarts(s, c)
    const { terminated, waiting } = c.state ?? {}
    if ((waiting?.reason ?? '') !== '') s.reason = waiting?.reason as string
    else if (terminated !== undefined) s.reason = endText(terminated)
    else if (c.ready && c.state?.running !== undefined) {
      running = true
      s.ready++
    }
  }
  if (s.reason === 'Completed' && running) s.reason = isTrue(status, 'Ready') ? 'Running' : 'NotReady'
}

function restartsText(pod: Pod, nowMs: number): string {
  const { restarts, lastRestart } = summarize(pod)
  return restarts === 0 || lastRestart === undefined ? String(restarts) : `${restarts} (${ageSince(lastRestart, nowMs)} ago)`
}

function gatesText({ spec, status }: Pod): string {
  const gates = spec.readinessGates ?? []
  if (gates.length === 0) return '<none>'
  return `${gates.filter(g => isTrue(status ?? {}, g.conditionType)).length}/${gates.length}`
}

const orNone = (text: string | undefined): string => ((text ?? '') === '' ? '<none>' : (text as string))

export const columns: readonly Column<Pod>[] = [
  name as Column<Pod>,
  { name: 'Ready', type: 'string', description: 'Ready containers of all.', cell: p => { const { ready, total } = summarize(p); return `${ready}/${total}` } },
  { name: 'Status', type: 'string', description: 'What the pod is doing.', cell: p => summarize(p).reason },
  { name: 'Restarts', type: 'string', description: 'How often containers were started again, and when last.', cell: (p, { nowMs }) => restartsText(p, nowMs) },
  age as Column<Pod>,
  { name: 'IP', type: 'string', description: 'The pod\'s address.', priority: 1, cell: p => orNone(p.status?.podIPs?.[0]?.ip ?? p.status?.podIP) },
  { name: 'Node', type: 'string', description: 'Where the pod runs.', priority: 1, cell: p => orNone(p.spec.nodeName) },
  { name: 'Nominated Node', type: 'string', description: 'Where room is being made for the pod.', priority: 1, cell: p => orNone(p.status?.nominatedNodeName) },
  { name: 'Readiness Gates', type: 'string', description: 'Readiness gates that have opened.', priority: 1, cell: p => gatesText(p) },
]
