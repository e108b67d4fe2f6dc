/** Where a pod wants to run: affinity, tolerations, spreading. upstream: pkg/apis/core/validation validateAffinity, ValidateTolerations, validateTopologySpreadConstraints */
import type { Findings, Path } from '../../../../base/findings'
import { isDns1123Subdomain, isLabelValue, nameIsDnsLabel } from '../../../../base/validation'
import type { Affinity, NodeSelector, NodeSelectorRequirement, NodeSelectorTerm, PodAffinityTerm, Toleration, TopologySpreadConstraint, WeightedPodAffinityTerm } from '../../../schema/types/core.v1'
import type { LabelSelector } from '../../../schema/types/meta.v1'
import type { PodOptions } from './options'
import { labelName, labelSelector } from './validate-text'

export function validateAffinity(f: Findings, at: Path, { nodeAffinity, podAffinity, podAntiAffinity }: Affinity, options: PodOptions): void {
  if (nodeAffinity !== undefined) {
    const nodeAt = at.child('nodeAffinity')
    const required = nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution
    if (required !== undefined) validateNodeSelector(f, nodeAt.child('requiredDuringSchedulingIgnoredDuringExecution'), required, options.allowInvalidNodeAffinityValues === true)
    nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution?.forEach((term, i) => {
      const termAt = nodeAt.child('preferredDuringSchedulingIgnoredDuringExecution').at(i)
      weight(f, termAt, term.weight)
      validateNodeSelectorTerm(f, termAt.child('preference'), term.preference ?? {}, true)
    })
  }
  for (const [name, affinity] of [['podAffinity', podAffinity], ['podAntiAffinity', podAntiAffinity]] as const) {
    if (affinity === undefined) continue
    affinity.requiredDuringSchedulingIgnoredDuringExecution?.forEach((term, i) => podAffinityTerm(f, at.child(name).child('requiredDuringSchedulingIgnoredDuringExecution').at(i), term, options))
    affinity.preferredDuringSchedulingIgnoredDuringExecution?.forEach((term, i) => weighted(f, at.child(name).child('preferredDuringSchedulingIgnoredDuringExecution').at(i), term, options))
  }
}

function weight(f: Findings, at: Path, value: number | undefined): void {
  if ((value ?? 0) <= 0 || (value ?? 0) > 100) f.invalid(at.child('weight'), value ?? 0, 'must be in the range 1-100')
}
function weighted(f: Findings, at: Path, term: WeightedPodAffinityTerm, options: PodOptions): void {
  weight(f, at, term.weight)
  podAffinityTerm(f, at.child('podAffinityTerm'), term.podAffinityTerm ?? { topologyKey: '' }, options)
}

export function validateNodeSelector(f: Findings, at: Path, selector: NodeSelector, allowInvalidValues = false): void {
  const terms = selector.nodeSelectorTerms ?? []
  if (terms.length === 0) return f.required(at.child('nodeSelectorTerms'), 'must have at least one node selector term')
  terms.forEach((term, i) => validateNodeSelectorTerm(f, at.child('nodeSelectorTerms').at(i), term, allowInvalidValues))
}

function validateNodeSelectorTerm(f: Findings, at: Path, term: NodeSelectorTerm, allowInvalidValues: boolean): void {
  term.matchExpressions?.forEach((r, i) => nodeExpression(f, at.child('matchExpressions').at(i), r, allowInvalidValues))
  term.matchFields?.forEach((r, i) => nodeField(f, at.child('matchFields').at(i), r))
}

function nodeExpression(f: Findings, at: Path, { key = '', operator = '', values = [] }: NodeSelectorRequirement, allowInvalidValues: boolean): void {
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (values.length === 0) f.required(at.child('values'), "must be specified when `operator` is 'In' or 'NotIn'")
      break
    case 'Exists':
    case 'DoesNotExist':
      if (values.length > 0) f.forbidden(at.child('values'), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
      break
    case 'Gt':
    case 'Lt':
      if (values.length !== 1) f.required(at.child('values'), "must be specified single value when `operator` is 'Lt' or 'Gt'")
      break
    default:
      f.invalid(at.child('operator'), operator, 'not a valid selector operator')
  }
  labelName(f, at.child('key'), key)
  if (!allowInvalidValues) values.forEach((value, i) => f.problems(at.child('values').at(i), value, isLabelValue(value)))
}

function nodeField(f: Findings, at: Path, { key = '', operator = '', values = [] }: NodeSelectorRequirement): void {
  if (operator !== 'In' && operator !== 'NotIn') f.invalid(at.child('operator'), operator, 'not a valid selector operator')
  else if (values.length !== 1) f.required(at.child('values'), "must be only one value when `operator` is 'In' or 'NotIn' for node field selector")
  if (key !== 'metadata.name') f.invalid(at.child('key'), key, 'not a valid field selector key')
  else values.forEach((value, i) => f.problems(at.child('values').at(i), value, isDns1123Subdomain(value)))
}

function podAffinityTerm(f: Findings, at: Path, term: PodAffinityTerm, options: PodOptions): void {
  const values = { allowInvalidValues: options.allowInvalidSelectorValues === true }
  labelSelector(f, at.child('labelSelector'), term.labelSelector, values)
  labelSelector(f, at.child('namespaceSelector'), term.namespaceSelector, values)
  for (const name of term.namespaces ?? []) f.problems(at.child('namespace'), name, nameIsDnsLabel(name, false))
  validateMatchLabelKeys(f, at, term.matchLabelKeys, term.mismatchLabelKeys, term.labelSelector)
  if ((term.topologyKey ?? '') === '') f.required(at.child('topologyKey'), 'can not be empty')
  labelName(f, at.child('topologyKey'), term.topologyKey ?? '')
}

/** upstream: ValidateMatchLabelKeysAndMismatchLabelKeys */
export function validateMatchLabelKeys(f: Findings, at: Path, match: readonly string[] | undefined, mismatch: readonly string[] | undefined, selector: LabelSelector | undefined): void {
  if (match === undefined && mismatch === undefined) return
  labelKeys(f, at.child('matchLabelKeys'), match, selector)
  labelKeys(f, at.child('mismatchLabelKeys'), mismatch, selector)
  if (selector !== undefined && match !== undefined) {
    const seen = new Set(Object.keys(selector.matchLabels ?? {}))
    for (const { key } of selector.matchExpressions ?? []) {
      const i = match.lastIndexOf(key)
      if (i >= 0 && seen.has(key)) f.invalid(at.at(i), key, 'exists in both matchLabelKeys and labelSelector')
      seen.add(key)
    }
  }
  match?.forEach((key, i) => {
    if (mismatch?.includes(key) === true) f.invalid(at.child('matchLabelKeys').at(i), key, 'exists in both matchLabelKeys and mismatchLabelKeys')
  })
}

function labelKeys(f: Findings, at: Path, keys: readonly string[] | undefined, selector: LabelSelector | undefined): void {
  if (keys === undefined || keys.length === 0) return
  if (selector === undefined) return f.forbidden(at, 'must not be specified when labelSelector is not set')
  keys.forEach((key, i) => labelName(f, at.at(i), key))
}

/** The rule before keys were merged into the selector. upstream: ValidateMatchLabelKeysInTopologySpread */
function legacyMatchLabelKeys(f: Findings, at: Path, keys: readonly string[], selector: LabelSelector | undefined): void {
  if (keys.length === 0) return
  if (selector === undefined) f.forbidden(at, 'must not be specified when labelSelector is not set')
  const selected = new Set([...Object.keys(selector?.matchLabels ?? {}), ...(selector?.matchExpressions ?? []).map(e => e.key)])
  keys.forEach((key, i) => {
    labelName(f, at.at(i), key)
    if (selected.has(key)) f.invalid(at.at(i), key, 'exists in both matchLabelKeys and labelSelector')
  })
}

export const TAINT_EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']
const TOLERATION_OPERATORS = ['Equal', 'Exists']
/** Numeric comparison is an alpha feature, off in 1.36, but known by name. */
const ALL_OPERATORS = [...TOLERATION_OPERATORS, 'Lt', 'Gt']

export function validateTolerations(f: Findings, path: Path, tolerations: readonly Toleration[]): void {
  for (let i = 0; i < tolerations.length; i++) {
    const { key = '', operator = '', value = '', effect = '', tolerationSeconds } = tolerations[i] as Toleration
    const at = path.at(i)
    if (key !== '') labelName(f, at.child('key'), key)
    else if (operator !== 'Exists') f.invalid(at.child('operator'), operator, 'operator must be Exists when `key` is empty, which means "match all values and all keys"')
    if (tolerationSeconds !== undefined && effect !== 'NoExecute') f.invalid(at.child('effect'), effect, "effect must be 'NoExecute' when `tolerationSeconds` is set")
    if (operator === 'Equal' || operator === '') {
      const problems = isLabelValue(value)
      if (problems.length > 0) f.invalid(at.child('operator'), value, problems.join(';'))
    } else if (operator === 'Exists') {
      if (value !== '') f.invalid(at.child('operator'), value, "value must be empty when `operator` is 'Exists'")
    } else f.unsupported(at.child('operator'), operator, operator === 'Lt' || operator === 'Gt' ? ALL_OPERATORS : TOLERATION_OPERATORS)
    if (effect !== '' && !TAINT_EFFECTS.includes(effect)) f.unsupported(at.child('effect'), effect, TAINT_EFFECTS)
  }
}

const ACTIONS = ['DoNotSchedule', 'ScheduleAnyway']
const INCLUSION = ['Honor', 'Ignore']

export function validateTopologySpread(f: Findings, path: Path, constraints: readonly TopologySpreadConstraint[], options: PodOptions): void {
  constraints.forEach((c, i) => {
    const at = path.at(i)
    const { topologyKey = '', whenUnsatisfiable = '' } = c
    positive(f, at.child('maxSkew'), c.maxSkew ?? 0)
    if (topologyKey === '') f.required(at.child('topologyKey'), 'can not be empty')
    if (!ACTIONS.includes(whenUnsatisfiable)) f.unsupported(at.child('whenUnsatisfiable'), whenUnsatisfiable, ACTIONS)
    if (constraints.slice(i + 1).some(o => (o.topologyKey ?? '') === topologyKey && (o.whenUnsatisfiable ?? '') === whenUnsatisfiable))
      f.duplicate(at.child('{topologyKey, whenUnsatisfiable}'), `{${topologyKey}, ${whenUnsatisfiable}}`)
    if (c.minDomains !== undefined) {
      positive(f, at.child('minDomains'), c.minDomains)
      if (whenUnsatisfiable !== 'DoNotSchedule') f.invalid(at.child('minDomains'), c.minDomains, `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`)
    }
    for (const policy of ['nodeAffinityPolicy', 'nodeTaintsPolicy'] as const) {
      const value = c[policy]
      if (value !== undefined && !INCLUSION.includes(value)) f.unsupported(at.child(policy), value, INCLUSION)
    }
    if (options.oldViolatesMatchLabelKeys === true) legacyMatchLabelKeys(f, at.child('matchLabelKeys'), c.matchLabelKeys ?? [], c.labelSelector)
    else validateMatchLabelKeys(f, at, c.matchLabelKeys, undefined, c.labelSelector)
    if (options.allowInvalidTopologySelector !== true) labelSelector(f, at.child('labelSelector'), c.labelSelector)
  })
}

function positive(f: Findings, at: Path, value: number): void {
  if (value <= 0) f.invalid(at, value, 'must be greater than zero')
}
