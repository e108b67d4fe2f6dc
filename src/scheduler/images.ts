/** Which nodes have which images, kept up as nodes pull them. upstream: backend/cache imageStates */
import type { Lister } from '../client/lister'
import { node as nodeKind } from '../kinds/core/node/kind'
import type { Node } from '../kinds/schema/types/core.v1'

type Sizes = Map<string, number>

export class ImageHolders {
  /** Bytes by node, for images that somebody asked for. */
  private readonly byImage = new Map<string, Sizes>()

  constructor(private readonly lister: Lister) {}

  /** Bytes of an image by the nodes that have it. */
  of(image: string): ReadonlyMap<string, number> {
    let sizes = this.byImage.get(image)
    if (sizes === undefined) {
      this.byImage.set(image, (sizes = new Map()))
      for (const n of this.lister.byIndex(nodeKind, 'image', image)) sizes.set(n.metadata.name, sizeOf(n, image))
    }
    return sizes
  }

  /** A node is new, changed, or gone. */
  note(node: Node, previous: Node | undefined, gone: boolean): void {
    if (this.byImage.size === 0) return
    for (const was of previous?.status?.images ?? []) for (const name of was.names ?? []) this.byImage.get(name)?.delete(node.metadata.name)
    for (const is of node.status?.images ?? []) {
      for (const name of is.names ?? []) {
        const sizes = this.byImage.get(name)
        if (gone) sizes?.delete(node.metadata.name)
        else sizes?.set(node.metadata.name, is.sizeBytes ?? 0)
      }
    }
  }
}

const sizeOf = ({ status }: Node, image: string): number => status?.images?.find(i => i.names?.includes(image) === true)?.sizeBytes ?? 0
