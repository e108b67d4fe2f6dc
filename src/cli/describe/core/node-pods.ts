/** Pods of a node and what they take of it. upstream: kubectl/pkg/describe describeNodeResource */
import { ageSince } from '../../../base/duration'
import { byCodePoint } from '../../../base/go-text'
import { quantityFromJson, quantityMilliValue, quantityOf, quantityText, quantityValue, type Quantity } from '../../../base/quantity'
import type { Node, Pod } from '../../../kinds/schema/types/core.v1'
import { text, type Lines } from '../writer'
import { add, podResources, type Quantities } from './pod-resources'

const ZERO = quantityOf(0)

export function nodePods(w: Lines, { status }: Node, pods: readonly Pod[], nowMs: number): void {
  const allocatable = Object.keys(status?.allocatable ?? {}).length > 0 ? status?.allocatable ?? {} : status?.capacity ?? {}
  const of = (list: Quantities, name: string, zero: string): string => `${quantityText(list[name] ?? ZERO)} (${share(list[name] ?? ZERO, allocatable[name], name === 'cpu') ?? zero}%)`
  w.write(0, `Non-terminated Pods:\t(${pods.length} in total)\n`)
  w.write(1, 'Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge\n')
  w.write(1, '---------\t----\t\t------------\t----------\t---------------\t-------------\t---\n')
  for (const pod of pods) {
    const [requests, limits] = [podResources(pod, 'requests', true), podResources(pod, 'limits', true)]
    const cells = [of(requests, 'cpu', NOT_A_NUMBER), of(limits, 'cpu', NOT_A_NUMBER), of(requests, 'memory', NOT_A_NUMBER), of(limits, 'memory', NOT_A_NUMBER)]
    w.write(1, `${text(pod.metadata.namespace)}\t${pod.metadata.name}\t\t${cells.join('\t')}\t${ageSince(pod.metadata.creationTimestamp, nowMs)}\n`)
  }
  const [requests, limits]: [Quantities, Quantities] = [{}, {}]
  for (const pod of pods) {
    add(requests, podResources(pod, 'requests', false))
    add(limits, podResources(pod, 'limits', false))
  }
  w.write(0, 'Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)\n')
  w.write(1, 'Resource\tRequests\tLimits\n')
  w.write(1, '--------\t--------\t------\n')
  const names = Object.keys(allocatable).sort(byCodePoint)
  const shared = ['cpu', 'memory', 'ephemeral-storage', ...names.filter(n => n.startsWith('hugepages-'))]
  for (const name of shared) w.write(1, `${name}\t${of(requests, name, '0')}\t${of(limits, name, '0')}\n`)
  for (const name of names) {
    if (shared.includes(name) || name === 'pods') continue
    w.write(1, `${name}\t${quantityText(requests[name] ?? ZERO)}\t${quantityText(limits[name] ?? ZERO)}\n`)
  }
}

/** What Go makes of NaN as an integer on amd64. */
const NOT_A_NUMBER = '-9223372036854775808'

/** Whole percent, cut; undefined of nothing. */
function share(part: Quantity, whole: string | undefined, milli: boolean): number | undefined {
  const value = milli ? quantityMilliValue : quantityValue
  const all = value(quantityFromJson(whole ?? '0'))
  return all === 0 ? undefined : Math.trunc((value(part) / all) * 100)
}
