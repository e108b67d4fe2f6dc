/**
 * Where time jumps, the cluster's may be ahead of the wall's. While nobody is connected it stands until the wall has caught up; who is connected may
 * wait for something, and for him it goes on at the speed of the wall.
 */
import type { Server } from 'node:http'
import type { Cluster } from '../src/cluster/open'

const TICK_MS = 100

/** Passes time for whoever is connected to these servers. What it answers ends that. */
export function passTime(cluster: Cluster, servers: readonly Server[], wall: () => number, failed: (error: unknown) => void): () => void {
  let connected = 0
  for (const server of servers)
    server.on('connection', connection => {
      connected++
      connection.once('close', () => connected--)
    })
  let lastMs = wall()
  let busy = false
  const tick = (): void => {
    const nowMs = wall()
    // A process that was stopped, or too busy to tick, has not lived through that time.
    const ms = Math.min(nowMs - lastMs, 2 * TICK_MS)
    lastMs = nowMs
    if (busy || connected === 0 || cluster.config.clock.mode !== 'settle') return
    busy = true
    void cluster.goOn(cluster.clock.peek() + ms).catch(failed).finally(() => (busy = false))
  }
  const timer = setInterval(tick, TICK_MS)
  return () => clearInterval(timer)
}
