/** What a process says of itself. upstream: prometheus/client_golang process_collector */
import { Measured, type Family } from './family'

/** @param startedMs when the process began, in ms since the epoch */
export function processMetrics(startedMs: number): readonly Family[] {
  const one = (name: string, help: string, type: 'gauge' | 'counter', measure: () => number): Family => new Measured({ name, help, labels: [], type }, () => [[[], measure()]])
  const open = (): number => {
    try {
      return process.getBuiltinModule('node:fs').readdirSync('/proc/self/fd').length
    } catch {
      return process.getActiveResourcesInfo().length
    }
  }
  return [
    one('process_cpu_seconds_total', 'Total user and system CPU time spent in seconds.', 'counter', () => {
      const { user, system } = process.cpuUsage()
      return (user + system) / 1e6
    }),
    one('process_open_fds', 'Number of open file descriptors.', 'gauge', open),
    one('process_resident_memory_bytes', 'Resident memory size in bytes.', 'gauge', () => process.memoryUsage.rss()),
    one('process_start_time_seconds', 'Start time of the process since unix epoch in seconds.', 'gauge', () => startedMs / 1000),
    one('process_virtual_memory_bytes', 'Virtual memory size in bytes.', 'gauge', () => process.memoryUsage().heapTotal + process.memoryUsage().external),
  ]
}
