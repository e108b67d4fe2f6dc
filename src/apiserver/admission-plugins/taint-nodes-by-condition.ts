/** TaintNodesByCondition: a new node takes no pods until something found it ready. upstream: plugin/pkg/admission/nodetaint */
import type { Node } from '../../kinds/schema/types/core.v1'
import type { AdmissionPlugin } from '../admission'

const NOT_READY = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }

export const taintNodesByCondition: AdmissionPlugin = {
  name: 'TaintNodesByCondition',
  operations: ['CREATE'],
  resources: ['nodes'],
  admit(a) {
    if (a.kind.plural !== 'nodes' || a.kind.group !== '' || a.subresource !== '') return
    const node = a.object as Node
    const taints = node.spec?.taints ?? []
    if (taints.some(t => t.key === NOT_READY.key && t.effect === NOT_READY.effect)) return
    node.spec = { ...node.spec, taints: [...taints, { ...NOT_READY }] }
  },
}
