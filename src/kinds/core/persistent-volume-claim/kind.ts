/** PersistentVolumeClaim: a wish for storage, and the volume that fulfils it. */
import { defineKind } from '../../kind'
import type { PersistentVolumeClaim } from '../../schema/types/core.v1'
import { claimColumns } from '../persistent-volume/columns'
import { classOfClaim, isFullyBound, UNBOUND, VOLUME } from '../persistent-volume/matching'
import { Path } from '../../../base/findings'
import { roundResources } from '../pod/template/resources'
import { defaultClaimSpec } from '../pod/template/volume-defaults'
import { claimSpecWarnings } from '../pod/template/warnings'
import { normalizeSources } from './sources'
import { validateClaim, validateClaimStatus, validateClaimUpdate } from './validate'

export const persistentVolumeClaim = defineKind<PersistentVolumeClaim>({
  group: '',
  version: 'v1',
  kind: 'PersistentVolumeClaim',
  plural: 'persistentvolumeclaims',
  singular: 'persistentvolumeclaim',
  shortNames: ['pvc'],
  scope: 'Namespaced',
  generation: 'never',
  returnsDeletedObject: true,
  subresources: { status: { validateUpdate: validateClaimStatus } },

  applyDefaults(c) {
    const status = (c.status ??= {})
    if ((status.phase ?? '') === '') status.phase = 'Pending'
    defaultClaimSpec((c.spec ??= {}))
    roundResources(status.capacity)
    roundResources(status.allocatedResources)
  },
  prepareForCreate(c) {
    c.status = { phase: 'Pending' }
    normalizeSources(c, undefined)
  },
  prepareForUpdate: (next, previous) => normalizeSources(next, previous),
  validate: validateClaim,
  validateUpdate: validateClaimUpdate,
  *warnings(c) {
    if (c.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] !== undefined) yield 'metadata.annotations[volume.beta.kubernetes.io/storage-class]: deprecated since v1.8; use "storageClassName" attribute instead'
    yield* claimSpecWarnings(Path.of('spec'), c.spec)
  },

  fieldSelectors: { name: c => c.metadata.name },
  indexes: {
    [UNBOUND]: c => (isFullyBound(c) ? [] : [classOfClaim(c)]),
    [VOLUME]: c => ((c.spec.volumeName ?? '') === '' ? [] : [c.spec.volumeName as string]),
  },
  columns: claimColumns,
})
