/** Validation of CustomResourceDefinitions. upstream: apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go */
import { deepEqual } from '../../../base/equal'
import type { FieldErrors } from '../../../base/field'
import { Findings, Path } from '../../../base/findings'
import { IMMUTABLE } from '../../../base/object-meta'
import { isDns1035Label, isDns1123Subdomain } from '../../../base/validation'
import { validateClientConfig, validateReviewVersions } from '../../admissionregistration/webhook-client'
import type { CustomResourceColumnDefinition, CustomResourceConversion, CustomResourceDefinition, CustomResourceDefinitionNames, CustomResourceDefinitionSpec, CustomResourceDefinitionVersion, CustomResourceSubresources, JSONSchemaProps, SelectableField } from '../../schema/types/apiextensions.v1'
import { givenEmpty } from '../../schema/decode'
import { fieldAtPath } from '../schema/field-path'
import { internalVersions, type Hoisted } from './internal'
import { validateSchema } from './validate-schema'

const SPEC = Path.of('spec')
const STATUS = Path.of('status')
const COLUMN_TYPES = ['boolean', 'date', 'integer', 'number', 'string']
const COLUMN_FORMATS = ['binary', 'bool', 'byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password']
const MAX_SELECTABLE_FIELDS = 8
const PROTECTED_GROUP = /(^|\.)(k8s\.io|kubernetes\.io)$/
const APPROVED = 'api-approved.kubernetes.io'

const joined = (problems: readonly string[]): string => problems.join(',')
export const isEstablished = (crd: CustomResourceDefinition): boolean => conditionTrue(crd, 'Established')
const conditionTrue = (crd: CustomResourceDefinition, type: string): boolean => crd.status?.conditions?.some(c => c.type === type && c.status === 'True') === true

export function validateDefinition(crd: CustomResourceDefinition): FieldErrors {
  const f = new Findings()
  const required = `${crd.spec.names?.plural ?? ''}.${crd.spec.group ?? ''}`
  if ((crd.metadata.name ?? '') !== '' && crd.metadata.name !== required) f.invalid(Path.of('metadata').child('name'), crd.metadata.name, 'must be spec.names.plural+"."+spec.group')
  validateSpec(f, crd.spec)
  validateNames(f, STATUS.child('acceptedNames'), crd.status?.acceptedNames)
  storedVersions(f, crd)
  approval(f, crd)
  return f.errors
}

export function validateDefinitionUpdate(next: CustomResourceDefinition, previous: CustomResourceDefinition): FieldErrors {
  const f = new Findings()
  if (deepEqual(next.spec, previous.spec)) return storedOnly(f, next)
  validateSpec(f, next.spec)
  if (isEstablished(previous)) {
    immutable(f, SPEC.child('scope'), next.spec.scope, previous.spec.scope)
    immutable(f, SPEC.child('names').child('kind'), next.spec.names.kind, previous.spec.names.kind)
  }
  immutable(f, SPEC.child('group'), next.spec.group, previous.spec.group)
  immutable(f, SPEC.child('names').child('plural'), next.spec.names.plural, previous.spec.names.plural)
  storedOnly(f, next)
  approval(f, next)
  return f.errors
}

function storedOnly(f: Findings, crd: CustomResourceDefinition): Findings['errors'] {
  validateNames(f, STATUS.child('acceptedNames'), crd.status?.acceptedNames)
  storedVersions(f, crd)
  return f.errors
}

function immutable(f: Findings, at: Path, next: string, previous: string): void {
  if (next !== previous) f.invalid(at, next, IMMUTABLE)
}

/** Groups of the project need its consent. */
function approval(f: Findings, { metadata, spec }: CustomResourceDefinition): void {
  if (!PROTECTED_GROUP.test(spec.group ?? '')) return
  const at = Path.of('metadata').child('annotations').key(APPROVED)
  const value = metadata.annotations?.[APPROVED] ?? ''
  if (value === '') f.required(at, 'protected groups must have approval annotation "api-approved.kubernetes.io", see https://github.com/kubernetes/enhancements/pull/1111')
  else if (!value.startsWith('unapproved') && !/^[a-z]+:\/\/[^/]+/.test(value)) f.invalid(at, metadata.annotations?.[APPROVED], 'protected groups must have approval annotation "api-approved.kubernetes.io" with either a URL or a reason starting with "unapproved", see https://github.com/kubernetes/enhancements/pull/1111')
}

function storedVersions(f: Findings, { spec, status }: CustomResourceDefinition): void {
  const at = STATUS.child('storedVersions')
  const stored = status?.storedVersions ?? []
  if (stored.length === 0) return f.invalid(at, null, 'must have at least one stored version')
  const left = new Map(stored.map((v, i) => [v, i]))
  for (const v of spec.versions ?? []) {
    if (v.storage && !left.has(v.name)) f.invalid(at, stored, `must have the storage version ${v.name}`)
    left.delete(v.name)
  }
  for (const [v, i] of left)
    f.invalid(at.at(i), v, `missing from spec.versions; ${v} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${v} and removes ${v} from status.storedVersions`)
}

function hoistedParts(versions: readonly CustomResourceDefinitionVersion[]): Hoisted {
  const same = (part: keyof CustomResourceDefinitionVersion): boolean => versions.every(v => deepEqual(v[part], versions[0]?.[part]))
  return { schema: same('schema'), subresources: same('subresources'), columns: same('additionalPrinterColumns'), selectableFields: same('selectableFields') }
}

function validateSpec(f: Findings, spec: CustomResourceDefinitionSpec): void {
  const { group = '', scope = '', names } = spec
  const versions = spec.versions ?? []
  const given = givenEmpty(spec, 'versions') ? [] : null
  if (group === '') f.required(SPEC.child('group'))
  else if (isDns1123Subdomain(group).length > 0) f.invalid(SPEC.child('group'), group, joined(isDns1123Subdomain(group)))
  else if (!group.includes('.')) f.invalid(SPEC.child('group'), group, 'should be a domain with at least one dot')
  if (scope === '') f.required(SPEC.child('scope'))
  else if (scope !== 'Cluster' && scope !== 'Namespaced') f.unsupported(SPEC.child('scope'), scope, ['Cluster', 'Namespaced'])
  const hoisted = hoistedParts(versions)
  const first = versions[0]
  if (first?.schema?.openAPIV3Schema === undefined || !hoisted.schema)
    for (const [i, v] of versions.entries()) if (v.schema?.openAPIV3Schema === undefined) f.required(SPEC.child('versions').at(i).child('schema').child('openAPIV3Schema'))
  const hasStatus = versions.some(v => v.subresources?.status !== undefined && v.subresources.status !== null)
  if (spec.preserveUnknownFields === true && versions.some(v => v.schema?.openAPIV3Schema !== undefined && JSON.stringify(v.schema.openAPIV3Schema).includes('"default":')))
    f.invalid(SPEC.child('preserveUnknownFields'), true, 'must be false in order to use defaults in the schema')
  for (const [i, v] of versions.entries()) validateVersion(f, SPEC.child('versions').at(i), v, hoisted)
  if (new Set(versions.map(v => v.name)).size < versions.length) f.invalid(SPEC.child('versions'), internalVersions(versions, hoisted), 'must contain unique version names')
  if (versions.filter(v => v.storage).length !== 1) f.invalid(SPEC.child('versions'), versions.length === 0 ? given : internalVersions(versions, hoisted), 'must have exactly one version marked as storage version')
  if (first !== undefined && first.name !== '' && isDns1035Label(first.name).length > 0) f.invalid(SPEC.child('version'), first.name, joined(isDns1035Label(first.name)))
  for (const name of ['plural', 'singular', 'kind', 'listKind'] as const) if ((names?.[name] ?? '') === '') f.required(SPEC.child('names').child(name))
  validateNames(f, SPEC.child('names'), names)
  if (first !== undefined) {
    if (hoisted.schema && first.schema?.openAPIV3Schema !== undefined) f.all(validateSchema(first.schema.openAPIV3Schema, 'spec.validation.openAPIV3Schema', hasStatus))
    if (hoisted.subresources) validateSubresources(f, SPEC.child('subresources'), first.subresources)
    if (hoisted.columns) validateColumns(f, SPEC.child('additionalPrinterColumns'), first.additionalPrinterColumns)
    if (hoisted.selectableFields) hoistedSelectable(f, first, hoisted.schema)
  }
  validateConversion(f, SPEC.child('conversion'), spec.conversion)
}

function hoistedSelectable(f: Findings, first: CustomResourceDefinitionVersion, schemaToo: boolean): void {
  const fields = first.selectableFields ?? []
  if (fields.length === 0) return
  const at = SPEC.child('selectableFields')
  if (!schemaToo || first.schema?.openAPIV3Schema === undefined) f.invalid(at, '', 'may only be set when validations.schema is included')
  else validateSelectable(f, at, fields, first.schema.openAPIV3Schema)
}

function validateVersion(f: Findings, at: Path, v: CustomResourceDefinitionVersion, hoisted: Hoisted): void {
  if (isDns1035Label(v.name).length > 0) f.invalid(at.child('name'), v.name, joined(isDns1035Label(v.name)))
  deprecation(f, at.child('deprecationWarning'), v)
  if (!hoisted.schema && v.schema?.openAPIV3Schema !== undefined) f.all(validateSchema(v.schema.openAPIV3Schema, `${at.toString()}.schema.openAPIV3Schema`, v.subresources?.status !== undefined && v.subresources.status !== null))
  if (!hoisted.subresources) validateSubresources(f, at.child('subresources'), v.subresources)
  if (!hoisted.columns) validateColumns(f, at.child('additionalPrinterColumns'), v.additionalPrinterColumns)
  if (hoisted.selectableFields || (v.selectableFields ?? []).length === 0) return
  const schema = hoisted.schema ? undefined : v.schema?.openAPIV3Schema
  if (schema === undefined) f.invalid(at.child('selectableFields'), '', 'may only be set when `version.schema.openAPIV3Schema` is not included')
  else validateSelectable(f, at.child('selectableFields'), v.selectableFields ?? [], schema)
}

function deprecation(f: Findings, at: Path, { deprecated, deprecationWarning: text }: CustomResourceDefinitionVersion): void {
  if (text === undefined) return
  if (deprecated !== true) return f.invalid(at, text, 'can only be set for deprecated versions')
  if (Buffer.byteLength(text) > 256) f.invalid(at, text, 'must be <= 256 characters long')
  if (text === '') f.invalid(at, text, 'must not be an empty string')
  const odd = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.exec(text)
  if (odd !== null) f.invalid(at, text, `must only contain printable UTF-8 characters; non-printable character found at index ${Buffer.byteLength(text.slice(0, odd.index))}`)
}

function validateNames(f: Findings, at: Path, names: CustomResourceDefinitionNames | undefined): void {
  if (names === undefined || names === null) return
  const label = (path: Path, value: string | undefined): void => {
    if (value !== undefined && value !== '' && isDns1035Label(value).length > 0) f.invalid(path, value, joined(isDns1035Label(value)))
  }
  label(at.child('plural'), names.plural)
  label(at.child('singular'), names.singular)
  for (const field of ['kind', 'listKind'] as const) {
    const value = names[field] ?? ''
    const problems = isDns1035Label(value.toLowerCase())
    if (value !== '' && problems.length > 0) f.invalid(at.child(field), value, `may have mixed case, but should otherwise match: ${joined(problems)}`)
  }
  const each = (field: 'shortNames' | 'categories'): void => names[field]?.forEach((n, i) => isDns1035Label(n).length > 0 && f.invalid(at.child(field).at(i), n, joined(isDns1035Label(n))))
  each('shortNames')
  if ((names.kind ?? '') !== '' && names.kind === names.listKind) f.invalid(at.child('listKind'), names.listKind, 'kind and listKind may not be the same')
  each('categories')
}

function simplePath(f: Findings, at: Path, path: string): boolean {
  if (path.startsWith('.')) return true
  f.invalid(at, path, 'must be a simple json path starting with .')
  return false
}

function validateSubresources(f: Findings, at: Path, subresources: CustomResourceSubresources | undefined): void {
  const scale = subresources?.scale
  if (scale === undefined || scale === null) return
  for (const [field, under] of [['specReplicasPath', 'spec'], ['statusReplicasPath', 'status']] as const) {
    const path = scale[field] ?? ''
    const where = at.child(`scale.${field}`)
    if (path === '') f.required(where)
    else if (simplePath(f, where, path) && !path.startsWith(`.${under}.`)) f.invalid(where, path, `should be a json path under .${under}`)
  }
  const selector = scale.labelSelectorPath ?? ''
  const where = at.child('scale.labelSelectorPath')
  if (selector !== '' && simplePath(f, where, selector) && !/^\.(spec|status)\./.test(selector)) f.invalid(where, selector, 'should be a json path under either .spec or .status')
}

function validateColumns(f: Findings, at: Path, columns: readonly CustomResourceColumnDefinition[] | undefined): void {
  const types = `must be one of ${COLUMN_TYPES.join(',')}`
  for (const [i, c] of (columns ?? []).entries()) {
    const where = at.at(i)
    if (c.name === '') f.required(where.child('name'))
    if (c.type === '') f.required(where.child('type'), types)
    else if (!COLUMN_TYPES.includes(c.type)) f.invalid(where.child('type'), c.type, types)
    if (c.format !== undefined && c.format !== '' && !COLUMN_FORMATS.includes(c.format)) f.invalid(where.child('format'), c.format, `must be one of ${COLUMN_FORMATS.join(',')}`)
    if (c.jsonPath === '') f.required(where.child('JSONPath'))
    else simplePath(f, where.child('JSONPath'), c.jsonPath)
  }
}

function validateSelectable(f: Findings, at: Path, fields: readonly SelectableField[], schema: JSONSchemaProps): void {
  const seen = new Set<string>()
  for (const [i, { jsonPath }] of fields.entries()) {
    const where = at.at(i).child('jsonPath')
    if (jsonPath === '') {
      f.required(where)
      continue
    }
    const found = fieldAtPath(jsonPath, schema, { arrays: false })
    if (typeof found === 'string') {
      f.invalid(where, jsonPath, `is an invalid path: ${found}`)
      continue
    }
    if (found.root === 'metadata') f.invalid(where, jsonPath, 'must not point to fields in metadata')
    if (!['string', 'boolean', 'integer'].includes(found.schema.type ?? '')) f.invalid(where, jsonPath, 'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.')
    if (seen.has(found.path)) f.duplicate(where, jsonPath)
    seen.add(found.path)
  }
  if (seen.size > MAX_SELECTABLE_FIELDS) f.tooMany(at, seen.size, MAX_SELECTABLE_FIELDS)
}

function validateConversion(f: Findings, at: Path, conversion: CustomResourceConversion | undefined): void {
  if (conversion === undefined || conversion === null) return
  const { strategy, webhook } = conversion
  if ((strategy ?? '') === '') f.required(at.child('strategy'))
  else if (strategy !== 'None' && strategy !== 'Webhook') f.unsupported(at.child('strategy'), strategy, ['None', 'Webhook'])
  if (strategy === 'Webhook') {
    const client = webhook?.clientConfig
    if (client === undefined || client === null) f.required(at.child('webhookClientConfig'), 'required when strategy is set to Webhook')
    else validateClientConfig(f, at.child('webhookClientConfig'), client)
    validateReviewVersions(f, at.child('conversionReviewVersions'), webhook?.conversionReviewVersions ?? [], { known: ['v1', 'v1beta1'], missing: '' }, isDns1035Label)
    return
  }
  if (webhook?.clientConfig !== undefined) f.forbidden(at.child('webhookClientConfig'), 'should not be set when strategy is not set to Webhook')
  if ((webhook?.conversionReviewVersions ?? []).length > 0) f.forbidden(at.child('conversionReviewVersions'), 'should not be set when strategy is not set to Webhook')
}
