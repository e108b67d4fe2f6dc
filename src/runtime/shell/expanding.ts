/** Expansion within a frame, which may have to wait for command substitutions, and the redirections of compound commands. */
import type { Redirection } from './ast'
import { Expander, NeedsSubstitution } from './expand'
import { startSubstitution } from './fork'
import type { ResolvedRedirection, Shell } from './shell'
import { defaultDescriptor } from './shell'
import type { Frame } from './state'

/** Runs an expansion; undefined while a command substitution is under way. */
export function expanding<T>(shell: Shell, frame: Frame, expand: (expander: Expander) => T): T | undefined {
  frame.memo ??= { results: [] }
  const expander = new Expander(shell.state, shell.ctx, shell.line, frame.memo)
  try {
    const value = expand(expander)
    return value
  } catch (e) {
    if (!(e instanceof NeedsSubstitution)) throw e
    startSubstitution(shell, frame, e.body)
    expander.rollBack()
    return undefined
  }
}

export function resolveRedirections(expander: Expander, list: readonly Redirection[]): ResolvedRedirection[] {
  return list.map(({ op, fd, target }) => ({ op, fd: fd ?? defaultDescriptor(op), target: expander.text(target, op !== '<<') }))
}

/** Puts a compound command's redirections into force, once. */
export function enter(shell: Shell, frame: Frame, redirections: readonly Redirection[]): boolean {
  if (redirections.length === 0 || frame.saved !== undefined) return true
  const resolved = expanding(shell, frame, e => resolveRedirections(e, redirections))
  if (resolved === undefined) return false
  delete frame.memo
  frame.saved = shell.redirect(resolved, false)
  return true
}
