/** Cells of events. upstream: pkg/printers/internalversion printEvent */
import { ageSince } from '../../../base/duration'
import type { Column } from '../../kind'
import type { Event } from '../../schema/types/core.v1'

const first = (e: Event, nowMs: number): string => ageSince(e.firstTimestamp ?? e.eventTime, nowMs)

function last(e: Event, nowMs: number): string {
  if (e.series !== undefined && e.series !== null) return ageSince(e.series.lastObservedTime, nowMs)
  return e.lastTimestamp === undefined || e.lastTimestamp === null ? first(e, nowMs) : ageSince(e.lastTimestamp, nowMs)
}

function target({ involvedObject: { kind = '', name = '' } }: Event): string {
  return name === '' ? kind.toLowerCase() : `${kind.toLowerCase()}/${name}`
}

function source({ source: s, reportingComponent, reportingInstance }: Event): string {
  const host = s?.host || (reportingInstance ?? '')
  const component = s?.component || (reportingComponent ?? '')
  return host === '' ? component : `${component}, ${host}`
}

export const eventColumns: readonly Column<Event>[] = [
  { name: 'Last Seen', type: 'string', cell: (e, { nowMs }) => last(e, nowMs) },
  { name: 'Type', type: 'string', cell: e => e.type ?? '' },
  { name: 'Reason', type: 'string', cell: e => e.reason ?? '' },
  { name: 'Object', type: 'string', cell: target },
  { name: 'Subobject', type: 'string', priority: 1, cell: e => e.involvedObject.fieldPath ?? '' },
  { name: 'Source', type: 'string', priority: 1, cell: source },
  { name: 'Message', type: 'string', cell: e => (e.message ?? '').trim() },
  { name: 'First Seen', type: 'string', priority: 1, cell: (e, { nowMs }) => first(e, nowMs) },
  // An event that happened once has no count in the newer API.
  { name: 'Count', type: 'string', priority: 1, cell: e => e.series?.count ?? (e.count || 1) },
  { name: 'Name', type: 'string', format: 'name', priority: 1, cell: e => e.metadata.name },
]
