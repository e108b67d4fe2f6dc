/** upstream: pkg/apis/apps/validation ValidateReplicaSetSpec */
import type { FieldErrors } from '../../../base/field'
import { Findings, Path } from '../../../base/findings'
import { validateFinalizerNames, validateMetadataUpdate } from '../../core/pod/template/metadata'
import { immutableSelector, validateSelector } from '../../core/pod/template/workload'
import type { ReplicaSet, ReplicaSetSpec } from '../../schema/types/apps.v1'
import { validateReplicated } from '../deployment/validate'

const SPEC = Path.of('spec')

export function validateReplicaSet(rs: ReplicaSet): FieldErrors {
  const f = new Findings()
  validateFinalizerNames(f, rs.metadata)
  validateSpec(f, rs.spec as ReplicaSetSpec, undefined)
  return f.errors
}

export function validateReplicaSetUpdate(next: ReplicaSet, previous: ReplicaSet): FieldErrors {
  const f = new Findings()
  validateMetadataUpdate(f, next, previous)
  validateSpec(f, next.spec as ReplicaSetSpec, previous.spec)
  immutableSelector(f, SPEC.child('selector'), next.spec?.selector, previous.spec?.selector)
  return f.errors
}

function validateSpec(f: Findings, spec: ReplicaSetSpec, previous: ReplicaSetSpec | undefined): void {
  f.nonnegative(SPEC.child('replicas'), spec.replicas)
  f.nonnegative(SPEC.child('minReadySeconds'), spec.minReadySeconds)
  validateSelector(f, SPEC.child('selector'), spec.selector, 'deployment')
  validateReplicated(f, spec as Required<Pick<ReplicaSetSpec, 'selector' | 'template'>>, previous as Required<Pick<ReplicaSetSpec, 'template'>> | undefined)
}
