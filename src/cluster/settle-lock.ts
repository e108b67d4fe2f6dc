/** One process settles at a time: an exclusive lock on a file beside the cluster's, which the operating system frees on a kill. */
import { openSideFile, StoreError, type SideFile } from '../store/open'

const PATIENCE_MS = 60_000
/** Between two looks at whether a person wants to leave (Ctrl-C). */
const SLICE_MS = 100

export class SettleLock {
  private db: SideFile | undefined
  private held = false

  /** `onTaken` runs whenever the lock has come to this process: another one may have settled meanwhile. */
  constructor(
    private readonly clusterPath: string,
    private readonly onTaken: () => void,
  ) {}

  /** Takes the lock if it is free. */
  tryAcquire(): boolean {
    return this.take(0)
  }

  /** Waits for whoever holds it; `breathe` runs while it waits. Throws StoreError after a minute. */
  async acquire(breathe: () => Promise<void> | undefined): Promise<void> {
    for (let waited = 0; !this.take(SLICE_MS); waited += SLICE_MS) {
      if (waited >= PATIENCE_MS) throw new StoreError(`${this.clusterPath}: another process has been settling this cluster for more than a minute`)
      await breathe()
    }
  }

  private take(timeoutMs: number): boolean {
    if (this.held || this.clusterPath === ':memory:') return (this.held = true)
    this.db ??= openSideFile(`${this.clusterPath}-settle`)
    this.held = this.db.lock(timeoutMs)
    if (this.held) this.onTaken()
    return this.held
  }

  release(): void {
    this.held = false
    this.db?.close()
    this.db = undefined
  }
}
