/** ImageLocality: nodes that have the images already. upstream: scheduler/framework/plugins/imagelocality */
import { node as nodeKind } from '../../../kinds/core/node/kind'
import { MAX_SCORE, SKIP, type CycleState, type SchedulerPlugin } from '../../framework'

const MB = 1024 * 1024
const MIN_BYTES = 23 * MB
const MAX_BYTES_PER_CONTAINER = 1000 * MB
const NAME = 'ImageLocality'

/** Bytes of each image by the nodes that have it, scaled by how many do. */
interface Images {
  readonly scores: ReadonlyMap<string, number>
  readonly containers: number
}

export const imageLocality: SchedulerPlugin = {
  name: NAME,
  preScore(state) {
    const images = imagesOf(state)
    if (images.scores.size === 0) return SKIP
    state.data.set(NAME, images)
    return undefined
  },
  score({ data }, node) {
    const { scores, containers } = data.get(NAME) as Images
    const sum = scores.get(node.name) ?? 0
    const max = MAX_BYTES_PER_CONTAINER * containers
    return Math.floor((MAX_SCORE * (Math.min(Math.max(sum, MIN_BYTES), max) - MIN_BYTES)) / (max - MIN_BYTES))
  },
}

function imagesOf({ pod, lister, nodes }: CycleState): Images {
  const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers]
  const scores = new Map<string, number>()
  for (const c of containers) {
    const name = normalized(c.image ?? '')
    const holders = lister.byIndex(nodeKind, 'image', name)
    for (const n of holders) {
      const size = n.status?.images?.find(i => i.names?.includes(name) === true)?.sizeBytes ?? 0
      scores.set(n.metadata.name, (scores.get(n.metadata.name) ?? 0) + Math.floor(size * (holders.length / nodes)))
    }
  }
  return { scores, containers: containers.length }
}

/** A name without a tag means `latest`. upstream: normalizedImageName */
function normalized(name: string): string {
  return name.lastIndexOf(':') <= name.lastIndexOf('/') ? `${name}:latest` : name
}
