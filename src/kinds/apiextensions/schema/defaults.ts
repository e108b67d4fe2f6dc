/** Defaults of a structural schema. upstream: apiextensions-apiserver/pkg/apiserver/schema/defaulting */
import { deepClone } from '../../../base/equal'
import type { JSONSchemaProps } from '../../schema/types/apiextensions.v1'

type Json = Record<string, unknown>

const known = new WeakMap<JSONSchemaProps, boolean>()

/** Whether any default stands in the schema: most objects need no walk. */
export function hasDefaults(schema: JSONSchemaProps): boolean {
  let has = known.get(schema)
  if (has !== undefined) return has
  const { items, properties, additionalProperties } = schema
  has =
    schema.default !== undefined ||
    (items !== undefined && !Array.isArray(items) && hasDefaults(items)) ||
    (typeof additionalProperties === 'object' && hasDefaults(additionalProperties)) ||
    (properties !== undefined && Object.values(properties).some(hasDefaults))
  known.set(schema, has)
  return has
}

/** Fills what is missing and drops nulls that stand for a default; changes the value in place. */
export function applySchemaDefaults(schema: JSONSchemaProps, value: unknown): void {
  if (typeof value !== 'object' || value === null || !hasDefaults(schema)) return
  if (Array.isArray(value)) {
    const { items } = schema
    if (items !== undefined && !Array.isArray(items)) for (const v of value) applySchemaDefaults(items, v)
    return
  }
  const object = value as Json
  const { properties = {}, additionalProperties } = schema
  for (const key in properties) {
    const property = properties[key] as JSONSchemaProps
    if (property.default === undefined) continue
    const present = object[key]
    if (present === undefined || (present === null && property.nullable !== true)) object[key] = deepClone(property.default)
  }
  for (const key in object) {
    const inner = properties[key] ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined)
    if (inner !== undefined) applySchemaDefaults(inner, object[key])
  }
}
