/** Event: something that happened to an object. */
import { nameIsPathSegment } from '../../../base/validation'
import { defineKind } from '../../kind'
import type { Event } from '../../schema/types/core.v1'
import { eventColumns } from './columns'
import { validateEvent, validateEventUpdate } from './validate'

const BY_NAME = 'involvedObject.name'
/** The recorder names events `<object>.<hex time>`. */
export const namePrefix = (objectName: string): string => `${objectName}.`

export const event = defineKind<Event>({
  group: '',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  singular: 'event',
  shortNames: ['ev'],
  scope: 'Namespaced',
  generation: 'never',
  allowCreateOnUpdate: true,
  // Nothing but what every name must be: events are named after what they tell of.
  validateName: nameIsPathSegment,
  validate: validateEvent,
  validateUpdate: validateEventUpdate,
  indexes: {
    [BY_NAME]: e => (e.metadata.name.startsWith(namePrefix(e.involvedObject.name ?? '')) ? [] : [e.involvedObject.name ?? '']),
  },
  fieldNamePrefixes: { [BY_NAME]: namePrefix },
  fieldSelectors: {
    'involvedObject.kind': e => e.involvedObject.kind ?? '',
    'involvedObject.namespace': e => e.involvedObject.namespace ?? '',
    'involvedObject.name': e => e.involvedObject.name ?? '',
    'involvedObject.uid': e => e.involvedObject.uid ?? '',
    'involvedObject.apiVersion': e => e.involvedObject.apiVersion ?? '',
    'involvedObject.resourceVersion': e => e.involvedObject.resourceVersion ?? '',
    'involvedObject.fieldPath': e => e.involvedObject.fieldPath ?? '',
    reason: e => e.reason ?? '',
    reportingComponent: e => e.reportingComponent ?? '',
    source: e => (e.source?.component ?? '') === '' ? e.reportingComponent ?? '' : e.source?.component ?? '',
    type: e => e.type ?? '',
  },
  columns: eventColumns,
})
