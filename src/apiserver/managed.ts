/** managedFields: kept beside the body as a packed text, whose part that many objects share is stored once. upstream: apimachinery/pkg/util/managedfields */
import { writeJson } from '../base/exact-json'
import { timestamp } from '../base/clock'
import { deepEqual } from '../base/equal'
import { badRequest, failure } from '../base/status'
import { apiVersionOf, type Kind, type KubeObject } from '../kinds/kind'
import { ApplyConflictError, ApplyError, applyManagers } from '../kinds/schema/fields/apply-managers'
import { identityOf, managedFieldsJson, NO_ENTRIES, packEntries, startingEntries, toWire, unpackEntries, type ManagedEntries, type WireEntry } from '../kinds/schema/fields/entries'
import { changeTexts, NO_CHANGE, type ChangeTexts } from '../kinds/schema/fields/change-text'
import { managersAfter, updateManagers, type UpdateInput } from '../kinds/schema/fields/managers'
import { ownValues, withoutValues } from '../kinds/schema/fields/own-values'
import { ElementError } from '../kinds/schema/fields/path-element'
import { NO_RESET, type ResetFields, resetFieldsOf } from '../kinds/schema/fields/reset-fields'
import { typeNamed } from '../kinds/schema/table'
import type { Stored } from '../store/store'
import type { RequestState } from './actor'
import type { ApiServer } from './server'
import { inVersion } from './custom-versions/shown'
import { preparedOwners } from './custom-versions/versions'
import { storedForm } from './views'

type Json = Record<string, unknown>

/** How a request changes ownership when it is not an ordinary update: the entries are known already. */
export interface ManagedChange {
  readonly entries: ManagedEntries
}

function pack(server: ApiServer, entries: ManagedEntries): string | null {
  if (entries.length === 0) return null
  const { fieldSets } = server.store
  // Copies of a template come in a row.
  if (fieldSets.last?.of === entries) return fieldSets.last.text
  const { own, shape } = packEntries(entries)
  const text = `${fieldSets.id(shape)}:${own}`
  fieldSets.last = { of: entries, text }
  return text
}

function unpack(server: ApiServer, packed: string | null): ManagedEntries {
  if (packed === null) return NO_ENTRIES
  const colon = packed.indexOf(':')
  return unpackEntries({ shape: server.store.fieldSets.text(Number(packed.slice(0, colon))), own: packed.slice(colon + 1) })
}

/** What is the same for every write to a kind's subresource. */
const manners = new WeakMap<object, Map<string, { readonly apiVersion: string; readonly reset: ResetFields }>>()

function mannersOf(kind: Kind<never>, subresource: string): { readonly apiVersion: string; readonly reset: ResetFields } {
  let of = manners.get(kind)
  if (of === undefined) manners.set(kind, (of = new Map()))
  let known = of.get(subresource)
  if (known === undefined) {
    const apiVersion = apiVersionOf(kind)
    known = { apiVersion, reset: resetFieldsOf({ apiVersion, kind: kind.kind, subresource, hasStatus: 'status' in kind.subresources, custom: kind.custom !== undefined }) }
    of.set(subresource, known)
  }
  return known
}

const writer = (server: ApiServer, kind: Kind<never>, subresource: string, request: RequestState, time = timestamp(server.clock.now())) => {
  const { apiVersion, reset } = mannersOf(kind, subresource)
  return { manager: request.fieldManager, apiVersion, subresource, time, reset }
}

/** What was found for the last object that was made of a template. */
interface OfTemplate {
  readonly kind: object
  readonly manager: string
  readonly time: string
  readonly metadata: unknown
  readonly entries: ManagedEntries
}
const ofTemplates = new WeakMap<object, OfTemplate>()

/** The same for an object that a component made of a template, whose spec it names: copies that differ in nothing are owned alike. */
export function managedOfTemplate<T extends KubeObject>(server: ApiServer, kind: Kind<T>, source: T, object: T, request: RequestState): ManagedEntries {
  // Components alone send objects as they are typed; others send anything.
  const template = request.actor.trusted ? (source as { spec?: unknown }).spec : undefined
  if (typeof template !== 'object' || template === null || 'status' in source) return managedOnCreate(server, kind, object, request)
  const known = ofTemplates.get(template)
  const time = timestamp(server.clock.now())
  if (known !== undefined && known.kind === kind && known.manager === request.fieldManager && known.time === time && deepEqual(known.metadata, source.metadata)) return known.entries
  const entries = managedOnCreate(server, kind, object, request, time)
  ofTemplates.set(template, { kind, manager: request.fieldManager, time, metadata: source.metadata, entries })
  return entries
}

/** What the creator of an object owns of it. */
export function managedOnCreate<T extends KubeObject>(server: ApiServer, kind: Kind<T>, object: T, request: RequestState, time?: string): ManagedEntries {
  const entries = startingEntries(NO_ENTRIES, object.metadata.managedFields as WireEntry[] | undefined, '')
  return noErrors(NO_ENTRIES, () => updateManagers({ ...writer(server, kind, '', request, time), type: typeNamed(kind.type), entries, previous: undefined, next: object as unknown as Json }))
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

/** Custom resources that a webhook converts: what an update changes is looked at in the version of each who owns something. */
export function ownersPrepared<T extends KubeObject>(server: ApiServer, kind: Kind<T>, current: Stored<T>, next: T): Promise<void> | undefined {
  if (kind.custom?.versions.webhook === undefined) return undefined
  const owners = unpack(server, server.store.managedOf(current.rv)).map(e => e.apiVersion)
  return preparedOwners(server, kind as unknown as Kind, [...new Set(owners)], [current.body, next])
}

/** The entries after an update, and whether anything but their times changed. */
export function managedOnUpdate<T extends KubeObject>(server: ApiServer, kind: Kind<T>, current: Stored<T>, next: T, subresource: string, known: ManagedChange | undefined, request: RequestState, writtenAs?: Kind): { text: string | null; unchanged: boolean } {
  const packed = server.store.managedOf(current.rv)
  if (known !== undefined) {
    const text = pack(server, known.entries)
    return { text, unchanged: sameApartFromTimes(text, packed) }
  }
  const via = writtenAs ?? (kind as unknown as Kind)
  const inVersion = otherVersions(server, kind as unknown as Kind, current.body, next)
  const input = { ...writer(server, via as Kind<never>, subresource, request), type: typeNamed(via.type), previous: inForm(via, current.body), next: inForm(via, next), ...(inVersion === undefined ? {} : { inVersion }) }
  if (packed !== null && inVersion === undefined && (subresource !== '' || next.metadata.managedFields === undefined)) {
    const text = packedUpdate(server, packed, input)
    return { text, unchanged: text === packed || sameApartFromTimes(text, packed) }
  }
  const live = unpack(server, packed)
  const entries = startingEntries(live, next.metadata.managedFields as WireEntry[] | undefined, subresource)
  const updated = noErrors(NO_ENTRIES, () => updateManagers({ ...input, entries }))
  if (updated === live) return { text: packed, unchanged: true }
  const text = pack(server, updated)
  return { text, unchanged: sameApartFromTimes(text, packed) }
}

/** What becomes of packed entries: the number of the new shape with a colon, where each time comes from (-1: now), and whether the values stay. */
interface PackedOutcome {
  readonly shape: string
  readonly times: readonly number[]
  readonly values: boolean
}
const MAX_OUTCOMES = 4_000

/** An update by packed entries alone, when the same change of the same shape was seen before: a rollout repeats a few of them. */
function packedUpdate(server: ApiServer, packed: string, input: Omit<UpdateInput, 'entries'>): string | null {
  const { type, previous, next, reset = NO_RESET, time } = input
  let change: ChangeTexts
  try {
    change = changeTexts(type, previous, next, reset)
  } catch (e) {
    if (e instanceof ElementError) return null
    throw e
  }
  if (change === NO_CHANGE) return packed
  const colon = packed.indexOf(':')
  const [stamps = '', ...stored] = packed.slice(colon + 1).split('|')
  const times = stamps.split(',')
  const changed = ownValues([change.changed, change.removed])
  // Marks stand for values by their rank; new values may move those of the stored shape.
  const values = changed.every(v => stored.includes(v)) ? stored : [...new Set([...stored, ...changed])].sort()
  let key: string | undefined
  if (times.every(t => t <= time)) {
    key = `${packed.slice(0, colon)}\n${type.name}\n${input.manager}\n${input.apiVersion}\n${input.subresource}\n${withoutValues(change.changed, values)}\n${withoutValues(change.removed, values)}\n${values.length}`
    for (const v of stored) key += `,${values.indexOf(v)}`
    for (const t of times) key += t === time ? '=' : '<'
    const known = server.store.fieldSets.outcomes.get(key) as PackedOutcome | undefined
    if (known !== undefined) return repacked(known, times, time, values)
  }
  const live = unpack(server, packed)
  const updated = noErrors(NO_ENTRIES, () => managersAfter({ ...input, entries: live }, change))
  if (updated === live) return packed
  const text = pack(server, updated)
  if (key === undefined || text === null) return text
  const outcome: PackedOutcome = {
    shape: text.slice(0, text.indexOf(':') + 1),
    times: updated.map(e => live.findIndex(l => l.time === e.time && identityOf(l) === identityOf(e))),
    values: text.includes('|'),
  }
  // Entries that were joined, or values that left, do not follow from the shape alone.
  if (repacked(outcome, times, time, values) !== text) return text
  const { outcomes } = server.store.fieldSets
  if (outcomes.size >= MAX_OUTCOMES) outcomes.clear()
  outcomes.set(key, outcome)
  return text
}

function repacked(outcome: PackedOutcome, times: readonly string[], now: string, values: readonly string[]): string {
  let text = outcome.shape
  for (let i = 0; i < outcome.times.length; i++) {
    const from = outcome.times[i] as number
    if (i > 0) text += ','
    text += from < 0 ? now : times[from]
  }
  if (outcome.values) for (const value of values) text += `|${value}`
  return text
}

function withoutTimes(packed: string): string {
  const bar = packed.indexOf('|')
  const shape = packed.slice(0, packed.indexOf(':'))
  return bar < 0 ? shape : shape + packed.slice(bar)
}

const inForm = (kind: Kind, object: KubeObject): Json => (storedForm(kind)?.fromStored(object) ?? object) as unknown as Json

/** What an update changes as entries of other versions see it, for a kind that has several forms. */
function otherVersions(server: ApiServer, kind: Kind, previous: KubeObject, next: KubeObject): ((apiVersion: string) => { type: ReturnType<typeof typeNamed>; previous: Json; next: Json } | undefined) | undefined {
  const { custom } = kind
  if (custom !== undefined) {
    if (custom.versions.kinds.size < 2) return undefined
    return apiVersion => {
      const form = custom.versions.kinds.get(apiVersion)
      return form === undefined ? undefined : { type: typeNamed(form.type), previous: inVersion(form, previous) as unknown as Json, next: inVersion(form, next) as unknown as Json }
    }
  }
  const views = server.registry.viewsOf(kind)
  if (views.length === 0) return undefined
  return apiVersion => {
    const form = [kind, ...views].find(k => apiVersionOf(k) === apiVersion)
    return form === undefined ? undefined : { type: typeNamed(form.type), previous: inForm(form, previous), next: inForm(form, next) }
  }
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
    // What was stored before has no keys to merge by: nobody's request is wrong.
    if (e instanceof ElementError && live !== undefined) throw failure(500, '', `failed to create typed live object (${live.body.metadata.namespace ?? ''}/${live.body.metadata.name}; ${kind.group}/${kind.version}, Kind=${kind.kind}): ${e.message}`)
    throw e
  }
}

/** The JSON of an object with its managedFields, whose text is stored and needs no parsing. */
export function wireText(server: ApiServer, object: KubeObject): string {
  const rv = Number(object.metadata.resourceVersion)
  const entries = rv > 0 ? unpack(server, server.store.managedOf(rv)) : NO_ENTRIES
  if (entries.length === 0) return writeJson(object)
  let out = ''
  for (const key of Object.keys(object)) {
    const value = (object as unknown as Json)[key]
    if (value === undefined) continue
    const text = key === 'metadata' ? `${JSON.stringify({ ...object.metadata, managedFields: undefined }).slice(0, -1)},"managedFields":${managedFieldsJson(entries)}}` : writeJson(value)
    out += `${out === '' ? '' : ','}${JSON.stringify(key)}:${text}`
  }
  return `{${out}}`
}

/** The object with its managedFields, as clients on the wire get it. */
export function withManagedFields<T extends KubeObject>(server: ApiServer, _kind: Kind<T>, object: T): T {
  const rv = Number(object.metadata.resourceVersion)
  if (!(rv > 0)) return object
  const entries = unpack(server, server.store.managedOf(rv))
  if (entries.length === 0) return object
  return { ...object, metadata: { ...object.metadata, managedFields: toWire(entries) } }
}

