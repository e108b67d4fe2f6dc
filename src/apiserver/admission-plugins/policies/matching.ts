/** Whether a rule speaks of a request. upstream: apiserver/pkg/admission/plugin/webhook/predicates, policy/matching */
import { matchesLabels, selectorOfObject, type LabelSelectorObject } from '../../../base/label-selector'
import { namespace as namespaceKind } from '../../../kinds/core/namespace/kind'
import type { KubeObject } from '../../../kinds/kind'
import type { MatchResources, NamedRuleWithOperations } from '../../../kinds/schema/types/admissionregistration.v1'
import type { Namespace } from '../../../kinds/schema/types/core.v1'
import type { Attributes } from '../../admission'
import type { ApiServer } from '../../server'

/** Configurations of admission are exempt: nobody may lock himself out. */
export const isExempt = ({ kind }: Attributes): boolean => kind.group === 'admissionregistration.k8s.io'

const one = (list: readonly string[] | undefined, value: string): boolean => list?.some(v => v === '*' || v === value) === true

export function ruleMatches(rule: NamedRuleWithOperations, a: Attributes, matchPolicy: string): boolean {
  if (!one(rule.operations, a.operation) || !one(rule.apiGroups, a.kind.group)) return false
  const versions = matchPolicy === 'Exact' ? [a.kind.version] : a.kind.versions
  if (!versions.some(v => one(rule.apiVersions, v))) return false
  const scope = rule.scope ?? '*'
  // A namespace counts as cluster-scoped.
  if (scope !== '*' && (scope === 'Namespaced') !== (a.kind.scope === 'Namespaced')) return false
  if (rule.resourceNames !== undefined && rule.resourceNames.length > 0 && !rule.resourceNames.includes(a.name)) return false
  return rule.resources?.some(r => resourceMatches(r, a)) === true
}

function resourceMatches(rule: string, { kind, subresource }: Attributes): boolean {
  const slash = rule.indexOf('/')
  const [resource, sub] = slash < 0 ? [rule, ''] : [rule.slice(0, slash), rule.slice(slash + 1)]
  return (resource === '*' || resource === kind.plural) && (sub === '*' || sub === subresource)
}

interface Selectors {
  readonly namespaceSelector?: LabelSelectorObject
  readonly objectSelector?: LabelSelectorObject
}

const isEmpty = (s: LabelSelectorObject | undefined): boolean => s === undefined || (Object.keys(s.matchLabels ?? {}).length === 0 && (s.matchExpressions ?? []).length === 0)

/** The namespace that a request concerns; a Namespace itself is its own. */
export function namespaceOf(server: ApiServer, a: Attributes): Namespace | undefined {
  if (a.kind.group === '' && a.kind.plural === 'namespaces') return (a.object ?? a.previous) as Namespace
  return a.namespace === undefined || a.namespace === '' ? undefined : server.lister.get(namespaceKind, a.namespace)
}

export function selectorsMatch(server: ApiServer, a: Attributes, { namespaceSelector, objectSelector }: Selectors): boolean {
  if (!isEmpty(namespaceSelector)) {
    const namespace = namespaceOf(server, a)
    // Objects outside of namespaces are never left out by a selector of namespaces.
    if (namespace !== undefined && !matchesLabels(selectorOfObject(namespaceSelector), namespace.metadata.labels)) return false
  }
  if (isEmpty(objectSelector)) return true
  const selector = selectorOfObject(objectSelector)
  const selects = (o: KubeObject | undefined): boolean => o !== undefined && matchesLabels(selector, o.metadata.labels)
  return selects(a.object) || selects(a.previous)
}

/** Constraints of a policy (`needsRule`), or of its binding, which may say nothing of resources. */
export function constraintsMatch(server: ApiServer, a: Attributes, m: MatchResources | undefined, needsRule: boolean): boolean {
  if (m === undefined) return !needsRule
  const policy = m.matchPolicy ?? 'Equivalent'
  if (m.excludeResourceRules?.some(r => ruleMatches(r, a, policy)) === true) return false
  const rules = m.resourceRules ?? []
  if (rules.length > 0 ? !rules.some(r => ruleMatches(r, a, policy)) : needsRule) return false
  return selectorsMatch(server, a, m)
}
