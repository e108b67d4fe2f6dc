/** Runs the frames of a shell: each turn of the loop does one bounded thing, so that the shell can be put to sleep between any two. */
import type { Step } from '../program'
import type { NodeOf } from './ast'
import { stepAndOr, stepCase, stepCFor, stepCond, stepFor, stepIf, stepList, stepLoop, stepPipe, stepSubshell } from './compound'
import { readSubstitution } from './fork'
import { enter, expanding } from './expanding'
import { finish, leaveShell, pushNode } from './frames'
import { nextInput } from './input'
import { ShellFailure } from './messages'
import { parseShell } from './parser'
import type { Shell } from './shell'
import { stepSimple } from './simple'
import type { Frame, FrameOf } from './state'

/** Runs until the shell has to wait, ends, or has used up the step's operations. */
export function runShell(shell: Shell): Step {
  const { state, ctx } = shell
  for (;;) {
    if (ctx.budget-- <= 0) return { kind: 'again' }
    if (state.exiting !== undefined && state.stack.length === 0) {
      const step = exit(shell, state.exiting)
      if (step !== undefined) return step
      continue
    }
    if (runPendingTrap(shell)) continue
    const frame = shell.top()
    if (frame === undefined) {
      const step = nextInput(shell)
      if (step !== undefined) return step
      continue
    }
    try {
      const step = stepFrame(shell, frame)
      if (step !== undefined) return step
    } catch (e) {
      if (!(e instanceof ShellFailure)) throw e
      fail(shell, e)
    }
  }
}

/** A frame's next act. A step is returned when the shell has to wait. */
function stepFrame(shell: Shell, frame: Frame): Step | undefined {
  if (frame.memo?.running !== undefined) {
    const wait = readSubstitution(shell, frame.memo)
    if (wait !== undefined) return wait
  }
  if (frame.k === 'text') return stepText(shell, frame)
  const node = shell.node(frame)
  shell.line = node.line
  switch (frame.k) {
    case 'list': return stepList(shell, frame, node as NodeOf<'list'>)
    case 'andor': return stepAndOr(shell, frame, node as NodeOf<'andor'>)
    case 'pipe': return stepPipe(shell, frame, node as NodeOf<'pipe'>)
    case 'simple': return stepSimple(shell, frame, node as NodeOf<'simple'>)
    case 'call': {
      shell.pop(shell.state.status)
      return
    }
    case 'compound': {
      const group = node as NodeOf<'group'>
      if (frame.entered) return finish(shell, shell.state.status)
      if (!enter(shell, frame, group.redirections)) return
      frame.entered = true
      return pushNode(shell, frame.t, group.body)
    }
    case 'if': return stepIf(shell, frame, node as NodeOf<'if'>)
    case 'loop': return stepLoop(shell, frame, node as NodeOf<'loop'>)
    case 'for': return stepFor(shell, frame, node as NodeOf<'for'>)
    case 'cfor': return stepCFor(shell, frame, node as NodeOf<'cfor'>)
    case 'case': return stepCase(shell, frame, node as NodeOf<'case'>)
    case 'subshell': return stepSubshell(shell, frame, node as NodeOf<'subshell'>)
    case 'function': {
      const { name, body } = node as NodeOf<'function'>
      shell.state.functions[name] = { t: frame.t, n: body }
      return finish(shell, 0)
    }
    case 'cond': return stepCond(shell, frame, node as NodeOf<'cond'>)
    case 'arith': {
      const arith = node as NodeOf<'arith'>
      if (!enter(shell, frame, arith.redirections)) return
      const value = expanding(shell, frame, e => e.arithmetic(arith.expr))
      return value === undefined ? undefined : finish(shell, value === 0n ? 1 : 0, true)
    }
  }
}

function exit(shell: Shell, code: number): Step | undefined {
  const { state } = shell
  const trap = state.traps.EXIT
  delete state.traps.EXIT
  if (trap === undefined || trap === '') return { kind: 'exit', code }
  const { t } = shell.addText(trap)
  state.status = code
  shell.push({ k: 'text', t, n: 0, i: 0, status: code })
  return
}

function runPendingTrap(shell: Shell): boolean {
  const { state } = shell
  if (state.pending.length === 0 || state.exiting !== undefined) return false
  const top = shell.top()
  // Between commands, or while `wait` or `read` sleeps; a foreground command is waited for first.
  const mayRun = top === undefined || (top.k === 'list') || (top.k === 'simple' && top.builtin?.b === 'wait') || (top.k === 'simple' && top.phase === 'expand' && top.memo?.running === undefined)
  if (!mayRun) return false
  const signal = state.pending.shift() as string
  const action = state.traps[signal]
  if (action === undefined || action === '') return true
  if (top?.k === 'simple' && top.builtin?.b === 'wait') shell.pop(128 + 15)
  const { t } = shell.addText(action)
  shell.push({ k: 'text', t, n: 0, i: 0, status: state.status })
  return true
}

/** A mistake that ends the command or, in a shell that is not interactive, the shell. */
function fail(shell: Shell, failure: ShellFailure): void {
  const { state } = shell
  shell.err(failure.message)
  if (!failure.fatal) return finish(shell, failure.status, true)
  if (state.input.kind === 'stdin' && state.input.interactive) {
    while (state.stack.length > 0) shell.leave(state.stack.pop() as Frame)
    state.status = failure.status
  } else leaveShell(shell, failure.status)
}

function stepText(shell: Shell, frame: FrameOf<'text'>): undefined {
  const { state } = shell
  if (frame.i++ > 0) {
    shell.pop(state.status)
    return
  }
  return pushNode(shell, frame.t, parseShell(state.texts[frame.t] as string, state.flavour).root)
}

