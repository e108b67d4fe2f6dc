/** `kubectl explain`: types, fields, values. upstream: kubectl/pkg/cmd/explain */
import { ExitError, UsageError } from '../../base/errors'
import { apiVersionOf } from '../../kinds/kind'
import type { CustomResourceDefinition } from '../../kinds/schema/types/apiextensions.v1'
import { typeNamed, typeOfKind } from '../../kinds/schema/table'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import { resourceOf } from '../resource-of'
import type { DiscoveredResource, RestMapper } from '../rest-mapper'
import { schemaOfJson, schemaOfType, type JsonSchema, type Schema } from './schema'
import { explainText, followPath } from './text'

export interface Options {
  readonly factory: Factory
  readonly resource: DiscoveredResource
  readonly path: readonly string[]
  readonly recursive: boolean
}

/** Throws UsageError. */
export async function toOptions({ args, flags }: Invocation<'explain'>, factory: Factory): Promise<Options> {
  const mapper = await factory.mapper()
  const found = parse(args[0] ?? '', mapper, flags['api-version'] === '')
  if (flags.output !== 'plaintext' && flags.output !== 'plaintext-openapiv2') throw new UsageError(`unrecognized format: ${flags.output}`)
  return { factory, ...found, resource: inVersion(found.resource, flags['api-version'], mapper), recursive: flags.recursive }
}

/** `pods.spec.containers`, `deployments.apps.spec`. upstream: SplitAndParseResourceRequestWithMatchingPrefix */
function parse(argument: string, mapper: RestMapper, withGroup: boolean): { resource: DiscoveredResource; path: readonly string[] } {
  const words = argument.replace(/\.$/, '')
  if (/[[\](){}*@?]/.test(words)) throw new UsageError('invalid jsonpath syntax, all nodes must be field nodes')
  const [type = '', ...path] = words.split('.')
  const first = knownType(type, mapper)
  if (withGroup) {
    for (const resource of mapper.resources) {
      const full = resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`
      if (resource.plural === first.plural && (words === full || words.startsWith(`${full}.`))) return { resource, path: words.slice(full.length + 1).split('.').filter(p => p !== '') }
    }
  }
  return { resource: first, path: path.filter(p => p !== '') }
}

/** An unknown type is told without `error: ` here. upstream: meta.NoResourceMatchError */
function knownType(type: string, mapper: RestMapper): DiscoveredResource {
  try {
    return mapper.resourceFor(type)
  } catch (error) {
    throw new ExitError((error as Error).message, 1)
  }
}

function inVersion(resource: DiscoveredResource, apiVersion: string, mapper: RestMapper): DiscoveredResource {
  if (apiVersion === '') return resource
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/', 2) as [string, string] : ['', apiVersion]
  const asked = `${group}/${version}, Resource=${resource.plural}`
  const served = mapper.resources.filter(r => r.group === group && r.version === version)
  if (served.length === 0) throw new UsageError(`couldn't find resource for "${asked}"`)
  const found = served.find(r => r.plural === resource.plural)
  if (found === undefined) throw new UsageError(`GVR (${asked}) not found in OpenAPI schema`)
  return found
}

/** Throws UsageError for a field that does not exist, after the head of the page. */
export async function run({ factory, resource, path, recursive }: Options): Promise<void> {
  const { group, kind, version } = resource
  factory.io.stdout(`${group === '' ? '' : `GROUP:      ${group}\n`}KIND:       ${kind}\nVERSION:    ${version}\n\n`)
  factory.io.stdout(explainText(followPath(await schemaOf(factory, resource), path), recursive))
}

async function schemaOf(factory: Factory, resource: DiscoveredResource): Promise<Schema> {
  const type = typeOfKind(apiVersionOf(resource), resource.kind)
  if (type !== undefined) return schemaOfType(type)
  const client = await factory.client()
  const { spec } = await client.get(resourceOf<CustomResourceDefinition>('apiextensions.k8s.io/v1', 'CustomResourceDefinition'), `${resource.plural}.${resource.group}`)
  const schema = spec.versions.find(v => v.name === resource.version)?.schema?.openAPIV3Schema
  return schemaOfJson((schema ?? { type: 'object' }) as JsonSchema, schemaOfType(typeNamed('meta.v1.ObjectMeta')))
}
