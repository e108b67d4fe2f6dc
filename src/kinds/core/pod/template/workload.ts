/** The checks that every owner of a pod template makes of its selector and its template. upstream: pkg/apis/apps/validation ValidatePodTemplateSpecForReplicaSet and its like */
import { semanticEqual } from '../../../../base/equal'
import { Findings, Path } from '../../../../base/findings'
import { isEverything, LabelSelectorError, matchesLabels, selectorOfObject, type LabelSelector as Selector } from '../../../../base/label-selector'
import { isDns1123Label } from '../../../../base/validation'
import type { PodSpec, PodTemplateSpec, Volume } from '../../../schema/types/core.v1'
import type { LabelSelector } from '../../../schema/types/meta.v1'
import type { KubeObject } from '../../../kind'
import { labelsValue, selectorValue } from './internal'
import { ratchet } from './ratchet'
import { validatePodTemplate } from './validate-spec'
import { labelSelector } from './validate-text'
import { podTemplateWarnings } from './warnings'

const NO_CONTAINERS: PodSpec = { containers: [] }

/** A selector that has to be there and select something. */
export function validateSelector(f: Findings, at: Path, selector: LabelSelector | undefined, owner: string): void {
  if (selector === undefined || selector === null) return f.required(at)
  labelSelector(f, at, selector)
  if (selectsAll(selector)) f.invalid(at, selectorValue(selector), `empty selector is invalid for ${owner}`)
}

/** upstream: pkg/registry/apps, the ValidateUpdate of each strategy */
export function immutableSelector(f: Findings, at: Path, next: LabelSelector | undefined, previous: LabelSelector | undefined): void {
  if (!semanticEqual(next, previous)) f.invalid(at, selectorValue(next), 'field is immutable')
}

/** There is a selector, and it says nothing. */
export function selectsAll(selector: LabelSelector | undefined): boolean {
  if (selector === undefined || selector === null) return false
  for (const _ in selector.matchLabels) return false
  return (selector.matchExpressions ?? []).length === 0
}

/** The selector to match by; undefined when it is malformed. */
export function parsedSelector(selector: LabelSelector | undefined): Selector | undefined {
  try {
    return selectorOfObject(selector ?? undefined)
  } catch (e) {
    if (e instanceof LabelSelectorError) return undefined
    throw e
  }
}

/** The owner's own pods have to match its selector. */
export function validateMatch(f: Findings, at: Path, template: PodTemplateSpec | undefined, selector: Selector): void {
  if (!isEverything(selector) && !matchesLabels(selector, template?.metadata?.labels ?? undefined)) mismatch(f, at, template)
}

export const mismatch = (f: Findings, at: Path, template: PodTemplateSpec | undefined): void =>
  f.invalid(at.child('metadata').child('labels'), labelsValue(template?.metadata), '`selector` does not match template `labels`')

/** The template itself. An unchanged one is known to be valid; what a changed one has kept may be what older rules allowed. */
export function validateTemplate(f: Findings, at: Path, template: PodTemplateSpec | undefined, previous?: PodTemplateSpec): void {
  if (template !== undefined && template === previous) return
  const given = template ?? { spec: NO_CONTAINERS }
  if (previous === undefined) return validatePodTemplate(f, at, given)
  const strict = new Findings()
  validatePodTemplate(strict, at, given)
  if (strict.errors.length > 0) validatePodTemplate(f, at, given, ratchet({ isPod: false }, previous.spec ?? NO_CONTAINERS, previous.metadata as KubeObject['metadata']))
}

/** Pods that are always replaced are always restarted, and have no end. */
export function validateEndless(f: Findings, at: Path, template: PodTemplateSpec | undefined, owner: string): void {
  const spec = at.child('spec')
  const restartPolicy = template?.spec?.restartPolicy ?? ''
  if (restartPolicy !== 'Always') f.unsupported(spec.child('restartPolicy'), restartPolicy, ['Always'])
  if (template?.spec?.activeDeadlineSeconds !== undefined) f.forbidden(spec.child('activeDeadlineSeconds'), `activeDeadlineSeconds in ${owner} is not Supported`)
}

/** A disk that only one node can write to serves no pods that may run on several. upstream: ValidateReadOnlyPersistentDisks */
export function validateReadOnlyDisks(f: Findings, at: Path, template: PodTemplateSpec | undefined, previous: PodTemplateSpec | undefined): void {
  const writable = (v: Volume): boolean => v.gcePersistentDisk !== undefined && v.gcePersistentDisk.readOnly !== true
  template?.spec?.volumes?.forEach((v, i) => {
    if (!writable(v) || previous?.spec?.volumes?.some(writable) === true) return
    f.invalid(at.child('spec').child('volumes').at(i).child('gcePersistentDisk').child('readOnly'), false, 'must be true for replicated pods > 1; GCE PD can only be mounted on multiple machines if it is read-only')
  })
}

const TEMPLATE = Path.of('spec').child('template')

/** Warnings of the template, when it is new or the update changed the desire. */
export function* templateWarnings(next: KubeObject & { spec?: { template?: PodTemplateSpec } }, previous: KubeObject | undefined): Iterable<string> {
  if (previous === undefined || next.metadata.generation !== previous.metadata.generation) yield* podTemplateWarnings(next.spec?.template, TEMPLATE)
}

/** Pods are named after their owner. */
export function* nameWarning(next: KubeObject, previous: KubeObject | undefined): Iterable<string> {
  const problems = previous === undefined ? isDns1123Label(next.metadata.name) : []
  if (problems.length > 0) yield `metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [${problems.join(' ')}]`
}
