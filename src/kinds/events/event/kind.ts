/** Event of events.k8s.io: the events of the core group under newer names. */
import { nameIsDnsSubdomain } from '../../../base/validation'
import { event } from '../../core/event/kind'
import { validateNewEvent, validateNewEventUpdate } from '../../core/event/validate'
import { defineKind, type Kind } from '../../kind'
import { decode } from '../../schema/decode'
import type { Event as CoreEvent } from '../../schema/types/core.v1'
import type { Event } from '../../schema/types/events.v1'

/** The stored kind, with the rules of the newer group. */
const stored: Kind<CoreEvent> = { ...event, validateName: nameIsDnsSubdomain, validate: validateNewEvent, validateUpdate: validateNewEventUpdate }

/** Field by field: the newer name and the older one; the others are the same. */
const RENAMED = [
  ['regarding', 'involvedObject'],
  ['note', 'message'],
  ['reportingController', 'reportingComponent'],
  ['deprecatedSource', 'source'],
  ['deprecatedFirstTimestamp', 'firstTimestamp'],
  ['deprecatedLastTimestamp', 'lastTimestamp'],
  ['deprecatedCount', 'count'],
] as const

function renamed(object: object, names: ReadonlyMap<string, string>, type: string, apiVersion: string): object {
  const out: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(object)) out[names.get(key) ?? key] = value
  // Decoding adds what the other type always writes.
  return { ...decode(type, { ...out, kind: 'Event', apiVersion }, { strict: false }).object, metadata: out.metadata }
}

const toOlder = new Map<string, string>(RENAMED)
const toNewer = new Map<string, string>(RENAMED.map(([newer, older]) => [older, newer]))

const ABOUT = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'] as const

export const eventOfEvents = defineKind<Event>({
  group: 'events.k8s.io',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  singular: 'event',
  shortNames: ['ev'],
  scope: 'Namespaced',
  generation: 'never',
  view: {
    of: stored as unknown as Kind<never>,
    toStored: (e: Event) => renamed(e, toOlder, 'core.v1.Event', 'v1') as CoreEvent,
    fromStored: (e: CoreEvent) => renamed(e, toNewer, 'events.v1.Event', 'events.k8s.io/v1') as Event,
    fieldLabels: { reason: 'reason', reportingController: 'reportingComponent', type: 'type', ...Object.fromEntries(ABOUT.map(f => [`regarding.${f}`, `involvedObject.${f}`])) },
  },
  columns: event.columns.map(c => ({ ...c, cell: (e: Event, at: { nowMs: number }) => c.cell(renamed(e, toOlder, 'core.v1.Event', 'v1') as CoreEvent, at) })),
})
