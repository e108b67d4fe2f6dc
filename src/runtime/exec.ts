/** Commands started from outside in a running container: exec, probes, hooks. */
import type { ExecOptions, ExecStart } from './container'
import { fromArray, toBytes } from './files/bytes'
import type { Kernel } from './kernel/kernel'
import type { Description, ProcessState } from './kernel/state'
import { resolveCommand } from './start'
import type { Worlds } from './worlds'

/** What containerd says when runc cannot start the command. */
const RUNC = 'OCI runtime exec failed: exec failed: unable to start container process: '

export interface ExecStarter {
  startExec(id: string, argv: readonly string[], options: ExecOptions): ExecStart
  /** Forgets a command that has ended or that nobody reads any more. */
  finishExec(kernel: Kernel, execId: string): void
}

export function execStarter(worlds: Worlds): ExecStarter {
  return {
    startExec(id, given, options) {
      const kernel = worlds.kernel(id)
      if (kernel === undefined || kernel.state.exited !== undefined) return { kind: 'failed', message: `container ${id} is not running`, exitCode: 137 }
      const argv = given.map(toBytes)
      const { record, state } = kernel
      const command = resolveCommand(kernel.rootFiles(), record.cwd, argv, record.env.PATH)
      if (typeof command === 'string') return { kind: 'failed', message: RUNC + command, exitCode: /permission denied|is a directory/.test(command) ? 126 : 127 }
      const execId = `e${state.nextDescription}`
      const open = (description: Description): number => {
        state.descriptions[state.nextDescription] = description
        return state.nextDescription++
      }
      const input = options.stdin === undefined ? '' : typeof options.stdin === 'string' ? toBytes(options.stdin) : fromArray(options.stdin)
      const hasInput = options.stdin !== undefined || options.interactive === true
      let fds: ProcessState['fds']
      if (options.tty === true) {
        const tty = open({ k: 'tty', exec: execId, refs: 3 })
        fds = { 0: tty, 1: tty, 2: tty }
      } else {
        fds = {
          0: open(hasInput ? { k: 'in', exec: execId, refs: 1 } : { k: 'null', refs: 1 }),
          1: open({ k: 'out', exec: execId, stream: 'stdout', refs: 1 }),
          2: open({ k: 'out', exec: execId, stream: 'stderr', refs: 1 }),
        }
      }
      const env: ProcessState['env'] = { ...record.env, ...(options.tty === true ? { TERM: 'xterm' } : {}) }
      const proc: ProcessState = { pid: kernel.newPid(), ppid: 0, ...command, env, cwd: record.cwd, umask: 0o022, fds, startedAtMs: Math.floor(kernel.now()) }
      state.processes.push(proc)
      state.execs[execId] = { pid: proc.pid, in: input, inEnded: options.interactive !== true, out: '', err: '', ...(options.tty === true ? { tty: { line: '', columns: options.columns ?? 80, rows: options.rows ?? 24 } } : {}) }
      worlds.touch(kernel)
      return { kind: 'started', execId }
    },
    finishExec(kernel, execId) {
      // Processes left behind keep descriptors of it; what they write is lost.
      delete kernel.state.execs[execId]
    },
  }
}
