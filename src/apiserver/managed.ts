/** managedFields: kept beside the body as a packed text, whose part that many objects share is stored once. upstream: apimachinery/pkg/util/managedfields */
import { timestamp } from '../base/clock'
import { badRequest, failure } from '../base/status'
import { apiVersionOf, type Kind, type KubeObject } from '../kinds/kind'
import { ApplyConflictError, ApplyError, applyManagers } from '../kinds/schema/fields/apply-managers'
import { NO_ENTRIES, packEntries, startingEntries, toWire, unpackEntries, type ManagedEntries, type WireEntry } from '../kinds/schema/fields/entries'
import { updateManagers } from '../kinds/schema/fields/managers'
import { ElementError } from '../kinds/schema/fields/path-element'
import { resetFieldsOf } from '../kinds/schema/fields/reset-fields'
import { typeNamed } from '../kinds/schema/table'
import type { Stored } from '../store/store'
import type { RequestState } from './actor'
import type { ApiServer } from './server'

type Json = Record<string, unknown>

/** How a request changes ownership when it is not an ordinary update: the entries are known already. */
export interface ManagedChange {
  readonly entries: ManagedEntries
}

function pack(server: ApiServer, entries: ManagedEntries): string | null {
  if (entries.length === 0) return null
  const { own, shape } = packEntries(entries)
  return `${server.store.fieldsetId(shape)}:${own}`
}

function unpack(server: ApiServer, packed: string | null): ManagedEntries {
  if (packed === null) return NO_ENTRIES
  const colon = packed.indexOf(':')
  return unpackEntries({ shape: server.store.fieldsetText(Number(packed.slice(0, colon))), own: packed.slice(colon + 1) })
}

const writer = (server: ApiServer, kind: Kind<never>, subresource: string, request: RequestState) => ({
  manager: request.fieldManager,
  apiVersion: apiVersionOf(kind),
  subresource,
  time: timestamp(server.clock.now()),
  reset: resetFieldsOf({ apiVersion: apiVersionOf(kind), kind: kind.kind, subresource, hasStatus: 'status' in kind.subresources, custom: kind.custom !== undefined }),
})

/** What the creator of an object owns of it. */
export function managedOnCreate<T extends KubeObject>(server: ApiServer, kind: Kind<T>, object: T, request: RequestState): ManagedEntries {
  const entries = startingEntries(NO_ENTRIES, object.metadata.managedFields as WireEntry[] | undefined, '')
  return noErrors(NO_ENTRIES, () => updateManagers({ ...writer(server, kind, '', request), type: typeNamed(kind.type), entries, previous: undefined, next: object as unknown as Json }))
}

/** A list whose elements lack their keys cannot be tracked: nobody owns anything then. upstream: FieldManager.UpdateNoErrors */
function noErrors(otherwise: ManagedEntries, work: () => ManagedEntries): ManagedEntries {
  try {
    return work()
  } catch (e) {
    if (e instanceof ElementError) return otherwise
    throw e
  }
}

export const packManaged = pack

/** The entries after an update, and whether anything but their times changed. */
export function managedOnUpdate<T extends KubeObject>(server: ApiServer, kind: Kind<T>, current: Stored<T>, next: T, subresource: string, known: ManagedChange | undefined, request: RequestState): { text: string | null; unchanged: boolean } {
  const packed = server.store.managedOf(current.rv)
  if (known !== undefined) {
    const text = pack(server, known.entries)
    return { text, unchanged: sameApartFromTimes(text, packed) }
  }
  const live = unpack(server, packed)
  const entries = startingEntries(live, next.metadata.managedFields as WireEntry[] | undefined, subresource)
  const updated = noErrors(NO_ENTRIES, () => updateManagers({ ...writer(server, kind, subresource, request), type: typeNamed(kind.type), entries, previous: current.body as unknown as Json, next: next as unknown as Json }))
  if (updated === live) return { text: packed, unchanged: true }
  const text = pack(server, updated)
  return { text, unchanged: sameApartFromTimes(text, packed) }
}

function withoutTimes(packed: string): string {
  const bar = packed.indexOf('|')
  const shape = packed.slice(0, packed.indexOf(':'))
  return bar < 0 ? shape : shape + packed.slice(bar)
}

function sameApartFromTimes(a: string | null, b: string | null): boolean {
  if (a === null || b === null) return a === b
  return withoutTimes(a) === withoutTimes(b)
}

/** Merges an applied configuration into what is stored. Throws 409 with the conflicts, 400, 500. */
export function applyConfiguration<T extends KubeObject>(server: ApiServer, kind: Kind<T>, live: Stored<T> | undefined, config: Json, subresource: string, force: boolean, request: RequestState): { object: Json; entries: ManagedEntries } {
  try {
    return applyManagers({
      ...writer(server, kind, subresource, request),
      type: typeNamed(kind.type),
      entries: live === undefined ? NO_ENTRIES : unpack(server, server.store.managedOf(live.rv)),
      live: live?.body as unknown as Json | undefined,
      config,
      force,
    })
  } catch (e) {
    if (e instanceof ApplyConflictError) throw failure(409, 'Conflict', e.message, { causes: [...e.causes] })
    if (e instanceof ApplyError) throw e.badRequest ? badRequest(e.message) : failure(500, '', e.message)
    throw e
  }
}

/** The object with its managedFields, as clients on the wire get it. */
export function withManagedFields<T extends KubeObject>(server: ApiServer, _kind: Kind<T>, object: T): T {
  const rv = Number(object.metadata.resourceVersion)
  if (!(rv > 0)) return object
  const entries = unpack(server, server.store.managedOf(rv))
  if (entries.length === 0) return object
  return { ...object, metadata: { ...object.metadata, managedFields: toWire(entries) } }
}

