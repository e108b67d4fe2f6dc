/** Makes a folder on the node of the claim's first pod, and a volume of it. upstream: rancher/local-path-provisioner, sig-storage-lib-external-provisioner */
import { isAlreadyExists } from '../../base/status'
import { defineController, type Context, type Controller } from '../../client/controller'
import { tellOnce } from '../../client/tell-once'
import { node as nodes } from '../../kinds/core/node/kind'
import { persistentVolume } from '../../kinds/core/persistent-volume/kind'
import { classOfClaim, SELECTED_NODE } from '../../kinds/core/persistent-volume/matching'
import { PROVISIONED_BY, PROVISIONER } from '../../kinds/core/persistent-volume/provisioning'
import { persistentVolumeClaim } from '../../kinds/core/persistent-volume-claim/kind'
import { keyOf } from '../../kinds/kind'
import type { PersistentVolume, PersistentVolumeClaim } from '../../kinds/schema/types/core.v1'
import type { StorageClass } from '../../kinds/schema/types/storage.v1'
import { storageClass } from '../../kinds/storage/storage-class/kind'

export const LOCAL_PATH = 'rancher.io/local-path'
/** On a volume: the node that has it. */
const NODE = 'local.path.provisioner/selected-node'
const ROOT = '/opt/local-path-provisioner'
const HOSTNAME = 'kubernetes.io/hostname'
/** What the pod takes that makes the folder. */
const MAKING_MS = 2_000
const MODES: readonly string[] = ['ReadWriteOnce', 'ReadWriteOncePod']

/** `makeFolder` makes a folder on a node's disk into which everybody may write. */
export const localPathProvisioner = (makeFolder: (node: string, path: string, nowMs: number) => void): Controller<PersistentVolumeClaim> => defineController<PersistentVolumeClaim>({
  name: 'local-path-provisioner',
  reconciles: persistentVolumeClaim,
  concerns: ({ type, object }) => type !== 'DELETED' && object.metadata.annotations?.[PROVISIONER] === LOCAL_PATH && (object.spec.volumeName ?? '') === '',

  async reconcile(claim, ctx) {
    const { lister, memory, clock } = ctx
    if (claim.metadata.annotations?.[PROVISIONER] !== LOCAL_PATH || (claim.spec.volumeName ?? '') !== '' || claim.metadata.deletionTimestamp !== undefined) return
    const found = lister.get(storageClass, classOfClaim(claim))
    const node = claim.metadata.annotations[SELECTED_NODE]
    if (found === undefined || (found.volumeBindingMode === 'WaitForFirstConsumer' && node === undefined)) return
    if (lister.get(persistentVolume, volumeName(claim)) !== undefined) return
    if (node !== undefined && lister.get(nodes, node) === undefined) return chooseAnew(claim, found, node, ctx)
    const key = keyOf(claim)
    const nowMs = clock.now()
    const doneMs = memory.get<number>(key)
    if (doneMs === undefined) await tellOnce(ctx, claim, 'Normal', 'Provisioning', `External provisioner is provisioning volume for claim "${key}"`)
    const obstacle = obstacleTo(claim, node)
    if (obstacle !== undefined) return tellOnce(ctx, claim, 'Warning', 'ProvisioningFailed', `failed to provision volume with StorageClass "${found.metadata.name}": ${obstacle}`)
    if (doneMs === undefined) memory.put(key, nowMs + MAKING_MS)
    if (nowMs < (doneMs ?? Infinity)) return { requeueAfterMs: (doneMs ?? nowMs + MAKING_MS) - nowMs }
    memory.delete(key)
    const volume = volumeFor(claim, found, node as string, lister.get(nodes, node as string)?.metadata.labels?.[HOSTNAME] ?? (node as string))
    makeFolder(node as string, volume.spec?.hostPath?.path as string, nowMs)
    await provide(claim, volume, ctx)
  },

  async vanished(key, { memory }) {
    if (memory.get(key) !== undefined) memory.delete(key)
  },
})

const volumeName = ({ metadata }: PersistentVolumeClaim): string => `pvc-${metadata.uid}`

function obstacleTo({ spec }: PersistentVolumeClaim, node: string | undefined): string | undefined {
  if (spec.volumeMode === 'Block') return `${LOCAL_PATH} does not support block volume provisioning`
  if (spec.selector !== undefined) return 'claim.Spec.Selector is not supported'
  if (spec.accessModes?.every(m => MODES.includes(m)) !== true) return 'NodePath only supports ReadWriteOnce and ReadWriteOncePod (1.22+) access modes'
  return node === undefined ? 'configuration error, no node was specified' : undefined
}

/** Its node is gone: the scheduler has to choose another one. upstream: rescheduleProvisioning */
async function chooseAnew(claim: PersistentVolumeClaim, found: StorageClass, node: string, { client, events }: Context): Promise<void> {
  await events.event(claim, 'Warning', 'ProvisioningFailed', `failed to get target node: node "${node}" not found`)
  if (found.volumeBindingMode !== 'WaitForFirstConsumer') return
  const { [SELECTED_NODE]: _, ...annotations } = claim.metadata.annotations ?? {}
  await client.update(persistentVolumeClaim, { ...claim, metadata: { ...claim.metadata, annotations } })
}

async function provide(claim: PersistentVolumeClaim, volume: PersistentVolume, { client, events }: Context): Promise<void> {
  try {
    await client.create(persistentVolume, volume)
  } catch (e) {
    if (!isAlreadyExists(e)) throw e
  }
  await events.event(claim, 'Normal', 'ProvisioningSucceeded', `Successfully provisioned volume ${volume.metadata.name}`)
}

function volumeFor(claim: PersistentVolumeClaim, { metadata, mountOptions, reclaimPolicy }: StorageClass, node: string, hostname: string): PersistentVolume {
  const name = volumeName(claim)
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name, annotations: { [NODE]: node, [PROVISIONED_BY]: LOCAL_PATH } },
    spec: {
      accessModes: claim.spec.accessModes ?? [],
      capacity: { storage: claim.spec.resources?.requests?.storage as string },
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', name: claim.metadata.name, namespace: claim.metadata.namespace as string, resourceVersion: claim.metadata.resourceVersion as string, uid: claim.metadata.uid as string },
      hostPath: { path: `${ROOT}/${name}_${claim.metadata.namespace}_${claim.metadata.name}`, type: 'DirectoryOrCreate' },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: HOSTNAME, operator: 'In', values: [hostname] }] }] } },
      persistentVolumeReclaimPolicy: reclaimPolicy ?? 'Delete',
      storageClassName: metadata.name,
      volumeMode: 'Filesystem',
      ...(mountOptions === undefined ? {} : { mountOptions }),
    },
  }
}

/** The node that has the volume's folder. */
export const nodeOf = ({ metadata }: PersistentVolume): string | undefined => metadata.annotations?.[NODE]
