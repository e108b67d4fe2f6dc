/** All a shell knows between two steps, as plain JSON. */
import type { Flavour } from './lexer'

export interface Variable {
  /** Absent: declared (exported, local) but unset. */
  v?: string
  exported?: boolean
  readonly?: boolean
  /** Elements of an array (bash), by index or key. */
  a?: { [key: string]: string }
  /** `declare -A` */
  keyed?: boolean
  /** `declare -i` */
  integer?: boolean
}

/** Where a node is found: in which text, under which number. */
export interface NodeRef {
  t: number
  n: number
}

/** A command substitution under way. */
export interface Substitution {
  pid: number
  fd: number
  out: string
}

/** Results of the command substitutions of the words being expanded, in order: expansion starts anew after each. */
export interface Memo {
  results: string[]
  /** Exit code of the last one, for `x=$(false)`. */
  status?: number
  running?: Substitution
}

/** Descriptors to put back: [descriptor, where its old self is kept, or -1 when it was closed]. */
export type Saved = [number, number][]

/** What a simple command waits for after its words are known. */
export type Frame = NodeRef & { memo?: Memo; saved?: Saved } & (
    | { k: 'list'; i: number }
    | { k: 'andor'; i: number }
    | { k: 'pipe'; pids?: number[]; started: boolean }
    | { k: 'simple'; phase: 'expand' | 'run' | 'wait'; argv?: string[]; pid?: number; /** A builtin's own state while it waits. */ builtin?: BuiltinWait; restore?: { [name: string]: Variable | null } }
    | { k: 'compound'; entered: boolean }
    | { k: 'if'; i: number; phase: 'condition' | 'body' }
    | { k: 'loop'; phase: 'condition' | 'body'; status: number }
    | { k: 'for'; i: number; words?: string[]; status: number }
    | { k: 'cfor'; phase: 'start' | 'test' | 'body' | 'next'; status: number }
    | { k: 'case'; i: number; matched: boolean }
    | { k: 'subshell'; pid?: number }
    | { k: 'call'; params: string[]; locals: { [name: string]: Variable | null }; restore?: { [name: string]: Variable | null } }
    /** A text of its own: eval, `.`, a trap. `status`: what a trap puts back. */
    | { k: 'text'; i: number; status?: number; params?: string[]; isSource?: boolean }
    | { k: 'cond' }
    | { k: 'arith' }
    | { k: 'function' }
  )

export type FrameOf<K extends Frame['k']> = Extract<Frame, { k: K }>

export type BuiltinWait =
  | { b: 'read'; args: string[]; line: string; deadlineMs?: number }
  | { b: 'wait'; pids: number[] }
  | { b: 'fg'; pid: number }

export interface Job {
  n: number
  pids: number[]
  text: string
  /** The last process's exit code once it is known. */
  status?: number
}

export interface ShellState {
  flavour: Flavour
  /** `$0` */
  name: string
  /** `$$`: stays the same in subshells. */
  pid: number
  texts: { [id: number]: string }
  nextText: number
  stack: Frame[]
  vars: { [name: string]: Variable }
  functions: { [name: string]: NodeRef }
  params: string[]
  /** `$?` */
  status: number
  /** Letters of `set`; `P` stands for pipefail. */
  options: string
  traps: { [signal: string]: string }
  /** Signals caught and not yet handled. */
  pending: string[]
  jobs: Job[]
  lastBackground?: number
  /** Position within an option group, for getopts. */
  optionOffset: number
  draws: number
  pipeStatus: number[]
  /** Where commands come from: a text given at the start, or lines of stdin. */
  input: { kind: 'text' } | { kind: 'stdin'; buffer: string; interactive: boolean; prompted: boolean; ended: boolean }
  isSubshell: boolean
  /** The command of a pipeline or the last of `-c` may replace the shell. */
  mayExec: boolean
  /** `-c` */
  isCommand: boolean
  exiting?: number
  startedAtMs: number
}
