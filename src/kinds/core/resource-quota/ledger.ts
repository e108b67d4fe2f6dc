/** Reading what a namespace uses: the sums that the store keeps, and what a quota makes of them. */
import type { Quantity } from '../../../base/quantity'
import type { ResourceQuotaSpec } from '../../schema/types/core.v1'
import { matchesResource, matchesScopes, quantityIn } from './usage'

/** The totals of a namespace are called so, by `group/plural/` and what scopes ask. */
export const LEDGER = 'quota-use '

interface Totals {
  total(name: string, key: string): Readonly<Record<string, number>> | undefined
  totalKeys(name: string): readonly string[]
}

/** What is used of each of a quota's resources that anything can use. upstream: quota.CalculateUsage */
export function usedOf(totals: Totals, namespace: string, spec: ResourceQuotaSpec): Map<string, Quantity> {
  const sums: Record<string, Record<string, number>> = {}
  const name = LEDGER + namespace
  const resources = Object.keys(spec.hard ?? {})
  for (const key of totals.totalKeys(name)) {
    const [group = '', plural = '', ...rest] = key.split('/')
    const kind = { group, plural }
    if (!matchesScopes(kind, rest.join('/'), spec)) continue
    const amounts = totals.total(name, key) ?? {}
    for (const resource of resources) {
      if (!matchesResource(kind, resource)) continue
      const sum = (sums[resource] ??= {})
      for (const unit of [resource, `${resource}~Bi`]) if (amounts[unit] !== undefined) sum[unit] = (sum[unit] ?? 0) + amounts[unit]
    }
  }
  return new Map(resources.map(r => [r, quantityIn(sums[r] ?? {}, r)]))
}
