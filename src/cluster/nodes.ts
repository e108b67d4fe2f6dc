/** The nodes that a cluster starts with when nobody describes them. upstream: pkg/kubelet/nodestatus */
import { machine } from '../kinds/core/node/machine'
import type { Node } from '../kinds/schema/types/core.v1'

const CONTROL_PLANE_TAINT = { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }

/** A tainted control plane and two workers. */
export function defaultNodes(): Node[] {
  const plane = machine('control-plane', 0)
  return [
    { ...plane, metadata: { ...plane.metadata, labels: { ...plane.metadata.labels, 'node-role.kubernetes.io/control-plane': '', 'node.kubernetes.io/exclude-from-external-load-balancers': '' } }, spec: { ...plane.spec, taints: [CONTROL_PLANE_TAINT] } },
    machine('worker-1', 1),
    machine('worker-2', 2),
  ]
}

/** `node-1` to `node-n`. */
export function numberedNodes(n: number): Node[] {
  return Array.from({ length: n }, (_, i) => machine(`node-${i + 1}`, i))
}
