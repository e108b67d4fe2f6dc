/** `kubectl top node`. upstream: kubectl/pkg/cmd/top/top_node.go, kubectl/pkg/metricsutil */
import { UsageError } from '../../base/errors'
import { byCodePoint } from '../../base/go-text'
import { compareQuantities, isZeroQuantity, quantityFromJson, quantityMilliValue } from '../../base/quantity'
import type { Node } from '../../kinds/schema/types/core.v1'
import type { NodeMetrics } from '../../kinds/metrics/node-metrics/kind'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import { TABLE_STYLE, alignTabs } from '../print/tab-writer'
import { resourceOf } from '../resource-of'
import { amount, checkSelectors, checkSortBy, MEASURED, MEASURED_WITH_SWAP, metricsResource, usageText } from './metrics'

export interface Options {
  readonly factory: Factory
  readonly name: string
  readonly selector: string | undefined
  readonly sortBy: string
  readonly noHeaders: boolean
  readonly ofCapacity: boolean
  readonly swap: boolean
}

/** Throws UsageError. */
export function toOptions({ args, flags }: Invocation<'top node'>, factory: Factory): Options {
  checkSortBy(flags['sort-by'])
  const name = args[0] ?? ''
  if (name !== '' && flags.selector !== '') throw new UsageError('only one of NAME or --selector can be provided')
  return { factory, name, selector: flags.selector || undefined, sortBy: flags['sort-by'], noHeaders: flags['no-headers'], ofCapacity: flags['show-capacity'], swap: flags['show-swap'] }
}

/** Throws UsageError, StatusError. */
export async function run({ factory, name, selector, sortBy, noHeaders, ofCapacity, swap }: Options): Promise<void> {
  checkSelectors(selector)
  const resource = await metricsResource<NodeMetrics>(factory, 'nodes')
  const client = await factory.client()
  const metrics = name !== '' ? [await client.get(resource, name)] : [...(await client.list(resource, { labelSelector: selector })).items]
  if (metrics.length === 0) throw new UsageError('metrics not available yet')
  const kind = resourceOf<Node>('v1', 'Node')
  const nodes = name !== '' ? [await client.get(kind, name)] : (await client.list(kind, { labelSelector: selector })).items
  const resources = swap ? MEASURED_WITH_SWAP : MEASURED
  const lines = noHeaders ? [] : [`NAME\tCPU(cores)\tCPU(%)\tMEMORY(bytes)\tMEMORY(%)\t${swap ? 'SWAP(bytes)\tSWAP(%)\t' : ''}`]
  const sorted = metrics.sort((a, b) => (sortBy === '' ? 0 : compareQuantities(amount(b.usage, sortBy), amount(a.usage, sortBy))) || byCodePoint(a.metadata.name, b.metadata.name))
  for (const { metadata, usage } of sorted) {
    const node = nodes.find(n => n.metadata.name === metadata.name)
    const available = ofCapacity ? node?.status?.capacity : node?.status?.allocatable
    const cells = resources.map(r => (r === 'swap' ? '<unknown>\t<unknown>\t' : `${usageText(r, amount(usage, r))}\t${share(usage?.[r], available?.[r])}`))
    lines.push(`${metadata.name}\t${cells.join('')}`)
  }
  for (const { metadata } of nodes) if (!metrics.some(m => m.metadata.name === metadata.name)) lines.push(`${metadata.name}\t${'<unknown>\t'.repeat(2 * resources.length)}`)
  factory.io.stdout(alignTabs(`${lines.join('\n')}\n`, TABLE_STYLE))
}

function share(part: string | undefined, whole: string | undefined): string {
  if (whole === undefined) return ''
  const all = quantityFromJson(whole)
  return `${isZeroQuantity(all) ? 0 : Math.trunc((quantityMilliValue(quantityFromJson(part ?? '0')) / quantityMilliValue(all)) * 100)}%\t`
}
