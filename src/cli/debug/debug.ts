/** `kubectl debug`. upstream: kubectl/pkg/cmd/debug/debug.go */
import { UsageError } from '../../base/errors'
import { goQuote } from '../../base/field'
import { notFound, StatusError } from '../../base/status'
import type { WatchEvent } from '../../client/client'
import type { KubeObject } from '../../kinds/kind'
import { apiVersionOf } from '../../kinds/kind'
import { createTwoWayMergePatch } from '../../kinds/schema/strategic-diff'
import { typeNamed } from '../../kinds/schema/table'
import type { ContainerStatus, Node, Pod } from '../../kinds/schema/types/core.v1'
import type { Session } from '../access'
import { run as attach } from '../attach/attach'
import { findContainer } from '../target-pod/containers'
import { klogErrors } from '../klog'
import { resourceOf } from '../resource-of'
import { watchUntil } from '../watch-until'
import type { Options } from './options'
import type { Debugging } from './pods'
import { copyOf, onNode, withEphemeral } from './pods'

/** Throws UsageError, StatusError. */
export async function run(options: Options): Promise<void> {
  const session = await options.session()
  await options.builder.forEachFetched(options.query, async ({ resource, object }) => {
    const type = `${apiVersionOf(resource)} ${resource.kind}`
    const { pod, container } = type === 'v1 Pod' ? await debugPod(object as KubeObject as Pod, options, session)
      : type === 'v1 Node' ? await debugNode(object as KubeObject as Node, options, session)
      : unsupported(`${resource.group}/${resource.version}, Kind=${resource.kind}`)
    if (options.attach && container !== undefined) await attachTo(pod, container, options, session)
  })
}

function unsupported(kind: string): never {
  throw new UsageError(`${goQuote(kind)} not supported by debug`)
}

const pods = () => resourceOf<Pod>('v1', 'Pod')

async function debugNode(node: Node, options: Options, { client, clock }: Session): Promise<Debugging> {
  const made = onNode(node, options, clock.now())
  return { ...made, pod: await client.create(pods(), made.pod) }
}

async function debugPod(pod: Pod, options: Options, { client, clock }: Session): Promise<Debugging> {
  if (options.copy !== undefined) {
    const made = copyOf(pod, options.copy, options, clock.now())
    warn(made, options)
    const created = await client.create(pods(), made.pod)
    if (options.copy.replace) await client.delete(pods(), pod, { gracePeriodSeconds: 0 })
    return { ...made, pod: created }
  }
  const made = withEphemeral(pod, options, clock.now())
  warn(made, options)
  const patch = createTwoWayMergePatch(typeNamed('core.v1.Pod'), pod as never, made.pod as never)
  try {
    return { ...made, pod: await client.patch(pods(), pod, 'strategic', patch, { subresource: 'ephemeralcontainers' }) }
  } catch (error) {
    if (error instanceof StatusError && error.reason === 'NotFound' && (error.status.details?.name ?? '') === '') {
      throw new UsageError(`ephemeral containers are disabled for this cluster (error from server: ${goQuote(error.message)})`)
    }
    throw error
  }
}

/** Powers that a user other than root may not be able to use. upstream: displayWarning */
function warn({ pod, container: name }: Debugging, { io }: Options): void {
  const container = name === undefined ? undefined : findContainer(pod, name)
  if ((pod.spec.securityContext?.runAsUser ?? 0) === 0 || container?.securityContext === undefined) return
  const { runAsUser, privileged, capabilities } = container.securityContext
  if (runAsUser === 0 || (privileged !== true && (capabilities?.add ?? []).length === 0)) return
  io.stderr('Warning: Non-root user is configured for the entire target Pod, and some capabilities granted by debug profile may not work. Please consider using "--custom" with a custom profile that specifies "securityContext.runAsUser: 0".\n')
}

const statusOf = ({ status }: Pod, name: string): ContainerStatus | undefined =>
  [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? []), ...(status?.ephemeralContainerStatuses ?? [])].find(s => s.name === name)

/** Upstream waits for ever; nobody else lets time pass here. */
const START_TIMEOUT_MS = 5 * 60_000

async function started({ metadata }: Pod, container: string, { quiet, io }: Options, session: Session): Promise<Pod> {
  let last: Pod | undefined
  const visit = ({ type, object }: WatchEvent<KubeObject>): boolean => {
    if (type === 'DELETED') throw notFound(pods(), '')
    last = object as KubeObject as Pod
    const state = statusOf(last, container)?.state
    if (state?.running !== undefined || state?.terminated !== undefined) return true
    if (!quiet && (state?.waiting?.message ?? '') !== '') io.stderr(`Warning: container ${container}: ${state?.waiting?.message}\n`)
    return false
  }
  const found = await watchUntil(session, { resource: pods() as never, name: metadata.name, namespace: metadata.namespace ?? '' }, START_TIMEOUT_MS, { visit, failed: klogErrors(session, io), type: '*v1.Pod' })
  if (!found || last === undefined) throw new UsageError('timed out waiting for the condition')
  return last
}

async function attachTo(made: Pod, container: string, options: Options, session: Session): Promise<void> {
  const { io, stdin, tty, quiet } = options
  const pod = await started(made, container, options, session)
  const logs = (): Promise<unknown> => session.client.connect(pods(), pod, 'log', { query: { container }, stdout: chunk => io.stdout(chunk), signal: io.interrupt })
  if (statusOf(pod, container)?.state?.terminated !== undefined) return void (await logs())
  try {
    await attach({ session, io, pod, container, stdin, tty, quiet, detachKeys: '' })
  } catch (error) {
    if (io.interrupt.aborted) throw error
    io.stderr(`warning: couldn't attach to pod/${pod.metadata.name}, falling back to streaming logs: ${(error as Error).message}\n`)
    await logs()
  }
}
