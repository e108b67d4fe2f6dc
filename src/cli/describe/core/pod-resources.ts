/** What a pod asks for and may use at most, as quantities. upstream: component-helpers/resource PodRequests, PodLimits */
import { addQuantities, compareQuantities, quantityFromJson, type Quantity } from '../../../base/quantity'
import type { Container, ContainerStatus, Pod } from '../../../kinds/schema/types/core.v1'

export type Quantities = Record<string, Quantity>
type Side = 'requests' | 'limits'

/** `useStatus`: what the kubelet has put in force counts while a resize is on its way. */
export function podResources({ spec, status }: Pod, side: Side, useStatus: boolean): Quantities {
  const statuses = useStatus ? [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])] : []
  const of = (c: Container): Quantities => containerResources(c, side, statuses.find(s => s.name === c.name))
  const sum: Quantities = {}
  for (const c of spec.containers) add(sum, of(c))
  const sidecars: Quantities = {}
  const peak: Quantities = {}
  for (const c of spec.initContainers ?? []) {
    const own = of(c)
    if (c.restartPolicy === 'Always') {
      add(sum, own)
      add(sidecars, own)
      raise(peak, sidecars)
    } else {
      add(own, sidecars)
      raise(peak, own)
    }
  }
  raise(sum, peak)
  for (const [name, amount] of Object.entries(spec.resources?.[side] ?? {})) sum[name] = quantityFromJson(amount)
  // Overhead belongs to a limit only where there is one.
  for (const [name, amount] of Object.entries(spec.overhead ?? {})) if (side === 'requests' || sum[name] !== undefined) add(sum, { [name]: quantityFromJson(amount) })
  return sum
}

/** In force or asked for, whichever is more. upstream: determineContainerReqs */
function containerResources({ resources }: Container, side: Side, status: ContainerStatus | undefined): Quantities {
  const out = quantities(resources?.[side])
  if (status?.resources !== undefined) raise(out, quantities(status.resources[side]))
  return out
}

const quantities = (list: Readonly<Record<string, string>> | undefined): Quantities => Object.fromEntries(Object.entries(list ?? {}).map(([name, amount]) => [name, quantityFromJson(amount)]))

/** Adds in place. */
export function add(to: Quantities, what: Quantities): void {
  for (const [name, q] of Object.entries(what)) to[name] = to[name] === undefined ? q : addQuantities(to[name], q)
}

function raise(to: Quantities, what: Quantities): void {
  for (const [name, q] of Object.entries(what)) if (to[name] === undefined || compareQuantities(q, to[name]) > 0) to[name] = q
}
