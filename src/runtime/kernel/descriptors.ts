/** Open file descriptions: opening, reading, writing, counting references. */
import { FileError } from '../files/file-system'
import type { OpenMode } from '../program'
import type { LogStream } from '../storage'
import type { KernelAccess as Kernel } from './access'
import { leadOn } from './ingress'
import type { Description, DescriptionOf, EndRef, ProcessState, SocketEnd } from './state'

/** A writer waits when a pipe or socket holds so much. */
export const PIPE_CAPACITY = 65536
const RANDOM_CHUNK = 4096

export function newDescription(kernel: Kernel, description: Description): number {
  const id = kernel.state.nextDescription++
  kernel.state.descriptions[id] = description
  return id
}

export function lowestFree(proc: ProcessState, minimum: number): number {
  let fd = minimum
  while (proc.fds[fd] !== undefined) fd++
  return fd
}

export function descriptionAt(kernel: Kernel, proc: ProcessState, fd: number): Description | undefined {
  const id = proc.fds[fd]
  return id === undefined ? undefined : kernel.state.descriptions[id]
}

/** Opens a path; special files first. Throws FileError. */
export function open(kernel: Kernel, proc: ProcessState, path: string, mode: OpenMode, minimum: number): number {
  const files = kernel.filesOf(proc)
  let real = path
  try {
    real = files.realpath(path)
  } catch (e) {
    if (!(e instanceof FileError) || e.code !== 'ENOENT' || mode === 'read') {
      const direct = descriptorPath(path)
      if (direct === undefined) throw e
      real = path
    }
  }
  const shared = descriptorPath(real) ?? descriptorPath(path)
  const attach = (id: number): number => {
    const fd = lowestFree(proc, minimum)
    proc.fds[fd] = id
    return fd
  }
  if (shared !== undefined) {
    const owner = shared.pid === 'self' ? proc : kernel.process(Number(shared.pid))
    const id = owner?.fds[shared.fd]
    if (id === undefined) throw new FileError(shared.pid === 'self' ? 'ENXIO' : 'ENOENT', path)
    const description = kernel.state.descriptions[id] as Description
    description.refs++
    return attach(id)
  }
  const device = DEVICES[real]
  if (device !== undefined) return attach(newDescription(kernel, { k: device, refs: 1 } as Description))
  if (real === '/dev/tty') {
    const own = Object.values(proc.fds).find(id => kernel.state.descriptions[id]?.k === 'tty')
    if (own === undefined) throw new FileError('ENXIO', path)
    ;(kernel.state.descriptions[own] as Description).refs++
    return attach(own)
  }
  const isThere = files.exists(path)
  if (isThere && files.stat(path).type === 'dir' && mode !== 'read') throw new FileError('EISDIR', path)
  if (mode === 'read') {
    if (!isThere) throw new FileError('ENOENT', path)
    if (files.stat(path).type !== 'dir' && !files.access(path, 'r')) throw new FileError('EACCES', path)
  } else if (mode === 'write' || !isThere) files.write(path, '')
  else if (!files.access(path, 'w')) throw new FileError(files.access(path, 'r') && kernel.isReadOnly(proc, path) ? 'EROFS' : 'EACCES', path)
  return attach(newDescription(kernel, { k: 'file', path: files.realpath(path), pos: 0, mode, refs: 1 }))
}

const DEVICES: Readonly<Record<string, 'null' | 'zero' | 'full' | 'random'>> = { '/dev/null': 'null', '/dev/zero': 'zero', '/dev/full': 'full', '/dev/random': 'random', '/dev/urandom': 'random' }

/** `/dev/stdout`, `/dev/fd/3`, `/proc/self/fd/1`, `/proc/1/fd/1` */
function descriptorPath(path: string): { pid: string; fd: number } | undefined {
  const named = { '/dev/stdin': 0, '/dev/stdout': 1, '/dev/stderr': 2 }[path]
  if (named !== undefined) return { pid: 'self', fd: named }
  const m = /^\/(?:dev|proc\/(self|\d+))\/fd\/(\d+)$/.exec(path)
  return m === null ? undefined : { pid: m[1] ?? 'self', fd: Number(m[2]) }
}

export function close(kernel: Kernel, proc: ProcessState, fd: number): void {
  const id = proc.fds[fd]
  if (id === undefined) return
  delete proc.fds[fd]
  release(kernel, id)
}

function release(kernel: Kernel, id: number): void {
  const description = kernel.state.descriptions[id]
  if (description === undefined || --description.refs > 0) return
  delete kernel.state.descriptions[id]
  switch (description.k) {
    case 'pipe-r':
    case 'pipe-w': {
      const pipe = kernel.state.pipes[description.pipe]
      if (pipe === undefined) return
      if (description.k === 'pipe-r') pipe.readers--
      else pipe.writers--
      if (pipe.readers <= 0 && pipe.writers <= 0) delete kernel.state.pipes[description.pipe]
      return
    }
    case 'socket':
      hangUp(kernel, description)
      return
    case 'listener':
      kernel.stopListening(description)
      for (const caller of description.backlog) endOf(kernel, caller.from, end => { end.ended = true })
      return
    default: return
  }
}

function endOf(kernel: Kernel, ref: EndRef, change: (end: SocketEnd) => void): void {
  const end = kernel.world.socketEnd(ref)
  if (end === undefined) return
  change(end)
  kernel.world.wake(ref.c)
}

/** Tells the other side that nothing more will come. */
export function hangUp(kernel: Kernel, socket: SocketEnd): void {
  socket.closed = true
  if (socket.peer !== undefined) endOf(kernel, socket.peer, end => { end.ended = true })
}

/** What is there to read: '' nothing yet, undefined the end. */
export function read(kernel: Kernel, description: Description, max: number, proc: ProcessState): string | undefined {
  switch (description.k) {
    case 'file': {
      const files = kernel.filesOf(proc)
      let content: string
      try {
        content = files.read(description.path)
      } catch (e) {
        if (e instanceof FileError && e.code !== 'EISDIR') return undefined
        throw e
      }
      if (description.pos >= content.length) return undefined
      const data = content.slice(description.pos, description.pos + max)
      description.pos += data.length
      return data
    }
    case 'text': {
      if (description.pos >= description.data.length) return undefined
      const data = description.data.slice(description.pos, description.pos + max)
      description.pos += data.length
      return data
    }
    case 'pipe-r': {
      const pipe = kernel.state.pipes[description.pipe]
      if (pipe === undefined) return undefined
      if (pipe.data === '') return pipe.writers > 0 ? '' : undefined
      const data = pipe.data.slice(0, max)
      pipe.data = pipe.data.slice(data.length)
      return data
    }
    case 'socket': {
      if (description.in === '') return description.ended ? undefined : ''
      const data = description.in.slice(0, max)
      description.in = description.in.slice(data.length)
      return data
    }
    case 'in':
    case 'tty': {
      const exec = kernel.state.execs[description.exec]
      if (exec === undefined) return undefined
      if (exec.in === '') return exec.inEnded ? undefined : ''
      const end = description.k === 'tty' ? exec.in.indexOf('\x04') : -1
      if (end === 0) {
        exec.in = exec.in.slice(1)
        return undefined
      }
      const data = exec.in.slice(0, end > 0 ? Math.min(end, max) : max)
      exec.in = exec.in.slice(data.length)
      return data
    }
    case 'zero':
    case 'full': return '\0'.repeat(Math.min(max, PIPE_CAPACITY))
    case 'random': return Array.from({ length: Math.min(max, RANDOM_CHUNK) }, () => String.fromCharCode(Math.floor(kernel.random() * 256))).join('')
    default: return undefined
  }
}

/** Up to and with a newline; see ProcessContext.readLine. */
export function readLine(kernel: Kernel, description: Description, proc: ProcessState): string | undefined {
  const buffered = description.k === 'pipe-r' ? kernel.state.pipes[description.pipe]?.data : description.k === 'socket' ? description.in : description.k === 'in' || description.k === 'tty' ? kernel.state.execs[description.exec]?.in : undefined
  if (buffered !== undefined) {
    const at = buffered.search(description.k === 'tty' ? /[\n\x04]/ : /\n/)
    if (at >= 0) return read(kernel, description, buffered[at] === '\x04' ? Math.max(1, at) : at + 1, proc)
    return isEnded(kernel, description) ? read(kernel, description, Infinity, proc) : ''
  }
  if (description.k === 'file' || description.k === 'text') {
    const start = description.pos
    const rest = read(kernel, description, Infinity, proc)
    if (rest === undefined) return undefined
    const end = rest.indexOf('\n')
    const line = end < 0 ? rest : rest.slice(0, end + 1)
    description.pos = start + line.length
    return line
  }
  return read(kernel, description, 1, proc)
}

function isEnded(kernel: Kernel, description: Description): boolean {
  switch (description.k) {
    case 'pipe-r': return (kernel.state.pipes[description.pipe]?.writers ?? 0) <= 0
    case 'socket': return description.ended
    case 'in': case 'tty': return kernel.state.execs[description.exec]?.inEnded ?? true
    default: return true
  }
}

export function isReadable(kernel: Kernel, description: Description | undefined): boolean {
  if (description === undefined) return true
  switch (description.k) {
    case 'pipe-r': {
      const pipe = kernel.state.pipes[description.pipe]
      return pipe === undefined || pipe.data !== '' || pipe.writers <= 0
    }
    case 'socket': return description.in !== '' || description.ended
    case 'listener': return description.backlog.length > 0
    case 'in': case 'tty': {
      const exec = kernel.state.execs[description.exec]
      return exec === undefined || exec.in !== '' || exec.inEnded
    }
    default: return true
  }
}

export function isFull(kernel: Kernel, description: Description | undefined): boolean {
  if (description?.k === 'pipe-w') {
    const pipe = kernel.state.pipes[description.pipe]
    return pipe !== undefined && pipe.readers > 0 && pipe.data.length >= PIPE_CAPACITY
  }
  if (description?.k === 'socket') {
    const end = description.peer === undefined ? undefined : kernel.world.socketEnd(description.peer)
    return (end?.in.length ?? 0) >= PIPE_CAPACITY * 4
  }
  return false
}

/** False when nobody can ever read it. Throws FileError for a full disk (/dev/full) and read-only descriptors. */
export function write(kernel: Kernel, description: Description, data: string, proc: ProcessState): boolean {
  switch (description.k) {
    case 'file': {
      writeFile(kernel, description, data, proc)
      return true
    }
    case 'log': {
      kernel.log(description.stream, data)
      return true
    }
    case 'out': {
      output(kernel, description.exec, description.stream, data)
      return true
    }
    case 'tty': {
      // A terminal turns newlines into carriage return and newline.
      output(kernel, description.exec, 'stdout', data.replace(/\r?\n/g, '\r\n'))
      return true
    }
    case 'pipe-w': {
      const pipe = kernel.state.pipes[description.pipe]
      if (pipe === undefined || pipe.readers <= 0) return false
      pipe.data += data
      return true
    }
    case 'socket': {
      if (description.closed) return false
      if (description.peer === undefined) {
        if (description.ended) return false
        description.early = (description.early ?? '') + data
        leadOn(kernel.world, description)
        return true
      }
      const end = kernel.world.socketEnd(description.peer)
      if (end === undefined || end.closed && end.ended) return false
      end.in += data
      kernel.world.wake(description.peer.c)
      return true
    }
    case 'full': throw new FileError('ENOSPC', '')
    case 'null': case 'zero': case 'random': return true
    default: throw new FileError('EINVAL', '')
  }
}

function output(kernel: Kernel, execId: string, stream: LogStream, data: string): void {
  // The container's own terminal is read through its log.
  if (execId === 'main') return kernel.log(stream, data)
  const exec = kernel.state.execs[execId]
  if (exec === undefined) return
  if (stream === 'stdout') exec.out += data
  else exec.err += data
}

function writeFile(kernel: Kernel, description: DescriptionOf<'file'>, data: string, proc: ProcessState): void {
  const files = kernel.filesOf(proc)
  if (description.mode === 'read') throw new FileError('EINVAL', description.path)
  if (data === '') return
  let size: number
  try {
    size = files.stat(description.path).size
  } catch (e) {
    // Removed while open: the data goes nowhere.
    if (e instanceof FileError) return
    throw e
  }
  if (description.mode === 'append' || description.pos === size) {
    files.append(description.path, data)
    description.pos = size + data.length
    return
  }
  const old = files.read(description.path)
  files.write(description.path, old.slice(0, description.pos).padEnd(description.pos, '\0') + data + old.slice(description.pos + data.length))
  description.pos += data.length
}
