/** The container that a request to a kubelet means, and what the kubelet answers with. */
import type { Clock } from '../../base/clock'
import { badRequest } from '../../base/status'
import type { Lister } from '../../client/lister'
import { pod as podKind } from '../../kinds/core/pod/kind'
import type { Container, ContainerStatus, Pod } from '../../kinds/schema/types/core.v1'
import type { Runtime } from '../../runtime/container'
import type { NodeStorage } from '../../runtime/storage'

export interface NodeApiParts {
  readonly runtime: Runtime
  readonly storage: NodeStorage
  readonly lister: Lister
  readonly clock: Clock
  /** Runs work that changes containers while nobody else lets the cluster work, and lets the pod's kubelet look at it afterwards. */
  readonly exclusively: <T>(podKey: string, work: () => Promise<T>) => Promise<T>
  /** Lets other processes work on the cluster, until the next `exclusively`. */
  readonly release: () => void
  /** Lets cluster time pass until then, or until something is written. */
  readonly passUntil: (ms: number) => Promise<void>
  /** Lets time pass at the wall's speed, a little with each call (less when `hurried` is fulfilled), until it answers false; undefined where nobody waits. */
  readonly follow: (signal: AbortSignal | undefined, hurried?: () => Promise<void>) => (() => Promise<boolean>) | undefined
  /** Fulfilled when the outer world (connections, signals) has had its turn. */
  readonly later: () => Promise<void>
  /** Something else whenever anything may have changed: what has been printed need not be looked for before. */
  readonly stir: () => string
  /** Who waits for a command's end may jump ahead in time. */
  readonly jumps: boolean
  /** A server's cluster: what connections do waits for its turn among requests by itself, and so does time. */
  readonly shared: boolean
}

/** Looks only where something may have changed since the last time. */
export function whenStirred<T>({ stir }: Pick<NodeApiParts, 'stir'>, look: () => T): () => T | undefined {
  let seen = ''
  return () => {
    const now = stir()
    if (now === seen) return undefined
    seen = now
    return look()
  }
}

/** So often a kubelet looks at what a container has printed. */
export const POLL_MS = 1_000

export const one = (value: string | readonly string[] | undefined): string => (value === undefined ? '' : typeof value === 'string' ? value : (value[0] ?? ''))
export const yes = (value: string | readonly string[] | undefined): boolean => one(value) === 'true'

/** How timers and turns call the pod. */
export const podKey = ({ metadata: { namespace, name } }: Pod): string => `${namespace}/${name}`

export const containersOf = (pod: Pod): Container[] => [...pod.spec.containers, ...(pod.spec.initContainers ?? []), ...((pod.spec.ephemeralContainers ?? []) as unknown as Container[])]
export const statusesOf = (pod: Pod): ContainerStatus[] => [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.ephemeralContainerStatuses ?? [])]

/** upstream: ExecLocation */
export function execContainer(pod: Pod, wished: string): string {
  if (wished === '') {
    if (pod.spec.containers.length === 1) return pod.spec.containers[0]?.name as string
    throw badRequest(`a container name must be specified for pod ${pod.metadata.name}, choose one of: [${pod.spec.containers.map(c => c.name).join(' ')}]`)
  }
  if (!containersOf(pod).some(c => c.name === wished)) throw badRequest(`container ${wished} is not valid for pod ${pod.metadata.name}`)
  return wished
}

/** The id of the container's run, undefined while it does not run. */
export function runningId(pod: Pod, container: string): string | undefined {
  const status = statusesOf(pod).find(s => s.name === container)
  return status?.state?.running === undefined ? undefined : status.containerID?.replace('containerd://', '')
}

/** Whether that run of the container goes on. */
export function stillRuns(pod: Pod, container: string, id: string, { lister }: NodeApiParts): boolean {
  const now = lister.get(podKind, pod.metadata.name, pod.metadata.namespace)
  const status = now === undefined ? undefined : statusesOf(now).find(s => s.name === container)
  return status?.containerID === `containerd://${id}` && status.state?.running !== undefined
}
