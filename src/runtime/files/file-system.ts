/** The files that a process sees: the image below, the writable layer over it, volumes mounted into it, and generated files. */
import type { FileStat } from '../storage'

export type ErrorCode =
  | 'ENOENT' | 'EEXIST' | 'ENOTDIR' | 'EISDIR' | 'EACCES' | 'EPERM' | 'EROFS' | 'ENOTEMPTY' | 'ELOOP' | 'EINVAL' | 'EXDEV' | 'EBUSY' | 'ENXIO' | 'ENOSPC' | 'ENAMETOOLONG' | 'ETXTBSY'

/** strerror(3), as musl and glibc agree on for these. */
export const ERROR_TEXTS: Readonly<Record<ErrorCode, string>> = {
  ENOENT: 'No such file or directory',
  EEXIST: 'File exists',
  ENOTDIR: 'Not a directory',
  EISDIR: 'Is a directory',
  EACCES: 'Permission denied',
  EPERM: 'Operation not permitted',
  EROFS: 'Read-only file system',
  ENOTEMPTY: 'Directory not empty',
  ELOOP: 'Too many levels of symbolic links',
  EINVAL: 'Invalid argument',
  EXDEV: 'Cross-device link',
  EBUSY: 'Resource busy',
  ENXIO: 'No such device or address',
  ENOSPC: 'No space left on device',
  ENAMETOOLONG: 'File name too long',
  ETXTBSY: 'Text file busy',
}

export class FileError extends Error {
  readonly code: ErrorCode
  readonly path: string

  constructor(code: ErrorCode, path: string) {
    // A missing file is an everyday answer: writing down the stack would cost more than the look-up.
    const limit = Error.stackTraceLimit
    Error.stackTraceLimit = 0
    super(ERROR_TEXTS[code])
    Error.stackTraceLimit = limit
    this.name = 'FileError'
    this.code = code
    this.path = path
  }
}

export interface DirectoryEntry {
  readonly name: string
  readonly stat: FileStat
}

export interface MountInfo {
  readonly mountPath: string
  readonly source: string
  readonly type: string
  readonly readOnly: boolean
}

/** Paths are absolute, or relative to the `cwd` with which the view was made. Contents are byte strings. All throw FileError. */
export interface FileSystem {
  /** Follows links. */
  stat(path: string): FileStat
  lstat(path: string): FileStat
  exists(path: string): boolean
  /** As `stat`, but undefined instead of an error. */
  find(path: string): FileStat | undefined
  read(path: string): string
  /** Creates (with 0o666 and the umask) or replaces. */
  write(path: string, content: string): void
  append(path: string, content: string): void
  list(path: string): readonly DirectoryEntry[]
  mkdir(path: string, mode?: number): void
  rmdir(path: string): void
  unlink(path: string): void
  rename(from: string, to: string): void
  symlink(target: string, path: string): void
  readlink(path: string): string
  chmod(path: string, mode: number): void
  chown(path: string, uid: number, gid: number): void
  utimes(path: string, mtimeMs: number): void
  /** The canonical path, links resolved. */
  realpath(path: string): string
  /** May the user do this? `r`, `w`, `x` in any combination. */
  access(path: string, wanted: string): boolean
  /** Grows whenever the volume that holds the path changes. */
  version(path: string): number
  mounts(): readonly MountInfo[]
  /** Bytes used by and available to the volume that holds the path. */
  space(path: string): { readonly usedBytes: number; readonly totalBytes: number; readonly source: string; readonly mountPath: string }
}
