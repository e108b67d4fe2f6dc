/** What every part of the kubelet works with, for one sync of one pod. */
import type { Context } from '../../client/controller'
import type { Recorder } from '../../client/events'
import type { Usage } from '../../client/metrics'
import { containersOf } from '../../kinds/core/pod/template/containers'
import type { Container, Node, Pod } from '../../kinds/schema/types/core.v1'
import type { Runtime } from '../../runtime/container'
import type { ImageCatalogue } from '../../runtime/images/catalogue'
import type { NodeStorage } from '../../runtime/storage'
import type { PodRecord } from './record'
import type { Postpone } from './volumes'

/** One per cluster. */
export interface KubeletParts {
  readonly runtime: Runtime
  readonly images: ImageCatalogue
  readonly storage: NodeStorage
  /** A bound token for a pod's service account. */
  readonly token: (pod: Pod, audience: string | undefined, seconds: number) => string
  readonly postpone: Postpone
  /** Signs for a program that runs on the nodes, `kube-proxy`. */
  readonly eventsOf: (component: string) => Recorder
  /** What somebody declared that a container of the pod uses, by its name and whether it is the first. */
  readonly declaredLoad: (pod: Pod) => (container: string, first: boolean) => Partial<Usage>
}

export interface Sync extends KubeletParts {
  readonly ctx: Context
  pod: Pod
  readonly node: Node | undefined
  readonly record: PodRecord
  /** When this sync takes place; constant throughout it. */
  readonly nowMs: number
  /** The earliest time at which something has to be done again. */
  wakeMs: number | undefined
}

/** Init containers, main ones, and those that debug. */
export const allContainers = ({ pod }: Pick<Sync, 'pod'>): Container[] => [...containersOf(pod.spec)] as Container[]

export function wakeAt(sync: Sync, ms: number | undefined): void {
  if (ms !== undefined && (sync.wakeMs === undefined || ms < sync.wakeMs)) sync.wakeMs = ms
}

/** `spec.containers{web}` */
export function fieldPath(pod: Pod, name: string): string {
  if (pod.spec.initContainers?.some(c => c.name === name) === true) return `spec.initContainers{${name}}`
  return pod.spec.ephemeralContainers?.some(c => c.name === name) === true ? `spec.ephemeralContainers{${name}}` : `spec.containers{${name}}`
}

export async function tell({ ctx, pod }: Sync, type: 'Normal' | 'Warning', reason: string, message: string, container?: string): Promise<void> {
  await ctx.events.event(pod, type, reason, message, container === undefined ? {} : { fieldPath: fieldPath(pod, container) })
}
