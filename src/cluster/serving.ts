/** A cluster that answers requests while it settles: docs/decisions/0006-serving.md. */
import type { Alarm } from '../base/alarm'
import { Floor } from '../base/floor'
import type { Cluster, ClusterOptions } from './open'
import { Settler } from './settler'

/** So long reconciles go on before requests that came in meanwhile have their turn, in ms. */
const SLICE_MS = 8

type ServingOptions = Pick<ClusterOptions, 'floor' | 'later' | 'breathe' | 'hurried' | 'alarm' | 'failed'>

/** What to open a cluster with whose requests come in at any time. `later` is fulfilled when connections have had their turn. */
export function servingOptions(wall: () => number, later: () => Promise<void>, alarm: Alarm, failed: (error: unknown) => void): ServingOptions {
  const floor = new Floor(later)
  let endMs = 0
  const hurried = (): boolean => wall() >= endMs
  return {
    floor,
    later,
    alarm,
    failed,
    hurried,
    breathe() {
      if (!hurried()) return undefined
      return floor.pause().then(() => void (endMs = wall() + SLICE_MS))
    },
  }
}

/** How often a cluster's file is looked at for what other processes wrote. */
const LOOK_MS = 250

/** Lets a cluster settle after each write, and when something falls due; `settle` does what there is to do then. */
export function settleBySelf(cluster: Cluster, alarm: Alarm, failed: (error: unknown) => void, settle: () => Promise<void> = () => cluster.settle()): Settler {
  const settler = new Settler({ settle, compact: () => cluster.compact(), nextDueMs: () => cluster.nextDueMs() }, alarm, failed)
  cluster.onWrite = () => settler.wake()
  const look = (): void => {
    if (cluster.isClosed) return
    if (cluster.server.hub?.look() === true) settler.wake()
    alarm(LOOK_MS, look)
  }
  if (cluster.store.path !== ':memory:') look()
  return settler
}
