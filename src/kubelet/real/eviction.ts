/** Pods that fill more of the node's disk than they may are evicted. upstream: pkg/kubelet/eviction/eviction_manager.go localStorageEviction */
import { valueOfQuantity } from '../../base/quantity'
import { tell, wakeAt, type Sync } from './parts'
import { podVolumeId } from './volume-places'

/** So often the kubelet looks. upstream: evictionMonitoringPeriod */
const LOOK_MS = 10_000
/** upstream: immediateEvictionGracePeriodSeconds */
export const EVICTION_GRACE_MS = 1_000

/** Notes in the record why the pod has to go, once. */
export async function evictForStorage(sync: Sync): Promise<void> {
  const { record, nowMs, pod } = sync
  if (record.evicted !== undefined || record.sandboxAtMs === undefined || pod.metadata.deletionTimestamp !== undefined) return
  const message = overUse(sync)
  if (message === undefined) return void delete record.storageLookMs
  record.storageLookMs ??= record.sandboxAtMs + Math.ceil((nowMs - record.sandboxAtMs) / LOOK_MS) * LOOK_MS
  if (nowMs < record.storageLookMs) return wakeAt(sync, record.storageLookMs)
  record.evicted = message
  await tell(sync, 'Warning', 'Evicted', message)
}

function overUse({ pod, record, storage: { files } }: Sync): string | undefined {
  for (const v of pod.spec.volumes ?? []) {
    const limit = v.emptyDir?.sizeLimit
    if (limit !== undefined && valueOfQuantity(limit) > 0 && files.usedBytes(podVolumeId(pod, v.name)) > valueOfQuantity(limit)) return `Usage of EmptyDir volume "${v.name}" exceeds the limit "${limit}". `
  }
  for (const c of pod.spec.containers) {
    const limit = c.resources?.limits?.['ephemeral-storage']
    const id = record.containers[c.name]?.id
    if (limit !== undefined && id !== undefined && files.usedBytes(`layer/${id}`) > valueOfQuantity(limit)) return `Container ${c.name} exceeded its local ephemeral storage limit "${limit}". `
  }
  return undefined
}
