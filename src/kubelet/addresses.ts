/** Pod addresses: each node hands out its range in order, as the host-local CNI plugin does. upstream: containernetworking/plugins host-local */
import { ipAfter, ipText, parseCidr, parseIp, type Ip } from '../base/ip'
import type { Context } from '../client/controller'
import { node as nodeKind, RANGE } from '../kinds/core/node/kind'
import { pod as podKind } from '../kinds/core/pod/kind'
import type { Node } from '../kinds/schema/types/core.v1'
import { hasAddress } from '../network/pod-addresses'

/** Of nodes to which nobody gave a range. */
const SHARED_RANGE = '10.244.0.0/16'
/** The network's own address and the gateway's are not handed out. */
const RESERVED = 2

/** Where the addresses of a range begin, and how many it has. Ranges are few, and asked about for every pod. */
interface Range {
  readonly first: Ip
  readonly size: number
}
const ranges = new Map<string, Range | undefined>()
const MAX_RANGES = 4_096

function rangeOf(text: string): Range | undefined {
  if (ranges.has(text)) return ranges.get(text)
  const cidr = parseCidr(text)
  const made = cidr === undefined ? undefined : { first: ipAfter(cidr.network, RESERVED), size: 2 ** Math.min((cidr.network.family === 4 ? 32 : 128) - cidr.prefix, 48) - RESERVED }
  if (ranges.size >= MAX_RANGES) ranges.clear()
  ranges.set(text, made)
  return made
}

/** The next free address of the node's range, undefined when all are taken. */
export function nextPodIP(node: Node | undefined, ctx: Context): string | undefined {
  const text = node?.spec?.podCIDR ?? SHARED_RANGE
  const range = rangeOf(text)
  if (range === undefined || range.size <= 0) return undefined
  const { first, size } = range
  const key = `addresses ${text}`
  const start = handedOut(ctx.memory.get<number | string>(key), range)
  // Only when all have been handed out once may the next one still be in use.
  const taken = start >= size ? inUse(node, ctx) : undefined
  for (let n = start; n < start + size; n++) {
    const ip = ipText(ipAfter(first, n % size))
    if (taken?.has(ip) === true) continue
    ctx.memory.put(key, n + 1)
    return ip
  }
  return undefined
}

/** How many addresses were handed out. Older files remember the next one, as text, and not whether it is the first time. */
function handedOut(kept: number | string | undefined, { first, size }: Range): number {
  if (typeof kept !== 'string') return kept ?? 0
  return size + Number((parseIp(kept) as Ip).bits - first.bits)
}

/** Addresses that the pods of a node have, or those of all nodes without a range. */
function inUse(node: Node | undefined, { lister }: Context): Set<string> {
  const nodes = node?.spec?.podCIDR === undefined ? lister.byIndex(nodeKind, RANGE, '') : [node]
  return new Set(nodes.flatMap(n => lister.byIndex(podKind, 'node', n.metadata.name)).filter(hasAddress).map(p => p.status?.podIP as string))
}
