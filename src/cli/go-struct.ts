/** Objects as Go marshals the struct of their type: what kubectl prints of objects that it made itself. */
import { goJsonString } from '../base/go-text'
import type { KubeObject } from '../kinds/kind'
import { decode } from '../kinds/schema/decode'
import { typeOfKind } from '../kinds/schema/table'
import { Shape, type TypeInfo } from '../kinds/schema/type-info'

/** The object with fields in the struct's order, maps sorted, and the unset fields that are always written. Itself where the type is unknown. */
export function asGoStruct(object: object): object {
  const { apiVersion = '', kind = '', items } = object as Partial<KubeObject> & { items?: readonly object[] }
  if (kind === 'List' && Array.isArray(items)) return { kind, apiVersion, metadata: {}, items: items.map(asGoStruct) }
  const type = typeOfKind(apiVersion, kind)
  if (type === undefined) return object
  const struct = decode(type, object, { strict: false }).object
  if (struct === undefined) return object
  const { kind: _, apiVersion: __, ...rest } = mapsSorted(struct, type) as Record<string, unknown>
  return { kind, apiVersion, ...rest }
}

function mapsSorted(value: unknown, type: TypeInfo): unknown {
  if (value === null || typeof value !== 'object') return value
  if (type.shape === Shape.List && Array.isArray(value)) return value.map(item => mapsSorted(item, type.element))
  const entries = Object.entries(value)
  if (type.shape === Shape.Map) return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, item]) => [key, mapsSorted(item, type.element)]))
  if (type.shape === Shape.Struct) return Object.fromEntries(entries.map(([name, item]) => [name, mapsSorted(item, type.fields.get(name)?.type ?? type)]))
  return value
}

/** JSON of the struct, in its fields' order, as Go's encoder writes it. */
export function goStructJson(object: object): string {
  return unsortedJson(asGoStruct(object))
}

function unsortedJson(value: unknown): string {
  if (typeof value === 'string') return goJsonString(value)
  if (Array.isArray(value)) return `[${value.map(unsortedJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{${Object.entries(value).filter(([, v]) => v !== undefined).map(([k, v]) => `${goJsonString(k)}:${unsortedJson(v)}`).join(',')}}`
}
