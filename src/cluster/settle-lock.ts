/** One process settles at a time: an exclusive lock on a file beside the cluster's, which the operating system frees on a kill. */
import type { Database } from 'better-sqlite3'
import { openSideFile } from '../store/open'

export class SettleLock {
  private db: Database | undefined
  private held = false

  constructor(private readonly clusterPath: string) {}

  /** Takes the lock if it is free. */
  tryAcquire(): boolean {
    return this.take(0)
  }

  /** Waits for whoever holds it. */
  acquire(): void {
    if (!this.take(60_000)) throw new Error(`${this.clusterPath}: another process has been settling this cluster for more than a minute`)
  }

  private take(timeoutMs: number): boolean {
    if (this.held || this.clusterPath === ':memory:') return (this.held = true)
    this.db ??= openSideFile(`${this.clusterPath}-settle`)
    this.db.pragma(`busy_timeout = ${timeoutMs}`)
    try {
      this.db.exec('BEGIN EXCLUSIVE')
      return (this.held = true)
    } catch (e) {
      if (((e as { code?: string }).code ?? '').startsWith('SQLITE_BUSY')) return false
      throw e
    }
  }

  release(): void {
    if (this.held && this.db !== undefined) this.db.exec('ROLLBACK')
    this.held = false
    this.db?.close()
    this.db = undefined
  }
}
