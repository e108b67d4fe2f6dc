/** What a kubelet remembers of a pod: the containers it has started and what became of them. Plain JSON, kept beside the pod while it lives. */

import type { Container, ResourceRequirements } from '../../kinds/schema/types/core.v1'

/** How a run of a container ended. */
export interface Ended {
  /** '' where the run was removed: then nobody knows its times either. */
  readonly id: string
  readonly exitCode: number
  readonly signal?: number
  /** Completed, Error, OOMKilled, StartError, ContainerStatusUnknown */
  readonly reason: string
  readonly message?: string
  readonly startedAtMs: number
  readonly finishedAtMs: number
}

export interface ProbeRecord {
  nextMs: number
  /** Of the same result, in a row. */
  count: number
  /** undefined before the first result. */
  ok?: boolean
  /** The files that the last result depended on; as long as they stay, so does the result. */
  version?: string
  /** Nothing can change the result: no timer runs. */
  steady?: boolean
}

export type ContainerState = 'waiting' | 'running' | 'ended'

export interface ContainerRecord {
  state: ContainerState
  /** Why it waits: ContainerCreating, PodInitializing, CrashLoopBackOff, ErrImagePull … */
  reason?: string
  message?: string
  /** Id of the current or last run. */
  id?: string
  image?: string
  imageID?: string
  uid?: number
  /** The group and the others that the pod's security context adds; of the image's user when absent. */
  gid?: number
  groups?: readonly number[]
  /** Of the spec that it was started with: another one restarts it. */
  hash?: string
  startedAtMs?: number
  ended?: Ended
  /** Its resources while they are not those of the spec. */
  inForce?: ResourceRequirements
  /** Since when more memory is used than may be; and whether it was killed for that. */
  overMs?: number
  outOfMemory?: boolean
  /** The run before. */
  last?: Ended
  restarts: number
  /** Passed its startup probe, and (postStart) may be used. */
  started: boolean
  ready: boolean
  /** Failed starts and runs in a row, for the back-off. */
  backOffMs?: number
  retryAtMs?: number
  /** The end for which the back-off has been told, and when the status shows it. */
  backOffToldMs?: number | undefined
  showBackOffMs?: number
  pullBackOffMs?: number
  pullRetryAtMs?: number
  /** The reference that the image is pulled by, what the last look at it ran into, and when the next one is. */
  pullImage?: string
  pullNext?: { readonly reason: string; readonly message: string }
  pullLookMs?: number
  /** The image is there. */
  pulled?: boolean
  probes: { liveness?: ProbeRecord; readiness?: ProbeRecord; startup?: ProbeRecord }
  /** The end that the status shows, and until when it does at least. */
  shown?: { readonly endMs: number; readonly untilMs: number }
  /** Why the hook after its start failed, for which it is being ended. */
  hookError?: string
  /** It has run in a sandbox that is gone: what it did for the pod does not count any more. */
  outlived?: boolean
  /** How often its runs were removed, so that it began as if it had never been. */
  lives?: number
  /** Someone wants it ended: when it is killed, and what it is told meanwhile. */
  stop?: Stop
}

export interface Stop {
  /** SIGTERM is sent when the preStop hook is over. */
  termAtMs: number
  /** When the grace is over. */
  deadlineMs?: number
  killAtMs: number
  termSent: boolean
  /** It may start anew afterwards (a failed probe, a changed image). */
  restart: boolean
  /** It ends because all containers of the pod begin anew. */
  all?: boolean
}

/** A change of resources that has not come into force. */
export interface ResizeRecord {
  readonly type: 'PodResizePending' | 'PodResizeInProgress'
  readonly reason?: 'Infeasible' | 'Deferred' | 'Error'
  readonly message?: string
  readonly generation: number
  readonly dueMs?: number
}

/** told: the condition says so; ending: they are killed; ended: nobody runs; reset: they wait to begin. */
export interface RestartAllRecord {
  step: 'told' | 'ending' | 'ended' | 'reset'
  nextMs: number
}

export interface PodRecord {
  uid: string
  /** Of a static pod: its node. Its mirror may go and come back while it runs. */
  staticOn?: string
  /** Nothing is done before this: the last step takes its time. */
  busyUntilMs: number
  ip?: string
  /** The sandbox is up. */
  sandboxAtMs?: number
  volumesReady: boolean
  /** What is already told, so that a failing mount is not told at every sync. */
  volumeTriedMs?: number
  mountTries?: number
  sandboxDueMs?: number
  /** Containers are down and what they had is taken apart. */
  downAtMs?: number
  /** Versions of what the volumes show, and when they are brought up to date. */
  mounted?: { readonly objects: string; readonly fields: string }
  refreshAtMs?: number
  /** When the tokens in its volumes were made. */
  tokensAtMs?: number
  /** What goes with the pod: ids of its own volumes. */
  volumes?: readonly string[]
  resize?: ResizeRecord
  /** All containers begin anew: how far that is. */
  restartAll?: RestartAllRecord
  containers: Record<string, ContainerRecord>
  /** All containers are down and were reported: what is left is to remove the pod. */
  terminated?: boolean
  /** The apiserver was told that the pod may go. */
  removed?: boolean
  deletionSeenMs?: number
  /** When the kubelet looks next at a pod that uses more of the disk than it may. */
  storageLookMs?: number
  /** That its time is over has been told. */
  deadlineTold?: boolean
  /** Why the kubelet ended the pod. */
  evicted?: string
}

export function newRecord(uid: string, nowMs: number, staticOn?: string): PodRecord {
  return { uid, ...(staticOn === undefined ? {} : { staticOn }), busyUntilMs: nowMs, volumesReady: false, containers: {} }
}

/** What a running container has: what it is to have, until that has come about. */
export const resourcesInForce = ({ containers }: PodRecord, c: Container): ResourceRequirements => containers[c.name]?.inForce ?? c.resources ?? {}

export function containerRecord(pod: PodRecord, name: string): ContainerRecord {
  return (pod.containers[name] ??= { state: 'waiting', restarts: 0, started: false, ready: false, probes: {} })
}
