/** What the kubelet does for `kubectl port-forward`: one connection from outside to a port of a pod. upstream: pkg/kubelet/kubelet_pods.go GetPortForward */
import { createHash } from 'node:crypto'
import { failure } from '../../base/status'
import type { Connection, ConnectOptions } from '../../client/client'
import { node as nodeKind } from '../../kinds/core/node/kind'
import type { Pod } from '../../kinds/schema/types/core.v1'
import type { Stream } from '../../runtime/container'
import { one, podKey, POLL_MS, type NodeApiParts } from './addressed'
import { feed } from './input'
import { internalIP } from '../../kinds/core/node/state'

/** `stdin` are the bytes for the pod, `stdout` takes what it answers; ends when either side has ended. Throws 500 where nobody listens. */
export async function portForward(pod: Pod, { query, stdin, stdout, signal, begun }: ConnectOptions, parts: NodeApiParts): Promise<Connection> {
  const key = podKey(pod)
  checkRuns(pod)
  // Nobody forwards yet: whether it could be done was asked.
  if (query.ports === undefined) return { exitCode: 0 }
  const stream = await open(pod, Number(one(query.ports)), key, parts)
  begun?.()
  const { exclusively } = parts
  let isOpen = true
  const drain = (): void => {
    for (let data = stream.read(); ; data = stream.read()) {
      if (data === undefined) isOpen = false
      if (data === undefined || data.length === 0) return
      stdout?.(data)
    }
  }
  const input = feed(stdin ?? NOTHING, {
    async write(data) {
      if (!isOpen) return
      await exclusively(key, async () => stream.write(data))
      drain()
    },
    async end() {
      if (isOpen) await exclusively(key, async () => stream.end())
    },
  }, parts.later)
  const wait = parts.follow(signal)
  drain()
  while (isOpen && signal?.aborted !== true) {
    if (wait === undefined) await (input.open ? input.progress() : parts.passUntil(parts.clock.now() + POLL_MS))
    else await Promise.race(input.open ? [input.progress(), wait()] : [wait()])
    drain()
  }
  input.stop()
  stream.close()
  return { exitCode: 0 }
}

const NOTHING: AsyncIterable<Uint8Array> = { [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: true, value: undefined }) }) }

function checkRuns({ metadata: { name, namespace }, status }: Pod): void {
  if (status?.phase !== 'Running') throw failure(500, 'InternalError', `unable to upgrade connection: pod not found ("${name}_${namespace}")`)
}

async function open(pod: Pod, port: number, key: string, { runtime, lister, exclusively, clock }: NodeApiParts): Promise<Stream> {
  const { uid } = pod.metadata
  const nodeIP = internalIP(lister.get(nodeKind, pod.spec.nodeName as string))
  const made = await exclusively(key, async () => runtime.dial(pod.spec.nodeName as string, nodeIP, pod.status?.podIP ?? '', port))
  if (!('error' in made)) return made
  const sandbox = createHash('sha256').update(`${uid} ${clock.now()}`).digest('hex')
  throw failure(500, 'InternalError', `error forwarding port ${port} to pod ${sandbox}, uid : failed to execute portforward in network namespace "/var/run/netns/cni-${uid}": failed to connect to localhost:${port} inside namespace "${sandbox}", IPv4: dial tcp4 127.0.0.1:${port}: connect: connection refused IPv6 dial tcp6: address localhost: no suitable address found`)
}
