/** `kubectl autoscale`. upstream: kubectl/pkg/cmd/autoscale/autoscale.go */
import { UsageError } from '../../base/errors'
import { canonicalQuantity } from '../../base/quantity'
import { StatusError } from '../../base/status'
import type { Client } from '../../client/client'
import type { KubeObject } from '../../kinds/kind'
import { apiVersionOf } from '../../kinds/kind'
import type { Factory } from '../factory'
import { filesOf } from '../files'
import type { DryRun, FlagsOf, Invocation } from '../invocation'
import { goStructJson } from '../go-struct'
import { saveConfig } from '../last-applied'
import { toPrinter } from '../print-flags'
import type { Recorder } from '../record'
import { createRecorder } from '../record'
import type { ResourceBuilder } from '../resource-builder/builder'
import type { Info } from '../resource-builder/info'
import type { ResourceQuery } from '../resource-builder/query'
import { resourceOf } from '../resource-of'

export interface Options {
  readonly query: ResourceQuery
  readonly builder: ResourceBuilder
  readonly client: () => Promise<Client>
  readonly flags: FlagsOf<'autoscale'>
  readonly metrics: readonly object[]
  readonly dryRun: DryRun
  readonly record: Recorder
  print(object: object, operation: string): void
}

/** Throws UsageError. */
export function toOptions(invocation: Invocation<'autoscale'>, factory: Factory): Options {
  const { args, flags } = invocation
  const dryRun = invocation.dryRun()
  const { name: namespace, explicit } = factory.namespace()
  return {
    query: { args, ...filesOf(flags), namespace, enforceNamespace: explicit, validate: false },
    builder: factory.builder(),
    client: factory.client,
    flags, dryRun,
    metrics: metricsOf(flags),
    record: createRecorder(invocation as Invocation),
    print: (object, operation) => toPrinter(flags, factory.io, { operation, dryRun, typed: true })(object),
  }
}

function metricsOf(flags: FlagsOf<'autoscale'>): object[] {
  const metric = (name: string, target: object): object => ({ type: 'Resource', resource: { name, target } })
  const out: object[] = []
  if (flags['cpu-percent'] > 0) out.push(metric('cpu', { type: 'Utilization', averageUtilization: flags['cpu-percent'] }))
  for (const name of ['cpu', 'memory'] as const) if (flags[name] !== '') out.push(metric(name, targetOf(flags[name], name)))
  return out
}

/** `80%`, `500m`, `200` (milli-CPUs, or mebibytes). Throws UsageError. upstream: parseResourceInput */
function targetOf(text: string, name: 'cpu' | 'memory'): object {
  const input = text.trim()
  if (input === '') throw new UsageError('empty input')
  if (input.endsWith('%')) {
    const percent = input.slice(0, -1)
    if (!/^\+?\d+$/.test(percent)) throw new UsageError(`invalid percentage value: ${percent}`)
    return { type: 'Utilization', averageUtilization: Number(percent) }
  }
  try {
    const isNumber = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(input)
    return { type: 'AverageValue', averageValue: canonicalQuantity(isNumber ? `${Number(input)}${name === 'cpu' ? 'm' : 'Mi'}` : input) }
  } catch {
    throw new UsageError(`invalid resource ${name} value: ${text}`)
  }
}

export async function run(options: Options): Promise<void> {
  let count = 0
  await options.builder.forEachFetched(options.query, async info => {
    const { group, version, plural, subresources, kind } = info.resource
    if (!subresources.includes('scale')) throw new UsageError(`cannot autoscale a ${kind}: could not find scale subresource for ${group}/${version}, Resource=${plural} in discovery information`)
    await autoscale(info, options)
    count++
  })
  if (count === 0) throw new UsageError('no objects passed to autoscale')
}

async function autoscale(info: Info, options: Options): Promise<void> {
  const { query, flags, dryRun } = options
  const made = options.record(autoscalerFor(info, options))
  const placed = { ...made, metadata: { ...made.metadata, namespace: query.namespace } }
  if (dryRun === 'client') return options.print(query.enforceNamespace === true ? placed : made, 'created')
  const client = await options.client()
  const write = { dryRun: dryRun === 'server', fieldManager: flags['field-manager'] }
  const noted = saveConfig(flags['save-config'], made, goStructJson)
  const body = { ...noted, metadata: { ...noted.metadata, namespace: query.namespace } }
  try {
    options.print(await client.create(resourceOf('autoscaling/v2', 'HorizontalPodAutoscaler'), body, write), 'autoscaled')
  } catch (error) {
    if (!(error instanceof StatusError)) throw error
    options.print(await client.create(resourceOf('autoscaling/v1', 'HorizontalPodAutoscaler'), older(body, flags), write), 'autoscaled')
  }
}

function autoscalerFor({ resource, name }: Info, { flags, metrics }: Options): KubeObject {
  return {
    apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler',
    metadata: { name: flags.name || name },
    spec: {
      scaleTargetRef: { kind: resource.kind, name, apiVersion: apiVersionOf(resource) },
      ...(flags.min > 0 ? { minReplicas: flags.min } : {}),
      maxReplicas: flags.max,
      ...(metrics.length > 0 ? { metrics } : {}),
    },
  } as KubeObject
}

/** The same for a server that refused version 2. Throws UsageError where version 1 cannot say it. upstream: canCreateHPAV1 */
function older(body: KubeObject, flags: FlagsOf<'autoscale'>): KubeObject {
  const refuse = (why: string): never => {
    throw new UsageError(`failed to create autoscaling/v2 HPA and the configuration is incompatible with autoscaling/v1: ${why}`)
  }
  if (flags.cpu.trim() === '') refuse('empty input')
  if (flags.memory !== '' || (flags['cpu-percent'] < 0 && !flags.cpu.trim().endsWith('%'))) refuse('%!w(<nil>)')
  const { metrics: _, ...spec } = (body as { spec?: { metrics?: unknown } }).spec ?? {}
  const percent = flags['cpu-percent'] >= 0 ? { targetCPUUtilizationPercentage: flags['cpu-percent'] } : {}
  return { ...body, apiVersion: 'autoscaling/v1', spec: { ...spec, ...percent } } as KubeObject
}
