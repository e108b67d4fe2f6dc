/** What decides when a job has failed or succeeded. upstream: pkg/apis/batch/validation validatePodFailurePolicy, validateSuccessPolicy */
import type { Findings, Path } from '../../../base/findings'
import { containersOf } from '../../core/pod/template/containers'
import { labelName } from '../../core/pod/template/validate-text'
import type { JobSpec, PodFailurePolicyOnExitCodesRequirement, PodFailurePolicyOnPodConditionsPattern, PodFailurePolicyRule, SuccessPolicyRule } from '../../schema/types/batch.v1'
import { countIndexes } from './index-intervals'

const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore']
const OPERATORS = ['In', 'NotIn']
const STATUSES = ['False', 'True', 'Unknown']
const MAX_RULES = 20
const MAX_EXIT_CODES = 255
const MAX_CONDITIONS = 20
const MAX_INDEXES_BYTES = 64 * 1024

/** As Go's %q prints a list. */
const choices = (values: readonly string[]): string => `valid values: [${values.map(v => `"${v}"`).join(' ')}]`

function chosen(f: Findings, at: Path, value: string, values: readonly string[]): void {
  if (value === '') f.required(at, choices(values))
  else if (!values.includes(value)) f.unsupported(at, value, values)
}

export function validateFailurePolicy(f: Findings, at: Path, spec: JobSpec): void {
  const rules = spec.podFailurePolicy?.rules ?? []
  const path = at.child('rules')
  if (rules.length > MAX_RULES) f.tooMany(path, rules.length, MAX_RULES)
  const names = new Set<string>()
  if (spec.template?.spec !== undefined) for (const c of containersOf(spec.template.spec, { ephemeral: false })) names.add(c.name)
  rules.forEach((rule, i) => validateRule(f, path.at(i), rule, spec, names))
}

function validateRule(f: Findings, at: Path, { action = '', onExitCodes, onPodConditions = [] }: PodFailurePolicyRule, spec: JobSpec, names: ReadonlySet<string>): void {
  if (action === 'FailIndex') {
    if (spec.backoffLimitPerIndex === undefined) f.invalid(at.child('action'), action, 'requires the backoffLimitPerIndex to be set')
  } else chosen(f, at.child('action'), action, ACTIONS)
  if (onExitCodes !== undefined) validateExitCodes(f, at.child('onExitCodes'), onExitCodes, names)
  validateConditions(f, at.child('onPodConditions'), onPodConditions)
  if (onExitCodes !== undefined && onPodConditions.length > 0) f.invalid(at, undefined, 'specifying both OnExitCodes and OnPodConditions is not supported')
  if (onExitCodes === undefined && onPodConditions.length === 0) f.invalid(at, undefined, 'specifying one of OnExitCodes and OnPodConditions is required')
}

function validateConditions(f: Findings, at: Path, conditions: readonly PodFailurePolicyOnPodConditionsPattern[]): void {
  if (conditions.length > MAX_CONDITIONS) f.tooMany(at, conditions.length, MAX_CONDITIONS)
  conditions.forEach(({ type = '', status = '' }, i) => {
    labelName(f, at.at(i).child('type'), type)
    chosen(f, at.at(i).child('status'), status, STATUSES)
  })
}

function validateExitCodes(f: Findings, at: Path, { operator = '', containerName, values = [] }: PodFailurePolicyOnExitCodesRequirement, names: ReadonlySet<string>): void {
  chosen(f, at.child('operator'), operator, OPERATORS)
  if (containerName !== undefined && !names.has(containerName)) f.invalid(at.child('containerName'), containerName, 'must be one of the container or initContainer names in the pod template')
  const path = at.child('values')
  const codes = values ?? []
  if (codes.length === 0) f.invalid(path, null, 'at least one value is required')
  else if (codes.length > MAX_EXIT_CODES) f.tooMany(path, codes.length, MAX_EXIT_CODES)
  const seen = new Set<number>()
  codes.forEach((code, i) => {
    if (operator === 'In' && code === 0) f.invalid(path.at(i), code, 'must not be 0 for the In operator')
    if (seen.has(code)) f.duplicate(path.at(i), code)
    seen.add(code)
  })
  if (codes.some((code, i) => i > 0 && (codes[i - 1] as number) > code)) f.invalid(path, codes, 'must be ordered')
}

export function validateSuccessPolicy(f: Findings, at: Path, rules: readonly SuccessPolicyRule[], completions: number): void {
  const path = at.child('rules')
  if (rules.length === 0) f.required(path, 'at least one rules must be specified when the successPolicy is specified')
  if (rules.length > MAX_RULES) f.tooMany(path, rules.length, MAX_RULES)
  rules.forEach((rule, i) => validateSuccessRule(f, path.at(i), rule, completions))
}

function validateSuccessRule(f: Findings, at: Path, { succeededCount, succeededIndexes }: SuccessPolicyRule, completions: number): void {
  if (succeededCount === undefined && succeededIndexes === undefined) f.required(at, 'at least one of succeededCount or succeededIndexes must be specified')
  let total = 0
  if (succeededIndexes !== undefined) {
    const path = at.child('succeededIndexes')
    if (succeededIndexes.length > MAX_INDEXES_BYTES) f.tooLong(path, MAX_INDEXES_BYTES)
    const counted = countIndexes(succeededIndexes, completions)
    if (typeof counted === 'string') f.invalid(path, succeededIndexes, `error parsing succeededIndexes: ${counted}`)
    else total = counted
  }
  if (succeededCount === undefined) return
  const path = at.child('succeededCount')
  f.nonnegative(path, succeededCount)
  if (succeededCount > completions) f.invalid(path, succeededCount, `must be less than or equal to ${completions} (the number of specified completions)`)
  if (succeededIndexes !== undefined && succeededCount > total) f.invalid(path, succeededCount, `must be less than or equal to ${total} (the number of indexes in the specified succeededIndexes field)`)
}
