/** The container runtime: everything that the kubelet asks for, over kernels that sleep in storage. */
import type { Awaitable, ContainerSpec, ContainerStatus, ExecOptions, ExecOutput, ExecResult, ExecStart, Runtime, RuntimeOptions, StartResult, StepReport } from './container'
import { fromArray, toArray, toBytes, toText } from './files/bytes'
import { FileError } from './files/file-system'
import { execStarter } from './exec'
import { Kernel } from './kernel/kernel'
import { shiftWakes, wakeTimes } from './kernel/loops'
import { FIRST_ON_NODE } from './kernel/list'
import type { KernelState } from './kernel/state'
import { outsideConnections } from './outside'
import type { SignalName } from './program'
import { SIGNAL_NUMBERS } from './program'
import { resolveStart } from './start'
import { typed } from './terminal'
import { OUTSIDE, Worlds } from './worlds'

/** Containers run for one call: what one of them wakes, and so on. */
const MAX_RUNS = 2000
/** A command from outside may compute for a while at once. */
const EXEC_STEPS = 2000
const MAX_MESSAGE = 4096

export function createRuntime(options: RuntimeOptions): Runtime {
  const worlds = new Worlds(options)
  const { storage } = options

  /** Runs a container, then all that it woke, then writes everything down. */
  const settle = (kernel: Kernel | undefined, limit?: number): Awaitable<void> => {
    let runs = 0
    const others = (): Awaitable<void> => {
      for (const id of worlds.woken) {
        worlds.woken.delete(id)
        if (++runs > MAX_RUNS) break
        const other = worlds.kernel(id)
        if (other === undefined || other.state.exited !== undefined) continue
        if (other !== kernel) worlds.untold.add(id)
        worlds.touch(other)
        const running = other.run(limit)
        if (running instanceof Promise) return running.then(others)
      }
      const expected = worlds.takeExpected()
      if (expected.length > 0) return Promise.all(expected).then(others)
      worlds.save()
    }
    if (kernel === undefined) return others()
    worlds.touch(kernel)
    const running = kernel.run(limit)
    return running instanceof Promise ? running.then(others) : others()
  }
  const after = <T>(running: Awaitable<void>, value: () => T): Awaitable<T> => (running instanceof Promise ? running.then(value) : value())

  const statusOf = (kernel: Kernel | undefined): ContainerStatus => {
    if (kernel === undefined) return { state: 'exited', exitCode: 137, signal: 9, reason: 'Error', finishedAtMs: worlds.now() }
    return kernel.state.exited === undefined ? { state: 'running' } : { state: 'exited', ...kernel.state.exited }
  }
  const report = (id: string): StepReport => {
    const kernel = worlds.kernel(id)
    return { status: statusOf(kernel), nextWakeMs: kernel?.nextWakeMs(), visible: worlds.takeVisible(id) }
  }

  const start = (spec: ContainerSpec): Awaitable<StartResult> => {
    const image = options.images.image(spec.image)
    if (image === undefined) return { started: false, reason: 'CreateContainerError', exitCode: 128, message: `failed to create containerd container: no image ${JSON.stringify(spec.image)}` }
    const now = worlds.now()
    const state = emptyState(spec, now)
    const probe = new Kernel({ spec, argv: [], program: '', env: {}, cwd: '/', user: { uid: 0, gid: 0, groups: [], name: 'root' }, stopSignal: 'SIGTERM', startedAtMs: now, ports: [] }, state, worlds, options.images.files(spec.image))
    const record = resolveStart(spec, image, probe.rootFiles(), now)
    if ('started' in record) return record
    const others = spec.processNamespaceId === undefined ? [] : neighboursOf(worlds, spec.processNamespaceId)
    if (spec.processNamespaceId !== undefined) state.nextPid = Math.max(spec.processNamespaceId.startsWith('node/') ? FIRST_ON_NODE : 1, ...others) + 6
    const kernel = worlds.add(record, state)
    state.initPid = kernel.newPid()
    mainProcess(kernel)
    return after(settle(kernel), () => ({ started: true, notices: worlds.takeNotices(spec.id) }))
  }

  const signal = (id: string, given: SignalName | number): Awaitable<StepReport> => {
    const kernel = worlds.kernel(id)
    const name = typeof given === 'number' ? (Object.entries(SIGNAL_NUMBERS).find(([, n]) => n === given)?.[0] as SignalName | undefined) : given
    if (kernel === undefined || kernel.state.exited !== undefined || name === undefined) return report(id)
    kernel.signal(kernel.state.initPid, name)
    return after(settle(kernel), () => report(id))
  }

  const { startExec, finishExec } = execStarter(worlds)

  const exec = (id: string, argv: readonly string[], given: ExecOptions = {}): Awaitable<ExecResult> => {
    worlds.impure = false
    const started = startExec(id, argv, given)
    if (started.kind === 'failed') return started
    const { execId } = started
    const kernel = worlds.kernel(id) as Kernel
    return after(settle(kernel, EXEC_STEPS), () => {
      if (worlds.kernel(id)?.state.execs[execId]?.exit === undefined) return { kind: 'running', execId }
      const { stdout, stderr, exitCode } = takeExec(id, execId)
      return { kind: 'exited', stdout: Buffer.from(stdout).toString('utf8'), stderr: Buffer.from(stderr).toString('utf8'), exitCode: exitCode ?? 137, pure: !worlds.impure }
    })
  }

  const takeExec = (id: string, execId: string): ExecOutput & { readonly exitCode?: number } => {
    const kernel = worlds.kernel(id)
    const state = kernel?.state.execs[execId]
    if (kernel === undefined || state === undefined) return { stdout: new Uint8Array(), stderr: new Uint8Array(), exitCode: 137 }
    const out = { stdout: toArray(state.out), stderr: toArray(state.err), ...(state.exit === undefined ? {} : { exitCode: state.exit }) }
    if (state.out !== '' || state.err !== '' || state.exit !== undefined) {
      worlds.touch(kernel)
      state.out = ''
      state.err = ''
      if (state.exit !== undefined) finishExec(kernel, execId)
      worlds.save()
    }
    return out
  }

  const type = (id: string, execId: string, data: string): Awaitable<void> => {
    const kernel = worlds.kernel(id)
    const state = kernel?.state.execs[execId]
    if (kernel === undefined || state === undefined || state.inEnded) return
    if (state.tty === undefined) state.in += data
    else {
      const { echo, interrupted } = typed(state, data)
      if (execId === 'main') kernel.log('stdout', echo)
      else state.out += echo
      if (interrupted) interrupt(kernel, execId)
    }
    return settle(kernel, EXEC_STEPS)
  }

  /** ^C goes to every process that has this terminal. */
  const interrupt = (kernel: Kernel, execId: string): void => {
    for (const proc of kernel.state.processes.slice()) {
      const has = Object.values(proc.fds).some(d => {
        const description = kernel.state.descriptions[d]
        return description?.k === 'tty' && description.exec === execId
      })
      if (has) kernel.signal(proc.pid, 'INT')
    }
  }

  const fastForward = (id: string, toMs: number, keepLastLines: number): Awaitable<boolean> => {
    const kernel = worlds.kernel(id)
    const loop = kernel?.state.loop
    const period = loop?.periodMs
    if (kernel === undefined || period === undefined || period <= 0 || loop === undefined) return false
    const [next] = wakeTimes(kernel.state)
    if (next === undefined || next > toMs) return true
    const turns = Math.floor((toMs - next) / period) + 1
    const keep = Math.min(turns, Math.max(1, keepLastLines))
    if (turns > keep) shiftWakes(kernel.state, (turns - keep) * period)
    for (let i = 0; i < keep; i++) {
      const [at] = wakeTimes(kernel.state)
      if (at === undefined || at > toMs) break
      kernel.clockMs = at
      const running = kernel.run()
      if (running instanceof Promise) throw new Error('kubottle bug: a skipped loop must not wait for a promise')
    }
    kernel.clockMs = undefined
    worlds.touch(kernel)
    return after(settle(undefined), () => true)
  }

  const outside = outsideConnections(worlds, settle)

  return {
    startContainer: start,
    stepContainer(id) {
      const kernel = worlds.kernel(id)
      if (kernel === undefined || kernel.state.exited !== undefined) return report(id)
      return after(settle(kernel), () => report(id))
    },
    status: id => statusOf(worlds.kernel(id)),
    nextWakeMs: id => worlds.kernel(id)?.nextWakeMs(),
    takeWoken() {
      const ids = [...worlds.untold]
      worlds.untold.clear()
      return ids
    },
    signalContainer: signal,
    stopSignal(id) {
      const name = (worlds.kernel(id)?.record.stopSignal ?? 'SIGTERM').replace(/^SIG/, '')
      return Object.hasOwn(SIGNAL_NUMBERS, name) ? (name as SignalName) : 'TERM'
    },
    fastForward,
    removeContainer: id => worlds.remove(id),
    removeLogs: id => storage.logs.delete(id),
    resizeContainer: (id, limits, requests) => worlds.resize(id, limits, requests),
    takeSandboxEnd: namespace => worlds.takeSandboxEnd(namespace),
    execInContainer: exec,
    startExec(id, argv, given = {}): Awaitable<ExecStart> {
      const started = startExec(id, argv, given)
      return started.kind === 'failed' ? started : after(settle(worlds.kernel(id), EXEC_STEPS), () => started)
    },
    execState: takeExec,
    writeExec: (id, execId, data) => type(id, execId, fromArray(data)),
    endExecInput(id, execId) {
      const kernel = worlds.kernel(id)
      const state = kernel?.state.execs[execId]
      if (kernel === undefined || state === undefined) return
      state.inEnded = true
      return settle(kernel, EXEC_STEPS)
    },
    resizeExec(id, execId, columns, rows) {
      const kernel = worlds.kernel(id)
      const tty = kernel?.state.execs[execId]?.tty
      if (kernel === undefined || tty === undefined) return
      tty.columns = columns
      tty.rows = rows
      worlds.touch(kernel)
      worlds.save()
    },
    killExec(id, execId) {
      const kernel = worlds.kernel(id)
      const state = kernel?.state.execs[execId]
      if (kernel === undefined || state === undefined) return
      // The command itself goes on (as it does under containerd); nobody reads it any more.
      finishExec(kernel, execId)
      worlds.touch(kernel)
      worlds.save()
    },
    terminationMessage(id) {
      const kernel = worlds.kernel(id)
      if (kernel === undefined) return ''
      try {
        return toText(kernel.rootFiles().read(toBytes(kernel.record.spec.terminationMessagePath ?? '/dev/termination-log')).slice(0, MAX_MESSAGE))
      } catch (e) {
        if (e instanceof FileError) return ''
        throw e
      }
    },
    filesVersion(id) {
      const kernel = worlds.kernel(id)
      if (kernel === undefined) return ''
      const { spec } = kernel.record
      return [spec.layerVolumeId, ...spec.mounts.map(m => m.volumeId)].map(volume => storage.files.version(volume)).join('.') + kernel.state.processes.map(p => `:${p.pid}`).join('')
    },
    volumeChanged(volumeId) {
      worlds.volumeChanged(volumeId, OUTSIDE)
      worlds.save()
    },
    usage: id => worlds.kernel(id)?.usage() ?? { cpuMillis: 0, memoryBytes: 0 },
    ...outside,
  }
}

function neighboursOf(worlds: Worlds, namespace: string): number[] {
  return [namespace, ...worlds.storage.programs.keys(`pidns:${namespace}`)].flatMap(id => worlds.kernel(id)?.state.processes.map(p => p.pid) ?? [])
}

function emptyState(spec: ContainerSpec, now: number): KernelState {
  const hasInput = spec.stdin === true || spec.tty === true
  return {
    nextPid: 1, initPid: 1, nextDescription: 1, nextPipe: 1, nextPort: 0, draws: 0, processes: [], descriptions: {}, pipes: {}, partial: { stdout: '', stderr: '' }, startedAtMs: now, effects: 0, busyTurns: 0,
    execs: hasInput ? { main: { pid: 0, in: '', inEnded: false, out: '', err: '', ...(spec.tty ? { tty: { line: '', columns: 80, rows: 24 } } : {}) } } : {},
  }
}

/** The first process, with its streams on the log. */
function mainProcess(kernel: Kernel): void {
  const { state, record } = kernel
  const { spec } = record
  const open = (description: KernelState['descriptions'][string]): number => {
    state.descriptions[state.nextDescription] = description
    return state.nextDescription++
  }
  let fds: Record<string, number>
  if (spec.tty) {
    const tty = open({ k: 'tty', exec: 'main', refs: 3 })
    fds = { 0: tty, 1: tty, 2: tty }
  } else fds = { 0: open(spec.stdin ? { k: 'in', exec: 'main', refs: 1 } : { k: 'null', refs: 1 }), 1: open({ k: 'log', stream: 'stdout', refs: 1 }), 2: open({ k: 'log', stream: 'stderr', refs: 1 }) }
  state.processes.push({ pid: state.initPid, ppid: 0, program: record.program, argv: [...record.argv], env: { ...record.env }, cwd: record.cwd, umask: 0o022, fds, startedAtMs: Math.floor(kernel.now()) })
}
