/** The resources of a build, in order, each id once. upstream: api/resmap reswrangler.go */
import { matchesLabels, parseLabelSelector } from '../base/label-selector'
import { BuildError } from './errors'
import type { ResourceId } from './ids'
import { NO_NAMESPACE, effectiveNamespace, idSyntax, idText, isIdEqual, isIdIdentical, isNamespaceEqual } from './ids'
import { Resource } from './resource'
import type { Selector } from './selector'
import { compileSelector } from './selector'
import type { SchemaOfKind } from './schema/merging'
import { lookup, metadataMap } from './yaml/edit'
import type { YamlNode } from './yaml/node'
import { goJson } from '../base/go-text'
import { textOf, fieldOf } from './yaml/node'

export class ResourceList {
  items: Resource[] = []

  constructor(items: readonly Resource[] = []) {
    for (const item of items) this.append(item)
  }

  /** Throws BuildError where the id is there already. */
  append(resource: Resource): void {
    const { id } = resource
    if (this.items.some(r => isIdEqual(id, r.id))) throw new BuildError(`may not add resource with an already registered id: ${idText(id)}`)
    this.items.push(resource)
  }
  appendAll(resources: readonly Resource[]): void {
    for (const resource of resources) this.append(resource)
  }
  /** Puts these in the place of all, each id once. */
  reset(resources: readonly Resource[]): void {
    this.items = []
    this.appendAll(resources)
  }
  dropEmpty(): void {
    this.items = this.items.filter(r => !r.isEmpty)
  }
  copy(): ResourceList {
    const copy = new ResourceList()
    copy.items = this.items.map(r => r.copy())
    return copy
  }

  withCurrentId(matches: (id: ResourceId) => boolean): Resource[] {
    return this.items.filter(r => matches(r.id))
  }
  /** By the id of now or an earlier one. */
  withAnyId(matches: (id: ResourceId) => boolean): Resource[] {
    return this.items.filter(r => !r.isEmpty && [...r.previousIds(), r.id].some(matches))
  }
  /** Throws BuildError unless exactly one has, or had, the id. */
  theOne(id: ResourceId): Resource {
    const found = this.withAnyId(other => isIdEqual(id, other))
    if (found.length === 1) return found[0] as Resource
    const text = idText(id)
    throw new BuildError(`${found.length > 1 ? 'multiple' : 'no'} matches for Id ${text}; failed to find unique target for patch ${text}`)
  }
  /** Keeps those whose id is among these. */
  intersect(ids: readonly ResourceId[]): void {
    this.items = this.items.filter(r => ids.some(id => isIdIdentical(id, r.id)))
  }

  /** Adds generated resources, or merges them into those that are there. upstream: AbsorbAll */
  absorb(resources: readonly Resource[]): void {
    for (const resource of resources) this.absorbOne(resource)
  }
  private absorbOne(resource: Resource): void {
    const { id, behavior } = resource
    const found = this.withAnyId(other => isIdEqual(id, other))
    if (found.length > 1) throw new BuildError(`found multiple objects [${found.map(r => goJson(r.value())).join(' ')}] that could accept merge of ${idText(id)}`)
    const old = found[0]
    if (old === undefined) {
      if (behavior === 'merge' || behavior === 'replace') throw new BuildError(`id ${idSyntax(id)} does not exist; cannot merge or replace`)
      return this.append(resource)
    }
    if (behavior !== 'merge' && behavior !== 'replace') throw new BuildError(`id ${idSyntax(id)} exists; can not use behavior: '${behavior}', behavior must be merge or replace`)
    const origin = old.annotations.get('config.kubernetes.io/origin')
    resource.mergeMetadataFrom(old)
    if (behavior === 'merge') {
      resource.mergeDataFrom(old)
      if (origin !== undefined) resource.mark('config.kubernetes.io/origin', origin)
    }
    this.items[this.items.indexOf(old)] = resource
  }

  /** Throws BuildError for a selector that is none. */
  select(selector: Selector): Resource[] {
    const compiled = compileSelector(selector)
    return this.items.filter(r => {
      const [now, first] = [r.id, r.originalId]
      if (!compiled.namespace(effectiveNamespace(first)) && !compiled.namespace(effectiveNamespace(now))) return false
      if (!compiled.name(first.name) && !compiled.name(now.name)) return false
      return compiled.gvk(r.gvk) && matchesText(selector.labelSelector, r.root, 'labels') && matchesText(selector.annotationSelector, r.root, 'annotations')
    })
  }

  /** Merges copies of the patch into those with these ids; what is deleted leaves the list. upstream: ApplySmPatch */
  applyPatch(ids: readonly ResourceId[], patch: Resource, schemaOfKind: SchemaOfKind): void {
    const rest: Resource[] = []
    for (const resource of this.items) {
      if (ids.some(id => isIdIdentical(id, resource.id))) {
        const copy = patch.copy()
        copy.mergeMetadataFrom(patch)
        copy.setType(resource.gvk, patch.kind)
        resource.applyPatch(copy, schemaOfKind)
      }
      if (!resource.isEmpty) rest.push(resource)
    }
    this.reset(rest)
  }

  /** What the referrer could mean by a name: its own namespace, and what has none. */
  reachableFrom(referrer: Resource): Resource[] {
    const { id } = referrer
    if (id.clusterScoped) return this.items
    const granted = grantedNamespaces(referrer)
    return this.items.filter(r => r.id.clusterScoped || isNamespaceEqual(r.id, id) || granted.has(r.namespace))
  }
}

/** By namespace of the id that `idFor` gives; what has none is left out. */
export function byNamespace(resources: readonly Resource[], idFor: (r: Resource) => ResourceId): Map<string, Resource[]> {
  const out = new Map<string, Resource[]>()
  for (const resource of resources) {
    const namespace = effectiveNamespace(idFor(resource))
    if (namespace === NO_NAMESPACE) continue
    const known = out.get(namespace)
    if (known === undefined) out.set(namespace, [resource])
    else known.push(resource)
  }
  return out
}

/** Namespaces of the service accounts that a RoleBinding speaks of. */
function grantedNamespaces(resource: Resource): Set<string> {
  const out = new Set<string>()
  if (resource.kind !== 'RoleBinding') return out
  const subjects = lookup(resource.root, ['subjects'])
  for (const subject of subjects?.kind === 'list' ? subjects.content : []) {
    if (textOf(fieldOf(subject, 'kind')) === 'ServiceAccount' && fieldOf(subject, 'namespace') !== undefined) out.add(textOf(fieldOf(subject, 'namespace')))
  }
  return out
}

/** A selector in words, '' or undefined for everything. Throws BuildError. */
export function matchesText(selector: string | undefined, node: YamlNode, field: 'labels' | 'annotations'): boolean {
  if (selector === undefined || selector === '') return true
  try {
    return matchesLabels(parseLabelSelector(selector), Object.fromEntries(metadataMap(node, field)))
  } catch (error) {
    throw new BuildError(olderWords((error as Error).message))
  }
}

/** kustomize has an older copy of Kubernetes' selectors. upstream: kyaml/yaml/internal/k8sgen/pkg/labels */
function olderWords(message: string): string {
  return message
    .replace('expected: in, notin, =, ==, !=, gt, lt', "expected: '=', '!=', '==', 'in', notin'")
    .replace(/key: Invalid value: ("(?:[^"\\]|\\.)*"): /, 'invalid label key $1: ')
    .replace(/values\[\d+\]\[(.*?)\]: Invalid value: ("(?:[^"\\]|\\.)*"): /, (_, key: string, value: string) => `invalid label value: ${value}: at key: ${JSON.stringify(key)}: `)
}

