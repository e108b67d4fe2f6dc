/** JSON becomes values of CEL, whole numbers as integers, and back. */
import { Optional } from '@marcbachmann/cel-js'
import { celText } from './library/text'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined }

/** Integers are those numbers that have no fraction, as Go's JSON decoder of untyped values makes them. */
export function toCel(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(toCel)
  const out: Record<string, unknown> = {}
  for (const key in value) {
    const inner = (value as Record<string, unknown>)[key]
    if (inner !== undefined) out[key] = toCel(inner)
  }
  return out
}

export function fromCel(value: unknown): Json {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value as never
  if (value === undefined || value === null) return null
  if (typeof value !== 'object') return value as Json
  if (value instanceof Optional) return value.hasValue() ? fromCel(value.value()) : null
  if (Array.isArray(value)) return value.map(fromCel)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (value instanceof Map) return Object.fromEntries([...value].map(([k, v]) => [String(k), fromCel(v)]))
  if (prototype !== Object.prototype && prototype !== null) return celText(value)
  const out: Record<string, Json> = {}
  for (const key in value) out[key] = fromCel((value as Record<string, unknown>)[key])
  return out
}
