/** StorageObjectInUseProtection: volumes and claims do not vanish under those who use them. upstream: plugin/pkg/admission/storage/storageobjectinuseprotection */
import type { AdmissionPlugin } from '../admission'

export const PV_PROTECTION = 'kubernetes.io/pv-protection'
export const PVC_PROTECTION = 'kubernetes.io/pvc-protection'

export const storageObjectInUseProtection: AdmissionPlugin = {
  name: 'StorageObjectInUseProtection',
  operations: ['CREATE'],
  admit({ kind, object, subresource }) {
    if (kind.group !== '' || subresource !== '') return
    const finalizer = kind.plural === 'persistentvolumes' ? PV_PROTECTION : kind.plural === 'persistentvolumeclaims' ? PVC_PROTECTION : undefined
    if (finalizer === undefined || object.metadata.finalizers?.includes(finalizer) === true) return
    object.metadata.finalizers = [...(object.metadata.finalizers ?? []), finalizer]
  },
}
