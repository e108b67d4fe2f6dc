/** From what a person types (`po`, `deployments.v1.apps`, `all`) or a file says (apiVersion, kind) to a resource, by the server's discovery. upstream: apimachinery/pkg/api/meta, client-go/restmapper */
import { ExitError, UsageError } from '../base/errors'
import type { Client } from '../client/client'
import type { Resource } from '../kinds/kind'

/** A resource with what discovery tells of it besides its names. */
export interface DiscoveredResource extends Resource {
  readonly verbs: readonly string[]
  /** Names of subresources, `scale`, `status`. */
  readonly subresources: readonly string[]
}

/** apidiscovery.k8s.io/v2 */
interface DiscoveryDocument {
  readonly items?: readonly {
    readonly metadata?: { readonly name?: string }
    readonly versions?: readonly { readonly version: string; readonly resources?: readonly DiscoveryResource[] }[]
  }[]
}
interface DiscoveryResource {
  readonly resource: string
  readonly responseKind?: { readonly group?: string; readonly version?: string; readonly kind?: string }
  readonly scope?: string
  readonly singularResource?: string
  readonly verbs?: readonly string[]
  readonly shortNames?: readonly string[]
  readonly categories?: readonly string[]
  readonly subresources?: readonly { readonly subresource: string }[]
}

/** Nothing serves that kind. upstream: meta.NoKindMatchError */
export class NoKindMatch extends UsageError {
  constructor(group: string, kind: string, versions: readonly string[]) {
    const full = versions.map(v => (group === '' ? v : `${group}/${v}`))
    const name = group === '' ? kind : `${kind}.${group}`
    super(full.length === 0 ? `no matches for kind "${kind}" in group "${group}"` : full.length === 1 ? `no matches for kind "${kind}" in version "${full[0]}"` : `no matches for kind "${name}" in versions [${full.map(v => JSON.stringify(v)).join(' ')}]`)
  }
}

export interface RestMapper {
  /** All resources, in the server's order: groups, then versions by preference. */
  readonly resources: readonly DiscoveredResource[]
  /** What an argument names: resource, short name or kind, perhaps with version and group. Throws UsageError in kubectl's words. */
  resourceFor(argument: string): DiscoveredResource
  /** The resource of an object's kind, at that very version. Throws NoKindMatch. */
  resourceForKind(group: string, version: string, kind: string): DiscoveredResource
  /** The resources of a category (`all`) as arguments, undefined when there is no such category. */
  category(name: string): readonly string[] | undefined
}

const ACCEPT = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json'

/** Asks the server for the aggregated discovery of /api and /apis. Throws StatusError. */
export async function readDiscovery(client: Client): Promise<readonly object[]> {
  const read = async (path: string): Promise<object> => JSON.parse((await client.request({ method: 'GET', path, accept: ACCEPT })).body) as object
  return [await read('/api'), await read('/apis')]
}

/** `documents`: aggregated discovery of /api and /apis, in this order. `warn` hears of short names that several resources claim. */
export function createRestMapper(documents: readonly object[], warn: (text: string) => void = () => {}): RestMapper {
  const resources = readResources(documents as readonly DiscoveryDocument[])
  const byWord = new Map<string, DiscoveredResource[]>()
  const byKind = new Map<string, DiscoveredResource>()
  const add = (word: string, resource: DiscoveredResource): void => {
    const list = byWord.get(word)
    if (list === undefined) byWord.set(word, [resource])
    else if (!list.includes(resource)) list.push(resource)
  }
  for (const resource of resources) {
    add(resource.plural.toLowerCase(), resource)
    add(resource.singular.toLowerCase(), resource)
    const key = `${resource.group}/${resource.version}/${resource.kind}`
    if (!byKind.has(key)) byKind.set(key, resource)
  }
  // A short name belongs to the first that claims it, unless the group says another.
  const byShortName = new Map<string, DiscoveredResource[]>()
  for (const resource of resources) {
    for (const short of resource.shortNames ?? []) byShortName.set(short, [...(byShortName.get(short) ?? []), resource])
  }

  /** `group` may be the beginning of one; the exact one wins. */
  const inGroup = (candidates: readonly DiscoveredResource[], group: string, version: string): DiscoveredResource | undefined => {
    const fitting = version === '' ? candidates : candidates.filter(r => r.version === version)
    if (group === '') return fitting[0]
    return fitting.find(r => r.group === group) ?? fitting.find(r => r.group.startsWith(group))
  }
  const lookUp = (word: string, group: string, version: string): DiscoveredResource | undefined => {
    const lower = word.toLowerCase()
    const claimants = byShortName.get(lower) ?? []
    const expanded = inGroup(claimants, group, '')
    if (expanded !== undefined) {
      // upstream: client-go/restmapper/shortcut.go expandResourceShortcut
      const others = claimants.filter(r => (group === '' || r.group === group) && (r.plural !== expanded.plural || r.group !== expanded.group))
      for (const name of new Set(others.map(r => (r.group === '' ? r.plural : `${r.plural}.${r.group}`)))) warn(`short name ${JSON.stringify(lower)} could also match lower priority resource ${name}`)
      const found = inGroup(byWord.get(expanded.plural) ?? [], expanded.group, version)
      if (found !== undefined) return found
    }
    return inGroup(byWord.get(lower) ?? [], group, version)
  }
  const kindOf = (kind: string, group: string, version: string): DiscoveredResource | undefined =>
    version !== '' ? (byKind.get(`${group}/${version}/${kind}`) ?? lowerCased(group, version, kind)) : resources.find(r => (r.kind === kind || r.kind.toLowerCase() === kind) && r.group === group)

  const lowerCased = (group: string, version: string, kind: string): DiscoveredResource | undefined => {
    const known = resources.find(r => r.group === group && r.version === version && r.kind.toLowerCase() === kind)
    return known === undefined ? undefined : { ...known, kind }
  }

  return {
    resources,
    resourceFor(argument) {
      const [word = '', ...rest] = argument.split('.')
      const found = word === '' ? undefined
        : (rest.length >= 2 ? lookUp(word, rest.slice(1).join('.'), rest[0] as string) : undefined)
          ?? lookUp(word, rest.join('.'), '')
          ?? (rest.length >= 2 ? kindOf(word, rest.slice(1).join('.'), rest[0] as string) : undefined)
          ?? kindOf(word, rest.join('.'), '')
      if (found === undefined) throw new UsageError(`the server doesn't have a resource type ${JSON.stringify(word)}`)
      return found
    },
    resourceForKind(group, version, kind) {
      // Upstream's mapper knows every kind in lower case as well.
      const found = byKind.get(`${group}/${version}/${kind}`) ?? lowerCased(group, version, kind)
      if (found === undefined) throw new NoKindMatch(group, kind, version === '' ? [] : [version])
      return found
    },
    category(name) {
      const members = [...new Set(resources.filter(r => r.categories?.includes(name)).map(r => (r.group === '' ? r.plural : `${r.plural}.${r.group}`)))]
      return members.length === 0 ? undefined : members
    },
  }
}

function readResources(documents: readonly DiscoveryDocument[]): DiscoveredResource[] {
  const resources: DiscoveredResource[] = []
  for (const document of documents) {
    for (const item of document.items ?? []) {
      const group = item.metadata?.name ?? ''
      for (const { version, resources: listed = [] } of item.versions ?? []) {
        for (const r of listed) {
          const kind = r.responseKind?.kind ?? ''
          resources.push({
            group, version, kind,
            plural: r.resource,
            singular: r.singularResource || kind.toLowerCase(),
            shortNames: r.shortNames ?? [],
            categories: r.categories ?? [],
            scope: r.scope === 'Namespaced' ? 'Namespaced' : 'Cluster',
            verbs: r.verbs ?? [],
            subresources: (r.subresources ?? []).map(s => s.subresource),
          })
        }
      }
    }
  }
  return resources
}

/** As resourceFor, but an unknown type is told without `error: `, as where no builder has looked for it. Throws ExitError. upstream: meta.NoResourceMatchError */
export function knownType(mapper: RestMapper, type: string): DiscoveredResource {
  try {
    return mapper.resourceFor(type)
  } catch (error) {
    throw new ExitError((error as Error).message, 1)
  }
}
