/**
 * The OpenAPI 2 document in the binary form that kubectl and other Go clients ask for: its schemas, and what can be asked with which
 * query parameters. upstream: github.com/google/gnostic-models/openapiv2
 */
import { byCodePoint } from '../../base/go-text'
import type { Json } from './schemas'

/** Clients still ask for it with an `@`, which is no media type. */
export const SWAGGER_PROTOBUF = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf'

/** Field numbers of gnostic's messages. */
const DOCUMENT = { swagger: 1, info: 2, paths: 8, definitions: 9 }
const INFO = { title: 1, version: 2 }
const NAMED = { name: 1, value: 2 }
const PATHS = { path: 2 }
const PATH_ITEM: Readonly<Record<string, number>> = { get: 2, put: 3, post: 4, delete: 5, options: 6, head: 7, patch: 8 }
const OPERATION = { tags: 1, description: 3, operationId: 5, produces: 6, consumes: 7, parameters: 8, extension: 13 }
const QUERY = { in: 2, description: 3, name: 4, type: 6 }
const SCHEMA = { $ref: 1, format: 2, title: 3, description: 4, required: 19, enum: 20, additionalProperties: 21, type: 22, items: 23, allOf: 24, properties: 25, extension: 31 }

/** Encodes a document; `swagger` is the parsed JSON. */
export function swaggerProtobuf({ swagger, info, paths, definitions }: Json): Uint8Array {
  const { title, version } = info as { title: string; version: string }
  return Buffer.concat([
    text(DOCUMENT.swagger, swagger as string),
    message(DOCUMENT.info, [text(INFO.title, title), text(INFO.version, version)]),
    message(DOCUMENT.paths, entries(paths as Json).map(([path, item]) => message(PATHS.path, [text(NAMED.name, path), message(NAMED.value, pathItem(item as Json))]))),
    message(DOCUMENT.definitions, named(definitions as Json)),
  ])
}

const entries = (object: Json): [string, unknown][] => Object.entries(object).sort(([a], [b]) => byCodePoint(a, b))
const named = (schemas: Json): Buffer[] => entries(schemas).map(([name, s]) => message(1, [text(NAMED.name, name), message(NAMED.value, schemaOf(s as Json))]))

function schemaOf(schema: Json): Buffer[] {
  const { $ref, format, title, description, required, enum: values, additionalProperties, type, items, allOf, properties } = schema as Record<string, never>
  const out = [text(SCHEMA.$ref, $ref), text(SCHEMA.format, format), text(SCHEMA.title, title), text(SCHEMA.description, description)]
  for (const name of (required ?? []) as string[]) out.push(text(SCHEMA.required, name))
  for (const value of (values ?? []) as unknown[]) out.push(message(SCHEMA.enum, [any(value)]))
  if (additionalProperties !== undefined) out.push(message(SCHEMA.additionalProperties, [typeof additionalProperties === 'object' ? message(1, schemaOf(additionalProperties)) : flag(2, additionalProperties)]))
  if (type !== undefined) out.push(message(SCHEMA.type, [text(1, type)]))
  if (items !== undefined) out.push(message(SCHEMA.items, [message(1, schemaOf(items))]))
  for (const part of (allOf ?? []) as Json[]) out.push(message(SCHEMA.allOf, schemaOf(part)))
  if (properties !== undefined) out.push(message(SCHEMA.properties, named(properties)))
  return [...out, ...extensions(SCHEMA.extension, schema)]
}

function pathItem(item: Json): Buffer[] {
  const shared = (item.parameters ?? []) as Json[]
  return Object.entries(PATH_ITEM).flatMap(([method, field]) => {
    const operation = item[method] as Json | undefined
    return operation === undefined ? [] : [message(field, operationOf(operation, shared))]
  })
}

function operationOf(operation: Json, shared: readonly Json[]): Buffer[] {
  const { tags = [], description, operationId, produces = [], consumes = [], parameters = [] } = operation as { tags?: string[]; description?: string; operationId?: string; produces?: string[]; consumes?: string[]; parameters?: Json[] }
  const asked = [...parameters, ...shared].filter(p => p.in === 'query')
  return [
    ...tags.map(t => text(OPERATION.tags, t)),
    text(OPERATION.description, description),
    text(OPERATION.operationId, operationId),
    ...produces.map(p => text(OPERATION.produces, p)),
    ...consumes.map(c => text(OPERATION.consumes, c)),
    // parameter → non-body parameter → query parameter
    ...asked.map(p => message(OPERATION.parameters, [message(1, [message(2, [message(3, queryParameter(p))])])])),
    ...extensions(OPERATION.extension, operation),
  ]
}

const queryParameter = (p: Json): Buffer[] => [text(QUERY.in, p.in as string), text(QUERY.description, p.description as string | undefined), text(QUERY.name, p.name as string), text(QUERY.type, p.type as string)]

const extensions = (field: number, object: Json): Buffer[] => entries(object).filter(([key]) => key.startsWith('x-')).map(([key, value]) => message(field, [text(NAMED.name, key), message(NAMED.value, [any(value)])]))

/** Any value travels as YAML, of which JSON is a part. */
const any = (value: unknown): Buffer => text(2, `${JSON.stringify(value)}\n`)

function varint(n: number): number[] {
  const out: number[] = []
  for (; n > 0x7f; n = Math.floor(n / 0x80)) out.push((n & 0x7f) | 0x80)
  return [...out, n]
}
const NOTHING = Buffer.alloc(0)
const delimited = (field: number, content: Buffer): Buffer => Buffer.concat([Buffer.from([...varint(field * 8 + 2), ...varint(content.length)]), content])
const message = (field: number, parts: readonly Buffer[]): Buffer => delimited(field, Buffer.concat(parts))
const text = (field: number, value: string | undefined): Buffer => (value === undefined || value === '' ? NOTHING : delimited(field, Buffer.from(value)))
const flag = (field: number, value: boolean): Buffer => Buffer.from([...varint(field * 8), value ? 1 : 0])
