/** Discovery: which groups, versions and resources are served, in the aggregated and in the older form. upstream: apiserver/pkg/endpoints/discovery */
import { createHash } from 'node:crypto'
import { resources, type ResourceInfo } from '../kinds/schema/table'

export interface AggregatedDiscovery {
  readonly kind: 'APIGroupDiscoveryList'
  readonly apiVersion: 'apidiscovery.k8s.io/v2'
  readonly metadata: object
  readonly items: readonly GroupDiscovery[]
}
export interface GroupDiscovery {
  readonly metadata: { readonly name?: string; readonly creationTimestamp?: null }
  readonly versions: readonly { readonly version: string; readonly resources: readonly object[]; readonly freshness?: string }[]
}

/** The two documents, `/api` and `/apis`. `extra` are resources besides the built-in ones (custom ones), in their own order. */
export function aggregatedDiscovery(extra: readonly ResourceInfo[]): { api: AggregatedDiscovery; apis: AggregatedDiscovery } {
  const groups = new Map<string, Map<string, object[]>>()
  for (const r of [...resources(), ...extra]) {
    let versions = groups.get(r.group)
    if (versions === undefined) groups.set(r.group, (versions = new Map()))
    let list = versions.get(r.version)
    if (list === undefined) versions.set(r.version, (list = []))
    list.push(resourceDiscovery(r))
  }
  const list = (items: GroupDiscovery[]): AggregatedDiscovery => ({ kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items })
  const items = [...groups].map(([name, versions]): [string, GroupDiscovery] => [
    name,
    { metadata: name === '' ? {} : { name }, versions: [...versions].map(([version, served]) => ({ version, resources: served, freshness: 'Current' })) },
  ])
  return { api: list(items.filter(([n]) => n === '').map(([, g]) => g)), apis: list(items.filter(([n]) => n !== '').map(([, g]) => g)) }
}

function resourceDiscovery(r: ResourceInfo): object {
  const kindOf = (apiVersion: string, kind: string): object => {
    const slash = apiVersion.indexOf('/')
    const own = apiVersion === r.apiVersion
    return { group: own || slash < 0 ? '' : apiVersion.slice(0, slash), version: own ? '' : apiVersion.slice(slash + 1), kind }
  }
  return {
    resource: r.plural,
    responseKind: kindOf(r.apiVersion, r.kind),
    scope: r.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: r.singular,
    verbs: r.verbs,
    ...(r.shortNames.length > 0 ? { shortNames: r.shortNames } : {}),
    ...(r.categories.length > 0 ? { categories: r.categories } : {}),
    ...(r.subresources.length > 0 ? { subresources: r.subresources.map(s => ({ subresource: s.name, responseKind: kindOf(s.apiVersion, s.kind), verbs: s.verbs })) } : {}),
  }
}

/** `/api/v1`, `/apis/apps/v1`: meta.v1.APIResourceList, undefined when that version is not served. */
export function resourceList(group: string, version: string, extra: readonly ResourceInfo[]): object | undefined {
  const served = [...resources(), ...extra].filter(r => r.group === group && r.version === version)
  if (served.length === 0) return undefined
  const groupVersion = group === '' ? version : `${group}/${version}`
  return {
    kind: 'APIResourceList',
    ...(group === '' ? {} : { apiVersion: 'v1' }),
    groupVersion,
    resources: served.flatMap(r => [
      { name: r.plural, singularName: r.singular, namespaced: r.namespaced, kind: r.kind, verbs: r.verbs, ...(r.shortNames.length > 0 ? { shortNames: r.shortNames } : {}), ...(r.categories.length > 0 ? { categories: r.categories } : {}), ...(r.verbs.includes('delete') ? { storageVersionHash: storageVersionHash(r) } : {}) },
      ...r.subresources.map(s => ({ name: `${r.plural}/${s.name}`, singularName: '', namespaced: r.namespaced, ...(s.apiVersion === groupVersion ? {} : groupOf(s.apiVersion)), kind: s.kind, verbs: s.verbs })),
    ]),
  }
}

/** Kinds that are stored in another group's or version's form. */
const STORED_AS: Readonly<Record<string, string>> = { 'autoscaling/v1/HorizontalPodAutoscaler': 'autoscaling/v2/HorizontalPodAutoscaler', 'events.k8s.io/v1/Event': '/v1/Event' }

/** Changes when objects are stored in another form. upstream: apiserver/pkg/endpoints/discovery StorageVersionHash */
function storageVersionHash({ group, version, kind, storageVersion = version }: ResourceInfo): string {
  const form = `${group}/${storageVersion}/${kind}`
  return createHash('sha256').update(STORED_AS[form] ?? form).digest().subarray(0, 8).toString('base64')
}

function groupOf(apiVersion: string): { group?: string; version: string } {
  const slash = apiVersion.indexOf('/')
  return slash < 0 ? { version: apiVersion } : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) }
}

/** `/apis`: meta.v1.APIGroupList. */
export function groupList(extra: readonly ResourceInfo[]): object {
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups(extra) }
}
export function groupDocument(name: string, extra: readonly ResourceInfo[]): object | undefined {
  const group = groups(extra).find(g => g.name === name)
  return group === undefined ? undefined : { kind: 'APIGroup', apiVersion: 'v1', ...group }
}

function groups(extra: readonly ResourceInfo[]): { name: string; versions: object[]; preferredVersion: object }[] {
  const versions = new Map<string, Set<string>>()
  for (const r of [...resources(), ...extra]) {
    if (r.group === '') continue
    const known = versions.get(r.group)
    if (known === undefined) versions.set(r.group, new Set([r.version]))
    else known.add(r.version)
  }
  return [...versions].map(([name, list]) => {
    const served = [...list].map(version => ({ groupVersion: `${name}/${version}`, version }))
    return { name, versions: served, preferredVersion: served[0] as object }
  })
}
