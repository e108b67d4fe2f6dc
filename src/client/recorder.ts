/** The event recorder over a Client and a Lister. upstream: client-go/tools/record, tools/events */
import { microTimestamp, timestamp, type Clock } from '../base/clock'
import { StatusError } from '../base/status'
import { aggregated, sameEvent, sameSource, SpamFilter, type Noise } from '../kinds/core/event/correlation'
import { event as events, namePrefix } from '../kinds/core/event/kind'
import type { KubeObject } from '../kinds/kind'
import type { Event } from '../kinds/schema/types/core.v1'
import type { Client } from './client'
import type { Memory } from './controller'
import type { EventOptions, Recorder } from './events'
import type { Lister } from './lister'

/** Where what is remembered of noisy objects is kept, under the object's uid and a blank. */
export const NOISE = 'events'

export interface RecorderParts {
  readonly client: Client
  readonly lister: Lister
  readonly clock: Clock
  /** What is kept of objects that have many events, by uid. */
  readonly memory: Memory
  /** Names of all events about an object, to be added to; undefined when they have to be looked for. */
  readonly toldOf: (uid: string) => string[] | undefined
  /** Name of the source, `deployment-controller`. */
  readonly component: string
  /** Node of a kubelet's events; instance name of the new API's. */
  readonly instance?: string
  /** events.k8s.io: eventTime and series instead of timestamps and a count. */
  readonly newApi?: boolean
}

export function createRecorder(parts: RecorderParts): Recorder {
  return {
    async event(object, type, reason, message, options = {}) {
      const event = eventOf(parts, object, type, reason, message, options)
      try {
        await (parts.newApi === true ? recordSeries(parts, event, object) : recordCounted(parts, event, object))
      } catch (e) {
        // As upstream: an event that the server refuses (its namespace is going) is dropped.
        if (!(e instanceof StatusError)) throw e
      }
    },
  }
}

/** What this source has told of the object. */
function told({ lister, toldOf }: RecorderParts, event: Event, object: KubeObject): readonly Event[] {
  const names = toldOf(object.metadata.uid as string)
  if (names !== undefined) return names.map(name => lister.get(events, name, event.metadata.namespace)).filter(e => e !== undefined && sameSource(e, event)) as Event[]
  const all = lister.namedFrom(events, event.metadata.namespace, namePrefix(object.metadata.name))
  return all.length === 0 ? all : all.filter(e => sameSource(e, event))
}

/** upstream: client-go/tools/events/event_broadcaster.go */
async function recordSeries(parts: RecorderParts, event: Event, object: KubeObject): Promise<void> {
  const known = told(parts, event, object).findLast(e => sameEvent(e, event))
  if (known === undefined) return create(parts, event)
  await parts.client.update(events, { ...known, series: { count: (known.series?.count ?? 1) + 1, lastObservedTime: event.eventTime as string } })
}

/** upstream: client-go/tools/record/events_cache.go EventCorrelator */
async function recordCounted(parts: RecorderParts, event: Event, object: KubeObject): Promise<void> {
  const before = told(parts, event, object)
  if (before.length === 0) return create(parts, event)
  const nowMs = parts.clock.now()
  const one = aggregated(event, before, nowMs)
  const known = before.findLast(e => sameEvent(e, one))
  const filter = new SpamFilter(before, nowMs, () => parts.memory.get<Noise>(noiseKey(event)))
  const skippedBefore = filter.take(known?.metadata.name)
  if (filter.changed !== undefined) parts.memory.put(noiseKey(event), filter.changed)
  if (skippedBefore === undefined) return
  if (known === undefined) await create(parts, one)
  else await parts.client.update(events, { ...known, message: one.message as string, count: (known.count ?? 1) + 1 + skippedBefore, lastTimestamp: one.lastTimestamp as string })
}

async function create({ client, toldOf }: RecorderParts, event: Event): Promise<void> {
  await client.create(events, event)
  toldOf(event.involvedObject.uid as string)?.push(event.metadata.name)
}

const noiseKey = (e: Event): string => `${e.involvedObject.uid} ${e.source?.component} ${e.source?.host ?? ''}`

function eventOf({ component, instance, newApi, clock }: RecorderParts, object: KubeObject, type: string, reason: string, message: string, options: EventOptions): Event {
  const nowMs = clock.now()
  const { name, namespace, uid, resourceVersion } = object.metadata
  const metadata: Event['metadata'] = { name: `${name}.${nanosecondsHex(nowMs)}`, namespace: namespace ?? 'default' }
  if (options.annotations !== undefined) metadata.annotations = { ...options.annotations }
  const involvedObject: Event['involvedObject'] = { kind: object.kind as string }
  if (namespace !== undefined) involvedObject.namespace = namespace
  involvedObject.name = name
  involvedObject.uid = uid as string
  involvedObject.apiVersion = object.apiVersion as string
  involvedObject.resourceVersion = resourceVersion as string
  if (options.fieldPath !== undefined) involvedObject.fieldPath = options.fieldPath
  if (newApi === true)
    return { metadata, involvedObject, reason, message, type, source: {}, firstTimestamp: null as never, lastTimestamp: null as never, eventTime: microTimestamp(nowMs), action: options.action ?? '', reportingComponent: component, reportingInstance: instance ?? component }
  const stamp = timestamp(nowMs)
  const source = instance === undefined ? { component } : { component, host: instance }
  return { metadata, involvedObject, reason, message, type, source, firstTimestamp: stamp, lastTimestamp: stamp, count: 1, eventTime: null as never, reportingComponent: component, reportingInstance: instance ?? '' }
}

const PART = 2 ** 24
/** Nanoseconds since the epoch in hexadecimal, as upstream names events; ours are whole microseconds. In two parts: together they are no safe integer. */
function nanosecondsHex(ms: number): string {
  const micros = Math.round(ms * 1000)
  const low = (micros % PART) * 1000
  const high = Math.floor(micros / PART) * 1000 + Math.floor(low / PART)
  return high.toString(16) + (low % PART).toString(16).padStart(6, '0')
}
