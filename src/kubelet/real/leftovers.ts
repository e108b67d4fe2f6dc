/** What a pod leaves on its node. */
import type { Sync } from './parts'

/** Everything that a pod leaves on its node goes with it. */
export function removeLeftovers(sync: Pick<Sync, 'pod' | 'runtime' | 'storage' | 'record'>): void {
  for (const r of Object.values(sync.record.containers)) {
    for (const id of [r.id, r.last?.id, r.ended?.id]) {
      if (id === undefined || id === '') continue
      sync.runtime.removeContainer(id)
      sync.runtime.removeLogs(id)
    }
  }
  for (const id of sync.record.volumes ?? []) sync.storage.files.deleteVolume(id)
}
