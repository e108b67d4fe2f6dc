/** Commands that tell about the machine and the process: date, id, hostname, uname, ps, free, df, du, mount, which, kill … */
import { FileError } from '../files/file-system'
import { absolute, baseName, inside, parent } from '../files/paths'
import { mountLines } from './mounts'
import type { SignalName } from '../program'
import { SIGNAL_NUMBERS } from '../program'
import type { Command, CommandIO } from './command'
import { linesOf, parseOptions } from './command'
import { expr } from './expr'
import { humanSize, namesOf } from './list'
import { formatDate, parseDate } from './date'

const date: Command = io => {
  const options = parseOptions(io, 'ud:s:r:RI:D:', { utc: 'u', date: 'd:', 'rfc-3339': 'F:', 'iso-8601': 'I', rfc_email: 'R' })
  const given = options.value('d')
  const reference = options.value('r')
  const ms = reference !== undefined ? io.ctx.files.stat(reference).mtimeMs : given === undefined ? io.ctx.now() : parseDate(given, io.ctx.now())
  if (Number.isNaN(ms)) return io.fail(`invalid date '${given}'`)
  const format = options.rest.find(arg => arg.startsWith('+'))
  const operand = options.rest.find(arg => !arg.startsWith('+'))
  if (operand !== undefined || options.has('s')) {
    if (operand !== undefined && !/^\d{8,12}(\.\d\d)?$/.test(operand)) return io.fail(`invalid date '${operand}'`)
    return io.fail(io.style === 'gnu' ? 'cannot set date: Operation not permitted' : "can't set date: Operation not permitted")
  }
  const iso = options.has('I') ? ({ seconds: '%Y-%m-%dT%H:%M:%S%:z', minutes: '%Y-%m-%dT%H:%M%:z', hours: '%Y-%m-%dT%H%:z' }[options.value('I') ?? ''] ?? '%Y-%m-%d') : undefined
  io.out(`${formatDate(format?.slice(1) ?? iso ?? (options.has('R') ? '%a, %d %b %Y %H:%M:%S %z' : '%a %b %e %H:%M:%S %Z %Y'), ms)}\n`)
  return 0
}

const id: Command = io => {
  const options = parseOptions(io, 'ugGnr', { user: 'u', group: 'g', groups: 'G', name: 'n' })
  const users = namesOf(io, '/etc/passwd')
  const groups = namesOf(io, '/etc/group')
  let { uid, gid, groups: extra } = io.ctx.user
  const who = options.rest[0]
  if (who !== undefined) {
    const line = linesOf(io.ctx.files.read('/etc/passwd')).find(l => l.startsWith(`${who}:`))
    if (line === undefined) return io.fail(io.style === 'gnu' ? `'${who}': no such user` : `unknown user ${who}`)
    uid = Number(line.split(':')[2])
    gid = Number(line.split(':')[3])
    extra = []
  }
  const all = [gid, ...[...extra, ...memberOf(io, users.get(uid))].filter((g, i, list) => g !== gid && list.indexOf(g) === i)]
  const name = (map: Map<number, string>, n: number): string => (options.has('n') ? (map.get(n) ?? String(n)) : String(n))
  if (options.has('u')) io.out(`${name(users, uid)}\n`)
  else if (options.has('g')) io.out(`${name(groups, gid)}\n`)
  else if (options.has('G')) io.out(`${all.map(g => name(groups, g)).join(' ')}\n`)
  else {
    const full = (map: Map<number, string>, n: number): string => `${n}${map.has(n) ? `(${map.get(n)})` : ''}`
    io.out(`uid=${full(users, uid)} gid=${full(groups, gid)} groups=${all.map(g => full(groups, g)).join(',')}\n`)
  }
  return 0
}

function memberOf(io: CommandIO, user: string | undefined): number[] {
  try {
    return linesOf(io.ctx.files.read('/etc/group')).map(line => line.split(':')).filter(fields => user !== undefined && (fields[3] ?? '').split(',').includes(user)).map(fields => Number(fields[2]))
  } catch (e) {
    if (e instanceof FileError) return []
    throw e
  }
}

const whoami: Command = io => {
  const name = namesOf(io, '/etc/passwd').get(io.ctx.user.uid)
  if (name === undefined) return io.style === 'gnu' ? io.fail(`cannot find name for user ID ${io.ctx.user.uid}`) : io.fail(`unknown uid ${io.ctx.user.uid}`)
  io.out(`${name}\n`)
  return 0
}

const hostname: Command = io => {
  const options = parseOptions(io, 'fsdiIF:', { fqdn: 'f', long: 'f', short: 's', domain: 'd', 'ip-address': 'i', 'all-ip-addresses': 'I' })
  const { facts, files } = io.ctx
  if (options.rest.length > 0) return io.fail(io.style === 'gnu' ? 'you must be root to change the host name' : 'sethostname: Operation not permitted')
  const own = (): string[] => {
    try {
      return linesOf(files.read('/etc/hosts')).map(line => line.split(/\s+/)).find(fields => fields[0] === facts.podIP) ?? []
    } catch (e) {
      if (e instanceof FileError) return []
      throw e
    }
  }
  const full = own().slice(1).find(name => name.includes('.')) ?? facts.hostname
  if (options.has('i') || options.has('I')) io.out(`${facts.podIP}${options.has('I') ? ' ' : ''}\n`)
  else if (options.has('f')) io.out(`${full}\n`)
  else if (options.has('d')) io.out(`${full.includes('.') ? full.slice(full.indexOf('.') + 1) : ''}\n`)
  else io.out(`${options.has('s') ? facts.hostname.split('.')[0] : facts.hostname}\n`)
  return 0
}

const uname: Command = io => {
  const options = parseOptions(io, 'asnrvmpio', { all: 'a', 'kernel-name': 's', nodename: 'n', 'kernel-release': 'r', 'kernel-version': 'v', machine: 'm', 'operating-system': 'o' })
  const { node, hostname: host } = io.ctx.facts
  const parts: [string, string][] = [['s', 'Linux'], ['n', host], ['r', node.kernelVersion], ['v', '#31-Ubuntu SMP PREEMPT_DYNAMIC'], ['m', node.machine], ['o', 'GNU/Linux']]
  const chosen = options.has('a') ? parts : parts.filter(([letter]) => options.has(letter))
  io.out(`${(chosen.length === 0 ? parts.slice(0, 1) : chosen).map(([, text]) => text).join(' ')}\n`)
  return 0
}

const elapsed = (ms: number): string => {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

const ps: Command = io => {
  const list = io.ctx.processes.list()
  const text = (argv: readonly string[]): string => argv.join(' ')
  if (io.style === 'busybox') {
    const columns = /(?:^|-)o\s*(.+)$/.exec(io.args.join(' '))?.[1]?.split(/[\s,]+/).filter(column => column !== '')
    if (columns !== undefined) {
      const value = (p: (typeof list)[number], column: string): string => ({ pid: String(p.pid), ppid: String(p.ppid), user: p.user, comm: baseName(p.argv[0] ?? ''), args: text(p.argv), time: '0:00', stat: 'S', vsz: '1.2m' })[column] ?? ''
      const names: Record<string, [string, number]> = { pid: ['PID', 5], ppid: ['PPID', 5], user: ['USER', 8], comm: ['COMMAND', 16], args: ['COMMAND', 27], time: ['TIME', 6], stat: ['STAT', 4], vsz: ['VSZ', 4] }
      const row = (cells: readonly string[]): string => `${cells.map((cell, i) => (i === cells.length - 1 ? cell : cell.padEnd(names[columns[i] as string]?.[1] ?? 5))).join(' ')}\n`
      io.out(row(columns.map(column => names[column]?.[0] ?? column)))
      for (const p of list) io.out(row(columns.map(column => value(p, column))))
      return 0
    }
    io.out('PID   USER     TIME  COMMAND\n')
    for (const p of list) io.out(`${String(p.pid).padStart(5)} ${p.user.slice(0, 8).padEnd(8)} ${elapsed(0).padStart(5)} ${p.state === 'zombie' ? `[${baseName(p.argv[0] ?? '')}]` : text(p.argv)}\n`)
    return 0
  }
  const flags = io.args.join('').replace(/-/g, '')
  if (/a?ux/.test(flags) && flags.includes('u')) {
    io.out('USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n')
    for (const p of list) io.out(`${p.user.padEnd(8)} ${String(p.pid).padStart(7)}  0.0  0.0   4364  3000 ?        ${p.pid === 1 ? 'Ss' : 'S '}   ${formatDate('%H:%M', p.startedAtMs)}   ${elapsed(0)} ${text(p.argv)}\n`)
  } else if (flags.includes('f')) {
    io.out('UID          PID    PPID  C STIME TTY          TIME CMD\n')
    for (const p of list) io.out(`${p.user.padEnd(8)} ${String(p.pid).padStart(7)} ${String(p.ppid).padStart(7)}  0 ${formatDate('%H:%M', p.startedAtMs)} ?        00:00:00 ${text(p.argv)}\n`)
  } else {
    io.out('    PID TTY          TIME CMD\n')
    for (const p of list) io.out(`${String(p.pid).padStart(7)} ?        00:00:00 ${baseName(p.argv[0] ?? '')}\n`)
  }
  return 0
}

const free: Command = io => {
  const options = parseOptions(io, 'bkmght', { human: 'h', mega: 'm', giga: 'g' })
  const total = io.ctx.facts.node.memoryBytes
  const unit = options.has('b') ? 1 : options.has('m') ? 1 << 20 : options.has('g') ? 1 << 30 : 1024
  const show = (bytes: number): string => (options.has('h') ? (io.style === 'gnu' ? `${humanSize(bytes)}i`.replace(/^0i$/, '0B') : humanSize(bytes)) : String(Math.floor(bytes / unit)))
  const cells = [total, total * 0.18, total * 0.6, 0, total * 0.22, total * 0.8].map(show)
  const width = 12
  io.out(`               total        used        free      shared  ${io.style === 'gnu' ? 'buff/cache' : 'buff/cache'}   available\nMem:    ${cells.map(cell => cell.padStart(width)).join('')}\nSwap:   ${['0', '0', '0'].map(cell => (options.has('h') ? '0' : cell).padStart(width)).join('')}\n`)
  return 0
}

const nproc: Command = io => {
  io.out(`${io.ctx.facts.node.cpus}\n`)
  return 0
}

const uptime: Command = io => {
  const ms = io.ctx.now() - io.ctx.facts.node.bootedAtMs
  const minutes = Math.floor(ms / 60_000)
  const days = Math.floor(minutes / 1440)
  const span = `${days > 0 ? `${days} day${days === 1 ? '' : 's'}, ` : ''}${minutes % 1440 >= 60 ? `${String(Math.floor((minutes % 1440) / 60)).padStart(2)}:${String(minutes % 60).padStart(2, '0')}` : `${minutes % 60} min`}`
  io.out(` ${formatDate('%H:%M:%S', io.ctx.now())} up ${span},  0 users,  load average: 0.08, 0.05, 0.01\n`)
  return 0
}

const mount: Command = io => {
  for (const line of mountLines(io)) {
    const [source, path, type, flags] = line.split(' ')
    io.out(`${source} on ${path} type ${type} (${flags})\n`)
  }
  return 0
}

const df: Command = io => {
  const options = parseOptions(io, 'hkmTPia', { 'human-readable': 'h', 'print-type': 'T' })
  const GB = 1 << 30
  const disk = 40 * GB
  const rows = (options.rest.length > 0 ? options.rest.map(path => io.ctx.files.space(path)) : [{ source: 'overlay', mountPath: '/', usedBytes: 0 }, { source: 'tmpfs', mountPath: '/dev', usedBytes: 0 }, ...io.ctx.files.mounts().map(m => ({ source: m.source, mountPath: m.mountPath, usedBytes: 0 }))])
    .map(({ source, mountPath, usedBytes }) => {
      const total = source === 'tmpfs' ? (mountPath === '/dev' ? 64 << 20 : (io.ctx.facts.limits.memoryBytes ?? io.ctx.facts.node.memoryBytes)) : disk
      const used = source === 'tmpfs' ? usedBytes : Math.floor(disk * 0.21) + usedBytes
      return { source, mountPath, total, used, free: total - used }
    })
  const show = (bytes: number): string => (options.has('h') ? humanSize(bytes) : String(Math.ceil(bytes / (options.has('m') ? 1 << 20 : 1024))))
  io.out(io.style === 'gnu' ? `Filesystem     ${options.has('h') ? ' Size  Used Avail' : '1K-blocks    Used Available'} Use% Mounted on\n` : `Filesystem           ${options.has('h') ? '     Size' : '1K-blocks'}      Used Available Use% Mounted on\n`)
  for (const row of rows) {
    const percent = `${Math.ceil((row.used / Math.max(1, row.total)) * 100)}%`
    if (io.style === 'gnu') io.out(`${row.source.padEnd(14)} ${show(row.total).padStart(options.has('h') ? 5 : 9)} ${show(row.used).padStart(options.has('h') ? 5 : 7)} ${show(row.free).padStart(options.has('h') ? 5 : 9)} ${percent.padStart(4)} ${row.mountPath}\n`)
    else io.out(`${row.source.padEnd(20)} ${show(row.total).padStart(9)} ${show(row.used).padStart(9)} ${show(row.free).padStart(9)} ${percent.padStart(4)} ${row.mountPath}\n`)
  }
  return 0
}

const du: Command = io => {
  const options = parseOptions(io, 'shkmabcd:', { summarize: 's', 'human-readable': 'h', all: 'a', bytes: 'b', 'max-depth': 'd:', total: 'c' })
  const depth = options.has('s') ? 0 : Number(options.value('d') ?? Infinity)
  const show = (bytes: number): string => (options.has('h') ? humanSize(bytes) : options.has('b') ? String(bytes) : String(Math.ceil(bytes / (options.has('m') ? 1 << 20 : 1024))))
  let status = 0
  const size = (path: string, level: number): number => {
    const stat = io.ctx.files.lstat(path)
    let sum = options.has('b') ? (stat.type === 'dir' ? 4096 : stat.size) : stat.type === 'symlink' ? 0 : stat.type === 'dir' ? 4096 : Math.ceil(stat.size / 4096) * 4096
    if (stat.type === 'dir') for (const { name } of io.ctx.files.list(path)) sum += size(inside(path, name), level + 1)
    if (level <= depth && (stat.type === 'dir' || options.has('a') || level === 0)) io.out(`${show(sum)}\t${path}\n`)
    return sum
  }
  for (const path of options.rest.length === 0 ? ['.'] : options.rest) {
    try {
      size(path, 0)
    } catch (e) {
      if (!(e instanceof FileError)) throw e
      status = io.fail(io.style === 'gnu' ? `cannot access '${path}': ${e.message}` : `${path}: ${e.message}`)
    }
  }
  return status
}

const which: Command = io => {
  let status = 0
  for (const name of parseOptions(io, 'a').rest) {
    const found = io.ctx.processes.find(name, io.ctx.env.PATH)
    if (found.kind === 'notFound' || found.kind === 'notExecutable') status = 1
    else io.out(`${found.path}\n`)
  }
  return status
}

const printenv: Command = io => {
  const names = io.args.filter(arg => arg !== '-0' && arg !== '--')
  if (names.length === 0) {
    io.out(Object.entries(io.ctx.env).map(([name, value]) => `${name}=${value}\n`).join(''))
    return 0
  }
  let status = 0
  for (const name of names) {
    const value = io.ctx.env[name]
    if (value === undefined) status = 1
    else io.out(`${value}\n`)
  }
  return status
}

/** A signal by name or number; undefined when there is none. */
export function signalByName(text: string): SignalName | undefined {
  const name = text.toUpperCase().replace(/^SIG/, '')
  return (Object.hasOwn(SIGNAL_NUMBERS, name) ? name : Object.entries(SIGNAL_NUMBERS).find(([, n]) => String(n) === text)?.[0]) as SignalName | undefined
}

const kill: Command = io => {
  let signal = 'TERM'
  let targets = io.args
  const first = io.args[0] ?? ''
  if (first === '-l') {
    io.out(`${Object.entries(SIGNAL_NUMBERS).map(([name, n]) => `${String(n).padStart(2)}) ${name}`).join('\n')}\n`)
    return 0
  }
  if (first === '-s') {
    signal = io.args[1] ?? ''
    targets = io.args.slice(2)
  } else if (/^-./.test(first)) {
    signal = first.slice(1)
    targets = io.args.slice(1)
  }
  const name = signal === '0' ? '0' : signalByName(signal)
  if (name === undefined) return io.fail(`bad signal name '${signal}'`)
  if (targets.length === 0) return io.fail('you need to specify whom to kill')
  let status = 0
  for (const target of targets) {
    const pid = Number(target)
    if (!Number.isInteger(pid)) {
      status = io.fail(`invalid number '${target}'`)
      continue
    }
    const isThere = io.ctx.processes.list().some(p => p.pid === pid)
    if (!isThere || (name !== '0' && !io.ctx.processes.kill(pid, name))) status = io.fail(io.style === 'gnu' ? `(${pid}): No such process` : `can't kill pid ${pid}: No such process`)
  }
  return status
}

/** pgrep, pkill, killall, pidof: processes by name. */
const byName: Command = io => {
  let signal = 'TERM'
  const options: string[] = []
  const names: string[] = []
  for (const arg of io.args) {
    if (/^-(\d+|[A-Z]+\d?)$/.test(arg)) signal = arg.slice(1)
    else if (arg.startsWith('-')) options.push(arg)
    else names.push(arg)
  }
  const own = io.ctx.pid
  let status = 0
  let found = 0
  for (const name of names) {
    const isExact = io.name === 'killall' || io.name === 'pidof' || options.includes('-x')
    const hits = io.ctx.processes.list().filter(p => p.pid !== own && p.state !== 'zombie').filter(p => {
      const text = options.includes('-f') ? p.argv.join(' ') : baseName(p.argv[0] ?? '')
      return isExact ? text === name : text.includes(name)
    })
    found += hits.length
    if (io.name === 'killall' && hits.length === 0) status = io.fail(io.style === 'gnu' ? `${name}: no process found`.replace(/^/, '') : `${name}: no process killed`)
    if (io.name === 'pgrep') for (const p of hits) io.out(`${p.pid}${options.includes('-l') || options.includes('-a') ? ` ${p.argv.join(' ')}` : ''}\n`)
    else if (io.name === 'pidof') { if (hits.length > 0) io.out(`${hits.map(p => p.pid).reverse().join(' ')}\n`) } else if (signal !== '0') for (const p of hits) io.ctx.processes.kill(p.pid, signalByName(signal) ?? 'TERM')
  }
  return found === 0 ? 1 : status
}

const pathCommand = (change: (path: string) => string): Command => io => {
  const options = parseOptions(io, 'as:z', { multiple: 'a', suffix: 's:' })
  if (options.rest.length === 0) return io.fail('missing operand')
  const suffix = options.value('s') ?? (io.name === 'basename' && !options.has('a') ? options.rest[1] : undefined)
  for (const path of options.has('a') || options.has('s') || io.name === 'dirname' ? options.rest : options.rest.slice(0, 1)) {
    const result = change(path)
    io.out(`${suffix !== undefined && result.endsWith(suffix) && result !== suffix ? result.slice(0, -suffix.length) : result}\n`)
  }
  return 0
}

const getent: Command = io => {
  const [database, key] = io.args
  if (database === 'hosts' || database === 'ahosts') {
    const found = io.ctx.sockets.lookup(key ?? '')
    if (found.kind !== 'found') return 2
    for (const ip of found.ips) io.out(`${ip.padEnd(15)} ${key}\n`)
    return 0
  }
  if (database !== 'passwd' && database !== 'group') return io.fail(`Unknown database: ${database}`)
  const lines = linesOf(io.ctx.files.read(`/etc/${database}`)).filter(line => key === undefined || line.split(':')[0] === key || line.split(':')[2] === key)
  io.out(lines.map(line => `${line}\n`).join(''))
  return lines.length === 0 ? 2 : 0
}

const tty: Command = io => {
  io.out(io.ctx.isTerminal(0) ? '/dev/pts/0\n' : 'not a tty\n')
  return io.ctx.isTerminal(0) ? 0 : 1
}

/** The size is the window's; every other setting is taken and does nothing. */
const stty: Command = io => {
  const size = io.ctx.terminalSize(0)
  if (size === undefined) return io.fail(io.style === 'gnu' ? "'standard input': Inappropriate ioctl for device" : 'standard input: Inappropriate ioctl for device')
  const [what] = io.args
  if (what === 'size') io.out(`${size.rows} ${size.columns}\n`)
  else if (what === undefined || what === '-a') io.out(`speed 38400 baud;${what === '-a' ? ` rows ${size.rows}; columns ${size.columns};` : ''} line = 0;\n`)
  return 0
}

const quietly = (status: number): Command => () => status

export const systemCommands: Readonly<Record<string, Command>> = {
  date, id, whoami, hostname, uname, ps, free, nproc, uptime, mount, df, du, which, printenv, kill, pgrep: byName, pkill: byName, killall: byName, pidof: byName, expr, getent, tty, stty,
  basename: pathCommand(path => (path === '/' ? '/' : baseName(path.replace(/(.)\/+$/, '$1')))),
  dirname: pathCommand(path => (path.includes('/') ? (path.startsWith('/') ? parent(absolute('/', path)) : path.replace(/\/+$/, '').replace(/\/?[^/]*$/, '') || '.') : '.')),
  arch: io => (io.out(`${io.ctx.facts.node.machine}\n`), 0),
  logname: io => (io.out(`${io.ctx.user.name}\n`), 0),
  groups: io => (io.out(`${[io.ctx.user.gid, ...io.ctx.user.groups].map(g => namesOf(io, '/etc/group').get(g) ?? g).join(' ')}\n`), 0),
  sync: quietly(0), true: quietly(0), false: quietly(1), clear: quietly(0), reset: quietly(0), sysctl: quietly(0), dmesg: quietly(0),
}
