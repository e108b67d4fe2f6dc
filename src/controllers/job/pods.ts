/** What a Job makes of its pods: which failed, which count, and why. Pure. upstream: pkg/controller/job/job_controller.go, pod_failure_policy.go, indexed_job_utils.go */
import { parseTime } from '../../base/clock'
import { isFinished } from '../../kinds/core/pod/state'
import { job as jobKind } from '../../kinds/batch/job/kind'
import type { Job, PodFailurePolicyRule } from '../../kinds/schema/types/batch.v1'
import type { Container, Pod, PodTemplateSpec } from '../../kinds/schema/types/core.v1'
import { podFromTemplate } from '../pod-control/pod-control'

/** Kept on a pod until its end is counted. */
export const TRACKING = 'batch.kubernetes.io/job-tracking'
const INDEX = 'batch.kubernetes.io/job-completion-index'
const FAILURES = 'batch.kubernetes.io/job-index-failure-count'
const IGNORED_FAILURES = 'batch.kubernetes.io/job-index-ignored-failure-count'
const INDEX_VARIABLE = 'JOB_COMPLETION_INDEX'
/** Names of pods leave room for five random characters. */
const MAX_GENERATED = 58

export const isIndexed = ({ spec }: Job): boolean => spec.completionMode === 'Indexed'
export const isPerIndex = (j: Job): boolean => isIndexed(j) && j.spec.backoffLimitPerIndex !== undefined
export const isTracked = (p: Pod): boolean => p.metadata.finalizers?.includes(TRACKING) === true
/** Only pods that have failed are replaced, not those that are about to end. */
export const onlyReplacesFailed = ({ spec }: Job): boolean => spec.podReplacementPolicy === 'Failed' || spec.podFailurePolicy !== undefined

/** A deleted pod may never get to fail by itself. upstream: isPodFailed */
export function hasFailed(j: Job, p: Pod): boolean {
  if (p.status?.phase === 'Failed') return true
  return !onlyReplacesFailed(j) && p.metadata.deletionTimestamp !== undefined && p.status?.phase !== 'Succeeded'
}

/** Undefined for pods without an index, or beyond the last. */
export function indexOf(j: Job, p: Pod): number | undefined {
  const text = p.metadata.annotations?.[INDEX]
  if (text === undefined || !/^\d+$/.test(text)) return undefined
  return Number(text) < (j.spec.completions ?? 0) ? Number(text) : undefined
}

/** When the last container ended, or the pod was deleted. upstream: getFinishedTime */
export function finishedAtMs(p: Pod): number {
  let latest = NaN
  for (const c of p.status?.containerStatuses ?? []) {
    const at = parseTime(c.state?.terminated?.finishedAt)
    if (Number.isNaN(at)) continue
    latest = Number.isNaN(latest) ? at : Math.max(latest, at)
  }
  if (!Number.isNaN(latest)) return latest
  const deleted = parseTime(p.metadata.deletionTimestamp)
  if (!Number.isNaN(deleted)) return deleted - (p.metadata.deletionGracePeriodSeconds ?? 0) * 1000
  return parseTime(p.metadata.creationTimestamp)
}

// ── failure policy ──────────────────────────────────────────────────────────────────────────────────

export interface Verdict {
  readonly action?: string
  /** The failure counts towards the back-off limit. */
  readonly counts: boolean
  /** Why the Job fails. */
  readonly message?: string
}
const COUNTS: Verdict = { counts: true }

/** What the first matching rule makes of a failed pod. upstream: matchPodFailurePolicy */
export function verdictOf(j: Job, p: Pod): Verdict {
  for (const [i, rule] of (j.spec.podFailurePolicy?.rules ?? []).entries()) {
    const why = rule.onExitCodes !== undefined ? matchingExit(rule, p) : matchingCondition(rule, p)
    if (why === undefined) continue
    const { action } = rule
    if (action === 'FailJob') return { action, counts: true, message: `${why} matching ${action} rule at index ${i}` }
    return { action, counts: action !== 'Ignore' }
  }
  return COUNTS
}

function matchingExit({ onExitCodes }: PodFailurePolicyRule, p: Pod): string | undefined {
  const { containerName, operator, values } = onExitCodes as NonNullable<PodFailurePolicyRule['onExitCodes']>
  for (const c of [...(p.status?.containerStatuses ?? []), ...(p.status?.initContainerStatuses ?? [])]) {
    const code = c.state?.terminated?.exitCode ?? 0
    if (code === 0 || (containerName !== undefined && containerName !== c.name)) continue
    if (values.includes(code) === (operator === 'In')) return `Container ${c.name} for pod ${p.metadata.namespace}/${p.metadata.name} failed with exit code ${code}`
  }
  return undefined
}

function matchingCondition({ onPodConditions = [] }: PodFailurePolicyRule, p: Pod): string | undefined {
  for (const { type, status = 'True' } of onPodConditions)
    if (p.status?.conditions?.some(c => c.type === type && c.status === status) === true) return `Pod ${p.metadata.namespace}/${p.metadata.name} has condition ${type}`
  return undefined
}

// ── failures by index ───────────────────────────────────────────────────────────────────────────────

const countOn = (p: Pod, annotation: string): number => Number(p.metadata.annotations?.[annotation] ?? 0) || 0
/** Failures before this pod, whether they counted or not. */
export const failuresBefore = (p: Pod): number => countOn(p, FAILURES) + countOn(p, IGNORED_FAILURES)

/** The index has no more tries. upstream: isIndexFailed */
export function failsIndex(j: Job, p: Pod): boolean {
  const { action } = verdictOf(j, p)
  if (action === 'FailIndex') return true
  return action !== 'Ignore' && countOn(p, FAILURES) >= (j.spec.backoffLimitPerIndex ?? 0)
}

/** The failed pod of each index with the most failures behind it: it stays until its successor is there, because it carries the count. */
export function lastFailures(j: Job, pods: readonly Pod[], isOver: (index: number) => boolean): Map<number, Pod> {
  const last = new Map<number, Pod>()
  for (const p of pods) {
    const index = indexOf(j, p)
    if (index === undefined || isOver(index) || !isTracked(p) || !hasFailed(j, p)) continue
    const known = last.get(index)
    if (known === undefined || failuresBefore(known) <= failuresBefore(p)) last.set(index, p)
  }
  for (const p of pods) {
    const index = indexOf(j, p)
    const known = index === undefined ? undefined : last.get(index)
    if (known !== undefined && p !== known && !hasFailed(j, p) && failuresBefore(p) > failuresBefore(known)) last.delete(index as number)
  }
  return last
}

// ── new pods ────────────────────────────────────────────────────────────────────────────────────────

/** A pod of the Job; with an index it knows which, and how often its predecessors failed. */
export function newPod(j: Job, index: number | undefined, failed: Pod | undefined): Pod {
  const made = podFromTemplate(j.spec.template as PodTemplateSpec, jobKind, j)
  const finalizers = [...(made.metadata.finalizers ?? []), TRACKING]
  if (index === undefined) return { ...made, metadata: { ...made.metadata, finalizers } }
  const annotations: Record<string, string> = { ...made.metadata.annotations, [INDEX]: String(index) }
  if (isPerIndex(j)) Object.assign(annotations, failureCounts(j, failed))
  const suffix = `-${index}`
  return {
    metadata: { ...made.metadata, generateName: `${`${j.metadata.name}${suffix}`.slice(0, MAX_GENERATED - 1)}-`, finalizers, annotations, labels: { ...made.metadata.labels, [INDEX]: String(index) } },
    spec: {
      ...made.spec,
      hostname: `${j.metadata.name.slice(0, 63 - suffix.length)}${suffix}`,
      containers: made.spec.containers.map(withIndexVariable),
      ...(made.spec.initContainers === undefined ? {} : { initContainers: made.spec.initContainers.map(withIndexVariable) }),
    },
  }
}

function failureCounts(j: Job, failed: Pod | undefined): Record<string, string> {
  if (failed === undefined) return { [FAILURES]: '0' }
  const ignored = verdictOf(j, failed).action === 'Ignore'
  const counts: Record<string, string> = { [FAILURES]: String(countOn(failed, FAILURES) + (ignored ? 0 : 1)) }
  if (ignored || countOn(failed, IGNORED_FAILURES) > 0) counts[IGNORED_FAILURES] = String(countOn(failed, IGNORED_FAILURES) + (ignored ? 1 : 0))
  return counts
}

function withIndexVariable(c: Container): Container {
  if (c.env?.some(e => e.name === INDEX_VARIABLE) === true) return c
  return { ...c, env: [...(c.env ?? []), { name: INDEX_VARIABLE, valueFrom: { fieldRef: { fieldPath: `metadata.labels['${INDEX}']` } } }] }
}

// ── limits ──────────────────────────────────────────────────────────────────────────────────────────

/** Containers that are started again count against the limit as well. upstream: pastBackoffLimitOnFailure */
export function restartsExceedLimit(j: Job, pods: readonly Pod[]): boolean {
  if (j.spec.template.spec?.restartPolicy !== 'OnFailure') return false
  let restarts = 0
  for (const p of pods) {
    if (isFinished(p)) continue
    for (const c of [...(p.status?.initContainerStatuses ?? []), ...(p.status?.containerStatuses ?? [])]) restarts += c.restartCount
  }
  const limit = j.spec.backoffLimit ?? 6
  return limit === 0 ? restarts > 0 : restarts >= limit
}
