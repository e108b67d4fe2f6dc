/** What a node's kubelet answers: logs, commands in containers, their own input and output. upstream: pkg/kubelet/server, pkg/registry/core/pod/strategy.go LogLocation */
import { badRequest, failure, methodNotSupported, notFound, type StatusError } from '../../base/status'
import { microTimestamp } from '../../base/clock'
import type { ConnectOptions, Connection, ObjectRef, RawRequest } from '../../client/client'
import type { Metrics } from '../../client/metrics'
import { node as nodeKind } from '../../kinds/core/node/kind'
import { isOff } from '../../kinds/core/node/power'
import { pod as podKind } from '../../kinds/core/pod/kind'
import type { Resource } from '../../kinds/kind'
import type { Node, Pod } from '../../kinds/schema/types/core.v1'
import type { LogReadOptions } from '../../runtime/storage'
import { containersOf, one, POLL_MS, statusesOf, stillRuns, whenStirred, yes, type NodeApiParts } from './addressed'
import { attach } from './attach'
import { exec } from './exec'
import { outside } from './outside'
import { portForward } from './port-forward'
import { kubeletAnswer, proxiedRequest } from './proxy'
import { createTurns } from './turns'
import { internalIP } from '../../kinds/core/node/state'

export function createNodeApi(parts: NodeApiParts, metrics: Metrics) {
  const lasting = createTurns(parts)
  return {
    http: (target: Parameters<typeof proxiedRequest>[0], method: string, path: string, request: RawRequest) => proxiedRequest(target, method, path, request, parts),
    /** A command on the machine beside the cluster. */
    outside: (options: ConnectOptions) => outside(options, lasting),
    kubelet: (node: Node, path: string) => kubeletAnswer(node, path, parts, metrics),
    async connect(kind: Resource, ref: ObjectRef, subresource: string, options: ConnectOptions): Promise<Connection> {
      const pod = parts.lister.get(podKind, ref.metadata.name, ref.metadata.namespace)
      if (pod === undefined) throw notFound(podKind, ref.metadata.name)
      const node = parts.lister.get(nodeKind, pod.spec.nodeName ?? '')
      if (node !== undefined && isOff(node)) throw unreachable(node, pod, subresource, options)
      if (subresource === 'log') return logs(pod, options, parts)
      if (subresource === 'exec') return exec(pod, options, lasting)
      if (subresource === 'attach') return attach(pod, options, lasting)
      if (subresource === 'portforward') return portForward(pod, options, lasting)
      throw methodNotSupported(kind, subresource)
    },
  }
}

/** What the apiserver says of a kubelet that does not answer. */
function unreachable(node: Node, { metadata }: Pod, subresource: string, { query }: ConnectOptions): StatusError {
  const address = `${internalIP(node)}:10250`
  const dial = `dial tcp ${address}: connect: no route to host`
  if (subresource !== 'log') return failure(500, '', `error dialing backend: ${dial}`)
  return failure(500, '', `Get "https://${address}/containerLogs/${metadata.namespace}/${metadata.name}/${one(query.container)}": ${dial}`)
}

// ── logs ──────────────────────────────────────────────────────────────────────────────────────────

/** upstream: validateContainer in pkg/registry/core/pod/strategy.go */
function containerFor(pod: Pod, wished: string): string {
  const { name } = pod.metadata
  if (wished !== '') {
    if (!containersOf(pod).some(c => c.name === wished)) throw badRequest(`container ${wished} is not valid for pod ${name}`)
    return wished
  }
  if (pod.spec.containers.length === 1) return pod.spec.containers[0]?.name as string
  const list = `[${pod.spec.containers.map(c => c.name).join(' ')}]`
  const inits = pod.spec.initContainers ?? []
  if (inits.length > 0) throw badRequest(`a container name must be specified for pod ${name}, choose one of: ${list} or one of the init containers: [${inits.map(c => c.name).join(' ')}]`)
  throw badRequest(`a container name must be specified for pod ${name}, choose one of: ${list}`)
}

async function logs(pod: Pod, { query, stdout, signal }: ConnectOptions, parts: NodeApiParts): Promise<Connection> {
  const container = containerFor(pod, one(query.container))
  if ((pod.spec.nodeName ?? '') === '') throw badRequest(`pod ${pod.metadata.name} does not have a host assigned`)
  const id = runOf(pod, container, yes(query.previous))
  if (id === undefined) return { exitCode: 0 }
  const { storage } = parts
  const write = (text: string): void => stdout?.(Buffer.from(text))
  if (yes(query.previous) && isGone(pod, container)) {
    write(`unable to retrieve container logs for containerd://${id}`)
    return { exitCode: 0 }
  }
  const now = parts.clock.now()
  const sinceSeconds = one(query.sinceSeconds)
  const sinceTime = one(query.sinceTime)
  const wished: LogReadOptions = {
    ...(sinceSeconds === '' ? {} : { sinceMs: now - Number(sinceSeconds) * 1000 }),
    ...(sinceTime === '' ? {} : { sinceMs: Date.parse(sinceTime) }),
    ...(one(query.tailLines) === '' ? {} : { tailLines: Number(one(query.tailLines)) }),
    ...(one(query.limitBytes) === '' ? {} : { limitBytes: Number(one(query.limitBytes)) }),
  }
  const stamped = yes(query.timestamps)
  const show = (options: LogReadOptions): number => {
    let last = 0
    for (const e of storage.logs.read(id, options)) {
      write(stamped ? `${microTimestamp(e.timeMs).replace('Z', '000Z')} ${e.text}` : e.text)
      last = e.timeMs
    }
    return last
  }
  let last = show(wished)
  if (!yes(query.follow)) return { exitCode: 0 }
  const wait = parts.follow(signal)
  const more = whenStirred(parts, () => {
    const newer = storage.logs.read(id, { sinceMs: last + 0.0005 })
    for (const e of newer) if (e.timeMs > last) write(stamped ? `${microTimestamp(e.timeMs).replace('Z', '000Z')} ${e.text}` : e.text)
    last = newer.at(-1)?.timeMs ?? last
  })
  while (signal?.aborted !== true && stillRuns(pod, container, id, parts)) {
    if (wait === undefined) await parts.passUntil(parts.clock.now() + POLL_MS)
    else if (!(await wait())) break
    more()
  }
  return { exitCode: 0 }
}

/** Of a container's dead runs the newest is kept: when that is the present one, nothing is left of the one before. */
const isGone = (pod: Pod, container: string): boolean => statusesOf(pod).find(s => s.name === container)?.state?.terminated !== undefined

/** The id of the run whose log is meant. upstream: pkg/kubelet/kubelet_pods.go validateContainerLogStatus */
function runOf(pod: Pod, container: string, previous: boolean): string | undefined {
  const status = statusesOf(pod).find(s => s.name === container)
  const where = `container "${container}" in pod "${pod.metadata.name}"`
  if (status === undefined) throw badRequest(`${where} is not available`)
  const { state, lastState } = status
  const idOf = (text: string | undefined): string | undefined => text?.replace('containerd://', '')
  if (previous) {
    const id = idOf(lastState?.terminated?.containerID)
    if (id === undefined || id === '') throw badRequest(`previous terminated ${where} not found`)
    return id
  }
  if (state?.running !== undefined) return idOf(status.containerID)
  if (state?.terminated !== undefined) {
    if (state.terminated.containerID !== undefined && state.terminated.containerID !== '') return idOf(state.terminated.containerID)
    if (lastState?.terminated?.containerID !== undefined) return idOf(lastState.terminated.containerID)
    throw badRequest(`${where} is terminated`)
  }
  if (lastState?.terminated?.containerID !== undefined && lastState.terminated.containerID !== '') return idOf(lastState.terminated.containerID)
  const reason = state?.waiting?.reason ?? ''
  switch (reason) {
    case 'ErrImagePull':
      throw badRequest(`${where} is waiting to start: image can't be pulled`)
    case 'ImagePullBackOff':
      throw badRequest(`${where} is waiting to start: trying and failing to pull image`)
    default:
      throw badRequest(`${where} is waiting to start: ${reason === '' ? 'no logs yet' : reason}`)
  }
}
