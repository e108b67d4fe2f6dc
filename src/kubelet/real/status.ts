/** The status of a pod from its spec and what the kubelet remembers of it. Pure. upstream: pkg/kubelet/kubelet_pods.go, status/generate.go */
import { timestamp } from '../../base/clock'
import { deepEqual } from '../../base/equal'
import { allCouldRestart, restartRule } from '../../kinds/core/pod/status'
import { isRestartableInit, lastingContainers } from '../../kinds/core/pod/template/containers'
import type { Container, ContainerStatus, Node, Pod, PodCondition, PodStatus } from '../../kinds/schema/types/core.v1'
import { containerRecord, type ContainerRecord, type Ended, type PodRecord, type ResizeRecord } from './record'
import { internalIP } from '../../kinds/core/node/state'
import { podResources } from './pod-resources'

/** How far the init containers are: the index of the first that has not done its part, or the number of them. */
export function initProgress(pod: Pod, record: PodRecord): number {
  const inits = pod.spec.initContainers ?? []
  for (const [i, c] of inits.entries()) {
    const r = record.containers[c.name]
    const done = isRestartableInit(c) ? r?.started === true : r?.state === 'ended' && r.ended?.exitCode === 0 && r.outlived !== true
    if (!done && !hasEverInitialized(pod, record)) return i
  }
  return inits.length
}

/** Once a main container has been started, the pod does not initialize again while its sandbox lives. */
export function hasEverInitialized(pod: Pod, record: PodRecord): boolean {
  return pod.spec.containers.some(c => record.containers[c.name]?.id !== undefined && record.containers[c.name]?.outlived !== true)
}

export interface StatusInput {
  readonly pod: Pod
  readonly record: PodRecord
  readonly node: Node | undefined
  readonly nowMs: number
  /** The pod has come to its end by itself or by deletion: nothing is restarted any more. */
  readonly reason?: string
  readonly message?: string
  /** Whatever its containers say. */
  readonly hasFailed?: boolean
}

export function statusOf({ pod, record, node, nowMs, reason, message, hasFailed }: StatusInput): PodStatus {
  const { spec } = pod
  const before = pod.status ?? {}
  const phase = hasFailed === true ? 'Failed' : phaseOf(pod, record)
  const hostIP = internalIP(node)
  const podIP = spec.hostNetwork === true ? hostIP : record.ip
  const startTime = before.startTime ?? timestamp(nowMs)
  // Who initializes again has been initialized.
  const initialized = initProgress(pod, record) >= (spec.initContainers ?? []).length || before.conditions?.some(c => c.type === 'Initialized' && c.status === 'True') === true
  const status: PodStatus = {
    ...(before.qosClass === undefined ? {} : { qosClass: before.qosClass }),
    ...(before.nominatedNodeName === undefined ? {} : { nominatedNodeName: before.nominatedNodeName }),
    observedGeneration: pod.metadata.generation as number,
    phase,
    ...(reason === undefined ? (before.reason === undefined ? {} : { reason: before.reason }) : { reason }),
    ...(message === undefined ? (before.message === undefined ? {} : { message: before.message }) : { message }),
    conditions: [],
    hostIP,
    hostIPs: [{ ip: hostIP }],
    ...(podIP === undefined ? {} : { podIP, podIPs: [{ ip: podIP }] }),
    startTime,
    containerStatuses: spec.containers.map(c => containerStatus(pod, c, containerRecord(record, c.name), (spec.initContainers ?? []).length === 0 ? 'ContainerCreating' : 'PodInitializing')),
  }
  if (spec.initContainers !== undefined && spec.initContainers.length > 0) {
    status.initContainerStatuses = spec.initContainers.map(c => containerStatus(pod, c, containerRecord(record, c.name), 'PodInitializing'))
  }
  if (spec.ephemeralContainers !== undefined) status.ephemeralContainerStatuses = spec.ephemeralContainers.map(c => containerStatus(pod, c as Container, containerRecord(record, c.name), 'ContainerCreating'))
  Object.assign(status, podResources(pod, record))
  status.conditions = conditionsOf(pod, record, status, initialized, nowMs)
  return status
}

/** Whether a main container that has ended is started anew: its own rules and policy count before the pod's. upstream: kubecontainer.ShouldContainerBeRestarted */
export function runsAgain({ spec }: Pod, c: Container, exitCode: number): boolean {
  if (restartRule(c, exitCode) !== undefined) return true
  const policy = c.restartPolicy ?? spec.restartPolicy ?? 'Always'
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0)
}

/** upstream: getPhase */
export function phaseOf(pod: Pod, record: PodRecord, sidecarsCount = true): string {
  const { spec } = pod
  if (pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded') return pod.status.phase
  const inits = spec.initContainers ?? []
  let pendingInit = 0
  let failedInit = 0
  let failedForGood = 0
  const started = hasEverInitialized(pod, record)
  for (const c of inits) {
    const r = record.containers[c.name]
    if (isRestartableInit(c)) {
      if (!started && r?.started !== true) pendingInit++
      continue
    }
    if (r === undefined || r.id === undefined) pendingInit++
    else if (r.state === 'running') pendingInit++
    else if (r.state === 'ended' && r.ended?.exitCode !== 0) {
      failedInit++
      if (!runsAgain(pod, c, r.ended?.exitCode ?? 1)) failedForGood++
    } else if (r.state === 'waiting') {
      if (r.last === undefined) pendingInit++
      else if (r.last.exitCode !== 0) failedInit++
    }
  }
  let [unknown, running, stopped, succeeded, waiting, anew] = [0, 0, 0, 0, 0, 0]
  for (const c of spec.containers) {
    const r = record.containers[c.name]
    if (r?.state === 'waiting' && r.id === undefined && r.last !== undefined) anew++
    else if (r === undefined || (r.state === 'waiting' && r.id === undefined)) waiting++
    else if (r.state === 'running') running++
    else if (r.state === 'ended') {
      stopped++
      if (r.ended?.exitCode === 0) succeeded++
    } else if (r.last !== undefined || r.ended !== undefined) stopped++
    else unknown++
  }
  const policy = spec.restartPolicy ?? 'Always'
  if (failedForGood > 0) return 'Failed'
  if (pendingInit > 0 || (failedInit > 0 && !started)) return 'Pending'
  if (waiting > 0) return 'Pending'
  if (anew > 0) return 'Running'
  if (running > 0 && unknown === 0) return 'Running'
  if (running === 0 && stopped > 0 && unknown === 0) {
    // Sidecars that still run do not keep a pod from having ended, only from being reported so.
    if (sidecarsCount && inits.some(c => isRestartableInit(c) && record.containers[c.name]?.state === 'running') && pod.metadata.deletionTimestamp === undefined && policy !== 'Always') return 'Running'
    if (spec.containers.some(c => runsAgain(pod, c, record.containers[c.name]?.ended?.exitCode ?? record.containers[c.name]?.last?.exitCode ?? 0))) return 'Running'
    return stopped === succeeded ? 'Succeeded' : 'Failed'
  }
  return 'Pending'
}

const resizeCondition = ({ type, reason, message }: ResizeRecord): { type: string; status: boolean; reason?: string; message?: string } => ({ type, status: true, ...(reason === undefined ? {} : { reason }), ...(message === undefined ? {} : { message }) })

const CONDITION_ORDER = ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled', 'AllContainersRestarting']

function conditionsOf(pod: Pod, record: PodRecord, status: PodStatus, initialized: boolean, nowMs: number): PodCondition[] {
  const { spec } = pod
  const before = pod.status?.conditions ?? []
  const finished = status.phase === 'Succeeded' || status.phase === 'Failed'
  const unready = lastingContainers(spec).filter(c => record.containers[c.name]?.ready !== true || record.containers[c.name]?.state !== 'running').map(c => c.name)
  const wished: { type: string; status: boolean; reason?: string; message?: string }[] = record.resize === undefined ? [] : [resizeCondition(record.resize)]
  const uninitialized = (spec.initContainers ?? []).slice(initProgress(pod, record)).filter(c => !isRestartableInit(c) || record.containers[c.name]?.started !== true).map(c => c.name)
  wished.push({ type: 'PodReadyToStartContainers', status: record.sandboxAtMs !== undefined && !finished && record.terminated !== true })
  wished.push(
    status.phase === 'Succeeded' ? { type: 'Initialized', status: true, reason: 'PodCompleted' }
    : initialized ? { type: 'Initialized', status: true }
    : { type: 'Initialized', status: false, reason: 'ContainersNotInitialized', message: `containers with incomplete status: [${uninitialized.join(' ')}]` },
  )
  const readiness: { status: boolean; reason?: string; message?: string } =
    status.phase === 'Succeeded' ? { status: false, reason: 'PodCompleted' }
    : status.phase === 'Failed' ? { status: false, reason: 'PodFailed' }
    : unready.length === 0 ? { status: true }
    : { status: false, reason: 'ContainersNotReady', message: `containers with unready status: [${unready.join(' ')}]` }
  const gates = (spec.readinessGates ?? []).filter(g => before.find(c => c.type === g.conditionType)?.status !== 'True')
  const gateMessages = gates.map(g => {
    const c = before.find(x => x.type === g.conditionType)
    return c === undefined ? `corresponding condition of pod readiness gate "${g.conditionType}" does not exist.` : `the status of pod readiness gate "${g.conditionType}" is not "True", but ${c.status}`
  })
  wished.push(readiness.status && gates.length > 0 ? { type: 'Ready', status: false, reason: 'ReadinessGatesNotReady', message: gateMessages.join(', ') } : { type: 'Ready', ...readiness })
  wished.push({ type: 'ContainersReady', ...readiness })
  wished.push({ type: 'PodScheduled', status: true })
  if (allCouldRestart(spec)) wished.push(restartingCondition(record, status.phase as string))
  const generation = pod.metadata.generation as number
  const made = wished.map(w => {
    const old = before.find(c => c.type === w.type)
    const value = w.status ? 'True' : 'False'
    const lastTransitionTime = old?.status === value ? (old.lastTransitionTime as string) : timestamp(nowMs)
    return { type: w.type, observedGeneration: generation, status: value, lastProbeTime: null as never, lastTransitionTime, ...(w.reason === undefined ? {} : { reason: w.reason }), ...(w.message === undefined ? {} : { message: w.message }) } as PodCondition
  })
  return [...made, ...before.filter(c => !CONDITION_ORDER.includes(c.type) && !c.type.startsWith('PodResize'))]
}

/** upstream: GenerateAllContainersRestartingCondition */
function restartingCondition({ restartAll }: PodRecord, phase: string): { type: string; status: boolean; reason?: string; message?: string } {
  const type = 'AllContainersRestarting'
  if (phase === 'Succeeded') return { type, status: false, reason: 'PodCompleted' }
  if (phase === 'Failed') return { type, status: false, reason: 'PodFailed' }
  if (restartAll === undefined || restartAll.step === 'reset') return { type, status: false }
  return { type, status: true, reason: 'RestartAllContainersStarted', message: 'container exited with restart policy rule' }
}

const startedStamp = (ms: number | undefined): string => timestamp(ms ?? 0)

function terminated(e: Ended): NonNullable<NonNullable<ContainerStatus['state']>['terminated']> {
  return {
    exitCode: e.exitCode,
    ...(e.signal === undefined ? {} : { signal: e.signal }),
    reason: e.reason,
    ...(e.message === undefined || e.message === '' ? {} : { message: e.message }),
    startedAt: e.startedAtMs === 0 ? (null as never) : startedStamp(e.startedAtMs),
    finishedAt: e.finishedAtMs === 0 ? (null as never) : startedStamp(e.finishedAtMs),
    ...(e.id === '' ? {} : { containerID: `containerd://${e.id}` }),
  }
}

function containerStatus(pod: Pod, c: Container, r: ContainerRecord, initialReason: string): ContainerStatus {
  const state: ContainerStatus['state'] =
    r.state === 'running' ? { running: { startedAt: startedStamp(r.startedAtMs) } }
    : r.state === 'ended' && r.ended !== undefined ? { terminated: terminated(r.ended) }
    : { waiting: { reason: r.reason ?? initialReason, ...(r.message === undefined ? {} : { message: r.message }) } }
  const last = r.state === 'waiting' ? (r.ended ?? r.last) : r.last
  const isInit = (pod.spec.initContainers ?? []).includes(c)
  // An init container has done its part when it has ended, not while it runs.
  const ready = r.state === 'running' ? r.ready && (!isInit || isRestartableInit(c)) : isInit && !isRestartableInit(c) && r.state === 'ended' && r.ended?.exitCode === 0
  const resources = r.inForce ?? c.resources ?? {}
  const isEphemeral = pod.spec.ephemeralContainers?.some(e => e.name === c.name) === true
  return {
    name: c.name,
    state: state as NonNullable<ContainerStatus['state']>,
    lastState: last === undefined ? {} : { terminated: terminated(last) },
    ready: isEphemeral ? false : ready,
    restartCount: r.restarts,
    image: r.id === undefined ? (c.image as string) : (r.image ?? (c.image as string)),
    imageID: r.id === undefined ? '' : (r.imageID ?? ''),
    ...(r.id === undefined ? {} : { containerID: `containerd://${r.id}` }),
    ...(isEphemeral ? {} : { started: r.state === 'running' && r.started }),
    ...(resources.requests === undefined ? {} : { allocatedResources: resources.requests }),
    ...(r.id === undefined ? {} : { resources }),
    ...(c.volumeMounts === undefined || r.id === undefined ? {} : { volumeMounts: c.volumeMounts.map(m => ({ name: m.name, mountPath: m.mountPath, ...(m.readOnly === true ? { readOnly: true, recursiveReadOnly: 'Disabled' } : {}) })) }),
    ...(r.id === undefined || r.state === 'waiting' ? {} : { user: { linux: { uid: r.uid ?? 0, gid: r.gid ?? 0, supplementalGroups: [r.gid ?? 0, ...(r.groups ?? [])] } } }),
  } as ContainerStatus
}

export const sameStatus = (a: PodStatus | undefined, b: PodStatus): boolean => deepEqual(a, b)
