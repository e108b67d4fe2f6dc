/** `kubectl exec`. upstream: kubectl/pkg/cmd/exec */
import { ExitError, UsageError } from '../../base/errors'
import { StatusError } from '../../base/status'
import { apiVersionOf, type KubeObject } from '../../kinds/kind'
import type { Pod } from '../../kinds/schema/types/core.v1'
import type { Connection, ConnectOptions } from '../../client/client'
import type { Session } from '../access'
import { SeveralErrors } from '../errors'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import type { IOStreams } from '../io-streams'
import { resourceOf } from '../resource-of'
import { allContainerNames, findContainer, findOrDefaultContainer } from '../target-pod/containers'
import { byActivity } from '../target-pod/order'
import { podsFor, selectorOfWorkload } from '../target-pod/pods-of'

export interface Options {
  readonly session: Session
  readonly io: IOStreams
  readonly pod: Pod
  readonly container: string
  readonly command: readonly string[]
  readonly stdin: boolean
  readonly tty: boolean
  readonly quiet: boolean
}

/** Throws UsageError, StatusError. */
export async function toOptions({ args, argsLenAtDash, flags }: Invocation<'exec'>, factory: Factory): Promise<Options> {
  const target = argsLenAtDash === 0 ? undefined : args[0]
  const session = await factory.session()
  return {
    session, io: factory.io,
    pod: await podOf(target, flags.filename, flags['pod-running-timeout'], factory, 'cannot exec into multiple objects at a time'),
    container: flags.container,
    command: argsLenAtDash >= 0 ? args.slice(argsLenAtDash) : [],
    stdin: flags.stdin, tty: flags.tty, quiet: flags.quiet,
  }
}

/** The pod that is meant, or the best one of a workload. Throws UsageError, StatusError. upstream: attachablePodForObject */
export async function podOf(target: string | undefined, filename: readonly string[], timeoutMs: number, factory: Factory, severalMessage: string): Promise<Pod> {
  const namespace = factory.namespace()
  const query = { ...(target === undefined ? {} : { args: [target], defaultType: 'pods' }), filenames: filename, namespace: namespace.name, enforceNamespace: namespace.explicit }
  const { infos, errors } = await factory.builder().infos(query)
  if (errors.length > 0) throw errors.length === 1 ? errors[0] : new SeveralErrors(errors)
  const [one] = infos
  if (one === undefined || infos.length > 1) throw new UsageError(severalMessage)
  if (apiVersionOf(one.resource) === 'v1' && one.resource.kind === 'Pod') return { ...one.object, metadata: { ...one.object.metadata, namespace: one.namespace } } as KubeObject as Pod
  const [best] = await podsFor(await factory.session(), one.namespace, selectorOfWorkload(one, 'cannot attach to'), timeoutMs, byActivity)
  return best as Pod
}

/** Throws ExitError with the command's exit code, UsageError, StatusError. */
export async function run(options: Options): Promise<void> {
  const { session, io, pod, command, quiet } = options
  const phase = pod.status?.phase
  if (phase === 'Succeeded' || phase === 'Failed') throw new UsageError(`cannot exec into a container in a completed pod; current phase is ${phase}`)
  if (options.container !== '' && findContainer(pod, options.container) === undefined) throw new UsageError(`container ${options.container} is not valid for pod ${pod.metadata.name} out of: ${allContainerNames(pod)}`)
  const container = findOrDefaultContainer(pod, options.container, line => void (quiet || io.stderr(line))).name
  const tty = useTerminal(options)
  const connection = await withTerminal(io, tty, () => session.client.connect(resourceOf<Pod>('v1', 'Pod'), pod, 'exec', {
    query: { container, command, stdin: String(options.stdin), stdout: 'true', stderr: String(!tty), tty: String(tty) },
    ...streams(io, options.stdin, tty),
  }))
  finish(connection)
}

/** `-t` needs `-i` and a terminal. upstream: StreamOptions.SetupTTY */
export function useTerminal({ stdin, tty, quiet, io }: Pick<Options, 'stdin' | 'tty' | 'quiet' | 'io'>): boolean {
  if (!stdin || !tty) return false
  if (!io.stdinIsTerminal && !quiet) io.stderr('Unable to use a TTY - input is not a terminal or the right kind of file\n')
  return io.stdinIsTerminal
}

export const streams = (io: IOStreams, stdin: boolean, tty: boolean): Omit<ConnectOptions, 'query'> => ({
  ...(stdin ? { stdin: io.stdin } : {}),
  stdout: chunk => io.stdout(chunk),
  ...(tty ? {} : { stderr: (chunk: Uint8Array) => io.stderr(chunk) }),
  ...(tty && io.terminalSizes !== undefined ? { resize: io.terminalSizes() } : {}),
  signal: io.interrupt,
})

/** Connects with the terminal as the other side wants it, and gives it back as it was. upstream: kubectl/pkg/util/term TTY.Safe */
export async function withTerminal(io: IOStreams, tty: boolean, connect: () => Promise<Connection>): Promise<Connection> {
  const restore = tty ? io.rawTerminal?.() : undefined
  try {
    return await connected(connect)
  } finally {
    restore?.()
  }
}

const NO_STREAM = 'unable to upgrade connection: '

/** What is said in place of a stream is no Status to kubectl. upstream: k8s.io/streaming */
async function connected(connect: () => Promise<Connection>): Promise<Connection> {
  try {
    return await connect()
  } catch (error) {
    if (error instanceof StatusError) throw new UsageError(`${NO_STREAM}${error.message.replace(NO_STREAM, '')}`)
    throw error
  }
}

/** Throws ExitError for a command's own exit code, UsageError where it never ran. */
export function finish({ exitCode, message = '' }: Connection): void {
  if (message.startsWith('command terminated')) throw new ExitError(message, exitCode)
  if (message !== '') throw new UsageError(message)
}
