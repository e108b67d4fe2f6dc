/** The process table: starting, ending and taking away processes; the context in which a program is stepped. */
import { FileError } from '../files/file-system'
import type { Json, ProcessContext, Processes, SpawnRequest } from '../program'
import type { KernelAccess } from './access'
import { close, descriptionAt, isFull, lowestFree, newDescription, open, read, readLine, write } from './descriptors'
import { socketsOf } from './sockets'
import type { Description, ProcessState } from './state'

/** Operations of one step: a shell command takes about five. */
export const STEP_BUDGET = 5000

export function contextOf(kernel: KernelAccess, proc: ProcessState): ProcessContext {
  const description = (fd: number): Description | undefined => descriptionAt(kernel, proc, fd)
  return {
    pid: proc.pid,
    ppid: proc.ppid,
    argv: proc.argv,
    env: proc.env,
    get cwd() { return proc.cwd },
    set cwd(path) { proc.cwd = path },
    get umask() { return proc.umask },
    set umask(mask) { proc.umask = mask },
    user: kernel.userOf(proc),
    files: kernel.filesOf(proc),
    sockets: socketsOf(kernel, proc),
    facts: kernel.facts,
    budget: STEP_BUDGET,
    startedAtMs: proc.startedAtMs,
    now() {
      kernel.world.noteImpure()
      return kernel.now()
    },
    random: () => kernel.random(),
    write(fd, data) {
      if (data === '') return true
      const target = description(fd)
      if (target === undefined) return false
      if (write(kernel, target, data, proc)) return true
      kernel.doom(proc, 'PIPE')
      return false
    },
    isFull: fd => isFull(kernel, description(fd)),
    read(fd, max = 65536) {
      const source = description(fd)
      return source === undefined ? undefined : read(kernel, source, max, proc)
    },
    readLine(fd) {
      const source = description(fd)
      return source === undefined ? undefined : readLine(kernel, source, proc)
    },
    isTerminal: fd => description(fd)?.k === 'tty',
    terminalSize(fd) {
      const open = description(fd)
      return open?.k === 'tty' ? kernel.state.execs[open.exec]?.tty : undefined
    },
    processes: processesOf(kernel, proc),
    tellOfNode: notice => kernel.world.tellOfNode(kernel.id, notice),
  }
}

function processesOf(kernel: KernelAccess, proc: ProcessState): Processes {
  const { state } = kernel
  const share = (fd: number, id: number): number => {
    ;(state.descriptions[id] as Description).refs++
    proc.fds[fd] = id
    return fd
  }
  return {
    list: () => kernel.list(),
    spawn: child => spawn(kernel, proc, child),
    reap(pid) {
      const at = state.processes.findIndex(p => p.pid === pid && p.ppid === proc.pid)
      if (at < 0) return null
      const { exit } = state.processes[at] as ProcessState
      if (exit !== undefined) state.processes.splice(at, 1)
      return exit
    },
    kill: (pid, signal) => kernel.signal(pid, signal),
    pipe(minimum = 10) {
      const id = state.nextPipe++
      state.pipes[id] = { data: '', readers: 1, writers: 1 }
      const reader = lowestFree(proc, minimum)
      proc.fds[reader] = newDescription(kernel, { k: 'pipe-r', pipe: id, refs: 1 })
      const writer = lowestFree(proc, minimum)
      proc.fds[writer] = newDescription(kernel, { k: 'pipe-w', pipe: id, refs: 1 })
      return [reader, writer]
    },
    open: (path, mode, minimum = 0) => open(kernel, proc, path, mode, minimum),
    openText(text, minimum = 0) {
      const fd = lowestFree(proc, minimum)
      proc.fds[fd] = newDescription(kernel, { k: 'text', data: text, pos: 0, refs: 1 })
      return fd
    },
    dup(from, to) {
      const id = proc.fds[from]
      if (id === undefined) return false
      if (from === to) return true
      ;(state.descriptions[id] as Description).refs++
      close(kernel, proc, to)
      proc.fds[to] = id
      return true
    },
    dupAbove(from, minimum) {
      const id = proc.fds[from]
      if (id === undefined) throw new FileError('EINVAL', String(from))
      return share(lowestFree(proc, minimum), id)
    },
    close: fd => close(kernel, proc, fd),
    isOpen: fd => proc.fds[fd] !== undefined,
    descriptors: () => Object.keys(proc.fds).map(Number),
    find: (name, path) => kernel.find(proc, name, path),
  }
}

function spawn(kernel: KernelAccess, parent: ProcessState, request: SpawnRequest): number {
  const { state } = kernel
  const fds: ProcessState['fds'] = {}
  for (const [theirs, ours] of request.fds) {
    const id = parent.fds[ours]
    if (id === undefined) continue
    ;(state.descriptions[id] as Description).refs++
    fds[theirs] = id
  }
  let { program } = request
  let argv = [...request.argv]
  if (program === '') {
    const found = kernel.find(parent, argv[0] as string, request.env.PATH)
    if (found.kind === 'program') program = found.program
    else if (found.kind === 'script') argv = [...found.argv, ...argv.slice(1)]
  }
  const pid = kernel.newPid()
  const ignores = [...(parent.ignores ?? []), ...(request.ignores ?? [])]
  state.processes.push({
    pid, ppid: parent.pid, program, argv, env: { ...request.env }, cwd: request.cwd ?? parent.cwd, umask: parent.umask, fds, startedAtMs: Math.floor(kernel.now()),
    ...(request.state === undefined ? {} : { state: request.state as Json }),
    ...(ignores.length === 0 ? {} : { ignores }),
    ...(parent.user === undefined ? {} : { user: parent.user }),
  })
  return pid
}
