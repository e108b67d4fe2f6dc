/** Whom the files of a pod's volumes belong to. upstream: pkg/volume/volume_linux.go SetVolumeOwnership */
import type { Pod, Volume } from '../../kinds/schema/types/core.v1'
import type { VolumeFiles } from '../../runtime/storage'
import { claimedBy, type Place, type PlaceParts } from './volume-places'

/** What is added to the modes of what belongs to a group. New files in its directories belong to it, too. */
export const GROUP_DIRECTORY = 0o2770
const GROUP_WRITES = 0o660
export const GROUP_READS = 0o440
export const GROUP_ENTERS = 0o2550

/** Groups besides the user's own. */
export const groupsOf = ({ spec: { securityContext } }: Pod): number[] => [...(securityContext?.supplementalGroups ?? []), ...(securityContext?.fsGroup === undefined ? [] : [securityContext.fsGroup])]

/** The one user of all containers, who may read their tokens alone. upstream: FsUserFrom */
export function tokenUser({ spec }: Pod): number | undefined {
  const users = new Set([...spec.containers, ...(spec.initContainers ?? [])].map(c => c.securityContext?.runAsUser ?? spec.securityContext?.runAsUser))
  const [only] = users
  return users.size === 1 ? only : undefined
}

/** Volumes of the claim's kind whose plugin hands them to the pod's group. Folders of the node and network shares stay whose they are. */
export function giveToGroup(v: Volume, place: Place, parts: PlaceParts): void {
  const { pod, storage: { files }, nowMs } = parts
  const { fsGroup, fsGroupChangePolicy } = pod.spec.securityContext ?? {}
  if (fsGroup === undefined || place.readOnly) return
  const spec = claimedBy(v, parts)?.volume.spec
  if (spec === undefined || spec.hostPath !== undefined || spec.nfs !== undefined || spec.volumeMode === 'Block' || (spec.csi !== undefined && spec.accessModes?.some(m => m === 'ReadWriteOnce' || m === 'ReadWriteOncePod') !== true)) return
  const top = place.subPath === '' ? '/' : place.subPath
  const root = files.stat(place.volumeId, top)
  if (root === undefined || files.version(place.volumeId) === 0) return files.put(place.volumeId, top, { type: 'dir', mode: 0o755 | GROUP_DIRECTORY, uid: 0, gid: fsGroup, mtimeMs: nowMs })
  if (fsGroupChangePolicy === 'OnRootMismatch' && root.gid === fsGroup && (root.mode & GROUP_DIRECTORY) === GROUP_DIRECTORY) return
  give(files, place.volumeId, top, fsGroup)
}

function give(files: VolumeFiles, volumeId: string, path: string, gid: number): void {
  const entry = files.get(volumeId, path)
  if (entry === undefined) return
  const mode = entry.mode | (entry.type === 'dir' ? GROUP_DIRECTORY : entry.type === 'file' ? GROUP_WRITES : 0)
  if (entry.gid !== gid || entry.mode !== mode) files.put(volumeId, path, { ...entry, gid, mode })
  if (entry.type === 'dir') for (const { name } of files.list(volumeId, path)) give(files, volumeId, path === '/' ? `/${name}` : `${path}/${name}`, gid)
}
