/** Which kinds are served, found by group and plural or by kind. */
import { noSuchPath } from '../base/status'
import type { Kind, KubeObject } from '../kinds/kind'
import type { ResourceInfo } from '../kinds/schema/table'

/** Kinds that come and go. */
export interface CustomKinds {
  byPlural(group: string, plural: string, version?: string): Kind | undefined
  byKind(group: string, kind: string): Kind | undefined
  all(): Kind[]
  resources(): ResourceInfo[]
}

const NO_KINDS: readonly Kind[] = []

export class Registry {
  private readonly byPlural = new Map<string, Kind>()
  private readonly byKind = new Map<string, Kind>()
  /** Further versions of a kind, by group, plural and version. */
  private readonly versions = new Map<string, Kind>()
  private readonly views = new Map<Kind, readonly Kind[]>()

  /** Kinds that are answered and never stored, by group and plural: served, and no part of all(). */
  private readonly transient = new Map<string, Kind>()

  constructor(kinds: readonly Kind[], transient: readonly Kind[] = []) {
    for (const kind of kinds) this.add(kind)
    for (const kind of transient) this.transient.set(`${kind.group}/${kind.plural}`, kind)
  }

  add(kind: Kind): void {
    if (kind.view !== undefined && kind.view.of.group === kind.group) {
      this.versions.set(`${kind.group}/${kind.plural}/${kind.version}`, kind)
      const stored = kind.view.of as unknown as Kind
      this.views.set(stored, [...this.viewsOf(stored), kind])
      return
    }
    this.byPlural.set(`${kind.group}/${kind.plural}`, kind)
    this.byKind.set(`${kind.group}/${kind.kind}`, kind)
  }

  /** The further forms of a stored kind; none for nearly all. */
  viewsOf(kind: Kind): readonly Kind[] {
    return this.views.get(kind) ?? NO_KINDS
  }

  remove(kind: Kind): void {
    this.byPlural.delete(`${kind.group}/${kind.plural}`)
    this.byKind.delete(`${kind.group}/${kind.kind}`)
  }

  /** As it is stored, or the form of a version that is converted. Throws the 404 of an unknown path. */
  kind(group: string, plural: string, version?: string): Kind {
    const kind = this.byPlural.get(`${group}/${plural}`)
    if (kind !== undefined && version !== undefined && version !== kind.version) return this.versions.get(`${group}/${plural}/${version}`) ?? kind
    if (kind === undefined) {
      const custom = this.custom?.byPlural(group, plural, version)
      if (custom !== undefined) return custom
      const transient = this.transient.get(`${group}/${plural}`)
      if (transient === undefined) throw noSuchPath()
      return transient
    }
    return kind
  }

  find(group: string, plural: string): Kind | undefined {
    return this.byPlural.get(`${group}/${plural}`) ?? this.custom?.byPlural(group, plural)
  }

  ofKind(group: string, kind: string): Kind | undefined {
    return this.byKind.get(`${group}/${kind}`) ?? this.custom?.byKind(group, kind)
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
    return this.custom?.resources() ?? []
  }

  all(): Iterable<Kind<KubeObject>> {
    const custom = this.custom?.all() ?? []
    return custom.length === 0 ? this.byPlural.values() : [...this.byPlural.values(), ...custom]
  }
}
