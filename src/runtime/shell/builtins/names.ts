/** Builtins that tell what a name means: type, hash, alias, and the words of `command -v`. */
import type { Builtin, Shell } from '../shell'

const RESERVED = new Set(['if', 'then', 'else', 'elif', 'fi', 'do', 'done', 'case', 'esac', 'while', 'until', 'for', '{', '}', '!', 'in', 'function', '[[', ']]'])
const SPECIAL = new Set(['.', ':', 'break', 'continue', 'eval', 'exec', 'exit', 'export', 'readonly', 'return', 'set', 'shift', 'times', 'trap', 'unset'])

/** What `command -v NAME` prints (or, in words, -V); undefined when there is no such command. */
export function describeName(shell: Shell, name: string, inWords: boolean): string | undefined {
  const { state, ctx } = shell
  const isBash = state.flavour === 'bash'
  if (RESERVED.has(name)) return inWords ? `${name} is a shell keyword` : name
  if (Object.hasOwn(state.functions, name)) return inWords ? `${name} is a ${isBash ? '' : 'shell '}function` : name
  if (shell.builtin(name) !== undefined) return inWords ? `${name} is a ${SPECIAL.has(name) && !isBash ? 'special ' : ''}shell builtin` : name
  const found = ctx.processes.find(name, state.vars.PATH?.v)
  if (found.kind === 'notFound' || found.kind === 'notExecutable') return undefined
  return inWords ? `${name} is ${found.path}` : found.path
}

const type: Builtin = (shell, args) => {
  let status = 0
  const isBash = shell.state.flavour === 'bash'
  const wantsKind = isBash && args[0] === '-t'
  const wantsPath = isBash && (args[0] === '-p' || args[0] === '-P')
  for (const name of wantsKind || wantsPath ? args.slice(1) : args) {
    const text = describeName(shell, name, !wantsPath)
    if (text === undefined) {
      if (isBash && !wantsKind && !wantsPath) shell.complain('type', `${name}: not found`)
      else if (!isBash) (shell.state.flavour === 'ash' ? shell.err(`${name}: not found\n`) : shell.out(`${name}: not found\n`))
      status = isBash ? 1 : 127
    } else if (wantsKind) shell.out(`${/keyword$/.test(text) ? 'keyword' : /function$/.test(text) ? 'function' : /builtin$/.test(text) ? 'builtin' : 'file'}\n`)
    else shell.out(`${text}\n`)
  }
  return status
}

export const nameBuiltins: Readonly<Record<string, Builtin>> = {
  type,
  hash: () => 0,
  // Aliases are for people at a prompt: accepted, not expanded.
  alias: () => 0,
  unalias: () => 0,
  enable: () => 0,
  history: () => 0,
  help(shell) {
    shell.out('Built-in commands:\n')
    return 0
  },
}
