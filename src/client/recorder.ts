/** The event recorder over a Client and a Lister. upstream: client-go/tools/record, tools/events */
import { microTimestamp, timestamp, type Clock } from '../base/clock'
import { StatusError } from '../base/status'
import { sameEvent } from '../kinds/core/event/correlation'
import { event as events, namePrefix } from '../kinds/core/event/kind'
import type { KubeObject } from '../kinds/kind'
import type { Event } from '../kinds/schema/types/core.v1'
import type { Client } from './client'
import type { EventOptions, Recorder } from './events'
import type { Lister } from './lister'

export interface RecorderParts {
  readonly client: Client
  readonly lister: Lister
  readonly clock: Clock
  /** Name of the source, `deployment-controller`. */
  readonly component: string
  /** Node of a kubelet's events; instance name of the new API's. */
  readonly instance?: string
  /** events.k8s.io: eventTime and series instead of timestamps and a count. */
  readonly newApi?: boolean
}

export function createRecorder(parts: RecorderParts): Recorder {
  const { client, lister, clock } = parts
  return {
    async event(object, type, reason, message, options = {}) {
      const event = eventOf(parts, object, type, reason, message, options)
      try {
        const known = lister.namedFrom(events, event.metadata.namespace, namePrefix(object.metadata.name)).findLast(e => sameEvent(e, event))
        if (known === undefined) await client.create(events, event)
        else await client.update(events, repeated(parts, known, clock.now()))
      } catch (e) {
        // As upstream: an event that the server refuses (its namespace is going) is dropped.
        if (!(e instanceof StatusError)) throw e
      }
    },
  }
}

function repeated({ newApi }: RecorderParts, known: Event, nowMs: number): Event {
  if (newApi === true) return { ...known, series: { count: (known.series?.count ?? 1) + 1, lastObservedTime: microTimestamp(nowMs) } }
  return { ...known, count: (known.count ?? 1) + 1, lastTimestamp: timestamp(nowMs) }
}

function eventOf({ component, instance, newApi, clock }: RecorderParts, object: KubeObject, type: string, reason: string, message: string, options: EventOptions): Event {
  const nowMs = clock.now()
  const namespace = object.metadata.namespace ?? 'default'
  // Nanoseconds since the epoch, as upstream names events; ours end in three zeros.
  const stamp = (BigInt(Math.round(nowMs * 1000)) * 1000n).toString(16)
  const common = {
    metadata: { name: `${object.metadata.name}.${stamp}`, namespace, ...(options.annotations === undefined ? {} : { annotations: options.annotations }) },
    involvedObject: {
      kind: object.kind as string,
      ...(object.metadata.namespace === undefined ? {} : { namespace: object.metadata.namespace }),
      name: object.metadata.name,
      uid: object.metadata.uid as string,
      apiVersion: object.apiVersion as string,
      resourceVersion: object.metadata.resourceVersion as string,
      ...(options.fieldPath === undefined ? {} : { fieldPath: options.fieldPath }),
    },
    reason,
    message,
    type,
  }
  if (newApi === true)
    return { ...common, source: {}, firstTimestamp: null as never, lastTimestamp: null as never, eventTime: microTimestamp(nowMs), action: options.action ?? '', reportingComponent: component, reportingInstance: instance ?? component } as Event
  return {
    ...common,
    source: { component, ...(instance === undefined ? {} : { host: instance }) },
    firstTimestamp: timestamp(nowMs),
    lastTimestamp: timestamp(nowMs),
    count: 1,
    eventTime: null as never,
    reportingComponent: component,
    reportingInstance: instance ?? '',
  } as Event
}
