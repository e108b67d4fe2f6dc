/** The schema of a definition. upstream: apiextensions-apiserver/pkg/apis/apiextensions/validation ValidateCustomResourceDefinitionOpenAPISchema */
import { deepClone } from '../../../base/equal'
import { forbidden, invalidValue, notSupported, required, type FieldError } from '../../../base/field'
import { isProgram } from '../../../cel/program'
import type { JSONSchemaProps } from '../../schema/types/apiextensions.v1'
import { pruneUnknown, typeOfSchema } from '../../schema/structural'
import { fieldAtPath } from '../schema/field-path'
import { validateListTypes } from '../schema/list-types'
import { compileRules, validateRules } from '../schema/rules'
import { validateValue } from '../schema/validate-value'
import { internalRule } from './internal'
import { structuralErrors } from './structural-rules'

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string']
const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired']
/** Go's names, as the message lists them. */
const AT_ROOT = ['Description', 'Type', 'Format', 'Title', 'Maximum', 'ExclusiveMaximum', 'Minimum', 'ExclusiveMinimum', 'MaxLength', 'MinLength', 'Pattern', 'MaxItems', 'MinItems', 'UniqueItems', 'MultipleOf', 'Required', 'Items', 'Properties', 'ExternalDocs', 'Example', 'XPreserveUnknownFields', 'XValidations']
const AT_ROOT_JSON = new Set(['description', 'type', 'format', 'title', 'maximum', 'exclusiveMaximum', 'minimum', 'exclusiveMinimum', 'maxLength', 'minLength', 'pattern', 'maxItems', 'minItems', 'uniqueItems', 'multipleOf', 'required', 'items', 'properties', 'externalDocs', 'example', 'x-kubernetes-preserve-unknown-fields', 'x-kubernetes-validations'])
const META = new Set(['metadata', 'kind', 'apiVersion'])

/** All that is wrong with a schema at `path`, which ends in `openAPIV3Schema`. */
export function validateSchema(schema: JSONSchemaProps, path: string, hasStatus: boolean): FieldError[] {
  const errors: FieldError[] = []
  if (hasStatus) {
    const odd = Object.keys(schema).find(k => !AT_ROOT_JSON.has(k) && (schema as Record<string, unknown>)[k] !== false)
    if (schema.type !== undefined && schema.type !== 'object') errors.push(invalidValue(`${path}.type`, schema.type, 'only "object" is allowed as the type at the root of the schema if the status subresource is enabled'))
    else if (odd !== undefined) errors.push(invalidValue(path, schema, `only [${AT_ROOT.join(' ')}] fields are allowed at the root of the schema if the status subresource is enabled`))
  }
  if (schema.nullable === true) errors.push(forbidden(`${path}.nullable`, 'nullable cannot be true at the root'))
  const structural = structuralErrors(schema, path)
  errors.push(...structural)
  let withRules = structural.length === 0
  if (withRules) {
    const defaults: FieldError[] = []
    validateDefaults(schema, path, false, true, defaults)
    errors.push(...defaults)
    withRules = defaults.length === 0
  }
  const walk = new SchemaWalk(withRules)
  const found = walk.check(schema, path, ROOT)
  return [...errors, ...found.schema, ...found.cel]
}

/** Defaults fit their own schema. upstream: schema/defaulting/validation.go */
function validateDefaults(s: JSONSchemaProps, path: string, insideMeta: boolean, isRoot: boolean, out: FieldError[]): void {
  if (s.default !== undefined && s.default !== null && !insideMeta) {
    const at = `${path}.default`
    const type = typeOfSchema({ type: 'object', properties: { value: s } }, '', '')
    const { unknown } = pruneUnknown(type, { value: deepClone(s.default) })
    if (unknown.length > 0) out.push(invalidValue(at, s.default, 'must not have unknown fields'))
    const wrong = validateValue(s, s.default, at).map(e => ({ ...e, field: e.field.startsWith(at) ? e.field : at }))
    if (wrong.length > 0) out.push(...wrong)
    else out.push(...validateListTypes(s, s.default, at), ...validateRules(s, s.default, undefined, { isRoot: false, path: at }))
  }
  if (s.items !== undefined && !Array.isArray(s.items)) validateDefaults(s.items, `${path}.items`, insideMeta, false, out)
  const resource = isRoot || s['x-kubernetes-embedded-resource'] === true
  for (const name of Object.keys(s.properties ?? {}).sort()) validateDefaults((s.properties as Record<string, JSONSchemaProps>)[name] as JSONSchemaProps, `${path}.properties[${name}]`, insideMeta || (resource && META.has(name)), false, out)
}

interface Place {
  readonly isRoot: boolean
  readonly insideMeta: boolean
  /** Why defaults are not allowed here. */
  readonly noDefaults: string | undefined
  /** The first ancestor whose values cannot be told apart between two versions of an object. */
  readonly uncorrelatable: string | undefined
  readonly rules: boolean
}
const ROOT: Place = { isRoot: true, insideMeta: false, noDefaults: undefined, uncorrelatable: undefined, rules: true }

interface Found {
  readonly schema: FieldError[]
  readonly cel: FieldError[]
}

class SchemaWalk {
  constructor(private readonly withRules: boolean) {}

  check(s: JSONSchemaProps, path: string, place: Place): Found {
    const found: Found = { schema: [], cel: [] }
    const { schema: errors } = found
    const below = (inner: JSONSchemaProps, at: string, change: Partial<Place> = {}): void => {
      const { schema, cel } = this.check(inner, at, { ...place, isRoot: false, ...change })
      found.schema.push(...schema)
      found.cel.push(...cel)
    }
    standard(s, path, place, errors)
    if (s.uniqueItems === true) errors.push(forbidden(`${path}.uniqueItems`, 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic'))
    this.children(s, path, place, errors, below)
    extensions(s, path, errors)
    mapList(s, path, errors)
    rules(s, path, errors)
    if (errors.length === 0 && this.withRules && place.rules) compiled(s, path, place, found.cel)
    return found
  }

  private children(s: JSONSchemaProps, path: string, place: Place, errors: FieldError[], below: (s: JSONSchemaProps, at: string, change?: Partial<Place>) => void): void {
    const { additionalProperties, items } = s
    if (additionalProperties !== undefined) {
      if (Object.keys(s.properties ?? {}).length > 0 && additionalProperties !== true) errors.push(forbidden(`${path}.additionalProperties`, 'additionalProperties and properties are mutual exclusive'))
      if (typeof additionalProperties === 'object') below(additionalProperties, `${path}.additionalProperties`, place.insideMeta ? { noDefaults: 'inside additionalProperties applying to object metadata' } : {})
    }
    const resource = place.isRoot || s['x-kubernetes-embedded-resource'] === true
    for (const name of Object.keys(s.properties ?? {}).sort()) {
      const meta = resource && META.has(name)
      below((s.properties as Record<string, JSONSchemaProps>)[name] as JSONSchemaProps, `${path}.properties[${name}]`, meta ? { insideMeta: true, ...(place.isRoot ? { noDefaults: `in top-level ${name}` } : {}) } : {})
    }
    const unruled = { rules: false }
    if (s.not !== undefined) below(s.not, `${path}.not`, unruled)
    for (const junctor of ['allOf', 'oneOf', 'anyOf'] as const) s[junctor]?.forEach((n, i) => below(n, `${path}.${junctor}[${i}]`, unruled))
    for (const name of Object.keys(s.definitions ?? {}).sort()) below((s.definitions as Record<string, JSONSchemaProps>)[name] as JSONSchemaProps, `${path}.definitions[${name}]`, unruled)
    if (items === undefined) return
    const change: Partial<Place> = s['x-kubernetes-list-type'] === 'map' || place.uncorrelatable !== undefined ? {} : { uncorrelatable: path }
    if (Array.isArray(items)) items.forEach((n, i) => below(n, `${path}.items[${i}]`, change))
    else below(items, `${path}.items`, change)
  }
}

/** upstream: specStandardValidatorV3 */
function standard(s: JSONSchemaProps, path: string, place: Place, errors: FieldError[]): void {
  if (s.type !== undefined && s.type !== '' && !TYPES.includes(s.type)) errors.push(notSupported(`${path}.type`, s.type, TYPES))
  if (s.default !== undefined && place.noDefaults !== undefined) errors.push(forbidden(`${path}.default`, `must not be set ${place.noDefaults}`))
  if (s.id !== undefined && s.id !== '') errors.push(forbidden(`${path}.id`, 'id is not supported'))
  for (const field of ['additionalItems', 'patternProperties', 'definitions', 'dependencies', '$ref'] as const) {
    const value = s[field]
    if (value !== undefined && (field !== 'patternProperties' && field !== 'definitions' ? true : Object.keys(value as object).length > 0)) errors.push(forbidden(`${path}.${field}`, `${field} is not supported`))
  }
  if (s.type === 'null') errors.push(forbidden(`${path}.type`, 'type cannot be set to null, use nullable as an alternative'))
  if (Array.isArray(s.items) && s.items.length > 0) errors.push(forbidden(`${path}.items`, 'items must be a schema object and not an array'))
  if (place.insideMeta && s['x-kubernetes-embedded-resource'] === true) errors.push(forbidden(`${path}.x-kubernetes-embedded-resource`, 'must not be used inside of resource meta'))
}

function extensions(s: JSONSchemaProps, path: string, errors: FieldError[]): void {
  if (s['x-kubernetes-preserve-unknown-fields'] === false) errors.push(invalidValue(`${path}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined'))
  const type = s.type ?? ''
  const needs = (wanted: string, extension: string): FieldError => (type === '' ? required(`${path}.type`, `must be ${wanted} if ${extension} is specified`) : invalidValue(`${path}.type`, type, `must be ${wanted} if ${extension} is specified`))
  const mapType = s['x-kubernetes-map-type']
  const listType = s['x-kubernetes-list-type']
  const items = s.items === undefined || Array.isArray(s.items) ? undefined : s.items
  if (mapType !== undefined && type !== 'object') errors.push(needs('object', 'x-kubernetes-map-type'))
  if (mapType !== undefined && !['atomic', 'granular'].includes(mapType)) errors.push(notSupported(`${path}.x-kubernetes-map-type`, mapType, ['atomic', 'granular']))
  if (listType !== undefined && type !== 'array') errors.push(needs('array', 'x-kubernetes-list-type'))
  else if (listType === 'set' && items !== undefined) {
    const detail = 'must be atomic as item of a list with x-kubernetes-list-type=set'
    const inner = items['x-kubernetes-list-type']
    if (items.type === 'array' && inner !== undefined && inner !== 'atomic') errors.push(invalidValue(`${path}.items.x-kubernetes-list-type`, inner, detail))
    if (items.type === 'object' && items['x-kubernetes-map-type'] !== 'atomic') errors.push(invalidValue(`${path}.items.x-kubernetes-map-type`, inner ?? null, detail))
  }
  if (listType !== undefined && !['atomic', 'set', 'map'].includes(listType)) errors.push(notSupported(`${path}.x-kubernetes-list-type`, listType, ['atomic', 'set', 'map']))
}

function mapList(s: JSONSchemaProps, path: string, errors: FieldError[]): void {
  const listType = s['x-kubernetes-list-type']
  const keys = s['x-kubernetes-list-map-keys'] ?? []
  const items = s.items === undefined || Array.isArray(s.items) ? undefined : s.items
  if (keys.length > 0 && listType !== 'map') errors.push(listType === undefined ? required(`${path}.x-kubernetes-list-type`, 'must be map if x-kubernetes-list-map-keys is non-empty') : invalidValue(`${path}.x-kubernetes-list-type`, listType, 'must be map if x-kubernetes-list-map-keys is non-empty'))
  if (listType === 'map') {
    if (keys.length === 0) errors.push(required(`${path}.x-kubernetes-list-map-keys`, 'must not be empty if x-kubernetes-list-type is map'))
    if (s.items === undefined) errors.push(required(`${path}.items`, 'must have a schema if x-kubernetes-list-type is map'))
    else if (items === undefined) errors.push(invalidValue(`${path}.items`, s.items, 'must only have a single schema if x-kubernetes-list-type is map'))
    if (items !== undefined && items.type !== 'object') errors.push(invalidValue(`${path}.items.type`, items.type ?? '', "must be object if parent array's x-kubernetes-list-type is map"))
    if (items?.type === 'object') {
      const seen = new Set<string>()
      for (const k of keys) {
        const property = items.properties?.[k]
        if (property === undefined) errors.push(invalidValue(`${path}.x-kubernetes-list-map-keys`, keys, 'entries must all be names of item properties'))
        else if (property.type === 'array' || property.type === 'object') errors.push(invalidValue(`${path}.items.properties[${k}].type`, items.type, "must be a scalar type if parent array's x-kubernetes-list-type is map"))
        if (seen.has(k)) errors.push(invalidValue(`${path}.x-kubernetes-list-map-keys`, keys, 'must not contain duplicate entries'))
        seen.add(k)
      }
    }
  }
  if (items === undefined || (listType !== 'set' && listType !== 'map')) return
  if (items.nullable === true) errors.push(forbidden(`${path}.items.nullable`, `cannot be nullable when x-kubernetes-list-type is ${listType}`))
  if (listType === 'set') return
  for (const k of keys) {
    const property = items.properties?.[k]
    if (property === undefined) continue
    const at = `${path}.items.properties[${k}]`
    if (items.required?.includes(k) !== true && property.default === undefined) errors.push(required(`${at}.default`, 'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property'))
    if (property.nullable === true) errors.push(forbidden(`${at}.nullable`, 'this property is in x-kubernetes-list-map-keys, so it cannot be nullable'))
  }
}

const hasNewlines = (text: string): boolean => /[\n\r]/.test(text)

/** What can be said of rules without compiling them. */
function rules(s: JSONSchemaProps, path: string, errors: FieldError[]): void {
  for (const [i, r] of (s['x-kubernetes-validations'] ?? []).entries()) {
    const at = `${path}.x-kubernetes-validations[${i}]`
    const message = r.message ?? ''
    if ((r.rule ?? '').trim() === '') errors.push(required(`${at}.rule`, 'rule is not specified'))
    else if (message !== '' && message.trim() === '') errors.push(invalidValue(`${at}.message`, message, 'must be non-empty if specified'))
    else if (hasNewlines(message.trim())) errors.push(invalidValue(`${at}.message`, message, 'must not contain line breaks'))
    else if (hasNewlines(r.rule.trim()) && message.trim() === '') errors.push(required(`${at}.message`, 'message must be specified if rule contains line breaks'))
    if (r.messageExpression !== undefined && r.messageExpression !== '' && r.messageExpression.trim() === '') errors.push(required(`${at}.messageExpression`, 'messageExpression must be non-empty if specified'))
    if (r.reason !== undefined && !REASONS.includes(r.reason)) errors.push(notSupported(`${at}.reason`, r.reason, REASONS))
    const fieldPath = r.fieldPath ?? ''
    if (fieldPath === '') continue
    if (fieldPath.trim() === '') errors.push(invalidValue(`${at}.fieldPath`, fieldPath, 'must be non-empty if specified'))
    if (hasNewlines(fieldPath)) errors.push(invalidValue(`${at}.fieldPath`, fieldPath, 'must not contain line breaks'))
    if (typeof fieldAtPath(fieldPath, s) === 'string') errors.push(invalidValue(`${at}.fieldPath`, fieldPath, 'must be a valid path'))
  }
}

function compiled(s: JSONSchemaProps, path: string, place: Place, errors: FieldError[]): void {
  const all = compileRules(s, place.isRoot || s['x-kubernetes-embedded-resource'] === true)
  if (all === undefined) return
  for (const [i, { rule, program, message, usesOldSelf }] of all.entries()) {
    const at = `${path}.x-kubernetes-validations[${i}]`
    if (!isProgram(program)) errors.push(invalidValue(`${at}.rule`, internalRule(rule), program.error))
    if (message !== undefined && !isProgram(message)) errors.push(invalidValue(`${at}.messageExpression`, internalRule(rule), message.error))
    if (usesOldSelf) {
      if (place.uncorrelatable !== undefined) errors.push(invalidValue(`${at}.rule`, rule.rule, `oldSelf cannot be used on the uncorrelatable portion of the schema within ${place.uncorrelatable}`))
    } else if (rule.optionalOldSelf !== undefined && isProgram(program)) errors.push(invalidValue(`${at}.optionalOldSelf`, rule.optionalOldSelf, 'may not be set if oldSelf is not used in rule'))
  }
}

