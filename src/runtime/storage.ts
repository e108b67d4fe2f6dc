/** What the runtime keeps between two invocations: files of volumes, container logs, and the state of running programs. */

/** `whiteout` only occurs in a writable layer: it hides the entry of the same path in the image below. */
export type EntryType = 'file' | 'dir' | 'symlink' | 'whiteout'

export interface FileStat {
  readonly type: EntryType
  /** Permission bits only, `0o644`. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly mtimeMs: number
  /** Bytes of a file's content or of a link's target; 0 for the others. */
  readonly size: number
  /** A directory of a writable layer that hides everything the image has at that path. */
  readonly opaque?: boolean
}

/** What is stored at one path. `content` is the file's text (UTF-8) or bytes, or the target of a symlink; absent for dir and whiteout. */
export interface FileEntry {
  readonly type: EntryType
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly mtimeMs: number
  readonly content?: string | Uint8Array
  readonly opaque?: boolean
}

/**
 * A tree of files per volume id. A container's writable layer, an emptyDir, a claim's directory and a node's disk are volumes alike.
 * Paths are absolute within the volume and normalised: `/` is the root, else `/a/b` without `.`, `..`, double or trailing slashes.
 * The root exists in every volume, also in one never written to (an empty dir, mode 0o755, mtime 0), until something is put there.
 * Nothing is checked here (parents, types, symlinks, permissions): the runtime's file system does that.
 */
export interface VolumeFiles {
  stat(volumeId: string, path: string): FileStat | undefined
  get(volumeId: string, path: string): FileEntry | undefined
  /** Creates or replaces the entry; entries beneath stay. */
  put(volumeId: string, path: string, entry: FileEntry): void
  /** Adds to the end of an existing file; a no-op when there is none. */
  append(volumeId: string, path: string, content: string | Uint8Array, mtimeMs: number): void
  /** Removes the entry and everything beneath it; of `/` only what is beneath. */
  remove(volumeId: string, path: string): void
  /** The direct children of a directory, sorted by name in byte order. */
  list(volumeId: string, path: string): readonly { readonly name: string; readonly stat: FileStat }[]
  /** Grows with every change of the volume; 0 for one never written to. */
  version(volumeId: string): number
  /** The sum of all contents in bytes. */
  usedBytes(volumeId: string): number
  /** Copies every entry of a volume into another, which is empty. */
  copyVolume(fromVolumeId: string, toVolumeId: string): void
  deleteVolume(volumeId: string): void
}

export type LogStream = 'stdout' | 'stderr'

/** A line with its newline, or a piece without one: a partial line, which the next entry of the same stream continues. */
export interface LogEntry {
  readonly timeMs: number
  readonly stream: LogStream
  readonly text: string
}

export interface LogReadOptions {
  /** Only entries written at or after this time. */
  readonly sinceMs?: number
  /** The last n lines (a partial line and what completes it are one line; an unfinished one at the end counts). 0 gives none. */
  readonly tailLines?: number
  /** Cut after so many bytes of text (of what sinceMs and tailLines left). */
  readonly limitBytes?: number
}

/** A container may keep this much log text; the oldest lines go first, in slices. */
export const LOG_LIMIT_BYTES = 1024 * 1024

/** A container's output, by container id. */
export interface ContainerLogs {
  /** `text` holds one or more lines, the last one possibly partial; it may be stored as one row and is split when read. */
  append(containerId: string, stream: LogStream, text: string, timeMs: number): void
  /** Entries in the order written, one a line. */
  read(containerId: string, options?: LogReadOptions): readonly LogEntry[]
  /** Grows with every append: what `logs -f` waits for. 0 when nothing was ever written. */
  version(containerId: string): number
  delete(containerId: string): void
}

/** JSON texts by container id and key (a process, a listener, a namespace …). */
export interface ProgramStates {
  get(containerId: string, key: string): string | undefined
  put(containerId: string, key: string, json: string): void
  delete(containerId: string, key: string): void
  /** Keys of one container, sorted. */
  keys(containerId: string): readonly string[]
  deleteContainer(containerId: string): void
}

/** Everything is synchronous: a container is stepped within a transaction. */
export interface NodeStorage {
  readonly files: VolumeFiles
  readonly logs: ContainerLogs
  readonly programs: ProgramStates
}
