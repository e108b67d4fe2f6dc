/** Paths on a node's disk: whether they are there, and those that are made. upstream: pkg/volume/hostpath, pkg/volume/local */
import type { VolumeFiles } from '../../runtime/storage'
import { MountError } from './mount-error'

/** The volume that is a node's disk. */
export const hostVolumeId = (nodeName: string): string => `node/${nodeName}`

/** What every node has without anybody having made it. */
const DIRECTORIES = new Set(['/', ...'bin boot dev etc home lib lib64 media mnt opt proc root run sbin srv sys tmp usr var dev/shm etc/kubernetes etc/kubernetes/manifests run/containerd usr/bin usr/lib usr/local usr/share var/lib var/lib/containerd var/lib/kubelet var/log var/log/containers var/log/pods var/run var/tmp'.split(' ').map(d => `/${d}`)])
const SOCKETS = new Set(['/run/containerd/containerd.sock', '/var/run/containerd/containerd.sock'])
const CHARACTER_DEVICES = new Set(['/dev/console', '/dev/full', '/dev/fuse', '/dev/kmsg', '/dev/null', '/dev/random', '/dev/tty', '/dev/urandom', '/dev/zero'])
const FILES = new Set(['/etc/fstab', '/etc/hostname', '/etc/hosts', '/etc/machine-id', '/etc/os-release', '/etc/passwd', '/etc/resolv.conf'])

export interface HostDisk {
  readonly files: VolumeFiles
  readonly nodeName: string
  readonly nowMs: number
}

type What = 'dir' | 'file' | undefined

export function whatIsAt({ files, nodeName }: HostDisk, path: string): What {
  const { type } = files.stat(hostVolumeId(nodeName), clean(path)) ?? {}
  if (type === 'dir' || type === 'file') return type
  return DIRECTORIES.has(clean(path)) ? 'dir' : FILES.has(clean(path)) ? 'file' : undefined
}

/** A path without slashes at its end. */
export const clean = (path: string): string => path.replace(/\/+/g, '/').replace(/(.)\/$/, '$1')

/** Makes what the type says may be made; throws MountError when the path is something else. */
export function checkHostPath(volume: string, { path: given = '/', type = '' }: { readonly path?: string; readonly type?: string }, disk: HostDisk): void {
  const path = clean(given)
  const found = whatIsAt(disk, path)
  const fail = (what: string): never => {
    throw new MountError(volume, `hostPath type check failed: ${given} is not ${what}`)
  }
  switch (type) {
    case '':
      if (found === undefined && !SOCKETS.has(path) && !CHARACTER_DEVICES.has(path)) makeDirectory(path, disk)
      return
    case 'DirectoryOrCreate':
      if (found === undefined) return makeDirectory(path, disk)
      return found === 'dir' ? undefined : fail('a directory')
    case 'Directory':
      return found === 'dir' ? undefined : fail('a directory')
    case 'FileOrCreate':
      if (found !== undefined) return found === 'file' ? undefined : fail('a file')
      if (whatIsAt(disk, path.slice(0, path.lastIndexOf('/')) || '/') !== 'dir') throw new MountError(volume, `open ${given}: no such file or directory`)
      return disk.files.put(hostVolumeId(disk.nodeName), path, { type: 'file', mode: 0o644, uid: 0, gid: 0, mtimeMs: disk.nowMs, content: '' })
    case 'File':
      return found === 'file' ? undefined : fail('a file')
    case 'Socket':
      return SOCKETS.has(path) ? undefined : fail('a socket file')
    case 'CharDevice':
      return CHARACTER_DEVICES.has(path) ? undefined : fail('a character device')
    default:
      return fail('a block device')
  }
}

/** With all directories above it. */
function makeDirectory(path: string, { files, nodeName, nowMs }: HostDisk): void {
  makeDirectories(files, hostVolumeId(nodeName), path, nowMs)
}

/** Makes the directories of a path within a volume that are missing. */
export function makeDirectories(files: VolumeFiles, volumeId: string, path: string, nowMs: number): void {
  const parts = path.split('/').filter(p => p !== '')
  for (let i = 1; i <= parts.length; i++) {
    const at = `/${parts.slice(0, i).join('/')}`
    if (files.stat(volumeId, at) === undefined) files.put(volumeId, at, { type: 'dir', mode: 0o755, uid: 0, gid: 0, mtimeMs: nowMs })
  }
}
