/** `kubectl describe storageclass`. upstream: kubectl/pkg/describe StorageClassDescriber */
import { formatLabels } from '../../../base/label-selector'
import type { StorageClass } from '../../../kinds/schema/types/storage.v1'
import { describerOf } from '../describer'
import { text, trueFalseUnset } from '../writer'

const DEFAULT_ANNOTATIONS = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class']

export const storageClass = describerOf<StorageClass>('storage.k8s.io/v1', 'StorageClass', (w, { metadata, ...sc }) => {
  w.write(0, `Name:\t${metadata.name}\n`)
  w.write(0, `IsDefaultClass:\t${DEFAULT_ANNOTATIONS.some(a => metadata.annotations?.[a] === 'true') ? 'Yes' : 'No'}\n`)
  w.write(0, `Annotations:\t${formatLabels(metadata.annotations)}\n`)
  w.write(0, `Provisioner:\t${text(sc.provisioner)}\n`)
  w.write(0, `Parameters:\t${formatLabels(sc.parameters)}\n`)
  w.write(0, `AllowVolumeExpansion:\t${trueFalseUnset(sc.allowVolumeExpansion)}\n`)
  w.write(0, (sc.mountOptions ?? []).length === 0 ? 'MountOptions:\t<none>\n' : 'MountOptions:\n')
  for (const option of sc.mountOptions ?? []) w.write(1, `${option}\n`)
  if (sc.reclaimPolicy !== undefined) w.write(0, `ReclaimPolicy:\t${sc.reclaimPolicy}\n`)
  if (sc.volumeBindingMode !== undefined) w.write(0, `VolumeBindingMode:\t${sc.volumeBindingMode}\n`)
  if (sc.allowedTopologies === undefined) return
  w.write(0, 'AllowedTopologies:\t')
  if (sc.allowedTopologies.length === 0) return w.line('<none>')
  w.line('')
  for (const [i, { matchLabelExpressions = [] }] of sc.allowedTopologies.entries()) {
    w.write(1, `Term ${i}:\t`)
    if (matchLabelExpressions.length === 0) w.line('<none>')
    for (const [j, { key, values = [] }] of matchLabelExpressions.entries()) {
      if (j > 0) w.write(1, '\t')
      w.write(0, `${key} in${values.length === 0 ? '' : ` [${values.join(', ')}]`}\n`)
    }
  }
})
