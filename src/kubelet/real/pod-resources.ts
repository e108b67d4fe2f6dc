/** What a pod as a whole is given, as 1.36 reports it. Pure. upstream: pkg/kubelet/kubelet_pods.go convertToAPIPodLevelResourcesStatus, component-helpers/resource PodRequests */
import { addQuantities, compareQuantities, quantityFromJson, quantityText, type Quantity } from '../../base/quantity'
import type { Container, Pod, PodStatus, ResourceRequirements } from '../../kinds/schema/types/core.v1'
import { resourcesInForce, type PodRecord } from './record'
import { isRestartableInit, lastingContainers } from '../../kinds/core/pod/template/containers'

type Amounts = Readonly<Record<string, string>>
type Sums = Map<string, Quantity>

const isEmpty = (map: object | undefined): boolean => map === undefined || Object.keys(map).length === 0

/** Sums over the containers; a limit where all have one. */
export function podResources({ spec }: Pod, record: PodRecord): Pick<PodStatus, 'resources' | 'allocatedResources'> {
  const { containers, initContainers = [], resources: own } = spec
  const inForce = (c: Container): ResourceRequirements => resourcesInForce(record, c)
  if (containers.length === 1 && initContainers.length === 0 && own === undefined) return told(inForce(containers[0] as Container))
  const lasting = lastingContainers(spec).map(inForce)
  const requests = sumOf(lasting.map(r => r.requests))
  // An init container runs alone with the sidecars before it.
  const beside: Sums = new Map()
  for (const c of initContainers) {
    if (isRestartableInit(c)) add(beside, inForce(c).requests)
    else {
      const alone: Sums = new Map(beside)
      add(alone, inForce(c).requests)
      for (const [name, q] of alone) if (requests.get(name) === undefined || compareQuantities(q, requests.get(name) as Quantity) > 0) requests.set(name, q)
    }
  }
  const limits = sumOf(lasting.map(r => r.limits))
  for (const name of [...limits.keys()]) if (lasting.some(r => r.limits?.[name] === undefined)) limits.delete(name)
  return told({ requests: { ...textOf(requests), ...own?.requests }, limits: { ...textOf(limits), ...own?.limits } })
}

const told = ({ requests, limits }: ResourceRequirements): Pick<PodStatus, 'resources' | 'allocatedResources'> => ({
  ...(isEmpty(requests) ? {} : { allocatedResources: requests as Amounts }),
  resources: { ...(isEmpty(limits) ? {} : { limits: limits as Amounts }), ...(isEmpty(requests) ? {} : { requests: requests as Amounts }) },
})

function sumOf(list: readonly (Amounts | undefined)[]): Sums {
  const sums: Sums = new Map()
  for (const amounts of list) add(sums, amounts)
  return sums
}

function add(sums: Sums, amounts: Amounts | undefined): void {
  for (const [name, text] of Object.entries(amounts ?? {})) {
    const before = sums.get(name)
    sums.set(name, before === undefined ? quantityFromJson(text) : addQuantities(before, quantityFromJson(text)))
  }
}

const textOf = (sums: Sums): Record<string, string> => Object.fromEntries([...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, q]) => [name, quantityText(q)]))
