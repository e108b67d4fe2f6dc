/** What is told of a cluster as a whole. */

/** How its time passes: by jumps while something is on its way, with the wall clock alone, or not at all. */
export type ClockMode = 'settle' | 'realtime' | 'fixed'

export interface ClusterSummary {
  readonly file: string
  readonly bytes: number
  readonly objects: number
  /** Resource name (`deployments.apps`) to how many there are. */
  readonly counts: readonly (readonly [resource: string, count: number])[]
  readonly resourceVersion: number
  readonly nowMs: number
  readonly mode: ClockMode
  readonly lifecycle: string
  readonly addOns: readonly string[]
  readonly seed: string
}
