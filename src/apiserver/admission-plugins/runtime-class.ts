/** RuntimeClass: a pod takes over its class's overhead, node selector and tolerations. upstream: plugin/pkg/admission/runtimeclass */
import { deepEqual } from '../../base/equal'
import { goQuote } from '../../base/field'
import { forbiddenRequest } from '../../base/status'
import type { Lister } from '../../client/lister'
import { runtimeClass } from '../../kinds/node/runtime-class/kind'
import type { Pod } from '../../kinds/schema/types/core.v1'
import type { RuntimeClass } from '../../kinds/schema/types/node.v1'
import type { AdmissionPlugin, Attributes } from '../admission'

export const runtimeClassAdmission: AdmissionPlugin = {
  name: 'RuntimeClass',
  operations: ['CREATE'],
  resources: ['pods'],
  admit(a, { lister }) {
    if (a.subresource !== '') return
    const pod = a.object as Pod
    const found = classOf(a, pod, lister)
    if (found === undefined) return
    setOverhead(a, pod, found)
    setScheduling(a, pod, found)
  },
  validate(a, { lister }) {
    if (a.subresource !== '') return
    const pod = a.object as Pod
    const overhead = classOf(a, pod, lister)?.overhead?.podFixed
    if (pod.spec.overhead === undefined || Object.keys(pod.spec.overhead).length === 0) return
    if (overhead === undefined) throw forbiddenRequest(a.kind, a.name, 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead')
    if (!deepEqual(overhead, pod.spec.overhead)) throw forbiddenRequest(a.kind, a.name, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead")
  },
}

function classOf(a: Attributes, { spec }: Pod, lister: Lister): RuntimeClass | undefined {
  if (spec.runtimeClassName === undefined) return undefined
  const found = lister.get(runtimeClass, spec.runtimeClassName)
  if (found === undefined) throw forbiddenRequest(a.kind, a.name, `pod rejected: RuntimeClass ${goQuote(spec.runtimeClassName)} not found`)
  return found
}

function setOverhead(a: Attributes, pod: Pod, { overhead }: RuntimeClass): void {
  const fixed = overhead?.podFixed
  if (fixed === undefined) return
  if (pod.spec.overhead !== undefined && Object.keys(pod.spec.overhead).length > 0 && !deepEqual(fixed, pod.spec.overhead))
    throw forbiddenRequest(a.kind, a.name, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead")
  pod.spec.overhead = { ...fixed }
}

function setScheduling(a: Attributes, { spec }: Pod, { scheduling }: RuntimeClass): void {
  if (scheduling === undefined) return
  const { nodeSelector, tolerations } = scheduling
  for (const key in nodeSelector) {
    const own = spec.nodeSelector?.[key]
    if (own !== undefined && own !== nodeSelector[key])
      throw forbiddenRequest(a.kind, a.name, `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${nodeSelector[key]}; pod.spec.nodeSelector[${key}] = ${own}`)
  }
  if (nodeSelector !== undefined) spec.nodeSelector = { ...spec.nodeSelector, ...nodeSelector }
  const more = (tolerations ?? []).filter(t => spec.tolerations?.some(own => deepEqual(own, t)) !== true)
  if (more.length > 0) spec.tolerations = [...(spec.tolerations ?? []), ...more]
}
