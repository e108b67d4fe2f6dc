/** Events at the end of a description. upstream: kubectl/pkg/describe DescribeEvents, searchEvents */
import { parseTime } from '../../base/clock'
import { ageSince } from '../../base/duration'
import { sortAsGo } from '../../base/go-sort'
import type { KubeObject, Resource } from '../../kinds/kind'
import type { Event } from '../../kinds/schema/types/core.v1'
import { resourceOf } from '../resource-of'
import { listAll, type DescribeContext } from './context'
import type { DescribeWriter } from './writer'

export interface Reference {
  /** Empty parts are not asked for, name and namespace always. */
  readonly kind: string
  readonly name: string
  readonly namespace: string
  readonly uid: string
}

/** Events about an object; none when they may not be read. */
export async function eventsAbout(context: DescribeContext, { kind, name, namespace, uid }: Reference): Promise<readonly Event[]> {
  const terms = [
    `involvedObject.name=${name}`,
    `involvedObject.namespace=${namespace}`,
    ...(kind === '' ? [] : [`involvedObject.kind=${kind}`]),
    ...(uid === '' ? [] : [`involvedObject.uid=${uid}`]),
  ]
  try {
    const resource = resourceOf<Event & KubeObject>('v1', 'Event') as Resource<Event & KubeObject>
    return await listAll(context, resource, { namespace: namespace === '' ? undefined : namespace, fieldSelector: terms.join(',') })
  } catch {
    return []
  }
}

export function describeEvents(w: DescribeWriter, events: readonly Event[], nowMs: number): void {
  if (events.length === 0) return w.write(0, 'Events:\t<none>\n')
  w.flush()
  const sorted = [...events]
  sortAsGo(sorted, (a, b) => lastMs(a) < lastMs(b))
  w.write(0, 'Events:\n  Type\tReason\tAge\tFrom\tMessage\n')
  w.write(1, '----\t------\t----\t----\t-------\n')
  for (const e of sorted) {
    const source = e.source?.component || (e.reportingComponent ?? '')
    const message = (e.message ?? '').trim()
    const path = e.involvedObject.fieldPath ?? ''
    w.write(1, `${e.type ?? ''}\t${e.reason ?? ''}\t${interval(e, nowMs)}\t${source}\t${path === '' ? message : `${path}: ${message}`}\n`)
  }
}

/** Go's zero time lies before all others. */
function lastMs(e: Event): number {
  const ms = parseTime(e.lastTimestamp ?? undefined)
  return Number.isNaN(ms) ? -Infinity : ms
}

/** `2m (x3 over 5m)`: the last time, how often, since when. */
export function interval(e: Event, nowMs: number): string {
  const first = e.eventTime === undefined || e.eventTime === null ? ageSince(e.firstTimestamp, nowMs) : ageSince(e.eventTime, nowMs)
  if (e.series !== undefined && e.series !== null) return `${ageSince(e.series.lastObservedTime, nowMs)} (x${e.series.count ?? 0} over ${first})`
  return (e.count ?? 0) > 1 ? `${ageSince(e.lastTimestamp, nowMs)} (x${e.count} over ${first})` : first
}
