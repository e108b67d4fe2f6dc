/** What the parts of a kernel see of one another. */
import type { FileSystem } from '../files/file-system'
import type { ContainerFacts, Credentials, FoundProgram, ProcessInfo, SignalName } from '../program'
import type { LogStream } from '../storage'
import type { Description, KernelState, ProcessState } from './state'
import type { World } from './world'

export interface KernelAccess {
  readonly id: string
  readonly state: KernelState
  readonly world: World
  readonly facts: ContainerFacts
  /** The address at which its programs listen and from which they call. */
  readonly netIP: string
  readonly dns: { readonly nameservers: readonly string[]; readonly searches: readonly string[]; readonly options: readonly string[] }
  now(): number
  random(): number
  process(pid: number): ProcessState | undefined
  /** The view of the files that this process has. */
  filesOf(proc: ProcessState): FileSystem
  userOf(proc: ProcessState): Credentials
  isReadOnly(proc: ProcessState, path: string): boolean
  log(stream: LogStream, data: string): void
  list(): readonly ProcessInfo[]
  /** Delivers a signal as kill(2) does. False: no such process. */
  signal(pid: number, name: SignalName): boolean
  find(proc: ProcessState, name: string, path: string | undefined): FoundProgram
  newPid(): number
  stopListening(description: Description & { k: 'listener' }): void
  /** The process is to be ended by a signal once its step is over. */
  doom(proc: ProcessState, signal: SignalName): void
}
