/** `kubectl rollout pause`, `resume`, `restart`. upstream: kubectl/pkg/cmd/rollout, pkg/polymorphichelpers/object{pauser,resumer,restarter}.go */
import { UsageError } from '../../base/errors'
import { qualifiedResource, StatusError } from '../../base/status'
import type { Client } from '../../client/client'
import type { KubeObject } from '../../kinds/kind'
import type { Deployment } from '../../kinds/schema/types/apps.v1'
import { SeveralErrors } from '../errors'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import type { IOStreams } from '../io-streams'
import type { PrintFlags } from '../print-flags'
import { toPrinter } from '../print-flags'
import type { ResourceBuilder } from '../resource-builder/builder'
import { refOf } from '../resource-builder/info'
import type { ResourceQuery } from '../resource-builder/query'
import { changesOf, isEmptyPatch } from '../set/change'
import { workloadQuery } from './options'

export interface Options {
  readonly query: ResourceQuery
  readonly builder: ResourceBuilder
  readonly client: () => Promise<Client>
  readonly io: IOStreams
  readonly fieldManager: string
  /** What is done to each object; throws an Error that says why not. */
  readonly mutate: (object: KubeObject) => KubeObject
  /** The word of the printed line. */
  readonly operation: 'paused' | 'resumed' | 'restarted'
  print(object: object, operation: string): void
}

function toOptions(invocation: Invocation, factory: Factory, operation: Options['operation'], mutate: Options['mutate']): Options {
  const flags = invocation.flags as unknown as PrintFlags & { readonly 'field-manager': string }
  return {
    query: workloadQuery(invocation, factory),
    builder: factory.builder(),
    client: factory.client,
    io: factory.io,
    fieldManager: flags['field-manager'],
    mutate, operation,
    print: (object, word) => toPrinter(flags, factory.io, { operation: word, typed: true })(object),
  }
}

const withSpec = (object: KubeObject, change: object): KubeObject => ({ ...object, spec: { ...(object as Deployment).spec, ...change } }) as KubeObject
const isPaused = (object: KubeObject): boolean => (object as Deployment).spec?.paused === true

export const toPauseOptions = (invocation: Invocation<'rollout pause'>, factory: Factory): Options =>
  toOptions(invocation as Invocation, factory, 'paused', object => {
    if (object.kind !== 'Deployment') throw new Error('pausing is not supported')
    if (isPaused(object)) throw new Error('is already paused')
    return withSpec(object, { paused: true })
  })

export const toResumeOptions = (invocation: Invocation<'rollout resume'>, factory: Factory): Options =>
  toOptions(invocation as Invocation, factory, 'resumed', object => {
    if (object.kind !== 'Deployment') throw new Error('resuming is not supported')
    if (!isPaused(object)) throw new Error('is not paused')
    return withSpec(object, { paused: undefined })
  })

const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt'

/** `now` is the cluster's time. */
export async function toRestartOptions(invocation: Invocation<'rollout restart'>, factory: Factory): Promise<Options> {
  const { clock } = await factory.session()
  return toOptions(invocation as Invocation, factory, 'restarted', object => {
    if (!['Deployment', 'DaemonSet', 'StatefulSet'].includes(object.kind ?? '')) throw new Error('restarting is not supported')
    if (object.kind === 'Deployment' && isPaused(object)) throw new Error("can't restart paused deployment (run rollout resume first)")
    const { template } = (object as Deployment).spec as NonNullable<Deployment['spec']>
    const restartedAt = `${new Date(Math.floor(clock.now() / 1000) * 1000).toISOString().slice(0, 19)}Z`
    return withSpec(object, { template: { ...template, metadata: { ...template.metadata, annotations: { ...template.metadata?.annotations, [RESTARTED_AT]: restartedAt } } } })
  })
}

export async function run(options: Options): Promise<void> {
  const { builder, query, io, operation, print } = options
  const { infos, errors: notFound } = await builder.infos(query)
  const errors: unknown[] = [...notFound]
  const changes = changesOf(infos, options.mutate)
  if (changes.length === 0 && errors.length === 0) return io.stderr(`No resources found in ${query.namespace} namespace.\n`)
  for (const change of changes) {
    const { info, patch, problem } = change
    if (problem !== undefined) {
      errors.push(new UsageError(`error: ${qualifiedResource(info.resource)} ${JSON.stringify(info.name)} ${problem}`))
      continue
    }
    if (isEmptyPatch(change)) {
      if (operation === 'restarted') errors.push(new UsageError(`failed to create patch for ${info.name}: if restart has already been triggered within the past second, please wait before attempting to trigger another`))
      else print(info.object, `already ${operation}`)
      continue
    }
    try {
      print(await (await options.client()).patch(info.resource, refOf(info), 'strategic', patch, { fieldManager: options.fieldManager }), operation)
    } catch (error) {
      if (!(error instanceof StatusError)) throw error
      errors.push(new UsageError(`failed to patch: ${error.message}`))
    }
  }
  if (errors.length > 0) throw errors.length === 1 ? errors[0] : new SeveralErrors(errors)
}
