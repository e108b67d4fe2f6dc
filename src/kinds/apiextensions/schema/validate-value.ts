/**
 * Checks a value against the schema of a custom resource, in the words of the real server's validator. What an update leaves as it was is
 * not held against it. upstream: kube-openapi/pkg/validation/validate, apiextensions-apiserver/pkg/apiserver/validation
 */
import { patternOf } from '../../../cel/library/pattern'
import { deepEqual } from '../../../base/equal'
import { goJson } from '../../../base/go-text'
import { goQuote, invalidValue, notSupported, required, tooLong, tooMany, type FieldError } from '../../../base/field'
import type { JSONSchemaProps } from '../../schema/types/apiextensions.v1'
import { checkFormat } from './formats'
import { correlated } from './correlate'

type Json = Record<string, unknown>

/** `prefix` is the field of the whole value; names in texts are relative to it. `old` undefined: there is nothing to compare with. */
export function validateValue(schema: JSONSchemaProps, value: unknown, prefix = '', old?: unknown): FieldError[] {
  const result = check(schema, value, '', old)
  return result.errors.map(e => ({ ...e, field: e.field === NOWHERE ? prefix || '<nil>' : prefix === '' ? e.field || '<nil>' : e.field === '' ? prefix : `${prefix}.${e.field}` }))
}

/** Errors that name their place in their text alone. */
const NOWHERE = '\0'

class Result {
  readonly errors: FieldError[] = []
  /** How many checks were passed: of several alternatives the best one explains the failure. */
  matches = 0
  merge(other: Result): void {
    this.errors.push(...other.errors)
    this.matches += other.matches
  }
}

const typeInvalid = (field: string, value: unknown, detail: string): FieldError => ({ type: 'FieldValueTypeInvalid', field, value, detail })
const inBody = (path: string, text: string): string => `${path} in body ${text}`

function check(schema: JSONSchemaProps, value: unknown, path: string, old: unknown): Result {
  const result = new Result()
  if (old !== undefined && deepEqual(old, value)) return result
  const types = schema['x-kubernetes-int-or-string'] === true ? ['integer', 'string'] : schema.type === undefined || schema.type === '' ? [] : [schema.type]
  if (!hasType(types, schema, value)) {
    const actual = jsonType(value)
    result.errors.push(typeInvalid(path, actual, inBody(path, `must be of type ${types.join(',')}: ${goQuote(actual)}`)))
  } else result.matches++
  if (value === null) {
    if (schema.nullable !== true) enumeration(schema, value, path, result)
    return result
  }
  alternatives(schema, value, path, old, result)
  if (typeof value === 'string') text(schema, value, path, result)
  else if (typeof value === 'number' || typeof value === 'bigint') number(schema, value, path, result)
  else if (Array.isArray(value)) array(schema, value, path, old, result)
  enumeration(schema, value, path, result)
  if (typeof value === 'object' && !Array.isArray(value)) object(schema, value as Json, path, old, result)
  result.matches++
  return result
}

function hasType(types: readonly string[], schema: JSONSchemaProps, value: unknown): boolean {
  if (types.length === 0) return true
  if (value === null) return schema.nullable === true
  const actual = jsonType(value)
  return types.includes(actual) || (actual === 'integer' && types.includes('number'))
}

function jsonType(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'bigint') return 'integer'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value
}

function text(schema: JSONSchemaProps, value: string, path: string, result: Result): void {
  const length = [...value].length
  if (schema.maxLength !== undefined && length > schema.maxLength) return void result.errors.push(tooLong(path, schema.maxLength))
  if (schema.minLength !== undefined && length < schema.minLength) return void result.errors.push(invalidValue(path, value, inBody(path, `should be at least ${schema.minLength} chars long`)))
  if (schema.pattern !== undefined && schema.pattern !== '' && !matches(schema.pattern, value)) return void result.errors.push(invalidValue(path, value, inBody(path, `should match '${schema.pattern}'`)))
  if (schema.format !== undefined && !checkFormat(schema.format, value)) result.errors.push(typeInvalid(path, value, inBody(path, `must be of type ${schema.format}: ${goQuote(value)}`)))
  else result.matches++
}

function matches(pattern: string, value: string): boolean {
  try {
    return patternOf(pattern).test(value)
  } catch {
    return false
  }
}

function number(schema: JSONSchemaProps, given: number | bigint, path: string, result: Result): void {
  const { maximum, minimum, multipleOf } = schema
  const value = Number(given)
  const before = result.errors.length
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) result.errors.push(invalidValue(path, value, inBody(path, `should be a multiple of ${multipleOf}`)))
  if (maximum !== undefined && (value > maximum || (schema.exclusiveMaximum === true && value === maximum)))
    result.errors.push(invalidValue(path, value, inBody(path, `should be less than ${schema.exclusiveMaximum === true ? '' : 'or equal to '}${maximum}`)))
  if (minimum !== undefined && (value < minimum || (schema.exclusiveMinimum === true && value === minimum)))
    result.errors.push(invalidValue(path, value, inBody(path, `should be greater than ${schema.exclusiveMinimum === true ? '' : 'or equal to '}${minimum}`)))
  const range = schema.format === 'int32' ? [-0x8000_0000, 0x7fff_ffff] : undefined
  if (range !== undefined && Number.isInteger(value) && (value < (range[0] as number) || value > (range[1] as number)))
    result.errors.push(invalidValue(path, value, inBody(path, `must be of type int32: ${goQuote(String(value))}`)))
  if (result.errors.length === before) result.matches++
}

function array(schema: JSONSchemaProps, value: readonly unknown[], path: string, old: unknown, result: Result): void {
  const { items } = schema
  if (items !== undefined && !Array.isArray(items)) {
    const olds = correlated(schema, value, old)
    value.forEach((v, i) => result.merge(check(items, v, `${path}[${i}]`, olds?.[i])))
  }
  if (schema.minItems !== undefined && value.length < schema.minItems) result.errors.push(invalidValue(path, value.length, inBody(path, `should have at least ${schema.minItems} items`)))
  if (schema.maxItems !== undefined && value.length > schema.maxItems) result.errors.push(tooMany(path, value.length, schema.maxItems))
}

function enumeration(schema: JSONSchemaProps, value: unknown, path: string, result: Result): void {
  if (schema.enum === undefined || schema.enum.length === 0) return
  if (schema.enum.some(e => deepEqual(e, value))) return void result.matches++
  result.errors.push(notSupported(path, value, schema.enum.map(e => (typeof e === 'string' ? e : goJson(e)))))
}

function object(schema: JSONSchemaProps, value: Json, path: string, old: unknown, result: Result): void {
  const keys = Object.keys(value)
  if (schema.minProperties !== undefined && keys.length < schema.minProperties) return void result.errors.push(invalidValue(path, keys.length, inBody(path, `should have at least ${schema.minProperties} properties`)))
  if (schema.maxProperties !== undefined && keys.length > schema.maxProperties) return void result.errors.push(tooMany(path, keys.length, schema.maxProperties))
  const before = typeof old === 'object' && old !== null && !Array.isArray(old) ? (old as Json) : undefined
  const inside = (key: string): string => (path === '' ? key : `${path}.${key}`)
  const { properties = {}, additionalProperties } = schema
  if (additionalProperties === false) {
    for (const key of keys) if (!(key in properties)) result.errors.push(invalidValue(path, '', `${path}.${key} in body is a forbidden property`))
  } else if (typeof additionalProperties === 'object') {
    for (const key of keys.sort()) if (!(key in properties)) result.merge(check(additionalProperties, value[key], inside(key), before?.[key]))
  }
  for (const key of Object.keys(properties).sort()) if (value[key] !== undefined) result.merge(check(properties[key] as JSONSchemaProps, value[key], inside(key), before?.[key]))
  for (const key of schema.required ?? []) {
    if (value[key] === undefined && properties[key]?.default === undefined) result.errors.push(required(inside(key)))
    else result.matches++
  }
}

const composite = (path: string, rest: string): FieldError => ({ type: 'FieldValueInvalid', field: NOWHERE, value: '', detail: `${goQuote(path)} ${rest}` })

function alternatives(schema: JSONSchemaProps, value: unknown, path: string, old: unknown, result: Result): void {
  const best = (list: readonly JSONSchemaProps[]): { valid: number; failure: Result | undefined } => {
    let failure: Result | undefined
    let valid = 0
    for (const s of list) {
      const one = check(s, value, path, undefined)
      if (one.errors.length === 0) valid++
      else if (failure === undefined || one.matches > failure.matches) failure = one
    }
    return { valid, failure }
  }
  if (schema.anyOf !== undefined && schema.anyOf.length > 0) {
    const { valid, failure } = best(schema.anyOf)
    if (valid === 0) {
      result.errors.push(composite(path, 'must validate at least one schema (anyOf)'))
      if (failure !== undefined) result.merge(failure)
    } else result.matches++
  }
  if (schema.oneOf !== undefined && schema.oneOf.length > 0) {
    const { valid, failure } = best(schema.oneOf)
    if (valid !== 1) {
      result.errors.push(composite(path, `must validate one and only one schema (oneOf). Found ${valid === 0 ? 'none valid' : `${valid} valid alternatives`}`))
      if (valid === 0 && failure !== undefined) result.merge(failure)
    } else result.matches++
  }
  if (schema.allOf !== undefined && schema.allOf.length > 0) {
    let valid = 0
    for (const s of schema.allOf) {
      const one = check(s, value, path, old)
      if (one.errors.length === 0) valid++
      result.merge(one)
    }
    if (valid !== schema.allOf.length) result.errors.push(composite(path, `must validate all the schemas (allOf)${valid === 0 ? '. None validated' : ''}`))
  }
  if (schema.not !== undefined && check(schema.not, value, path, undefined).errors.length === 0) result.errors.push(composite(path, 'must not validate the schema (not)'))
}
