/** Which container of a pod a command means. upstream: kubectl/pkg/cmd/util/podcmd */
import { goQuote } from '../../base/field'
import { UsageError } from '../../base/errors'
import type { Container, Pod } from '../../kinds/schema/types/core.v1'

export const DEFAULT_CONTAINER_ANNOTATION = 'kubectl.kubernetes.io/default-container'

const ephemeralOf = ({ spec }: Pod): readonly Container[] => (spec.ephemeralContainers ?? []) as unknown as Container[]

export const findContainer = (pod: Pod, name: string): Container | undefined => [...pod.spec.containers, ...(pod.spec.initContainers ?? []), ...ephemeralOf(pod)].find(c => c.name === name)

/** `app, peek (ephem), fetch (init)` */
export const allContainerNames = (pod: Pod): string => [...pod.spec.containers.map(c => c.name), ...ephemeralOf(pod).map(c => `${c.name} (ephem)`), ...(pod.spec.initContainers ?? []).map(c => `${c.name} (init)`)].join(', ')

const hasOthers = (pod: Pod): boolean => pod.spec.containers.length > 1 || (pod.spec.initContainers ?? []).length > 0 || ephemeralOf(pod).length > 0

/** The line that tells which container was taken, undefined when there is no other. */
export const defaultedNote = (pod: Pod, name: string): string | undefined => (hasOthers(pod) ? `Defaulted container ${goQuote(name)} out of: ${allContainerNames(pod)}\n` : undefined)

export const noSuchContainer = (pod: Pod, name: string): UsageError => new UsageError(`container ${name} is not valid for pod ${pod.metadata.name} out of: ${allContainerNames(pod)}`)

/** The named one, that of the annotation, or the first, which `note` is told. Throws UsageError. upstream: FindOrDefaultContainerByName */
export function findOrDefaultContainer(pod: Pod, wished: string, note: (line: string) => void): Container {
  const name = wished !== '' ? wished : (pod.metadata.annotations?.[DEFAULT_CONTAINER_ANNOTATION] ?? '')
  if (name !== '') {
    const found = findContainer(pod, name)
    if (found === undefined) throw noSuchContainer(pod, name)
    return found
  }
  const [first] = pod.spec.containers
  if (first === undefined) throw new UsageError(`pod ${pod.metadata.namespace}/${pod.metadata.name} does not have any containers`)
  const line = defaultedNote(pod, first.name)
  if (line !== undefined) note(line)
  return first
}
