/** What a claim and the template of an ephemeral volume say alike. upstream: kubectl/pkg/describe printPersistentVolumeClaim, kubectl/pkg/util/storage */
import { ageSince } from '../../../../base/duration'
import { canonicalQuantity } from '../../../../base/quantity'
import type { PersistentVolumeClaim } from '../../../../kinds/schema/types/core.v1'
import { labelsAndAnnotations } from '../../metadata'
import { text, type Lines } from '../../writer'

const CLASS_ANNOTATION = 'volume.beta.kubernetes.io/storage-class'

/** The storage class of a claim or a volume: the old annotation first. */
export const storageClassOf = ({ metadata, spec }: { readonly metadata: { readonly annotations?: Readonly<Record<string, string>> }; readonly spec: { readonly storageClassName?: string } }): string =>
  metadata.annotations?.[CLASS_ANNOTATION] ?? text(spec.storageClassName)

const MODES = [['ReadWriteOnce', 'RWO'], ['ReadOnlyMany', 'ROX'], ['ReadWriteMany', 'RWX'], ['ReadWriteOncePod', 'RWOP']] as const
/** `RWO,ROX`, always in this order. */
export const accessModes = (modes: readonly string[] | undefined): string => MODES.filter(([mode]) => modes?.includes(mode)).map(([, short]) => short).join(',')

/** With `nowMs` a whole claim, otherwise a template, which has no name and no status. */
export function claimLines(w: Lines, claim: PersistentVolumeClaim, nowMs?: number): void {
  const { metadata, spec, status } = claim
  if (nowMs !== undefined) {
    w.write(0, `Name:\t${metadata.name}\n`)
    w.write(0, `Namespace:\t${text(metadata.namespace)}\n`)
  }
  w.write(0, `StorageClass:\t${storageClassOf(claim)}\n`)
  if (nowMs !== undefined) w.write(0, `Status:\t${metadata.deletionTimestamp === undefined ? text(status?.phase) : `Terminating (lasts ${ageSince(metadata.deletionTimestamp, nowMs)})`}\n`)
  w.write(0, `Volume:\t${text(spec.volumeName)}\n`)
  labelsAndAnnotations(w, metadata)
  if (nowMs !== undefined) w.write(0, `Finalizers:\t[${(metadata.finalizers ?? []).join(' ')}]\n`)
  const bound = text(spec.volumeName) !== ''
  w.write(0, `Capacity:\t${bound ? canonicalQuantity(status?.capacity?.['storage'] ?? '0') : ''}\n`)
  w.write(0, `Access Modes:\t${bound ? accessModes(status?.accessModes) : ''}\n`)
  if (spec.volumeMode !== undefined) w.write(0, `VolumeMode:\t${spec.volumeMode}\n`)
  if (spec.dataSource === undefined) return
  w.write(0, 'DataSource:\n')
  if (typeof spec.dataSource.apiGroup === 'string') w.write(1, `APIGroup:\t${spec.dataSource.apiGroup}\n`)
  w.write(1, `Kind:\t${spec.dataSource.kind}\n`)
  w.write(1, `Name:\t${spec.dataSource.name}\n`)
}
