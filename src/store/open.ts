/** Opens a cluster file, or says in one sentence why it cannot be opened. */
// The JavaScript of the driver only; it loads its native part when a file is first opened (the build says from where).
import Driver from 'better-sqlite3'
import { migrate, StoreError } from './schema'

export { StoreError }

const BUSY_TIMEOUT_MS = 10_000
/** Pages that the write-ahead log grows to before they are carried into the file: 32 MB. */
const LOG_PAGES = 4_000

export function openDatabase(path: string, { readonly = false, create = true, maxPages }: { readonly?: boolean | undefined; create?: boolean | undefined; maxPages?: number | undefined }): Driver.Database {
  let db: Driver.Database
  try {
    db = new Driver(path, { timeout: BUSY_TIMEOUT_MS, readonly })
  } catch (e) {
    throw explain(e, path)
  }
  try {
    migrate(db, path, create || path === ':memory:')
    db.pragma('synchronous = NORMAL')
    db.pragma(`wal_autocheckpoint = ${LOG_PAGES}`)
    if (maxPages !== undefined) db.pragma(`max_page_count = ${maxPages}`)
    return db
  } catch (e) {
    db.close()
    throw explain(e, path)
  }
}

/** SQLite's error codes in a person's words. */
export function explain(e: unknown, path: string): Error {
  if (e instanceof StoreError) return e
  const code = String((e as { code?: unknown }).code ?? '')
  const text = e instanceof Error ? e.message : String(e)
  if (code === 'SQLITE_NOTADB' || code === 'SQLITE_CORRUPT') return new StoreError(`${path} is not a kubottle cluster, or is damaged: ${text}`, true)
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) return new StoreError(`${path} is locked by another program`)
  if (code.startsWith('SQLITE_READONLY') || code === 'SQLITE_PERM') return new StoreError(`${path} cannot be written: ${text}`)
  if (code === 'SQLITE_FULL') return new StoreError(`no space left on the disk of ${path}`)
  if (code.startsWith('SQLITE_IOERR')) return new StoreError(`${path} cannot be read or written: ${text}`)
  if (code.startsWith('SQLITE_CANTOPEN') || (e instanceof TypeError && text.includes('directory does not exist'))) return new StoreError(`${path} cannot be opened: ${text}`)
  return e instanceof Error ? e : new Error(text)
}

/** A file that only carries a lock, which the operating system frees when its holder ends. */
export interface SideFile {
  /** Takes the lock, waiting at most so long; false when another process has it. */
  lock(timeoutMs: number): boolean
  /** Gives the lock back. */
  close(): void
}

export function openSideFile(path: string): SideFile {
  let db: Driver.Database
  try {
    db = new Driver(path, { timeout: 0 })
  } catch (e) {
    throw explain(e, path)
  }
  return {
    lock(timeoutMs) {
      db.pragma(`busy_timeout = ${timeoutMs}`)
      try {
        db.exec('BEGIN EXCLUSIVE')
        return true
      } catch (e) {
        if (((e as { code?: string }).code ?? '').startsWith('SQLITE_BUSY')) return false
        throw explain(e, path)
      }
    },
    close: () => db.close(),
  }
}
