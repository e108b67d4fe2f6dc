/** The two fields that say from what a claim's volume is made: one is kept in step with the other. upstream: pkg/api/persistentvolumeclaim/util.go */
import type { PersistentVolumeClaim, PersistentVolumeClaimSpec, TypedLocalObjectReference } from '../../schema/types/core.v1'

const isUsed = (spec: PersistentVolumeClaimSpec | undefined): boolean => spec?.dataSource !== undefined || spec?.dataSourceRef !== undefined

// A group that is not given stands as null.
const isClaimOrSnapshot = ({ apiGroup, kind }: TypedLocalObjectReference): boolean => ((apiGroup ?? '') === '' && kind === 'PersistentVolumeClaim') || (apiGroup === 'snapshot.storage.k8s.io' && kind === 'VolumeSnapshot')

/** Changes the claim in place, never the spec that it may share. */
export function normalizeSources(claim: PersistentVolumeClaim, previous: PersistentVolumeClaim | undefined): void {
  const given = claim.spec
  if (given === undefined || given === previous?.spec || !isUsed(given)) return
  const spec = { ...given }
  // Sources of other namespaces belong to a feature that is off.
  if ((spec.dataSourceRef?.namespace ?? '') !== '' && previous?.spec?.dataSourceRef === undefined) delete spec.dataSourceRef
  // Other kinds were dropped without a word when there was only dataSource, and still are.
  if (!isUsed(previous?.spec) && spec.dataSource !== undefined && !isClaimOrSnapshot(spec.dataSource)) delete spec.dataSource
  if (spec.dataSource !== undefined && spec.dataSourceRef === undefined) spec.dataSourceRef = { ...spec.dataSource }
  else if (spec.dataSourceRef !== undefined && spec.dataSource === undefined && (spec.dataSourceRef.namespace ?? '') === '') {
    const { namespace: _, ...local } = spec.dataSourceRef
    spec.dataSource = local
  }
  claim.spec = spec
}
