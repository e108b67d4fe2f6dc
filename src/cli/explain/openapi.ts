/** What explain reads of the server's OpenAPI documents. upstream: client-go/openapi, kubectl/pkg/explain/v2/explain.go */
import { UsageError } from '../../base/errors'
import type { Client } from '../../client/client'

/** A schema, as far as explain reads it. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly description?: string
  readonly enum?: readonly unknown[]
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly additionalProperties?: Schema | boolean
  readonly allOf?: readonly Schema[]
  readonly externalDocs?: { readonly description?: string; readonly url?: string }
  readonly 'x-kubernetes-group-version-kind'?: readonly GroupVersionKind[]
}
export interface GroupVersionKind {
  readonly group: string
  readonly version: string
  readonly kind: string
}
export interface GroupVersionResource {
  readonly group: string
  readonly version: string
  readonly resource: string
}
type Path = Readonly<Record<string, { readonly 'x-kubernetes-group-version-kind'?: GroupVersionKind } | undefined>>

/** The schemas of a document by name. */
export type Schemas = Readonly<Record<string, Schema | undefined>>

/** Throws UsageError when nothing of the group version is served, StatusError. */
export async function documentOf(client: Client, gvr: GroupVersionResource): Promise<{ readonly schemas: Schemas; readonly paths: Readonly<Record<string, Path | undefined>> }> {
  const path = gvr.group === '' ? `api/${gvr.version}` : `apis/${gvr.group}/${gvr.version}`
  const index = await read<{ readonly paths: Readonly<Record<string, { readonly serverRelativeURL: string } | undefined>> }>(client, '/openapi/v3')
  const at = index.paths[path]
  if (at === undefined) throw new UsageError(`couldn't find resource for "${textOf(gvr)}"`)
  const { components, paths } = await read<{ readonly components?: { readonly schemas?: Schemas }; readonly paths?: Readonly<Record<string, Path | undefined>> }>(client, at.serverRelativeURL)
  return { schemas: components?.schemas ?? {}, paths: paths ?? {} }
}

/** The definitions of the older document. */
export async function definitionsOf(client: Client): Promise<Schemas> {
  return (await read<{ readonly definitions?: Schemas }>(client, '/openapi/v2')).definitions ?? {}
}

async function read<T>(client: Client, path: string): Promise<T> {
  const answer = await client.request({ method: 'GET', path, accept: 'application/json' })
  if (answer.code !== 200) throw new UsageError(`failed to fetch openapi schema for ${path}: the server answered ${answer.code}`)
  return JSON.parse(answer.body) as T
}

/** As Go prints a GroupVersionResource. */
export const textOf = ({ group, version, resource }: GroupVersionResource): string => `${group}/${version}, Resource=${resource}`

/** The kind of a resource, from the first path of it that names one; undefined where none does. */
export function kindOf({ group, version, resource }: GroupVersionResource, paths: Readonly<Record<string, Path | undefined>>): GroupVersionKind | undefined {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`
  let found: GroupVersionKind | undefined
  for (const at of [`${root}/${resource}`, `${root}/${resource}/{name}`, `${root}/namespaces/{namespace}/${resource}`, `${root}/namespaces/{namespace}/${resource}/{name}`]) {
    for (const method of ['get', 'post', 'put', 'patch', 'delete']) {
      const kind = paths[at]?.[method]?.['x-kubernetes-group-version-kind']
      if (kind === undefined) continue
      found = kind
      break
    }
  }
  return found
}

export function schemaOfKind({ group, version, kind }: GroupVersionKind, schemas: Schemas): Schema | undefined {
  return Object.keys(schemas).sort().map(name => schemas[name]).find(s => s?.['x-kubernetes-group-version-kind']?.some(k => k.group === group && k.version === version && k.kind === kind))
}

/** The schema itself, where this one only refers to it. */
export const resolve = (schema: Schema, schemas: Schemas): Schema => (schema.$ref === undefined ? schema : (schemas[nameOf(schema.$ref)] ?? schema))
export const nameOf = (ref: string): string => ref.slice(ref.lastIndexOf('/') + 1)
/** Of a map's values, where they have one. */
export const valuesOf = ({ additionalProperties: s }: Schema): Schema | undefined => (typeof s === 'object' ? s : undefined)
