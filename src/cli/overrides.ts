/** `--overrides`, `--override-type`: a patch of an object that kubectl made. upstream: kubectl/pkg/cmd/util/override_options.go, helpers.go Merge, StrategicMerge, JSONPatch */
import { UsageError } from '../base/errors'
import { applyMergePatch } from '../base/json-merge-patch'
import { applyJsonPatch, type JsonPatchOperation } from '../base/json-patch'
import type { KubeObject } from '../kinds/kind'
import { decode } from '../kinds/schema/decode'
import { exactValue, JsonSyntaxError, parseJsonText } from '../kinds/schema/json-text'
import { applyStrategicMergePatch } from '../kinds/schema/strategic-merge'
import { typeOfKind } from '../kinds/schema/table'

export interface OverrideFlags {
  readonly overrides: string
  readonly 'override-type': string
}

/** The object with the overrides. Throws UsageError. */
export function withOverrides<T extends KubeObject>(object: T, { overrides, 'override-type': type }: OverrideFlags): T {
  if (overrides === '') return object
  const info = typeOfKind(object.apiVersion ?? '', object.kind ?? '')
  if (info === undefined) return object
  let result: unknown
  try {
    const patch = exactValue(parseJsonText(overrides))
    if (type === 'json') result = applyJsonPatch(object, patch as JsonPatchOperation[])
    else if (type === 'strategic') result = applyStrategicMergePatch(info, object as never, patch)
    else if (type === 'merge' || type === '') result = applyMergePatch(object as never, objectPatch(patch))
  } catch (error) {
    throw new UsageError(error instanceof JsonSyntaxError ? (type === 'strategic' ? 'invalid JSON document' : type === 'json' ? error.message : 'Invalid JSON Patch') : (error as Error).message)
  }
  if (result === undefined) throw new UsageError(`invalid override type: ${type}`)
  const decoded = decode(info, result, { strict: false })
  if (decoded.object === undefined) throw new UsageError(decoded.error as string)
  return decoded.object as unknown as T
}

/** A merge with what is no object would leave no object. */
function objectPatch(patch: unknown): Record<string, unknown> {
  if (typeof patch === 'object' && patch !== null && !Array.isArray(patch)) return patch as Record<string, unknown>
  if (!Array.isArray(patch)) throw new UsageError('Invalid JSON Patch')
  throw new UsageError(`couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`)
}
