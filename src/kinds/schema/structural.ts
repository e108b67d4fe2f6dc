/** Types of custom resources, from the structural schema of their definition, and pruning by them. upstream: apiextensions-apiserver/pkg/apiserver/schema */
import { byBytes } from './go-format'
import { typeNamed } from './table'
import { DEDUCED, FieldInfo, type FieldOptions, listOf, type ListType, mapOf, Shape, TypeInfo } from './type-info'
import type { JSONSchemaProps } from './types/apiextensions.v1'

type Json = Record<string, unknown>

/** The type of a custom resource's objects. `schema` undefined: anything goes below the top level. Parts are made when they are touched. */
export function typeOfSchema(schema: JSONSchemaProps | undefined, apiVersion: string, kind: string): TypeInfo {
  const type = new TypeInfo(`${apiVersion}.${kind}`, kind, Shape.Struct)
  type.apiVersion = apiVersion
  type.kind = kind
  addResourceFields(type)
  if (schema === undefined) type.preserveUnknown = true
  else fillStruct(type, schema)
  return type
}

/** What every object with a kind has, whatever its schema says of it. */
function addResourceFields(type: TypeInfo): void {
  addField(type, 'kind', () => typeNamed('string'))
  addField(type, 'apiVersion', () => typeNamed('string'))
  addField(type, 'metadata', () => typeNamed('meta.v1.ObjectMeta'))
}

function addField(type: TypeInfo, name: string, resolve: () => TypeInfo, options: FieldOptions = {}): void {
  if (!type.fields.has(name)) type.addField(new FieldInfo(name, type.fieldList.length, resolve, false, options))
}

function fillStruct(type: TypeInfo, schema: JSONSchemaProps): void {
  const required = new Set(schema.required ?? [])
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    // Absent, empty and null differ in a custom resource: nothing is left out of it.
    addField(type, name, () => typeOfProperty(property), { required: required.has(name), pointer: true, default: property.default })
  }
  type.atomic = schema['x-kubernetes-map-type'] === 'atomic'
  type.preserveUnknown = schema['x-kubernetes-preserve-unknown-fields'] === true
}

function typeOfProperty(schema: JSONSchemaProps): TypeInfo {
  if (schema['x-kubernetes-int-or-string'] === true) return typeNamed('IntOrString')
  switch (schema.type) {
    case 'object':
      return typeOfObject(schema)
    case 'array': {
      const { items } = schema
      const list = listOf(() => (items === undefined || Array.isArray(items) ? DEDUCED : typeOfProperty(items)), (schema['x-kubernetes-list-type'] ?? 'atomic') as ListType, schema['x-kubernetes-list-map-keys'] ?? [])
      list.nullable = !Array.isArray(items) && items?.nullable === true
      return list
    }
    case 'integer':
      return typeNamed(schema.format === 'int32' ? 'int32' : 'int64')
    case 'number':
      return typeNamed('float64')
    case 'string':
      return typeNamed('string')
    case 'boolean':
      return typeNamed('bool')
    default:
      return DEDUCED
  }
}

function typeOfObject(schema: JSONSchemaProps): TypeInfo {
  const { properties, additionalProperties } = schema
  const embedded = schema['x-kubernetes-embedded-resource'] === true
  if (!embedded && (properties === undefined || Object.keys(properties).length === 0)) {
    const atomic = schema['x-kubernetes-map-type'] === 'atomic'
    if (additionalProperties !== undefined && typeof additionalProperties === 'object') return mapOf(() => typeOfProperty(additionalProperties), atomic)
    if (additionalProperties === true || schema['x-kubernetes-preserve-unknown-fields'] === true) return atomic ? mapOf(DEDUCED, true) : DEDUCED
  }
  const type = new TypeInfo('object', 'object', Shape.Struct)
  if (embedded) addResourceFields(type)
  fillStruct(type, schema)
  return type
}

/**
 * A custom object without the fields that its type does not have. The object itself comes back when it has none.
 * `unknown`: their paths, sorted, as strict validation names them.
 */
export function pruneUnknown(type: TypeInfo, object: Json): { readonly object: Json; readonly unknown: readonly string[] } {
  const unknown: string[] = []
  const pruned = prune(type, object, '', unknown) as Json
  return { object: pruned, unknown: unknown.sort(byBytes) }
}

function prune(type: TypeInfo, value: unknown, path: string, unknown: string[]): unknown {
  if (typeof value !== 'object' || value === null || type === DEDUCED || type.shape < Shape.List) return value
  if (Array.isArray(value)) {
    if (type.shape !== Shape.List) return value
    const items = value.map((item, i) => prune(type.element, item, `${path}[${i}]`, unknown))
    return items.every((item, i) => item === value[i]) ? value : items
  }
  if (type.shape === Shape.List) return value
  let out: Json | undefined
  for (const key of Object.keys(value)) {
    const inner = type.shape === Shape.Map ? type.element : type.fields.get(key)?.type
    const at = path === '' ? key : `${path}.${key}`
    if (inner === undefined) {
      if (type.preserveUnknown) continue
      unknown.push(at)
      out ??= { ...(value as Json) }
      delete out[key]
      continue
    }
    const before = (value as Json)[key]
    const after = prune(inner, before, at, unknown)
    if (after === before) continue
    out ??= { ...(value as Json) }
    out[key] = after
  }
  return out ?? value
}
