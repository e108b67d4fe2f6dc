/** The kernel of one container: runs its processes until all of them wait. */
import type { Awaitable } from '../container'
import { toText } from '../files/bytes'
import type { FileSystem } from '../files/file-system'
import type { Layers } from '../files/layered'
import { createFileSystem } from '../files/layered'
import { throughLinks, type ReadOnlyTree } from '../files/tree'
import type { ContainerFacts, Credentials, FoundProgram, Json, Program, SignalName, Step } from '../program'
import type { Usage } from '../../client/metrics'
import { SIGNAL_NUMBERS } from '../program'
import type { LogStream } from '../storage'
import type { KernelAccess } from './access'
import { close, descriptionAt, isFull, isReadable } from './descriptors'
import { findProgram } from './executables'
import { generatedFiles } from './generated'
import { noteRest } from './loops'
import { contextOf } from './processes'
import { processList } from './list'
import type { ContainerRecord } from './record'
import type { Description, KernelState, ProcessState } from './state'
import type { World } from './world'
import { removeListener } from './world'

/** Steps of one run that used their whole budget before the container counts as busy: many at first, few once it has long been so. */
const EAGER_STEPS = 40
const LAZY_STEPS = 2
const EAGER_TURNS = 3
/** Steps of one run in all: processes that only talk to each other. */
const MAX_STEPS = 20_000
/** containerd cuts lines of this length. */
const MAX_LINE = 16_384

const IGNORED_BY_DEFAULT = new Set<SignalName>(['CHLD', 'CONT', 'WINCH', 'STOP'])

export class Kernel implements KernelAccess {
  readonly facts: ContainerFacts
  readonly netIP: string
  private readonly layers: Layers
  private readonly views = new WeakMap<ProcessState, FileSystem>()
  private readonly doomed = new Map<ProcessState, SignalName>()
  private logBuffer: { stream: LogStream; text: string; timeMs: number } | undefined
  /** Is it noted by volume as waiting for files? */
  watchesFiles = false
  /** In place of the world's time, while a loop is replayed. */
  clockMs: number | undefined

  constructor(
    readonly record: ContainerRecord,
    readonly state: KernelState,
    readonly world: World,
    image: ReadOnlyTree,
  ) {
    const { spec } = record
    this.netIP = spec.hostNetwork ? spec.node.ip : spec.podIP
    this.facts = { hostname: spec.hostname, podIP: this.netIP, image: spec.image, node: spec.node, netAdmin: spec.privileged === true || spec.netAdmin === true, limits: spec.limits, startedAtMs: record.startedAtMs, ports: record.ports }
    this.layers = {
      files: world.storage.files, image, layerVolumeId: spec.layerVolumeId, readOnlyRoot: spec.readOnlyRootFilesystem === true,
      mounts: spec.mounts.map(m => ({
        mountPath: throughLinks(image, m.mountPath), volumeId: m.volumeId, subPath: `/${(m.subPath ?? '').replace(/^\/+|\/+$/g, '')}`, readOnly: m.readOnly === true, fileSystem: m.fileSystem ?? 'ext4',
      })).sort((a, b) => b.mountPath.length - a.mountPath.length),
      generated: generatedFiles({
        spec, processes: () => this.list(), now: () => this.now(),
        environment: pid => this.process(pid)?.env ?? {},
        descriptors: pid => Object.keys(this.process(pid)?.fds ?? {}).map(Number),
      }),
      now: () => this.now(),
      changed: volumeId => {
        this.state.effects++
        world.noteImpure()
        world.volumeChanged(volumeId, spec.id)
      },
    }
  }

  get id(): string {
    return this.record.spec.id
  }
  get dns(): KernelAccess['dns'] {
    return this.record.spec.dns
  }
  now(): number {
    return this.clockMs ?? this.world.now()
  }
  random(): number {
    this.world.noteImpure()
    return this.world.random(this.id, this.state.draws++)
  }
  process(pid: number): ProcessState | undefined {
    return this.state.processes.find(p => p.pid === pid)
  }

  filesOf(proc: ProcessState): FileSystem {
    let view = this.views.get(proc)
    if (view === undefined) this.views.set(proc, (view = createFileSystem(this.layers, () => proc.cwd, this.userOf(proc), proc.pid, () => proc.umask)))
    return view
  }

  /** The container's files as root sees them: for the termination message, users of the image, executables. */
  rootFiles(): FileSystem {
    return createFileSystem(this.layers, () => '/', { uid: 0, gid: 0, groups: [], name: 'root' }, this.state.initPid, () => 0o022)
  }

  userOf(proc: ProcessState): Credentials {
    return proc.user ?? this.record.user
  }

  isReadOnly(proc: ProcessState, path: string): boolean {
    const mount = this.layers.mounts.find(m => path === m.mountPath || path.startsWith(`${m.mountPath}/`))
    return mount?.readOnly ?? (this.layers.readOnlyRoot && this.userOf(proc) !== undefined)
  }

  find(proc: ProcessState, name: string, path: string | undefined): FoundProgram {
    return findProgram(this.filesOf(proc), proc.cwd, name, path)
  }

  newPid(): number {
    const { state } = this
    const others = this.record.spec.processNamespaceId === undefined ? [] : this.world.neighbours(this.id)
    while (others.some(p => p.pid === state.nextPid)) state.nextPid++
    return state.nextPid++
  }

  list(): ReturnType<KernelAccess['list']> {
    return processList(this, this.record)
  }

  doom(proc: ProcessState, signal: SignalName): void {
    this.doomed.set(proc, signal)
  }

  stopListening(listener: Description & { k: 'listener' }): void {
    removeListener(this.world.storage, this.netIP, listener.port)
    this.world.noteVisible(this.id)
  }

  // --- logs ---

  log(stream: LogStream, data: string): void {
    const { partial } = this.state
    const text = partial[stream] + data
    const end = text.lastIndexOf('\n') + 1
    partial[stream] = text.slice(end)
    if (end > 0) this.append(stream, text.slice(0, end))
    if (partial[stream].length >= MAX_LINE) {
      this.append(stream, partial[stream])
      partial[stream] = ''
    }
  }

  private append(stream: LogStream, text: string): void {
    if (this.logBuffer?.stream === stream) {
      this.logBuffer.text += text
      return
    }
    this.flushLog()
    this.logBuffer = { stream, text, timeMs: this.now() }
  }

  private flushLog(): void {
    if (this.logBuffer === undefined) return
    const { stream, text, timeMs } = this.logBuffer
    this.logBuffer = undefined
    this.world.storage.logs.append(this.id, stream, toText(text), timeMs)
  }

  // --- running ---

  /** Runs until every process waits, or the container is busy. `limit`: steps with a used-up budget that are allowed. */
  run(limit?: number): Awaitable<void> {
    const { state } = this
    let busySteps = 0
    const most = limit ?? (state.busyTurns < EAGER_TURNS ? EAGER_STEPS : LAZY_STEPS)
    for (let steps = 0; ; steps++) {
      const proc = state.exited === undefined ? this.nextRunnable() : undefined
      if (proc === undefined) return this.rest()
      if (busySteps >= most || steps >= MAX_STEPS) return this.stayBusy()
      const step = this.stepProcess(proc)
      if (step instanceof Promise) return step.then(result => {
        this.apply(proc, result)
        return this.run(most - busySteps)
      })
      if (step.kind === 'again') busySteps++
      this.apply(proc, step)
    }
  }

  private cursor = 0
  /** The next process that can run, in turn. */
  private nextRunnable(): ProcessState | undefined {
    const { processes } = this.state
    for (let i = 0; i < processes.length; i++) {
      const proc = processes[(this.cursor + i) % processes.length] as ProcessState
      if (!this.isRunnable(proc)) continue
      this.cursor = (this.cursor + i + 1) % processes.length
      return proc
    }
    return undefined
  }

  private rest(): void {
    this.flushLog()
    const { state } = this
    state.busyTurns = 0
    delete state.busySinceMs
    delete state.spinning
    noteRest(state)
  }

  private stayBusy(): void {
    this.flushLog()
    const { state } = this
    state.busyTurns++
    state.busySinceMs ??= Math.floor(this.now())
    delete state.loop
  }

  isRunnable(proc: ProcessState): boolean {
    if (proc.exit !== undefined) return false
    if (proc.wait === undefined) return true
    return proc.wait.some(wait => {
      switch (wait.until) {
        case 'time': return this.clockMs !== undefined ? this.clockMs >= wait.atMs : this.world.now() >= wait.atMs
        case 'readable': return isReadable(this, descriptionAt(this, proc, wait.fd))
        case 'writable': return !isFull(this, descriptionAt(this, proc, wait.fd))
        case 'child': return this.state.processes.some(p => p.ppid === proc.pid && p.exit !== undefined && (wait.pid === undefined || p.pid === wait.pid))
        case 'files': return wait.paths.some((path, i) => this.filesOf(proc).version(path) !== wait.versions[i])
        case 'signal': return false
      }
    })
  }

  private programOf(proc: ProcessState): Program {
    const program = this.world.program(proc.program)
    return program ?? MISSING
  }

  private stepProcess(proc: ProcessState): Step | Promise<Step> {
    const program = this.programOf(proc)
    const ctx = contextOf(this, proc)
    delete proc.wait
    proc.state ??= program.start(ctx) as Json
    return program.step(proc.state, ctx)
  }

  private apply(proc: ProcessState, step: Step): void {
    const doom = this.doomed.get(proc)
    if (doom !== undefined) {
      this.doomed.delete(proc)
      if (step.kind !== 'exit' && !proc.ignores?.includes(doom)) {
        this.signalProcess(proc, doom)
        if (proc.exit !== undefined || !this.state.processes.includes(proc)) return
      }
    }
    switch (step.kind) {
      case 'exit':
        this.end(proc, step.signal === undefined ? step.code : 128 + SIGNAL_NUMBERS[step.signal])
        break
      case 'wait':
        proc.wait = [...step.on]
        break
      case 'become':
        if (step.ignores !== undefined && step.ignores.length > 0) proc.ignores = [...(proc.ignores ?? []), ...step.ignores]
        this.become(proc, step.argv, step.env)
        break
      case 'again': break
    }
    this.checkMemory(proc)
  }

  private become(proc: ProcessState, argv: readonly string[], env: Readonly<Record<string, string>>): void {
    const found = this.find(proc, argv[0] as string, env.PATH)
    if (found.kind === 'notFound' || found.kind === 'notExecutable') return this.end(proc, found.kind === 'notFound' ? 127 : 126)
    let args = [...argv]
    let program = found.kind === 'program' ? found.program : ''
    if (found.kind === 'script') {
      args = [...found.argv, ...argv.slice(1)]
      const interpreter = this.find(proc, args[0] as string, env.PATH)
      if (interpreter.kind !== 'program') return this.end(proc, 127)
      program = interpreter.program
    }
    for (const fd of Object.keys(proc.fds)) if (Number(fd) >= 10) close(this, proc, Number(fd))
    proc.argv = args
    proc.env = { ...env }
    proc.program = program
    delete proc.state
    delete proc.wait
  }

  /** Ends a process; its parent may take away the code. */
  end(proc: ProcessState, code: number, reason?: 'OOMKilled'): void {
    const { state } = this
    for (const fd of Object.keys(proc.fds)) close(this, proc, Number(fd))
    delete proc.state
    delete proc.wait
    for (const child of state.processes)
      if (child.ppid === proc.pid) {
        child.ppid = state.initPid
        child.isOrphan = true
      }
    const exec = Object.values(state.execs).find(e => e.pid === proc.pid && e.exit === undefined)
    if (exec !== undefined) exec.exit = code & 255
    const parent = state.processes.find(p => p.pid === proc.ppid && p.exit === undefined)
    // Init takes away at once what was handed over to it.
    if (parent === undefined || proc.isOrphan) state.processes.splice(state.processes.indexOf(proc), 1)
    else proc.exit = code & 255
    state.processes = state.processes.filter(p => p.exit === undefined || !p.isOrphan)
    if (proc.pid === state.initPid) this.exited(code & 255, reason)
  }

  private exited(exitCode: number, reason?: 'OOMKilled'): void {
    const { state } = this
    for (const exec of Object.values(state.execs)) exec.exit ??= 137
    for (const proc of state.processes) for (const fd of Object.keys(proc.fds)) close(this, proc, Number(fd))
    state.processes = []
    for (const stream of ['stdout', 'stderr'] as const) {
      if (state.partial[stream] !== '') this.append(stream, state.partial[stream])
      state.partial[stream] = ''
    }
    this.flushLog()
    state.exited = { exitCode, ...(exitCode > 128 ? { signal: exitCode - 128 } : {}), reason: reason ?? (exitCode === 0 ? 'Completed' : 'Error'), finishedAtMs: this.now() }
    this.world.noteVisible(this.id)
  }

  // --- signals ---

  signal(pid: number, name: SignalName): boolean {
    const proc = this.process(pid)
    if (proc === undefined || proc.exit !== undefined) return this.world.killNeighbour(this.id, pid, name)
    this.signalProcess(proc, name)
    return true
  }

  private signalProcess(proc: ProcessState, name: SignalName): void {
    if (name === 'KILL') return this.end(proc, 137)
    if (proc.ignores?.includes(name)) return
    const program = this.programOf(proc)
    const taken = proc.state === undefined || program.signal === undefined ? 'default' : program.signal(proc.state, contextOf(this, proc), name)
    if (taken === 'handled') {
      delete proc.wait
      return
    }
    // The first process of a namespace gets no default actions: `sleep` as PID 1 does not die of TERM.
    if (taken === 'ignored' || IGNORED_BY_DEFAULT.has(name) || proc.pid === 1) return
    this.end(proc, 128 + SIGNAL_NUMBERS[name])
  }

  // --- what it uses, when it wakes ---

  usage(): Usage {
    let memoryBytes = 0
    let cpuMillis = 0
    for (const proc of this.state.processes) {
      const used = proc.state === undefined ? undefined : this.programOf(proc).usage?.(proc.state)
      memoryBytes += used?.memoryBytes ?? 400 * 1024
      cpuMillis += used?.cpuMillis ?? (proc.wait === undefined && proc.exit === undefined ? 1000 : 0)
    }
    const { cpuMillis: limit } = this.record.spec.limits
    return { cpuMillis: limit === undefined ? cpuMillis : Math.min(cpuMillis, limit), memoryBytes }
  }

  /** Over the limit, the kernel kills the process that asked for memory. */
  private checkMemory(proc: ProcessState): void {
    const { memoryBytes } = this.record.spec.limits
    if (memoryBytes === undefined || proc.state === undefined || this.programOf(proc).usage === undefined) return
    if (this.usage().memoryBytes <= memoryBytes) return
    this.end(proc, 137, 'OOMKilled')
    // A container in which anything was killed for memory is reported so when it ends with that.
    if (this.state.exited?.exitCode === 137) this.state.exited.reason = 'OOMKilled'
  }

  nextWakeMs(): number | undefined {
    const { state } = this
    if (state.exited !== undefined || state.spinning) return undefined
    let next: number | undefined
    for (const proc of state.processes) {
      if (this.isRunnable(proc)) return this.world.now() + Math.min(10_000, 50 * 2 ** Math.min(state.busyTurns, 8))
      for (const wait of proc.wait ?? []) if (wait.until === 'time' && (next === undefined || wait.atMs < next)) next = wait.atMs
    }
    return next
  }
}

const MISSING: Program = {
  start: ctx => {
    ctx.write(2, `${ctx.argv[0]}: not simulated\n`)
    return null
  },
  step: () => ({ kind: 'exit', code: 126 }),
}
