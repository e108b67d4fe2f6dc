/** One process settles at a time: an exclusive lock on a file beside the cluster's, which the operating system frees on a kill. */
import { openSideFile, type SideFile } from '../store/open'

export class SettleLock {
  private db: SideFile | undefined
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
    return (this.held = this.db.lock(timeoutMs))
  }

  release(): void {
    this.held = false
    this.db?.close()
    this.db = undefined
  }
}
