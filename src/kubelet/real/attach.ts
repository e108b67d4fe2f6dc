/** What the kubelet does for `kubectl attach`: a container's own input and output, from now on. upstream: pkg/kubelet/kubelet_pods.go GetAttach */
import { failure } from '../../base/status'
import type { Connection, ConnectOptions } from '../../client/client'
import type { Container, Pod } from '../../kinds/schema/types/core.v1'
import { containersOf, execContainer, one, podKey, POLL_MS, runningId, stillRuns, whenStirred, yes, type NodeApiParts } from './addressed'
import { feed, NO_INPUT } from './input'
import { followSize } from './terminal-size'

/** Input of the container's first process. */
const MAIN = 'main'

/** Whoever attaches as soon as a container has started has seen it start. */
const JUST_STARTED_MS = 1_000

export async function attach(pod: Pod, options: ConnectOptions, parts: NodeApiParts): Promise<Connection> {
  const { name, namespace } = pod.metadata
  const container = execContainer(pod, one(options.query.container))
  const id = runningId(pod, container)
  if (id === undefined) throw failure(500, 'InternalError', `unable to upgrade connection: container ${container} not found in pod ${name}_${namespace}`)
  const spec = containersOf(pod).find(c => c.name === container) as Container
  options.begun?.()
  const now = parts.clock.now()
  const output = whenStirred(parts, follow(id, now - JUST_STARTED_MS <= startedMs(pod, container) ? 0 : now, options, parts))
  const { exclusively, runtime } = parts
  const key = podKey(pod)
  const input = options.stdin === undefined || spec.stdin !== true ? NO_INPUT : feed(options.stdin, {
    write: data => exclusively(key, async () => runtime.writeExec(id, MAIN, data)),
    end: () => (spec.stdinOnce === true ? exclusively(key, async () => runtime.endExecInput(id, MAIN)) : Promise.resolve()),
  }, parts.later)
  const sizes = followSize(id, MAIN, options.resize, key, parts)
  const wait = parts.follow(options.signal)
  try {
    for (;;) {
      output()
      if (options.signal?.aborted === true || !stillRuns(pod, container, id, parts)) break
      if (wait !== undefined) await Promise.race(input.open ? [input.progress(), wait()] : [wait()])
      else await (input.open ? input.progress() : parts.passUntil(parts.clock.now() + POLL_MS))
    }
  } finally {
    output()
    input.stop()
    sizes.stop()
  }
  return { exitCode: 0 }
}

function startedMs(pod: Pod, container: string): number {
  const all = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.ephemeralContainerStatuses ?? [])]
  return Date.parse(all.find(s => s.name === container)?.state?.running?.startedAt ?? '') || 0
}

/** Writes what the container has printed since the last call. */
function follow(id: string, fromMs: number, { query, stdout, stderr }: ConnectOptions, { storage }: NodeApiParts): () => void {
  let last = fromMs
  return () => {
    const entries = storage.logs.read(id, last === 0 ? {} : { sinceMs: last + 0.0005 }).filter(e => e.timeMs > last)
    for (const { stream, text } of entries) {
      if (stream === 'stdout' || yes(query.tty)) stdout?.(Buffer.from(text))
      else stderr?.(Buffer.from(text))
    }
    last = entries.at(-1)?.timeMs ?? last
  }
}
