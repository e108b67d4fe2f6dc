/** The types of CEL that a schema stands for, and its values in them. upstream: apiserver/pkg/cel/common/schemas.go, values.go, apiserver/pkg/cel/escaping.go */
import type { JSONSchemaProps } from '../../schema/types/apiextensions.v1'
import { markList } from '../../../cel/list-kinds'
import { toCel } from '../../../cel/values'
import { celDuration } from '../../../cel/duration'

type Json = Record<string, unknown>

const RESERVED = new Set(['true', 'false', 'null', 'in', 'as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if', 'import', 'let', 'loop', 'package', 'namespace', 'return', 'var', 'void', 'while'])

/** A property's name as CEL can select it, or undefined when it cannot. */
export function escapedName(name: string): string | undefined {
  if (RESERVED.has(name)) return `__${name}__`
  if (!/^[a-zA-Z_.\-/][a-zA-Z0-9_.\-/]*$/.test(name)) return undefined
  return name.replace(/__/g, '__underscores__').replace(/\./g, '__dot__').replace(/-/g, '__dash__').replace(/\//g, '__slash__')
}

const OBJECT_META = { type: 'object', properties: { name: { type: 'string' }, generateName: { type: 'string' } } } as const

/** The root of a resource and embedded resources have type and metadata, whatever their schema says. */
export const withResourceFields = (schema: JSONSchemaProps): JSONSchemaProps => ({ ...schema, properties: { ...schema.properties, apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: OBJECT_META as JSONSchemaProps } })

export type TypeTable = Record<string, Record<string, string>>

/** The type's name; object types are added to `table`, inner ones first. undefined: the schema has no type that CEL can see. */
export function celTypeOf(schema: JSONSchemaProps, table: TypeTable, isRoot = false): string | undefined {
  if (schema['x-kubernetes-int-or-string'] === true) return 'dyn'
  const resource = isRoot || schema['x-kubernetes-embedded-resource'] === true
  switch (schema.type) {
    case 'array': {
      const inner = schema.items === undefined || Array.isArray(schema.items) ? undefined : celTypeOf(schema.items, table)
      return inner === undefined ? undefined : `list<${inner}>`
    }
    case 'object': {
      if (typeof schema.additionalProperties === 'object') {
        const inner = celTypeOf(schema.additionalProperties, table)
        return inner === undefined ? undefined : `map<string, ${inner}>`
      }
      if (schema.additionalProperties === true) return 'map<string, dyn>'
      return objectType(resource ? withResourceFields(schema) : schema, table)
    }
    case 'string':
      return schema.format === 'byte' ? 'bytes' : schema.format === 'duration' ? 'google.protobuf.Duration' : schema.format === 'date' || schema.format === 'date-time' ? 'google.protobuf.Timestamp' : 'string'
    case 'boolean':
      return 'bool'
    case 'number':
      return 'double'
    case 'integer':
      return 'int'
    default:
      return undefined
  }
}

function objectType(schema: JSONSchemaProps, table: TypeTable): string {
  const fields: Record<string, string> = {}
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const escaped = escapedName(name)
    const type = escaped === undefined ? undefined : celTypeOf(property, table)
    if (escaped !== undefined && type !== undefined) fields[escaped] = type
  }
  const name = `object.${Object.keys(table).length}`
  table[name] = fields
  return name
}

function marked(schema: JSONSchemaProps, list: unknown[]): unknown[] {
  const kind = schema['x-kubernetes-list-type']
  if (kind === 'set') return markList(list, 'set')
  return kind === 'map' ? markList(list, (schema['x-kubernetes-list-map-keys'] ?? []).map(k => escapedName(k) ?? k)) : list
}

/** A value with the names and types that its schema gives it. */
export function schemaValue(schema: JSONSchemaProps, value: unknown, isRoot = false): unknown {
  if (value === null || value === undefined) return null
  if (schema['x-kubernetes-int-or-string'] === true) return toCel(value)
  switch (schema.type) {
    case 'array':
      return Array.isArray(value) && schema.items !== undefined && !Array.isArray(schema.items) ? marked(schema, value.map(v => schemaValue(schema.items as JSONSchemaProps, v))) : toCel(value)
    case 'object': {
      if (typeof value !== 'object' || Array.isArray(value)) return toCel(value)
      const out: Json = {}
      const object = value as Json
      if (typeof schema.additionalProperties === 'object') {
        for (const key in object) out[key] = schemaValue(schema.additionalProperties, object[key])
        return out
      }
      const resource = isRoot || schema['x-kubernetes-embedded-resource'] === true
      const { properties = {} } = resource ? withResourceFields(schema) : schema
      for (const key in object) {
        const property = properties[key]
        const escaped = property === undefined ? undefined : escapedName(key)
        if (property !== undefined && escaped !== undefined && object[key] !== null) out[escaped] = schemaValue(property, object[key])
        else if (property === undefined && schema.additionalProperties === true) out[key] = toCel(object[key])
      }
      return out
    }
    case 'number':
      return value
    case 'string':
      if (typeof value !== 'string') return toCel(value)
      if (schema.format === 'date' || schema.format === 'date-time') return new Date(Date.parse(value))
      if (schema.format === 'duration') return celDuration(value)
      return schema.format === 'byte' ? new Uint8Array(Buffer.from(value, 'base64')) : value
    default:
      return toCel(value)
  }
}
