/** `kubectl describe persistentvolume`. upstream: kubectl/pkg/describe PersistentVolumeDescriber */
import { ageSince } from '../../../base/duration'
import { canonicalQuantity } from '../../../base/quantity'
import type { PersistentVolume, VolumeNodeAffinity } from '../../../kinds/schema/types/core.v1'
import { describerOf } from '../describer'
import { labelsAndAnnotations } from '../metadata'
import { text, type Lines } from '../writer'
import { accessModes, storageClassOf } from './pod/claim'
import { volumeSource } from './pod/volumes'

export const persistentVolume = describerOf<PersistentVolume>('v1', 'PersistentVolume', (w, object, { nowMs }) => {
  const { metadata, status } = object
  const spec = object.spec ?? {}
  w.write(0, `Name:\t${metadata.name}\n`)
  labelsAndAnnotations(w, metadata)
  w.write(0, `Finalizers:\t[${(metadata.finalizers ?? []).join(' ')}]\n`)
  w.write(0, `StorageClass:\t${storageClassOf({ metadata, spec })}\n`)
  w.write(0, `Status:\t${metadata.deletionTimestamp === undefined ? text(status?.phase) : `Terminating (lasts ${ageSince(metadata.deletionTimestamp, nowMs)})`}\n`)
  w.write(0, `Claim:\t${spec.claimRef === undefined ? '' : `${text(spec.claimRef.namespace)}/${text(spec.claimRef.name)}`}\n`)
  w.write(0, `Reclaim Policy:\t${text(spec.persistentVolumeReclaimPolicy)}\n`)
  w.write(0, `Access Modes:\t${accessModes(spec.accessModes)}\n`)
  if (spec.volumeMode !== undefined) w.write(0, `VolumeMode:\t${spec.volumeMode}\n`)
  w.write(0, `Capacity:\t${canonicalQuantity(spec.capacity?.['storage'] ?? '0')}\n`)
  nodeAffinity(w, spec.nodeAffinity)
  w.write(0, `Message:\t${text(status?.message)}\n`)
  w.write(0, 'Source:\n')
  volumeSource(w, spec, true)
})

function nodeAffinity(w: Lines, affinity: VolumeNodeAffinity | undefined): void {
  w.write(0, 'Node Affinity:\t')
  const terms = affinity?.required?.nodeSelectorTerms
  if (affinity?.required === undefined) return w.line('<none>')
  w.line('')
  w.write(1, 'Required Terms:\t')
  if ((terms ?? []).length === 0) return w.line('<none>')
  w.line('')
  for (const [i, { matchExpressions = [] }] of (terms ?? []).entries()) {
    w.write(2, `Term ${i}:\t`)
    if (matchExpressions.length === 0) w.line('<none>')
    for (const [j, { key, operator, values = [] }] of matchExpressions.entries()) {
      if (j > 0) w.write(2, '\t')
      w.write(0, `${key} ${operator.toLowerCase()}${values.length === 0 ? '' : ` [${values.join(', ')}]`}\n`)
    }
  }
}
