/** What the kubelet does for `kubectl attach`: a container's own input and output, from now on. upstream: pkg/kubelet/kubelet_pods.go GetAttach */
import { failure } from '../../base/status'
import type { Connection, ConnectOptions } from '../../client/client'
import type { Container, Pod } from '../../kinds/schema/types/core.v1'
import { containersOf, execContainer, one, POLL_MS, runningId, stillRuns, yes, type NodeApiParts } from './addressed'

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
  const input = options.stdin !== undefined && spec.stdin === true ? pump(options.stdin) : undefined
  const now = parts.clock.now()
  const output = follow(id, now - JUST_STARTED_MS <= startedMs(pod, container) ? 0 : now, options, parts)
  const wait = parts.follow(options.signal)
  output()
  try {
    while (options.signal?.aborted !== true) {
      const typed = input === undefined ? 'nothing' : await feed(input, wait === undefined, id, spec.stdinOnce === true, pod, parts)
      output()
      if (typed === 'something') parts.release()
      if (!stillRuns(pod, container, id, parts)) break
      // What was typed is answered at once; then time passes.
      if (typed === 'something') continue
      if (wait === undefined) await parts.passUntil(parts.clock.now() + POLL_MS)
      else if (!(await wait())) break
    }
  } finally {
    output()
    input?.stop()
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

interface Input {
  /** What has been typed and not taken, 'end' once after its end; waits for it when it must. */
  take(wait: boolean): Promise<Uint8Array | 'nothing' | 'end'>
  stop(): void
}

/** Reads ahead, so that a container can print while nobody types. */
function pump(stdin: AsyncIterable<Uint8Array>): Input {
  const chunks: Uint8Array[] = []
  let state: 'open' | 'ended' | 'told' = 'open'
  let wake = (): void => {}
  const iterator = stdin[Symbol.asyncIterator]()
  const read = async (): Promise<void> => {
    for (let next = await iterator.next(); next.done !== true && state === 'open'; next = await iterator.next()) {
      chunks.push(next.value)
      wake()
    }
  }
  void read().catch(() => {}).then(() => {
    if (state === 'open') state = 'ended'
    wake()
  })
  return {
    async take(wait) {
      if (wait && chunks.length === 0 && state === 'open') await new Promise<void>(done => (wake = done))
      const chunk = chunks.shift()
      if (chunk !== undefined) return chunk
      if (state !== 'ended') return 'nothing'
      state = 'told'
      return 'end'
    },
    stop() {
      state = 'told'
      void iterator.return?.()
    },
  }
}

async function feed(input: Input, wait: boolean, id: string, once: boolean, { metadata }: Pod, { exclusively, runtime }: NodeApiParts): Promise<'something' | 'nothing'> {
  const taken = await input.take(wait)
  if (taken === 'nothing') return 'nothing'
  const key = `${metadata.namespace}/${metadata.name}`
  if (taken !== 'end') await exclusively(key, async () => runtime.writeExec(id, MAIN, taken))
  else if (once) await exclusively(key, async () => runtime.endExecInput(id, MAIN))
  return 'something'
}
