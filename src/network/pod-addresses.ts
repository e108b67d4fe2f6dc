/** Pods by their addresses: each node hands out a range, in which its pods are looked for. No index of its own: addresses of new pods would lie all over it. */
import { cidrText, parseCidr, parseIp } from '../base/ip'
import type { Lister } from '../client/lister'
import { node as nodeKind, RANGE } from '../kinds/core/node/kind'
import { pod as podKind } from '../kinds/core/pod/kind'
import { isFinished } from '../kinds/core/pod/state'
import type { Node, Pod } from '../kinds/schema/types/core.v1'

/** The longest prefix of a range that holds two pods. */
const LONGEST = { 4: 30, 6: 126 } as const
/** The shortest that anybody gives a node. */
const SHORTEST = { 4: 8, 6: 16 } as const

/** Whether the address is the pod's own and in use: a pod on its host's network has none. */
export const hasAddress = (pod: Pod): boolean => pod.status?.podIP !== undefined && pod.spec.hostNetwork !== true && !isFinished(pod)

/** The pod that has the address; undefined where none does. */
export function podAt(lister: Lister, ip: string): Pod | undefined {
  for (const node of nodesFor(lister, ip)) {
    const pod = lister.byIndex(podKind, 'node', node.metadata.name).find(p => p.status?.podIP === ip && hasAddress(p))
    if (pod !== undefined) return pod
  }
  return undefined
}

/** Nodes that may have handed the address out: those in whose range it lies, then those without a range, which share one. */
function* nodesFor(lister: Lister, ip: string): Iterable<Node> {
  const address = parseIp(ip)
  if (address === undefined) return
  for (let prefix: number = LONGEST[address.family]; prefix >= SHORTEST[address.family]; prefix--) {
    const range = parseCidr(`${ip}/${prefix}`)
    if (range !== undefined) yield* lister.byIndex(nodeKind, RANGE, cidrText(range))
  }
  yield* lister.byIndex(nodeKind, RANGE, '')
}
