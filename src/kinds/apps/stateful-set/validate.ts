/** upstream: pkg/apis/apps/validation ValidateStatefulSetSpec */
import { semanticEqual } from '../../../base/equal'
import type { FieldErrors } from '../../../base/field'
import { Findings, Path } from '../../../base/findings'
import { internalOf, selectorValue } from '../../core/pod/template/internal'
import { validateFinalizerNames, validateMetadataUpdate } from '../../core/pod/template/metadata'
import { validateClaimSpec } from '../../core/pod/template/validate-claim'
import { validatePodTemplate } from '../../core/pod/template/validate-spec'
import { annotations, dnsLabel, labels } from '../../core/pod/template/validate-text'
import { parsedSelector, validateEndless, validateMatch, validateSelector, validateTemplate } from '../../core/pod/template/workload'
import type { StatefulSet, StatefulSetSpec, StatefulSetUpdateStrategy } from '../../schema/types/apps.v1'
import type { PodTemplateSpec, Volume } from '../../schema/types/core.v1'
import { atMostAll, countOrPercent, isZero } from '../int-or-percent'

const SPEC = Path.of('spec')
const FIXED = "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
const CHANGEABLE = ['replicas', 'template', 'updateStrategy', 'minReadySeconds', 'ordinals', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy'] as const

export function validateStatefulSet(s: StatefulSet): FieldErrors {
  const f = new Findings()
  validateFinalizerNames(f, s.metadata)
  validateSpec(f, s.spec as StatefulSetSpec, undefined)
  return f.errors
}

export function validateStatefulSetUpdate(next: StatefulSet, previous: StatefulSet): FieldErrors {
  const f = new Findings()
  validateMetadataUpdate(f, next, previous)
  const spec = next.spec as StatefulSetSpec
  const old = previous.spec as StatefulSetSpec
  validateSpec(f, spec, old)
  const fixed: Record<string, unknown> = { ...spec }
  for (const field of CHANGEABLE) fixed[field] = old[field]
  if (!semanticEqual(fixed, old)) f.forbidden(SPEC, FIXED)
  return f.errors
}

function validateSpec(f: Findings, spec: StatefulSetSpec, previous: StatefulSetSpec | undefined): void {
  const policy = spec.podManagementPolicy ?? ''
  if (policy === '') f.required(SPEC.child('podManagementPolicy'))
  else if (policy !== 'OrderedReady' && policy !== 'Parallel') f.invalid(SPEC.child('podManagementPolicy'), policy, "must be 'OrderedReady' or 'Parallel'")
  validateUpdateStrategy(f, SPEC.child('updateStrategy'), spec.updateStrategy ?? {})
  validateRetention(f, SPEC.child('persistentVolumeClaimRetentionPolicy'), spec.persistentVolumeClaimRetentionPolicy)
  f.nonnegative(SPEC.child('replicas'), spec.replicas)
  f.nonnegative(SPEC.child('minReadySeconds'), spec.minReadySeconds)
  f.nonnegative(SPEC.child('ordinals').child('start'), spec.ordinals?.start)
  if (previous === undefined) {
    if ((spec.serviceName ?? '') !== '') dnsLabel(f, SPEC.child('serviceName'), spec.serviceName as string)
    spec.volumeClaimTemplates?.forEach((c, i) => validateClaimSpec(f, SPEC.child('volumeClaimTemplates').at(i).child('spec'), c.spec ?? {}))
  }
  validateSelector(f, SPEC.child('selector'), spec.selector, 'statefulset')
  const selector = parsedSelector(spec.selector)
  const at = SPEC.child('template')
  if (selector === undefined) f.invalid(SPEC.child('selector'), selectorValue(spec.selector), '')
  else {
    validateMatch(f, at, spec.template, selector)
    labels(f, at.child('labels'), spec.template?.metadata?.labels)
    annotations(f, at.child('annotations'), spec.template?.metadata?.annotations)
    validateWithClaims(f, at, spec, previous)
  }
  validateEndless(f, at, spec.template, 'StatefulSet')
}

/** Containers may mount the claims as if they were volumes of the template. A template that was invalid before may stay so. */
function validateWithClaims(f: Findings, at: Path, spec: StatefulSetSpec, previous: StatefulSetSpec | undefined): void {
  if (previous !== undefined) {
    if (spec.template === previous.template && semanticEqual(spec.volumeClaimTemplates, previous.volumeClaimTemplates)) return
    const before = new Findings()
    validatePodTemplate(before, at, withClaims(previous))
    if (before.errors.length > 0) return
  }
  validateTemplate(f, at, withClaims(spec))
}

function withClaims({ template, volumeClaimTemplates = [] }: StatefulSetSpec): PodTemplateSpec {
  if (volumeClaimTemplates.length === 0) return template
  const names = new Set(volumeClaimTemplates.map(c => c.metadata?.name ?? ''))
  const claims = [...names].map((name): Volume => ({ name, persistentVolumeClaim: { claimName: name } }))
  const volumes = [...claims, ...(template?.spec?.volumes ?? []).filter(v => !names.has(v.name))]
  return { ...template, spec: { ...(template?.spec ?? { containers: [] }), volumes } }
}

function validateUpdateStrategy(f: Findings, at: Path, strategy: StatefulSetUpdateStrategy): void {
  const { type = '', rollingUpdate } = strategy
  if (type === '') f.required(at)
  else if (type === 'OnDelete') {
    if (rollingUpdate !== undefined) f.invalid(at.child('rollingUpdate'), internalOf('core.RollingUpdateStatefulSet', rollingUpdate), "only allowed for updateStrategy 'RollingUpdate'")
  } else if (type !== 'RollingUpdate') f.invalid(at, internalOf('core.StatefulSetUpdateStrategy', strategy), "must be 'RollingUpdate' or 'OnDelete'")
  else if (rollingUpdate !== undefined) {
    const rolling = at.child('rollingUpdate')
    f.nonnegative(rolling.child('partition'), rollingUpdate.partition)
    if (rollingUpdate.maxUnavailable === undefined) return
    countOrPercent(f, rolling.child('maxUnavailable'), rollingUpdate.maxUnavailable)
    if (isZero(rollingUpdate.maxUnavailable)) f.invalid(rolling.child('maxUnavailable'), rollingUpdate.maxUnavailable, 'cannot be 0')
    atMostAll(f, rolling.child('maxUnavailable'), rollingUpdate.maxUnavailable)
  }
}

const RETENTION = ['Retain', 'Delete']

function validateRetention(f: Findings, at: Path, policy: StatefulSetSpec['persistentVolumeClaimRetentionPolicy']): void {
  if (policy === undefined) return
  for (const when of ['whenDeleted', 'whenScaled'] as const) if (!RETENTION.includes(policy[when] ?? '')) f.unsupported(at.child(when), policy[when] ?? '', RETENTION)
}
