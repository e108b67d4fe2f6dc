/** All containers that are awake in this process, and how they reach one another. */
import type { RuntimeOptions } from './container'
import { Kernel } from './kernel/kernel'
import type { ContainerRecord } from './kernel/record'
import type { DescriptionOf, EndRef, KernelState, ProcessState, SocketEnd } from './kernel/state'
import type { NeighbourProcess, World } from './kernel/world'
import { commandOrShell } from './commands/registry'
import { serverProgram } from './servers/registry'
import type { NodeNotice, SignalName } from './program'

/** Kernels kept in memory; the others are read again from storage. */
const MAX_LOADED = 256

/** A connection's end outside all containers has this as its container. */
export const OUTSIDE = '@'

export class Worlds implements World {
  private readonly kernels = new Map<string, { kernel: Kernel; text: string }>()
  private readonly records = new Map<string, ContainerRecord>()
  readonly outside = new Map<number, SocketEnd>()
  /** Containers with something to do. */
  readonly woken = new Set<string>()
  /** Those of them that the kubelet has not been told of. */
  readonly untold = new Set<string>()
  private readonly visible = new Set<string>()
  impure = false
  /** Kernels whose state must be written. */
  private readonly touched = new Set<Kernel>()

  constructor(private readonly options: RuntimeOptions) {}

  get storage(): RuntimeOptions['storage'] {
    return this.options.storage
  }
  get network(): RuntimeOptions['network'] {
    return this.options.network
  }
  now(): number {
    return this.options.clock.now()
  }
  random(containerId: string, turn: number): number {
    return this.options.draw.fraction(containerId, 'program', turn)
  }
  program(name: string): ReturnType<World['program']> {
    return serverProgram(name) ?? commandOrShell(name)
  }

  // --- kernels ---

  add(record: ContainerRecord, state: KernelState): Kernel {
    const { id } = record.spec
    const kernel = new Kernel(record, state, this, this.options.images.files(record.spec.image))
    this.kernels.set(id, { kernel, text: '' })
    this.records.set(id, record)
    this.storage.programs.put(id, 'record', JSON.stringify(record))
    const namespace = record.spec.processNamespaceId
    if (namespace !== undefined) this.storage.programs.put(`pidns:${namespace}`, id, '')
    this.touch(kernel)
    return kernel
  }

  /** The container's kernel, brought up to what storage holds. Undefined when there is no such container. */
  kernel(id: string): Kernel | undefined {
    const loaded = this.kernels.get(id)
    if (loaded !== undefined && this.touched.has(loaded.kernel)) return loaded.kernel
    const text = this.storage.programs.get(id, 'state')
    if (text === undefined) {
      this.kernels.delete(id)
      return undefined
    }
    if (loaded !== undefined && loaded.text === text) return loaded.kernel
    let record = this.records.get(id)
    if (record === undefined) {
      const stored = this.storage.programs.get(id, 'record')
      if (stored === undefined) return undefined
      record = JSON.parse(stored) as ContainerRecord
      this.records.set(id, record)
    }
    const kernel = new Kernel(record, JSON.parse(text) as KernelState, this, this.options.images.files(record.spec.image))
    if (this.kernels.size >= MAX_LOADED) this.dropOldest()
    this.kernels.set(id, { kernel, text })
    return kernel
  }

  private dropOldest(): void {
    for (const [id, { kernel }] of this.kernels)
      if (!this.touched.has(kernel)) {
        this.kernels.delete(id)
        this.records.delete(id)
        return
      }
  }

  touch(kernel: Kernel): void {
    this.touched.add(kernel)
  }

  /** Writes what has changed. */
  save(): void {
    for (const kernel of this.touched) {
      const entry = this.kernels.get(kernel.id)
      if (entry === undefined || entry.kernel !== kernel) continue
      const text = JSON.stringify(kernel.state)
      if (text === entry.text) continue
      entry.text = text
      this.storage.programs.put(kernel.id, 'state', text)
      this.noteFileWaits(kernel)
    }
    this.touched.clear()
  }

  remove(id: string): void {
    const kernel = this.kernel(id)
    const namespace = kernel?.record.spec.processNamespaceId
    if (namespace !== undefined) this.storage.programs.delete(`pidns:${namespace}`, id)
    if (kernel !== undefined) for (const { volumeId } of kernel.record.spec.mounts) this.storage.programs.delete(`volume:${volumeId}`, id)
    if (kernel !== undefined) this.touched.delete(kernel)
    this.kernels.delete(id)
    this.records.delete(id)
    this.woken.delete(id)
    this.untold.delete(id)
    this.storage.programs.deleteContainer(id)
    if (kernel !== undefined) this.storage.files.deleteVolume(kernel.record.spec.layerVolumeId)
  }

  resize(id: string, limits: ContainerRecord['spec']['limits'], requests: ContainerRecord['spec']['limits']): void {
    const kernel = this.kernel(id)
    if (kernel === undefined) return
    this.save()
    const record = { ...kernel.record, spec: { ...kernel.record.spec, limits, requests } }
    this.storage.programs.put(id, 'record', JSON.stringify(record))
    this.records.set(id, record)
    // The next look makes it anew, with these limits.
    this.kernels.delete(id)
  }

  // --- waking ---

  wake(containerId: string): void {
    if (containerId === OUTSIDE) return
    this.woken.add(containerId)
    const kernel = this.kernel(containerId)
    if (kernel !== undefined) this.touch(kernel)
  }

  /** What is on its way from outside. */
  private expected: Promise<void>[] = []
  expect(work: Promise<void>): void {
    this.expected.push(work)
  }
  takeExpected(): readonly Promise<void>[] {
    const { expected } = this
    if (expected.length > 0) this.expected = []
    return expected
  }

  runNow(containerId: string): void {
    const kernel = this.kernel(containerId)
    if (kernel === undefined) return
    this.touch(kernel)
    this.woken.delete(containerId)
    this.untold.add(containerId)
    void kernel.run()
  }

  volumeChanged(volumeId: string, byContainerId: string): void {
    this.visible.add(byContainerId)
    for (const id of this.storage.programs.keys(`volume:${volumeId}`)) if (id !== byContainerId) this.wake(id)
  }

  /** Remembers, by volume, which containers wait for a file of it. */
  private noteFileWaits(kernel: Kernel): void {
    const waits = kernel.state.processes.some((p: ProcessState) => p.wait?.some(w => w.until === 'files'))
    if (waits === kernel.watchesFiles) return
    kernel.watchesFiles = waits
    for (const { volumeId } of kernel.record.spec.mounts) {
      if (waits) this.storage.programs.put(`volume:${volumeId}`, kernel.id, '')
      else this.storage.programs.delete(`volume:${volumeId}`, kernel.id)
    }
  }

  noteVisible(containerId: string): void {
    this.visible.add(containerId)
  }
  takeVisible(containerId: string): boolean {
    return this.visible.delete(containerId)
  }
  private readonly notices = new Map<string, NodeNotice[]>()
  tellOfNode(containerId: string, notice: NodeNotice): void {
    this.notices.set(containerId, [...(this.notices.get(containerId) ?? []), notice])
  }
  /** What the container's programs have told of their machine since the last call. */
  takeNotices(containerId: string): readonly NodeNotice[] {
    const told = this.notices.get(containerId) ?? []
    this.notices.delete(containerId)
    return told
  }
  noteImpure(): void {
    this.impure = true
  }

  // --- connections ---

  socketEnd({ c, d }: EndRef): SocketEnd | undefined {
    if (c === OUTSIDE) return this.outside.get(d)
    const description = this.kernel(c)?.state.descriptions[d]
    return description?.k === 'socket' ? description : undefined
  }

  listener({ c, d }: EndRef): DescriptionOf<'listener'> | undefined {
    const description = this.kernel(c)?.state.descriptions[d]
    return description?.k === 'listener' ? description : undefined
  }

  // --- process namespaces ---

  neighbours(containerId: string): NeighbourProcess[] {
    return this.namespaceMembers(containerId).flatMap(id => {
      const kernel = this.kernel(id)
      return kernel === undefined ? [] : kernel.state.processes.map(p => ({ containerId: id, pid: p.pid, ppid: p.ppid, argv: p.argv, user: kernel.userOf(p).name, startedAtMs: p.startedAtMs }))
    })
  }

  private endSandbox(namespace: string): void {
    this.storage.programs.put(`sandbox:${namespace}`, 'ended', 'true')
    for (const id of this.storage.programs.keys(`pidns:${namespace}`)) {
      const kernel = this.kernel(id)
      if (kernel === undefined || kernel.state.exited !== undefined) continue
      this.touch(kernel)
      kernel.signal(kernel.state.initPid, 'KILL')
      this.wake(id)
    }
  }

  /** Whether the sandbox of this process namespace has ended; it is told once. */
  takeSandboxEnd(namespace: string): boolean {
    const ended = this.storage.programs.get(`sandbox:${namespace}`, 'ended') !== undefined
    if (ended) this.storage.programs.delete(`sandbox:${namespace}`, 'ended')
    return ended
  }

  private namespaceMembers(containerId: string): string[] {
    const namespace = this.kernel(containerId)?.record.spec.processNamespaceId
    if (namespace === undefined) return []
    return [...new Set([namespace, ...this.storage.programs.keys(`pidns:${namespace}`)])].filter(id => id !== containerId)
  }

  killNeighbour(containerId: string, pid: number, signal: string): boolean {
    const namespace = this.kernel(containerId)?.record.spec.processNamespaceId ?? ''
    if (pid === 1 && namespace.startsWith('pod/')) {
      // The sandbox's own process ends of what it handles; the kernel then kills everybody in its namespace.
      if (signal === 'TERM' || signal === 'INT') this.endSandbox(namespace)
      return true
    }
    for (const id of this.namespaceMembers(containerId)) {
      const kernel = this.kernel(id)
      if (kernel?.process(pid) === undefined) continue
      this.touch(kernel)
      kernel.signal(pid, signal as SignalName)
      this.wake(id)
      return true
    }
    return false
  }
}
