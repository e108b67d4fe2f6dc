/** Where a pod may run: tolerations, node selectors and node affinity, as scheduler, DaemonSets and kubelet all read them. upstream: component-helpers/scheduling/corev1 */
import { labelRequirement, matchesLabels, type LabelSelector } from '../../../base/label-selector'
import type { Node, NodeSelector, NodeSelectorTerm, Pod, Taint, Toleration } from '../../schema/types/core.v1'

/** upstream: Toleration.ToleratesTaint */
export function toleratesTaint(t: Toleration, taint: Pick<Taint, 'key' | 'value' | 'effect'>): boolean {
  if ((t.effect ?? '') !== '' && t.effect !== taint.effect) return false
  if ((t.key ?? '') !== '' && t.key !== taint.key) return false
  switch (t.operator ?? 'Equal') {
    case '':
    case 'Equal':
      return (t.value ?? '') === (taint.value ?? '')
    case 'Exists':
      return true
    case 'Lt':
    case 'Gt':
      return compareNumbers(t.operator as 'Lt' | 'Gt', taint.value ?? '', t.value ?? '')
    default:
      return false
  }
}

/** Whole numbers without leading zeros only. upstream: TaintTolerationComparisonOperators */
function compareNumbers(operator: 'Lt' | 'Gt', taint: string, toleration: string): boolean {
  const whole = /^-?(0|[1-9]\d*)$/
  if (!whole.test(taint) || !whole.test(toleration)) return false
  return operator === 'Lt' ? BigInt(taint) < BigInt(toleration) : BigInt(taint) > BigInt(toleration)
}

/** The first taint with one of these effects that nothing tolerates. upstream: FindMatchingUntoleratedTaint */
export function untoleratedTaint(taints: readonly Taint[] | undefined, tolerations: readonly Toleration[] | undefined, effects: readonly string[]): Taint | undefined {
  return taints?.find(taint => effects.includes(taint.effect) && tolerations?.some(t => toleratesTaint(t, taint)) !== true)
}

/** nodeSelector and the required part of node affinity. upstream: nodeaffinity.GetRequiredNodeAffinity */
export function matchesNodeAffinity(pod: Pod, node: Node): boolean {
  const labels = node.metadata.labels
  for (const k in pod.spec.nodeSelector) if (labels?.[k] !== pod.spec.nodeSelector[k]) return false
  const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  return required === undefined || matchesNodeSelector(required, node)
}

/** Terms are alternatives; a term without anything in it matches nothing. */
export function matchesNodeSelector({ nodeSelectorTerms }: NodeSelector, node: Node): boolean {
  return nodeSelectorTerms.some(term => matchesTerm(term, node))
}

export function matchesTerm({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, node: Node): boolean {
  if (matchExpressions.length === 0 && matchFields.length === 0) return false
  for (const { key, operator, values = [] } of matchFields) {
    const value = key === 'metadata.name' ? node.metadata.name : undefined
    if (value === undefined || values.includes(value) !== (operator === 'In')) return false
  }
  return matchExpressions.length === 0 || matchesLabels(termSelector(matchExpressions), node.metadata.labels)
}

const OPERATORS: Readonly<Record<string, Parameters<typeof labelRequirement>[1]>> = { In: 'in', NotIn: 'notin', Exists: 'exists', DoesNotExist: '!', Gt: 'gt', Lt: 'lt' }
const selectors = new WeakMap<object, LabelSelector>()

function termSelector(expressions: NonNullable<NodeSelectorTerm['matchExpressions']>): LabelSelector {
  let selector = selectors.get(expressions)
  if (selector === undefined) {
    selector = { requirements: expressions.map(e => labelRequirement(e.key, OPERATORS[e.operator] ?? 'in', e.values ?? [])) }
    selectors.set(expressions, selector)
  }
  return selector
}
