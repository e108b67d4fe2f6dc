/** How far a claim is on its way to more storage. upstream: pkg/volume/util/resize_util.go */
import type { PersistentVolumeClaim } from '../../schema/types/core.v1'
import { sizeOf } from '../persistent-volume/matching'

export const RESIZING = 'Resizing'
export const RESIZE_PENDING = 'FileSystemResizePending'

export const wantsMore = ({ spec, status }: PersistentVolumeClaim): boolean => sizeOf(spec.resources?.requests) > sizeOf(status?.capacity)

export const isFileSystemPending = ({ status }: PersistentVolumeClaim): boolean => status?.conditions?.some(c => c.type === RESIZE_PENDING && c.status === 'True') === true

/** `now` as the API writes times. */
export function withCondition(claim: PersistentVolumeClaim, type: string, now: string, message?: string): PersistentVolumeClaim {
  const others = (claim.status?.conditions ?? []).filter(c => c.type !== type)
  return { ...claim, status: { ...claim.status, conditions: [...others, { type, status: 'True', lastProbeTime: null as never, lastTransitionTime: now, ...(message === undefined ? {} : { message }) }] } }
}

export function withoutConditions(claim: PersistentVolumeClaim): PersistentVolumeClaim {
  const { conditions = [], ...status } = claim.status ?? {}
  const kept = conditions.filter(c => c.type !== RESIZING && c.type !== RESIZE_PENDING)
  return { ...claim, status: kept.length === 0 ? status : { ...status, conditions: kept } }
}
