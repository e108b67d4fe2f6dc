/** Which objects the arguments mean, before any of them is read. upstream: cli-runtime/pkg/resource/builder.go */
import { UsageError } from '../../base/errors'
import { NO_RESOURCES } from '../usage/checks'
import type { DiscoveredResource, RestMapper } from '../rest-mapper'

export interface ResourceQuery {
  /** TYPE, TYPE NAME…, TYPE/NAME…, TYPE,TYPE. */
  readonly args?: readonly string[]
  /** Arguments that are names of this type unless they say TYPE/NAME (`logs`, `exec`: pods). upstream: ResourceNames */
  readonly defaultType?: string
  readonly filenames?: readonly string[]
  readonly kustomize?: string
  readonly recursive?: boolean
  readonly namespace: string
  readonly allNamespaces?: boolean
  /** The namespace was given: objects of files must be in it. */
  readonly enforceNamespace?: boolean
  /** undefined: none given. */
  readonly labelSelector?: string | undefined
  readonly fieldSelector?: string | undefined
  /** `--all` */
  readonly selectAll?: boolean
  /** A type alone means all its objects (`get pods`). */
  readonly typeMeansAll?: boolean
  readonly singleType?: boolean
  /** Client-side checks of files: kind and apiVersion must be there. False with --validate=false. */
  readonly validate?: boolean
  /** Files only, no server: nothing is looked up. */
  readonly local?: boolean
  readonly chunkSize?: number
  /** Objects of files are fetched, too, where they are to be fetched at all. upstream: Builder.Latest */
  readonly latest?: boolean
  /** Objects are fetched through it (`scale`, `status`). */
  readonly subresource?: string
}

export interface NamedTarget {
  readonly resource: DiscoveredResource
  readonly name: string
  readonly namespace: string
}

export type Plan =
  | { readonly kind: 'files'; readonly singleItemImplied: boolean }
  | { readonly kind: 'select'; readonly resources: readonly DiscoveredResource[]; readonly labelSelector: string; readonly fieldSelector: string; readonly singleItemImplied: false }
  | { readonly kind: 'names'; readonly targets: readonly NamedTarget[]; readonly singleItemImplied: boolean }

const commas = (argument: string): string[] => [...new Set(argument.split(','))]

/** Whether arguments name objects, not only types. Throws UsageError. upstream: resource.HasNames */
export function hasNames(args: readonly string[]): boolean {
  const words = multiply(args)
  return combined(words) || words.length > 1
}

/** `pods,services web` is `pods/web services/web`. upstream: normalizeMultipleResourcesArgs */
function multiply(args: readonly string[]): readonly string[] {
  const [types = '', ...names] = args
  const list = commas(types)
  if (names.length === 0 || list.length < 2) return args
  return list.flatMap(type => names.map(name => `${type}/${name}`))
}

/** All have a slash, or none. */
function combined(args: readonly string[]): boolean {
  const slashes = args.filter(a => a.includes('/')).length
  if (slashes > 0 && slashes !== args.length) {
    throw new UsageError("there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'")
  }
  return slashes > 0
}

function splitTypeName(argument: string): { type: string; name: string } | undefined {
  if (!argument.includes('/')) return undefined
  const parts = argument.split('/')
  if (parts.length !== 2) throw new UsageError('arguments in resource/name form may not have more than one slash')
  const [type = '', name = ''] = parts
  if (type === '' || name === '' || commas(type).length !== 1) throw new UsageError('arguments in resource/name form must have a single resource and name')
  return { type, name }
}

/** What the arguments say, types as they were typed. */
interface Words {
  readonly types: readonly string[]
  readonly names: readonly string[]
  readonly tuples: readonly { readonly type: string; readonly name: string }[]
  readonly typeAlone: boolean
}

function readWords(query: ResourceQuery, mapper: RestMapper | undefined): Words {
  const args = query.args ?? []
  if (query.defaultType !== undefined) {
    return { types: [], names: [], typeAlone: false, tuples: args.map(arg => splitTypeName(arg) ?? { type: query.defaultType as string, name: arg }) }
  }
  const words = multiply(args)
  if (combined(words)) return { types: [], names: [], typeAlone: false, tuples: words.map(w => splitTypeName(w) as { type: string; name: string }) }
  const [first, ...names] = words
  if (first === undefined) return { types: [], names: [], tuples: [], typeAlone: false }
  const types = commas(first).flatMap(type => mapper?.category(type) ?? [type])
  return { types: [...new Set(types)], names, tuples: [], typeAlone: names.length === 0 }
}

/** Throws UsageError. `mapper` may be undefined for a query of files alone, or a local one. upstream: Builder.Do, visitorResult */
export function planQuery(query: ResourceQuery, mapper: RestMapper | undefined): Plan {
  const words = readWords(query, mapper)
  const files = (query.filenames?.length ?? 0) > 0 || (query.kustomize ?? '') !== ''
  if (query.selectAll && (query.labelSelector ?? '').trim() !== '') throw new UsageError("setting 'all' parameter but found a non empty selector. ")
  const labelSelector = query.selectAll ? '' : (query.labelSelector ?? (words.typeAlone && query.typeMeansAll ? '' : undefined))
  if (files) return planFiles(query, words)
  if (mapper === undefined) throw new UsageError(query.local === true && (query.args?.length ?? 0) > 0 ? `you must specify resources by --filename when --local is set.\n${EXAMPLE_FILES}` : NO_RESOURCES)
  if (labelSelector !== undefined || query.fieldSelector !== undefined) return planSelector(words, mapper, query, labelSelector ?? '')
  if (words.tuples.length > 0) return planTuples(words, mapper, query)
  if (words.names.length > 0) return planNames(words, mapper, query)
  if (words.types.length > 0) {
    for (const type of words.types) mapper.resourceFor(type)
    throw new UsageError('resource(s) were provided, but no name was specified')
  }
  throw new UsageError(NO_RESOURCES)
}

const EXAMPLE_FILES = "Example resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'"

function planFiles(query: ResourceQuery, words: Words): Plan {
  if (words.types.length > 0) throw new UsageError('when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well')
  if (words.names.length > 0) throw new UsageError('name cannot be provided when a path is specified')
  if (words.tuples.length > 0) throw new UsageError('resource/name arguments cannot be provided when a path is specified')
  const filenames = query.filenames ?? []
  return { kind: 'files', singleItemImplied: filenames.length === 1 && filenames[0] !== '-' && !query.recursive }
}

function planSelector(words: Words, mapper: RestMapper, query: ResourceQuery, labelSelector: string): Plan {
  if (words.names.length > 0) throw new UsageError('name cannot be provided when a selector is specified')
  if (words.tuples.length > 0) throw new UsageError('selectors and the all flag cannot be used when passing resource/name arguments')
  if ((query.subresource ?? '') !== '') throw new UsageError('subresource cannot be used when bulk resources are specified')
  if (words.types.length === 0) throw new UsageError('at least one resource must be specified to use a selector')
  return { kind: 'select', resources: mapTypes(words.types, mapper, query), labelSelector, fieldSelector: query.fieldSelector ?? '', singleItemImplied: false }
}

function mapTypes(types: readonly string[], mapper: RestMapper, query: ResourceQuery): DiscoveredResource[] {
  if (types.length > 1 && query.singleType) throw new UsageError('you may only specify a single resource type')
  return [...new Set(types.map(type => mapper.resourceFor(type)))]
}

function planTuples(words: Words, mapper: RestMapper, query: ResourceQuery): Plan {
  if (words.types.length > 0) throw new UsageError('you may not specify individual resources and bulk resources in the same call')
  const targets = words.tuples.map(({ type, name }) => ({ resource: mapper.resourceFor(type), name }))
  if (query.singleType && new Set(targets.map(t => t.resource)).size > 1) throw new UsageError('you may only specify a single resource type')
  return { kind: 'names', targets: targets.map(t => ({ ...t, namespace: namespaceOf(t.resource, query) })), singleItemImplied: targets.length === 1 }
}

function planNames(words: Words, mapper: RestMapper, query: ResourceQuery): Plan {
  if (words.types.length > 1) throw new UsageError('you must specify only one resource')
  const resource = mapTypes(words.types, mapper, query)[0] as DiscoveredResource
  const namespace = namespaceOf(resource, query)
  return { kind: 'names', targets: words.names.map(name => ({ resource, name, namespace })), singleItemImplied: words.names.length === 1 }
}

function namespaceOf(resource: DiscoveredResource, query: ResourceQuery): string {
  if (resource.scope === 'Cluster') return ''
  if (query.allNamespaces) throw new UsageError('a resource cannot be retrieved by name across all namespaces')
  if (query.namespace === '') throw new UsageError('namespace may not be empty when retrieving a resource by name')
  return query.namespace
}
