/** VolumeZone: a volume of a zone can be had only there. upstream: scheduler/framework/plugins/volumezone */
import { persistentVolume } from '../../../kinds/core/persistent-volume/kind'
import { persistentVolumeClaim } from '../../../kinds/core/persistent-volume-claim/kind'
import { classOfClaim } from '../../../kinds/core/persistent-volume/matching'
import { REGION, ZONE } from '../../../kinds/core/node/capacity'
import { storageClass } from '../../../kinds/storage/storage-class/kind'
import type { Node } from '../../../kinds/schema/types/core.v1'
import { SKIP, unresolvable, type ClusterEvent, type CycleState, type SchedulerPlugin, type Status } from '../../framework'
import { usesClaim } from '../volume-binding/hints'

const OTHER_ZONE = unresolvable('node(s) had no available volume zone')
/** Labels of the time before 1.17, and what they are called now. */
const OLD_NAMES: Readonly<Record<string, string>> = { 'failure-domain.beta.kubernetes.io/zone': ZONE, 'failure-domain.beta.kubernetes.io/region': REGION }
const KEYS = [ZONE, REGION, ...Object.keys(OLD_NAMES)]
/** Between the zones of a volume that is in several. */
const SEPARATOR = '__'

interface Place {
  readonly key: string
  readonly values: readonly string[]
}

export const volumeZone: SchedulerPlugin = {
  name: 'VolumeZone',
  hints: { NodeAdd: nodeMatters, NodeLabel: nodeMatters, Claim: usesClaim, StorageClass: () => true, Volume: () => true },
  preFilter(state) {
    const places = volumePlaces(state)
    if (!Array.isArray(places)) return places as Status
    if (places.length === 0) return SKIP
    return {
      filter({ node: { metadata: { labels } } }) {
        // Without any such label the node says nothing of where it is.
        if (!KEYS.some(k => labels?.[k] !== undefined)) return undefined
        return places.every(({ key, values }) => values.includes(valueOf(labels, key) as string)) ? undefined : OTHER_ZONE
      },
    }
  },
}

function valueOf(labels: Readonly<Record<string, string>> | undefined, key: string): string | undefined {
  return labels?.[key] ?? labels?.[OLD_NAMES[key] ?? '']
}

/** Where the pod's volumes are. upstream: getPVbyPod */
function volumePlaces({ pod, lister }: CycleState): Place[] | Status {
  const places: Place[] = []
  for (const { persistentVolumeClaim: used } of pod.spec.volumes ?? []) {
    if (used === undefined) continue
    const claim = lister.get(persistentVolumeClaim, used.claimName, pod.metadata.namespace)
    if (claim === undefined) return unresolvable(`persistentvolumeclaim "${used.claimName}" not found`)
    const name = claim.spec.volumeName ?? ''
    if (name === '') {
      const className = classOfClaim(claim)
      if (className === '') return unresolvable('PersistentVolumeClaim had no pv name and storageClass name')
      const found = lister.get(storageClass, className)
      if (found === undefined) return unresolvable(`storageclass.storage.k8s.io "${className}" not found`)
      if (found.volumeBindingMode === 'WaitForFirstConsumer') continue
      return unresolvable('PersistentVolume had no name')
    }
    const labels = lister.get(persistentVolume, name)?.metadata.labels
    if (lister.get(persistentVolume, name) === undefined) return unresolvable(`persistentvolume "${name}" not found`)
    for (const key of KEYS) if (labels?.[key] !== undefined) places.push({ key, values: labels[key].split(SEPARATOR) })
  }
  return places
}

function nodeMatters(_pod: unknown, { object, previous }: ClusterEvent): boolean {
  return previous === undefined || KEYS.some(k => (object as Node).metadata.labels?.[k] !== previous.metadata.labels?.[k])
}
