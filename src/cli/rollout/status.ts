/** `kubectl rollout status`. upstream: kubectl/pkg/cmd/rollout/rollout_status.go, pkg/polymorphichelpers/rollout_status.go */
import { UsageError } from '../../base/errors'
import type { KubeObject } from '../../kinds/kind'
import type { DaemonSet, Deployment, StatefulSet } from '../../kinds/schema/types/apps.v1'
import type { Session } from '../access'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import type { IOStreams } from '../io-streams'
import { klogErrors } from '../klog'
import type { ResourceBuilder } from '../resource-builder/builder'
import type { Info } from '../resource-builder/info'
import type { ResourceQuery } from '../resource-builder/query'
import { watchUntil } from '../watch-until'
import { workloadQuery } from './options'

export interface Options {
  readonly query: ResourceQuery
  readonly builder: ResourceBuilder
  readonly session: () => Promise<Session>
  readonly io: IOStreams
  readonly watch: boolean
  /** 0: the newest, whichever it is. */
  readonly revision: number
  /** 0: as long as it takes. */
  readonly timeoutMs: number
}

/** Who gave no time-out waits until the rollout ends or fails; one that does neither (paused) is given this much of the cluster's time. */
const WITHOUT_TIMEOUT_MS = 3600_000

/** Throws UsageError. */
export function toOptions(invocation: Invocation<'rollout status'>, factory: Factory): Options {
  const { flags } = invocation
  if (flags.revision < 0) throw new UsageError(`revision must be a positive integer: ${flags.revision}`)
  return { query: workloadQuery(invocation as Invocation, factory), builder: factory.builder(), session: factory.session, io: factory.io, watch: flags.watch, revision: flags.revision, timeoutMs: flags.timeout }
}

export async function run(options: Options): Promise<void> {
  let found = false
  await options.builder.forEachFetched(options.query, async info => {
    found = true
    await follow(info, options)
  })
  if (!found) options.io.stderr(`No resources found in ${options.query.namespace} namespace.\n`)
}

interface Status {
  readonly text: string
  readonly done: boolean
}

async function follow(info: Info, { session, io, watch, revision, timeoutMs }: Options): Promise<void> {
  const { group, kind } = info.resource
  const viewer = group === 'apps' ? VIEWERS[kind] : undefined
  if (viewer === undefined) throw new UsageError(`no status viewer has been implemented for ${group === '' ? kind : `${kind}.${group}`}`)
  const opened = await session()
  const finished = await watchUntil(opened, info, timeoutMs > 0 ? timeoutMs : opened.timer === undefined ? WITHOUT_TIMEOUT_MS : Infinity, {
    failed: klogErrors(opened, io),
    visit({ type, object }) {
      if (type === 'DELETED') throw new UsageError('object has been deleted')
      const { text, done } = viewer(object as never, revision)
      io.stdout(text)
      return done || !watch
    },
  })
  if (!finished) throw new UsageError('timed out waiting for the condition')
}

const VIEWERS: Readonly<Record<string, (object: never, revision: number) => Status>> = { Deployment: deploymentStatus, DaemonSet: daemonSetStatus, StatefulSet: statefulSetStatus }

const going = (text: string): Status => ({ text: `${text}\n`, done: false })
const done = (text: string): Status => ({ text: `${text}\n`, done: true })
const observed = ({ metadata }: KubeObject, status: { observedGeneration?: number } | undefined): boolean => (metadata.generation ?? 0) <= (status?.observedGeneration ?? 0)

/** Throws UsageError when the rollout has failed. */
export function deploymentStatus(object: Deployment, revision: number): Status {
  const { metadata: { name, annotations }, spec, status = {} } = object
  if (revision > 0) {
    const running = Number(annotations?.['deployment.kubernetes.io/revision'] ?? 0)
    if (revision !== running) throw new UsageError(`desired revision (${revision}) is different from the running revision (${running})`)
  }
  if (!observed(object, status)) return going('Waiting for deployment spec update to be observed...')
  if (status.conditions?.find(c => c.type === 'Progressing')?.reason === 'ProgressDeadlineExceeded') throw new UsageError(`deployment "${name}" exceeded its progress deadline`)
  const [updated, all, available] = [status.updatedReplicas ?? 0, status.replicas ?? 0, status.availableReplicas ?? 0]
  const waiting = (text: string): Status => going(`Waiting for deployment "${name}" rollout to finish: ${text}...`)
  if (spec?.replicas !== undefined && updated < spec.replicas) return waiting(`${updated} out of ${spec.replicas} new replicas have been updated`)
  if (all > updated) return waiting(`${all - updated} old replicas are pending termination`)
  if (available < updated) return waiting(`${available} of ${updated} updated replicas are available`)
  return done(`deployment "${name}" successfully rolled out`)
}

const ROLLING_ONLY = 'rollout status is only available for RollingUpdate strategy type'

function daemonSetStatus(object: DaemonSet): Status {
  const { metadata: { name }, spec, status } = object
  if (spec?.updateStrategy?.type !== 'RollingUpdate') throw new UsageError(ROLLING_ONLY)
  if (!observed(object, status)) return going('Waiting for daemon set spec update to be observed...')
  const [updated, desired, available] = [status?.updatedNumberScheduled ?? 0, status?.desiredNumberScheduled ?? 0, status?.numberAvailable ?? 0]
  if (updated < desired) return going(`Waiting for daemon set "${name}" rollout to finish: ${updated} out of ${desired} new pods have been updated...`)
  if (available < desired) return going(`Waiting for daemon set "${name}" rollout to finish: ${available} of ${desired} updated pods are available...`)
  return done(`daemon set "${name}" successfully rolled out`)
}

function statefulSetStatus(object: StatefulSet): Status {
  const { spec, status } = object
  const strategy = spec?.updateStrategy
  if (strategy?.type !== 'RollingUpdate') throw new UsageError(ROLLING_ONLY)
  if ((status?.observedGeneration ?? 0) === 0 || !observed(object, status)) return going('Waiting for statefulset spec update to be observed...')
  const updated = status?.updatedReplicas ?? 0
  const ready = status?.readyReplicas ?? 0
  if (spec?.replicas !== undefined && ready < spec.replicas) return going(`Waiting for ${spec.replicas - ready} pods to be ready...`)
  if (strategy.rollingUpdate !== undefined) {
    const { partition } = strategy.rollingUpdate
    if (spec?.replicas !== undefined && partition !== undefined && updated < spec.replicas - partition) {
      return going(`Waiting for partitioned roll out to finish: ${updated} out of ${spec.replicas - partition} new pods have been updated...`)
    }
    return done(`partitioned roll out complete: ${updated} new pods have been updated...`)
  }
  if (status?.updateRevision !== status?.currentRevision) return going(`waiting for statefulset rolling update to complete ${updated} pods at revision ${status?.updateRevision ?? ''}...`)
  return done(`statefulset rolling update complete ${status?.currentReplicas ?? 0} pods at revision ${status?.currentRevision ?? ''}...`)
}
