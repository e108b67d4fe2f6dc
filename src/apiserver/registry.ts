/** Which kinds are served, found by group and plural or by kind. */
import { noSuchPath } from '../base/status'
import type { Kind, KubeObject } from '../kinds/kind'
import type { LateKind } from '../kinds/registry'
import type { ResourceInfo } from '../kinds/schema/table'

/** Kinds that come and go. */
export interface CustomKinds {
  byPlural(group: string, plural: string, version?: string): Kind | undefined
  byKind(group: string, kind: string): Kind | undefined
  all(): Kind[]
  resources(): ResourceInfo[]
}

/** A kind whose objects are computed. */
export interface ComputedKind {
  readonly kind: Kind
  /** Whether it is there now; besides the built-in ones, kinds come and go with an add-on. */
  served(): boolean
  /** How an absent one is called; as the kind's resource when absent. */
  readonly absent?: { readonly group: string; readonly plural: string }
  /** All of them, or of one namespace. */
  objects(namespace: string | undefined): readonly KubeObject[]
  /** One of them, where that takes less than finding it among all. */
  object?(namespace: string | undefined, name: string): KubeObject | undefined
}

const NO_KINDS: readonly Kind[] = []

/** A kind that is made when somebody looks at it. */
interface Slot {
  kind: Kind | undefined
  readonly make: () => Kind
}
const made = (slot: Slot | undefined): Kind | undefined => (slot === undefined ? undefined : (slot.kind ??= slot.make()))

export class Registry {
  private readonly byPlural = new Map<string, Slot>()
  private readonly byKind = new Map<string, Slot>()
  /** Further versions of a kind, by group, plural and version. */
  private readonly versions = new Map<string, Slot>()
  /** The same by group and plural. */
  private readonly views = new Map<string, readonly Slot[]>()

  /** Kinds that are answered and never stored, by group and plural: served, and no part of all(). */
  private transient: Map<string, Kind> | undefined

  constructor(kinds: readonly LateKind[], private readonly transientKinds: () => readonly Kind[] = () => NO_KINDS) {
    for (const { group, plural, kind, furtherVersion, make } of kinds) {
      const slot = { kind: undefined, make }
      if (furtherVersion === undefined) {
        this.byPlural.set(`${group}/${plural}`, slot)
        this.byKind.set(`${group}/${kind}`, slot)
      } else {
        this.versions.set(`${group}/${plural}/${furtherVersion}`, slot)
        this.views.set(`${group}/${plural}`, [...(this.views.get(`${group}/${plural}`) ?? []), slot])
      }
    }
  }

  /** The further forms of a stored kind; none for nearly all. */
  viewsOf(kind: Kind): readonly Kind[] {
    return this.views.get(`${kind.group}/${kind.plural}`)?.map(slot => made(slot) as Kind) ?? NO_KINDS
  }

  /** As it is stored, or the form of a version that is converted. Throws the 404 of an unknown path. */
  kind(group: string, plural: string, version?: string): Kind {
    const kind = made(this.byPlural.get(`${group}/${plural}`))
    if (kind !== undefined && version !== undefined && version !== kind.version) return made(this.versions.get(`${group}/${plural}/${version}`)) ?? kind
    if (kind === undefined) {
      const custom = this.custom?.byPlural(group, plural, version) ?? this.addOn(group, plural)
      if (custom !== undefined) return custom
      this.transient ??= new Map(this.transientKinds().map(kind => [`${kind.group}/${kind.plural}`, kind]))
      const transient = this.transient.get(`${group}/${plural}`)
      if (transient === undefined) throw noSuchPath()
      return transient
    }
    return kind
  }

  find(group: string, plural: string): Kind | undefined {
    return made(this.byPlural.get(`${group}/${plural}`)) ?? this.custom?.byPlural(group, plural) ?? this.addOn(group, plural)
  }

  ofKind(group: string, kind: string): Kind | undefined {
    return made(this.byKind.get(`${group}/${kind}`)) ?? this.custom?.byKind(group, kind)
  }

  /** The kind of an ownerReference or any `apiVersion`, `kind` pair. */
  ofObject(apiVersion: string, kind: string): Kind | undefined {
    const slash = apiVersion.indexOf('/')
    return this.ofKind(slash < 0 ? '' : apiVersion.slice(0, slash), kind)
  }

  /** The kinds that definitions bring while the cluster runs; the server sets it. */
  custom: CustomKinds | undefined

  /** Resources that CustomResourceDefinitions brought, for discovery. */
  customResources(): readonly ResourceInfo[] {
    const custom = this.custom?.resources() ?? []
    const addOns = this.addOns.filter(a => a.served()).map(({ kind: k }) => ({ group: k.group, version: k.version, apiVersion: `${k.group}/${k.version}`, plural: k.plural, singular: k.singular, kind: k.kind, namespaced: k.scope === 'Namespaced', verbs: ['get', 'list'], shortNames: [], categories: [], subresources: [] }))
    return addOns.length === 0 ? custom : [...custom, ...addOns]
  }

  private readonly computed = new Map<Kind, ComputedKind>()
  private readonly addOns: ComputedKind[] = []

  /** Says what the objects of a computed kind are; a kind that is not built in is served from now on, while it is there. */
  compute(computed: ComputedKind): void {
    const { group, plural } = computed.kind
    this.computed.set(computed.kind, computed)
    if (!this.byPlural.has(`${group}/${plural}`)) this.addOns.push(computed)
  }

  private addOn(group: string, plural: string): Kind | undefined {
    const found = this.addOns.find(({ kind }) => kind.group === group && kind.plural === plural)
    return found?.served() === true ? found.kind : undefined
  }

  /** The objects of a computed kind, in the order of the answer. */
  objects<T extends KubeObject>(kind: Kind<T>, namespace: string | undefined): readonly T[] {
    return (this.computed.get(kind as never)?.objects(namespace) ?? []) as readonly T[]
  }

  /** One object of a computed kind. */
  object<T extends KubeObject>(kind: Kind<T>, namespace: string | undefined, name: string): T | undefined {
    const computed = this.computed.get(kind as never)
    return (computed?.object === undefined ? computed?.objects(namespace).find(o => o.metadata.name === name) : computed.object(namespace, name)) as T | undefined
  }

  /** What names a computed object that is not there. */
  absent(kind: Kind): { readonly group: string; readonly plural: string } {
    return this.computed.get(kind)?.absent ?? kind
  }

  /** Whether an add-on answers requests of this group version. */
  servesItself(group: string, version: string): boolean {
    return this.addOns.some(({ kind, served }) => kind.group === group && kind.version === version && served())
  }

  all(): Iterable<Kind<KubeObject>> {
    return [...[...this.byPlural.values()].map(slot => made(slot) as Kind), ...(this.custom?.all() ?? [])]
  }
}
