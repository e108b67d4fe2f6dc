/** The validation of events, in the old way and the stricter new one. upstream: pkg/apis/core/validation/events.go */
import { Findings, Path } from '../../../base/findings'
import type { FieldErrors } from '../../../base/field'
import { deepEqual } from '../../../base/equal'
import { isDns1123Subdomain, isQualifiedName } from '../../../base/validation'
import { checkMetadata } from '../../metadata-checks'
import type { Event } from '../../schema/types/core.v1'
import { validateMetadataUpdate } from '../pod/template/metadata'

const MAX_TEXT = 128
const MAX_NOTE = 1024
const NAMESPACE = Path.of('involvedObject').child('namespace')
const NOT_ITS_NAMESPACE = 'does not match event.namespace'

export const validateEvent = (e: Event): FieldErrors => {
  const f = new Findings()
  checkOld(f, e, 'reportingComponent')
  return f.errors
}

/** An event with a time of its own says who reports it, and what was done. */
function checkOld(f: Findings, e: Event, reporter: string): void {
  const about = e.involvedObject?.namespace ?? ''
  const own = e.metadata.namespace ?? ''
  if ((e.eventTime ?? null) === null) {
    if (about === '' ? own !== '' && own !== 'default' : own !== about) f.invalid(NAMESPACE, about, NOT_ITS_NAMESPACE)
  } else {
    if (about === '' && own !== 'default' && own !== 'kube-system') f.invalid(NAMESPACE, about, NOT_ITS_NAMESPACE)
    const component = e.reportingComponent ?? ''
    if (component === '') f.required(Path.of(reporter))
    f.problems(Path.of(reporter), component, isQualifiedName(component))
    for (const field of ['reportingInstance', 'action', 'reason'] as const) {
      const text = e[field] ?? ''
      if (text === '') f.required(Path.of(field))
      if (Buffer.byteLength(text) > MAX_TEXT) f.invalid(Path.of(field), '', `can have at most ${MAX_TEXT} characters`)
    }
    if (Buffer.byteLength(e.message ?? '') > MAX_NOTE) f.invalid(Path.of('message'), '', `can have at most ${MAX_NOTE} characters`)
  }
  f.problems(Path.of('namespace'), own, isDns1123Subdomain(own))
}

/** As events.k8s.io/v1 wants it: without the fields that were replaced. */
export function validateNewEvent(e: Event): FieldErrors {
  const f = new Findings()
  checkOld(f, e, 'reportingController')
  checkSeries(f, e)
  if ((e.eventTime ?? null) === null) f.required(Path.of('eventTime'))
  if (e.type !== 'Normal' && e.type !== 'Warning') f.invalid(Path.of('type'), '', `has invalid value: ${e.type ?? ''}`)
  const unset = (field: string): void => f.invalid(Path.of(field), '', 'needs to be unset')
  if ((e.firstTimestamp ?? null) !== null) unset('firstTimestamp')
  if ((e.lastTimestamp ?? null) !== null) unset('lastTimestamp')
  if ((e.count ?? 0) !== 0) unset('count')
  if ((e.source?.component ?? '') !== '' || (e.source?.host ?? '') !== '') unset('source')
  return f.errors
}

function checkSeries(f: Findings, { series }: Event): void {
  if (series === undefined || series === null) return
  if ((series.count ?? 0) < 2) f.invalid(Path.of('series.count'), '', 'should be at least 2')
  if ((series.lastObservedTime ?? null) === null) f.required(Path.of('series.lastObservedTime'))
}

export const validateEventUpdate = (next: Event): FieldErrors => validateEvent(next)

/** Only the series of an event goes on. */
export function validateNewEventUpdate(next: Event, previous: Event): FieldErrors {
  const f = new Findings()
  checkOld(f, next, 'reportingController')
  validateMetadataUpdate(f, next, previous)
  checkMetadata(f, next.metadata, { previous: previous.metadata })
  if (!deepEqual(next.series, previous.series)) checkSeries(f, next)
  const same = (field: keyof Event, name: string = field): void => {
    if (!deepEqual(next[field] ?? null, previous[field] ?? null)) f.invalid(Path.of(name), next[field] ?? null, 'field is immutable')
  }
  for (const field of ['involvedObject', 'reason', 'message', 'source', 'firstTimestamp', 'lastTimestamp', 'count', 'type', 'eventTime', 'action', 'related'] as const) same(field)
  same('reportingComponent', 'reportingController')
  same('reportingInstance')
  return f.errors
}
