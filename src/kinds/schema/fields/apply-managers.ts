/** Server-side apply with the upkeep of managedFields around it. upstream: apimachinery/pkg/util/managedfields/internal */
import { zeroOf } from '../zero'
import { byBytes } from '../go-format'
import type { TypeInfo } from '../type-info'
import { type Applied, applyTyped, type Owned, type OwnerConflict } from './apply'
import { compare, setOf } from './compare'
import { identityOf, type ManagedEntries, type ManagedEntry, managerText, sortedEntries } from './entries'
import { type FieldSet, fieldSetOfText } from './field-set'
import { updateManagers, type Writer } from './managers'
import { NO_RESET } from './reset-fields'
import { STRIPPED } from './text'
import { typedErrors } from './typed-errors'

type Json = Record<string, unknown>

export interface ApplyManagersInput extends Writer {
  readonly type: TypeInfo
  readonly entries: ManagedEntries
  /** The stored object, or undefined when the apply creates it. Without metadata.managedFields. */
  readonly live: Json | undefined
  /** What is applied: as it was sent, not decoded (an empty list is owned, an absent one is not). */
  readonly config: Json
  readonly force: boolean
}

export interface ApplyResult {
  /** The merged object before decoding, defaults and validation. For an apply that changes nothing it is `live` itself. */
  readonly object: Json
  readonly entries: ManagedEntries
}

/** 409: others own what the configuration would change. */
export class ApplyConflictError extends Error {
  constructor(message: string, readonly causes: readonly { readonly reason: 'FieldManagerConflict'; readonly message: string; readonly field: string }[]) {
    super(message)
    this.name = 'ApplyConflictError'
  }
}

/** The configuration is none of this type; the server answers 500, or 400 where `badRequest`. */
export class ApplyError extends Error {
  constructor(message: string, readonly badRequest = false) {
    super(message)
    this.name = 'ApplyError'
  }
}

const BEFORE_FIRST_APPLY = 'before-first-apply'
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
const MAX_ANNOTATIONS_BYTES = 256 * 1024

/** Applies a configuration. Throws ApplyConflictError, ApplyError. */
export function applyManagers(input: ApplyManagersInput): ApplyResult {
  const { type, config, apiVersion, force } = input
  if (config.apiVersion !== apiVersion || (type.kind !== '' && config.kind !== type.kind)) throw new ApplyError(`invalid object type: ${gvkText(config)}`, true)
  if ((config.metadata as Json | undefined)?.managedFields !== undefined) throw new ApplyError('metadata.managedFields must be nil', true)
  const errors = typedErrors(type, config)
  if (errors !== undefined) throw new ApplyError(`failed to create typed patch object (${objectText(config)}): ${errors}`)
  const live = input.live ?? (zeroOf(type) as Json)
  const entries = input.entries.length > 0 || input.live === undefined ? input.entries : updateManagers({ ...input, manager: BEFORE_FIRST_APPLY, previous: undefined, next: live })
  const self: ManagedEntry = { manager: input.manager === '' ? 'unknown' : input.manager, operation: 'Apply', apiVersion, time: undefined, subresource: input.subresource, fieldsV1: '{}' }
  const byId = new Map(entries.map(entry => [identityOf(entry), entry]))
  const owners = new Map<string, Owned>()
  for (const [id, entry] of byId) owners.set(id, { apiVersion: entry.apiVersion, applied: entry.operation === 'Apply', set: fieldSetOfText(entry.fieldsV1) })
  const run = (forced: boolean): Applied | { readonly conflicts: readonly OwnerConflict[] } =>
    applyTyped({ type, live, config, apiVersion, owners, manager: identityOf(self), force: forced, reset: (input.reset ?? NO_RESET).set })
  let result = run(force)
  if ('conflicts' in result && self.manager === 'kubectl') result = upgraded(type, live, apiVersion, result.conflicts, () => run(true))
  if ('conflicts' in result) throw conflictError(result.conflicts, byId)
  const changed = result.object !== live
  const next = entriesOf(result.owners, byId, self, changed ? input.time : undefined)
  const object = self.manager === 'kubectl' ? withLastApplied(result.object, config) : result.object
  return { object, entries: next }
}

/** kubectl may take over what its own client-side apply set. upstream: lastappliedmanager.go */
function upgraded(type: TypeInfo, live: Json, apiVersion: string, conflicts: readonly OwnerConflict[], force: () => Applied | { readonly conflicts: readonly OwnerConflict[] }): Applied | { readonly conflicts: readonly OwnerConflict[] } {
  const allowed = allowedByLastApplied(type, live, apiVersion)
  if (allowed === undefined) return { conflicts }
  const left = conflicts.map(({ owner, set }) => ({ owner, set: set.difference(allowed) })).filter(({ set }) => !set.isEmpty)
  return left.length > 0 ? { conflicts: left } : force()
}

/** Fields of the last client-side apply that the live object still has as they were applied. */
function allowedByLastApplied(type: TypeInfo, live: Json, apiVersion: string): FieldSet | undefined {
  const text = lastAppliedOf(live)
  if (text === '') return undefined
  try {
    const applied = JSON.parse(text) as Json
    if (applied.apiVersion !== apiVersion || typedErrors(type, applied) !== undefined) return undefined
    const { modified, added, removed } = compare(type, applied, live)
    return setOf(type, applied).difference(modified).difference(added).difference(removed)
  } catch {
    return undefined
  }
}

const annotationsOf = (object: Json): Record<string, string> | undefined => (object.metadata as { annotations?: Record<string, string> } | undefined)?.annotations
const lastAppliedOf = (object: Json): string => annotationsOf(object)?.[LAST_APPLIED] ?? ''

/** Keeps the annotation of client-side apply up to date where there is one. upstream: lastappliedupdater.go */
function withLastApplied(object: Json, config: Json): Json {
  if (lastAppliedOf(object) === '') return object
  const metadata = { ...(config.metadata as Json) }
  if (metadata.annotations !== undefined) {
    const annotations = { ...(metadata.annotations as Json) }
    delete annotations[LAST_APPLIED]
    metadata.annotations = annotations
  }
  const text = `${sortedJson({ ...config, metadata })}\n`
  const annotations: Record<string, string> = { ...annotationsOf(object), [LAST_APPLIED]: text }
  let bytes = 0
  for (const key of Object.keys(annotations)) bytes += Buffer.byteLength(key) + Buffer.byteLength(annotations[key] as string)
  if (bytes > MAX_ANNOTATIONS_BYTES) delete annotations[LAST_APPLIED]
  return { ...object, metadata: { ...(object.metadata as Json), annotations } }
}

/** JSON with sorted keys and HTML's characters escaped, as Go writes maps. */
function sortedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    return `{${Object.keys(value).sort(byBytes).map(key => `${sortedJson(key)}:${sortedJson((value as Json)[key])}`).join(',')}}`
  }
  return JSON.stringify(value ?? null).replace(/[<>&\u2028\u2029]/g, c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function conflictError(conflicts: readonly OwnerConflict[], entries: ReadonlyMap<string, ManagedEntry>): ApplyConflictError {
  const all = conflicts.map(({ owner, set }) => ({ name: managerText(entries.get(owner) as ManagedEntry), paths: set.paths() }))
  const causes = all.flatMap(({ name, paths }) => paths.map(field => ({ reason: 'FieldManagerConflict' as const, message: `conflict with ${name}`, field })))
  if (causes.length === 1) return new ApplyConflictError(`Apply failed with 1 conflict: ${causes[0]?.message}: ${causes[0]?.field}`, causes)
  const lines = all.flatMap(({ name, paths }) => [`conflicts with ${name}:`, ...paths.map(path => `- ${path}`)])
  return new ApplyConflictError(`Apply failed with ${causes.length} conflicts: ${lines.join('\n')}`, causes)
}

function entriesOf(owners: ReadonlyMap<string, Owned>, before: ReadonlyMap<string, ManagedEntry>, self: ManagedEntry, time: string | undefined): ManagedEntries {
  const selfId = identityOf(self)
  const out: ManagedEntry[] = []
  for (const [id, owned] of owners) {
    const known = before.get(id)
    const set = id === selfId ? owned.set.difference(STRIPPED) : owned.set
    if (set.isEmpty) continue
    const fieldsV1 = set.toText()
    if (id === selfId) out.push({ ...self, time: time ?? known?.time, fieldsV1 })
    else if (known !== undefined) out.push(fieldsV1 === known.fieldsV1 ? known : { ...known, fieldsV1 })
  }
  return sortedEntries(out)
}

/** `apps/v1, Kind=Deployment`; the core group prints as `/v1`. */
function gvkText(object: Json): string {
  const apiVersion = String(object.apiVersion ?? '')
  return `${apiVersion.includes('/') ? apiVersion : `/${apiVersion}`}, Kind=${String(object.kind ?? '')}`
}

/** `default/web; apps/v1, Kind=Deployment`, as the server names an object in errors of apply. */
export function objectText(object: Json): string {
  const { namespace = '', name = '' } = (object.metadata ?? {}) as { namespace?: string; name?: string }
  return `${namespace}/${name}; ${gvkText(object)}`
}

/** What the server says (500) when the merged object is none of its type: `error` is that of `conversionErrors`. */
export const cannotConvertApplied = (object: Json, error: string): string =>
  `failed to convert new object (${objectText(object)}) to proper version: unable to convert unstructured object to ${gvkText(object)}: ${error}`
