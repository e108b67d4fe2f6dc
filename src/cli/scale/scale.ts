/** `kubectl scale`. upstream: kubectl/pkg/cmd/scale/scale.go, pkg/scale/scale.go */
import { UsageError } from '../../base/errors'
import { createMergePatch } from '../../base/json-merge-patch'
import { StatusError } from '../../base/status'
import type { Client } from '../../client/client'
import type { KubeObject } from '../../kinds/kind'
import type { Scale } from '../../kinds/schema/types/autoscaling.v1'
import type { Session } from '../access'
import { SeveralErrors } from '../errors'
import type { Factory } from '../factory'
import { filesOf } from '../files'
import type { DryRun, Invocation } from '../invocation'
import type { PrintObject } from '../print-flags'
import { toPrinter } from '../print-flags'
import type { Recorder } from '../record'
import { createRecorder } from '../record'
import type { ResourceBuilder } from '../resource-builder/builder'
import type { Info } from '../resource-builder/info'
import { refOf } from '../resource-builder/info'
import type { ResourceQuery } from '../resource-builder/query'

export interface Options {
  readonly query: ResourceQuery
  readonly builder: ResourceBuilder
  readonly client: () => Promise<Client>
  readonly session: () => Promise<Session>
  readonly replicas: number
  /** -1: whatever it is. */
  readonly currentReplicas: number
  readonly resourceVersion: string
  /** 0: does not wait. */
  readonly timeoutMs: number
  readonly dryRun: DryRun
  readonly record: Recorder
  readonly print: PrintObject
}

/** Throws UsageError. */
export function toOptions(invocation: Invocation<'scale'>, factory: Factory): Options {
  const { args, flags } = invocation
  const dryRun = invocation.dryRun()
  const print = toPrinter(flags, factory.io, { operation: 'scaled', dryRun })
  const { name: namespace, explicit } = factory.namespace()
  return {
    query: { args, ...filesOf(flags), namespace, enforceNamespace: explicit, typeMeansAll: flags.all, validate: false, ...(flags.selector === '' ? {} : { labelSelector: flags.selector }) },
    builder: factory.builder(),
    client: factory.client,
    session: factory.session,
    replicas: flags.replicas,
    currentReplicas: flags['current-replicas'],
    resourceVersion: flags['resource-version'],
    timeoutMs: flags.timeout,
    dryRun,
    record: createRecorder(invocation),
    print,
  }
}

export async function run(options: Options): Promise<void> {
  const { infos, errors } = await options.builder.infos(options.query)
  if (options.resourceVersion !== '' && infos.length > 1) throw new UsageError('cannot use --resource-version with multiple resources')
  const failure = errors.length === 1 ? errors[0] : new SeveralErrors(errors)
  if (infos.length === 0) throw errors.length > 0 ? failure : new UsageError('no objects passed to scale')
  for (const info of infos) await scaleOne(info, options)
  if (errors.length > 0) throw failure
}

async function scaleOne(info: Info & { readonly object: KubeObject }, options: Options): Promise<void> {
  const { replicas, dryRun, timeoutMs } = options
  if (dryRun === 'client') return options.print(withReplicas(info.object, replicas))
  const client = await options.client()
  const actual = await setScale(client, info, options)
  if (timeoutMs > 0 && dryRun === 'none') await waitForReplicas(client, info, options)
  const scaled = withReplicas(info.object, actual)
  const recording = createMergePatch(scaled as never, options.record(scaled) as never)
  if (Object.keys(recording).length > 0) await client.patch(info.resource, refOf(info), 'merge', recording, {})
  options.print(scaled)
}

/** Only kinds that are known to keep the number there show it. upstream: updateReplicas */
function withReplicas(object: KubeObject, replicas: number): KubeObject {
  const group = (object.apiVersion ?? '').includes('/') ? (object.apiVersion as string).split('/')[0] : ''
  if (group !== 'apps' && group !== '') return object
  return { ...object, spec: { ...(object as { spec?: object }).spec, replicas } } as KubeObject
}

const SCALE = { subresource: 'scale' }
const RETRIES = 5

/** What the server made of the wish. */
async function setScale(client: Client, info: Info, { replicas, currentReplicas, resourceVersion, dryRun }: Options): Promise<number> {
  const write = { ...SCALE, dryRun: dryRun === 'server' }
  for (let tries = 0; ; tries++) {
    try {
      if (currentReplicas === -1 && resourceVersion === '') {
        const scaled = await client.patch(info.resource, refOf(info), 'merge', { spec: { replicas } }, write)
        return (scaled as Scale).spec?.replicas ?? replicas
      }
      const scale = await readScale(client, info)
      if (currentReplicas !== -1 && (scale.spec?.replicas ?? 0) !== currentReplicas) throw new UsageError(`Expected replicas to be ${currentReplicas}, was ${scale.spec?.replicas ?? 0}`)
      if (resourceVersion !== '' && scale.metadata.resourceVersion !== resourceVersion) throw new UsageError(`Expected resource version to be ${resourceVersion}, was ${scale.metadata.resourceVersion}`)
      const updated = await client.update<KubeObject>(info.resource, { ...scale, spec: { ...scale.spec, replicas } } as KubeObject, write)
      return (updated as Scale).spec?.replicas ?? replicas
    } catch (error) {
      if (tries >= RETRIES || !(error instanceof StatusError) || error.reason !== 'Conflict') throw error
    }
  }
}

const readScale = async (client: Client, { resource, name, namespace }: Info): Promise<Scale> => (await client.get(resource, name, namespace === '' ? undefined : namespace, SCALE)) as Scale

async function waitForReplicas(client: Client, info: Info, { session, replicas, timeoutMs }: Options): Promise<void> {
  const done = async (): Promise<boolean> => {
    const { spec, status } = await readScale(client, info)
    return (spec?.replicas ?? 0) !== replicas || (status?.replicas ?? 0) === replicas
  }
  if (!(await (await session()).waitUntil(done, timeoutMs))) throw new UsageError(`timed out waiting for ${JSON.stringify(info.name)} to be synced`)
}
