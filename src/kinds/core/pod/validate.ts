/** The validation of pods. upstream: pkg/apis/core/validation ValidatePodCreate, ValidatePodUpdate */
import { Findings, Path } from '../../../base/findings'
import type { FieldErrors } from '../../../base/field'
import { semanticEqual } from '../../../base/equal'
import { copyWithGiven } from '../../schema/decode'
import type { NodeAffinity, NodeSelectorTerm, Pod, PodSpec, Toleration } from '../../schema/types/core.v1'
import { internalDiff, internalOf } from './template/internal'
import { validateFinalizerNames, validateMetadataAgain, validateMetadataUpdate } from './template/metadata'
import type { PodOptions } from './template/options'
import { ratchet } from './template/ratchet'
import { validateTolerations } from './template/validate-affinity'
import { MIRROR, validateAnnotationsUpdate, validatePodAnnotations, validateProfilesMatch } from './template/validate-annotations'
import { validateForPod } from './template/validate-container'
import { validatePodSpec } from './template/validate-spec'

export const SPEC = Path.of('spec')
const ANNOTATIONS = Path.of('metadata').child('annotations')

export const podOptions = ({ metadata }: Pod): PodOptions => ({ isPod: true, podName: metadata.name, isMirror: metadata.annotations?.[MIRROR] !== undefined })

/** What holds for pods besides what holds for every pod spec. upstream: validatePodMetadataAndSpec without the metadata */
export function validateSpecOfPod(f: Findings, p: Pod, options: PodOptions): void {
  validatePodAnnotations(f, ANNOTATIONS, p.metadata.annotations, p.spec, options)
  validatePodSpec(f, SPEC, p.spec, options)
  if ((p.spec.serviceAccountName ?? '') === '')
    p.spec.volumes?.forEach((v, i) =>
      v.projected?.sources?.forEach((s, j) => {
        if (s.serviceAccountToken !== undefined) f.forbidden(SPEC.child('volumes').at(i).child('projected').child('sources').at(j).child('serviceAccountToken'), 'must not be specified when serviceAccountName is not set')
      }),
    )
  for (const field of ['containers', 'initContainers'] as const) p.spec[field]?.forEach((c, i) => validateForPod(f, SPEC.child(field).at(i), c))
}

export function validatePod(p: Pod): FieldErrors {
  const f = new Findings()
  validateFinalizerNames(f, p.metadata)
  validateSpecOfPod(f, p, podOptions(p))
  if ((p.spec.ephemeralContainers ?? []).length > 0) f.forbidden(SPEC.child('ephemeralContainers'), 'cannot be set on create')
  if ((p.spec.nodeName ?? '') !== '' && (p.spec.schedulingGates ?? []).length > 0) f.forbidden(SPEC.child('nodeName'), 'cannot be set until all schedulingGates have been cleared')
  validateProfilesMatch(f, SPEC, p.metadata.annotations, p.spec)
  return f.errors
}

/** The parts that every update of a pod repeats. Values that were stored before a rule existed may stay. */
export function validateAgain(f: Findings, next: Pod, previous: Pod): void {
  validateMetadataUpdate(f, next, previous)
  if (next.spec === previous.spec && next.metadata.annotations === previous.metadata.annotations) return
  const options = podOptions(next)
  const strict = new Findings()
  validateSpecOfPod(strict, next, options)
  validateMetadataAgain(f, next.metadata)
  if (strict.errors.length === 0) return
  validateSpecOfPod(f, next, ratchet(options, previous.spec, previous.metadata))
}

const UPDATABLE = '`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'
const MAX_INT32 = 2147483647

export function validatePodUpdate(next: Pod, previous: Pod): FieldErrors {
  const f = new Findings()
  validateAgain(f, next, previous)
  if (next.spec === previous.spec && next.metadata.annotations === previous.metadata.annotations) return f.errors
  validateAnnotationsUpdate(f, next.metadata.annotations, previous.metadata.annotations)
  validatePodAnnotations(f, ANNOTATIONS, next.metadata.annotations, next.spec, podOptions(next))
  if (containersChanged(f, next.spec, previous.spec)) return f.errors
  if (deadlineChanged(f, next.spec, previous.spec)) return f.errors
  onlyAddedTolerations(f, next.spec.tolerations ?? [], previous.spec.tolerations ?? [])
  onlyDeletedGates(f, next.spec, previous.spec)
  if (semanticEqual(next.spec, previous.spec)) return f.errors
  const munged = withoutUpdatable(f, next.spec, previous.spec)
  if (!semanticEqual(munged, previous.spec)) f.forbidden(SPEC, `pod updates may not change fields other than ${UPDATABLE}\n${internalDiff('core.PodSpec', previous.spec, munged)}`)
  return f.errors
}

/** True when nothing else makes sense to check. upstream: ValidateContainerUpdates */
function containersChanged(f: Findings, next: PodSpec, previous: PodSpec): boolean {
  for (const field of ['containers', 'initContainers'] as const) {
    const list = next[field] ?? []
    if (list.length !== (previous[field] ?? []).length) {
      f.forbidden(SPEC.child(field), 'pod updates may not add or remove containers')
      return true
    }
    list.forEach((c, i) => {
      if ((c.image ?? '') === '') f.required(SPEC.child(field).at(i).child('image'))
      validateForPod(f, SPEC.child(field).at(i), c)
    })
  }
  return false
}

/** From none to some, and from some to less. */
function deadlineChanged(f: Findings, { activeDeadlineSeconds: next }: PodSpec, { activeDeadlineSeconds: previous }: PodSpec): boolean {
  const at = SPEC.child('activeDeadlineSeconds')
  if (next === undefined) {
    if (previous !== undefined) f.invalid(at, null, 'must not update from a positive integer to nil value')
    return false
  }
  if (next < 0 || next > MAX_INT32) f.invalid(at, next, `must be between 0 and ${MAX_INT32}, inclusive`)
  else if (previous !== undefined && previous < next) f.invalid(at, next, 'must be less than or equal to previous value')
  else return false
  return true
}

function onlyAddedTolerations(f: Findings, next: readonly Toleration[], previous: readonly Toleration[]): void {
  const at = SPEC.child('tolerations')
  const kept = (old: Toleration): boolean => next.some(n => semanticEqual({ ...old, tolerationSeconds: n.tolerationSeconds }, n))
  if (!previous.every(kept)) return f.forbidden(at, 'existing toleration can not be modified except its tolerationSeconds')
  validateTolerations(f, at, next)
}

function onlyDeletedGates(f: Findings, next: PodSpec, previous: PodSpec): void {
  const old = new Set(previous.schedulingGates?.map(g => g.name))
  next.schedulingGates?.forEach(({ name }, i) => {
    if (!old.has(name)) f.forbidden(SPEC.child('schedulingGates').at(i).child('name'), `only deletion is allowed, but found new scheduling gate '${name}'`)
  })
}

/** The new spec with everything that an update may change as it was. */
function withoutUpdatable(f: Findings, next: PodSpec, previous: PodSpec): PodSpec {
  const munged: PodSpec = copyWithGiven(next)
  keep(munged, previous, 'activeDeadlineSeconds', 'schedulingGates', 'tolerations')
  for (const field of ['containers', 'initContainers'] as const) {
    const old = previous[field]
    if (next[field] !== undefined) munged[field] = next[field].map((c, i) => keepIn(copyWithGiven(c), old?.[i], 'image'))
  }
  if ((previous.terminationGracePeriodSeconds ?? 0) < 0 && munged.terminationGracePeriodSeconds === 1) keep(munged, previous, 'terminationGracePeriodSeconds')
  if ((previous.schedulingGates ?? []).length > 0) mungeGated(f, munged, previous)
  return munged
}

const keep = (to: PodSpec, from: PodSpec, ...fields: (keyof PodSpec)[]): void => void keepIn(to, from, ...fields)
function keepIn<T extends object>(to: T, from: T | undefined, ...fields: (keyof T)[]): T {
  for (const field of fields) {
    if (from?.[field] === undefined) delete to[field]
    else to[field] = from[field]
  }
  return to
}

/** A pod that is not to be scheduled yet may still be told more narrowly where to go. */
function mungeGated(f: Findings, munged: PodSpec, previous: PodSpec): void {
  if (!semanticEqual(munged.nodeSelector, previous.nodeSelector)) {
    const selector = munged.nodeSelector ?? {}
    for (const key in previous.nodeSelector)
      if (selector[key] !== previous.nodeSelector[key]) {
        f.invalid(SPEC.child('nodeSelector'), munged.nodeSelector ?? null, 'only additions to spec.nodeSelector are allowed (no mutations or deletions)')
        break
      }
    keep(munged, previous, 'nodeSelector')
  }
  const old = previous.affinity?.nodeAffinity
  const now = munged.affinity?.nodeAffinity
  if (semanticEqual(old, now)) return
  onlyNarrowedAffinity(f, now, old)
  if (munged.affinity === undefined) munged.affinity = { nodeAffinity: old as NodeAffinity }
  else if (previous.affinity === undefined && munged.affinity.podAffinity === undefined && munged.affinity.podAntiAffinity === undefined) delete munged.affinity
  else munged.affinity = keepIn({ ...munged.affinity }, previous.affinity, 'nodeAffinity')
}

function onlyNarrowedAffinity(f: Findings, next: NodeAffinity | undefined, previous: NodeAffinity | undefined): void {
  const oldTerms = previous?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
  if (oldTerms === undefined || oldTerms === null) return
  const terms = next?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []
  const at = SPEC.child('affinity').child('nodeAffinity').child('requiredDuringSchedulingIgnoredDuringExecution').child('nodeSelectorTerms')
  const value = (t: NodeSelectorTerm): unknown => internalOf('core.NodeSelectorTerm', t)
  if (oldTerms.length > 0 && oldTerms.length !== terms.length) return f.invalid(at, terms.length === 0 ? null : terms.map(value), 'no additions/deletions to non-empty NodeSelectorTerms list are allowed')
  oldTerms.forEach((old, i) => {
    const term = terms[i] as NodeSelectorTerm
    if (!onlyAdds(term, old)) f.invalid(at.at(i), value(term), 'only additions are allowed (no mutations or deletions)')
  })
}

function onlyAdds(next: NodeSelectorTerm, old: NodeSelectorTerm): boolean {
  const [expressions, fields] = [old.matchExpressions ?? [], old.matchFields ?? []]
  const [nextExpressions, nextFields] = [next.matchExpressions ?? [], next.matchFields ?? []]
  if (expressions.length === 0 && fields.length === 0 && (nextExpressions.length > 0 || nextFields.length > 0)) return false
  const startsWith = (list: readonly unknown[], start: readonly unknown[]): boolean => start.length === 0 || semanticEqual(list.slice(0, start.length), start)
  return startsWith(nextExpressions, expressions) && startsWith(nextFields, fields)
}
