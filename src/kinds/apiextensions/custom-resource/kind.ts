/** The kind that a CustomResourceDefinition makes of one of its versions. upstream: apiextensions-apiserver/pkg/registry/customresource/strategy.go */
import { deepClone, deepEqual } from '../../../base/equal'
import { invalidValue, type FieldError, type FieldErrors } from '../../../base/field'
import { findJsonPath, parseJsonPath } from '../../../base/json-path'
import { isQualifiedName } from '../../../base/validation'
import { defineKind, type CustomVersions, type Kind, type KubeObject, type ScalePaths } from '../../kind'
import { pruneUnknown, typeOfSchema } from '../../schema/structural'
import { declareType } from '../../schema/table'
import type { CustomResourceDefinition, CustomResourceDefinitionVersion, JSONSchemaProps } from '../../schema/types/apiextensions.v1'
import { applySchemaDefaults, hasDefaults } from '../schema/defaults'
import { validateListTypes } from '../schema/list-types'
import { validateRules } from '../schema/rules'
import { validateValue } from '../schema/validate-value'
import { customColumns } from './columns'
import { decodeCustom } from './decode'

export interface CustomObject extends KubeObject {
  spec?: unknown
  status?: unknown
  [field: string]: unknown
}

/** Types after which rules are not run: what they would look at may not be there. */
const BLOCKING = new Set(['FieldValueNotSupported', 'FieldValueRequired', 'FieldValueTooLong', 'FieldValueTooMany', 'FieldValueTypeInvalid'])
const MAX_INT32 = 0x7fff_ffff
const STANDARD_FINALIZERS = new Set(['orphan', 'foregroundDeletion', 'kubernetes'])

/** `served`: the versions that requests may name; `versions`: this kind and its siblings. */
export function kindOfVersion(crd: CustomResourceDefinition, version: CustomResourceDefinitionVersion, served: readonly string[], versions: CustomVersions): Kind {
  const { group } = crd.spec
  const names = crd.status?.acceptedNames?.kind ? crd.status.acceptedNames : crd.spec.names
  const apiVersion = `${group}/${version.name}`
  const schema = version.schema?.openAPIV3Schema
  const loose = schema === undefined || crd.spec.preserveUnknownFields === true ? { ...(schema ?? { type: 'object' }), 'x-kubernetes-preserve-unknown-fields': true } : schema
  const type = declareType(`custom.${crd.metadata.uid}.${version.name}`, typeOfSchema(loose, apiVersion, names.kind))
  const rules = new CustomRules(schema ?? { type: 'object' }, version)
  const namespaced = crd.spec.scope === 'Namespaced'
  const subresources: Record<string, Kind<CustomObject>['subresources'][string]> = {}
  if (rules.hasStatus)
    subresources.status = {
      prepareForUpdate(next, previous) {
        const { status } = next
        for (const key of Object.keys(next)) delete next[key]
        Object.assign(next, previous, { metadata: { ...previous.metadata, resourceVersion: previous.metadata.resourceVersion } })
        if (status === undefined) delete next.status
        else next.status = status
      },
      validateUpdate: (next, previous) => rules.statusUpdate(next, previous),
    }
  if (rules.scale !== undefined) subresources.scale = { body: { group: 'autoscaling', version: 'v1', kind: 'Scale' }, scalePaths: rules.scale }
  const made = defineKind<CustomObject>({
    group,
    version: version.name,
    versions: served,
    kind: names.kind,
    plural: names.plural,
    singular: names.singular ?? '',
    shortNames: names.shortNames ?? [],
    categories: names.categories ?? [],
    scope: namespaced ? 'Namespaced' : 'Cluster',
    type: type.name,
    custom: {
      listKind: names.listKind ?? `${names.kind}List`,
      terminating: crd.metadata.deletionTimestamp !== undefined,
      versions,
      coerce: object => ({ ...(pruneUnknown(type, { ...object, metadata: {} }).object as unknown as KubeObject), apiVersion, metadata: object.metadata }),
      completed: object => withDefaults(schema, object),
    },
    allowUnconditionalUpdate: false,
    generation: 'spec',
    subresources,
    columns: customColumns(version.additionalPrinterColumns) as never,
    fieldSelectors: Object.fromEntries((version.selectableFields ?? []).map(f => [f.jsonPath.replace(/^\./, ''), selectable(f.jsonPath)])),
    ...(version.deprecated === true ? { deprecated: version.deprecationWarning ?? `${apiVersion} ${names.kind} is deprecated` } : {}),
    decode: (value, options) => decodeCustom(type, schema, value, options),
    applyDefaults(object) {
      if (schema !== undefined) applySchemaDefaults(schema, object)
    },
    prepareForCreate(object) {
      if (rules.hasStatus) delete object.status
    },
    prepareForUpdate(next, previous) {
      if (!rules.hasStatus && !deepEqual(next.status, previous.status)) next.metadata.generation = (previous.metadata.generation ?? 0) + 1
    },
    validate: object => rules.all(object, undefined),
    validateUpdate: (next, previous) => rules.all(next, previous),
    warnings: (next, previous) => [...rules.takeWarnings(), ...finalizerWarnings(next, previous)],
  })
  return made as unknown as Kind
}

/** Stored objects may be older than the defaults. */
function withDefaults(schema: JSONSchemaProps | undefined, object: KubeObject): KubeObject {
  if (schema === undefined || !hasDefaults(schema)) return object
  const copy = deepClone(object)
  applySchemaDefaults(schema, copy)
  return copy
}

function selectable(jsonPath: string): (object: KubeObject) => string {
  const path = parseJsonPath(`{${jsonPath}}`)
  return object => {
    const value = findJsonPath(path, object, { allowMissingKeys: true })[0]?.[0]
    return value === undefined || value === null ? '' : String(value)
  }
}

function* finalizerWarnings(next: KubeObject, previous: KubeObject | undefined): Iterable<string> {
  for (const f of [...new Set(next.metadata.finalizers ?? [])].sort()) {
    if (previous?.metadata.finalizers?.includes(f) === true) continue
    for (const problem of isQualifiedName(f)) yield `metadata.finalizers: "${f}": ${problem}`
    if (f.includes('/') || STANDARD_FINALIZERS.has(f)) continue
    yield f.includes('.')
      ? `metadata.finalizers: "${f}": prefer a domain-qualified finalizer name including a path (/) to avoid accidental conflicts with other finalizer writers`
      : `metadata.finalizers: "${f}": prefer a domain-qualified finalizer name to avoid accidental conflicts with other finalizer writers`
  }
}

/** What a version's schema and subresources demand of an object. */
class CustomRules {
  readonly hasStatus: boolean
  readonly scale: ScalePaths | undefined
  private warned: string[] = []

  constructor(
    private readonly schema: JSONSchemaProps,
    { subresources }: CustomResourceDefinitionVersion,
  ) {
    this.hasStatus = subresources?.status !== undefined && subresources.status !== null
    const scale = subresources?.scale
    this.scale = scale === undefined || scale === null ? undefined : { spec: scale.specReplicasPath, status: scale.statusReplicasPath, ...(scale.labelSelectorPath === undefined ? {} : { selector: scale.labelSelectorPath }) }
  }

  takeWarnings(): readonly string[] {
    const taken = this.warned
    this.warned = []
    return taken
  }

  all(next: CustomObject, previous: CustomObject | undefined): FieldErrors {
    const errors = [...validateValue(this.schema, next, '', previous), ...this.scaleSpec(next), ...this.scaleStatus(next)]
    return this.listsAndRules(next, previous, errors)
  }

  statusUpdate(next: CustomObject, previous: CustomObject): FieldErrors {
    const schema = this.schema.properties?.status
    const errors = schema === undefined || next.status === undefined ? [] : validateValue(schema, next.status, 'status', previous.status)
    return this.listsAndRules(next, previous, [...errors, ...this.scaleStatus(next)])
  }

  private listsAndRules(next: CustomObject, previous: CustomObject | undefined, errors: FieldError[]): FieldErrors {
    if (previous === undefined || [...validateListTypes(this.schema, previous)].length === 0) errors.push(...validateListTypes(this.schema, next))
    if (!hasRules(this.schema)) return errors
    if (errors.some(e => BLOCKING.has(e.type))) errors.push(invalidValue('<nil>', null, 'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation'))
    else errors.push(...validateRules(this.schema, next, previous, { warn: text => this.warned.push(text) }))
    return errors
  }

  private scaleSpec(object: CustomObject): FieldError[] {
    return this.scale === undefined ? [] : replicasErrors(object, this.scale.spec)
  }
  private scaleStatus(object: CustomObject): FieldError[] {
    if (this.scale === undefined) return []
    const errors = replicasErrors(object, this.scale.status)
    const { selector } = this.scale
    const value = selector === undefined ? undefined : atPath(object, selector)
    if (value !== undefined && typeof value !== 'string') errors.push(invalidValue(selector as string, '', `${selector} accessor error: ${String(value)} is of the type ${goKind(value)}, expected string`))
    return errors
  }
}

const known = new WeakMap<JSONSchemaProps, boolean>()
function hasRules(s: JSONSchemaProps): boolean {
  let has = known.get(s)
  if (has !== undefined) return has
  has =
    (s['x-kubernetes-validations']?.length ?? 0) > 0 ||
    (s.items !== undefined && !Array.isArray(s.items) && hasRules(s.items)) ||
    (typeof s.additionalProperties === 'object' && hasRules(s.additionalProperties)) ||
    Object.values(s.properties ?? {}).some(hasRules)
  known.set(s, has)
  return has
}

export function atPath(object: object, path: string): unknown {
  let value: unknown = object
  for (const part of path.replace(/^\./, '').split('.')) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Record<string, unknown>)[part]
  }
  return value ?? undefined
}

const goKind = (v: unknown): string => (typeof v === 'string' ? 'string' : typeof v === 'boolean' ? 'bool' : typeof v === 'number' ? (Number.isInteger(v) ? 'int64' : 'float64') : Array.isArray(v) ? '[]interface {}' : 'map[string]interface {}')

function replicasErrors(object: CustomObject, path: string): FieldError[] {
  const value = atPath(object, path)
  if (value === undefined) return []
  if (typeof value !== 'number' || !Number.isInteger(value)) return [invalidValue(path, 0, `${path} accessor error: ${String(value)} is of the type ${goKind(value)}, expected int64`)]
  if (value < 0) return [invalidValue(path, value, 'should be a non-negative integer')]
  return value > MAX_INT32 ? [invalidValue(path, value, `should be less than or equal to ${MAX_INT32}`)] : []
}

