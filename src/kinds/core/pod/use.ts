/** What a pod takes of its node: effective requests, counted by the store under the node's name. upstream: component-helpers/resource, scheduler/framework NodeInfo */
import { milliValueOfQuantity, valueOfQuantity } from '../../../base/quantity'
import type { Total } from '../../kind'
import type { Container, Pod, PodSpec } from '../../schema/types/core.v1'
import { hasPodAffinity } from './pod-affinity'

/** Name of the total by node: milli-CPU as `cpu`, bytes and pieces for the rest, and `pods`. */
export const NODE_USE = 'node-use'
/** Name of the total of pods that are on their way: pending or terminating. */
export const BUSY_PODS = 'busy-pods'

export type Amounts = Record<string, number>

/** Effective requests: the larger of the containers' sum (with sidecars) and any init container's moment, plus overhead. cpu in milli. */
export function podRequests(spec: PodSpec): Amounts {
  const sum: Amounts = {}
  for (const c of spec.containers) add(sum, requestsOf(c))
  if (spec.initContainers !== undefined) {
    const sidecars: Amounts = {}
    const initPeak: Amounts = {}
    for (const c of spec.initContainers) {
      const own = requestsOf(c)
      if (c.restartPolicy === 'Always') {
        add(sidecars, own)
        add(sum, own)
        raise(initPeak, sidecars)
      } else {
        const moment = { ...own }
        add(moment, sidecars)
        raise(initPeak, moment)
      }
    }
    raise(sum, initPeak)
  }
  if (spec.resources?.requests !== undefined) for (const r in spec.resources.requests) sum[r] = amountOf(r, spec.resources.requests[r] as string)
  if (spec.overhead !== undefined) for (const r in spec.overhead) sum[r] = (sum[r] ?? 0) + amountOf(r, spec.overhead[r] as string)
  return sum
}

export function amountOf(resource: string, quantity: string): number {
  return resource === 'cpu' ? milliValueOfQuantity(quantity) : valueOfQuantity(quantity)
}

function requestsOf(c: Container): Amounts {
  const out: Amounts = {}
  const requests = c.resources?.requests
  if (requests !== undefined) for (const r in requests) out[r] = amountOf(r, requests[r] as string)
  return out
}
function add(to: Amounts, what: Amounts): void {
  for (const r in what) to[r] = (to[r] ?? 0) + (what[r] as number)
}
function raise(to: Amounts, what: Amounts): void {
  for (const r in what) if ((what[r] as number) > (to[r] ?? 0)) to[r] = what[r] as number
}

/** Counted for scoring where a container asks for nothing. upstream: scheduler/util/pod_resources.go */
const DEFAULT_MILLI_CPU = 100
const DEFAULT_MEMORY = 200 * 1024 * 1024
/** Units of a node's use for scoring: as if every container had asked for something. */
export const SCORED_CPU = '~cpu'
export const SCORED_MEMORY = '~memory'

/** Units that count the pods of each priority but 0, which is everyone else's. */
export const PRIORITY = '~priority '

/** What a pod adds to its node: requests, `pods`, and what scoring counts. */
export function nodeUse(spec: PodSpec): Amounts {
  const use = podRequests(spec)
  let [cpu, memory] = [0, 0]
  for (const c of spec.containers) {
    const own = c.resources?.requests
    cpu += own?.cpu === undefined ? DEFAULT_MILLI_CPU : amountOf('cpu', own.cpu)
    memory += own?.memory === undefined ? DEFAULT_MEMORY : amountOf('memory', own.memory)
  }
  use[SCORED_CPU] = Math.max(cpu, use.cpu ?? 0)
  use[SCORED_MEMORY] = Math.max(memory, use.memory ?? 0)
  use.pods = 1
  if ((spec.priority ?? 0) !== 0) use[PRIORITY + String(spec.priority)] = 1
  return use
}

/** Total of pods that have ended and are still there. */
export const FINISHED_PODS = 'finished-pods'

/** Total of pods on nodes that want to be near other pods or away from them. */
export const AFFINITY_PODS = 'affinity-pods'

const finished = (p: Pod): boolean => p.status?.phase === 'Succeeded' || p.status?.phase === 'Failed'

export function podUse(p: Pod): readonly Total[] {
  const totals: Total[] = []
  const node = p.spec.nodeName ?? ''
  const ended = finished(p)
  if (ended) totals.push({ name: FINISHED_PODS, key: '', amounts: { n: 1 } })
  else if (node !== '') {
    totals.push({ name: NODE_USE, key: node, amounts: nodeUse(p.spec) })
    if (p.spec.affinity !== undefined && hasPodAffinity(p.spec)) totals.push({ name: AFFINITY_PODS, key: '', amounts: { n: 1 } })
  }
  if (p.metadata.deletionTimestamp !== undefined || (p.status?.phase ?? 'Pending') === 'Pending') totals.push({ name: BUSY_PODS, key: '', amounts: { n: 1 } })
  return totals
}
