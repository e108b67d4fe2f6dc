/** Images that no pod of a machine has are removed when it runs short of disk. upstream: pkg/kubelet/images/image_gc_manager.go, eviction/helpers.go (deleteImages) */
import type { Context } from '../client/controller'
import { node as nodeKind } from '../kinds/core/node/kind'
import { pod as podKind } from '../kinds/core/pod/kind'
import type { Node, Pod } from '../kinds/schema/types/core.v1'

/** The image of every pod's sandbox: pinned, so never garbage. */
export const SANDBOX_IMAGE = 'registry.k8s.io/pause:3.10.1'

/** Comes back with what is left in its status. Containers that have ended hold their image as long as their pod is there. */
export async function removeUnusedImages(node: Node, { client, lister }: Context): Promise<Node> {
  const held = node.status?.images ?? []
  const pods = lister.byIndex<Pod>(podKind, 'node', node.metadata.name)
  const used = new Set(pods.flatMap(({ status: s }) => [...(s?.initContainerStatuses ?? []), ...(s?.containerStatuses ?? []), ...(s?.ephemeralContainerStatuses ?? [])]).map(c => c.imageID))
  const left = held.filter(({ names = [] }) => names.includes(SANDBOX_IMAGE) || names.some(name => used.has(name)))
  return left.length === held.length ? node : client.update(nodeKind, { ...node, status: { ...node.status, images: left } } as Node, { subresource: 'status' })
}
