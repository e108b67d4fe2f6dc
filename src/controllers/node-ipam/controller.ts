/** Gives each node a range of addresses for its pods. upstream: pkg/controller/nodeipam/ipam/range_allocator.go */
import { cidrContains, ipAfter, ipText, parseCidr } from '../../base/ip'
import { defineController } from '../../client/controller'
import { node as nodeKind } from '../../kinds/core/node/kind'
import type { Node } from '../../kinds/schema/types/core.v1'

/** A /24 has so many addresses. upstream: --node-cidr-mask-size */
const SIZE = 256

/** @param clusterCidr the addresses of all pods */
export const nodeIpamController = (clusterCidr: string) =>
  defineController<Node>({
    name: 'node-ipam-controller',
    reconciles: nodeKind,
    concerns: ({ type, object }) => type !== 'DELETED' && (object.spec?.podCIDR ?? '') === '',

    async reconcile(node, { client, events, lister }) {
      if ((node.spec?.podCIDR ?? '') !== '' || node.metadata.deletionTimestamp !== undefined) return
      const podCIDR = freeRange(clusterCidr, new Set(lister.list<Node>(nodeKind).map(n => n.spec?.podCIDR)))
      if (podCIDR === undefined) return events.event(node, 'Normal', 'CIDRNotAvailable', `Node ${node.metadata.name} status is now: CIDRNotAvailable`)
      await client.update(nodeKind, { ...node, spec: { ...node.spec, podCIDR, podCIDRs: [podCIDR] } })
    },
  })

/** The first range that no node has; undefined when all are taken. */
export function freeRange(clusterCidr: string, taken: ReadonlySet<string | undefined>): string | undefined {
  const cidr = parseCidr(clusterCidr)
  if (cidr === undefined) return undefined
  for (let at = cidr.network; cidrContains(cidr, at); at = ipAfter(at, SIZE)) {
    const range = `${ipText(at)}/24`
    if (!taken.has(range)) return range
  }
  return undefined
}
