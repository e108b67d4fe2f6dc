/** What containers leave behind, in the cluster file: files of volumes, logs and the states of programs. Matches runtime's NodeStorage. */
import type { Store } from './store'

export type StoredEntryType = 'file' | 'dir' | 'symlink' | 'whiteout'

export interface StoredFile {
  readonly type: StoredEntryType
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly mtimeMs: number
  readonly content?: string | Uint8Array
  readonly opaque?: boolean
}

export interface StoredLogEntry {
  readonly timeMs: number
  readonly stream: 'stdout' | 'stderr'
  readonly text: string
}

/** How log text is cut into lines and chosen from: runtime's business, handed in. */
export interface LogReading<O> {
  readonly splitLines: (text: string) => string[]
  readonly select: (all: readonly StoredLogEntry[], options: O) => readonly StoredLogEntry[]
  readonly limitBytes: number
}

const ROOT: StoredFile = { type: 'dir', mode: 0o755, uid: 0, gid: 0, mtimeMs: 0 }

type FileRow = { type: StoredEntryType; mode: number; uid: number; gid: number; mtime: number; opaque: number; content: string | Buffer | null }

const fileOf = (row: FileRow): StoredFile => ({
  type: row.type, mode: row.mode, uid: row.uid, gid: row.gid, mtimeMs: row.mtime,
  ...(row.content === null ? {} : { content: typeof row.content === 'string' ? row.content : new Uint8Array(row.content) }),
  ...(row.opaque === 1 ? { opaque: true } : {}),
})

const sizeOf = (content: string | Uint8Array | undefined): number => (content === undefined ? 0 : typeof content === 'string' ? Buffer.byteLength(content) : content.length)

/** A file's content as SQLite keeps it: text stays text, so that a person finds it in the file. */
const blobOf = (content: string | Uint8Array | undefined): string | Buffer | null => (content === undefined ? null : typeof content === 'string' ? content : Buffer.from(content))

export function createNodeStorage<O>(store: Store, reading: LogReading<O>) {
  return { files: volumeFiles(store), logs: containerLogs(store, reading), programs: programStates(store) }
}

function volumeFiles(store: Store) {
  const one = (sql: string): ReturnType<Store['statement']> => store.statement(sql)
  const changed = (id: string): void => {
    // Versions outlive their volume: one made again under the same id must not look unchanged.
    const version = store.nextCount('volume versions') + 1
    one('INSERT OR REPLACE INTO volumes (id, version) VALUES (?, ?)').run(id, version)
  }
  const get = (id: string, path: string): StoredFile | undefined => {
    const row = one('SELECT type, mode, uid, gid, mtime, opaque, content FROM files WHERE volume = ? AND path = ?').get(id, path) as FileRow | undefined
    return row === undefined ? (path === '/' ? ROOT : undefined) : fileOf(row)
  }
  const put = (id: string, path: string, f: StoredFile): void => {
    one('INSERT OR REPLACE INTO files (volume, path, type, mode, uid, gid, mtime, opaque, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)').run(id, path, f.type, f.mode, f.uid, f.gid, f.mtimeMs, f.opaque === true ? 1 : 0, blobOf(f.content))
    changed(id)
  }
  const statOf = ({ content, ...f }: StoredFile) => ({ ...f, size: sizeOf(content) })
  return {
    get,
    put,
    stat(id: string, path: string) {
      const file = get(id, path)
      return file === undefined ? undefined : statOf(file)
    },
    append(id: string, path: string, content: string | Uint8Array, mtimeMs: number): void {
      const file = get(id, path)
      if (file === undefined || file.type !== 'file') return
      const before = file.content ?? ''
      const joined = typeof before === 'string' && typeof content === 'string' ? before + content : new Uint8Array(Buffer.concat([Buffer.from(before as Uint8Array), Buffer.from(content as Uint8Array)]))
      put(id, path, { ...file, content: joined, mtimeMs })
    },
    remove(id: string, path: string): void {
      const prefix = path === '/' ? '/' : `${path}/`
      const end = prefix.slice(0, -1) + '0'
      let removed = one("DELETE FROM files WHERE volume = ? AND path >= ? AND path < ? AND path <> '/'").run(id, prefix, end).changes
      if (path !== '/') removed += one('DELETE FROM files WHERE volume = ? AND path = ?').run(id, path).changes
      if (removed > 0) changed(id)
    },
    list(id: string, path: string) {
      const prefix = path === '/' ? '/' : `${path}/`
      const rows = one("SELECT path, type, mode, uid, gid, mtime, opaque, content FROM files WHERE volume = ? AND path >= ? AND path < ? AND path <> '/' AND instr(substr(path, ?), '/') = 0 ORDER BY path").all(id, prefix, `${prefix.slice(0, -1)}0`, prefix.length + 1) as (FileRow & { path: string })[]
      return rows.map(row => ({ name: row.path.slice(prefix.length), stat: statOf(fileOf(row)) }))
    },
    version(id: string): number {
      return (one('SELECT version FROM volumes WHERE id = ?').get(id) as { version: number } | undefined)?.version ?? 0
    },
    usedBytes(id: string): number {
      return (one('SELECT coalesce(sum(length(CAST(content AS BLOB))), 0) AS n FROM files WHERE volume = ?').get(id) as { n: number }).n
    },
    copyVolume(from: string, to: string): void {
      one('INSERT OR REPLACE INTO files SELECT ?, path, type, mode, uid, gid, mtime, opaque, content FROM files WHERE volume = ?').run(to, from)
      changed(to)
    },
    deleteVolume(id: string): void {
      one('DELETE FROM files WHERE volume = ?').run(id)
      one('DELETE FROM volumes WHERE id = ?').run(id)
    },
  }
}

function containerLogs<O>(store: Store, { splitLines, select, limitBytes }: LogReading<O>) {
  const rows = (id: string): StoredLogEntry[] =>
    (store.statement('SELECT time, stream, text FROM logs WHERE container = ? ORDER BY seq').all(id) as { time: number; stream: number; text: string }[]).flatMap(r =>
      splitLines(r.text).map(text => ({ timeMs: r.time, stream: r.stream === 0 ? ('stdout' as const) : ('stderr' as const), text })),
    )
  return {
    append(id: string, stream: 'stdout' | 'stderr', text: string, timeMs: number): void {
      if (text === '') return
      store.statement('INSERT INTO logs (container, time, stream, bytes, text) VALUES (?, ?, ?, ?, ?)').run(id, timeMs, stream === 'stdout' ? 0 : 1, Buffer.byteLength(text), text)
      const total = (store.statement('SELECT sum(bytes) AS n FROM logs WHERE container = ?').get(id) as { n: number }).n
      if (total > limitBytes) rotate(store, id, total - limitBytes * 0.9)
    },
    read: (id: string, options?: O): readonly StoredLogEntry[] => select(rows(id), (options ?? {}) as O),
    version(id: string): number {
      return (store.statement('SELECT max(seq) AS n FROM logs WHERE container = ?').get(id) as { n: number | null }).n ?? 0
    },
    delete(id: string): void {
      store.statement('DELETE FROM logs WHERE container = ?').run(id)
    },
  }
}

/** Drops the oldest pieces of a log, about `excess` bytes, but never the newest. */
function rotate(store: Store, id: string, excess: number): void {
  let left = excess
  for (const { seq, bytes } of store.statement('SELECT seq, bytes FROM logs WHERE container = ? AND seq < (SELECT max(seq) FROM logs WHERE container = ?) ORDER BY seq').all(id, id) as { seq: number; bytes: number }[]) {
    if (left <= 0) return
    store.statement('DELETE FROM logs WHERE seq = ?').run(seq)
    left -= bytes
  }
}

function programStates(store: Store) {
  return {
    get: (id: string, key: string): string | undefined => (store.statement('SELECT state FROM programs WHERE container = ? AND key = ?').get(id, key) as { state: string } | undefined)?.state,
    put(id: string, key: string, json: string): void {
      store.statement('INSERT OR REPLACE INTO programs (container, key, state) VALUES (?, ?, ?)').run(id, key, json)
    },
    delete(id: string, key: string): void {
      store.statement('DELETE FROM programs WHERE container = ? AND key = ?').run(id, key)
    },
    keys: (id: string): readonly string[] => (store.statement('SELECT key FROM programs WHERE container = ? ORDER BY key').all(id) as { key: string }[]).map(r => r.key),
    deleteContainer(id: string): void {
      store.statement('DELETE FROM programs WHERE container = ?').run(id)
    },
  }
}
