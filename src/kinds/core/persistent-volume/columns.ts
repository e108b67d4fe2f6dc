/** Rows of volumes and claims. upstream: pkg/printers/internalversion printPersistentVolume, printPersistentVolumeClaim */
import { age, name, type Column } from '../../kind'
import type { PersistentVolume, PersistentVolumeClaim } from '../../schema/types/core.v1'

const SHORT_MODES = [['ReadWriteOnce', 'RWO'], ['ReadOnlyMany', 'ROX'], ['ReadWriteMany', 'RWX'], ['ReadWriteOncePod', 'RWOP']] as const
/** Where the class stood before it was a field. */
export const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class'

/** `RWO,ROX`. upstream: helper.GetAccessModesAsString */
export const accessModesText = (modes: readonly string[] = []): string => SHORT_MODES.filter(([mode]) => modes.includes(mode)).map(([, short]) => short).join(',')

/** The class of a volume or a claim; the annotation goes first. */
export const classOf = ({ metadata, spec }: PersistentVolume | PersistentVolumeClaim): string => metadata.annotations?.[CLASS_ANNOTATION] ?? spec?.storageClassName ?? ''

const phaseOf = ({ metadata, status }: PersistentVolume | PersistentVolumeClaim): string => (metadata.deletionTimestamp !== undefined ? 'Terminating' : (status?.phase ?? ''))

export const volumeColumns: readonly Column<PersistentVolume>[] = [
  name as Column<PersistentVolume>,
  { name: 'Capacity', type: 'string', cell: v => v.spec?.capacity?.storage ?? '0' },
  { name: 'Access Modes', type: 'string', cell: v => accessModesText(v.spec?.accessModes) },
  { name: 'Reclaim Policy', type: 'string', cell: v => v.spec?.persistentVolumeReclaimPolicy ?? '' },
  { name: 'Status', type: 'string', cell: phaseOf },
  { name: 'Claim', type: 'string', cell: ({ spec }) => (spec?.claimRef === undefined ? '' : `${spec.claimRef.namespace ?? ''}/${spec.claimRef.name ?? ''}`) },
  { name: 'StorageClass', type: 'string', cell: classOf },
  { name: 'VolumeAttributesClass', type: 'string', cell: v => v.spec?.volumeAttributesClassName ?? '<unset>' },
  { name: 'Reason', type: 'string', cell: v => v.status?.reason ?? '' },
  age as Column<PersistentVolume>,
  { name: 'VolumeMode', type: 'string', priority: 1, cell: v => v.spec?.volumeMode ?? '<unset>' },
]

const isPlaced = ({ spec }: PersistentVolumeClaim): boolean => (spec?.volumeName ?? '') !== ''

export const claimColumns: readonly Column<PersistentVolumeClaim>[] = [
  name as Column<PersistentVolumeClaim>,
  { name: 'Status', type: 'string', cell: phaseOf },
  { name: 'Volume', type: 'string', cell: c => c.spec?.volumeName ?? '' },
  { name: 'Capacity', type: 'string', cell: c => (isPlaced(c) ? (c.status?.capacity?.storage ?? '0') : '') },
  { name: 'Access Modes', type: 'string', cell: c => (isPlaced(c) ? accessModesText(c.status?.accessModes) : '') },
  { name: 'StorageClass', type: 'string', cell: classOf },
  { name: 'VolumeAttributesClass', type: 'string', cell: c => c.spec?.volumeAttributesClassName ?? '<unset>' },
  age as Column<PersistentVolumeClaim>,
  { name: 'VolumeMode', type: 'string', priority: 1, cell: c => c.spec?.volumeMode ?? '<unset>' },
]
