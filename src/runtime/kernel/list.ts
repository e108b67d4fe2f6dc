/** The processes that programs of a container can see. */
import type { ProcessInfo } from '../program'
import type { KernelAccess } from './access'
import type { ContainerRecord } from './record'

export function processList(kernel: KernelAccess, record: ContainerRecord): ProcessInfo[] {
  const own = kernel.state.processes.map((proc): ProcessInfo => ({
    pid: proc.pid, ppid: proc.ppid, user: kernel.userOf(proc).name, argv: proc.argv, startedAtMs: proc.startedAtMs,
    state: proc.exit !== undefined ? 'zombie' : proc.wait === undefined ? 'running' : 'sleeping',
  }))
  if (record.spec.processNamespaceId === undefined) return own
  const others = kernel.world.neighbours(kernel.id).map(({ pid, ppid, user, argv, startedAtMs }): ProcessInfo => ({ pid, ppid, user, argv, startedAtMs, state: 'sleeping' }))
  return [...own, ...others].sort((a, b) => a.pid - b.pid)
}
