/** VolumeAttributesClass: attributes that a volume may be given while it lives. */
import { semanticEqual } from '../../../base/equal'
import { Path, type Findings } from '../../../base/findings'
import { age, defineKind, name } from '../../kind'
import { checked, checkedUpdate, checkMetadata } from '../../metadata-checks'
import type { VolumeAttributesClass } from '../../schema/types/storage.v1'
import { validateParameters } from '../parameters'
import { validateDriver } from '../storage-class/validate'

const DRIVER = Path.of('driverName')
const PARAMETERS = Path.of('parameters')

export const volumeAttributesClass = defineKind<VolumeAttributesClass>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'VolumeAttributesClass',
  plural: 'volumeattributesclasses',
  singular: 'volumeattributesclass',
  shortNames: ['vac'],
  scope: 'Cluster',
  generation: 'never',
  returnsDeletedObject: true,

  validate: checked(validateClass),
  validateUpdate: checkedUpdate((f, next, previous) => {
    if ((next.driverName ?? '') !== previous.driverName) f.forbidden(DRIVER, 'updates to driverName are forbidden.')
    if (!semanticEqual(next.parameters, previous.parameters)) f.forbidden(PARAMETERS, 'updates to parameters are forbidden.')
    checkMetadata(f, next.metadata, { namespaced: false, previous: previous.metadata })
    validateClass(f, next)
  }),

  columns: [name, { name: 'DriverName', type: 'string', description: 'The driver that understands the parameters.', cell: c => c.driverName }, age],
})

/** upstream: pkg/apis/storage/validation ValidateVolumeAttributesClass */
function validateClass(f: Findings, c: VolumeAttributesClass): void {
  validateDriver(f, DRIVER, c.driverName)
  validateParameters(f, PARAMETERS, c.parameters, false)
}
