/** A client's JSON as a custom object: typed metadata, nothing that the schema does not know. upstream: apiextensions-apiserver/pkg/apiserver/customresource_handler.go schemaCoercingDecoder */
import { deepClone } from '../../../base/equal'
import { decode, type Decoded } from '../../schema/decode'
import type { ParsedJson } from '../../schema/json-text'
import { pruneUnknown } from '../../schema/structural'
import type { TypeInfo } from '../../schema/type-info'
import type { JSONSchemaProps } from '../../schema/types/apiextensions.v1'

type Json = Record<string, unknown>

const MAX_STRICT_ERRORS = 100

export function decodeCustom(type: TypeInfo, schema: JSONSchemaProps | undefined, value: unknown, { strict = true, source }: { readonly strict?: boolean; readonly source?: ParsedJson } = {}): Decoded {
  const failed = (error: string): Decoded => ({ object: undefined, error, strictErrors: [] })
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return failed(`json: cannot unmarshal ${Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value} into Go value of type map[string]interface {}`)
  const metadata = decode('meta.v1.ObjectMeta', (value as Json).metadata ?? {}, { strict })
  if (metadata.error !== undefined) return failed(metadata.error)
  const { object, unknown } = pruneUnknown(type, deepClone({ ...value, metadata: {} }) as Json)
  const errors = strict ? [...repeated(source, value, ''), ...unknown.map(path => `unknown field "${path}"`), ...metadata.strictErrors.map(e => e.replace(/ "/, ' "metadata.'))] : []
  const pruned: Json = { ...object, metadata: metadata.object }
  if ((metadata.object as Json).creationTimestamp === null) delete (metadata.object as Json).creationTimestamp
  if (schema !== undefined) errors.push(...coerceEmbedded(schema, pruned, '', strict))
  return { object: pruned, error: undefined, strictErrors: errors.slice(0, MAX_STRICT_ERRORS) }
}

/** Fields that are given twice, where the parser noted them. */
function repeated(source: ParsedJson | undefined, value: unknown, path: string): string[] {
  if (source?.repeated === undefined || typeof value !== 'object' || value === null) return []
  const out: string[] = []
  const entries = source.repeated.get(value)
  const seen = new Set<string>()
  for (const [key] of entries ?? []) {
    if (seen.has(key)) out.push(`duplicate field "${path === '' ? key : `${path}.${key}`}"`)
    seen.add(key)
  }
  for (const [key, inner] of Object.entries(value)) out.push(...repeated(source, inner, Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`))
  return out
}

/** Metadata of embedded resources is typed as that of the resource itself; what does not fit is dropped. */
function coerceEmbedded(schema: JSONSchemaProps, value: unknown, path: string, strict: boolean): string[] {
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) {
    const { items } = schema
    return items === undefined || Array.isArray(items) ? [] : value.flatMap((v, i) => coerceEmbedded(items, v, `${path}[${i}]`, strict))
  }
  const out: string[] = []
  const object = value as Json
  if (schema['x-kubernetes-embedded-resource'] === true && typeof object.metadata === 'object' && object.metadata !== null) {
    const metadata = decode('meta.v1.ObjectMeta', object.metadata, { strict })
    if (metadata.object !== undefined) {
      if (metadata.object.creationTimestamp === null) delete metadata.object.creationTimestamp
      object.metadata = metadata.object
    }
    out.push(...metadata.strictErrors.map(e => e.replace(/ "/, ` "${path}.metadata.`)))
  }
  for (const key of Object.keys(object)) {
    const inner = schema.properties?.[key] ?? (typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined)
    if (inner !== undefined) out.push(...coerceEmbedded(inner, object[key], path === '' ? key : `${path}.${key}`, strict))
  }
  return out
}

