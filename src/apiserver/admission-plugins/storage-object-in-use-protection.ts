/** StorageObjectInUseProtection: volumes and claims do not vanish under those who use them. upstream: plugin/pkg/admission/storage/storageobjectinuseprotection */
import type { AdmissionPlugin } from '../admission'

export const PV_PROTECTION = 'kubernetes.io/pv-protection'
export const PVC_PROTECTION = 'kubernetes.io/pvc-protection'

const FINALIZERS: Readonly<Record<string, string>> = {
  '/persistentvolumes': PV_PROTECTION,
  '/persistentvolumeclaims': PVC_PROTECTION,
  'storage.k8s.io/volumeattributesclasses': 'kubernetes.io/vac-protection',
}

export const storageObjectInUseProtection: AdmissionPlugin = {
  name: 'StorageObjectInUseProtection',
  operations: ['CREATE'],
  admit({ kind, object, subresource }) {
    const finalizer = FINALIZERS[`${kind.group}/${kind.plural}`]
    if (finalizer === undefined || subresource !== '' || object.metadata.finalizers?.includes(finalizer) === true) return
    object.metadata.finalizers = [...(object.metadata.finalizers ?? []), finalizer]
  },
}
