/** ls, stat, find's printing of entries: how files look. */
import { FileError } from '../files/file-system'
import { inside } from '../files/paths'
import type { FileStat } from '../storage'
import type { Command, CommandIO } from './command'
import { parseOptions } from './command'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const HALF_YEAR_MS = 15_778_476_000

/** `drwxr-xr-x` */
export function modeText(stat: FileStat, isDevice = false): string {
  const type = isDevice ? 'c' : stat.type === 'dir' ? 'd' : stat.type === 'symlink' ? 'l' : '-'
  const bits = [...'rwxrwxrwx'].map((letter, i) => (stat.mode & (0o400 >> i) ? letter : '-'))
  if (stat.mode & 0o4000) bits[2] = bits[2] === 'x' ? 's' : 'S'
  if (stat.mode & 0o2000) bits[5] = bits[5] === 'x' ? 's' : 'S'
  if (stat.mode & 0o1000) bits[8] = bits[8] === 'x' ? 't' : 'T'
  return type + bits.join('')
}

export function namesOf(io: Pick<CommandIO, 'ctx'>, file: '/etc/passwd' | '/etc/group'): Map<number, string> {
  const out = new Map<number, string>()
  try {
    for (const line of io.ctx.files.read(file).split('\n')) {
      const [name, , id] = line.split(':')
      if (name && id !== undefined && !out.has(Number(id))) out.set(Number(id), name)
    }
  } catch (e) {
    if (!(e instanceof FileError)) throw e
  }
  return out
}

/** `1.5K`, `12M` */
export function humanSize(bytes: number, unit = 1024): string {
  const units = ['', 'K', 'M', 'G', 'T']
  let value = bytes
  let i = 0
  while (value >= unit && i < units.length - 1) {
    value /= unit
    i++
  }
  return i === 0 ? String(bytes) : `${value < 10 ? (Math.ceil(value * 10) / 10).toFixed(1) : Math.ceil(value)}${units[i]}`
}

interface Listed {
  readonly name: string
  readonly path: string
  readonly stat: FileStat
}

export const ls: Command = io => {
  const options = parseOptions(io, 'aAlh1dRrtSinFpLcugosCxHXqZ:w:T:', { all: 'a', 'almost-all': 'A', 'human-readable': 'h', directory: 'd', recursive: 'R', reverse: 'r', color: 'Z:', 'full-time': 'e' })
  const { files } = io.ctx
  const operands = options.rest.length === 0 ? ['.'] : options.rest
  let status = 0
  const plain: Listed[] = []
  const directories: Listed[] = []
  for (const path of operands) {
    try {
      const link = files.lstat(path)
      const follows = link.type === 'symlink' && !options.has('d') && (!options.has('l') || path.endsWith('/'))
      const stat = follows && files.exists(path) ? files.stat(path) : link
      ;(stat.type === 'dir' && !options.has('d') ? directories : plain).push({ name: path, path, stat })
    } catch (e) {
      if (!(e instanceof FileError)) throw e
      io.err(`${io.name}: ${io.style === 'gnu' ? `cannot access '${path}'` : path}: ${e.message}\n`)
      status = io.style === 'gnu' ? 2 : 1
    }
  }
  const order = (entries: Listed[]): Listed[] => {
    const sorted = entries.sort((a, b) =>
      options.has('t') ? b.stat.mtimeMs - a.stat.mtimeMs || compare(a.name, b.name) : options.has('S') ? sizeOf(io, b) - sizeOf(io, a) || compare(a.name, b.name) : compare(a.name, b.name))
    return options.has('r') ? sorted.reverse() : sorted
  }
  let isFirst = true
  if (plain.length > 0) {
    print(io, order(plain), options.has.bind(options), false)
    isFirst = false
  }
  const named = operands.length > 1 || options.has('R')
  const show = (directory: Listed): void => {
    let entries: Listed[]
    try {
      entries = files.list(directory.path).map(({ name, stat }) => ({ name, path: inside(directory.path, name), stat }))
    } catch (e) {
      if (!(e instanceof FileError)) throw e
      io.err(`${io.name}: ${io.style === 'gnu' ? `cannot open directory '${directory.name}'` : `can't open '${directory.name}'`}: ${e.message}\n`)
      status = io.style === 'gnu' ? 2 : 1
      return
    }
    if (!isFirst) io.out('\n')
    isFirst = false
    if (named) io.out(`${directory.name}:\n`)
    const all = options.has('a')
    const shown = entries.filter(entry => all || options.has('A') || !entry.name.startsWith('.'))
    const dots: Listed[] = all ? ['.', '..'].map(name => ({ name, path: inside(directory.path, name), stat: files.stat(inside(directory.path, name)) })) : []
    print(io, options.has('r') ? [...order(shown), ...dots.reverse()] : [...dots, ...order(shown)], options.has.bind(options), true)
    if (options.has('R')) for (const entry of order(shown)) if (entry.stat.type === 'dir') show({ ...entry, name: inside(directory.name, entry.name), path: inside(directory.path, entry.name) })
  }
  for (const directory of order(directories)) show(directory)
  return status
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Generated files have no stored size; a directory takes a block. */
function sizeOf(io: Pick<CommandIO, 'ctx'>, { path, stat }: Listed): number {
  if (stat.type === 'dir') return 4096
  if (stat.size > 0 || stat.type !== 'file' || path.startsWith('/proc/') || path.startsWith('/sys/')) return stat.size
  try {
    return io.ctx.files.read(path).length
  } catch (e) {
    if (e instanceof FileError) return 0
    throw e
  }
}

function print(io: CommandIO, entries: readonly Listed[], has: (letter: string) => boolean, isDirectory: boolean): void {
  const suffix = ({ stat }: Listed): string => (has('F') ? (stat.type === 'dir' ? '/' : stat.type === 'symlink' ? '@' : stat.mode & 0o111 ? '*' : '') : has('p') && stat.type === 'dir' ? '/' : '')
  const label = (entry: Listed): string => `${has('i') ? `${inode(entry.path)} ` : ''}${entry.name}${suffix(entry)}`
  if (!has('l') && !has('n') && !has('g') && !has('o')) {
    if (io.ctx.isTerminal(1) && !has('1')) io.out(columns(entries.map(label), Number(io.ctx.env.COLUMNS ?? io.ctx.terminalSize(1)?.columns ?? 80)))
    else for (const entry of entries) io.out(`${label(entry)}\n`)
    return
  }
  if (isDirectory) io.out(`total ${entries.reduce((sum, entry) => sum + blocks(sizeOf(io, entry), entry.stat), 0)}\n`)
  const users = has('n') ? new Map<number, string>() : namesOf(io, '/etc/passwd')
  const groups = has('n') ? new Map<number, string>() : namesOf(io, '/etc/group')
  const rows = entries.map(entry => ({
    entry, mode: modeText(entry.stat), links: entry.stat.type === 'dir' ? 2 : 1, user: users.get(entry.stat.uid) ?? String(entry.stat.uid), group: groups.get(entry.stat.gid) ?? String(entry.stat.gid), size: has('h') ? humanSize(sizeOf(io, entry)) : String(sizeOf(io, entry)),
  }))
  const width = (key: 'links' | 'user' | 'group' | 'size'): number => Math.max(...rows.map(row => String(row[key]).length))
  for (const row of rows) {
    const target = row.entry.stat.type === 'symlink' ? ` -> ${io.ctx.files.readlink(row.entry.path)}` : ''
    const when = timeText(row.entry.stat.mtimeMs, io.ctx.now())
    if (io.style === 'gnu') io.out(`${row.mode} ${String(row.links).padStart(width('links'))} ${row.user.padEnd(width('user'))} ${row.group.padEnd(width('group'))} ${row.size.padStart(width('size'))} ${when} ${label(row.entry)}${target}\n`)
    else io.out(`${row.mode} ${String(row.links).padStart(4)} ${row.user.padEnd(8)} ${row.group.padEnd(8)} ${row.size.padStart(9)} ${when} ${label(row.entry)}${target}\n`)
  }
}

const blocks = (size: number, stat: FileStat): number => (stat.type === 'symlink' ? 0 : Math.ceil(size / 4096) * 4)

/** `Nov 21 07:45`, or with the year when it is long ago. */
export function timeText(ms: number, now: number): string {
  const date = new Date(Math.floor(ms))
  const day = `${MONTHS[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)}`
  const isRecent = now - ms < HALF_YEAR_MS && ms <= now + 3_600_000
  return isRecent ? `${day} ${String(date.getUTCHours()).padStart(2, '0')}:${String(date.getUTCMinutes()).padStart(2, '0')}` : `${day}  ${date.getUTCFullYear()}`
}

/** A number that stays the same for a path. */
export function inode(path: string): number {
  let h = 7
  for (let i = 0; i < path.length; i++) h = (Math.imul(h, 31) + path.charCodeAt(i)) >>> 0
  return 1_000_000 + (h % 9_000_000)
}

function columns(names: readonly string[], width: number): string {
  if (names.length === 0) return ''
  const longest = Math.max(...names.map(name => name.length)) + 2
  const perRow = Math.max(1, Math.floor(width / longest))
  const rows = Math.ceil(names.length / perRow)
  let out = ''
  for (let row = 0; row < rows; row++) {
    const cells = Array.from({ length: perRow }, (_, column) => names[column * rows + row]).filter(cell => cell !== undefined)
    out += `${cells.map((cell, i) => (i === cells.length - 1 ? cell : cell.padEnd(longest))).join('')}\n`
  }
  return out
}

export const stat: Command = io => {
  const options = parseOptions(io, 'Lc:tf', { format: 'c:', dereference: 'L', terse: 't', printf: 'p:' })
  if (options.rest.length === 0) return io.fail(io.style === 'gnu' ? 'missing operand' : 'missing operand')
  let status = 0
  for (const path of options.rest) {
    try {
      const found = options.has('L') ? io.ctx.files.stat(path) : io.ctx.files.lstat(path)
      const size = found.type === 'dir' ? 4096 : sizeOf(io, { name: path, path, stat: found })
      const format = options.value('c')
      io.out(format === undefined ? statText(io, path, found, size) : `${statFormat(io, format, path, found, size)}\n`)
    } catch (e) {
      if (!(e instanceof FileError)) throw e
      status = io.fail(io.style === 'gnu' ? `cannot statx '${path}': ${e.message}` : `can't stat '${path}': ${e.message}`)
    }
  }
  return status
}

const kind = (found: FileStat, size: number): string => (found.type === 'dir' ? 'directory' : found.type === 'symlink' ? 'symbolic link' : size === 0 ? 'regular empty file' : 'regular file')

/** `2026-11-21 07:45:55.000000000 +0000` */
const fullTime = (ms: number): string => `${new Date(Math.floor(ms)).toISOString().slice(0, 23).replace('T', ' ')}000000 +0000`

function statFormat(io: CommandIO, format: string, path: string, found: FileStat, size: number): string {
  const user = namesOf(io, '/etc/passwd').get(found.uid) ?? String(found.uid)
  const group = namesOf(io, '/etc/group').get(found.gid) ?? String(found.gid)
  return format.replace(/%([a-zA-Z%])/g, (whole, letter: string) => {
    switch (letter) {
      case 'a': return (found.mode & 0o7777).toString(8)
      case 'A': return modeText(found)
      case 'n': return path
      case 'N': return found.type === 'symlink' ? `'${path}' -> '${io.ctx.files.readlink(path)}'` : io.style === 'gnu' ? path : `${path}`
      case 's': return String(size)
      case 'F': return kind(found, size)
      case 'u': return String(found.uid)
      case 'g': return String(found.gid)
      case 'U': return user
      case 'G': return group
      case 'i': return String(inode(path))
      case 'h': return found.type === 'dir' ? '2' : '1'
      case 'f': return ((found.type === 'dir' ? 0o40000 : found.type === 'symlink' ? 0o120000 : 0o100000) | found.mode).toString(16)
      case 'b': return String(blocks(size, found) * 2)
      case 'B': return '512'
      case 'o': return '4096'
      case 'm': return '/'
      case 'X': case 'Y': case 'Z': return String(Math.floor(found.mtimeMs / 1000))
      case 'x': case 'y': case 'z': return fullTime(found.mtimeMs)
      case '%': return '%'
      default: return whole
    }
  })
}

function statText(io: CommandIO, path: string, found: FileStat, size: number): string {
  const user = namesOf(io, '/etc/passwd').get(found.uid) ?? 'UNKNOWN'
  const group = namesOf(io, '/etc/group').get(found.gid) ?? 'UNKNOWN'
  const label = found.type === 'symlink' ? `${io.style === 'gnu' ? path : `'${path}'`} -> ${io.style === 'gnu' ? io.ctx.files.readlink(path) : `'${io.ctx.files.readlink(path)}'`}` : path
  const owner = `Uid: (${String(found.uid).padStart(5)}/${user.padStart(8)})   Gid: (${String(found.gid).padStart(5)}/${group.padStart(8)})`
  const time = fullTime(found.mtimeMs)
  return `  File: ${label}\n  Size: ${String(size).padEnd(10)}\tBlocks: ${String(blocks(size, found) * 2).padEnd(10)} IO Block: 4096   ${kind(found, size)}\nDevice: ${io.style === 'gnu' ? '0,45' : '2dh/45d'}\tInode: ${String(inode(path)).padEnd(11)} Links: ${found.type === 'dir' ? 2 : 1}\nAccess: (${(found.mode & 0o7777).toString(8).padStart(4, '0')}/${modeText(found)})  ${owner}\nAccess: ${time}\nModify: ${time}\nChange: ${time}\n${io.style === 'gnu' ? ' Birth: -\n' : ''}`
}

