/** How frames begin and end. */
import type { NodeOf } from './ast'
import { ShellFailure, syntaxError } from './messages'
import type { Shell } from './shell'
import type { Frame, NodeRef } from './state'

/** Starts a node. */
export function pushNode(shell: Shell, t: number, n: number): undefined {
  if (n < 0) return
  const node = shell.node({ t, n })
  const ref = { t, n }
  switch (node.t) {
    case 'list': shell.push({ k: 'list', ...ref, i: 0 }); return
    case 'andor': shell.push({ k: 'andor', ...ref, i: 0 }); return
    case 'pipe': shell.push({ k: 'pipe', ...ref, started: false }); return
    case 'simple': shell.push({ k: 'simple', ...ref, phase: 'expand' }); return
    case 'group': shell.push({ k: 'compound', ...ref, entered: false }); return
    case 'subshell': shell.push({ k: 'subshell', ...ref }); return
    case 'if': shell.push({ k: 'if', ...ref, i: -1, phase: 'condition' }); return
    case 'loop': shell.push({ k: 'loop', ...ref, phase: 'body', status: -1 }); return
    case 'for': shell.push({ k: 'for', ...ref, i: -1, status: 0 }); return
    case 'cfor': shell.push({ k: 'cfor', ...ref, phase: 'start', status: 0 }); return
    case 'case': shell.push({ k: 'case', ...ref, i: -1, matched: false }); return
    case 'function': shell.push({ k: 'function', ...ref }); return
    case 'cond': shell.push({ k: 'cond', ...ref }); return
    case 'arith': shell.push({ k: 'arith', ...ref }); return
    case 'error': throw new ShellFailure(syntaxError(shell.state, node.error), 2)
  }
}

/** Ends a frame; with `set -e` a failure that nobody tests ends the shell. */
export function finish(shell: Shell, status: number, checked = false): undefined {
  shell.pop(status)
  if (checked && status !== 0 && shell.state.options.includes('e') && !isTested(shell)) leaveShell(shell, status)
}

/** Is the status of the command that just ended looked at by `if`, `while`, `&&`, `||` or `!`? */
export function isTested(shell: Shell): boolean {
  if (shell.state.options.includes('T')) return true
  return shell.state.stack.some(frame =>
    ((frame.k === 'if' || frame.k === 'loop') && frame.phase === 'condition') || (frame.k === 'andor' && frame.i === 1) || (frame.k === 'pipe' && (shell.node(frame) as NodeOf<'pipe'>).negated))
}

/** `exit`: everything is left, then the EXIT trap runs. */
export function leaveShell(shell: Shell, status: number): void {
  const { state } = shell
  while (state.stack.length > 0) shell.leave(state.stack.pop() as Frame)
  state.status = status
  state.exiting = status
}

/** Calls a function: the frame under it waits for its status. */
export function enterFunction(shell: Shell, node: NodeRef, args: string[]): undefined {
  const { state } = shell
  if (state.stack.filter(frame => frame.k === 'call').length > MAX_CALLS) throw new ShellFailure(`${state.name}: maximum function nesting level exceeded (${MAX_CALLS})\n`, 2)
  shell.push({ k: 'call', ...node, params: state.params, locals: {} })
  state.params = args
  return pushNode(shell, node.t, node.n)
}

const MAX_CALLS = 1000
