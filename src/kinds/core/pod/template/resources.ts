/** Requests and limits of a pod's containers added up as quantities. upstream: component-helpers/resource/helpers.go */
import { addQuantities, compareQuantities, parseQuantity, quantityText, roundUpQuantity, type Quantity } from '../../../../base/quantity'
import type { Container, PodSpec } from '../../../schema/types/core.v1'
import { isRestartableInit } from './containers'

export type ResourceList = Record<string, string>
type Amounts = Map<string, Quantity>

const MILLI = -3

/** Rounds what is finer than a thousandth up to one; changes the list in place. upstream: SetDefaults_ResourceList */
export function roundResources(list: ResourceList | undefined): void {
  if (list === undefined) return
  for (const name in list) {
    const text = list[name] as string
    // In canonical form only these can be finer.
    const last = text.charCodeAt(text.length - 1)
    if (last === 110 || last === 117 || text.includes('e-')) list[name] = quantityText(roundUpQuantity(parseQuantity(text), MILLI))
  }
}

export const isHugePages = (name: string): boolean => name.startsWith('hugepages-')
export const isNativeResource = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/')
/** Whether a request may be lower than the limit. */
export const isOvercommitAllowed = (name: string): boolean => isNativeResource(name) && !isHugePages(name)
/** What may stand in spec.resources. */
export const isPodLevelResource = (name: string): boolean => name === 'cpu' || name === 'memory' || isHugePages(name)

function add(to: Amounts, what: Iterable<readonly [string, Quantity]>): void {
  for (const [name, q] of what) {
    const have = to.get(name)
    to.set(name, have === undefined ? q : addQuantities(have, q))
  }
}
function raise(to: Amounts, what: Iterable<readonly [string, Quantity]>): void {
  for (const [name, q] of what) {
    const have = to.get(name)
    if (have === undefined || compareQuantities(q, have) > 0) to.set(name, q)
  }
}
const amounts = (list: ResourceList | undefined): [string, Quantity][] => Object.entries(list ?? {}).map(([name, text]) => [name, parseQuantity(text)])

/** Effective requests or limits of all containers together: the sum with sidecars, or an init container's moment if that is more. */
export function aggregateContainers(spec: PodSpec, what: 'requests' | 'limits'): ResourceList {
  const sum: Amounts = new Map()
  for (const c of spec.containers ?? []) add(sum, amounts(c.resources?.[what]))
  const sidecars: Amounts = new Map()
  const peak: Amounts = new Map()
  for (const c of spec.initContainers ?? []) {
    const own = amounts(c.resources?.[what])
    if (isRestartableInit(c)) {
      add(sum, own)
      add(sidecars, own)
      raise(peak, sidecars)
    } else {
      const moment: Amounts = new Map(own)
      add(moment, sidecars)
      raise(peak, moment)
    }
  }
  raise(sum, peak)
  return Object.fromEntries([...sum].map(([name, q]) => [name, quantityText(q)]))
}

/** Requests that were left out take the value of the limit; changes the container in place. */
export function requestsFromLimits(c: Container): void {
  const limits = c.resources?.limits
  if (limits === undefined) return
  const resources = c.resources as { requests?: ResourceList }
  for (const name in limits) {
    const requests = (resources.requests ??= {})
    if (requests[name] === undefined) requests[name] = limits[name] as string
  }
}
