/** PATCH: the stored object, a patch of one of four kinds, and then the stages of an update. upstream: apiserver/pkg/endpoints/handlers/patch.go */
import { invalidValue } from '../base/field'
import { goJson } from '../base/go-text'
import { applyMergePatch } from '../base/json-merge-patch'
import { applyJsonPatch, JsonPatchError, type JsonPatchOperation } from '../base/json-patch'
import { badRequest, failure, invalid, isNotFound } from '../base/status'
import type { ApplyOptions, ObjectRef, PatchType } from '../client/client'
import type { Kind, KubeObject } from '../kinds/kind'
import { decode, strictDecodingError } from '../kinds/schema/decode'
import { PatchError } from '../kinds/schema/patch-meta'
import { applyStrategicMergePatch } from '../kinds/schema/strategic-merge'
import { typeNamed } from '../kinds/schema/table'
import type { RequestState } from './actor'
import { create } from './create'
import type { ApiServer } from './server'
import { update } from './update'

const MAX_JSON_PATCH_OPERATIONS = 10_000

/** Applies a JSON, merge or strategic merge patch and stores the result. Throws 400, 404, 409, 415 or 422. */
export async function patchObject<T extends KubeObject>(server: ApiServer, kind: Kind<T>, ref: ObjectRef, type: PatchType, patch: unknown, subresource: string, request: RequestState): Promise<T> {
  const next = (current: T): T => {
    const patched = decodePatched(kind, patchValue(kind, current, type, patch), type, request)
    kind.applyDefaults?.(patched)
    return patched
  }
  return update(server, kind, ref.metadata.namespace, ref.metadata.name, { next, subresource }, request)
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
        throw failure(422, 'Invalid', 'the server rejected our request due to an error in our request', {})
      }
    case 'merge':
      if (jsonWord(patch) !== 'object') throw badRequest(`error decoding patch: json: cannot unmarshal ${jsonWord(patch)} into Go value of type map[string]interface {}`)
      return applyMergePatch(current as never, patch as never)
    case 'strategic':
      try {
        return applyStrategicMergePatch(typeNamed(kind.type), current as never, patch)
      } catch (e) {
        if (!(e instanceof PatchError)) throw e
        throw e.errorClass === 'badRequest' ? badRequest(e.message) : failure(500, 'InternalError', e.message)
      }
  }
}

function jsonWord(v: unknown): string {
  if (v === null) return 'null'
  return Array.isArray(v) ? 'array' : typeof v === 'boolean' ? 'bool' : typeof v
}

/** A patch that makes no object of its kind is Invalid, with the whole wrong object in the message, as the real server has it. */
function decodePatched<T extends KubeObject>(kind: Kind<T>, patched: unknown, type: PatchType, request: RequestState): T {
  const decoded = decode(kind.type, patched, { strict: request.fieldValidation !== 'Ignore' })
  if (decoded.object === undefined) throw cannotDecode(patched, type, decoded.error ?? '')
  if (decoded.strictErrors.length > 0) {
    if (request.fieldValidation === 'Strict') throw cannotDecode(patched, type, strictDecodingError(decoded.strictErrors))
    request.warnings.push(...decoded.strictErrors)
  }
  return decoded.object as unknown as T
}

function cannotDecode(patched: unknown, type: PatchType, why: string): Error {
  if (type === 'strategic') return invalid({ group: '', kind: '' }, '', [invalidValue('patch', patched, why)])
  return invalid({ group: '', kind: '' }, '', [invalidValue('patch', goJson(patched), why)])
}

/** Server-side apply. */
export async function applyPatch<T extends KubeObject>(server: ApiServer, kind: Kind<T>, ref: ObjectRef, object: object, options: ApplyOptions, request: RequestState): Promise<T> {
  const { name, namespace } = ref.metadata
  try {
    return await patchObject(server, kind, ref, 'merge', object, options.subresource ?? '', request)
  } catch (e) {
    if (!isNotFound(e)) throw e
    return create(server, kind, namespace, { ...object, metadata: { ...(object as KubeObject).metadata, name } }, request)
  }
}
