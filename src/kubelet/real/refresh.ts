/** Mounted ConfigMaps, Secrets and fields of the pod follow what they come from. upstream: pkg/kubelet/volumemanager, pkg/volume/configmap */
import type { Watch } from '../../client/controller'
import { configMap } from '../../kinds/core/config-map/kind'
import { MOUNTED, mountedSources } from '../../kinds/core/pod/mounted'
import { pod as podKind } from '../../kinds/core/pod/kind'
import { secret } from '../../kinds/core/secret/kind'
import { keyOf, type KubeObject, type Resource } from '../../kinds/kind'
import { wakeAt, type Sync } from './parts'
import { podVolumeId } from './volume-places'
import { canWait, refreshVolumes, renewAfterMs, type VolumeParts } from './volumes'

/** A pod whose objects change is looked at with its next regular sync. upstream: syncFrequency */
const SYNC_MS = 60_000
/** One that changes itself is looked at soon. */
const SOON_MS = 1_000

const mountersOf = (kind: Resource): Watch<KubeObject> => ({
  kind,
  keys: ({ object: { metadata } }, lister) => lister.byIndex(podKind, MOUNTED, `${kind.plural}/${metadata.namespace}/${metadata.name}`).map(keyOf),
})

export const mountedObjects: readonly Watch<KubeObject>[] = [mountersOf(configMap), mountersOf(secret)]

/** Versions of everything that the pod's volumes show; '' for the many pods whose volumes show nothing that changes. */
function versionsOf({ pod, ctx }: Sync): { readonly objects: string; readonly fields: string } {
  const objects = mountedSources(pod).map(id => {
    const [plural, namespace, name] = id.split('/') as [string, string, string]
    return ctx.lister.get<KubeObject>(plural === 'secrets' ? (secret as Resource<KubeObject>) : (configMap as Resource<KubeObject>), name, namespace)?.metadata.resourceVersion ?? ''
  })
  const shown = pod.spec.volumes?.some(v => v.downwardAPI !== undefined || v.projected?.sources?.some(s => s.downwardAPI?.items?.some(i => i.fieldRef?.fieldPath.startsWith('metadata.labels') === true || i.fieldRef?.fieldPath.startsWith('metadata.annotations') === true) === true) === true) === true
  return { objects: objects.join(), fields: shown ? JSON.stringify([pod.metadata.labels, pod.metadata.annotations]) : '' }
}

/** Brings the files up to date when it is time. `parts` as for the first mount. */
export function refresh(sync: Sync, parts: () => VolumeParts): void {
  renewTokens(sync, parts)
  const { record, nowMs, pod, runtime } = sync
  const { objects, fields } = versionsOf(sync)
  const seen = record.mounted
  if (seen === undefined) {
    if (objects !== '' || fields !== '') record.mounted = { objects, fields }
    return
  }
  if (seen.objects === objects && seen.fields === fields) return
  const from = record.sandboxAtMs ?? nowMs
  record.refreshAtMs ??= seen.fields === fields ? from + (Math.floor((nowMs - from) / SYNC_MS) + 1) * SYNC_MS : nowMs + SOON_MS
  if (nowMs < record.refreshAtMs) return wakeAt(sync, record.refreshAtMs)
  delete record.refreshAtMs
  record.mounted = { objects, fields }
  for (const name of refreshVolumes(parts())) runtime.volumeChanged(podVolumeId(pod, name))
  // Whoever waited for a file goes on.
  wakeAt(sync, nowMs)
}

/** Tokens that somebody asked for by a volume of his own; the usual ones are renewed when they are read. */
function renewTokens(sync: Sync, parts: () => VolumeParts): void {
  const { record, nowMs, pod, runtime } = sync
  let dueMs = Infinity
  for (const v of pod.spec.volumes ?? []) if (v.projected?.sources?.some(s => s.serviceAccountToken !== undefined) === true && !canWait(v)) dueMs = Math.min(dueMs, renewAfterMs(v))
  if (dueMs === Infinity) return
  record.tokensAtMs ??= record.sandboxAtMs ?? nowMs
  if (nowMs >= record.tokensAtMs + dueMs) {
    record.tokensAtMs = nowMs
    for (const name of refreshVolumes({ ...parts(), renewsTokens: true })) runtime.volumeChanged(podVolumeId(pod, name))
  }
  wakeAt(sync, record.tokensAtMs + dueMs)
}
