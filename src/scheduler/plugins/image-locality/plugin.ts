/** ImageLocality: nodes that have the images already. upstream: scheduler/framework/plugins/imagelocality */
import { MAX_SCORE, SKIP, type SchedulerPlugin } from '../../framework'

const MB = 1024 * 1024
const MIN_BYTES = 23 * MB
const MAX_BYTES_PER_CONTAINER = 1000 * MB

export const imageLocality: SchedulerPlugin = {
  name: 'ImageLocality',
  preScore({ pod, cache, nodes }) {
    const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers]
    const holders: ReadonlyMap<string, number>[] = []
    for (const c of containers) {
      const sizes = cache.images.of(normalized(c.image ?? ''))
      if (sizes.size > 0) holders.push(sizes)
    }
    if (holders.length === 0) return SKIP
    const max = MAX_BYTES_PER_CONTAINER * containers.length
    return {
      score({ name }) {
        let sum = 0
        // What many nodes have says less.
        for (const sizes of holders) sum += Math.floor((sizes.get(name) ?? 0) * (sizes.size / nodes))
        return Math.floor((MAX_SCORE * (Math.min(Math.max(sum, MIN_BYTES), max) - MIN_BYTES)) / (max - MIN_BYTES))
      },
    }
  },
}

/** A name without a tag means `latest`. upstream: normalizedImageName */
function normalized(name: string): string {
  return name.lastIndexOf(':') <= name.lastIndexOf('/') ? `${name}:latest` : name
}
