/** Types of the table as OpenAPI schemas, version 2 and 3. upstream: kube-openapi/pkg/generators, pkg/builder */
import { byCodePoint } from '../../base/go-text'
import { Shape, type FieldInfo, type TypeInfo } from '../../kinds/schema/type-info'
import { typeNamed } from '../../kinds/schema/table'
import type { Descriptions } from './descriptions'

export type Json = Record<string, unknown>
export type OpenApiVersion = 2 | 3

/** By name in the table, for types that are known by heart. */
const BUILTIN_NAMES: Readonly<Record<string, string>> = {
  Quantity: 'io.k8s.apimachinery.pkg.api.resource.Quantity',
  Time: 'io.k8s.apimachinery.pkg.apis.meta.v1.Time',
  MicroTime: 'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime',
  FieldsV1: 'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1',
  IntOrString: 'io.k8s.apimachinery.pkg.util.intstr.IntOrString',
  RawExtension: 'io.k8s.apimachinery.pkg.runtime.RawExtension',
  JSON: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON',
  SchemaOrArray: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray',
  SchemaOrBool: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool',
  SchemaOrStrings: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray',
}
const PACKAGES: Readonly<Record<string, string>> = {
  'meta.v1': 'io.k8s.apimachinery.pkg.apis.meta.v1',
  'apiextensions.v1': 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1',
  'apiregistration.v1': 'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1',
  version: 'io.k8s.apimachinery.pkg.version',
}
const META = PACKAGES['meta.v1'] as string
/** Which every group version knows as its own. */
const IN_EVERY_GROUP: Readonly<Record<string, string>> = { 'meta.v1.DeleteOptions': 'DeleteOptions', 'meta.v1.WatchEvent': 'WatchEvent' }

/** One of several fields is set, and another says which. */
const UNIONS: Readonly<Record<string, { readonly discriminator?: string; readonly fields: Readonly<Record<string, string>> }>> = {
  'core.v1.AppArmorProfile': { discriminator: 'type', fields: { localhostProfile: 'LocalhostProfile' } },
  'core.v1.PodSchedulingGroup': { fields: { podGroupName: 'PodGroupName' } },
  'core.v1.SeccompProfile': { discriminator: 'type', fields: { localhostProfile: 'LocalhostProfile' } },
  'flowcontrol.v1.LimitResponse': { discriminator: 'type', fields: { queuing: 'Queuing' } },
  'flowcontrol.v1.PriorityLevelConfigurationSpec': { discriminator: 'type', fields: { exempt: 'Exempt', limited: 'Limited' } },
  'flowcontrol.v1.Subject': { discriminator: 'kind', fields: { group: 'Group', serviceAccount: 'ServiceAccount', user: 'User' } },
}

/** `core.v1.PodSpec` → `io.k8s.api.core.v1.PodSpec` */
function schemaName(name: string): string {
  const builtin = BUILTIN_NAMES[name]
  if (builtin !== undefined) return builtin
  const dot = name.lastIndexOf('.')
  const pkg = name.slice(0, dot)
  return `${PACKAGES[pkg] ?? `io.k8s.api.${pkg}`}${name.slice(dot)}`
}

/** The schemas of one document: each type that is referred to comes in, with what it refers to. */
export class SchemaSet {
  private readonly schemas = new Map<string, Json>()

  /** `groupVersions`: of the whole API, as `apps/v1`. */
  constructor(readonly version: OpenApiVersion, private readonly descriptions: Descriptions, private readonly groupVersions: readonly string[]) {}

  /** A reference to a type of the table. */
  ref(type: TypeInfo): Json {
    const name = schemaName(type.name)
    if (!this.schemas.has(name)) {
      this.schemas.set(name, {})
      this.schemas.set(name, type.shape === Shape.Struct ? this.struct(type) : this.builtin(type))
    }
    return this.reference(name)
  }

  refTo(name: string): Json {
    return this.ref(typeNamed(name))
  }

  /** meta.v1.Patch has no fields: any patch. */
  patch(): Json {
    return this.add(`${META}.Patch`, described(this.descriptions.ofType('meta.v1.Patch'), { type: 'object' }))
  }

  /** A schema that is none of the table's. */
  add(name: string, schema: Json): Json {
    this.schemas.set(name, schema)
    return this.reference(name)
  }

  /** By name, in order. */
  all(): Json {
    return Object.fromEntries([...this.schemas].sort(([a], [b]) => byCodePoint(a, b)))
  }

  /** apiVersion and kind, as every object has them. */
  typeMeta(): { readonly apiVersion: Json; readonly kind: Json } {
    const text = (field: string): Json => described(this.descriptions.ofField('apps.v1.Deployment', field), { type: 'string' })
    return { apiVersion: text('apiVersion'), kind: text('kind') }
  }

  private reference(name: string): Json {
    return { $ref: `${this.version === 3 ? '#/components/schemas/' : '#/definitions/'}${name}` }
  }

  private struct(type: TypeInfo): Json {
    const properties: [string, Json][] = type.fieldList.map(f => [f.name, this.property(type, f)])
    const required = type.fieldList.filter(f => f.required).map(f => f.name)
    const union = UNIONS[type.name]
    return {
      ...described(this.descriptions.ofType(type.name), {}),
      type: 'object',
      ...(required.length > 0 ? { required } : {}),
      ...(properties.length > 0 ? { properties: Object.fromEntries(properties.sort(([a], [b]) => byCodePoint(a, b))) } : {}),
      ...(type.kind === '' && IN_EVERY_GROUP[type.name] === undefined ? {} : { 'x-kubernetes-group-version-kind': this.groupVersionKinds(type) }),
      ...(type.atomic ? { 'x-kubernetes-map-type': 'atomic' } : {}),
      ...(union === undefined ? {} : { 'x-kubernetes-unions': [{ ...(union.discriminator === undefined ? {} : { discriminator: union.discriminator }), 'fields-to-discriminateBy': union.fields }] }),
    }
  }

  private groupVersionKinds(type: TypeInfo): Json[] {
    const everywhere = IN_EVERY_GROUP[type.name]
    const groupVersions = everywhere === undefined ? [type.apiVersion] : this.groupVersions
    return groupVersions.map(gv => {
      const slash = gv.indexOf('/')
      return { group: slash < 0 ? '' : gv.slice(0, slash), kind: everywhere ?? type.kind, version: gv.slice(slash + 1) }
    })
  }

  private property(owner: TypeInfo, field: FieldInfo): Json {
    const { type, merge } = field
    const text = this.descriptions.ofField(owner.name, field.name) + possibleValues(type)
    const value = this.value(type, !field.pointer && (!field.omitEmpty || type.shape === Shape.Struct) && type.shape !== Shape.List && type.shape !== Shape.Map)
    if (field.default !== undefined && this.version === 3) value.default = field.default
    const out = described(text, '$ref' in value && this.version === 3 ? { allOf: [value] } : value)
    if (type.shape === Shape.List && merge !== '') {
      if (merge.startsWith('map=')) out['x-kubernetes-list-map-keys'] = [...type.mapKeys]
      out['x-kubernetes-list-type'] = merge.startsWith('map=') ? 'map' : merge
    } else if (merge === 'atomic' || merge === 'granular') out['x-kubernetes-map-type'] = merge
    if (field.mergeKey !== '') out['x-kubernetes-patch-merge-key'] = field.mergeKey
    if (field.patchStrategy.length > 0) out['x-kubernetes-patch-strategy'] = field.patchStrategy.join(',')
    return out
  }

  /** `preset`: Go always holds a value, so that absent means zero. */
  private value(type: TypeInfo, preset: boolean): Json {
    const zero = (value: unknown): Json => (preset && this.version === 3 ? { default: value } : {})
    switch (type.shape) {
      case Shape.Bool:
        return { type: 'boolean', ...zero(false) }
      case Shape.String:
        return { type: 'string', ...zero(''), ...(type.enumValues.length > 0 ? { enum: [...type.enumValues].sort(byCodePoint) } : {}) }
      case Shape.Int32:
        return { type: 'integer', format: 'int32', ...zero(0) }
      case Shape.Int64:
        return { type: 'integer', format: 'int64', ...zero(0) }
      case Shape.Float64:
        return { type: 'number', format: 'double', ...zero(0) }
      case Shape.Bytes:
        return { type: 'string', format: 'byte' }
      case Shape.List:
        return { type: 'array', items: this.value(type.element, !type.nullable) }
      case Shape.Map:
        return { type: 'object', additionalProperties: this.value(type.element, !type.nullable) }
      case Shape.Struct:
        return preset && this.version === 3 ? { default: {}, allOf: [this.ref(type)] } : this.ref(type)
      default:
        return this.ref(type)
    }
  }

  private builtin(type: TypeInfo): Json {
    const said = this.descriptions.ofType(type.name === 'SchemaOrArray' || type.name === 'SchemaOrBool' || type.name === 'SchemaOrStrings' ? type.goStruct : type.name)
    return described(said, this.builtinShape(type))
  }

  private builtinShape(type: TypeInfo): Json {
    const v3 = this.version === 3
    switch (type.shape) {
      case Shape.Quantity:
        return v3 ? { oneOf: [{ type: 'string' }, { type: 'number' }] } : { type: 'string' }
      case Shape.IntOrString:
        return v3 ? { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] } : { type: 'string', format: 'int-or-string' }
      case Shape.Time:
      case Shape.MicroTime:
        return { type: 'string', format: 'date-time' }
      default:
        return type.name === 'RawExtension' || type.name === 'FieldsV1' ? { type: 'object' } : {}
    }
  }
}

const described = (description: string, schema: Json): Json => (description === '' ? schema : { description, ...schema })

/** What the server adds to a field that takes only some values; of the single ones nothing is said here. */
function possibleValues({ shape, enumValues }: TypeInfo): string {
  if (shape !== Shape.String || enumValues.length === 0) return ''
  return `\n\nPossible enum values:${[...enumValues].sort(byCodePoint).map(v => `\n - \`${JSON.stringify(v)}\``).join('')}`
}
