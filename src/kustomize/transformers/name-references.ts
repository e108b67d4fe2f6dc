/** Names that changed, changed wherever others refer to them. upstream: api/filters/nameref, api/internal/accumulator/namereferencetransformer.go */
import { yamlText } from '../../base/yaml/writer'
import { BuildError, within } from '../errors'
import type { FieldSpec, NameReference } from '../field-specs'
import { visitField } from '../field-specs'
import type { GvkPattern } from '../ids'
import { idText, isNamespaceEqual, isSelected } from '../ids'
import type { Resource } from '../resource'
import { byNamespace } from '../resource-list'
import { getField, lookup, setField, setScalar } from '../yaml/edit'
import type { YamlNode } from '../yaml/node'
import { isMissingOrNull, scalarNode } from '../yaml/node'
import type { Transformer } from './transformer'

export function fixNameReferences(references: readonly NameReference[]): Transformer {
  return resources => {
    const work = new Map<Resource, { spec: FieldSpec; target: GvkPattern }[]>()
    const ids = resources.items.map(r => r.originalId)
    for (const { fieldSpecs, ...target } of references) {
      for (const spec of fieldSpecs) {
        resources.items.forEach((resource, i) => {
          if (!isSelected(ids[i] as GvkPattern, spec)) return
          const known = work.get(resource)
          if (known === undefined) work.set(resource, [{ spec, target }])
          else known.push({ spec, target })
        })
      }
    }
    for (const [referrer, fields] of work) {
      const candidates = resources.reachableFrom(referrer)
      for (const { spec, target } of fields) new Referrer(referrer, spec, target, candidates).fix()
    }
  }
}

/** One field of one resource. */
class Referrer {
  constructor(
    private readonly referrer: Resource,
    private readonly spec: FieldSpec,
    private readonly target: GvkPattern,
    private readonly candidates: readonly Resource[],
  ) {}

  fix(): void {
    const { group, version, kind } = this.referrer.gvk
    const spec: FieldSpec = { ...this.spec, group, version, kind }
    within(() => `updating name reference in '${spec.path}' field of '${idText(this.referrer.id)}'`, () => visitField(this.referrer.root, spec, { set: node => this.set(node) }))
  }

  private set(node: YamlNode): void {
    if (isMissingOrNull(node)) return
    if (node.kind === 'scalar') this.setText(node)
    else if (node.kind === 'map') this.setMap(node)
    else if (node.kind === 'list') {
      for (const element of node.content) {
        if (isMissingOrNull(element)) continue
        if (element.kind === 'scalar') this.setText(element)
        else if (element.kind === 'map') this.setMap(element)
        else throw new BuildError('&yaml.RNode{} is expected to be either a string or a map of string')
      }
    } else throw new BuildError('node must be a scalar, sequence or map')
  }

  private setText(node: YamlNode): void {
    const referral = this.referralFor(node.value, this.candidates, sameName)
    if (referral === undefined) return
    referral.addReferrer(this.referrer.id)
    if (referral.name !== node.value) setScalar(node, scalarNode(referral.name))
  }

  private setMap(node: YamlNode): void {
    const name = getField(node, 'name')
    if (name === undefined) throw new BuildError("path config error; no 'name' field in node")
    const old = name.value
    const referral = this.referralFor(old, this.inNamespaceOf(node), (a, b) => sameName(a, b) && a.namespace === b.namespace)
    if (referral === undefined) return
    referral.addReferrer(this.referrer.id)
    if (referral.name === old && referral.namespace === '') return
    setField(node, 'name', scalarNode(referral.name))
    if (referral.namespace !== '') setField(node, 'namespace', scalarNode(referral.namespace))
  }

  /** Those whose namespace, of before or now, the map names. */
  private inNamespaceOf(node: YamlNode): readonly Resource[] {
    const namespace = getField(node, 'namespace')
    if (namespace === undefined) return this.candidates
    return byNamespace(this.candidates, r => r.originalId).get(namespace.value) ?? byNamespace(this.candidates, r => r.id).get(namespace.value) ?? []
  }

  /** The one that the old name means now. Throws BuildError where several could be meant. */
  private referralFor(old: string, all: readonly Resource[], same: (a: Resource, b: Resource) => boolean): Resource | undefined {
    const named = all.filter(r => r.previousIds().some(id => id.name === old))
    const role = this.roleKind()
    const candidates = named.filter(r => {
      const ids = r.previousIds()
      return ids.some(id => isSelected(id, this.target)) && (role === undefined || ids.some(id => isSelected(id, role))) && this.isInReach(r)
    })
    if (candidates.length === 1) return candidates[0]
    let alike = candidates.filter(r => sharesAffixes(r, this.referrer, true))
    if (alike.length > 1) alike = alike.filter(r => sharesAffixes(r, this.referrer, false))
    const [first, ...others] = alike
    if (first === undefined || others.every(r => same(r, first))) return first
    throw new BuildError(`found multiple possible referrals: ${alike.map(r => idText(r.id)).join(', ')}\n${this.details(alike)}`)
  }

  private isInReach(resource: Resource): boolean {
    const { id } = this.referrer
    return id.clusterScoped || resource.id.clusterScoped || resource.kind === 'ServiceAccount' || isNamespaceEqual(id, resource.id)
  }

  /** A role binding says of which kind its role is. */
  private roleKind(): GvkPattern | undefined {
    if (!this.spec.path.endsWith('roleRef/name')) return undefined
    const [group, kind] = ['apiGroup', 'kind'].map(f => lookup(this.referrer.root, ['roleRef', f]))
    return group === undefined || kind === undefined ? undefined : { group: group.value, kind: kind.value }
  }

  private details(resources: readonly Resource[]): string {
    const found = resources.map((r, i) => `--- possible referral ${i}:\n${yamlText(r.value())}\n`).join('')
    return `\n**** Too many possible referral targets to referrer:\n${yamlText(this.referrer.value())}\n${found}`
  }
}

const sameName = (a: Resource, b: Resource): boolean => a.name === b.name

function sharesAffixes(a: Resource, b: Resource, orNone: boolean): boolean {
  const shares = (x: readonly string[], y: readonly string[]): boolean => (orNone && (x.length === 0 || y.length === 0)) || endAlike(x, y)
  return shares(a.prefixes, b.prefixes) && shares(a.suffixes, b.suffixes)
}
/** The shorter is the end of the longer; nothing is the end of nothing only. */
function endAlike(a: readonly string[], b: readonly string[]): boolean {
  const [short, long] = a.length > b.length ? [b, a] : [a, b]
  if (short.length === 0) return long.length === 0
  return short.every((text, i) => text === long[long.length - short.length + i])
}
