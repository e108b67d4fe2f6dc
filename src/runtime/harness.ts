/** A small machine for tests: one node, a clock moved by hand, containers in memory. */
import { createDraw } from '../base/draw'
import type { ContainerSpec, ExecOptions, ExecResult, Runtime } from './container'
import type { ImagePolicy } from './images/catalogue'
import { createCatalogue } from './images/registry'
import { createMemoryStorage } from './memory-storage'
import type { Network } from './network'
import { directNetwork } from './network'
import { createRuntime } from './runtime'
import type { NodeStorage } from './storage'

export interface Machine {
  readonly runtime: Runtime
  readonly storage: NodeStorage
  now(): number
  /** Lets time pass, stepping containers when they are due. */
  advance(ms: number): Promise<void>
  /** A second runtime over the same storage, as the next invocation of the CLI has it. */
  reopen(): Runtime
  run(spec: Partial<ContainerSpec>): Promise<string>
  /** The container's log, both streams. */
  log(id: string): string
  /** Runs a command to its end, moving the clock while it sleeps (at most ten minutes). */
  exec(id: string, argv: readonly string[], options?: ExecOptions): Promise<{ stdout: string; stderr: string; exitCode: number }>
  /** Ids whose containers are there. */
  readonly ids: string[]
}

export const NODE = { name: 'node-1', ip: '172.31.0.1', kernelVersion: '6.8.0-generic', machine: 'x86_64', cpus: 2, memoryBytes: 8 << 30, bootedAtMs: Date.UTC(2026, 10, 20) }
const STEPS = 100_000

export function createMachine({ network = directNetwork(), policy = { unknown: 'strict' } }: { network?: Network; policy?: ImagePolicy } = {}): Machine {
  let time = Date.UTC(2026, 10, 21, 7, 45, 55)
  const clock = { now: () => (time += 0.001) }
  const storage = createMemoryStorage()
  const make = (): Runtime => createRuntime({ storage, network, clock, draw: createDraw('test'), images: createCatalogue(policy) })
  let runtime = make()
  const ids: string[] = []
  let count = 0

  const machine: Machine = {
    get runtime() { return runtime },
    storage,
    ids,
    now: () => time,
    reopen: () => (runtime = make()),
    async advance(ms) {
      const end = time + ms
      for (let i = 0; i < STEPS; i++) {
        let first: { id: string; at: number } | undefined
        for (const id of ids) {
          const at = runtime.nextWakeMs(id)
          if (at !== undefined && at <= end && (first === undefined || at < first.at)) first = { id, at }
        }
        if (first === undefined) break
        time = Math.max(time, first.at)
        await runtime.stepContainer(first.id)
      }
      time = Math.max(time, end)
    },
    async run(given) {
      const n = ++count
      const id = n.toString(16).padStart(64, '0')
      const spec: ContainerSpec = {
        id, name: 'main', pod: { namespace: 'default', name: `pod-${n}`, uid: `0000-${n}` }, image: 'busybox:1.36', env: [], mounts: [], layerVolumeId: `layer-${n}`, hostname: `pod-${n}`, podIP: `10.244.0.${n + 1}`,
        dns: { nameservers: ['10.96.0.10'], searches: ['default.svc.cluster.local', 'svc.cluster.local', 'cluster.local'], options: ['ndots:5'] }, limits: {}, node: NODE, ...given,
      }
      ids.push(id)
      const result = await runtime.startContainer(spec)
      if (!result.started) throw new Error(`${result.reason}: ${result.message}`)
      return id
    },
    log: id => storage.logs.read(id).map(entry => entry.text).join(''),
    async exec(id, argv, options) {
      let result: ExecResult = await runtime.execInContainer(id, argv, options)
      if (result.kind === 'failed') return { stdout: '', stderr: result.message, exitCode: result.exitCode }
      if (result.kind === 'exited') return result
      const out = { stdout: '', stderr: '', exitCode: -1 }
      const { execId } = result
      const give = time + 600_000
      for (let i = 0; i < STEPS && time < give; i++) {
        const state = runtime.execState(id, execId)
        out.stdout += Buffer.from(state.stdout).toString()
        out.stderr += Buffer.from(state.stderr).toString()
        if (state.exitCode !== undefined) return { ...out, exitCode: state.exitCode }
        const next = Math.min(...ids.map(other => runtime.nextWakeMs(other) ?? Infinity))
        if (next === Infinity) break
        await machine.advance(Math.max(0, next - time))
      }
      return out
    },
  }
  return machine
}
