/** What a pod leaves on its node. */
import type { Runtime } from '../../runtime/container'
import type { Sync } from './parts'
import type { ContainerRecord } from './record'

/** A run of a container goes, with its log; '' is one that went before. */
export function removeRun(runtime: Runtime, id: string | undefined): void {
  if (id === undefined || id === '') return
  runtime.removeContainer(id)
  runtime.removeLogs(id)
}

/** All runs of a container that are still there. */
export function removeRuns(runtime: Runtime, { id, last, ended }: ContainerRecord): void {
  for (const run of new Set([id, last?.id, ended?.id])) removeRun(runtime, run)
}

/** Everything that a pod leaves on its node goes with it. */
export function removeLeftovers({ runtime, storage, record }: Pick<Sync, 'runtime' | 'storage' | 'record'>): void {
  for (const r of Object.values(record.containers)) removeRuns(runtime, r)
  for (const id of record.volumes ?? []) storage.files.deleteVolume(id)
}
