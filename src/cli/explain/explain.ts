/** `kubectl explain`: types, fields, values. upstream: kubectl/pkg/cmd/explain */
import { UsageError } from '../../base/errors'
import { parseJsonPath, type PathList } from '../../base/json-path'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import { knownType, type DiscoveredResource, type RestMapper } from '../rest-mapper'
import { definitionsOf, documentOf, kindOf, schemaOfKind, textOf, type GroupVersionKind, type GroupVersionResource } from './openapi'
import { explainText } from './plaintext'
import { explainTextV2 } from './plaintext-openapi-v2'

export interface Options {
  readonly factory: Factory
  readonly resource: GroupVersionResource
  /** For the older page. */
  readonly kind: GroupVersionKind
  readonly path: readonly string[]
  readonly recursive: boolean
  readonly output: string
}

/** Throws UsageError. */
export async function toOptions({ args, flags }: Invocation<'explain'>, factory: Factory): Promise<Options> {
  const { resource, path } = parse(args[0] ?? '', await factory.mapper(), flags['api-version'] === '')
  const asked = inVersion(resource, flags['api-version'])
  return { factory, path, resource: asked, kind: { group: asked.group, version: asked.version, kind: resource.kind }, recursive: flags.recursive, output: flags.output }
}

/** `pods.spec.containers`, `deployments.apps.spec`. upstream: SplitAndParseResourceRequestWithMatchingPrefix */
function parse(argument: string, mapper: RestMapper, withGroup: boolean): { resource: DiscoveredResource; path: readonly string[] } {
  const words = argument.replace(/\.$/, '')
  const [type = '', ...path] = fieldsOf(words)
  if (type === '') throw new UsageError('a resource must be present, got: /, Resource=')
  const first = knownType(mapper, type)
  if (withGroup) {
    for (const resource of mapper.resources) {
      const full = resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`
      if (resource.plural === first.plural && (words === full || words.startsWith(`${full}.`))) return { resource, path: words.slice(full.length + 1).split('.').filter(p => p !== '') }
    }
  }
  return { resource: first, path: path.filter(p => p !== '') }
}

/** The argument is a JSONPath of fields alone. Throws UsageError. upstream: jsonPathParse */
function fieldsOf(words: string): string[] {
  let nodes: PathList['nodes']
  try {
    nodes = (parseJsonPath(`{.${words}}`).nodes[0] as PathList).nodes
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
  return nodes.map((node, i) => {
    if (node.type !== 'field') throw new UsageError(`invalid jsonpath syntax, ${i === 0 ? 'first node must be field node' : 'all nodes must be field nodes'}`)
    return node.name
  })
}

/** `--api-version` alone says of which group version; the resource keeps its name. */
function inVersion({ group, version, plural }: DiscoveredResource, apiVersion: string): GroupVersionResource {
  if (apiVersion === '') return { group, version, resource: plural }
  const slash = apiVersion.indexOf('/')
  if (slash !== apiVersion.lastIndexOf('/')) throw new UsageError(`unexpected GroupVersion string: ${apiVersion}`)
  return { group: slash < 0 ? '' : apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1), resource: plural }
}

/** Throws UsageError for a field that does not exist, after the head of the page. */
export async function run({ factory, resource, kind, path, recursive, output }: Options): Promise<void> {
  const client = await factory.client()
  if (output === 'plaintext-openapiv2') {
    const schemas = await definitionsOf(client)
    const schema = schemaOfKind(kind, schemas)
    if (schema === undefined) throw new UsageError(`couldn't find resource for "${kind.group}/${kind.version}, Kind=${kind.kind}"`)
    return factory.io.stdout(explainTextV2(schema, path, kind, schemas, recursive))
  }
  const { schemas, paths } = await documentOf(client, resource)
  if (output !== 'plaintext') throw new UsageError(`unrecognized format: ${output}`)
  const found = kindOf(resource, paths)
  if (found === undefined) throw new UsageError(`GVR (${textOf(resource)}) not found in OpenAPI schema`)
  const schema = schemaOfKind(found, schemas)
  factory.io.stdout(`${found.group === '' ? '' : `GROUP:      ${found.group}\n`}KIND:       ${found.kind}\nVERSION:    ${found.version}\n\n`)
  if (schema === undefined) throw new UsageError(`GVK map[group:${found.group} kind:${found.kind} version:${found.version}] not found in OpenAPI schema`)
  factory.io.stdout(explainText(schema, path, schemas, recursive))
}
