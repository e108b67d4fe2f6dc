/** Volumes with a pod's credentials: nearly every pod has one and hardly a container reads it, so that their files are made when one first does. */
import type { Memory } from '../../client/controller'
import type { Lister } from '../../client/lister'
import { node as nodes } from '../../kinds/core/node/kind'
import { pod as pods } from '../../kinds/core/pod/kind'
import type { VolumeFiles } from '../../runtime/storage'
import { CREDENTIALS, type LateMount, type Postpone, renewAfterMs, setUpVolume, type VolumeParts } from './volumes'

const mayBeLate = (volumeId: string): boolean => volumeId.includes(`/${CREDENTIALS}`)

export interface LateVolumes {
  /** The same files; those that were put off appear with the first look at them. */
  readonly files: VolumeFiles
  readonly postpone: Postpone
}

/** `notes` says by volume id what was put off, and later when its tokens are to be renewed. */
export function createLateVolumes(files: VolumeFiles, notes: Memory, parts: { readonly lister: () => Lister; readonly nowMs: () => number } & Pick<VolumeParts, 'token' | 'images'>): LateVolumes {
  const make = (volumeId: string): void => {
    if (!mayBeLate(volumeId)) return
    const mount = notes.get<LateMount>(volumeId)
    if (mount === undefined) return
    const nowMs = parts.nowMs()
    if (mount.renewAtMs !== undefined && nowMs < mount.renewAtMs) return
    const lister = parts.lister()
    const pod = lister.get(pods, mount.pod, mount.namespace)
    const volume = pod?.spec.volumes?.find(v => v.name === mount.volume)
    if (pod === undefined || volume === undefined) return notes.delete(volumeId)
    notes.put(volumeId, { ...mount, renewAtMs: nowMs + renewAfterMs(volume) })
    const node = lister.get(nodes, pod.spec.nodeName ?? '')
    setUpVolume(volume, { pod, node, podIP: pod.status?.podIP ?? '', lister, storage: { files }, nowMs: mount.renewAtMs === undefined ? mount.atMs : nowMs, token: parts.token, images: parts.images, renewsTokens: true })
  }
  return {
    postpone: (volumeId, mount) => notes.put(volumeId, mount),
    files: {
      stat: (id, path) => (make(id), files.stat(id, path)),
      get: (id, path) => (make(id), files.get(id, path)),
      put: (id, path, entry) => (make(id), files.put(id, path, entry)),
      append: (id, path, content, mtimeMs) => (make(id), files.append(id, path, content, mtimeMs)),
      remove: (id, path) => (make(id), files.remove(id, path)),
      list: (id, path) => (make(id), files.list(id, path)),
      // Nothing has changed that anybody saw.
      version: id => files.version(id),
      usedBytes: id => files.usedBytes(id),
      copyVolume: (from, to) => (make(from), files.copyVolume(from, to)),
      deleteVolume: id => {
        if (mayBeLate(id)) notes.delete(id)
        files.deleteVolume(id)
      },
    },
  }
}
