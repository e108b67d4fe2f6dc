/** Where one container sees the pod's volumes. upstream: pkg/kubelet/kubelet_pods.go makeMounts, pkg/volume/util/subpath */
import type { Container, Pod, Volume, VolumeMount } from '../../kinds/schema/types/core.v1'
import type { Mount } from '../../runtime/container'
import type { VolumeFiles } from '../../runtime/storage'
import { makeDirectories } from './host-path'
import { placeOf, podVolumeId, type PlaceParts } from './volume-places'

type Parts = Pick<PlaceParts, 'pod' | 'lister' | 'storage' | 'nowMs'>

/** The file within a volume that stands for its raw device. */
const DEVICE = '/device'
const MAX_LINKS = 10

/** `expandPath` puts the container's variables into a text. Throws MountError when a claim has gone meanwhile. */
export function mountsOf(container: Container, parts: Parts, expandPath: (text: string) => string): Mount[] {
  const volumes = new Map(parts.pod.spec.volumes?.map(v => [v.name, v]))
  const mounts = (container.volumeMounts ?? []).flatMap((m, i) => {
    const v = volumes.get(m.name)
    return v === undefined ? [] : [mountOf(v, m, `${container.name}~${i}`, parts, expandPath)]
  })
  for (const { name, devicePath } of container.volumeDevices ?? []) {
    const v = volumes.get(name)
    if (v !== undefined) mounts.push(deviceOf(v, devicePath, parts))
  }
  return mounts
}

/** Files that follow an object or the pod are written anew beside the old ones. upstream: volume/util/atomic_writer.go */
const isWrittenAnew = (v: Volume): boolean => v.configMap !== undefined || v.secret !== undefined || v.projected !== undefined || v.downwardAPI !== undefined

function mountOf(v: Volume, m: VolumeMount, id: string, parts: Parts, expandPath: (text: string) => string): Mount {
  const { pod, storage: { files }, nowMs } = parts
  const inner = (m.subPathExpr ?? '') === '' ? (m.subPath ?? '') : expandPath(m.subPathExpr as string)
  const place = placeOf(v, parts) ?? { volumeId: podVolumeId(pod, v.name), subPath: '', readOnly: false }
  const readOnly = m.readOnly === true || place.readOnly || isWrittenAnew(v) || v.image !== undefined ? { readOnly: true } : {}
  const memory = v.secret !== undefined || v.projected !== undefined || v.downwardAPI !== undefined || v.emptyDir?.medium === 'Memory' ? { fileSystem: 'tmpfs' } : {}
  const mount = { mountPath: m.mountPath, ...readOnly, ...memory }
  if (inner !== '' && isWrittenAnew(v)) return { ...mount, ...snapshot(place.volumeId, inner, snapshotId(pod, v.name, id), files, nowMs) }
  const subPath = [place.subPath, inner].filter(p => p !== '' && p !== '/').join('/')
  if (subPath === '') return { ...mount, volumeId: place.volumeId }
  if (inner !== '') makeDirectories(files, place.volumeId, subPath, nowMs)
  return { ...mount, volumeId: place.volumeId, subPath }
}

const snapshotId = (pod: Pod, volume: string, mount: string): string => `${podVolumeId(pod, volume)}~${mount}`

/** A part of a volume is mounted by what it is at that moment: a later version of the file is another file, which this container never sees. */
function snapshot(volumeId: string, inner: string, id: string, files: VolumeFiles, nowMs: number): Pick<Mount, 'volumeId' | 'subPath'> {
  files.deleteVolume(id)
  const from = follow(files, volumeId, inner)
  const copy = (path: string, to: string): void => {
    const entry = files.get(volumeId, path)
    if (entry === undefined) return
    files.put(id, to, entry)
    if (entry.type === 'dir') for (const child of files.list(volumeId, path)) copy(`${path}/${child.name}`, `${to}/${child.name}`)
  }
  if (from !== undefined) copy(from, '/it')
  // What is missing becomes an empty directory.
  if (files.stat(id, '/it') === undefined) files.put(id, '/it', { type: 'dir', mode: 0o755, uid: 0, gid: 0, mtimeMs: nowMs })
  return { volumeId: id, subPath: 'it' }
}

/** The path without links; undefined when there is nothing. */
export function follow(files: VolumeFiles, volumeId: string, path: string): string | undefined {
  let rest = path.split('/').filter(p => p !== '')
  let at = ''
  for (let links = 0; rest.length > 0; ) {
    const next = `${at}/${rest.shift()}`
    const stat = files.stat(volumeId, next)
    if (stat === undefined) return undefined
    if (stat.type !== 'symlink') at = next
    else if (++links > MAX_LINKS) return undefined
    else rest = [...String(files.get(volumeId, next)?.content).split('/'), ...rest]
  }
  return at === '' ? '/' : at
}

/** Volumes that hold what containers see of parts of others. */
export function snapshotIds(pod: Pod): string[] {
  const anew = new Set((pod.spec.volumes ?? []).filter(isWrittenAnew).map(v => v.name))
  if (anew.size === 0) return []
  return [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].flatMap(c => (c.volumeMounts ?? []).flatMap((m, i) => (anew.has(m.name) && (m.subPath ?? m.subPathExpr ?? '') !== '' ? [snapshotId(pod, m.name, `${c.name}~${i}`)] : [])))
}

/** A raw device is a file here. */
function deviceOf(v: Volume, devicePath: string, parts: Parts): Mount {
  const place = placeOf(v, parts) ?? { volumeId: podVolumeId(parts.pod, v.name), subPath: '', readOnly: false }
  const { files } = parts.storage
  const at = `${place.subPath === '' ? '' : `/${place.subPath.replace(/^\//, '')}`}${DEVICE}`
  if (files.stat(place.volumeId, at) === undefined) files.put(place.volumeId, at, { type: 'file', mode: 0o660, uid: 0, gid: 6, mtimeMs: parts.nowMs, content: '' })
  return { mountPath: devicePath, volumeId: place.volumeId, subPath: at.slice(1), ...(place.readOnly ? { readOnly: true } : {}) }
}
