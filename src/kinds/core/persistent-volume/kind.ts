/** PersistentVolume: a piece of storage, whoever uses it. */
import { timestamp } from '../../../base/clock'
import { defineKind } from '../../kind'
import type { PersistentVolume, Volume } from '../../schema/types/core.v1'
import { roundResources } from '../pod/template/resources'
import { defaultVolume } from '../pod/template/volume-defaults'
import { volumeColumns } from './columns'
import { CLAIM, CLASS, classOfVolume } from './matching'
import { validateVolume, validateVolumeStatus, validateVolumeUpdate, volumeWarnings } from './validate'

export const persistentVolume = defineKind<PersistentVolume>({
  group: '',
  version: 'v1',
  kind: 'PersistentVolume',
  plural: 'persistentvolumes',
  singular: 'persistentvolume',
  shortNames: ['pv'],
  scope: 'Cluster',
  generation: 'never',
  returnsDeletedObject: true,
  subresources: { status: { prepareForUpdate: stampPhase, validateUpdate: validateVolumeStatus } },

  // upstream: pkg/apis/core/v1/defaults.go SetDefaults_PersistentVolume
  applyDefaults(v) {
    const spec = (v.spec ??= {})
    const status = (v.status ??= {})
    if ((status.phase ?? '') === '') status.phase = 'Pending'
    if ((spec.persistentVolumeReclaimPolicy ?? '') === '') spec.persistentVolumeReclaimPolicy = 'Retain'
    spec.volumeMode ??= 'Filesystem'
    roundResources(spec.capacity)
    // The sources are those of pods, as far as their defaults go.
    defaultVolume(spec as unknown as Volume)
  },
  prepareForCreate(v, { nowMs }) {
    v.status = { phase: 'Pending', lastPhaseTransitionTime: timestamp(nowMs) }
  },
  validate: validateVolume,
  validateUpdate: validateVolumeUpdate,
  warnings: volumeWarnings,

  fieldSelectors: { name: v => v.metadata.name },
  indexes: {
    [CLASS]: v => (v.spec?.claimRef === undefined ? [classOfVolume(v)] : []),
    [CLAIM]: v => (v.spec?.claimRef === undefined ? [] : [`${v.spec.claimRef.namespace}/${v.spec.claimRef.name}`]),
  },
  columns: volumeColumns,
})

/** upstream: pkg/registry/core/persistentvolume/strategy.go persistentvolumeStatusStrategy */
function stampPhase(next: PersistentVolume, previous: PersistentVolume, { nowMs }: { nowMs: number }): void {
  if (previous.spec !== undefined) next.spec = previous.spec
  const time = next.status?.lastPhaseTransitionTime
  if (next.status?.phase !== previous.status?.phase && (time === undefined || time === previous.status?.lastPhaseTransitionTime)) next.status = { ...next.status, lastPhaseTransitionTime: timestamp(nowMs) }
}
