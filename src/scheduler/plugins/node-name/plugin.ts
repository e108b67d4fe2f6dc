/** NodeName: a pod that names its node runs there or nowhere. upstream: scheduler/framework/plugins/nodename */
import { unresolvable, type SchedulerPlugin } from '../../framework'

const WRONG_NAME = unresolvable("node(s) didn't match the requested node name")

export const nodeName: SchedulerPlugin = {
  name: 'NodeName',
  hints: { NodeAdd: (pod, { object }) => pod.spec.nodeName === object.metadata.name, OwnUpdate: () => true },
  sign: ({ pod }) => pod.spec.nodeName,
  filter({ pod }, node) {
    const wished = pod.spec.nodeName ?? ''
    return wished === '' || wished === node.name ? undefined : WRONG_NAME
  },
}
