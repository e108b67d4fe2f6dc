/** Files that nobody wrote: /proc, /sys/fs/cgroup, /dev, and what the kubelet and the runtime put into /etc. */
import type { ContainerSpec } from '../container'
import { toBytes } from '../files/bytes'
import type { ReadOnlyTree, TreeSource } from '../files/tree'
import { buildTree } from '../files/tree'
import type { ProcessInfo } from '../program'
import type { FileStat } from '../storage'

export interface GeneratedFacts {
  readonly spec: ContainerSpec
  processes(): readonly ProcessInfo[]
  environment(pid: number): Readonly<Record<string, string>>
  now(): number
  /** Open descriptors of a process. */
  descriptors(pid: number): readonly number[]
}

/** upstream: pkg/kubelet/kubelet_pods.go managedHostsFileContent */
export function hostsFile({ hostname, fqdn, podIP, hostAliases = [], hostNetwork, node }: ContainerSpec): string {
  const head = hostNetwork
    ? '# Kubernetes-managed hosts file (host network).\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n'
    : '# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::0\tip6-localnet\nfe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n'
  const own = hostNetwork ? `${node.ip}\t${node.name}\n` : `${podIP}\t${fqdn !== undefined && fqdn !== hostname ? `${fqdn}\t` : ''}${hostname}\n`
  const aliases = hostAliases.length === 0 ? '' : `\n# Entries added by HostAliases.\n${hostAliases.map(({ ip, hostnames }) => `${ip}\t${hostnames.join('\t')}\n`).join('')}`
  return head + own + aliases
}

export function resolvFile({ dns }: ContainerSpec): string {
  const lines: string[] = []
  if (dns.searches.length > 0) lines.push(`search ${dns.searches.join(' ')}`)
  for (const nameserver of dns.nameservers) lines.push(`nameserver ${nameserver}`)
  if (dns.options.length > 0) lines.push(`options ${dns.options.join(' ')}`)
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`
}

const DEVICES = buildLater(() => [devices()])
/** What every container has, without looking into its specification. */
const ROOT_NAMES = ['proc', 'sys', 'dev', 'etc']

function buildLater(sources: () => TreeSource[]): () => ReadOnlyTree {
  let tree: ReadOnlyTree | undefined
  return () => (tree ??= buildTree(sources(), 0))
}

/** The generated files of a container, as the process `pid` sees them. Nothing is made before it is looked at. */
export function generatedFiles(facts: GeneratedFacts): (pid: number) => ReadOnlyTree {
  const { spec } = facts
  const termination = spec.terminationMessagePath ?? '/dev/termination-log'
  const inEtc = buildLater(() => [etc(spec)])
  const inProc = buildLater(() => [proc(facts)])
  const inSys = buildLater(() => [cgroup(spec), sys(spec)])
  const treeOf = (path: string): ReadOnlyTree | undefined => {
    if (path.startsWith('/etc/')) return GENERATED_ETC.has(path) ? inEtc() : undefined
    if (path.startsWith('/proc/') || path === '/proc') return inProc()
    if (path.startsWith('/dev/') || path === '/dev') return DEVICES()
    return path.startsWith('/sys/') || path === '/sys' ? inSys() : undefined
  }
  return pid => ({
    stat(path) {
      if (path === '/proc/self') return link(String(pid).length)
      if (path === termination) return { ...FILE, mode: 0o666 }
      return treeOf(path)?.stat(path) ?? (path.startsWith('/proc/') ? processStat(facts, path) : undefined)
    },
    read(path) {
      if (path === '/proc/self') return String(pid)
      return treeOf(path)?.read(path) ?? (path.startsWith('/proc/') ? processFile(facts, path) : undefined)
    },
    list(path) {
      if (path === '/') return ROOT_NAMES
      if (path === '/etc') return inEtc().list(path)
      const known = treeOf(path)?.list(path) ?? []
      if (path === '/proc') return [...known, 'self', ...facts.processes().map(p => String(p.pid))]
      return known.length > 0 || !path.startsWith('/proc/') ? known : processEntries(facts, path)
    },
  })
}

const GENERATED_ETC = new Set(['/etc/hosts', '/etc/resolv.conf', '/etc/hostname', '/etc/mtab'])
const FILE: FileStat = { type: 'file', mode: 0o444, uid: 0, gid: 0, mtimeMs: 0, size: 0 }
const DIRECTORY: FileStat = { type: 'dir', mode: 0o555, uid: 0, gid: 0, mtimeMs: 0, size: 0 }
const link = (size: number): FileStat => ({ type: 'symlink', mode: 0o777, uid: 0, gid: 0, mtimeMs: 0, size })

function etc(spec: ContainerSpec): TreeSource {
  return {
    '/etc/hosts': () => toBytes(hostsFile(spec)),
    '/etc/resolv.conf': () => toBytes(resolvFile(spec)),
    '/etc/hostname': () => `${spec.hostname}\n`,
    '/etc/mtab': '->/proc/mounts',
  }
}

function devices(): TreeSource {
  const out: Record<string, TreeSource[string]> = { '/dev/fd': '->/proc/self/fd', '/dev/stdin': '->/proc/self/fd/0', '/dev/stdout': '->/proc/self/fd/1', '/dev/stderr': '->/proc/self/fd/2', '/dev/ptmx': '->pts/ptmx', '/dev/core': '->/proc/kcore', '/dev/pts/': '', '/dev/shm/': { mode: 0o1777 }, '/dev/mqueue/': { mode: 0o1777 } }
  for (const name of ['null', 'zero', 'full', 'random', 'urandom', 'tty']) out[`/dev/${name}`] = { mode: 0o666 }
  return out
}

const PAGE = 4096
const CPU_PERIOD = 100_000

/** upstream: pkg/kubelet/cm (cpu.weight from requests) and the OCI runtime's conversion to cgroup v2 */
function cgroup({ limits, requests, node }: ContainerSpec): TreeSource {
  const shares = Math.max(2, Math.round(((requests?.cpuMillis ?? limits.cpuMillis ?? 0) * 1024) / 1000))
  const weight = 1 + Math.floor(((shares - 2) * 9999) / 262142)
  const base = '/sys/fs/cgroup'
  return {
    [`${base}/cgroup.controllers`]: 'cpuset cpu io memory hugetlb pids rdma misc\n',
    [`${base}/cgroup.type`]: 'domain\n',
    [`${base}/cpu.max`]: `${limits.cpuMillis === undefined ? 'max' : Math.max(1000, (limits.cpuMillis * CPU_PERIOD) / 1000)} ${CPU_PERIOD}\n`,
    [`${base}/cpu.weight`]: `${weight}\n`,
    [`${base}/cpu.stat`]: 'usage_usec 0\nuser_usec 0\nsystem_usec 0\nnr_periods 0\nnr_throttled 0\nthrottled_usec 0\n',
    [`${base}/cpuset.cpus.effective`]: `0-${node.cpus - 1}\n`,
    [`${base}/memory.max`]: `${limits.memoryBytes === undefined ? 'max' : Math.floor(limits.memoryBytes / PAGE) * PAGE}\n`,
    [`${base}/memory.high`]: 'max\n',
    [`${base}/memory.min`]: '0\n',
    [`${base}/memory.low`]: '0\n',
    [`${base}/memory.current`]: '421888\n',
    [`${base}/memory.swap.max`]: '0\n',
    [`${base}/pids.max`]: 'max\n',
    [`${base}/pids.current`]: '1\n',
  }
}

function sys({ podIP }: ContainerSpec): TreeSource {
  const mac = ['0a', '58', ...podIP.split('.').map(part => Number(part).toString(16).padStart(2, '0'))].join(':')
  return {
    '/sys/class/net/eth0/iflink': '7\n', '/sys/class/net/eth0/ifindex': '2\n', '/sys/class/net/eth0/address': `${mac}\n`, '/sys/class/net/eth0/mtu': '1500\n', '/sys/class/net/eth0/operstate': 'up\n',
    '/sys/class/net/lo/ifindex': '1\n', '/sys/class/net/lo/iflink': '1\n', '/sys/class/net/lo/mtu': '65536\n', '/sys/class/net/lo/operstate': 'unknown\n', '/sys/class/net/lo/address': '00:00:00:00:00:00\n',
    '/sys/devices/system/cpu/online': '0\n',
  }
}

function proc({ spec, now }: GeneratedFacts): TreeSource {
  const { node } = spec
  const totalKb = Math.floor(node.memoryBytes / 1024)
  const uptime = (): number => Math.max(0, (now() - node.bootedAtMs) / 1000)
  const at = { mode: 0o444 }
  const mounts = (): string => mountLines(spec).join('')
  return {
    '/proc/uptime': { ...at, content: () => `${uptime().toFixed(2)} ${(uptime() * node.cpus * 0.95).toFixed(2)}\n` },
    '/proc/loadavg': { ...at, content: '0.08 0.05 0.01 1/312 42\n' },
    '/proc/version': { ...at, content: `Linux version ${node.kernelVersion} (buildd@lcy02-amd64-080) (x86_64-linux-gnu-gcc-13 (Ubuntu 13.2.0-23ubuntu4) 13.2.0, GNU ld (GNU Binutils for Ubuntu) 2.42) #31-Ubuntu SMP PREEMPT_DYNAMIC\n` },
    '/proc/meminfo': { ...at, content: `MemTotal:       ${String(totalKb).padStart(8)} kB\nMemFree:        ${String(Math.floor(totalKb * 0.6)).padStart(8)} kB\nMemAvailable:   ${String(Math.floor(totalKb * 0.8)).padStart(8)} kB\nBuffers:        ${String(Math.floor(totalKb * 0.02)).padStart(8)} kB\nCached:         ${String(Math.floor(totalKb * 0.18)).padStart(8)} kB\nSwapCached:            0 kB\nSwapTotal:             0 kB\nSwapFree:              0 kB\n` },
    '/proc/cpuinfo': { ...at, content: Array.from({ length: node.cpus }, (_, i) => `processor\t: ${i}\nvendor_id\t: GenuineIntel\nmodel name\t: Virtual CPU\ncpu MHz\t\t: 2400.000\ncpu cores\t: ${node.cpus}\n\n`).join('') },
    '/proc/stat': { ...at, content: `cpu  10000 0 5000 900000 100 0 50 0 0 0\nbtime ${Math.floor(node.bootedAtMs / 1000)}\nprocesses 4242\n` },
    '/proc/mounts': { ...at, content: mounts },
    '/proc/filesystems': { ...at, content: 'nodev\tsysfs\nnodev\ttmpfs\nnodev\tproc\n\text4\nnodev\toverlay\n' },
    '/proc/sys/kernel/hostname': { ...at, content: `${spec.hostname}\n` },
    '/proc/sys/kernel/osrelease': { ...at, content: `${node.kernelVersion}\n` },
    '/proc/sys/kernel/random/uuid': { ...at, content: () => `${spec.pod.uid}\n` },
    '/proc/sys/net/ipv4/ip_forward': { ...at, content: '1\n' },
    '/proc/net/dev': { ...at, content: 'Inter-|   Receive                                                |  Transmit\n face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n    lo:       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0\n  eth0:    1286      15    0    0    0     0          0         0      826      11    0    0    0     0       0          0\n' },
  }
}

/** What `mount` prints, line by line. */
export function mountLines(spec: ContainerSpec): string[] {
  const rw = (readOnly: boolean | undefined): string => (readOnly ? 'ro' : 'rw')
  return [
    `overlay / overlay ${rw(spec.readOnlyRootFilesystem)},relatime,lowerdir=/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/1/fs,upperdir=/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/2/fs,workdir=/var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/2/work 0 0\n`,
    'proc /proc proc rw,nosuid,nodev,noexec,relatime 0 0\n',
    'tmpfs /dev tmpfs rw,nosuid,size=65536k,mode=755 0 0\n',
    'devpts /dev/pts devpts rw,nosuid,noexec,relatime,gid=5,mode=620,ptmxmode=666 0 0\n',
    'mqueue /dev/mqueue mqueue rw,nosuid,nodev,noexec,relatime 0 0\n',
    'sysfs /sys sysfs ro,nosuid,nodev,noexec,relatime 0 0\n',
    'cgroup /sys/fs/cgroup cgroup2 ro,nosuid,nodev,noexec,relatime 0 0\n',
    ...spec.mounts.map(m => (m.fileSystem === 'tmpfs' ? `tmpfs ${m.mountPath} tmpfs ${rw(m.readOnly)},relatime,size=${Math.floor((spec.limits.memoryBytes ?? spec.node.memoryBytes) / 1024)}k 0 0\n` : `/dev/sda1 ${m.mountPath} ext4 ${rw(m.readOnly)},relatime 0 0\n`)),
    `/dev/sda1 /etc/hosts ext4 rw,relatime 0 0\n`,
    `/dev/sda1 ${spec.terminationMessagePath ?? '/dev/termination-log'} ext4 rw,relatime 0 0\n`,
    '/dev/sda1 /etc/hostname ext4 rw,relatime 0 0\n',
    '/dev/sda1 /etc/resolv.conf ext4 rw,relatime 0 0\n',
    'shm /dev/shm tmpfs rw,nosuid,nodev,noexec,relatime,size=65536k 0 0\n',
  ]
}

const NAMESPACES = ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'pid_for_children', 'time', 'time_for_children', 'user', 'uts']
const PROCESS_FILES = ['cgroup', 'cmdline', 'comm', 'environ', 'mounts', 'stat', 'status', 'limits']

const processOf = (facts: GeneratedFacts, path: string): { process: ProcessInfo; rest: string } | undefined => {
  const m = /^\/proc\/(\d+)(?:\/(.*))?$/.exec(path)
  const process = m === null ? undefined : facts.processes().find(p => p.pid === Number(m[1]))
  return process === undefined ? undefined : { process, rest: m?.[2] ?? '' }
}

function processStat(facts: GeneratedFacts, path: string): FileStat | undefined {
  const found = processOf(facts, path)
  if (found === undefined) return undefined
  const { rest, process } = found
  if (rest === '' || rest === 'fd' || rest === 'ns') return DIRECTORY
  if (PROCESS_FILES.includes(rest)) return FILE
  if (rest === 'exe' || rest === 'cwd' || rest === 'root') return link(1)
  if (rest.startsWith('ns/') && NAMESPACES.includes(rest.slice(3))) return link(20)
  return rest.startsWith('fd/') && facts.descriptors(process.pid).includes(Number(rest.slice(3))) ? link(10) : undefined
}

function processEntries(facts: GeneratedFacts, path: string): string[] {
  const found = processOf(facts, path)
  if (found === undefined) return []
  if (found.rest === '') return [...PROCESS_FILES, 'cwd', 'exe', 'fd', 'ns', 'root']
  if (found.rest === 'ns') return NAMESPACES
  return found.rest === 'fd' ? facts.descriptors(found.process.pid).map(String) : []
}

function processFile(facts: GeneratedFacts, path: string): string | undefined {
  const found = processOf(facts, path)
  if (found === undefined) return undefined
  const { process, rest } = found
  const comm = (process.argv[0] ?? '').replace(/^.*\//, '').slice(0, 15)
  switch (rest) {
    case 'cmdline': return process.argv.map(arg => `${arg}\0`).join('')
    case 'comm': return `${comm}\n`
    case 'environ': return Object.entries(facts.environment(process.pid)).map(([name, value]) => `${name}=${value}\0`).join('')
    case 'cgroup': return '0::/\n'
    case 'mounts': return mountLines(facts.spec).join('')
    case 'status': return `Name:\t${comm}\nUmask:\t0022\nState:\t${process.state === 'running' ? 'R (running)' : process.state === 'zombie' ? 'Z (zombie)' : 'S (sleeping)'}\nTgid:\t${process.pid}\nPid:\t${process.pid}\nPPid:\t${process.ppid}\nUid:\t0\t0\t0\t0\nGid:\t0\t0\t0\t0\nVmRSS:\t    4 kB\nThreads:\t1\n`
    case 'stat': return `${process.pid} (${comm}) ${process.state === 'running' ? 'R' : 'S'} ${process.ppid} ${process.pid} ${process.pid} 0 -1 4194560 100 0 0 0 0 0 0 0 20 0 1 0 100 4534272 1 18446744073709551615\n`
    case 'limits': return 'Limit                     Soft Limit           Hard Limit           Units     \nMax open files            1048576              1048576              files     \n'
    case 'cwd': case 'root': return '/'
    case 'exe': return process.argv[0]?.startsWith('/') ? process.argv[0] : `/bin/${comm}`
    default:
      if (rest.startsWith('ns/')) return `${rest.slice(3).replace('_for_children', '')}:[40265321${NAMESPACES.indexOf(rest.slice(3).replace('_for_children', '')) + 10}]`
      return rest.startsWith('fd/') ? `pipe:[${10000 + Number(rest.slice(3))}]` : undefined
  }
}
