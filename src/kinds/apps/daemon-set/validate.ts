/** upstream: pkg/apis/apps/validation ValidateDaemonSetSpec */
import type { FieldErrors } from '../../../base/field'
import { Findings, Path } from '../../../base/findings'
import { matchesLabels } from '../../../base/label-selector'
import { internalOf, selectorValue } from '../../core/pod/template/internal'
import { validateFinalizerNames, validateMetadataUpdate } from '../../core/pod/template/metadata'
import { labelSelector } from '../../core/pod/template/validate-text'
import { immutableSelector, mismatch, parsedSelector, selectsAll, validateEndless, validateReadOnlyDisks, validateTemplate } from '../../core/pod/template/workload'
import type { DaemonSet, DaemonSetSpec, DaemonSetUpdateStrategy } from '../../schema/types/apps.v1'
import { atMostAll, countOrPercent, isZero } from '../int-or-percent'

const SPEC = Path.of('spec')

export function validateDaemonSet(ds: DaemonSet): FieldErrors {
  const f = new Findings()
  validateFinalizerNames(f, ds.metadata)
  validateSpec(f, ds.spec as DaemonSetSpec, undefined)
  return f.errors
}

export function validateDaemonSetUpdate(next: DaemonSet, previous: DaemonSet): FieldErrors {
  const f = new Findings()
  validateMetadataUpdate(f, next, previous)
  immutableSelector(f, SPEC.child('selector'), next.spec?.selector, previous.spec?.selector)
  validateSpec(f, next.spec as DaemonSetSpec, previous.spec)
  return f.errors
}

function validateSpec(f: Findings, spec: DaemonSetSpec, previous: DaemonSetSpec | undefined): void {
  labelSelector(f, SPEC.child('selector'), spec.selector)
  const selector = parsedSelector(spec.selector)
  const at = SPEC.child('template')
  if (selector !== undefined && !matchesLabels(selector, spec.template?.metadata?.labels)) mismatch(f, at, spec.template)
  if (selectsAll(spec.selector)) f.invalid(SPEC.child('selector'), selectorValue(spec.selector), 'empty selector is invalid for daemonset')
  validateTemplate(f, at, spec.template, previous?.template)
  validateReadOnlyDisks(f, at, spec.template, previous?.template)
  validateEndless(f, at, spec.template, 'DaemonSet')
  f.nonnegative(SPEC.child('minReadySeconds'), spec.minReadySeconds)
  validateUpdateStrategy(f, SPEC.child('updateStrategy'), spec.updateStrategy ?? {})
  f.nonnegative(SPEC.child('revisionHistoryLimit'), spec.revisionHistoryLimit)
}

function validateUpdateStrategy(f: Findings, at: Path, strategy: DaemonSetUpdateStrategy): void {
  if (strategy.type === 'OnDelete') return
  if (strategy.type !== 'RollingUpdate') return f.unsupported(at, internalOf('core.DaemonSetUpdateStrategy', strategy), ['RollingUpdate', 'OnDelete'])
  const rolling = at.child('rollingUpdate')
  if (strategy.rollingUpdate === undefined) return f.required(rolling)
  const { maxUnavailable, maxSurge } = strategy.rollingUpdate
  countOrPercent(f, rolling.child('maxUnavailable'), maxUnavailable)
  countOrPercent(f, rolling.child('maxSurge'), maxSurge)
  atMostAll(f, rolling.child('maxUnavailable'), maxUnavailable)
  atMostAll(f, rolling.child('maxSurge'), maxSurge)
  if (!isZero(maxUnavailable) && !isZero(maxSurge)) f.invalid(rolling.child('maxSurge'), maxSurge, 'may not be set when maxUnavailable is non-zero')
  if (isZero(maxUnavailable) && isZero(maxSurge)) f.required(rolling.child('maxUnavailable'), 'cannot be 0 when maxSurge is 0')
}
