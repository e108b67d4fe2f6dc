/** StorageClass: who provisions volumes of a class, and how. */
import { parseTime } from '../../../base/clock'
import { age, defineKind, name, type KubeObject } from '../../kind'
import { renamedNodeLabel } from '../../core/pod/template/node-labels'
import { checked } from '../../metadata-checks'
import type { StorageClass } from '../../schema/types/storage.v1'
import { validateClass, validateClassUpdate } from './validate'

/** The second is of the time before 1.6. */
const DEFAULT_ANNOTATIONS = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class']

/** Claims that name no class get this one. upstream: pkg/apis/storage/util IsDefaultAnnotation */
export const isDefaultClass = ({ metadata }: KubeObject): boolean => DEFAULT_ANNOTATIONS.some(a => metadata.annotations?.[a] === 'true')

/** The one that claims get: of several default classes the youngest, of twins the first by name. upstream: pkg/volume/util GetDefaultClass */
export function newestDefaultClass(classes: readonly StorageClass[]): StorageClass | undefined {
  let found: StorageClass | undefined
  for (const c of classes) if (isDefaultClass(c) && (found === undefined || parseTime(c.metadata.creationTimestamp) > parseTime(found.metadata.creationTimestamp))) found = c
  return found
}

export const storageClass = defineKind<StorageClass>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'StorageClass',
  plural: 'storageclasses',
  singular: 'storageclass',
  shortNames: ['sc'],
  scope: 'Cluster',
  generation: 'never',
  returnsDeletedObject: true,

  applyDefaults(c) {
    c.reclaimPolicy ??= 'Delete'
    c.volumeBindingMode ??= 'Immediate'
  },
  validate: checked(validateClass),
  validateUpdate: validateClassUpdate,
  *warnings({ allowedTopologies = [] }) {
    for (const [i, { matchLabelExpressions = [] }] of allowedTopologies.entries())
      for (const [j, { key }] of matchLabelExpressions.entries()) {
        const renamed = renamedNodeLabel(key)
        if (renamed !== undefined) yield `allowedTopologies[${i}].matchLabelExpressions[${j}].key: ${key} is ${renamed}`
      }
  },

  columns: [
    { ...name, cell: c => `${c.metadata.name}${isDefaultClass(c) ? ' (default)' : ''}` },
    { name: 'Provisioner', type: 'string', description: 'Who makes the volumes.', cell: c => c.provisioner },
    { name: 'ReclaimPolicy', type: 'string', description: 'What becomes of a volume whose claim is gone.', cell: c => c.reclaimPolicy ?? 'Delete' },
    { name: 'VolumeBindingMode', type: 'string', description: 'When a claim is bound.', cell: c => c.volumeBindingMode ?? '<unset>' },
    { name: 'AllowVolumeExpansion', type: 'string', description: 'Claims may grow.', cell: c => c.allowVolumeExpansion ?? false },
    age,
  ],
})
