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
  return [...hosts(record), ...own, ...others].sort((a, b) => a.pid - b.pid)
}

/** Who was in the process namespace before any container: the sandbox of a pod, the programs of a node. */
function hosts({ spec }: ContainerRecord): ProcessInfo[] {
  const namespace = spec.processNamespaceId ?? ''
  const { bootedAtMs } = spec.node
  if (namespace.startsWith('pod/')) return [{ pid: 1, ppid: 0, user: '65535', argv: ['/pause'], startedAtMs: bootedAtMs, state: 'sleeping' }]
  if (!namespace.startsWith('node/')) return []
  return NODE_PROCESSES.map(([pid, ppid, command]): ProcessInfo => ({ pid, ppid, user: 'root', argv: command.replace('NODE', spec.node.name).split(' '), startedAtMs: bootedAtMs, state: 'sleeping' }))
}

const NODE_PROCESSES: readonly (readonly [pid: number, ppid: number, command: string])[] = [
  [1, 0, '/sbin/init'],
  [96, 1, '/lib/systemd/systemd-journald'],
  [189, 1, '/usr/bin/containerd'],
  [312, 1, '/usr/bin/kubelet --config=/var/lib/kubelet/config.yaml --kubeconfig=/etc/kubernetes/kubelet.conf --hostname-override=NODE'],
]
/** The first number that a container's process on a node may have. */
export const FIRST_ON_NODE = 1_000
