/** upstream: pkg/apis/apps/validation ValidateDeploymentSpec */
import type { FieldErrors } from '../../../base/field'
import { Findings, Path } from '../../../base/findings'
import { selectorValue, internalOf } from '../../core/pod/template/internal'
import { validateFinalizerNames, validateMetadataUpdate } from '../../core/pod/template/metadata'
import { immutableSelector, parsedSelector, validateEndless, validateMatch, validateReadOnlyDisks, validateSelector, validateTemplate } from '../../core/pod/template/workload'
import type { Deployment, DeploymentSpec, DeploymentStrategy, RollingUpdateDeployment } from '../../schema/types/apps.v1'
import { atMostAll, countOrPercent, isZero } from '../int-or-percent'

const SPEC = Path.of('spec')

export function validateDeployment(d: Deployment): FieldErrors {
  const f = new Findings()
  validateFinalizerNames(f, d.metadata)
  validateSpec(f, d.spec as DeploymentSpec, undefined)
  return f.errors
}

export function validateDeploymentUpdate(next: Deployment, previous: Deployment): FieldErrors {
  const f = new Findings()
  validateMetadataUpdate(f, next, previous)
  validateSpec(f, next.spec as DeploymentSpec, previous.spec)
  immutableSelector(f, SPEC.child('selector'), next.spec?.selector, previous.spec?.selector)
  return f.errors
}

function validateSpec(f: Findings, spec: DeploymentSpec, previous: DeploymentSpec | undefined): void {
  f.nonnegative(SPEC.child('replicas'), spec.replicas)
  validateSelector(f, SPEC.child('selector'), spec.selector, 'deployment')
  validateReplicated(f, spec, previous)
  validateStrategy(f, SPEC.child('strategy'), spec.strategy ?? {})
  f.nonnegative(SPEC.child('minReadySeconds'), spec.minReadySeconds)
  f.nonnegative(SPEC.child('revisionHistoryLimit'), spec.revisionHistoryLimit)
  if (spec.progressDeadlineSeconds === undefined) return
  f.nonnegative(SPEC.child('progressDeadlineSeconds'), spec.progressDeadlineSeconds)
  if (spec.progressDeadlineSeconds <= (spec.minReadySeconds ?? 0)) f.invalid(SPEC.child('progressDeadlineSeconds'), spec.progressDeadlineSeconds, 'must be greater than minReadySeconds')
}

/** Selector and template, as of a ReplicaSet. upstream: ValidatePodTemplateSpecForReplicaSet */
export function validateReplicated(f: Findings, spec: Pick<DeploymentSpec, 'selector' | 'template' | 'replicas'>, previous: Pick<DeploymentSpec, 'template'> | undefined): void {
  const selector = parsedSelector(spec.selector)
  if (selector === undefined) return f.invalid(SPEC.child('selector'), selectorValue(spec.selector), 'invalid label selector')
  const at = SPEC.child('template')
  validateMatch(f, at, spec.template, selector)
  validateTemplate(f, at, spec.template, previous?.template)
  if ((spec.replicas ?? 1) > 1) validateReadOnlyDisks(f, at, spec.template, previous?.template)
  validateEndless(f, at, spec.template, 'ReplicaSet')
}

function validateStrategy(f: Findings, at: Path, strategy: DeploymentStrategy): void {
  if (strategy.type === 'Recreate') {
    if (strategy.rollingUpdate !== undefined) f.forbidden(at.child('rollingUpdate'), "may not be specified when strategy `type` is 'Recreate'")
  } else if (strategy.type === 'RollingUpdate') {
    if (strategy.rollingUpdate === undefined) f.required(at.child('rollingUpdate'), 'this should be defaulted and never be nil')
    else validateRollingUpdate(f, at.child('rollingUpdate'), strategy.rollingUpdate)
  } else f.unsupported(at, internalOf('core.DeploymentStrategy', strategy), ['Recreate', 'RollingUpdate'])
}

function validateRollingUpdate(f: Findings, at: Path, { maxUnavailable, maxSurge }: RollingUpdateDeployment): void {
  countOrPercent(f, at.child('maxUnavailable'), maxUnavailable)
  countOrPercent(f, at.child('maxSurge'), maxSurge)
  if (isZero(maxUnavailable) && isZero(maxSurge)) f.invalid(at.child('maxUnavailable'), maxUnavailable, 'may not be 0 when `maxSurge` is 0')
  atMostAll(f, at.child('maxUnavailable'), maxUnavailable)
}
