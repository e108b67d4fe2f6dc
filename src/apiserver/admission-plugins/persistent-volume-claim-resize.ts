/** PersistentVolumeClaimResize: only bound claims of classes that allow it grow. upstream: plugin/pkg/admission/storage/persistentvolume/resize */
import { compareQuantities, parseQuantity } from '../../base/quantity'
import { forbiddenRequest } from '../../base/status'
import { storageClass } from '../../kinds/storage/storage-class/kind'
import type { PersistentVolumeClaim } from '../../kinds/schema/types/core.v1'
import type { AdmissionPlugin } from '../admission'

export const persistentVolumeClaimResize: AdmissionPlugin = {
  name: 'PersistentVolumeClaimResize',
  operations: ['UPDATE'],
  resources: ['persistentvolumeclaims'],
  validate(a, { lister }) {
    if (a.subresource !== '') return
    const [next, previous] = [a.object as PersistentVolumeClaim, a.previous as PersistentVolumeClaim]
    const [size, was] = [sizeOf(next), sizeOf(previous)]
    if (size === was || size === undefined || (was !== undefined && compareQuantities(parseQuantity(size), parseQuantity(was)) <= 0)) return
    if (previous.status?.phase !== 'Bound') throw forbiddenRequest(a.kind, a.name, 'Only bound persistent volume claims can be expanded')
    const [name, old] = [next.spec?.storageClassName ?? '', previous.spec?.storageClassName ?? '']
    const grows = name !== '' && name === old && lister.get(storageClass, name)?.allowVolumeExpansion === true
    if (!grows) throw forbiddenRequest(a.kind, a.name, 'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize')
  },
}

const sizeOf = ({ spec }: PersistentVolumeClaim): string | undefined => (spec?.resources?.requests as Record<string, string> | undefined)?.storage
