/** Lists that are sets or maps hold nothing twice. upstream: apiextensions-apiserver/pkg/apiserver/schema/listtype */
import { duplicate, invalidValue, type FieldError } from '../../../base/field'
import { goJson } from '../../../base/go-text'
import type { JSONSchemaProps } from '../../schema/types/apiextensions.v1'

type Json = Record<string, unknown>

export function* validateListTypes(schema: JSONSchemaProps, value: unknown, path = ''): Iterable<FieldError> {
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) {
    const type = schema['x-kubernetes-list-type']
    if (type === 'set') for (const i of repeated(value)) yield duplicate(`${path}[${i}]`, value[i])
    else if (type === 'map') yield* mapList(schema, value, path)
    const { items } = schema
    if (items !== undefined && !Array.isArray(items)) for (const [i, v] of value.entries()) yield* validateListTypes(items, v, `${path}[${i}]`)
    return
  }
  const { properties = {}, additionalProperties } = schema
  for (const key of Object.keys(value).sort()) {
    const property = properties[key]
    const inner = (value as Json)[key]
    if (property !== undefined) yield* validateListTypes(property, inner, path === '' ? key : `${path}.${key}`)
    else if (typeof additionalProperties === 'object') yield* validateListTypes(additionalProperties, inner, `${path}[${key}]`)
  }
}

/** The first repetition of each value. */
function repeated(values: readonly unknown[]): number[] {
  const seen = new Map<string, number>()
  const out: number[] = []
  values.forEach((v, i) => {
    const key = v === undefined ? '' : goJson(v)
    const times = seen.get(key) ?? 0
    if (times === 1) out.push(i)
    seen.set(key, times + 1)
  })
  return out
}

function* mapList(schema: JSONSchemaProps, list: readonly unknown[], path: string): Iterable<FieldError> {
  for (const [i, v] of list.entries()) {
    if (v !== null && (typeof v !== 'object' || Array.isArray(v))) {
      yield invalidValue(`${path}[${i}]`, v, 'must be an object for an array of list-type map')
      return
    }
  }
  const keys = schema['x-kubernetes-list-map-keys'] ?? []
  const identities = list.map(v => {
    const identity: Json = {}
    for (const k of keys) if (v !== null && (v as Json)[k] !== undefined) identity[k] = (v as Json)[k]
    return identity
  })
  for (const i of repeated(identities)) yield duplicate(`${path}[${i}]`, identities[i])
}
