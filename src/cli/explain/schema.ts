/** What explain shows of a type, the same for built-in types and for schemas of custom resources. */
import { byCodePoint } from '../../base/go-text'
import { Shape, type TypeInfo } from '../../kinds/schema/type-info'

export interface Schema {
  /** `string`, `[]Container`, `map[string]string`, `PodSpec`, `Object` */
  readonly type: string
  readonly description: string
  /** Values, where only some are allowed. */
  readonly values: readonly string[]
  /** By name. */
  readonly fields: readonly Field[]
  /** Of a list or a map. */
  readonly element: Schema | undefined
  /** Types that may contain themselves are told apart by this; undefined: inline. */
  readonly identity: unknown
}

export interface Field {
  readonly name: string
  readonly required: boolean
  readonly schema: Schema
}

const SCALARS: Readonly<Partial<Record<Shape, string>>> = {
  [Shape.String]: 'string', [Shape.Bytes]: 'string', [Shape.Bool]: 'boolean', [Shape.Int32]: 'integer', [Shape.Int64]: 'integer', [Shape.Float64]: 'number',
  [Shape.Quantity]: 'Quantity', [Shape.Time]: 'string', [Shape.MicroTime]: 'string', [Shape.IntOrString]: 'IntOrString',
}

/** A type of the table. It has no descriptions: Kubernetes' are not part of this repository. */
export function schemaOfType(type: TypeInfo): Schema {
  return {
    get type() {
      if (type.shape === Shape.List) return `[]${schemaOfType(type.element).type}`
      if (type.shape === Shape.Map) return `map[string]${schemaOfType(type.element).type}`
      return SCALARS[type.shape] ?? type.goStruct
    },
    description: '',
    values: type.shape === Shape.String ? [...type.enumValues].sort(byCodePoint) : [],
    get fields() {
      return type.fieldList.map(f => ({ name: f.name, required: f.required, schema: schemaOfType(f.type) })).sort((a, b) => byCodePoint(a.name, b.name))
    },
    get element() {
      return type.shape === Shape.List || type.shape === Shape.Map ? schemaOfType(type.element) : undefined
    },
    identity: type.shape === Shape.Struct ? type : undefined,
  }
}

/** apiextensions.k8s.io/v1 JSONSchemaProps, as far as explain reads it. */
export interface JsonSchema {
  readonly type?: string
  readonly description?: string
  readonly enum?: readonly unknown[]
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly items?: JsonSchema
  readonly additionalProperties?: JsonSchema | boolean
}

/** The schema of a custom resource; `metadata` is what every object has. */
export function schemaOfJson(schema: JsonSchema, objectMeta?: Schema): Schema {
  const { additionalProperties } = schema
  const values = typeof additionalProperties === 'object' ? additionalProperties : undefined
  const inner = schema.items ?? values
  const element = inner === undefined ? undefined : schemaOfJson(inner)
  const properties = objectMeta === undefined ? schema.properties : { apiVersion: { type: 'string' }, kind: { type: 'string' }, ...schema.properties, metadata: {} }
  return {
    type: schema.items !== undefined ? `[]${element?.type}` : values !== undefined ? `map[string]${element?.type}` : schema.type === undefined || schema.type === 'object' ? 'Object' : schema.type,
    description: schema.description ?? '',
    values: (schema.enum ?? []).map(v => (typeof v === 'string' ? v : JSON.stringify(v))),
    get fields() {
      return Object.entries(properties ?? {}).sort(([a], [b]) => byCodePoint(a, b))
        .map(([name, s]) => ({ name, required: schema.required?.includes(name) === true, schema: name === 'metadata' && objectMeta !== undefined ? objectMeta : schemaOfJson(s) }))
    },
    element,
    identity: undefined,
  }
}
