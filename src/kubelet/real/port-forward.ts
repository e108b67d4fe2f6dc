/** What the kubelet does for `kubectl port-forward`: one connection from outside to a port of a pod. upstream: pkg/kubelet/kubelet_pods.go GetPortForward */
import { createHash } from 'node:crypto'
import { failure } from '../../base/status'
import type { Connection, ConnectOptions } from '../../client/client'
import { node as nodeKind } from '../../kinds/core/node/kind'
import type { Pod } from '../../kinds/schema/types/core.v1'
import type { Stream } from '../../runtime/container'
import { one, POLL_MS, type NodeApiParts } from './addressed'
import { internalIP } from '../../kinds/core/node/state'

/**
 * For connections that last, several at a time: each waits for its turn, since the cluster works in one transaction, and lets
 * other processes work afterwards; while all wait, time passes once for all.
 */
export function createTurns(parts: NodeApiParts): NodeApiParts {
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work)
    last = mine.catch(() => {})
    return mine
  }
  let waiting: Promise<boolean> | undefined
  return {
    ...parts,
    exclusively: (podKey, work) => inTurn(() => parts.exclusively(podKey, work).finally(parts.release)),
    follow(signal) {
      const wait = parts.follow(signal)
      if (wait === undefined) return undefined
      return () => (waiting ??= inTurn(wait).finally(() => (waiting = undefined)))
    },
  }
}

/** `stdin` are the bytes for the pod, `stdout` takes what it answers; ends when either side has ended. */
export async function portForward(pod: Pod, { query, stdin, stdout, signal }: ConnectOptions, parts: NodeApiParts): Promise<Connection> {
  const port = Number(one(query.ports))
  const key = `${pod.metadata.namespace}/${pod.metadata.name}`
  const stream = await open(pod, port, key, parts)
  const { exclusively } = parts
  let isOpen = true
  const drain = (): void => {
    for (let data = stream.read(); ; data = stream.read()) {
      if (data === undefined) isOpen = false
      if (data === undefined || data.length === 0) return
      stdout?.(data)
    }
  }
  const feed = async (): Promise<void> => {
    for await (const chunk of stdin ?? []) {
      if (!isOpen) return
      await exclusively(key, async () => stream.write(chunk))
      drain()
    }
    if (isOpen) await exclusively(key, async () => stream.end())
  }
  const feeding = feed().catch(() => void (isOpen = false))
  const wait = parts.follow(signal)
  while (isOpen && signal?.aborted !== true) {
    if (wait === undefined) await Promise.race([feeding, parts.passUntil(parts.clock.now() + POLL_MS)])
    else if (!(await wait())) break
    drain()
  }
  stream.close()
  return { exitCode: 0 }
}

async function open(pod: Pod, port: number, key: string, { runtime, lister, exclusively, clock }: NodeApiParts): Promise<Stream> {
  const { name, namespace, uid } = pod.metadata
  if (pod.status?.phase !== 'Running') throw failure(500, 'InternalError', `unable to upgrade connection: pod not found ("${name}_${namespace}")`)
  const nodeIP = internalIP(lister.get(nodeKind, pod.spec.nodeName as string))
  const made = await exclusively(key, async () => runtime.dial(pod.spec.nodeName as string, nodeIP, pod.status?.podIP ?? '', port))
  if (!('error' in made)) return made
  const sandbox = createHash('sha256').update(`${uid} ${clock.now()}`).digest('hex')
  throw failure(500, 'InternalError', `error forwarding port ${port} to pod ${sandbox}, uid : failed to execute portforward in network namespace "/var/run/netns/cni-${uid}": failed to connect to localhost:${port} inside namespace "${sandbox}", IPv4: dial tcp4 127.0.0.1:${port}: connect: connection refused IPv6 dial tcp6: address localhost: no suitable address found`)
}
