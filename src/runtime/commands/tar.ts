/** tar: ustar archives on stdin and stdout, as `kubectl cp` uses it, and in files. */
import { gunzipSync, gzipSync } from 'node:zlib'
import { FileError } from '../files/file-system'
import { inside, parent } from '../files/paths'
import type { Command, CommandIO } from './command'
import { parseOptions } from './command'

const BLOCK = 512

interface Member {
  readonly name: string
  readonly type: 'file' | 'dir' | 'symlink'
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly mtimeMs: number
  readonly content: string
}

const octal = (n: number, width: number): string => `${Math.floor(n).toString(8).padStart(width - 1, '0')}\0`
const padded = (text: string, width: number): string => text.slice(0, width).padEnd(width, '\0')

function header({ name, type, mode, uid, gid, mtimeMs, content }: Member): string {
  const path = type === 'dir' ? `${name.replace(/\/$/, '')}/` : name
  if (path.length > 100) {
    // A long name goes before its member, as GNU tar writes it.
    const long = `${path}\0`
    return entry('././@LongLink', 'L', 0o644, 0, 0, 0, long.length, '') + long.padEnd(Math.ceil(long.length / BLOCK) * BLOCK, '\0') + entry(path.slice(0, 100), flag(type), mode, uid, gid, mtimeMs, type === 'file' ? content.length : 0, type === 'symlink' ? content : '')
  }
  return entry(path, flag(type), mode, uid, gid, mtimeMs, type === 'file' ? content.length : 0, type === 'symlink' ? content : '')
}

const flag = (type: Member['type']): string => (type === 'dir' ? '5' : type === 'symlink' ? '2' : '0')

function entry(name: string, type: string, mode: number, uid: number, gid: number, mtimeMs: number, size: number, link: string): string {
  const before = padded(name, 100) + octal(mode, 8) + octal(uid, 8) + octal(gid, 8) + octal(size, 12) + octal(mtimeMs / 1000, 12)
  const after = `${type}${padded(link, 100)}ustar  \0${padded('root', 32)}${padded('root', 32)}${'\0'.repeat(183)}`
  const blank = `${before}        ${after}`
  let sum = 0
  for (let i = 0; i < blank.length; i++) sum += blank.charCodeAt(i)
  return `${before}${sum.toString(8).padStart(6, '0')}\0 ${after}`
}

export function writeArchive(members: readonly Member[]): string {
  return `${members.map(m => header(m) + (m.type === 'file' ? m.content.padEnd(Math.ceil(m.content.length / BLOCK) * BLOCK, '\0') : '')).join('')}${'\0'.repeat(BLOCK * 2)}`
}

/** Undefined when the data is no archive. */
export function readArchive(data: string): Member[] | undefined {
  const out: Member[] = []
  let long: string | undefined
  for (let at = 0; at + BLOCK <= data.length; ) {
    const block = data.slice(at, at + BLOCK)
    if (/^\0*$/.test(block)) return out
    const text = (from: number, length: number): string => block.slice(from, from + length).replace(/\0[\s\S]*$/, '')
    const number = (from: number, length: number): number => parseInt(text(from, length).trim() || '0', 8)
    if (!block.slice(257, 262).startsWith('ustar')) return undefined
    const size = number(124, 12)
    const content = data.slice(at + BLOCK, at + BLOCK + size)
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK
    const kind = block[156]
    if (kind === 'L') {
      long = content.replace(/\0[\s\S]*$/, '')
      continue
    }
    if (kind === 'x' || kind === 'g') {
      long = /(?:^|\n)\d+ path=([^\n]*)\n/.exec(content)?.[1] ?? long
      continue
    }
    const prefix = block.slice(257, 263) === 'ustar\0' ? text(345, 155) : ''
    const name = long ?? (prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`)
    long = undefined
    const type = kind === '5' ? 'dir' : kind === '2' ? 'symlink' : 'file'
    out.push({ name: name.replace(/(.)\/+$/, '$1'), type, mode: number(100, 8) & 0o7777, uid: number(108, 8), gid: number(116, 8), mtimeMs: number(136, 12) * 1000, content: type === 'symlink' ? text(157, 100) : content })
  }
  return out.length > 0 || data === '' ? out : undefined
}

export const tar: Command = io => {
  // The letters may come without a dash, as a first word.
  const first = io.args[0] ?? ''
  const args = first !== '' && !first.startsWith('-') ? [`-${first}`, ...io.args.slice(1)] : io.args
  const options = parseOptions({ ...io, args }, 'cxtf:C:vmzpOhkXo', { create: 'c', extract: 'x', list: 't', file: 'f:', directory: 'C:', verbose: 'v', gzip: 'z', exclude: 'E:', 'no-same-owner': 'o', 'no-same-permissions': 'o', 'strip-components': 's:', touch: 'm' })
  const base = options.value('C') ?? '.'
  const archive = options.value('f') ?? '-'
  if (options.has('c')) return create(io, options.rest, base, archive, options.has('v'), options.has('z'), options.has('h'))
  if (!options.has('x') && !options.has('t')) return io.fail(io.style === 'gnu' ? "You must specify one of the '-Acdtrux', '--delete' or '--test-label' options\nTry 'tar --help' or 'tar --usage' for more information." : 'must specify one of -c -x -t', io.style === 'gnu' ? 2 : 1)
  let data: string
  try {
    data = archive === '-' ? io.stdin() : io.ctx.files.read(archive)
  } catch (e) {
    if (!(e instanceof FileError)) throw e
    return io.fail(io.style === 'gnu' ? `${archive}: Cannot open: ${e.message}` : `can't open '${archive}': ${e.message}`, io.style === 'gnu' ? 2 : 1)
  }
  if (options.has('z') || data.startsWith('\x1f\x8b')) data = gunzipSync(Buffer.from(data, 'latin1')).toString('latin1')
  const members = readArchive(data)
  if (members === undefined) return io.fail(io.style === 'gnu' ? 'This does not look like a tar archive\ntar: Exiting with failure status due to previous errors' : 'invalid tar magic', io.style === 'gnu' ? 2 : 1)
  const wanted = members.filter(m => options.rest.length === 0 || options.rest.some(name => m.name === name.replace(/\/$/, '') || m.name.startsWith(`${name.replace(/\/$/, '')}/`)))
  if (options.has('t')) {
    for (const m of wanted) io.out(`${m.name}${m.type === 'dir' ? '/' : ''}\n`)
    return 0
  }
  return extract(io, wanted, base, options.has('v'), options.has('O'), options.has('m'), Number(options.value('s') ?? 0))
}

function create(io: CommandIO, names: readonly string[], base: string, archive: string, verbose: boolean, gzip: boolean, follow: boolean): number {
  const members: Member[] = []
  const { files } = io.ctx
  let status = 0
  let stripped = false
  const add = (path: string, name: string): void => {
    const stat = follow ? files.stat(path) : files.lstat(path)
    const content = stat.type === 'file' ? files.read(path) : stat.type === 'symlink' ? files.readlink(path) : ''
    members.push({ name, type: stat.type as Member['type'], mode: stat.mode, uid: stat.uid, gid: stat.gid, mtimeMs: stat.mtimeMs, content })
    if (verbose) io.err(`${name}${stat.type === 'dir' ? '/' : ''}\n`)
    if (stat.type === 'dir') for (const child of files.list(path)) add(inside(path, child.name), inside(name, child.name))
  }
  for (const name of names) {
    try {
      if (name.startsWith('/') && !stripped) {
        stripped = true
        io.err(io.style === 'gnu' ? "tar: Removing leading `/' from member names\n" : "tar: removing leading '/' from member names\n")
      }
      add(name.startsWith('/') ? name : inside(base, name), name.replace(/^\/+/, '') || '.')
    } catch (e) {
      if (!(e instanceof FileError)) throw e
      status = io.style === 'gnu' ? 2 : 1
      io.err(io.style === 'gnu' ? `tar: ${name}: Cannot stat: ${e.message}\n` : `tar: ${name}: ${e.message}\n`)
    }
  }
  if (status !== 0) io.err(io.style === 'gnu' ? 'tar: Exiting with failure status due to previous errors\n' : 'tar: error exit delayed from previous errors\n')
  const plain = writeArchive(members)
  const data = gzip ? gzipSync(Buffer.from(plain, 'latin1')).toString('latin1') : plain
  if (archive === '-') io.out(data)
  else files.write(archive, data)
  return status
}

function extract(io: CommandIO, members: readonly Member[], base: string, verbose: boolean, toStdout: boolean, touch: boolean, strip: number): number {
  const { files } = io.ctx
  let status = 0
  const directory = (path: string): void => {
    if (path === '/' || path === '.' || files.exists(path)) return
    directory(parent(path))
    files.mkdir(path)
  }
  for (const m of members) {
    const name = m.name.replace(/^\/+/, '').split('/').slice(strip).join('/')
    if (name === '' || name.split('/').includes('..')) continue
    if (toStdout) {
      if (m.type === 'file') io.out(m.content)
      continue
    }
    if (verbose) io.out(`${name}\n`)
    const path = base === '.' ? `${io.ctx.cwd === '/' ? '' : io.ctx.cwd}/${name}` : inside(base, name)
    try {
      if (!files.exists(base)) throw new FileError('ENOENT', base)
      directory(parent(path))
      if (m.type === 'dir') {
        if (!files.exists(path)) files.mkdir(path, m.mode)
        continue
      }
      if (m.type === 'symlink') {
        if (files.exists(path)) files.unlink(path)
        files.symlink(m.content, path)
        continue
      }
      files.write(path, m.content)
      files.chmod(path, m.mode)
      if (!touch) files.utimes(path, m.mtimeMs)
    } catch (e) {
      if (!(e instanceof FileError)) throw e
      status = io.style === 'gnu' ? 2 : 1
      io.err(io.style === 'gnu' ? `tar: ${name}: Cannot open: ${e.message}\n` : e.path === base ? `tar: can't change directory to '${base}': ${e.message}\n` : `tar: can't open '${name}': ${e.message}\n`)
      if (io.style === 'busybox') return status
    }
  }
  if (status !== 0) io.err('tar: Exiting with failure status due to previous errors\n')
  return status
}

const zip = (direction: 'gzip' | 'gunzip'): Command => io => {
  const options = parseOptions(io, 'cdfk123456789tvn', { stdout: 'c', decompress: 'd', keep: 'k', force: 'f' })
  const unpack = direction === 'gunzip' || options.has('d')
  const change = (data: string): string => (unpack ? gunzipSync(Buffer.from(data, 'latin1')) : gzipSync(Buffer.from(data, 'latin1'))).toString('latin1')
  const toStdout = options.has('c') || io.name === 'zcat'
  try {
    if (options.rest.length === 0) io.out(change(io.stdin()))
    for (const file of options.rest) {
      const out = change(io.ctx.files.read(file))
      if (toStdout) io.out(out)
      else {
        io.ctx.files.write(unpack ? file.replace(/\.gz$/, '') : `${file}.gz`, out)
        if (!options.has('k')) io.ctx.files.unlink(file)
      }
    }
    return 0
  } catch (e) {
    if (e instanceof FileError) return io.fail(`${e.path}: ${e.message}`)
    if (e instanceof Error && 'code' in e && String(e.code).startsWith('Z_')) return io.fail(io.style === 'gnu' ? 'stdin: not in gzip format' : 'invalid magic')
    throw e
  }
}

export const archiveCommands: Readonly<Record<string, Command>> = { tar, gzip: zip('gzip'), gunzip: zip('gunzip'), zcat: zip('gunzip') }
