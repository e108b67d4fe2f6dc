/** PATCH: the stored object, a patch of one of four kinds, and then the stages of an update. upstream: apiserver/pkg/endpoints/handlers/patch.go */
import { invalidValue } from '../base/field'
import { goJson } from '../base/go-text'
import { applyMergePatch } from '../base/json-merge-patch'
import { applyJsonPatch, JsonPatchError, type JsonPatchOperation } from '../base/json-patch'
import { badRequest, failure, invalid, notFound, unsupportedMediaType } from '../base/status'
import type { ApplyOptions, ObjectRef, PatchType } from '../client/client'
import { apiVersionOf, type Kind, type KubeObject } from '../kinds/kind'
import { cannotBeHandled, decode, strictDecodingError } from '../kinds/schema/decode'
import { cannotConvertApplied } from '../kinds/schema/fields/apply-managers'
import { conversionErrors, cutIntegers } from '../kinds/schema/convert-errors'
import { isFitting } from '../kinds/schema/fields/typed-errors'
import { goFormat } from '../kinds/schema/go-format'
import { patchAsPrinted } from '../kinds/schema/patch-printed'
import { PatchError } from '../kinds/schema/patch-meta'
import { applyStrategicMergePatch } from '../kinds/schema/strategic-merge'
import { typeNamed } from '../kinds/schema/table'
import type { RequestState } from './actor'
import { allowed } from './authorization/allow'
import { create } from './create'
import { storageKey } from './keys'
import { applyConfiguration, type ManagedChange } from './managed'
import type { ApiServer } from './server'
import { storedForm } from './views'
import type { Stored } from '../store/store'
import { update } from './update'
import { refuseComputed } from './virtual/refuse'

const MAX_JSON_PATCH_OPERATIONS = 10_000
/** Custom resources know no strategic merge. */
export const CUSTOM_MEDIA_TYPES = 'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml'
const UNPROCESSABLE = 'the server rejected our request due to an error in our request'

/** Applies a JSON, merge or strategic merge patch and stores the result. Throws 400, 404, 409, 415 or 422. */
export async function patchObject<T extends KubeObject>(server: ApiServer, kind: Kind<T>, ref: ObjectRef, type: PatchType, patch: unknown, subresource: string, request: RequestState): Promise<T> {
  refuseComputed(kind as never)
  const next = (current: T): T => {
    const made = patched(kind, current, type, patch, request)
    checkName(current, made)
    kind.applyDefaults?.(made)
    return made
  }
  return update(server, kind, ref.metadata.namespace, ref.metadata.name, { next, subresource }, request)
}

/** A patch may not say that it is another object. upstream: endpoints/handlers/rest.go checkName */
function checkName({ metadata: was }: KubeObject, { metadata: { name = '', namespace = '' } = { name: '' } }: KubeObject): void {
  if (name !== was.name) throw badRequest(`the name of the object (${name}) does not match the name on the URL (${was.name})`)
  if (namespace !== '' && namespace !== (was.namespace ?? '')) throw badRequest(`the namespace of the object (${namespace}) does not match the namespace on the URL (${was.namespace ?? ''})`)
}

/** What a patch makes of an object, typed. Throws 400, 413, 415 or 422. */
export function patched<T extends KubeObject>(kind: Kind<T>, current: T, type: PatchType, patch: unknown, request: RequestState): T {
  const made = decodePatched(kind, current, patchValue(kind, current, type, patch), type, patch, request)
  // A patch may take its type from an object; it is what it was.
  made.apiVersion ??= apiVersionOf(kind)
  made.kind ??= kind.kind
  return made
}

function patchValue<T extends KubeObject>(kind: Kind<T>, current: T, type: PatchType, patch: unknown): unknown {
  switch (type) {
    case 'json':
      if (!Array.isArray(patch)) throw badRequest(`error decoding patch: json: cannot unmarshal ${jsonWord(patch)} into Go value of type []handlers.jsonPatchOp`)
      if (patch.length > MAX_JSON_PATCH_OPERATIONS)
        throw failure(413, 'RequestEntityTooLarge', `Request entity too large: The allowed maximum operations in a JSON patch is ${MAX_JSON_PATCH_OPERATIONS}, got ${patch.length}`)
      try {
        return applyJsonPatch(current, patch as JsonPatchOperation[])
      } catch (e) {
        if (!(e instanceof JsonPatchError)) throw e
        throw failure(422, 'Invalid', UNPROCESSABLE, {})
      }
    case 'merge':
      if (jsonWord(patch) !== 'object') throw badRequest(`error decoding patch: json: cannot unmarshal ${jsonWord(patch)} into Go value of type map[string]interface {}`)
      return applyMergePatch(current as never, patch as never)
    case 'strategic':
      if (kind.custom !== undefined) throw unsupportedMediaType(CUSTOM_MEDIA_TYPES)
      try {
        return applyStrategicMergePatch(typeNamed(kind.type), current as never, patch)
      } catch (e) {
        if (!(e instanceof PatchError)) throw e
                if (e.errorClass === 'badRequest') throw badRequest(e.message)
        throw e.errorClass === 'unprocessable' ? failure(422, 'Invalid', UNPROCESSABLE, {}) : failure(500, '', e.message)
      }
  }
}

function jsonWord(v: unknown): string {
  if (v === null) return 'null'
  return Array.isArray(v) ? 'array' : typeof v === 'boolean' ? 'bool' : typeof v
}

/** A patch that makes no object of its kind is Invalid, with the whole wrong value in the message, as the real server has it. */
function decodePatched<T extends KubeObject>(kind: Kind<T>, current: T, value: unknown, type: PatchType, patch: unknown, request: RequestState): T {
  const info = typeNamed(kind.type)
  const strict = request.fieldValidation !== 'Ignore'
  // A strategic patch is made typed from a map, the others through JSON: the same mistakes have other words.
  const converted = type === 'strategic' ? conversionErrors(info, value as Record<string, unknown>) : undefined
  let decoded = kind.decode?.(value, { strict }) ?? decode(info, value, { strict })
  if (decoded.error !== undefined && converted !== undefined && converted.error === undefined) decoded = decode(info, cutIntegers(info, value), { strict })
  const error = converted?.error ?? decoded.error
  const refuse = (why: string): Error =>
    type === 'strategic'
      ? invalid({ group: '', kind: '' }, '', [invalidValue('patch', goFormat(patchAsPrinted(info, current as never, patch as never)), why)])
      : invalid({ group: '', kind: '' }, '', [invalidValue('patch', goJson(value), why)])
  if (error !== undefined || decoded.object === undefined) throw refuse(error ?? '')
  const unknown = strict ? (converted?.unknown ?? decoded.strictErrors) : []
  if (unknown.length > 0) {
    if (request.fieldValidation === 'Strict') throw refuse(strictDecodingError(unknown))
    request.warnings.push(...unknown)
  }
  return decoded.object as unknown as T
}

/** The merged object of an apply, typed. */
function decodeApplied<T extends KubeObject>(kind: Kind<T>, object: Record<string, unknown>, request: RequestState): T {
  if (kind.decode !== undefined) {
    const decoded = kind.decode(object, { strict: request.fieldValidation !== 'Ignore' })
    if (decoded.object === undefined) throw failure(500, '', cannotConvertApplied(object, decoded.error ?? ''))
    return decoded.object as unknown as T
  }
  const info = typeNamed(kind.type)
  const { error, unknown } = conversionErrors(info, object)
  if (error !== undefined) throw failure(500, '', cannotConvertApplied(object, error))
  if (unknown.length > 0 && request.fieldValidation !== 'Ignore') request.warnings.push(...unknown)
  return (decode(info, object, { strict: false }).object ?? decode(info, cutIntegers(info, object), { strict: false }).object) as unknown as T
}

/** Server-side apply: creates the object, or merges what is applied into it. Throws 400, 404, 409 with the conflicts, 422. */
export async function applyPatch<T extends KubeObject>(server: ApiServer, kind: Kind<T>, ref: ObjectRef, config: object, options: ApplyOptions, request: RequestState): Promise<T> {
  refuseComputed(kind as never)
  const { name, namespace } = ref.metadata
  const subresource = options.subresource ?? ''
  const force = options.force === true
  const said = request.warnings.length
  checkConfiguration(kind, config, request)
  // What cannot be merged is told of once, as an error.
  const merge = (live: Stored<T> | undefined, part: string): ReturnType<typeof applyConfiguration> => {
    try {
      return applyConfiguration(server, kind, live, config as Record<string, unknown>, part, force, request)
    } catch (e) {
      request.warnings.length = said
      throw e
    }
  }
  const form = storedForm(kind)
  const stored = form?.kind ?? (kind as unknown as Kind)
  const live = server.store.get(storageKey(stored, kind.scope === 'Namespaced' ? namespace : undefined, name))
  if (live === undefined) {
    if (subresource !== '') throw notFound(kind, name)
    // Who may patch may not create for that.
    allowed(server.authorizer, request.actor, { verb: 'create', group: kind.group, resource: kind.plural, subresource: '', name, namespace: kind.scope === 'Namespaced' ? (namespace ?? '') : '' })
    const { object, entries } = merge(undefined, '')
    const made = decodeApplied<T>(kind, object, request)
    made.metadata.name = name
    return create(server, kind, namespace, made, { ...request, fieldValidation: 'Ignore' }, undefined, entries)
  }
  let managed: ManagedChange | undefined
  const next = (current: T): T => {
    const now = server.stored(kind, namespace, name)
    const { object, entries } = merge(now, subresource)
    managed = { entries }
    if ((object as unknown) === current) return { ...current }
    const decoded = decodeApplied(kind, object, request) as T
    kind.applyDefaults?.(decoded)
    return decoded
  }
  return update(server, kind, namespace, name, { next, subresource, managed: () => managed }, request)
}

/** upstream: applyPatcher.applyPatchToCurrentObject */
function checkConfiguration(kind: Kind<never>, config: object, request: RequestState): void {
  const options = { strict: request.fieldValidation !== 'Ignore' }
  if (kind.decode === undefined && isFitting(typeNamed(kind.type), config)) return
  const decoded = kind.decode?.(config, options) ?? decode(kind.type, config, options)
  if (decoded.strictErrors.length === 0) return
  if (request.fieldValidation === 'Strict') throw badRequest(cannotBeHandled(apiVersionOf(kind), kind.kind, strictDecodingError(decoded.strictErrors)))
  request.warnings.push(...decoded.strictErrors)
}
