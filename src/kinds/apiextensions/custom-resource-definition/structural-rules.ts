/** What makes a schema structural. upstream: apiextensions-apiserver/pkg/apiserver/schema/validation.go, complete.go */
import { fieldErrorBody, forbidden, invalidValue, required, type FieldError } from '../../../base/field'
import { deepEqual } from '../../../base/equal'
import { patternOf } from '../../../cel/library/pattern'
import type { JSONSchemaProps } from '../../schema/types/apiextensions.v1'

type Level = 'root' | 'item' | 'field'
const EMPTY_TYPE: Readonly<Record<Level, string>> = { root: 'must not be empty at the root', item: 'must not be empty for specified array items', field: 'must not be empty for specified object fields' }
const INT_OR_STRING = [{ type: 'integer' }, { type: 'string' }]
const properties = (s: JSONSchemaProps): [string, JSONSchemaProps][] => Object.entries(s.properties ?? {})
const single = (s: JSONSchemaProps): JSONSchemaProps | undefined => (s.items === undefined || Array.isArray(s.items) ? undefined : s.items)

/** Sorted by their texts, as upstream does. */
export function structuralErrors(schema: JSONSchemaProps, path: string): FieldError[] {
  const errors: FieldError[] = []
  invariants(schema, 'root', path, errors)
  completeness(schema, schema, path, path, errors)
  const text = (e: FieldError): string => `${e.field}: ${fieldErrorBody(e)}`
  return errors.sort((a, b) => (text(a) < text(b) ? -1 : 1))
}

function invariants(s: JSONSchemaProps, level: Level, path: string, out: FieldError[]): void {
  const items = single(s)
  if (s.type === 'array' && s.items === undefined) out.push(required(`${path}.items`, 'must be specified'))
  if (items !== undefined) invariants(items, 'item', `${path}.items`, out)
  for (const [name, p] of properties(s)) invariants(p, 'field', `${path}.properties[${name}]`, out)
  if (s.additionalProperties !== undefined && s.additionalProperties !== false) {
    if (level === 'root') out.push(forbidden(`${path}.additionalProperties`, 'must not be used at the root'))
    if (typeof s.additionalProperties === 'object') invariants(s.additionalProperties, 'field', `${path}.additionalProperties`, out)
  }
  const preserve = s['x-kubernetes-preserve-unknown-fields'] === true
  const embedded = s['x-kubernetes-embedded-resource'] === true
  const intOrString = s['x-kubernetes-int-or-string'] === true
  if (intOrString && preserve) out.push(invalidValue(`${path}.x-kubernetes-preserve-unknown-fields`, true, 'must be false if x-kubernetes-int-or-string is true'))
  if (intOrString && embedded) out.push(invalidValue(`${path}.x-kubernetes-embedded-resource`, true, 'must be false if x-kubernetes-int-or-string is true'))
  valueValidation(s, deepEqual(s.anyOf, INT_OR_STRING), deepEqual(s.allOf?.[0]?.anyOf, INT_OR_STRING), path, out)
  const type = s.type ?? ''
  if (embedded && type !== 'object') out.push(type === '' ? required(`${path}.type`, 'must be object if x-kubernetes-embedded-resource is true') : invalidValue(`${path}.type`, type, 'must be object if x-kubernetes-embedded-resource is true'))
  else if (type === '' && !intOrString && !preserve) out.push(required(`${path}.type`, EMPTY_TYPE[level]))
  if (embedded && s.additionalProperties !== undefined) out.push(forbidden(`${path}.additionalProperties`, 'must not be used if x-kubernetes-embedded-resource is set'))
  if (level === 'root' && type !== '' && type !== 'object') out.push(invalidValue(`${path}.type`, type, 'must be object at the root'))
  const isResource = level === 'root' || embedded
  for (const name of ['kind', 'apiVersion']) {
    const p = s.properties?.[name]
    if (isResource && p !== undefined && p.type !== 'string') out.push(invalidValue(`${path}.properties[${name}].type`, p.type ?? '', 'must be string'))
  }
  const metadata = s.properties?.metadata
  if (metadata !== undefined) metadataInvariants(metadata, isResource, level, `${path}.properties[metadata]`, out)
  if (embedded && !preserve && properties(s).length === 0) out.push(required(`${path}.properties`, 'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields'))
}

function metadataInvariants(s: JSONSchemaProps, isResource: boolean, level: Level, path: string, out: FieldError[]): void {
  if (isResource && s.type !== 'object') out.push(invalidValue(`${path}.type`, s.type ?? '', 'must be object'))
  if (level !== 'root') return
  const { type: _, default: __, properties: p = {}, description: ___, ...rest } = s
  const others = Object.keys(p).filter(name => name !== 'name' && name !== 'generateName')
  if (others.length > 0 || Object.keys(rest).some(k => STRUCTURE.has(k)) || s.description !== undefined) out.push(forbidden(path, 'must not specify anything other than name and generateName, but metadata is implicitly specified'))
}
const STRUCTURE = new Set(['items', 'additionalProperties', 'title', 'nullable', 'x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource', 'x-kubernetes-int-or-string', 'x-kubernetes-list-map-keys', 'x-kubernetes-list-type', 'x-kubernetes-map-type', 'x-kubernetes-validations', 'required', 'enum', 'pattern', 'format', 'anyOf', 'allOf', 'oneOf', 'not', 'maximum', 'minimum', 'maxProperties', 'minProperties'])

function valueValidation(s: JSONSchemaProps, skipAnyOf: boolean, skipFirstAllOfAnyOf: boolean, path: string, out: FieldError[]): void {
  if (!skipAnyOf) s.anyOf?.forEach((n, i) => nested(n, false, `${path}.anyOf[${i}]`, out))
  s.allOf?.forEach((n, i) => nested(n, skipFirstAllOfAnyOf && i === 0, `${path}.allOf[${i}]`, out))
  s.oneOf?.forEach((n, i) => nested(n, false, `${path}.oneOf[${i}]`, out))
  if (s.not !== undefined) nested(s.not, false, `${path}.not`, out)
  if (s.pattern !== undefined && s.pattern !== '') {
    try {
      patternOf(s.pattern)
    } catch {
      out.push(invalidValue(`${path}.pattern`, s.pattern, `must be a valid regular expression, but isn't: error parsing regexp: ${regexpProblem(s.pattern)}`))
    }
  }
}

/** Go's name for the commonest mistakes. */
function regexpProblem(pattern: string): string {
  if (/(^|[^\\])\[[^\]]*$/.test(pattern)) return `missing closing ]: \`${/\[[^\]]*$/.exec(pattern)?.[0] ?? pattern}\``
  if (/^[*+?]/.test(pattern)) return `missing argument to repetition operator: \`${pattern[0]}\``
  if (/\\$/.test(pattern)) return 'trailing backslash at end of expression: ``'
  const lookaround = /\(\?(?:=|!|<=|<!)/.exec(pattern)
  if (lookaround !== null) return `invalid or unsupported Perl syntax: \`${lookaround[0]}\``
  const open = (pattern.match(/\(/g) ?? []).length
  const close = (pattern.match(/\)/g) ?? []).length
  return open > close ? `missing closing ): \`${pattern}\`` : `unexpected ): \`${pattern}\``
}

const FORBIDDEN: readonly (readonly [keyof JSONSchemaProps, string])[] = [
  ['type', 'must be empty to be structural'],
  ['additionalProperties', 'must be undefined to be structural'],
  ['default', 'must be undefined to be structural'],
  ['title', 'must be empty to be structural'],
  ['description', 'must be empty to be structural'],
  ['nullable', 'must be false to be structural'],
  ['x-kubernetes-preserve-unknown-fields', 'must be false to be structural'],
  ['x-kubernetes-embedded-resource', 'must be false to be structural'],
  ['x-kubernetes-int-or-string', 'must be false to be structural'],
  ['x-kubernetes-list-map-keys', 'must be empty to be structural'],
  ['x-kubernetes-list-type', 'must be undefined to be structural'],
  ['x-kubernetes-map-type', 'must be undefined to be structural'],
  ['x-kubernetes-validations', 'must be empty to be structural'],
]

/** Below a logical junctor only checks of values may stand. */
function nested(s: JSONSchemaProps, skipAnyOf: boolean, path: string, out: FieldError[]): void {
  valueValidation(s, skipAnyOf, false, path, out)
  const items = single(s)
  if (items !== undefined) nested(items, false, `${path}.items`, out)
  for (const [name, p] of properties(s)) nested(p, false, `${path}.properties[${name}]`, out)
  for (const [field, detail] of FORBIDDEN) {
    const value = s[field]
    if (value !== undefined && value !== false && value !== '') out.push(forbidden(`${path}.${field}`, detail))
  }
  if (s.properties?.metadata !== undefined) out.push(forbidden(`${path}.properties[metadata]`, 'must not be specified in a nested context'))
}

/** Whatever a check speaks of must be specified outside of checks too. */
function completeness(v: JSONSchemaProps, s: JSONSchemaProps | undefined, sPath: string, vPath: string, out: FieldError[]): void {
  const inner = (n: JSONSchemaProps, at: string): void => nestedCompleteness(n, s, sPath, at, out)
  if (v.not !== undefined) inner(v.not, `${vPath}.not`)
  v.allOf?.forEach((n, i) => inner(n, `${vPath}.allOf[${i}]`))
  v.anyOf?.forEach((n, i) => inner(n, `${vPath}.anyOf[${i}]`))
  v.oneOf?.forEach((n, i) => inner(n, `${vPath}.oneOf[${i}]`))
}

function nestedCompleteness(v: JSONSchemaProps, s: JSONSchemaProps | undefined, sPath: string, vPath: string, out: FieldError[]): void {
  if (s === undefined) return void out.push(required(sPath, `because it is defined in ${vPath}`))
  completeness(v, s, sPath, vPath, out)
  const items = single(v)
  if (items !== undefined) nestedCompleteness(items, single(s), `${sPath}.items`, `${vPath}.items`, out)
  for (const [name, p] of properties(v)) nestedCompleteness(p, s.properties?.[name], `${sPath}.properties[${name}]`, `${vPath}.properties[${name}]`, out)
}
