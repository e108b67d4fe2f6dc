/** The kinds that CustomResourceDefinitions bring. A definition is looked up when its kind is asked for, and what is made of it is kept until it changes. upstream: apiextensions-apiserver/pkg/apiserver/customresource_handler.go, customresource_discovery_controller.go */
import { kindOfVersion } from '../kinds/apiextensions/custom-resource/kind'
import { customResourceDefinition } from '../kinds/apiextensions/custom-resource-definition/kind'
import type { CustomVersions, Kind } from '../kinds/kind'
import type { ResourceInfo } from '../kinds/schema/table'
import type { CustomResourceDefinition } from '../kinds/schema/types/apiextensions.v1'
import type { Lister } from '../client/lister'

const VERBS = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch']
const SUBRESOURCE_VERBS = ['get', 'patch', 'update']

interface Served {
  readonly resourceVersion: string
  /** By version. The stored one is also among them when it is not served: `versions` of each kind says what is. */
  readonly kinds: ReadonlyMap<string, Kind>
  readonly stored: Kind
}

export class CustomResources {
  /** By the definition's name. */
  private readonly made = new Map<string, Served>()

  constructor(private readonly lister: Lister) {}

  /** The kind of a version, the stored one when it is not named or unknown. undefined when nobody defines it. */
  byPlural(group: string, plural: string, version?: string): Kind | undefined {
    // Groups without a dot are the project's own: no definition can be for them.
    if (!group.includes('.')) return undefined
    const crd = this.lister.get(customResourceDefinition, `${plural}.${group}`)
    return crd === undefined ? undefined : this.kindOf(crd, version)
  }

  byKind(group: string, kind: string): Kind | undefined {
    if (!group.includes('.')) return undefined
    const crd = this.lister.byIndex(customResourceDefinition, 'group', group).find(c => c.status?.acceptedNames?.kind === kind)
    return crd === undefined ? undefined : this.kindOf(crd)
  }

  private kindOf(crd: CustomResourceDefinition, version?: string): Kind | undefined {
    if (crd.status?.conditions?.some(c => c.type === 'Established' && c.status === 'True') !== true) return undefined
    const { name, resourceVersion, uid } = crd.metadata
    const id = `${uid}/${resourceVersion}`
    let served = this.made.get(name)
    if (served?.resourceVersion !== id) this.made.set(name, (served = serve(crd, id)))
    return (version === undefined ? undefined : served.kinds.get(version)) ?? served.stored
  }

  /** The stored kind of every definition that is served. */
  all(): Kind[] {
    return this.definitions().flatMap(crd => this.kindOf(crd) ?? [])
  }

  private definitions(): readonly CustomResourceDefinition[] {
    return this.lister.list(customResourceDefinition)
  }

  /** What discovery says, groups by name, versions by preference. */
  resources(): ResourceInfo[] {
    const out: ResourceInfo[] = []
    const kinds = this.all().sort((a, b) => (a.group === b.group ? (a.plural < b.plural ? -1 : 1) : a.group < b.group ? -1 : 1))
    for (const group of new Set(kinds.map(k => k.group))) {
      const own = kinds.filter(k => k.group === group)
      const versions = [...new Set(own.flatMap(k => k.versions))].sort(byPreference)
      for (const version of versions) for (const k of own) if (k.versions.includes(version)) out.push(info(this.byPlural(k.group, k.plural, version) as Kind, version, k.version))
    }
    return out
  }
}

function serve(crd: CustomResourceDefinition, id: string): Served {
  const versions = crd.spec.versions
  const served = versions.filter(v => v.served).map(v => v.name).sort(byPreference)
  const storage = versions.find(v => v.storage) ?? (versions[0] as (typeof versions)[number])
  const apiVersion = (name: string): string => `${crd.spec.group}/${name}`
  const byVersion = new Map<string, Kind>()
  const { strategy, webhook } = crd.spec.conversion ?? {}
  const siblings: CustomVersions = {
    kinds: byVersion,
    stored: apiVersion(storage.name),
    known: new Set(versions.map(v => apiVersion(v.name))),
    webhook: strategy !== 'Webhook' || webhook?.clientConfig === undefined ? undefined : { definition: crd.metadata.name, clientConfig: webhook.clientConfig, reviewVersions: webhook.conversionReviewVersions },
    converted: new Map(),
  }
  const kinds = new Map<string, Kind>()
  for (const v of versions) {
    if (v !== storage && !v.served) continue
    const kind = kindOfVersion(crd, v, served, siblings)
    kinds.set(v.name, kind)
    byVersion.set(apiVersion(v.name), kind)
  }
  return { resourceVersion: id, kinds, stored: kinds.get(storage.name) as Kind }
}

function info(kind: Kind, version: string, storageVersion: string): ResourceInfo {
  const apiVersion = `${kind.group}/${version}`
  const subresource = (name: string): ResourceInfo['subresources'][number] => (name === 'scale' ? { name, apiVersion: 'autoscaling/v1', kind: 'Scale', verbs: SUBRESOURCE_VERBS } : { name, apiVersion, kind: kind.kind, verbs: SUBRESOURCE_VERBS })
  return {
    group: kind.group,
    version,
    apiVersion,
    plural: kind.plural,
    singular: kind.singular,
    kind: kind.kind,
    namespaced: kind.scope === 'Namespaced',
    verbs: kind.custom?.terminating === true ? VERBS.filter(v => !['create', 'update', 'patch'].includes(v)) : VERBS,
    shortNames: kind.shortNames ?? [],
    categories: kind.categories ?? [],
    subresources: Object.keys(kind.subresources).map(subresource),
    storageVersion,
  }
}

/** v2, v1, v1beta2, v1alpha1, then others by name. upstream: apimachinery/pkg/version CompareKubeAwareVersionStrings */
function byPreference(a: string, b: string): number {
  const rank = (v: string): readonly [number, number, number] | undefined => {
    const m = /^v([1-9]\d*)(?:(alpha|beta)([1-9]\d*))?$/.exec(v)
    return m === null ? undefined : [m[2] === undefined ? 2 : m[2] === 'beta' ? 1 : 0, Number(m[1]), Number(m[3] ?? 0)]
  }
  const x = rank(a)
  const y = rank(b)
  if (x === undefined || y === undefined) return x === y ? (a < b ? -1 : a > b ? 1 : 0) : x === undefined ? 1 : -1
  return y[0] - x[0] || y[1] - x[1] || y[2] - x[2]
}
