/** Commands that change files: mkdir, rm, cp, mv, ln, touch, chmod, chown … */
import { FileError } from '../files/file-system'
import { absolute, baseName, inside, parent } from '../files/paths'
import type { Command, CommandIO } from './command'
import { linesOf, parseOptions } from './command'

/** Does something for each operand; a FileError becomes a message and status 1. */
function forEach(io: CommandIO, operands: readonly string[], act: (path: string) => void, message: (path: string, reason: string) => string): number {
  let status = 0
  for (const path of operands) {
    try {
      act(path)
    } catch (e) {
      if (!(e instanceof FileError)) throw e
      status = io.fail(message(path, e.message))
    }
  }
  return status
}

const missing = (io: CommandIO): number => (io.style === 'gnu' ? (io.err(`${io.name}: missing operand\nTry '${io.name} --help' for more information.\n`), 1) : io.fail('missing operand'))

export const mkdir: Command = io => {
  const options = parseOptions(io, 'pm:v', { parents: 'p', mode: 'm:', verbose: 'v' })
  const { files } = io.ctx
  if (options.rest.length === 0) return missing(io)
  const mode = options.value('m') === undefined ? undefined : parseInt(options.value('m') as string, 8)
  return forEach(io, options.rest, path => {
    if (!options.has('p')) return files.mkdir(path, mode)
    let made = path.startsWith('/') ? '/' : io.ctx.cwd
    const parts = path.split('/').filter(part => part !== '')
    for (const part of parts) {
      made = absolute(made, part)
      if (!files.exists(made)) files.mkdir(made)
      else if (files.stat(made).type !== 'dir') throw new FileError(made === absolute(io.ctx.cwd, path) ? 'EEXIST' : 'ENOTDIR', made)
    }
    if (mode !== undefined) files.chmod(path, mode)
  }, (path, reason) => (io.style === 'gnu' ? `cannot create directory '${path}': ${reason}` : `can't create directory '${path}': ${reason}`))
}

export const rmdir: Command = io => {
  const options = parseOptions(io, 'p', { parents: 'p', 'ignore-fail-on-non-empty': 'i' })
  return forEach(io, options.rest, path => io.ctx.files.rmdir(path), (path, reason) => (io.style === 'gnu' ? `failed to remove '${path}': ${reason}` : `'${path}': ${reason}`))
}

export const rm: Command = io => {
  const options = parseOptions(io, 'rRfiv', { recursive: 'r', force: 'f', verbose: 'v' })
  const { files } = io.ctx
  if (options.rest.length === 0) return options.has('f') ? 0 : missing(io)
  const recursive = options.has('r') || options.has('R')
  let status = 0
  const remove = (path: string): void => {
    try {
      if (files.lstat(path).type !== 'dir') files.unlink(path)
      else if (!recursive) {
        status = io.fail(io.style === 'gnu' ? `cannot remove '${path}': Is a directory` : `'${path}' is a directory`)
        return
      } else {
        for (const { name } of files.list(path)) remove(inside(path, name))
        files.rmdir(path)
      }
      if (options.has('v')) io.out(`removed '${path}'\n`)
    } catch (e) {
      if (!(e instanceof FileError)) throw e
      if (options.has('f') && e.code === 'ENOENT') return
      status = io.fail(io.style === 'gnu' ? `cannot remove '${path}': ${e.message}` : `can't remove '${path}': ${e.message}`)
    }
  }
  for (const path of options.rest) {
    if (/(^|\/)\.\.?$/.test(path)) {
      status = io.fail(io.style === 'gnu' ? `refusing to remove '.' or '..' directory: skipping '${path}'` : `can't remove '.' or '..'`)
      continue
    }
    remove(path)
  }
  return status
}

export const touch: Command = io => {
  const options = parseOptions(io, 'camht:d:r:', { 'no-create': 'c', date: 'd:', reference: 'r:' })
  const { files } = io.ctx
  if (options.rest.length === 0) return io.style === 'gnu' ? (io.err("touch: missing file operand\nTry 'touch --help' for more information.\n"), 1) : missing(io)
  const given = options.value('d')
  const reference = options.value('r')
  const time = reference !== undefined ? files.stat(reference).mtimeMs : given === undefined ? io.ctx.now() : given.startsWith('@') ? Number(given.slice(1)) * 1000 : Date.parse(`${given.replace(' ', 'T')}Z`)
  return forEach(io, options.rest, path => {
    if (files.exists(path)) files.utimes(path, time)
    else if (!options.has('c')) {
      files.write(path, '')
      if (given !== undefined || reference !== undefined) files.utimes(path, time)
    }
  }, (path, reason) => (io.style === 'gnu' ? `cannot touch '${path}': ${reason}` : `${path}: ${reason}`))
}

export const ln: Command = io => {
  const options = parseOptions(io, 'sfnvbT', { symbolic: 's', force: 'f', 'no-dereference': 'n' })
  const { files } = io.ctx
  const operands = options.rest
  if (operands.length === 0) return missing(io)
  const last = operands.length === 1 ? baseName(operands[0] as string) : (operands.at(-1) as string)
  const targets = operands.length === 1 ? operands : operands.slice(0, -1)
  const intoDirectory = files.exists(last) && files.stat(last).type === 'dir' && !(options.has('n') && files.lstat(last).type === 'symlink')
  return forEach(io, targets, target => {
    const path = intoDirectory ? inside(last, baseName(target)) : last
    if (options.has('f')) {
      try {
        files.unlink(path)
      } catch (e) {
        if (!(e instanceof FileError) || e.code !== 'ENOENT') throw e
      }
    }
    if (options.has('s')) files.symlink(target, path)
    else {
      // Hard links are copies here: nothing seen depends on a shared inode.
      const content = files.read(target)
      if (files.exists(path)) throw new FileError('EEXIST', path)
      files.write(path, content)
      files.chmod(path, files.stat(target).mode)
    }
  }, (target, reason) => {
    const path = intoDirectory ? inside(last, baseName(target)) : last
    return io.style === 'gnu' ? `failed to create ${options.has('s') ? 'symbolic' : 'hard'} link '${path}': ${reason}` : `${path}: ${reason}`
  })
}

/** Copies one entry; directories with everything in them. */
function copy(io: CommandIO, from: string, to: string, keep: boolean, follow: boolean): void {
  const { files } = io.ctx
  const stat = follow ? files.stat(from) : files.lstat(from)
  if (stat.type === 'symlink') {
    if (files.exists(to)) files.unlink(to)
    return files.symlink(files.readlink(from), to)
  }
  if (stat.type === 'dir') {
    if (!files.exists(to)) files.mkdir(to, stat.mode)
    for (const { name } of files.list(from)) copy(io, inside(from, name), inside(to, name), keep, follow)
  } else {
    const isNew = !files.exists(to)
    files.write(to, files.read(from))
    if (isNew || keep) files.chmod(to, keep ? stat.mode : stat.mode & ~io.ctx.umask)
  }
  if (!keep) return
  files.utimes(to, stat.mtimeMs)
  if (io.ctx.user.uid === 0) files.chown(to, stat.uid, stat.gid)
}

/** The last operand, and whether the others go into it. */
function destination(io: CommandIO, operands: readonly string[], asFile: boolean): { last: string; isDirectory: boolean } | number {
  if (operands.length === 0) return io.style === 'gnu' ? (io.err(`${io.name}: missing file operand\nTry '${io.name} --help' for more information.\n`), 1) : missing(io)
  if (operands.length === 1) return io.style === 'gnu' ? (io.err(`${io.name}: missing destination file operand after '${operands[0]}'\nTry '${io.name} --help' for more information.\n`), 1) : missing(io)
  const last = operands.at(-1) as string
  const isDirectory = !asFile && io.ctx.files.exists(last) && io.ctx.files.stat(last).type === 'dir'
  if (operands.length > 2 && !isDirectory) return io.fail(io.style === 'gnu' ? `target '${last}': ${io.ctx.files.exists(last) ? 'Not a directory' : 'No such file or directory'}` : `target '${last}' is not a directory`)
  return { last, isDirectory }
}

export const cp: Command = io => {
  const options = parseOptions(io, 'rRafpdLPHvinuTt:', { recursive: 'r', archive: 'a', force: 'f', preserve: 'p', verbose: 'v', 'target-directory': 't:', 'no-target-directory': 'T' })
  const into = options.value('t')
  const operands = into === undefined ? options.rest : [...options.rest, into]
  const target = destination(io, operands, options.has('T'))
  if (typeof target === 'number') return target
  const recursive = options.has('r') || options.has('R') || options.has('a')
  const keep = options.has('p') || options.has('a')
  const { files } = io.ctx
  let failing = ''
  let status = 0
  for (const from of operands.slice(0, -1)) {
    const to = target.isDirectory ? inside(target.last, baseName(from.replace(/(.)\/+$/, '$1'))) : target.last
    failing = from
    try {
      if (files.stat(from).type === 'dir' && !recursive) {
        status = io.fail(io.style === 'gnu' ? `-r not specified; omitting directory '${from}'` : `omitting directory '${from}'`)
        continue
      }
      if (options.has('n') && files.exists(to)) continue
      const contentsOnly = /(^|\/)\.$/.test(from) && target.isDirectory
      failing = to
      copy(io, from, contentsOnly ? target.last : to, keep, !(options.has('a') || options.has('d') || options.has('P') || (recursive && !options.has('L'))))
    } catch (e) {
      if (!(e instanceof FileError)) throw e
      status = failing === from
        ? io.fail(io.style === 'gnu' ? `cannot stat '${from}': ${e.message}` : `can't stat '${from}': ${e.message}`)
        : io.fail(io.style === 'gnu' ? `cannot create regular file '${to}': ${e.message}` : `can't create '${to}': ${e.message}`)
    }
  }
  return status
}

export const mv: Command = io => {
  const options = parseOptions(io, 'finvuTt:', { force: 'f', verbose: 'v', 'no-clobber': 'n', 'target-directory': 't:' })
  const into = options.value('t')
  const operands = into === undefined ? options.rest : [...options.rest, into]
  const target = destination(io, operands, options.has('T'))
  if (typeof target === 'number') return target
  const { files } = io.ctx
  return forEach(io, operands.slice(0, -1), from => {
    const to = target.isDirectory ? inside(target.last, baseName(from.replace(/(.)\/+$/, '$1'))) : target.last
    if (options.has('n') && files.exists(to)) return
    try {
      files.rename(from, to)
    } catch (e) {
      if (!(e instanceof FileError) || e.code !== 'EXDEV') throw e
      // Between volumes a move is a copy and a removal.
      copy(io, from, to, true, false)
      removeTree(io, from)
    }
  }, (from, reason) => (io.style === 'gnu' ? `cannot stat '${from}': ${reason}` : `can't rename '${from}': ${reason}`))
}

function removeTree(io: CommandIO, path: string): void {
  const { files } = io.ctx
  if (files.lstat(path).type !== 'dir') return files.unlink(path)
  for (const { name } of files.list(path)) removeTree(io, inside(path, name))
  files.rmdir(path)
}

/** The mode that `u+x,go-w` or `755` makes of another. */
export function changedMode(spec: string, old: number, isDirectory: boolean): number | undefined {
  if (/^[0-7]{1,4}$/.test(spec)) return parseInt(spec, 8)
  let mode = old
  for (const clause of spec.split(',')) {
    const m = /^([ugoa]*)([-+=])([rwxXst]*)$/.exec(clause)
    if (m === null) return undefined
    const who = m[1] === '' || m[1]?.includes('a') ? 'ugo' : (m[1] as string)
    let bits = 0
    for (const letter of m[3] as string) {
      const bit = letter === 'r' ? 4 : letter === 'w' ? 2 : letter === 'x' || (letter === 'X' && (isDirectory || mode & 0o111)) ? 1 : 0
      for (const [person, shift] of [['u', 6], ['g', 3], ['o', 0]] as const) if (who.includes(person)) bits |= bit << shift
      if (letter === 't') bits |= 0o1000
      if (letter === 's') bits |= (who.includes('u') ? 0o4000 : 0) | (who.includes('g') ? 0o2000 : 0)
    }
    const mask = (who.includes('u') ? 0o700 : 0) | (who.includes('g') ? 0o070 : 0) | (who.includes('o') ? 0o007 : 0)
    mode = m[2] === '+' ? mode | bits : m[2] === '-' ? mode & ~bits : (mode & ~mask) | bits
  }
  return mode
}

function walk(io: CommandIO, path: string, recursive: boolean, act: (path: string) => void): void {
  act(path)
  if (!recursive || io.ctx.files.lstat(path).type !== 'dir') return
  for (const { name } of io.ctx.files.list(path)) walk(io, inside(path, name), true, act)
}

export const chmod: Command = io => {
  // `chmod -x file`: the mode looks like an option.
  const args = io.args.filter(arg => !/^-[RvcfH]+$/.test(arg) && arg !== '--')
  const recursive = io.args.some(arg => /^-[vcf]*R/.test(arg))
  const [spec, ...paths] = args
  if (spec === undefined || paths.length === 0) return missing(io)
  if (changedMode(spec, 0, false) === undefined) return io.fail(io.style === 'gnu' ? `invalid mode: '${spec}'\nTry 'chmod --help' for more information.` : `invalid mode '${spec}'`)
  const { files } = io.ctx
  return forEach(io, paths, path => walk(io, path, recursive, p => {
    const found = files.stat(p)
    files.chmod(p, changedMode(spec, found.mode, found.type === 'dir') as number)
  }), (path, reason) => (io.style === 'gnu' ? `cannot access '${path}': ${reason}` : `${path}: ${reason}`))
}

export const chown: Command = io => {
  const options = parseOptions(io, 'RhvcfLHP', { recursive: 'R' })
  const [spec, ...paths] = options.rest
  if (spec === undefined || paths.length === 0) return missing(io)
  const isGroup = io.name === 'chgrp'
  const [userText, groupText] = isGroup ? ['', spec] : spec.split(/[:.]/)
  const idOf = (text: string | undefined, file: '/etc/passwd' | '/etc/group'): number | undefined => {
    if (text === undefined || text === '') return undefined
    if (/^\d+$/.test(text)) return Number(text)
    const line = linesOf(io.ctx.files.read(file)).find(l => l.startsWith(`${text}:`))
    return line === undefined ? NaN : Number(line.split(':')[2])
  }
  const uid = idOf(userText, '/etc/passwd')
  const gid = idOf(groupText, '/etc/group')
  if (Number.isNaN(uid)) return io.fail(io.style === 'gnu' ? `invalid user: '${spec}'` : `unknown user ${userText}`)
  if (Number.isNaN(gid)) return io.fail(io.style === 'gnu' ? `invalid group: '${spec}'` : `unknown group ${groupText}`)
  const { files } = io.ctx
  return forEach(io, paths, path => walk(io, path, options.has('R'), p => {
    const found = files.lstat(p)
    if (found.type === 'symlink') return
    files.chown(p, uid ?? found.uid, gid ?? found.gid)
  }), (path, reason) => (io.style === 'gnu' ? `cannot access '${path}': ${reason}` : `${path}: ${reason}`))
}

export const mktemp: Command = io => {
  const options = parseOptions(io, 'dp:tuq', { directory: 'd', tmpdir: 'p:' })
  const template = options.rest[0] ?? 'tmp.XXXXXX'
  const base = template.includes('/') || (options.rest[0] !== undefined && !options.has('p') && !options.has('t')) ? template : inside(options.value('p') ?? io.ctx.env.TMPDIR ?? '/tmp', template)
  const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
  if (!/X{3,}$/.test(base)) return io.fail(io.style === 'gnu' ? `too few X's in template '${template}'` : `${template}: Invalid argument`)
  const path = base.replace(/X+$/, xs => [...xs].map(() => letters[Math.floor(io.ctx.random() * letters.length)]).join(''))
  if (options.has('d')) io.ctx.files.mkdir(path, 0o700)
  else {
    io.ctx.files.write(path, '')
    io.ctx.files.chmod(path, 0o600)
  }
  io.out(`${path}\n`)
  return 0
}

export const truncate: Command = io => {
  const options = parseOptions(io, 's:c', { size: 's:' })
  const m = /^([-+]?)(\d+)([KMGkmg]?)/.exec(options.value('s') ?? '0')
  const size = Number(m?.[2] ?? 0) * ({ k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[(m?.[3] ?? '').toLowerCase()] ?? 1)
  return forEach(io, options.rest, path => {
    const old = io.ctx.files.exists(path) ? io.ctx.files.read(path) : ''
    const wanted = m?.[1] === '+' ? old.length + size : m?.[1] === '-' ? Math.max(0, old.length - size) : size
    io.ctx.files.write(path, old.slice(0, wanted).padEnd(wanted, '\0'))
  }, (path, reason) => `${path}: ${reason}`)
}

export const readlink: Command = io => {
  const options = parseOptions(io, 'fenmvsz', { canonicalize: 'f' })
  let status = 0
  for (const path of options.rest) {
    try {
      const { files } = io.ctx
      const canonical = options.has('f') || options.has('e') || options.has('m')
      const target = !canonical ? files.readlink(path) : files.exists(path) ? files.realpath(path) : inside(files.realpath(parent(absolute(io.ctx.cwd, path))), baseName(path))
      io.out(options.has('n') ? target : `${target}\n`)
    } catch (e) {
      if (!(e instanceof FileError)) throw e
      status = 1
    }
  }
  return status
}

export const realpath: Command = io =>
  forEach(io, parseOptions(io, 'esmq').rest, path => io.out(`${io.ctx.files.realpath(path)}\n`), (path, reason) => `${path}: ${reason}`)
