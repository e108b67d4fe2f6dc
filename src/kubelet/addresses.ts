/** Pod addresses: each node hands out its range in order, as the host-local CNI plugin does. upstream: containernetworking/plugins host-local */
import { cidrContains, ipAfter, ipText, parseCidr, parseIp, type Ip } from '../base/ip'
import type { Context } from '../client/controller'
import { pod as podKind } from '../kinds/core/pod/kind'
import type { Node } from '../kinds/schema/types/core.v1'

/** Of nodes to which nobody gave a range. */
const SHARED_RANGE = '10.244.0.0/16'
/** The network's own address and the gateway's are not handed out. */
const RESERVED = 2

/** The next free address of the node's range, undefined when all are taken. */
export function nextPodIP(node: Node | undefined, { lister, memory }: Context): string | undefined {
  const range = node?.spec?.podCIDR ?? SHARED_RANGE
  const cidr = parseCidr(range)
  if (cidr === undefined) return undefined
  const key = `addresses ${range}`
  const first = ipText(ipAfter(cidr.network, RESERVED))
  const start = memory.get<string>(key) ?? first
  let ip = start
  do {
    const next = ipAfter(parseIp(ip) as Ip, 1)
    const after = cidrContains(cidr, next) ? ipText(next) : first
    if (lister.byIndex(podKind, 'ip', ip).length === 0) {
      memory.put(key, after)
      return ip
    }
    ip = after
  } while (ip !== start)
  return undefined
}
