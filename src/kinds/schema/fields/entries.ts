/** managedFields as they are kept: one entry a manager, its fields as canonical text. upstream: apimachinery/pkg/util/managedfields/internal/managedfields.go */
import { goQuote } from '../../../base/field'
import { byBytes } from '../go-format'
import { fromFieldsV1 } from './field-set'
import { ownValues, withoutValues, withValues } from './own-values'

/** What one manager owns, by one kind of request, in one version of the API. */
export interface ManagedEntry {
  readonly manager: string
  readonly operation: 'Apply' | 'Update'
  readonly apiVersion: string
  /** RFC 3339; an entry of an apply that changed nothing has none. */
  readonly time: string | undefined
  /** '' for the resource itself. */
  readonly subresource: string
  /** Canonical FieldsV1 text: equal sets have equal texts. */
  readonly fieldsV1: string
}

export type ManagedEntries = readonly ManagedEntry[]
export const NO_ENTRIES: ManagedEntries = Object.freeze([])

/** Who an entry is of: an applier is the same in every version. The text is upstream's, and the order of conflicts follows it. */
export function identityOf(entry: Omit<ManagedEntry, 'time' | 'fieldsV1'>): string {
  const version = entry.operation === 'Update' ? `,"apiVersion":${JSON.stringify(entry.apiVersion)}` : ''
  const subresource = entry.subresource === '' ? '' : `,"subresource":${JSON.stringify(entry.subresource)}`
  return `{"manager":${JSON.stringify(entry.manager)},"operation":"${entry.operation}"${version}${subresource}}`
}

/** `"kubectl-client-side-apply" using apps/v1`, as conflicts name a manager. */
export function managerText({ manager, operation, apiVersion, subresource }: Pick<ManagedEntry, 'manager' | 'operation' | 'apiVersion' | 'subresource'>): string {
  const name = subresource === '' ? goQuote(manager) : `${goQuote(manager)} with subresource ${goQuote(subresource)}`
  return operation === 'Update' ? `${name} using ${apiVersion}` : name
}

/** The order in which the server lists entries: appliers first, then by second, manager, version, subresource. */
export function sortedEntries(entries: ManagedEntry[]): ManagedEntry[] {
  return entries.length < 2 ? entries : entries.sort(compareEntries)
}

function compareEntries(a: ManagedEntry, b: ManagedEntry): number {
  if (a.operation !== b.operation) return a.operation < b.operation ? -1 : 1
  const [x, y] = [a.time ?? '', b.time ?? '']
  // metav1.Time has whole seconds in UTC: its text sorts as it does.
  if (x !== y) return x < y ? -1 : 1
  return byBytes(a.manager, b.manager) || byBytes(a.apiVersion, b.apiVersion) || byBytes(a.subresource, b.subresource)
}

/** The JSON text of metadata.managedFields: what the server sends, made without parsing a set. */
export function managedFieldsJson(entries: ManagedEntries): string {
  let out = ''
  for (const { manager, operation, apiVersion, time, subresource, fieldsV1 } of entries) {
    out += `${out === '' ? '' : ','}{"manager":${JSON.stringify(manager)},"operation":"${operation}","apiVersion":${JSON.stringify(apiVersion)}`
    if (time !== undefined) out += `,"time":"${time}"`
    out += `,"fieldsType":"FieldsV1","fieldsV1":${fieldsV1}`
    if (subresource !== '') out += `,"subresource":${JSON.stringify(subresource)}`
    out += '}'
  }
  return `[${out}]`
}

/** meta.v1.ManagedFieldsEntry */
export interface WireEntry {
  manager?: string
  operation?: string
  apiVersion?: string
  time?: string | null
  fieldsType?: string
  fieldsV1?: Record<string, unknown>
  subresource?: string
}

/** metadata.managedFields as objects. */
export function toWire(entries: ManagedEntries): WireEntry[] {
  return JSON.parse(managedFieldsJson(entries)) as WireEntry[]
}

/** The entries of metadata.managedFields; undefined when they are not valid. */
export function fromWire(wire: readonly WireEntry[]): ManagedEntries | undefined {
  const out = new Map<string, ManagedEntry>()
  for (const { manager = '', operation, apiVersion = '', time, fieldsType, fieldsV1, subresource = '' } of wire) {
    if (operation !== 'Apply' && operation !== 'Update') return undefined
    if (apiVersion === '' || fieldsType !== 'FieldsV1') return undefined
    const fields = fromFieldsV1(fieldsV1 ?? {})
    const entry: ManagedEntry = { manager, operation, apiVersion, time: time ?? undefined, subresource, fieldsV1: fields.toText() }
    out.set(identityOf(entry), entry)
  }
  return sortedEntries([...out.values()])
}

/**
 * The entries that a write starts from. A request may set managedFields itself (not through a subresource); `[]` or `[{}]` in it
 * empties them; absent or invalid ones leave those of the live object. upstream: decodeLiveOrNew
 */
export function startingEntries(live: ManagedEntries, requested: readonly WireEntry[] | null | undefined, subresource: string): ManagedEntries {
  if (subresource !== '' || requested === undefined || requested === null) return live
  if (requested.length === 0 || (requested.length === 1 && Object.keys(requested[0] as WireEntry).length === 0)) return NO_ENTRIES
  const entries = fromWire(requested)
  return entries === undefined || entries.length === 0 ? live : entries
}

/**
 * Entries as two texts for the store: the object's own times and values in a line, then all else, which is the same for every object of a kind that was
 * written alike, so that a store can keep it once.
 */
export function packEntries(entries: ManagedEntries): Packed {
  const [only] = entries
  return entries.length === 1 ? packOne(only as ManagedEntry) : packAll(entries)
}

/** Of new objects, by all that is not their time: those that were made of one template are alike. */
const ones = new Map<string, Packed>()

function packOne(entry: ManagedEntry): Packed {
  const { manager, operation, apiVersion, subresource, fieldsV1, time = '' } = entry
  const key = `${manager}\n${operation}\n${apiVersion}\n${subresource}\n${fieldsV1}`
  let known = ones.get(key)
  if (known === undefined) {
    known = packAll([{ ...entry, time: undefined }])
    if (ones.size >= MAX_SHAPES) ones.clear()
    ones.set(key, known)
  }
  return { own: time + known.own, shape: known.shape }
}

function packAll(entries: ManagedEntries): Packed {
  const values = ownValues(entries.map(e => e.fieldsV1))
  // An entry may have no time, the first one too.
  let own = entries.map(e => e.time ?? '').join()
  let key = ''
  for (const e of entries) {
    key += `${e.manager}\n${e.operation}\n${e.apiVersion}\n${e.subresource}\n${withoutValues(e.fieldsV1, values)}\n`
  }
  for (const value of values) own += `|${value}`
  let shape = shapeTexts.get(key)
  if (shape === undefined) {
    shape = JSON.stringify(entries.map(e => [e.manager, e.operation, e.apiVersion, e.subresource, withoutValues(e.fieldsV1, values)]))
    if (shapeTexts.size >= MAX_SHAPES) shapeTexts.clear()
    shapeTexts.set(key, shape)
  }
  return { own, shape }
}

/** What is the object's own: its times joined by commas, then its values, each behind a bar; and what many objects share. */
export interface Packed {
  readonly own: string
  readonly shape: string
}

type PackedEntry = readonly [manager: string, operation: 'Apply' | 'Update', apiVersion: string, subresource: string, fieldsV1: string]
/** Shapes read before; bounded. */
const shapes = new Map<string, readonly PackedEntry[]>()
const shapeTexts = new Map<string, string>()
const MAX_SHAPES = 2_000

/** Forgets what was read before. */
export function forgetShapes(): void {
  shapes.clear()
  shapeTexts.clear()
}

export function unpackEntries({ own, shape }: Packed): ManagedEntries {
  let packed = shapes.get(shape)
  if (packed === undefined) {
    packed = JSON.parse(shape) as PackedEntry[]
    if (shapes.size >= MAX_SHAPES) shapes.clear()
    shapes.set(shape, packed)
  }
  const [times = '', ...values] = own.split('|')
  const stamps = times.split(',')
  return packed.map(([manager, operation, apiVersion, subresource, fieldsV1], i) => ({ manager, operation, apiVersion, time: stamps[i] === '' ? undefined : stamps[i], subresource, fieldsV1: withValues(fieldsV1, values) }))
}

