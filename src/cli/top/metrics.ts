/** Reads what nodes and pods use from the metrics API. upstream: k8s.io/metrics v1beta1, kubectl/pkg/cmd/top */
import { UsageError } from '../../base/errors'
import { parseFieldSelector } from '../../base/field-selector'
import { parseLabelSelector } from '../../base/label-selector'
import { addQuantities, quantityFromJson, quantityMilliValue, quantityOf, quantityValue, type Quantity } from '../../base/quantity'
import type { KubeObject, Resource } from '../../kinds/kind'
import type { Factory } from '../factory'

type Usage = Readonly<Record<string, string>>

const GROUP = 'metrics.k8s.io'

/** Throws UsageError where no server serves metrics. */
export async function metricsResource<T extends KubeObject>(factory: Factory, plural: 'nodes' | 'pods'): Promise<Resource<T>> {
  const found = (await factory.mapper()).resources.find(r => r.group === GROUP && r.version === 'v1beta1' && r.plural === plural)
  if (found === undefined) throw new UsageError('Metrics API not available')
  return found as unknown as Resource<T>
}

export const MEASURED = ['cpu', 'memory'] as const
export const MEASURED_WITH_SWAP = [...MEASURED, 'swap'] as const

export const amount = (usage: Usage | undefined, resource: string): Quantity => quantityFromJson(usage?.[resource] ?? '0')
export const sum = (amounts: readonly Quantity[]): Quantity => amounts.reduce(addQuantities, quantityOf(0))

/** `12m`, `34Mi` */
export const usageText = (resource: string, q: Quantity): string => (resource === 'cpu' ? `${quantityMilliValue(q)}m` : `${Math.trunc(quantityValue(q) / (1024 * 1024))}Mi`)

/** Throws UsageError. */
export function checkSortBy(sortBy: string): void {
  if (!['', 'cpu', 'memory'].includes(sortBy)) throw new UsageError('--sort-by accepts only cpu or memory')
}

/** Selectors are read before a server is asked. Throws UsageError. */
export function checkSelectors(label = '', field = ''): void {
  try {
    parseLabelSelector(label)
    parseFieldSelector(field)
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}
