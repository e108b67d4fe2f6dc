/** Topology spread constraints in one form, with what they count. upstream: scheduler/framework/plugins/podtopologyspread/common.go */
import { matchesLabels, selectorOfObject, selectorOfPairs, type LabelSelector, type LabelSelectorObject } from '../../../base/label-selector'
import { HOSTNAME, ZONE } from '../../../kinds/core/node/capacity'
import { matchesNodeAffinity, untoleratedTaint } from '../../../kinds/core/pod/placement'
import type { Pod, TopologySpreadConstraint } from '../../../kinds/schema/types/core.v1'
import type { CycleState } from '../../framework'
import type { NodeInfo } from '../../node-info'
import type { Selection } from '../../pod-counts'
import type { Eligibility } from '../../topology'

export interface Constraint {
  readonly topologyKey: string
  readonly maxSkew: number
  readonly minDomains: number
  readonly hard: boolean
  readonly honorsAffinity: boolean
  readonly honorsTaints: boolean
  readonly selector: LabelSelector
  /** The same for selectors that mean the same. */
  readonly selectorId: string
}

/** Constraints of pods that have none. upstream: systemDefaultConstraints */
export const SYSTEM_DEFAULTS: readonly TopologySpreadConstraint[] = [
  { maxSkew: 3, topologyKey: HOSTNAME, whenUnsatisfiable: 'ScheduleAnyway' },
  { maxSkew: 5, topologyKey: ZONE, whenUnsatisfiable: 'ScheduleAnyway' },
]

/** Pods come in many copies: what one of them says is read once. */
const MAX_READ = 1_024
const read = new Map<string, readonly Constraint[]>()
/** Of those that depend on no label of the pod, asked about several times for each pod. */
const readOf = new WeakMap<readonly TopologySpreadConstraint[], readonly Constraint[]>()

/** All constraints that the pod states. */
export function constraintsOf({ spec: { topologySpreadConstraints = [] }, metadata: { labels = {} } }: Pod): readonly Constraint[] {
  if (topologySpreadConstraints.length === 0) return []
  const before = readOf.get(topologySpreadConstraints)
  if (before !== undefined) return before
  const id = JSON.stringify(topologySpreadConstraints.map(c => ((c.matchLabelKeys ?? []).length === 0 ? c : [c, c.matchLabelKeys?.map(k => labels[k])])))
  let known = read.get(id)
  if (known === undefined) {
    if (read.size >= MAX_READ) read.clear()
    read.set(id, (known = topologySpreadConstraints.map(c => constraintOf(c, merged(c, labels), undefined))))
  }
  if (topologySpreadConstraints.every(c => (c.matchLabelKeys ?? []).length === 0)) readOf.set(topologySpreadConstraints, known)
  return known
}

/** The constraint's selector, narrowed to the pod's own values of its matchLabelKeys. */
function merged({ labelSelector, matchLabelKeys = [] }: TopologySpreadConstraint, labels: Readonly<Record<string, string>>): LabelSelector {
  const selector = selectorOfObject(labelSelector as LabelSelectorObject | undefined)
  const own = selectorOfPairs(Object.fromEntries(matchLabelKeys.filter(k => labels[k] !== undefined).map(k => [k, labels[k] as string])))
  return own.requirements.length === 0 || selector.nothing === true ? selector : { requirements: [...own.requirements, ...selector.requirements] }
}

export function constraintOf(c: TopologySpreadConstraint, selector: LabelSelector, selectorId: string | undefined): Constraint {
  return {
    topologyKey: c.topologyKey,
    maxSkew: c.maxSkew,
    minDomains: c.minDomains ?? 1,
    hard: c.whenUnsatisfiable === 'DoNotSchedule',
    honorsAffinity: (c.nodeAffinityPolicy ?? 'Honor') === 'Honor',
    honorsTaints: c.nodeTaintsPolicy === 'Honor',
    selector,
    selectorId: selectorId ?? JSON.stringify(selector),
  }
}

/** Which pods a constraint counts: those of the namespace that are not on their way out. A selector of everything counts nobody. */
export function selectionOf({ selector, selectorId }: Constraint, namespace: string): Selection {
  return { id: `spread\0${namespace}\0${selectorId}`, clauses: selector.requirements.length === 0 ? [] : [{ namespaces: [namespace], selector }], terminating: false }
}

export const matchesSelf = ({ selector }: Constraint, pod: Pod): boolean => matchesLabels(selector, pod.metadata.labels)

const REPELLING = ['NoSchedule', 'NoExecute']

/** Which nodes count: those with all `keys`, and that the pod may run on as far as the constraint's policies say. upstream: matchNodeInclusionPolicies */
export function eligibilityOf({ topologyKey, honorsAffinity, honorsTaints }: Constraint, keys: readonly string[], { pod }: CycleState): Eligibility {
  const others = keys.filter(k => k !== topologyKey)
  const { nodeSelector, tolerations, affinity } = pod.spec
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  const picky = honorsAffinity && (nodeSelector !== undefined || required !== undefined)
  if (others.length === 0 && !picky && !honorsTaints) return EVERY_NODE
  return {
    id: JSON.stringify([others, picky ? [nodeSelector, required] : 0, honorsTaints ? (tolerations ?? []) : 0]),
    test(node: NodeInfo) {
      if (others.some(k => node.label(k) === undefined)) return false
      if (picky && !matchesNodeAffinity(pod, node.node)) return false
      return !honorsTaints || !node.hasTaints || untoleratedTaint(node.node.spec?.taints, tolerations, REPELLING) === undefined
    },
  }
}

const EVERY_NODE: Eligibility = { id: '', test: () => true }
