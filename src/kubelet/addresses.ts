/** Pod addresses: each node hands out its range in order, as the host-local CNI plugin does. upstream: containernetworking/plugins host-local */
import { cidrContains, ipAfter, ipText, parseCidr, parseIp, type Cidr, type Ip } from '../base/ip'
import type { Context } from '../client/controller'
import { node as nodeKind, RANGE } from '../kinds/core/node/kind'
import { pod as podKind } from '../kinds/core/pod/kind'
import type { Node } from '../kinds/schema/types/core.v1'
import { hasAddress } from '../network/pod-addresses'

/** Of nodes to which nobody gave a range. */
const SHARED_RANGE = '10.244.0.0/16'
/** The network's own address and the gateway's are not handed out. */
const RESERVED = 2

/** What is remembered of a range. */
interface Place {
  readonly next: string
  /** It came to its end once: from then on it may meet addresses that are still in use. */
  readonly again: boolean
}

/** The next free address of the node's range, undefined when all are taken. */
export function nextPodIP(node: Node | undefined, ctx: Context): string | undefined {
  const range = node?.spec?.podCIDR ?? SHARED_RANGE
  const cidr = parseCidr(range)
  if (cidr === undefined) return undefined
  const { memory } = ctx
  const key = `addresses ${range}`
  const first = ipText(ipAfter(cidr.network, RESERVED))
  // A text: of a file in which it was not noted whether the range had come to its end.
  const kept = memory.get<Place | string>(key)
  const start: Place = typeof kept === 'object' ? kept : { next: kept ?? first, again: kept !== undefined }
  const taken = start.again ? inUse(node, ctx) : undefined
  let { next: ip, again } = start
  do {
    const next = following(cidr, ip)
    if (next === undefined) again = true
    if (taken?.has(ip) !== true) {
      memory.put(key, { next: next ?? first, again } satisfies Place)
      return ip
    }
    ip = next ?? first
  } while (ip !== start.next)
  return undefined
}

function following(cidr: Cidr, ip: string): string | undefined {
  const next = ipAfter(parseIp(ip) as Ip, 1)
  return cidrContains(cidr, next) ? ipText(next) : undefined
}

/** Addresses that the pods of a node have, or those of all nodes without a range. */
function inUse(node: Node | undefined, { lister }: Context): Set<string> {
  const nodes = node?.spec?.podCIDR === undefined ? lister.byIndex(nodeKind, RANGE, '') : [node]
  return new Set(nodes.flatMap(n => lister.byIndex(podKind, 'node', n.metadata.name)).filter(hasAddress).map(p => p.status?.podIP as string))
}
