/** Schemas of custom resources in the OpenAPI documents. upstream: apiextensions-apiserver/pkg/controller/openapi/builder, …/v2/conversion.go */
import type { CustomResourceDefinition, JSONSchemaProps } from '../../kinds/schema/types/apiextensions.v1'
import type { Json, SchemaSet } from './schemas'

/** `ops.example.com/v1`, `Backup` → `com.example.ops.v1.Backup` */
export function modelName(apiVersion: string, kind: string): string {
  const [group = '', version = ''] = apiVersion.split('/')
  return `${group.split('.').reverse().join('.')}.${version}.${kind}`
}

/** Adds the kind of a definition's version and its list. */
export function addCustomSchemas(set: SchemaSet, { spec }: CustomResourceDefinition, versionName: string): void {
  const version = spec.versions.find(v => v.name === versionName)
  if (version === undefined) return
  const apiVersion = `${spec.group}/${versionName}`
  const { kind, listKind = `${kind}List`, plural } = spec.names
  const fields = version.selectableFields ?? []
  const named = (kindName: string): Json => ({
    'x-kubernetes-group-version-kind': [{ group: spec.group, kind: kindName, version: versionName }],
    ...(fields.length > 0 ? { 'x-kubernetes-selectable-fields': fields.map(f => ({ fieldPath: f.jsonPath })) } : {}),
  })
  const name = modelName(apiVersion, kind)
  set.add(name, { ...kindSchema(set, version.schema?.openAPIV3Schema, spec.preserveUnknownFields === true), ...named(kind) })
  const item = { $ref: `${set.version === 3 ? '#/components/schemas/' : '#/definitions/'}${name}` }
  set.add(modelName(apiVersion, listKind), {
    description: `${listKind} is a list of ${kind}`,
    type: 'object',
    required: ['items'],
    properties: {
      ...set.typeMeta(),
      items: { description: `List of ${plural}. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md`, type: 'array', items: item },
      metadata: set.refTo('meta.v1.ListMeta'),
    },
    ...named(listKind),
  })
}

function kindSchema(set: SchemaSet, schema: JSONSchemaProps | undefined, preserve: boolean): Json {
  // Version 2 cannot say that more fields may come: nothing at all is said there.
  if (schema === undefined || (set.version === 2 && (preserve || schema['x-kubernetes-preserve-unknown-fields'] === true))) return { type: 'object' }
  const out = schemaOf(set, schema)
  return { ...out, properties: { ...(out.properties as Json | undefined), ...set.typeMeta(), metadata: set.refTo('meta.v1.ObjectMeta') } }
}

/** A part of the schema as it is published. */
function schemaOf(set: SchemaSet, schema: JSONSchemaProps): Json {
  const { properties, items, additionalProperties, ...rest } = schema
  const out: Json = { ...rest }
  if (properties !== undefined) out.properties = Object.fromEntries(Object.entries(properties).map(([name, s]) => [name, schemaOf(set, s)]))
  if (items !== undefined) out.items = schemaOf(set, items as JSONSchemaProps)
  if (additionalProperties !== undefined) out.additionalProperties = typeof additionalProperties === 'object' ? schemaOf(set, additionalProperties as JSONSchemaProps) : additionalProperties
  if (set.version === 2) simplify(out, schema)
  else if (schema['x-kubernetes-int-or-string'] === true && schema.anyOf === undefined && schema.allOf === undefined) out.anyOf = [{ type: 'integer' }, { type: 'string' }]
  if (schema['x-kubernetes-embedded-resource'] === true && !(set.version === 2 && schema['x-kubernetes-preserve-unknown-fields'] === true)) {
    out.properties = { ...(out.properties as Json | undefined), ...set.typeMeta(), metadata: set.refTo('meta.v1.ObjectMeta') }
    out.required = [...new Set([...(schema.required ?? []), 'kind', 'apiVersion'])]
  }
  return out
}

/** What version 2 cannot say, or older clients do not understand. */
function simplify(out: Json, schema: JSONSchemaProps): void {
  for (const key of ['allOf', 'oneOf', 'anyOf', 'not', 'nullable', 'x-kubernetes-validations']) delete out[key]
  const open = schema['x-kubernetes-preserve-unknown-fields'] === true
  if (schema.nullable === true || open) {
    delete out.items
    delete out.properties
    if (schema.nullable === true || schema.type === 'object') delete out.type
  }
  if (out.items === undefined && out.type === 'array') delete out.type
  const required = schema.required?.filter(name => schema.properties?.[name]?.nullable !== true)
  if (required !== undefined && required.length > 0) out.required = required
  else delete out.required
}
