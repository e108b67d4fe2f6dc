/** `kubectl rollout undo`. upstream: kubectl/pkg/cmd/rollout/rollout_undo.go, pkg/polymorphichelpers/rollback.go */
import { deepEqual } from '../../base/equal'
import { UsageError } from '../../base/errors'
import { StatusError } from '../../base/status'
import type { Client } from '../../client/client'
import type { KubeObject } from '../../kinds/kind'
import type { ControllerRevision, Deployment, ReplicaSet } from '../../kinds/schema/types/apps.v1'
import type { PodTemplateSpec } from '../../kinds/schema/types/core.v1'
import type { Factory } from '../factory'
import type { DryRun, Invocation } from '../invocation'
import type { IOStreams } from '../io-streams'
import { LAST_APPLIED, lastApplied } from '../last-applied'
import { toPrinter, withDryRun } from '../print-flags'
import type { ResourceBuilder } from '../resource-builder/builder'
import type { Info } from '../resource-builder/info'
import { objectName, refOf } from '../resource-builder/info'
import type { ResourceQuery } from '../resource-builder/query'
import { templateText } from './history'
import { workloadQuery } from './options'
import type { Revision, Workload } from './revisions'
import { requireHistory, revisionsOf } from './revisions'

export interface Options {
  readonly query: ResourceQuery
  readonly builder: ResourceBuilder
  readonly client: () => Promise<Client>
  readonly io: IOStreams
  /** 0: the one before. */
  readonly toRevision: number
  readonly dryRun: DryRun
  print(object: object, operation: string): void
}

export function toOptions(invocation: Invocation<'rollout undo'>, factory: Factory): Options {
  const { flags } = invocation
  const dryRun = invocation.dryRun()
  return {
    query: workloadQuery(invocation as Invocation, factory),
    builder: factory.builder(),
    client: factory.client,
    io: factory.io,
    toRevision: flags['to-revision'],
    dryRun,
    print: (object, operation) => toPrinter(flags, factory.io)(object, withDryRun(operation, dryRun)),
  }
}

export async function run(options: Options): Promise<void> {
  await options.builder.forEachFetched(options.query, async info => {
    if (lastApplied(info.object) !== undefined) {
      options.io.stderr(`Warning: resource ${objectName(info)} was previously managed with 'kubectl apply'. Rolling back will not update the ${LAST_APPLIED} annotation, which may cause unexpected behavior on future 'kubectl apply' operations. Consider using 'kubectl apply' with your previous configuration file instead.\n`)
    }
    requireHistory(info.resource.kind, info.resource.group, 'rollbacker')
    if (options.toRevision < 0) throw notFound(options.toRevision)
    const client = await options.client()
    const workload = (await client.get(info.resource, info.name, info.namespace)) as KubeObject as Workload
    const revisions = await revisionsOf(client, workload)
    const result = workload.kind === 'Deployment' ? await undoDeployment(info, workload as Deployment, revisions, options) : await undoRevision(info, workload, revisions, options)
    options.print(info.object, result)
  })
}

const notFound = (revision: number): UsageError => new UsageError(`unable to find specified revision ${revision} in history`)
const skipped = (revision: number): string => `skipped rollback (current template already matches revision ${revision})`
const ROLLED_BACK = 'rolled back'

/** Annotations of a ReplicaSet that are not those of its Deployment. */
const OWN_ANNOTATIONS = [LAST_APPLIED, 'deployment.kubernetes.io/revision', 'deployment.kubernetes.io/revision-history', 'deployment.kubernetes.io/desired-replicas', 'deployment.kubernetes.io/max-replicas', 'deprecated.deployment.rollback.to']
const HASH = 'pod-template-hash'

function withoutHash(template: PodTemplateSpec): PodTemplateSpec {
  const { [HASH]: _, ...labels } = template.metadata?.labels ?? {}
  return { ...template, metadata: { ...template.metadata, labels } }
}

async function undoDeployment(info: Info, deployment: Deployment, revisions: readonly Revision[], { toRevision, dryRun, client }: Options): Promise<string> {
  const target = toRevision === 0 ? revisions.at(-2) : revisions.find(r => r.number === toRevision)
  if (target === undefined) throw toRevision > 0 ? notFound(toRevision) : new UsageError(`no rollout history found for deployment ${JSON.stringify(info.name)}`)
  const set = target.source as ReplicaSet
  const template = set.spec?.template as PodTemplateSpec
  if (dryRun === 'client') return templateText(template)
  if (deployment.spec?.paused === true) throw new UsageError("you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again")
  const wanted = withoutHash(template)
  if (deepEqual(wanted, withoutHash(deployment.spec?.template as PodTemplateSpec))) return skipped(toRevision)
  const pick = (from: KubeObject, own: boolean): Record<string, string> => Object.fromEntries(Object.entries(from.metadata.annotations ?? {}).filter(([key]) => OWN_ANNOTATIONS.includes(key) === own))
  const patch = [
    { op: 'replace', path: '/spec/template', value: wanted },
    { op: 'replace', path: '/metadata/annotations', value: { ...pick(deployment, true), ...pick(set, false) } },
  ]
  return send(info, 'json', patch, toRevision, dryRun, await client())
}

async function undoRevision(info: Info, workload: Workload, revisions: readonly Revision[], { toRevision, dryRun, client }: Options): Promise<string> {
  if (toRevision === 0 && revisions.length <= 1) throw new UsageError('no last revision to roll back to')
  const target = toRevision === 0 ? revisions.at(-2) : revisions.find(r => r.number === toRevision)
  if (target === undefined) throw notFound(toRevision)
  if (dryRun === 'client') return `will roll back to ${templateText(target.template)}`
  const data = (target.source as ControllerRevision).data as unknown as Record<string, unknown>
  if (deepEqual(data, { spec: { template: { ...workload.spec?.template, $patch: 'replace' } } })) return skipped(toRevision)
  return send(info, 'strategic', data, toRevision, dryRun, await client())
}

async function send(info: Info, type: 'json' | 'strategic', patch: unknown, toRevision: number, dryRun: DryRun, client: Client): Promise<string> {
  try {
    await client.patch(info.resource, refOf(info), type, patch, { dryRun: dryRun === 'server' })
    return ROLLED_BACK
  } catch (error) {
    throw error instanceof StatusError ? new UsageError(`failed restoring revision ${toRevision}: ${error.message}`) : error
  }
}
