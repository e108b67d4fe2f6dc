/** A program that can be put to sleep: all it knows between two steps is plain JSON, so that it outlives the process that runs it. */
import type { Usage } from '../client/metrics'
import type { FileSystem } from './files/file-system'
import type { Sockets } from './network'

export type SignalName = 'HUP' | 'INT' | 'QUIT' | 'KILL' | 'USR1' | 'USR2' | 'PIPE' | 'ALRM' | 'TERM' | 'CHLD' | 'CONT' | 'STOP' | 'WINCH'

export const SIGNAL_NUMBERS: Readonly<Record<SignalName, number>> = {
  HUP: 1, INT: 2, QUIT: 3, KILL: 9, USR1: 10, USR2: 12, PIPE: 13, ALRM: 14, TERM: 15, CHLD: 17, CONT: 18, STOP: 19, WINCH: 28,
}

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** What a sleeping program waits for; the first that comes true wakes it. */
export type Wait =
  | { readonly until: 'time'; readonly atMs: number }
  /** Bytes, or the end of input, at a descriptor: a pipe, a terminal, a socket; a listening socket is readable when somebody calls. */
  | { readonly until: 'readable'; readonly fd: number }
  /** Room in a pipe or socket. */
  | { readonly until: 'writable'; readonly fd: number }
  /** A child (any, or this one) has ended. */
  | { readonly until: 'child'; readonly pid?: number }
  /** The volumes that hold these paths have changed (their versions, as `FileSystem.version` told them, differ). */
  | { readonly until: 'files'; readonly paths: readonly string[]; readonly versions: readonly number[] }
  /** Only a signal. */
  | { readonly until: 'signal' }

export type Step =
  | { readonly kind: 'exit'; readonly code: number; readonly signal?: SignalName }
  | { readonly kind: 'wait'; readonly on: readonly Wait[] }
  /** There is more to do at once, but the others shall have their turn. */
  | { readonly kind: 'again' }
  /** The process becomes another program (exec). */
  | { readonly kind: 'become'; readonly argv: readonly string[]; readonly env: Readonly<Record<string, string>>; /** Signals ignored from now on. */ readonly ignores?: readonly SignalName[] }

/**
 * One program; the shell is one. Within the runtime data travels as strings of one character a byte (`files/bytes.ts`): that is
 * plain JSON, exact for what is not text, and the text itself as long as it is ASCII. Arguments and variables are such strings too. `S` is plain JSON.
 * Output goes through `ctx.write`; a step must end within a bounded number of operations (`ctx.budget`).
 */
export interface Program<S = Json> {
  start(ctx: ProcessContext): S
  /** May change `state` in place. A promise is for commands that end by themselves; nothing of the container runs meanwhile. */
  step(state: S, ctx: ProcessContext): Step | Promise<Step>
  /** How a signal that is neither KILL nor ignored is taken: `default` (the process ends), `ignored`, or `handled`. Absent: default. */
  signal?(state: S, ctx: ProcessContext, name: SignalName): 'default' | 'ignored' | 'handled'
  /** What it uses while it runs, for metrics and the memory limit. Absent: nearly nothing. */
  usage?(state: S): Partial<Usage>
}

/** What a program sees of its container while it is stepped. */
export interface ProcessContext {
  readonly pid: number
  readonly ppid: number
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** The current directory; absolute. */
  cwd: string
  umask: number
  readonly user: Credentials
  readonly files: FileSystem
  readonly sockets: Sockets
  readonly facts: ContainerFacts
  /** Operations left in this step; the shell counts it down. */
  budget: number
  readonly startedAtMs: number
  /** Milliseconds since the epoch, of the cluster's clock. */
  now(): number
  /** In [0, 1), reproducible. */
  random(): number
  /** False when the reader is gone (SIGPIPE is delivered); output to a full pipe is taken all the same, see `isFull`. */
  write(fd: number, data: string): boolean
  isFull(fd: number): boolean
  /** Up to `max` bytes; '' when there is nothing now, undefined at the end of input. */
  read(fd: number, max?: number): string | undefined
  /** Up to and with the next newline; the rest before the end of input; '' when a whole line is not there yet, undefined at the end. */
  readLine(fd: number): string | undefined
  isTerminal(fd: number): boolean
  /** Of the terminal that the descriptor is, as whoever sits before it has it now. */
  terminalSize(fd: number): { readonly columns: number; readonly rows: number } | undefined
  readonly processes: Processes
  /** Tells something of the machine that it runs on: an event of its node. */
  tellOfNode(notice: NodeNotice): void
}

/** An event of a node, signed by the program. upstream: events.k8s.io */
export interface NodeNotice {
  readonly component: string
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly action: string
  readonly message: string
}

export interface Credentials {
  readonly uid: number
  readonly gid: number
  readonly groups: readonly number[]
  readonly name: string
}

/** Facts of the container and its node that programs print. */
export interface ContainerFacts {
  readonly hostname: string
  readonly podIP: string
  readonly image: string
  readonly node: NodeFacts
  /** It may change the network: privileged, or with NET_ADMIN. */
  readonly netAdmin: boolean
  readonly limits: { readonly memoryBytes?: number; readonly cpuMillis?: number }
  readonly startedAtMs: number
  /** TCP ports that the container or its image declares. */
  readonly ports: readonly number[]
}

export interface NodeFacts {
  readonly name: string
  readonly ip: string
  /** `6.8.0-generic` */
  readonly kernelVersion: string
  /** `x86_64` */
  readonly machine: string
  readonly cpus: number
  readonly memoryBytes: number
  readonly bootedAtMs: number
}

/** The container's process table, for the shell and for ps and kill. */
export interface Processes {
  list(): readonly ProcessInfo[]
  /** Starts a child; `fds` maps its descriptors to ours. `state` given: a copy of ourselves (fork). Returns its pid. */
  spawn(child: SpawnRequest): number
  /** Takes away an ended child: its exit code (128 + n when a signal ended it), or undefined while it runs, or null when it is not ours. */
  reap(pid: number): number | undefined | null
  /** False when there is no such process. */
  kill(pid: number, signal: SignalName): boolean
  /** A new pipe: [read end, write end], both at least `minimum` (10, so that children do not inherit them by accident). */
  pipe(minimum?: number): readonly [number, number]
  /** Opens a file; returns the descriptor, at least `minimum`. Throws FileError. */
  open(path: string, mode: OpenMode, minimum?: number): number
  /** A read end that gives this text and then the end of input (here-documents). */
  openText(text: string, minimum?: number): number
  /** False when `from` is not open. */
  dup(from: number, to: number): boolean
  /** A copy at the lowest free descriptor from `minimum` up. */
  dupAbove(from: number, minimum: number): number
  /** Open descriptors, in order. */
  descriptors(): readonly number[]
  close(fd: number): void
  isOpen(fd: number): boolean
  /** The program of this name in PATH (or at this path): what would run. */
  find(name: string, path: string | undefined): FoundProgram
}

export type OpenMode = 'read' | 'write' | 'append' | 'readwrite'

export type FoundProgram =
  | { readonly kind: 'program'; readonly path: string; readonly program: string }
  /** A script with `#!`; `argv` is to be put before its arguments. */
  | { readonly kind: 'script'; readonly path: string; readonly argv: readonly string[] }
  | { readonly kind: 'notFound' }
  | { readonly kind: 'notExecutable'; readonly path: string; readonly isDirectory: boolean }

export interface SpawnRequest {
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Descriptors of the child: [child's, ours]. What is not named is closed. */
  readonly fds: readonly (readonly [number, number])[]
  /** The program's name in the catalogue; with `state` the child continues from there. */
  readonly program: string
  readonly state?: Json
  readonly cwd?: string
  /** Background jobs of a non-interactive shell ignore these. */
  readonly ignores?: readonly SignalName[]
}

export interface ProcessInfo {
  readonly pid: number
  readonly ppid: number
  readonly user: string
  readonly argv: readonly string[]
  readonly state: 'running' | 'sleeping' | 'zombie'
  readonly startedAtMs: number
}
