/** `kubectl attach`. upstream: kubectl/pkg/cmd/attach */
import { UsageError } from '../../base/errors'
import type { Container, Pod } from '../../kinds/schema/types/core.v1'
import { finish, podOf, streams, useTerminal, withTerminal, type Options as ExecOptions } from '../exec/exec'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import { detachable } from './detach-keys'
import { resourceOf } from '../resource-of'
import { findContainer, findOrDefaultContainer } from '../target-pod/containers'

export type Options = Omit<ExecOptions, 'command'> & { readonly detachKeys: string }

/** Throws UsageError, StatusError. */
export async function toOptions({ args, flags }: Invocation<'attach'>, factory: Factory): Promise<Options> {
  const target = args.length === 2 ? `${args[0]}/${args[1]}` : args[0]
  const pod = await podOf(target, [], flags['pod-running-timeout'], factory, 'cannot attach to multiple objects at a time')
  return { session: await factory.session(), io: factory.io, pod, container: flags.container, stdin: flags.stdin, tty: flags.tty, quiet: flags.quiet, detachKeys: flags['detach-keys'] }
}

/** Follows the container until it ends. Throws UsageError, StatusError, ExitError. */
export async function run(options: Options): Promise<void> {
  const { session, io, pod, quiet, stdin } = options
  const phase = pod.status?.phase
  if (phase === 'Succeeded' || phase === 'Failed') throw new UsageError(`cannot attach a container in a completed pod; current phase is ${phase}`)
  const container = containerOf(options)
  let wishesTerminal = options.tty
  if (wishesTerminal && container.tty !== true) {
    wishesTerminal = false
    if (!quiet) io.stderr(`error: Unable to use a TTY - container ${container.name} did not allocate one\n`)
  } else if (container.tty === true) wishesTerminal = true
  const tty = useTerminal({ ...options, tty: wishesTerminal })
  if (!quiet) io.stderr("All commands and output from this session will be recorded in container logs, including credentials and sensitive information passed through the command prompt.\nIf you don't see a command prompt, try pressing enter.\n")
  const connection = await withTerminal(io, tty, () => session.client.connect(resourceOf<Pod>('v1', 'Pod'), pod, 'attach', {
    query: { container: container.name, stdin: String(stdin), stdout: 'true', stderr: String(!tty), tty: String(tty) },
    ...detachable(streams(io, stdin, tty), tty, options.detachKeys),
  }))
  finish(connection)
  if (!quiet && stdin && tty) io.stdout(`${again(pod, container.name)}\n`)
}

function containerOf({ pod, container, quiet, io }: Options): Container {
  try {
    return findOrDefaultContainer(pod, container, line => void (quiet || io.stderr(line)))
  } catch (error) {
    throw new UsageError(`cannot attach to the container: ${(error as Error).message}`)
  }
}

/** How to come back. */
function again(pod: Pod, container: string): string {
  const command = `kubectl attach ${pod.metadata.name} -c ${container} -n ${pod.metadata.namespace} -i -t`
  const ephemeral = findContainer({ ...pod, spec: { ...pod.spec, ephemeralContainers: [] } }, container) === undefined
  return ephemeral ? `Session ended, the ephemeral container will not be restarted but may be reattached using '${command}' if it is still running` : `Session ended, resume using '${command}' command`
}
