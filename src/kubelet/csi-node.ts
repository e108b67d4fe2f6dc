/** Each kubelet says which storage drivers its node has: none, until one registers. upstream: pkg/volume/csi/nodeinfomanager */
import { isAlreadyExists } from '../base/status'
import { defineController } from '../client/controller'
import { node as nodes } from '../kinds/core/node/kind'
import type { Node } from '../kinds/schema/types/core.v1'
import { csiNode } from '../kinds/storage/csi-node/kind'

/** Volumes of the time before drivers that are handed to drivers. */
const MIGRATED = 'kubernetes.io/aws-ebs,kubernetes.io/azure-disk,kubernetes.io/azure-file,kubernetes.io/cinder,kubernetes.io/gce-pd,kubernetes.io/portworx-volume,kubernetes.io/vsphere-volume'

export const csiNodeAgent = defineController<Node>({
  name: 'kubelet-csi-node',
  reconciles: nodes,
  concerns: ({ type }) => type === 'ADDED',

  async reconcile({ metadata: { name, uid } }, { client, lister }) {
    if (lister.get(csiNode, name) !== undefined) return
    try {
      await client.create(csiNode, { apiVersion: 'storage.k8s.io/v1', kind: 'CSINode', metadata: { name, annotations: { 'storage.alpha.kubernetes.io/migrated-plugins': MIGRATED }, ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid: uid as string }] }, spec: { drivers: [] } })
    } catch (e) {
      if (!isAlreadyExists(e)) throw e
    }
  },
})
