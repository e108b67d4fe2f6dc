/** The file system of one container: image below, writable layer above, volumes mounted into it, generated files beside. */
import type { EntryType, FileEntry, FileStat, VolumeFiles } from '../storage'
import type { Credentials } from '../program'
import { fromContent, isAscii, toBytes, toContent, toText } from './bytes'
import type { DirectoryEntry, ErrorCode, FileSystem, MountInfo } from './file-system'
import { FileError } from './file-system'
import { absolute, ancestors, inside, isWithin, parent } from './paths'
import type { ReadOnlyTree } from './tree'

export interface Mounted {
  readonly mountPath: string
  readonly volumeId: string
  /** Absolute within the volume. */
  readonly subPath: string
  readonly readOnly: boolean
  readonly fileSystem: string
}

/** What all processes of a container share. */
export interface Layers {
  readonly files: VolumeFiles
  readonly image: ReadOnlyTree
  readonly layerVolumeId: string
  readonly readOnlyRoot: boolean
  /** Longest path first. */
  readonly mounts: readonly Mounted[]
  /** Looked at before the layers, unless the writable layer has the path (/etc/hosts can be written). `pid` is the one who looks. */
  readonly generated: (pid: number) => ReadOnlyTree
  now(): number
  /** Told of every change, for waking others. */
  changed(volumeId: string): void
}

interface Place {
  readonly path: string
  readonly mount: Mounted | undefined
  /** The path within the mount's volume, or within the layer. */
  readonly inner: string
  readonly stat: FileStat | undefined
  readonly source: 'volume' | 'layer' | 'image' | 'generated' | 'implied'
}

const MAX_LINKS = 40
const SETGID = 0o2000
const name = (s: string): string => (isAscii(s) ? s : toText(s))

export function createFileSystem(layers: Layers, cwd: () => string, user: Credentials, pid: number, umask: () => number): FileSystem {
  const { files, image, layerVolumeId } = layers
  const generated = layers.generated(pid)
  const fail = (code: ErrorCode, path: string): never => {
    throw new FileError(code, path)
  }
  const layerIsEmpty = (): boolean => files.version(layerVolumeId) === 0

  /** Does the writable layer hide what the image has here? */
  const isHidden = (path: string): boolean => {
    if (layerIsEmpty()) return false
    return ancestors(path).some(above => {
      const stat = files.stat(layerVolumeId, name(above))
      return stat !== undefined && (stat.type === 'whiteout' || stat.opaque === true || stat.type !== 'dir')
    })
  }

  const mountOf = (path: string): Mounted | undefined => layers.mounts.find(m => isWithin(m.mountPath, path))

  /** The entry at a canonical path. */
  const lookup = (path: string): Place => {
    const mount = mountOf(path)
    if (mount !== undefined) {
      const rest = path.slice(mount.mountPath.length)
      const inner = rest === '' ? mount.subPath : mount.subPath === '/' ? rest : mount.subPath + rest
      let stat = files.stat(mount.volumeId, name(inner))
      if (stat === undefined && rest === '') stat = IMPLIED
      return { path, mount, inner, stat, source: 'volume' }
    }
    const upper = layerIsEmpty() ? undefined : files.stat(layerVolumeId, name(path))
    if (upper !== undefined && path !== '/') return { path, mount, inner: path, stat: upper.type === 'whiteout' ? undefined : upper, source: 'layer' }
    const made = generated.stat(path)
    if (made !== undefined && (made.type !== 'dir' || image.stat(path) === undefined)) return { path, mount, inner: path, stat: made, source: 'generated' }
    const lower = image.stat(path)
    if (lower !== undefined && !isHidden(path)) return { path, mount, inner: path, stat: lower, source: 'image' }
    // A mount point, or a directory above one, exists even if the image lacks it.
    if (layers.mounts.some(m => isWithin(path, m.mountPath))) return { path, mount, inner: path, stat: IMPLIED, source: 'implied' }
    return { path, mount, inner: path, stat: undefined, source: 'image' }
  }

  const contentOf = (place: Place): string => {
    if (place.source === 'volume') return fromContent(files.get((place.mount as Mounted).volumeId, name(place.inner))?.content)
    if (place.source === 'layer') return fromContent(files.get(layerVolumeId, name(place.inner))?.content)
    return (place.source === 'generated' ? generated.read(place.path) : image.read(place.path)) ?? ''
  }

  const resolve = (given: string, followLast: boolean): Place => {
    const place = tryResolve(given, followLast)
    return typeof place === 'string' ? fail(place, given) : place
  }

  /** Resolves links (the last one only if wanted). The result's stat is undefined when just the last component is missing. */
  const tryResolve = (given: string, followLast: boolean): Place | ErrorCode => {
    if (given === '') return 'ENOENT'
    let rest = (given.startsWith('/') ? given : `${cwd()}/${given}`).split('/').filter(part => part !== '' && part !== '.')
    const wantsDirectory = given.endsWith('/')
    let place = lookup('/')
    let links = 0
    while (rest.length > 0) {
      const part = rest.shift() as string
      if (part === '..') {
        place = lookup(parent(place.path))
        continue
      }
      if (place.stat?.type !== 'dir') return place.stat === undefined ? 'ENOENT' : 'ENOTDIR'
      if (!allowed(place.stat, 'x')) return 'EACCES'
      const next = lookup(inside(place.path, part))
      if (next.stat?.type === 'symlink' && (rest.length > 0 || followLast || wantsDirectory)) {
        if (++links > MAX_LINKS) return 'ELOOP'
        const target = contentOf(next)
        rest = [...target.split('/').filter(p => p !== '' && p !== '.'), ...rest]
        if (target.startsWith('/')) place = lookup('/')
        continue
      }
      if (next.stat === undefined && rest.length > 0) return 'ENOENT'
      place = next
    }
    if (wantsDirectory && place.stat !== undefined && place.stat.type !== 'dir') return 'ENOTDIR'
    return place
  }

  const allowed = (stat: FileStat, wanted: string): boolean => {
    if (user.uid === 0) return wanted.includes('x') && stat.type === 'file' ? (stat.mode & 0o111) !== 0 : true
    const shift = stat.uid === user.uid ? 6 : stat.gid === user.gid || user.groups.includes(stat.gid) ? 3 : 0
    const bits = (stat.mode >> shift) & 7
    return [...wanted].every(letter => (bits & (letter === 'r' ? 4 : letter === 'w' ? 2 : 1)) !== 0)
  }

  const isReadOnly = (place: Place): boolean =>
    place.mount !== undefined ? place.mount.readOnly : place.source === 'generated' && isWithin('/sys', place.path) ? true : layers.readOnlyRoot && !isWithin('/dev', place.path)

  const existing = (given: string, follow = true): Place & { readonly stat: FileStat } => {
    const place = resolve(given, follow)
    return place.stat === undefined ? fail('ENOENT', given) : (place as Place & { readonly stat: FileStat })
  }

  const put = (place: Place, entry: FileEntry): void => {
    const id = place.mount?.volumeId ?? layerVolumeId
    files.put(id, name(place.inner), entry)
    layers.changed(id)
  }

  /** A place at which something may be made: its directory exists and may be written. */
  const creatable = (given: string, place: Place): void => {
    if (isReadOnly(place)) fail('EROFS', given)
    const above = lookup(parent(place.path))
    if (above.source === 'generated' && !isWithin('/etc', above.path) && !isWithin('/dev', above.path)) fail('ENOENT', given)
    if (above.stat !== undefined && !allowed(above.stat, 'w')) fail('EACCES', given)
  }

  /** In a directory that hands itself on (setgid), what is new belongs to the directory's group. */
  const fresh = (place: Place, type: EntryType, mode: number, content?: string): FileEntry => {
    const above = lookup(parent(place.path)).stat
    const inherits = above !== undefined && (above.mode & SETGID) !== 0
    return { type, mode: inherits && type === 'dir' ? mode | SETGID : mode, uid: user.uid, gid: inherits ? above.gid : user.gid, mtimeMs: Math.floor(layers.now()), ...(content === undefined ? {} : { content: toContent(content) }) }
  }

  const removed = (place: Place): void => {
    const id = place.mount?.volumeId ?? layerVolumeId
    files.remove(id, name(place.inner))
    const isBelow = place.mount === undefined && (image.stat(place.path) !== undefined || generated.stat(place.path) !== undefined) && !isHidden(place.path)
    if (isBelow) files.put(id, name(place.inner), { type: 'whiteout', mode: 0, uid: 0, gid: 0, mtimeMs: 0 })
    layers.changed(id)
  }

  /** Raises an entry of the image into the writable layer, changed. */
  const change = (given: string, place: Place & { readonly stat: FileStat }, with_: Partial<FileEntry>): void => {
    if (isReadOnly(place)) fail('EROFS', given)
    const { type, mode, uid, gid, mtimeMs, opaque } = place.stat
    const content = type === 'file' || type === 'symlink' ? { content: toContent(contentOf(place)) } : {}
    put(place, { type, mode, uid, gid, mtimeMs, ...content, ...(opaque ? { opaque } : {}), ...with_ })
  }

  const list = (place: Place): DirectoryEntry[] => {
    const names = new Set<string>()
    if (place.mount !== undefined) for (const { name: child } of files.list(place.mount.volumeId, name(place.inner))) names.add(toBytes(child))
    else {
      if (!isHidden(inside(place.path, 'x'))) for (const child of image.list(place.path)) names.add(child)
      for (const child of generated.list(place.path)) names.add(child)
      if (!layerIsEmpty()) for (const { name: child, stat } of files.list(layerVolumeId, name(place.path))) (stat.type === 'whiteout' ? names.delete(toBytes(child)) : names.add(toBytes(child)))
    }
    for (const m of layers.mounts)
      if (m.mountPath !== place.path && isWithin(place.path, m.mountPath)) names.add((m.mountPath.slice(place.path === '/' ? 1 : place.path.length + 1).split('/')[0]) as string)
    const out: DirectoryEntry[] = []
    for (const child of [...names].sort()) {
      const { stat } = lookup(inside(place.path, child))
      if (stat !== undefined) out.push({ name: child, stat })
    }
    return out
  }

  const fs: FileSystem = {
    stat(path) {
      const place = existing(path)
      return place.source === 'generated' && place.stat.type === 'file' ? { ...place.stat, mtimeMs: Math.floor(layers.now()) } : place.stat
    },
    lstat: path => existing(path, false).stat,
    exists(path) {
      const place = tryResolve(path, true)
      return typeof place !== 'string' && place.stat !== undefined
    },
    find(path) {
      const place = tryResolve(path, true)
      return typeof place === 'string' ? undefined : place.stat
    },
    read(path) {
      const place = existing(path)
      if (place.stat.type === 'dir') fail('EISDIR', path)
      if (!allowed(place.stat, 'r')) fail('EACCES', path)
      return contentOf(place)
    },
    write(path, content) {
      const place = resolve(path, true)
      if (place.stat === undefined) {
        creatable(path, place)
        put(place, fresh(place, 'file', 0o666 & ~umask(), content))
        return
      }
      if (place.stat.type === 'dir') fail('EISDIR', path)
      if (isReadOnly(place)) fail('EROFS', path)
      if (!allowed(place.stat, 'w')) fail('EACCES', path)
      if (place.source === 'generated' && !isWithin('/etc', place.path) && !isWithin('/dev', place.path) && !isWithin('/tmp', place.path) && place.stat.mode === 0o444) fail('EACCES', path)
      const { mode, uid, gid } = place.stat
      put(place, { type: 'file', mode, uid, gid, mtimeMs: Math.floor(layers.now()), content: toContent(content) })
    },
    append(path, content) {
      const place = resolve(path, true)
      const stored = place.source === 'volume' || place.source === 'layer'
      if (place.stat?.type !== 'file' || !stored) return fs.write(path, (place.stat === undefined ? '' : fs.read(path)) + content)
      if (isReadOnly(place)) fail('EROFS', path)
      if (!allowed(place.stat, 'w')) fail('EACCES', path)
      const id = place.mount?.volumeId ?? layerVolumeId
      files.append(id, name(place.inner), toContent(content), Math.floor(layers.now()))
      layers.changed(id)
    },
    list(path) {
      const place = existing(path)
      if (place.stat.type !== 'dir') fail('ENOTDIR', path)
      if (!allowed(place.stat, 'r')) fail('EACCES', path)
      return list(place)
    },
    mkdir(path, mode = 0o777 & ~umask()) {
      const place = resolve(path.replace(/\/+$/, '') || '/', false)
      if (place.stat !== undefined) fail('EEXIST', path)
      creatable(path, place)
      // A directory made anew over one that was removed must not let the image's entries shine through.
      const opaque = place.mount === undefined && image.stat(place.path) !== undefined
      put(place, { ...fresh(place, 'dir', mode), ...(opaque ? { opaque: true } : {}) })
    },
    rmdir(path) {
      const place = existing(path, false)
      if (place.stat.type !== 'dir') fail('ENOTDIR', path)
      if (isMountPoint(place)) fail('EBUSY', path)
      if (isReadOnly(place)) fail('EROFS', path)
      if (list(place).length > 0) fail('ENOTEMPTY', path)
      removed(place)
    },
    unlink(path) {
      const place = existing(path, false)
      if (place.stat.type === 'dir') fail('EISDIR', path)
      if (isMountPoint(place)) fail('EBUSY', path)
      creatable(path, place)
      removed(place)
    },
    rename(from, to) {
      const source = existing(from, false)
      let target = resolve(to, false)
      if (source.path === target.path) return
      if (source.stat.type === 'dir' && isWithin(source.path, target.path)) fail('EINVAL', to)
      if (isMountPoint(source) || isMountPoint(target)) fail('EBUSY', from)
      if ((source.mount?.volumeId ?? '') !== (target.mount?.volumeId ?? '')) fail('EXDEV', to)
      if (target.stat?.type === 'dir' && source.stat.type !== 'dir') fail('EISDIR', to)
      if (target.stat !== undefined && target.stat.type !== 'dir' && source.stat.type === 'dir') fail('ENOTDIR', to)
      if (target.stat?.type === 'dir' && list(target).length > 0) fail('ENOTEMPTY', to)
      creatable(from, source)
      creatable(to, target)
      if (target.stat !== undefined) removed(target)
      target = lookup(target.path)
      const move = (at: Place, path: string): void => {
        const stat = at.stat as FileStat
        const entry: FileEntry = { type: stat.type, mode: stat.mode, uid: stat.uid, gid: stat.gid, mtimeMs: stat.mtimeMs, ...(stat.type === 'dir' ? {} : { content: toContent(contentOf(at)) }) }
        const children = stat.type === 'dir' ? list(at) : []
        put(lookup(path), stat.type === 'dir' && source.mount === undefined ? { ...entry, opaque: true } : entry)
        for (const child of children) move(lookup(inside(at.path, child.name)), inside(path, child.name))
      }
      move(source, target.path)
      removed(source)
    },
    symlink(target, path) {
      const place = resolve(path, false)
      if (place.stat !== undefined) fail('EEXIST', path)
      creatable(path, place)
      put(place, fresh(place, 'symlink', 0o777, target))
    },
    readlink(path) {
      const place = existing(path, false)
      return place.stat.type === 'symlink' ? contentOf(place) : fail('EINVAL', path)
    },
    chmod(path, mode) {
      const place = existing(path)
      if (user.uid !== 0 && user.uid !== place.stat.uid) fail('EPERM', path)
      change(path, place, { mode })
    },
    chown(path, uid, gid) {
      const place = existing(path)
      if (user.uid !== 0) fail('EPERM', path)
      change(path, place, { uid, gid })
    },
    utimes(path, mtimeMs) {
      const place = existing(path)
      if (user.uid !== 0 && user.uid !== place.stat.uid && !allowed(place.stat, 'w')) fail('EACCES', path)
      change(path, place, { mtimeMs: Math.floor(mtimeMs) })
    },
    realpath: path => existing(path).path,
    access(path, wanted) {
      const place = tryResolve(path, true)
      if (typeof place === 'string' || place.stat === undefined || !allowed(place.stat, wanted)) return false
      return !(wanted.includes('w') && isReadOnly(place))
    },
    version(path) {
      const place = lookup(absolute(cwd(), path))
      return files.version(place.mount?.volumeId ?? layerVolumeId)
    },
    mounts: () => layers.mounts.map((m): MountInfo => ({ mountPath: m.mountPath, source: m.fileSystem === 'tmpfs' ? 'tmpfs' : '/dev/sda1', type: m.fileSystem, readOnly: m.readOnly })),
    space(path) {
      const mount = mountOf(existing(path).path)
      const usedBytes = files.usedBytes(mount?.volumeId ?? layerVolumeId)
      return mount === undefined
        ? { usedBytes, totalBytes: 0, source: 'overlay', mountPath: '/' }
        : { usedBytes, totalBytes: 0, source: mount.fileSystem === 'tmpfs' ? 'tmpfs' : '/dev/sda1', mountPath: mount.mountPath }
    },
  }
  const isMountPoint = (place: Place): boolean => place.path === '/' || layers.mounts.some(m => m.mountPath === place.path)
  return fs
}

const IMPLIED: FileStat = { type: 'dir', mode: 0o755, uid: 0, gid: 0, mtimeMs: 0, size: 0 }
