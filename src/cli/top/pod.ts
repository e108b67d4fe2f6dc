/** `kubectl top pod`. upstream: kubectl/pkg/cmd/top/top_pod.go, kubectl/pkg/metricsutil */
import { parseTime } from '../../base/clock'
import { durationText } from '../../base/duration'
import { UsageError } from '../../base/errors'
import { byCodePoint } from '../../base/go-text'
import { compareQuantities, type Quantity } from '../../base/quantity'
import type { Pod } from '../../kinds/schema/types/core.v1'
import type { PodMetrics } from '../../kinds/metrics/pod-metrics/kind'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import { TABLE_STYLE, alignTabs } from '../print/tab-writer'
import { resourceOf } from '../resource-of'
import { amount, checkSelectors, checkSortBy, MEASURED, MEASURED_WITH_SWAP, metricsResource, sum, usageText } from './metrics'

export interface Options {
  readonly factory: Factory
  readonly name: string
  readonly namespace: string
  readonly allNamespaces: boolean
  readonly labelSelector: string | undefined
  readonly fieldSelector: string | undefined
  readonly sortBy: string
  readonly containers: boolean
  readonly noHeaders: boolean
  readonly total: boolean
  readonly swap: boolean
}

/** After this a pod without metrics is an error. */
const CREATION_DELAY_MS = 120_000

/** Throws UsageError. */
export function toOptions({ args, flags }: Invocation<'top pod'>, factory: Factory): Options {
  checkSortBy(flags['sort-by'])
  const name = args[0] ?? ''
  if (name !== '' && (flags.selector !== '' || flags['field-selector'] !== '')) throw new UsageError('only one of NAME or selector can be provided')
  return {
    factory, name, namespace: factory.namespace().name, allNamespaces: flags['all-namespaces'], labelSelector: flags.selector || undefined, fieldSelector: flags['field-selector'] || undefined,
    sortBy: flags['sort-by'], containers: flags.containers, noHeaders: flags['no-headers'], total: flags.sum, swap: flags['show-swap'],
  }
}

/** Throws UsageError, StatusError. */
export async function run(options: Options): Promise<void> {
  const { factory, name, namespace, allNamespaces, labelSelector, fieldSelector } = options
  checkSelectors(labelSelector, fieldSelector)
  const resource = await metricsResource<PodMetrics>(factory, 'pods')
  const client = await factory.client()
  const scope = { namespace: allNamespaces ? undefined : namespace, labelSelector, fieldSelector }
  const metrics = name !== '' ? [await client.get(resource, name, namespace)] : [...(await client.list(resource, scope)).items]
  if (metrics.length === 0) {
    await checkWhyEmpty(options)
    return factory.io.stderr(allNamespaces ? 'No resources found\n' : `No resources found in ${namespace} namespace.\n`)
  }
  factory.io.stdout(alignTabs(tableText(metrics, options), TABLE_STYLE))
}

/** Pods that are too young, or too old, to have no metrics. */
async function checkWhyEmpty({ factory, namespace, labelSelector, fieldSelector }: Options): Promise<void> {
  const { client, clock } = await factory.session()
  // Upstream looks into the one namespace even where all were meant.
  const { items } = await client.list(resourceOf<Pod>('v1', 'Pod'), { namespace, labelSelector, fieldSelector })
  for (const { metadata } of items) {
    const ageMs = clock.now() - parseTime(metadata.creationTimestamp)
    if (ageMs > CREATION_DELAY_MS) throw new UsageError(`Metrics not available for pod ${metadata.namespace}/${metadata.name}, age: ${durationText(ageMs)}`)
  }
  if (items.length > 0) throw new UsageError('metrics not available yet')
}

function tableText(metrics: readonly PodMetrics[], { allNamespaces, containers, noHeaders, sortBy, total, swap }: Options): string {
  const resources = swap ? MEASURED_WITH_SWAP : MEASURED
  const names = ['NAME', 'CPU(cores)', 'MEMORY(bytes)', ...(swap ? ['SWAP(bytes)'] : [])]
  // Upstream counts the extra columns only where it prints their names.
  const width = names.length + (noHeaders ? 0 : (allNamespaces ? 1 : 0) + (containers ? 1 : 0))
  const line = (...cells: readonly string[]): string => `${cells.map(c => `${c}\t`).join('')}\n`
  const podAmount = (m: PodMetrics, r: string): Quantity => sum((m.containers ?? []).map(c => amount(c.usage, r)))
  const sorted = [...metrics].sort((a, b) =>
    (sortBy === '' ? 0 : compareQuantities(podAmount(b, sortBy), podAmount(a, sortBy)))
    || (allNamespaces ? byCodePoint(a.metadata.namespace ?? '', b.metadata.namespace ?? '') : 0)
    || byCodePoint(a.metadata.name, b.metadata.name))
  let out = noHeaders ? '' : line(...(allNamespaces ? ['NAMESPACE'] : []), ...(containers ? ['POD'] : []), ...names)
  for (const m of sorted) {
    const before = allNamespaces ? [m.metadata.namespace ?? ''] : []
    if (!containers) out += line(...before, m.metadata.name, ...resources.map(r => usageText(r, podAmount(m, r))))
    else {
      const own = [...(m.containers ?? [])].sort((a, b) => (sortBy === '' ? 0 : compareQuantities(amount(b.usage, sortBy), amount(a.usage, sortBy))) || byCodePoint(a.name, b.name))
      for (const c of own) out += line(...before, m.metadata.name, c.name, ...resources.map(r => usageText(r, amount(c.usage, r))))
    }
  }
  if (!total) return out
  out += line(...Array<string>(width - 2).fill(''), '________', '________')
  return out + line(...Array<string>(width - 3).fill(''), '', ...resources.map(r => usageText(r, sum(metrics.map(m => podAmount(m, r))))))
}
