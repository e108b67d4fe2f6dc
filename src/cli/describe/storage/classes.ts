/** `kubectl describe volumeattributesclass` and `csinode`. upstream: kubectl/pkg/describe VolumeAttributesClassDescriber, CSINodeDescriber */
import { formatLabels } from '../../../base/label-selector'
import type { CSINode, VolumeAttributesClass } from '../../../kinds/schema/types/storage.v1'
import { describerOf } from '../describer'
import { labelsAndAnnotations } from '../metadata'
import { longTime } from '../time'
import { text } from '../writer'

export const volumeAttributesClass = describerOf<VolumeAttributesClass>('storage.k8s.io/v1', 'VolumeAttributesClass', (w, { metadata, driverName, parameters }) => {
  w.write(0, `Name:\t${metadata.name}\n`)
  w.write(0, `Annotations:\t${formatLabels(metadata.annotations)}\n`)
  w.write(0, `DriverName:\t${text(driverName)}\n`)
  w.write(0, `Parameters:\t${formatLabels(parameters)}\n`)
})

export const csiNode = describerOf<CSINode>('storage.k8s.io/v1', 'CSINode', (w, { metadata, spec }) => {
  w.write(0, `Name:\t${metadata.name}\n`)
  labelsAndAnnotations(w, metadata)
  w.write(0, `CreationTimestamp:\t${longTime(metadata.creationTimestamp)}\n`)
  w.write(0, 'Spec:\n')
  const drivers = spec?.drivers
  if (drivers === undefined || drivers === null) return
  w.write(1, 'Drivers:\n')
  for (const { name, nodeID, allocatable, topologyKeys } of drivers) {
    w.write(2, `${name}:\n`)
    w.write(3, `Node ID:\t${nodeID}\n`)
    if (allocatable?.count !== undefined) {
      w.write(3, 'Allocatables:\n')
      w.write(4, `Count:\t${allocatable.count}\n`)
    }
    if (topologyKeys !== undefined && topologyKeys !== null) w.write(3, `Topology Keys:\t[${topologyKeys.join(' ')}]\n`)
  }
})
