/** The quality of service class of a pod. upstream: pkg/apis/core/helper/qos */
import { addQuantities, compareQuantities, parseQuantity, quantitySign, type Quantity } from '../../../../base/quantity'
import type { Pod, PodSpec, ResourceRequirements } from '../../../schema/types/core.v1'

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort'

const COMPUTE = ['cpu', 'memory'] as const

/** What status says, or what the spec makes of it. */
export const qosOf = (pod: Pod): QosClass => (pod.status?.qosClass as QosClass | undefined) ?? computeQos(pod.spec)

/** upstream: ComputePodQOS */
export function computeQos(spec: PodSpec): QosClass {
  if (spec.resources !== undefined) return classOf([spec.resources])
  const all: (ResourceRequirements | undefined)[] = []
  for (const c of spec.containers ?? []) all.push(c.resources)
  for (const c of spec.initContainers ?? []) all.push(c.resources)
  return classOf(all)
}

function classOf(all: readonly (ResourceRequirements | undefined)[]): QosClass {
  const requests: Partial<Record<string, Quantity>> = {}
  const limits: Partial<Record<string, Quantity>> = {}
  let guaranteed = true
  for (const r of all) {
    addPositive(requests, r?.requests)
    const found = addPositive(limits, r?.limits)
    if (found < COMPUTE.length) guaranteed = false
  }
  if (requests.cpu === undefined && requests.memory === undefined && limits.cpu === undefined && limits.memory === undefined) return 'BestEffort'
  if (guaranteed) for (const name of COMPUTE) if (requests[name] === undefined || compareQuantities(requests[name], limits[name] as Quantity) !== 0) guaranteed = false
  return guaranteed ? 'Guaranteed' : 'Burstable'
}

/** How many of cpu and memory the list has. */
function addPositive(to: Partial<Record<string, Quantity>>, list: Record<string, string> | undefined): number {
  if (list === undefined) return 0
  let found = 0
  for (const name of COMPUTE) {
    const text = list[name]
    if (text === undefined) continue
    const q = parseQuantity(text)
    if (quantitySign(q) <= 0) continue
    found++
    const have = to[name]
    to[name] = have === undefined ? q : addQuantities(have, q)
  }
  return found
}

