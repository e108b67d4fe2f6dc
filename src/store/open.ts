/** Opens a cluster file, or says in one sentence why it cannot be opened. */
import { createRequire } from 'node:module'
import type BetterSqlite3 from 'better-sqlite3'
import { migrate, StoreError } from './schema'

export { StoreError }

let driver: typeof BetterSqlite3 | undefined

/** Where `better-sqlite3` is looked up from; the bundle's own folder when nothing else was said. */
let requireFrom: string | undefined
export function locateDriver(from: string): void {
  requireFrom = from
}

/** Loaded on first use: start-up must not pay for a native module that `--help` never needs. */
function loadDriver(): typeof BetterSqlite3 {
  driver ??= createRequire(requireFrom ?? __filename)('better-sqlite3') as typeof BetterSqlite3
  return driver
}

const BUSY_TIMEOUT_MS = 10_000

export function openDatabase(path: string, readonly: boolean): BetterSqlite3.Database {
  const Driver = loadDriver()
  let db: BetterSqlite3.Database
  try {
    db = new Driver(path, { timeout: BUSY_TIMEOUT_MS, readonly })
  } catch (e) {
    throw explain(e, path)
  }
  try {
    migrate(db, path)
    db.pragma('synchronous = NORMAL')
    return db
  } catch (e) {
    db.close()
    throw explain(e, path)
  }
}

/** SQLite's error codes in a person's words. */
export function explain(e: unknown, path: string): Error {
  if (e instanceof StoreError) return e
  const code = (e as { code?: string }).code ?? ''
  const text = e instanceof Error ? e.message : String(e)
  if (code === 'SQLITE_NOTADB' || code === 'SQLITE_CORRUPT') return new StoreError(`${path} is not a kubottle cluster, or is damaged: ${text}`)
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) return new StoreError(`${path} is locked by another program`)
  if (code.startsWith('SQLITE_READONLY') || code === 'SQLITE_PERM') return new StoreError(`${path} cannot be written: ${text}`)
  if (code === 'SQLITE_FULL') return new StoreError(`no space left on the disk of ${path}; nothing was changed`)
  if (code.startsWith('SQLITE_IOERR')) return new StoreError(`${path} cannot be read or written: ${text}`)
  if (code.startsWith('SQLITE_CANTOPEN') || /directory does not exist|unable to open/.test(text)) return new StoreError(`${path} cannot be opened: ${text}`)
  return e instanceof Error ? e : new Error(text)
}

/** A file that only carries a lock: never written, so no journal. */
export function openSideFile(path: string): BetterSqlite3.Database {
  try {
    const db = new (loadDriver())(path, { timeout: 0 })
    db.pragma('journal_mode = MEMORY')
    return db
  } catch (e) {
    throw explain(e, path)
  }
}
