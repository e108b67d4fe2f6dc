/** Which containers' logs are read. upstream: kubectl/pkg/polymorphichelpers logsForObject */
import { goQuote } from '../../base/field'
import type { Pod } from '../../kinds/schema/types/core.v1'
import { DEFAULT_CONTAINER_ANNOTATION, defaultedNote, findContainer, noSuchContainer } from '../target-pod/containers'
import { byLogging } from '../target-pod/order'
import { podsFor, selectorOfWorkload } from '../target-pod/pods-of'
import type { Options } from './options'

export interface LogRequest {
  readonly pod: Pod
  readonly container: string
}

/** In the order of pods, then init, main and ephemeral containers. Throws UsageError, StatusError. */
export async function requestsOf(options: Options): Promise<readonly LogRequest[]> {
  return (await podsOf(options)).flatMap(pod => requestsOfPod(pod, options))
}

async function podsOf({ target, session, timeoutMs, allPods, io }: Options): Promise<readonly Pod[]> {
  if ('pods' in target) return target.pods
  const { workload } = target
  const pods = await podsFor(session, workload.namespace, selectorOfWorkload(workload, 'cannot get the logs from'), timeoutMs, byLogging)
  if (pods.length > 1 && allPods) return pods
  const best = pods[0] as Pod
  if (pods.length > 1) io.stderr(`Found ${pods.length} pods, using pod/${best.metadata.name}\n`)
  return [best]
}

function requestsOfPod(pod: Pod, { query, allContainers, allPods, io }: Options): LogRequest[] {
  if (allContainers) {
    const { initContainers = [], containers, ephemeralContainers = [] } = pod.spec
    return [...initContainers, ...containers, ...ephemeralContainers].map(c => ({ pod, container: c.name }))
  }
  let { container } = query
  const wished = pod.metadata.annotations?.[DEFAULT_CONTAINER_ANNOTATION] ?? ''
  if (container === '' && wished !== '') {
    if (findContainer(pod, wished) === undefined) io.stderr(`Default container name ${goQuote(wished)} not found in pod ${pod.metadata.name}\n`)
    else container = wished
  }
  if (container === '') {
    container = pod.spec.containers[0]?.name ?? ''
    const note = defaultedNote(pod, container)
    if (note !== undefined && !allPods) io.stderr(note)
  }
  if (findContainer(pod, container) === undefined) throw noSuchContainer(pod, container)
  return [{ pod, container }]
}

