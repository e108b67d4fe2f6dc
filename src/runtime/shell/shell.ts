/** What the parts of the interpreter share: the state, its nodes, its descriptors, and how a frame begins and ends. */
import type { ProcessContext } from '../program'
import type { Node, Redirection } from './ast'
import { FileError } from '../files/file-system'
import { badDescriptor, prefix, redirectionFailed, redirectionStatus, ShellFailure } from './messages'
import { parseShell } from './parser'
import type { BuiltinWait, Frame, NodeRef, Saved, ShellState, Variable } from './state'

/** A status, or what the builtin did to the shell instead of ending. */
export type BuiltinResult =
  | number
  /** A frame was pushed; its status becomes the command's. */
  | { readonly kind: 'pushed' }
  | { readonly kind: 'exit'; readonly status: number }
  /** It has changed the stack itself (break, return). */
  | { readonly kind: 'unwound' }
  | { readonly kind: 'wait'; readonly wait: BuiltinWait }
  | { readonly kind: 'run'; readonly argv: string[]; readonly replace: boolean }

export type Builtin = (shell: Shell, args: string[], name: string) => BuiltinResult

/** A redirection with its words expanded. */
export interface ResolvedRedirection {
  readonly op: Redirection['op']
  readonly fd: number
  readonly target: string
}

export class Shell {
  /** The line of the node being run, for messages. */
  line = 1

  constructor(
    readonly state: ShellState,
    readonly ctx: ProcessContext,
    /** Given from outside: the builtins need this class. */
    readonly builtin: (name: string) => Builtin | undefined,
  ) {}

  /** A builtin or a program of the image, passing over functions (`command`). */
  invoke(argv: string[]): BuiltinResult {
    const builtin = this.builtin(argv[0] as string)
    return builtin === undefined ? { kind: 'run', argv, replace: false } : builtin(this, argv.slice(1), argv[0] as string)
  }

  node(ref: NodeRef): Node {
    return parseShell(this.state.texts[ref.t] as string, this.state.flavour).nodes[ref.n] as Node
  }

  /** Keeps a text whose nodes frames will name; -1 as its root when it is empty. */
  addText(text: string): { t: number; root: number } {
    const t = this.state.nextText++
    this.state.texts[t] = text
    return { t, root: parseShell(text, this.state.flavour).root }
  }

  top(): Frame | undefined {
    return this.state.stack.at(-1)
  }

  push(frame: Frame): void {
    this.state.stack.push(frame)
  }

  /** Ends the top frame. */
  pop(status: number): void {
    this.state.status = status
    const frame = this.state.stack.pop()
    if (frame !== undefined) this.leave(frame)
  }

  /** Puts back what a frame changed: descriptors, local variables, parameters. */
  leave(frame: Frame): void {
    const { state } = this
    if (frame.saved !== undefined) this.restore(frame.saved)
    if (frame.k === 'call') {
      state.params = frame.params
      this.restoreVariables(frame.locals)
    }
    if ((frame.k === 'call' || frame.k === 'simple') && frame.restore !== undefined) this.restoreVariables(frame.restore)
    if (frame.k === 'text') {
      if (frame.status !== undefined) state.status = frame.status
      if (frame.params !== undefined) state.params = frame.params
      this.dropText(frame.t)
    }
  }

  private dropText(t: number): void {
    const { stack, functions, texts } = this.state
    if (stack.some(f => f.t === t)) return
    for (const name in functions) if (functions[name]?.t === t) return
    delete texts[t]
  }

  restoreVariables(old: { [name: string]: Variable | null }): void {
    for (const [name, variable] of Object.entries(old)) {
      if (variable === null) delete this.state.vars[name]
      else this.state.vars[name] = variable
    }
  }

  out(text: string): void {
    this.ctx.write(1, text)
  }

  err(text: string): void {
    this.ctx.write(2, text)
  }

  /** A builtin's complaint: `sh: cd: line 1: can't cd to /x: …`. */
  complain(command: string | undefined, message: string): void {
    this.err(`${prefix(this.state, this.line, command)}${message}\n`)
  }

  /** Puts redirections into force. Throws ShellFailure (not fatal) with everything put back. */
  redirect(list: readonly ResolvedRedirection[], keep: boolean): Saved {
    const saved: Saved = []
    try {
      for (const redirection of list) this.redirectOne(redirection, keep ? undefined : saved)
    } catch (e) {
      this.restore(saved)
      throw e
    }
    return saved
  }

  private redirectOne({ op, fd, target }: ResolvedRedirection, saved: Saved | undefined): void {
    const { processes } = this.ctx
    const save = (n: number): void => {
      if (saved === undefined || saved.some(([old]) => old === n)) return
      saved.push([n, processes.isOpen(n) ? processes.dupAbove(n, 10) : -1])
    }
    const move = (from: number, to: number): void => {
      processes.dup(from, to)
      processes.close(from)
    }
    if (op === '<<' || op === '<<<') {
      save(fd)
      return move(processes.openText(op === '<<<' ? `${target}\n` : target, 10), fd)
    }
    if (op === '<&' || op === '>&') {
      if (target === '-') {
        save(fd)
        return processes.close(fd)
      }
      if (/^\d+$/.test(target)) {
        if (!processes.isOpen(Number(target))) throw new ShellFailure(badDescriptor(this.state, this.line, target), redirectionStatus(this.state.flavour), false)
        save(fd)
        processes.dup(Number(target), fd)
        return
      }
    }
    const creates = op !== '<' && op !== '<&'
    const both = op === '&>' || op === '&>>' || op === '>&'
    if ((op === '>' || both) && this.state.options.includes('C') && this.ctx.files.exists(target) && this.ctx.files.stat(target).type === 'file')
      throw new ShellFailure(`${prefix(this.state, this.line)}${this.state.flavour === 'ash' ? `can't create ${target}: File exists` : this.state.flavour === 'dash' ? `cannot create ${target}: File exists` : `${target}: cannot overwrite existing file`}\n`, redirectionStatus(this.state.flavour), false)
    let opened: number
    try {
      opened = processes.open(target, op === '<' ? 'read' : op === '>>' || op === '&>>' ? 'append' : op === '<>' ? 'readwrite' : 'write', 10)
    } catch (e) {
      if (!(e instanceof FileError)) throw e
      throw new ShellFailure(redirectionFailed(this.state, this.line, target, e.code, creates), redirectionStatus(this.state.flavour), false)
    }
    save(fd)
    if (both) {
      save(2)
      processes.dup(opened, 2)
    }
    move(opened, fd)
  }

  restore(saved: Saved): void {
    const { processes } = this.ctx
    for (const [fd, copy] of saved.slice().reverse()) {
      if (copy < 0) processes.close(fd)
      else {
        processes.dup(copy, fd)
        processes.close(copy)
      }
    }
  }
}

/** The descriptor that an operator means when none is written. */
export const defaultDescriptor = (op: Redirection['op']): number => (op.startsWith('<') ? 0 : 1)
