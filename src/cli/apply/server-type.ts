/** How a server says itself that the lists of a type merge, for the patches of apply: it may be newer than what is known here. upstream: apimachinery/pkg/util/strategicpatch PatchMetaFromOpenAPIV3 */
import type { Client } from '../../client/client'
import { typeNamed } from '../../kinds/schema/table'
import { DEDUCED, FieldInfo, listOf, mapOf, Shape, TypeInfo } from '../../kinds/schema/type-info'
import { documentOf, type GroupVersionKind, type Schema, type Schemas } from '../explain/openapi'
import type { DiscoveredResource } from '../rest-mapper'

interface PatchSchema extends Schema {
  readonly 'x-kubernetes-patch-strategy'?: string
  readonly 'x-kubernetes-patch-merge-key'?: string
}

const STRATEGIC = 'application/strategic-merge-patch+json'

/** undefined where the server says nothing of it, or takes no strategic patch of the kind. */
export async function serverType(client: Client, { group, version, kind, plural }: DiscoveredResource): Promise<TypeInfo | undefined> {
  try {
    const { schemas, paths } = await documentOf(client, { group, version, resource: plural })
    const isOf = (gvk: GroupVersionKind | undefined): boolean => gvk !== undefined && gvk.group === group && gvk.version === version && gvk.kind === kind
    const patch = Object.values(paths).map(path => path?.['patch'] as PatchOperation | undefined).find(p => isOf(p?.['x-kubernetes-group-version-kind']))
    if (!Object.hasOwn(patch?.requestBody?.content ?? {}, STRATEGIC)) return undefined
    const schema = Object.values(schemas).find(s => s?.['x-kubernetes-group-version-kind']?.some(isOf))
    return schema === undefined ? undefined : structOf(schema, schemas)
  } catch {
    // A server without such documents: what is known here counts.
    return undefined
  }
}

interface PatchOperation {
  readonly 'x-kubernetes-group-version-kind'?: GroupVersionKind
  readonly requestBody?: { readonly content?: Readonly<Record<string, unknown>> }
}

const made = new WeakMap<Schema, TypeInfo>()

function structOf(schema: Schema, schemas: Schemas): TypeInfo {
  const known = made.get(schema)
  if (known !== undefined) return known
  const type = new TypeInfo('object', 'object', Shape.Struct)
  made.set(schema, type)
  for (const [name, property] of Object.entries(schema.properties ?? {}) as [string, PatchSchema][]) {
    const mergeKey = property['x-kubernetes-patch-merge-key'] ?? ''
    const patchStrategy = (property['x-kubernetes-patch-strategy'] ?? '').split(',').filter(s => s !== '')
    type.addField(new FieldInfo(name, type.fieldList.length, () => typeOf(property, schemas), false, { mergeKey, patchStrategy }))
  }
  return type
}

function typeOf(property: Schema, schemas: Schemas): TypeInfo {
  const reference = property.$ref ?? property.allOf?.[0]?.$ref
  const schema = reference === undefined ? property : schemas[reference.slice(reference.lastIndexOf('/') + 1)]
  if (schema === undefined) return DEDUCED
  if (schema.properties !== undefined) return structOf(schema, schemas)
  const { items, additionalProperties } = schema
  if (schema.type === 'array' && items !== undefined) return listOf(() => typeOf(items, schemas), 'atomic')
  if (typeof additionalProperties === 'object') return mapOf(() => typeOf(additionalProperties, schemas))
  return schema.type === undefined || schema.type === 'object' ? DEDUCED : typeNamed('string')
}
