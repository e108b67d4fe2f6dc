/** Connections and name look-ups of one process. */
import type { ConnectResult, DnsAnswer, Origin, RecordType, Sockets } from '../network'
import { FileError } from '../files/file-system'
import type { KernelAccess } from './access'
import { descriptionAt, lowestFree, newDescription } from './descriptors'
import { candidates, resolvConf } from './resolv'
import type { DescriptionOf, ProcessState, SocketEnd } from './state'
import { beyond } from './ingress'
import { addListener, findListener, keepRules, keptRules, listeners } from './world'

const FIRST_EPHEMERAL = 32768
const isLoopback = (ip: string): boolean => ip.startsWith('127.') || ip === '::1' || ip === '0.0.0.0'

export function socketsOf(kernel: KernelAccess, proc: ProcessState): Sockets {
  const { world, state } = kernel
  const origin: Origin = { ip: kernel.netIP, nodeName: kernel.facts.node.name }
  const query = (nameserver: string, name: string, type: RecordType): DnsAnswer => {
    world.noteImpure()
    return world.network.resolve(origin, nameserver, name, type)
  }
  return {
    connect(ip, port): ConnectResult {
      world.noteImpure()
      state.effects++
      const local = isLoopback(ip)
      const route = local || ip === kernel.netIP ? ({ kind: 'endpoint', ip: kernel.netIP, port } as const) : world.network.route(origin, ip, port, 'TCP')
      if (route.kind !== 'endpoint' && route.kind !== 'ingress' && route.kind !== 'api') return { kind: route.kind === 'dropped' ? 'timeout' : route.kind }
      const found = route.kind !== 'endpoint' ? undefined : findListener(world.storage, route.ip, route.port, local)
      const listener = found && world.listener({ c: found.c, d: found.d })
      if (route.kind === 'endpoint' && listener === undefined) return { kind: 'refused' }
      const sourcePort = FIRST_EPHEMERAL + (state.nextPort++ % 28000)
      const own = local ? '127.0.0.1' : kernel.netIP
      const end: SocketEnd = { in: '', ended: false, closed: false, local: `${own}:${sourcePort}`, remote: `${ip}:${port}` }
      const id = newDescription(kernel, { k: 'socket', refs: 1, ...end, ...(route.kind === 'endpoint' ? { routed: `${route.ip}:${route.port}` } : beyond(route, { c: kernel.id, d: kernel.state.nextDescription })) })
      if (found !== undefined && listener !== undefined) {
        listener.backlog.push({ from: { c: kernel.id, d: id }, ip: ('as' in route ? route.as : undefined) ?? own, port: sourcePort })
        world.wake(found.c)
      }
      const fd = lowestFree(proc, 3)
      proc.fds[fd] = id
      return { kind: 'connected', fd }
    },
    listen(address, port) {
      const taken = findListener(world.storage, kernel.netIP, port, true)
      if (taken !== undefined && world.listener({ c: taken.c, d: taken.d }) !== undefined) return undefined
      const id = newDescription(kernel, { k: 'listener', refs: 1, address, port, backlog: [] })
      addListener(world.storage, kernel.netIP, port, { c: kernel.id, d: id, address, pid: proc.pid })
      world.noteVisible(kernel.id)
      const fd = lowestFree(proc, 3)
      proc.fds[fd] = id
      return fd
    },
    accept(fd) {
      const listener = descriptionAt(kernel, proc, fd)
      if (listener?.k !== 'listener') return undefined
      for (let caller = listener.backlog.shift(); caller !== undefined; caller = listener.backlog.shift()) {
        const accepted = acceptCaller(kernel, listener, caller)
        if (accepted === undefined) continue
        const own = lowestFree(proc, 3)
        proc.fds[own] = accepted
        return { fd: own, ip: caller.ip, port: caller.port }
      }
      return undefined
    },
    answerNow(fd) {
      const socket = descriptionAt(kernel, proc, fd)
      const target = socket?.k === 'socket' ? findListener(world.storage, ...remoteOf(kernel, socket)) : undefined
      if (target !== undefined && target.c !== kernel.id) world.runNow(target.c)
    },
    shutdown(fd) {
      const socket = descriptionAt(kernel, proc, fd)
      if (socket?.k !== 'socket') return
      socket.closed = true
      const end = socket.peer && world.socketEnd(socket.peer)
      if (end === undefined || socket.peer === undefined) return
      end.ended = true
      world.wake(socket.peer.c)
    },
    addresses(fd) {
      const socket = descriptionAt(kernel, proc, fd)
      return socket?.k === 'socket' ? { local: socket.local, remote: socket.remote } : undefined
    },
    certificate(ip, port, serverName) {
      if (isLoopback(ip) || ip === kernel.netIP) return undefined
      const { kind } = world.network.route(origin, ip, port, 'TCP')
      if (kind === 'api') return world.network.api?.certificate()
      return kind === 'ingress' ? (world.network.ingress?.certificate(serverName) ?? '') : undefined
    },
    packetRules: part => (kernel.netIP === kernel.facts.node.ip ? (world.network.packetRules?.(origin.nodeName, part, keptRules(world.storage, kernel.netIP)) ?? '') : ''),
    keepRules: kept => keepRules(world.storage, kernel.netIP, kept),
    lookup: name => lookup(kernel, proc, name, query),
    query,
    listening: () => listeners(world.storage, kernel.netIP).filter(l => world.listener({ c: l.c, d: l.d }) !== undefined).map(({ address, port, pid }) => ({ address, port, pid })),
  }
}

/** Where a connection leads: the address and port that were routed to. */
function remoteOf(kernel: KernelAccess, socket: SocketEnd): [string, number, boolean] {
  const target = socket.routed ?? socket.remote
  const at = target.lastIndexOf(':')
  const ip = target.slice(0, at)
  return [isLoopback(ip) ? kernel.netIP : ip, Number(target.slice(at + 1)), true]
}

/** Makes our end of a connection; undefined when the caller is gone. */
function acceptCaller(kernel: KernelAccess, listener: DescriptionOf<'listener'>, caller: DescriptionOf<'listener'>['backlog'][number]): number | undefined {
  const end: SocketEnd | undefined = kernel.world.socketEnd(caller.from)
  if (end === undefined) return undefined
  const early = end.early ?? ''
  delete end.early
  const local = end.remote.replace(/:\d+$/, `:${listener.port}`)
  const id = newDescription(kernel, { k: 'socket', refs: 1, in: early, ended: end.closed, closed: false, peer: caller.from, local, remote: end.local })
  end.peer = { c: kernel.id, d: id }
  kernel.world.wake(caller.from.c)
  return id
}

/** As the C library resolves: literal, /etc/hosts, then DNS along the search list. */
function lookup(kernel: KernelAccess, proc: ProcessState, name: string, query: (nameserver: string, name: string, type: RecordType) => DnsAnswer): ReturnType<Sockets['lookup']> {
  if (/^\d+\.\d+\.\d+\.\d+$/.test(name) || name.includes(':')) return { kind: 'found', ips: [name] }
  const files = kernel.filesOf(proc)
  const fromHosts = hostsEntries(readOrEmpty(files.read.bind(files), '/etc/hosts'), name)
  if (fromHosts.length > 0) return { kind: 'found', ips: fromHosts }
  const { nameservers, searches, ndots } = resolvConf(readOrEmpty(files.read.bind(files), '/etc/resolv.conf'))
  const [nameserver] = nameservers
  if (nameserver === undefined) return { kind: 'noServer' }
  for (const candidate of candidates(name, searches, ndots)) {
    const answer = query(nameserver, candidate, 'A')
    if (answer.kind === 'noServer') return { kind: 'noServer' }
    const ips = answer.records.filter(record => record.type === 'A').map(record => record.data)
    if (ips.length > 0) return { kind: 'found', ips }
  }
  return { kind: 'notFound' }
}

function readOrEmpty(read: (path: string) => string, path: string): string {
  try {
    return read(path)
  } catch (e) {
    if (e instanceof FileError) return ''
    throw e
  }
}

function hostsEntries(text: string, name: string): string[] {
  const out: string[] = []
  for (const line of text.split('\n')) {
    const [ip, ...names] = line.replace(/#.*/, '').trim().split(/\s+/)
    if (ip !== undefined && names.includes(name) && !ip.includes(':')) out.push(ip)
  }
  return out
}
