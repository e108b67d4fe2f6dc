/** NodeStorage in memory: for tests, and the model against which the one in SQLite is tested. */
import type { ContainerLogs, FileEntry, FileStat, LogEntry, LogReadOptions, NodeStorage, ProgramStates, VolumeFiles } from './storage'
import { LOG_LIMIT_BYTES } from './storage'

export function createMemoryStorage(): NodeStorage {
  return { files: memoryFiles(), logs: memoryLogs(), programs: memoryPrograms() }
}

const ROOT: FileEntry = { type: 'dir', mode: 0o755, uid: 0, gid: 0, mtimeMs: 0 }

interface Volume {
  readonly entries: Map<string, FileEntry>
  version: number
}

function memoryFiles(): VolumeFiles {
  const volumes = new Map<string, Volume>()
  // Versions outlive their volume: one made again under the same id must not look unchanged.
  let changes = 0
  const changed = (id: string): Volume => {
    let volume = volumes.get(id)
    if (volume === undefined) volumes.set(id, (volume = { entries: new Map([['/', ROOT]]), version: 0 }))
    volume.version = ++changes
    return volume
  }
  const get = (id: string, path: string): FileEntry | undefined => volumes.get(id)?.entries.get(path) ?? (path === '/' ? ROOT : undefined)
  return {
    get,
    stat(id, path) {
      const entry = get(id, path)
      return entry && statOf(entry)
    },
    put(id, path, entry) {
      changed(id).entries.set(path, entry)
    },
    append(id, path, content, mtimeMs) {
      const entry = get(id, path)
      if (entry === undefined || entry.type !== 'file') return
      changed(id).entries.set(path, { ...entry, content: joined(entry.content ?? '', content), mtimeMs })
    },
    remove(id, path) {
      if (!volumes.has(id)) return
      const { entries } = changed(id)
      const prefix = path === '/' ? '/' : `${path}/`
      for (const key of [...entries.keys()]) if (key !== '/' && (key === path || key.startsWith(prefix))) entries.delete(key)
    },
    list(id, path) {
      const prefix = path === '/' ? '/' : `${path}/`
      const out: { name: string; stat: FileStat }[] = []
      for (const [key, entry] of volumes.get(id)?.entries ?? [])
        if (key.length > prefix.length && key.startsWith(prefix) && !key.includes('/', prefix.length)) out.push({ name: key.slice(prefix.length), stat: statOf(entry) })
      return out.sort((a, b) => byteOrder(a.name, b.name))
    },
    version: id => volumes.get(id)?.version ?? 0,
    usedBytes(id) {
      let sum = 0
      for (const entry of volumes.get(id)?.entries.values() ?? []) sum += byteLength(entry.content)
      return sum
    },
    copyVolume(from, to) {
      const source = volumes.get(from)
      if (source === undefined) return
      const target = changed(to)
      for (const [path, entry] of source.entries) target.entries.set(path, entry)
    },
    deleteVolume(id) {
      volumes.delete(id)
    },
  }
}

const statOf = ({ type, mode, uid, gid, mtimeMs, content, opaque }: FileEntry): FileStat => ({
  type, mode, uid, gid, mtimeMs, size: byteLength(content), ...(opaque ? { opaque } : {}),
})

const byteLength = (content: string | Uint8Array | undefined): number =>
  content === undefined ? 0 : typeof content === 'string' ? Buffer.byteLength(content) : content.length

function joined(a: string | Uint8Array, b: string | Uint8Array): string | Uint8Array {
  return typeof a === 'string' && typeof b === 'string' ? a + b : new Uint8Array(Buffer.concat([Buffer.from(a as Uint8Array), Buffer.from(b as Uint8Array)]))
}

/** Unicode code points in order are UTF-8 bytes in order; surrogates make JavaScript's own order differ. */
const byteOrder = (a: string, b: string): number => (/[\ud800-\udfff]/.test(a + b) ? Buffer.compare(Buffer.from(a), Buffer.from(b)) : a < b ? -1 : a > b ? 1 : 0)

function memoryLogs(): ContainerLogs {
  const logs = new Map<string, { entries: LogEntry[]; bytes: number; version: number }>()
  return {
    append(id, stream, text, timeMs) {
      let log = logs.get(id)
      if (log === undefined) logs.set(id, (log = { entries: [], bytes: 0, version: 0 }))
      for (const line of splitLines(text)) {
        log.entries.push({ timeMs, stream, text: line })
        log.bytes += Buffer.byteLength(line)
      }
      log.version++
      if (log.bytes <= LOG_LIMIT_BYTES) return
      // A tenth at a time, so that a full log is not cut at every line.
      let drop = 0
      while (drop < log.entries.length - 1 && log.bytes > LOG_LIMIT_BYTES * 0.9) log.bytes -= Buffer.byteLength((log.entries[drop++] as LogEntry).text)
      log.entries.splice(0, drop)
    },
    read: (id, options = {}) => selectEntries(logs.get(id)?.entries ?? [], options),
    version: id => logs.get(id)?.version ?? 0,
    delete(id) {
      logs.delete(id)
    },
  }
}

/** Lines with their newline, the last piece perhaps without one. */
export function splitLines(text: string): string[] {
  const lines = text.split('\n')
  const rest = lines.pop() as string
  const out = lines.map(line => `${line}\n`)
  if (rest !== '') out.push(rest)
  return out
}

/** What `LogReadOptions` leave of all entries of a log. */
export function selectEntries(all: readonly LogEntry[], { sinceMs, tailLines, limitBytes }: LogReadOptions): readonly LogEntry[] {
  let entries = sinceMs === undefined ? all : all.filter(entry => entry.timeMs >= sinceMs)
  if (tailLines !== undefined) {
    let start = entries.length
    for (let lines = 0; start > 0; start--) {
      const above = entries[start - 1] as LogEntry
      if ((start === entries.length || above.text.endsWith('\n')) && ++lines > tailLines) break
    }
    entries = entries.slice(start)
  }
  if (limitBytes === undefined) return entries
  const out: LogEntry[] = []
  let left = limitBytes
  for (const entry of entries) {
    if (left <= 0) break
    const bytes = Buffer.byteLength(entry.text)
    out.push(bytes <= left ? entry : { ...entry, text: Buffer.from(entry.text).subarray(0, left).toString() })
    left -= bytes
  }
  return out
}

function memoryPrograms(): ProgramStates {
  const containers = new Map<string, Map<string, string>>()
  return {
    get: (id, key) => containers.get(id)?.get(key),
    put(id, key, json) {
      let states = containers.get(id)
      if (states === undefined) containers.set(id, (states = new Map()))
      states.set(key, json)
    },
    delete(id, key) {
      containers.get(id)?.delete(key)
    },
    keys: id => [...(containers.get(id)?.keys() ?? [])].sort(),
    deleteContainer(id) {
      containers.delete(id)
    },
  }
}
