/**
 * Who may work on the cluster: one at a time, in the order in which they came. Requests, groups of reconciles and commands in containers share
 * it where several are under way in one process (`serve`). Whoever holds the floor may await; whoever leaves it has no transaction open.
 */
export class Floor {
  private held = false
  private waiting: (() => void)[] = []
  private next = 0

  /** @param later fulfilled when the outer world (connections, signals) has had its turn */
  constructor(private readonly later: () => Promise<void>) {}

  /** Runs `work` with the floor. Not for whoever holds it already: that would wait for itself. */
  async inside<T>(work: () => T | Promise<T>): Promise<T> {
    const taken = this.take()
    if (taken !== undefined) await taken
    try {
      return await work()
    } finally {
      this.leave()
    }
  }

  /** Runs `work` without the floor, in the middle of what holds it: for what leaves the process, or takes the floor itself. */
  async outside<T>(work: () => T | Promise<T>): Promise<T> {
    this.leave()
    try {
      return await work()
    } finally {
      const taken = this.take()
      if (taken !== undefined) await taken
    }
  }

  /** Lets everybody else have a turn, in the middle of what holds the floor. */
  pause(): Promise<void> {
    return this.outside(this.later)
  }

  private take(): Promise<void> | undefined {
    if (this.held) return new Promise(done => void this.waiting.push(done))
    this.held = true
    return undefined
  }

  /** To the next in line, without a moment in which it is free. */
  private leave(): void {
    const next = this.waiting[this.next]
    if (next === undefined) {
      this.held = false
      return
    }
    if (++this.next === this.waiting.length) {
      this.waiting = []
      this.next = 0
    }
    next()
  }
}
