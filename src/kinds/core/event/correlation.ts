/** What makes two events the same, so that a repeat raises a count instead of adding one. upstream: client-go/tools/record/events_cache.go */
import type { Event } from '../../schema/types/core.v1'

export function sameEvent(a: Event, b: Event): boolean {
  const x = a.involvedObject
  const y = b.involvedObject
  return (
    a.message === b.message &&
    a.reason === b.reason &&
    a.type === b.type &&
    x.uid === y.uid &&
    x.fieldPath === y.fieldPath &&
    a.reportingComponent === b.reportingComponent &&
    a.source?.component === b.source?.component &&
    a.source?.host === b.source?.host
  )
}
