/** Settles a cluster that is served: after writes, and when something falls due. Requests come in between two reconciles. */
import type { Alarm } from '../base/alarm'

export interface Settled {
  /** Until there is nothing to do for now. */
  settle(): Promise<void>
  /** One slice of what the log keeps too long; says whether there is more. */
  compact(): Promise<boolean>
  /** When something falls due by itself, in ms from now. */
  nextDueMs(): number | undefined
}

/** What falls due later is looked at again then: timers of a process hold 24 days. */
const LONGEST_MS = 86_400_000
/** After a failure. */
const AGAIN_MS = 1_000

export class Settler {
  private running: Promise<void> | undefined
  private wanted = false
  private stopped = false
  private unset: (() => void) | undefined

  /** @param failed told of each failure; the next write or timer tries again */
  constructor(
    private readonly cluster: Settled,
    private readonly alarm: Alarm,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Something was written, or may have fallen due. */
  wake(): void {
    if (this.stopped) return
    this.wanted = true
    this.running ??= this.run()
  }

  /** Settles no more; fulfilled when what is under way has come to its end. */
  async stop(): Promise<void> {
    this.stopped = true
    this.unset?.()
    await this.running
  }

  /** Fulfilled when nothing is under way. */
  async calm(): Promise<void> {
    while (this.running !== undefined) await this.running
  }

  private async run(): Promise<void> {
    let next: number | undefined
    try {
      while (this.wanted && !this.stopped) {
        this.wanted = false
        await this.cluster.settle()
        while (!this.stopped && (await this.cluster.compact()));
      }
      if (!this.stopped) next = this.cluster.nextDueMs()
    } catch (e) {
      this.failed(e)
      next = AGAIN_MS
    }
    this.running = undefined
    if (this.wanted) return this.wake()
    this.unset?.()
    this.unset = this.stopped || next === undefined ? undefined : this.alarm(Math.min(next, LONGEST_MS), () => this.wake())
  }
}
