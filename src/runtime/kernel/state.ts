/** A container's processes, descriptors and connections as plain JSON. */
import type { Json, OpenMode, SignalName, Wait } from '../program'
import type { LogStream } from '../storage'

/** Where the other end of a connection is: a description of a container, or (`@`) a connection from outside. */
export interface EndRef {
  c: string
  d: number
}

/** One end of a connection. */
export interface SocketEnd {
  /** Received and not yet read. */
  in: string
  /** The other side sends no more. */
  ended: boolean
  /** We send no more. */
  closed: boolean
  /** Absent until the other side has accepted. */
  peer?: EndRef
  /** Sent before that. */
  early?: string
  local: string
  remote: string
  /** Where the network led a call to `remote`. */
  routed?: string
  /** It ended at the ingress controller at this address, which waits for the request; `ref` is this end itself. */
  ingress?: { ip: string; ref: EndRef }
  /** It ended at the apiserver, which waits for the request; this end itself. */
  api?: EndRef
}

/** An open file description; descriptors of several processes may share it. */
export type Description = { refs: number } & (
  | { k: 'file'; path: string; pos: number; mode: OpenMode }
  | { k: 'null' }
  | { k: 'zero' }
  | { k: 'full' }
  | { k: 'random' }
  | { k: 'log'; stream: LogStream }
  /** Output of an exec. */
  | { k: 'out'; exec: string; stream: LogStream }
  /** Input of an exec, or of the container (`main`). */
  | { k: 'in'; exec: string }
  | { k: 'tty'; exec: string }
  | { k: 'pipe-r'; pipe: number }
  | { k: 'pipe-w'; pipe: number }
  | { k: 'text'; data: string; pos: number }
  | ({ k: 'socket' } & SocketEnd)
  | { k: 'listener'; address: string; port: number; backlog: { from: EndRef; ip: string; port: number }[] }
)

export type DescriptionOf<K extends Description['k']> = Extract<Description, { k: K }>

export interface Pipe {
  data: string
  readers: number
  writers: number
}

export interface ProcessState {
  pid: number
  ppid: number
  program: string
  argv: string[]
  env: { [name: string]: string }
  cwd: string
  umask: number
  fds: { [fd: string]: number }
  /** Absent before the first step. */
  state?: Json
  /** Absent: it can run. */
  wait?: Wait[]
  ignores?: SignalName[]
  /** An ended child that nobody has taken away yet. */
  exit?: number
  /** Its parent ended: init has it. */
  isOrphan?: boolean
  startedAtMs: number
  user?: { uid: number; gid: number; groups: number[]; name: string }
}

/** A command that was started from outside, or (`main`) the container's own streams. */
export interface ExecState {
  pid: number
  in: string
  inEnded: boolean
  out: string
  err: string
  exit?: number
  tty?: { line: string; columns: number; rows: number }
}

export interface KernelState {
  nextPid: number
  initPid: number
  nextDescription: number
  nextPipe: number
  nextPort: number
  draws: number
  processes: ProcessState[]
  descriptions: { [id: string]: Description }
  pipes: { [id: string]: Pipe }
  execs: { [id: string]: ExecState }
  /** The unfinished last line of each log stream. */
  partial: { stdout: string; stderr: string }
  startedAtMs: number
  exited?: { exitCode: number; signal?: number; reason: 'Completed' | 'Error' | 'OOMKilled'; finishedAtMs: number }
  /** Changes of files and connections made so far: a loop that may be skipped makes none. */
  effects: number
  /** Turns in which it never came to rest, one after the other. */
  busyTurns: number
  busySinceMs?: number
  /** A spinning loop whose state repeats: only a signal or a file can change it. */
  spinning?: boolean
  /** For skipping loops ahead. */
  loop?: LoopMark
}

/** What a container looked like when it last fell asleep for a time. */
export interface LoopMark {
  shape: string
  /** When it will wake. */
  atMs: number
  effects: number
  nextPid: number
  nextDescription: number
  /** The state repeats with this period. */
  periodMs?: number
}
