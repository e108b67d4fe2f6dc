/** What the kubelet does for `kubectl exec`: a command in a running container, with its input as it comes. upstream: pkg/kubelet/kubelet_pods.go GetExec, cri-streaming's remotecommand */
import { createHash } from 'node:crypto'
import { badRequest, failure } from '../../base/status'
import type { Connection, ConnectOptions } from '../../client/client'
import type { Pod } from '../../kinds/schema/types/core.v1'
import { execContainer, one, podKey, POLL_MS, runningId, whenStirred, yes, type NodeApiParts } from './addressed'
import { feed, NO_INPUT } from './input'
import { followSize } from './terminal-size'

/** A command that waits is jumped ahead in time so far; then it is waited for as people wait. */
const MAX_JUMP_MS = 3_600_000

/** Throws 400 for what is not meant rightly, 500 where nothing runs. A command's failure is its connection's. */
export async function exec(pod: Pod, options: ConnectOptions, parts: NodeApiParts): Promise<Connection> {
  const { query } = options
  const container = execContainer(pod, one(query.container))
  const command = query.command === undefined ? [] : typeof query.command === 'string' ? [query.command] : query.command
  if (command.length === 0) throw badRequest('you must specify at least 1 command for the container')
  const id = runningId(pod, container)
  if (id === undefined) throw failure(500, 'InternalError', `unable to upgrade connection: container not found ("${container}")`)
  const wrapped = (message: string): string => `Internal error occurred: Internal error occurred: error executing command in container: failed to exec in container: failed to start exec "${execIdOf(id, parts.clock.now())}": ${message}`
  return runCommand({ id, key: podKey(pod), wrapped }, command, options, parts)
}

/** A container in which a command runs. */
export interface Place {
  readonly id: string
  /** Whose kubelet looks afterwards, as timers call it. */
  readonly key: string
  /** What is said of a command that cannot be started, around the runtime's own words. */
  readonly wrapped: (message: string) => string
  /** No kubelet steps it: whoever waits for the command does. */
  readonly alone?: boolean
}

/** Runs the command to its end, with its input as it comes. Its failure is the connection's. */
export async function runCommand({ id, key, wrapped, alone = false }: Place, command: readonly string[], options: ConnectOptions, parts: NodeApiParts): Promise<Connection> {
  const { query, stdin, signal } = options
  options.begun?.()
  const { runtime, clock, exclusively } = parts
  const started = await exclusively(key, async () => runtime.startExec(id, command, { interactive: stdin !== undefined, tty: yes(query.tty) }))
  if (started.kind === 'failed') return { exitCode: started.exitCode, message: wrapped(started.message) }
  const { execId } = started
  const result = whenStirred(parts, show(id, execId, options, parts))
  const input = stdin === undefined ? NO_INPUT : feed(stdin, {
    write: data => exclusively(key, async () => runtime.writeExec(id, execId, data)),
    end: () => exclusively(key, async () => runtime.endExecInput(id, execId)),
  }, parts.later)
  const sizes = followSize(id, execId, options.resize, key, parts)
  const wait = parts.follow(signal)
  const jumpUntilMs = clock.now() + MAX_JUMP_MS
  const jumps = (): boolean => wait === undefined || (parts.jumps && clock.now() < jumpUntilMs)
  try {
    for (;;) {
      const found = result()
      if (found !== undefined) return found
      if (signal?.aborted === true) break
      parts.release()
      const dueMs = alone ? runtime.nextWakeMs(id) : undefined
      if (input.open) await (wait === undefined ? input.progress() : Promise.race([input.progress(), wait()]))
      else {
        const wake = jumps() ? runtime.nextWakeMs(id) : undefined
        // What nothing inside wakes soon waits for somebody else, and the end of that is not known.
        if (wait === undefined || (wake !== undefined && wake < jumpUntilMs)) await parts.passUntil(Math.max(wake ?? clock.now() + POLL_MS, clock.now()))
        else await wait()
      }
      if (dueMs !== undefined && dueMs <= clock.now()) await exclusively(key, async () => runtime.stepContainer(id))
    }
  } finally {
    input.stop()
    sizes.stop()
  }
  // Nobody reads it any more: its input has ended.
  await exclusively(key, async () => {
    runtime.killExec(id, execId)
    await runtime.stepContainer(id)
  })
  return { exitCode: 137 }
}

/** Writes what the command has printed since the last call; its end, once it has ended. */
function show(id: string, execId: string, { stdout, stderr }: ConnectOptions, { runtime }: NodeApiParts): () => Connection | undefined {
  return () => {
    const { stdout: out, stderr: err, exitCode } = runtime.execState(id, execId)
    if (out.length > 0) stdout?.(out)
    if (err.length > 0) (stderr ?? stdout)?.(err)
    if (exitCode === undefined) return undefined
    return exitCode === 0 ? { exitCode } : { exitCode, message: `command terminated with exit code ${exitCode}` }
  }
}

/** What containerd would call the attempt. */
const execIdOf = (containerId: string, nowMs: number): string => createHash('sha256').update(`${containerId} ${nowMs}`).digest('hex')
