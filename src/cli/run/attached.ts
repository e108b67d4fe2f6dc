/** What `kubectl run --attach` does with its pod: waits for it, streams it, ends with its exit code. upstream: kubectl/pkg/cmd/run/run.go handleAttachPod, waitForPod */
import { ExitError, UsageError } from '../../base/errors'
import { notFound } from '../../base/status'
import type { WatchEvent } from '../../client/client'
import type { KubeObject } from '../../kinds/kind'
import type { Pod } from '../../kinds/schema/types/core.v1'
import type { Session } from '../access'
import { detachable } from '../attach/detach-keys'
import { streams, useTerminal, withTerminal } from '../exec/exec'
import type { IOStreams } from '../io-streams'
import { klogErrors } from '../klog'
import { resourceOf } from '../resource-of'
import { findOrDefaultContainer } from '../target-pod/containers'
import { watchUntil } from '../watch-until'
import type { AttachOptions } from './options'
import { isFinished } from '../../kinds/core/pod/state'

const isReady = (pod: Pod): boolean => pod.status?.phase === 'Running' && pod.status.conditions?.find(c => c.type === 'Ready')?.status === 'True'

/** Throws ExitError with the container's exit code, UsageError when time runs out. */
export async function attachTo(made: Pod, options: AttachOptions, session: Session, io: IOStreams): Promise<void> {
  const pod = await waitFor(made, session, io, options.timeoutMs, p => isFinished(p) || isReady(p))
  if (isFinished(pod)) await printLogs(pod, session, io)
  else await stream(pod, options, session, io)
  if (options.waitFor === undefined) return
  const { waitFor: until } = options
  finish(await waitFor(pod, session, io, options.timeoutMs, p => (until === 'completed' ? isFinished(p) : p.status?.phase === 'Succeeded')))
}

/** The pod as it is once the condition holds. */
async function waitFor({ metadata }: Pod, session: Session, io: IOStreams, timeoutMs: number, holds: (pod: Pod) => boolean): Promise<Pod> {
  const resource = resourceOf<Pod>('v1', 'Pod')
  let last: Pod | undefined
  const visit = ({ type, object }: WatchEvent<KubeObject>): boolean => {
    if (type === 'DELETED') throw notFound(resource, '')
    last = object as KubeObject as Pod
    return holds(last)
  }
  const found = await watchUntil(session, { resource: resource as never, name: metadata.name, namespace: metadata.namespace ?? '' }, timeoutMs, { visit, failed: klogErrors(session, io), type: '*v1.Pod' })
  if (!found || last === undefined) throw new UsageError('timed out waiting for the condition')
  return last
}

async function stream(pod: Pod, options: AttachOptions, { client }: Session, io: IOStreams): Promise<void> {
  const { stdin, tty, quiet } = options
  const container = findOrDefaultContainer(pod, '', line => void (quiet || io.stderr(line))).name
  if (!quiet) io.stderr('All commands and output from this session will be recorded in container logs, including credentials and sensitive information passed through the command prompt.\n')
  const terminal = useTerminal({ stdin, tty, quiet, io })
  if (!quiet && stdin) io.stderr("If you don't see a command prompt, try pressing enter.\n")
  try {
    const query = { container, stdin: String(stdin), stdout: 'true', stderr: String(!terminal), tty: String(terminal) }
    await withTerminal(io, terminal, () => client.connect(resourceOf<Pod>('v1', 'Pod'), pod, 'attach', { query, ...detachable(streams(io, stdin, terminal), terminal, options.detachKeys) }))
  } catch (error) {
    if (io.interrupt.aborted) throw error
    io.stderr(`warning: couldn't attach to pod/${pod.metadata.name}, falling back to streaming logs: ${(error as Error).message}\n`)
    await client.connect(resourceOf<Pod>('v1', 'Pod'), pod, 'log', { query: { container, follow: 'true' }, stdout: chunk => io.stdout(chunk), signal: io.interrupt })
  }
}

async function printLogs(pod: Pod, { client }: Session, io: IOStreams): Promise<void> {
  const container = findOrDefaultContainer(pod, '', () => {}).name
  await client.connect(resourceOf<Pod>('v1', 'Pod'), pod, 'log', { query: { container }, stdout: chunk => io.stdout(chunk), signal: io.interrupt })
}

function finish({ metadata: { name, namespace }, status }: Pod): void {
  if (status?.phase === 'Succeeded') return
  if (status?.phase !== 'Failed') throw new UsageError(`pod ${namespace}/${name} left in phase ${status?.phase}`)
  const ended = status.containerStatuses?.[0]?.state?.terminated
  if (ended === undefined || ended.exitCode === 0) throw new UsageError(`pod ${namespace}/${name} failed with unknown exit code`)
  throw new ExitError(`pod ${namespace}/${name} terminated (${ended.reason ?? ''})\n${ended.message ?? ''}`, ended.exitCode)
}
