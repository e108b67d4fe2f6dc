/** Which element of a list was which before: by the keys of a map-list. upstream: apiextensions-apiserver/pkg/apiserver/schema/cel/maplist.go */
import { deepEqual } from '../../../base/equal'
import type { JSONSchemaProps } from '../../schema/types/apiextensions.v1'

type Json = Record<string, unknown>

/** The former values of a list's elements, undefined for those that are new; undefined for lists whose elements have no identity. */
export function correlated(schema: JSONSchemaProps, list: readonly unknown[], old: unknown): readonly unknown[] | undefined {
  if (!Array.isArray(old) || schema['x-kubernetes-list-type'] !== 'map') return undefined
  const keys = schema['x-kubernetes-list-map-keys'] ?? []
  const same = (a: unknown, b: unknown): boolean => isObject(a) && isObject(b) && keys.every(k => deepEqual(a[k], b[k]))
  return list.map(v => (old as unknown[]).find(o => same(o, v)))
}

const isObject = (v: unknown): v is Json => typeof v === 'object' && v !== null && !Array.isArray(v)
