/** Cluster time: the wall plus what a person set, or the last instant reached, whichever is later. */
import type { Clock } from '../base/clock'

const MICROSECOND = 0.001

/** Every reading is later than the one before; while an instant is held, readings follow it. */
export class ClusterClock implements Clock {
  private held: number | undefined

  /**
   * @param wall milliseconds since the epoch; a constant makes the clock `fixed`
   * @param offsetMs what `kubottle clock` added
   * @param reachedMs the last instant that the cluster has lived through
   */
  constructor(
    private readonly wall: () => number,
    public offsetMs: number,
    public reachedMs: number,
  ) {}

  now(): number {
    const base = this.held ?? this.wall() + this.offsetMs
    // Sums of doubles near 1.7e12 are exact to a quarter of a microsecond: rounding keeps steps whole.
    const next = Math.round((this.reachedMs + MICROSECOND) * 1000) / 1000
    this.reachedMs = base > this.reachedMs ? base : next
    return this.reachedMs
  }

  /** Now, without taking a reading. */
  peek(): number {
    return Math.max(this.held ?? this.wall() + this.offsetMs, this.reachedMs)
  }

  /** What the time would be if nothing had jumped. */
  wallNow(): number {
    return this.wall() + this.offsetMs
  }

  /** Work that was due at this instant reads its clock there. */
  hold(atMs: number): void {
    this.held = Math.max(atMs, this.reachedMs)
    this.reachedMs = Math.max(this.reachedMs, this.held)
  }

  release(): void {
    this.held = undefined
  }
}
