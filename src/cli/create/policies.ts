/** `kubectl create quota`, `priorityclass`, `poddisruptionbudget`. upstream: kubectl/pkg/cmd/create create_quota.go, create_priorityclass.go, create_pdb.go */
import { UsageError } from '../../base/errors'
import { parseIntOrString } from '../../base/int-or-string'
import { parseToLabelSelectorObject } from '../../base/label-selector'
import { canonicalQuantity } from '../../base/quantity'
import type { KubeObject } from '../../kinds/kind'
import { resourceOf } from '../resource-of'
import type { Generator } from './generate'

export const quota: Generator<'create quota'> = {
  resource: () => resourceOf('v1', 'ResourceQuota'),
  failure: 'failed to create quota: ',
  make({ name, flags }) {
    if (name === '') throw new UsageError('name must be specified')
    const [hard, scopes] = [hardOf(flags.hard), scopesOf(flags.scopes)]
    return { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name }, spec: { ...(hard === undefined ? {} : { hard }), ...(scopes === undefined ? {} : { scopes }) } } as KubeObject
  },
}

/** `cpu=1,memory=1Gi`; undefined for nothing. Throws UsageError. upstream: populateResourceListV1 */
export function hardOf(spec: string): Record<string, string> | undefined {
  if (spec === '') return undefined
  const hard: Record<string, string> = {}
  for (const statement of spec.split(',')) {
    const [key, value, more] = statement.split('=')
    if (key === undefined || value === undefined || more !== undefined) throw new UsageError(`Invalid argument syntax ${statement}, expected <resource>=<value>`)
    try {
      hard[key] = canonicalQuantity(value)
    } catch (error) {
      throw new UsageError((error as Error).message)
    }
  }
  return hard
}

function scopesOf(spec: string): string[] | undefined {
  if (spec === '') return undefined
  const scopes = spec.split(',')
  if (scopes.includes('')) throw new UsageError('invalid resource quota scope ""')
  return scopes
}

export const priorityClass: Generator<'create priorityclass'> = {
  resource: () => resourceOf('scheduling.k8s.io/v1', 'PriorityClass'),
  failure: 'failed to create priorityclass: ',
  make: ({ name, flags }) => ({
    apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name },
    value: flags.value,
    ...(flags['global-default'] ? { globalDefault: true } : {}),
    ...(flags.description === '' ? {} : { description: flags.description }),
    preemptionPolicy: flags['preemption-policy'],
  }) as KubeObject,
}

export const podDisruptionBudget: Generator<'create poddisruptionbudget'> = {
  resource: () => resourceOf('policy/v1', 'PodDisruptionBudget'),
  failure: 'failed to create poddisruptionbudgets: ',
  make({ name, flags }) {
    const [min, max] = [flags['min-available'], flags['max-unavailable']]
    if (name === '') throw new UsageError('name must be specified')
    if (flags.selector === '') throw new UsageError('a selector must be specified')
    if (min === '' && max === '') throw new UsageError('one of min-available or max-unavailable must be specified')
    if (min !== '' && max !== '') throw new UsageError('min-available and max-unavailable cannot be both specified')
    if (min !== '' && !/^[0-9]+%?$/.test(min)) throw new UsageError('invalid format specified for min-available')
    if (max !== '' && !/^[0-9]+%?$/.test(max)) throw new UsageError('invalid format specified for max-unavailable')
    let selector: object
    try {
      selector = parseToLabelSelectorObject(flags.selector)
    } catch (error) {
      throw new UsageError((error as Error).message)
    }
    const amount = min !== '' ? { minAvailable: parseIntOrString(min) } : { maxUnavailable: parseIntOrString(max) }
    return { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name }, spec: { selector, ...amount } } as KubeObject
  },
}
