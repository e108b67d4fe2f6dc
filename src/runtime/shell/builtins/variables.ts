/** Builtins for variables: export, readonly, local, declare, unset. */
import type { Builtin, Shell } from '../shell'
import type { FrameOf, Variable } from '../state'
import { assign, unset } from '../variables'

export const quoted = (value: string): string => `'${value.replaceAll("'", "'\"'\"'")}'`
const bashQuoted = (value: string): string => `"${value.replace(/["\\$`]/g, '\\$&')}"`

/** What `set` without arguments prints. */
export function listVariables(shell: Shell): string {
  const isBash = shell.state.flavour === 'bash'
  return Object.entries(shell.state.vars).filter(([, variable]) => variable.v !== undefined).sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, variable]) => `${name}=${isBash ? (/^[\w@%+=:,./-]*$/.test(variable.v as string) ? variable.v : quoted(variable.v as string)) : quoted(variable.v as string)}\n`).join('')
}

const isName = (text: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(text)

/** `NAME` or `NAME=value`; false when it is no name (the complaint is printed). */
function parseArgument(shell: Shell, command: string, arg: string): { name: string; value?: string; append: boolean } | undefined {
  const m = /^([^=+]*)(\+?=)?([\s\S]*)$/.exec(arg) as RegExpExecArray
  const name = m[2] === undefined ? arg : (m[1] as string)
  if (!isName(name)) {
    shell.complain(command, shell.state.flavour === 'bash' ? `\`${arg}': not a valid identifier` : `${name}: bad variable name`)
    return undefined
  }
  return { name, append: m[2] === '+=', ...(m[2] === undefined ? {} : { value: m[3] as string }) }
}

const marking = (mark: 'exported' | 'readonly'): Builtin => (shell, args, name) => {
  const { state } = shell
  const isBash = state.flavour === 'bash'
  if (args.length === 0 || (args.length === 1 && args[0] === '-p')) {
    for (const [variable, { v, [mark]: marked }] of Object.entries(state.vars).sort(([a], [b]) => (a < b ? -1 : 1)))
      if (marked) shell.out(`${isBash ? `declare -${mark === 'exported' ? 'x' : 'r'}` : name} ${variable}${v === undefined ? '' : `=${isBash ? bashQuoted(v) : quoted(v)}`}\n`)
    return 0
  }
  let remove = false
  for (const arg of args) {
    if (arg === '-n') remove = true
    else if (arg === '--' || /^-[pfa]+$/.test(arg)) continue
    else {
      const parsed = parseArgument(shell, name, arg)
      if (parsed === undefined) return isBash ? 1 : { kind: 'exit', status: 2 }
      if (parsed.value !== undefined) assign(state, parsed.name, (parsed.append ? (state.vars[parsed.name]?.v ?? '') : '') + parsed.value, shell.line)
      state.vars[parsed.name] = { ...state.vars[parsed.name], [mark]: !remove }
    }
  }
  return 0
}

/** Remembers what a function's local variable hides. */
function hide(shell: Shell, name: string): boolean {
  const call = shell.state.stack.findLast((frame): frame is FrameOf<'call'> => frame.k === 'call')
  if (call === undefined) return false
  if (!(name in call.locals)) call.locals[name] = shell.state.vars[name] ?? null
  return true
}

const local: Builtin = (shell, args, name) => {
  const { state } = shell
  if (!state.stack.some(frame => frame.k === 'call')) {
    shell.complain(state.flavour === 'dash' ? undefined : name, state.flavour === 'bash' ? 'can only be used in a function' : 'not in a function')
    return state.flavour === 'bash' ? 1 : { kind: 'exit', status: 2 }
  }
  return declare(shell, args, name)
}

const declare: Builtin = (shell, args, name) => {
  const { state } = shell
  const flags = new Set<string>()
  let isPrinting = false
  for (const arg of args) {
    if (/^[-+][a-zA-Z]+$/.test(arg) && state.flavour === 'bash') {
      for (const letter of arg.slice(1)) (arg[0] === '-' ? flags.add(letter) : flags.delete(letter))
      isPrinting = flags.has('p')
      continue
    }
    if (arg === '-' || arg === '--') continue
    const parsed = parseArgument(shell, name, arg)
    if (parsed === undefined) return state.flavour === 'bash' ? 1 : { kind: 'exit', status: 2 }
    if (isPrinting) {
      const variable = state.vars[parsed.name]
      if (variable === undefined) {
        shell.complain(name, `${arg}: not found`)
        return 1
      }
      shell.out(`declare -${variable.exported ? 'x' : variable.readonly ? 'r' : variable.a ? 'a' : '-'} ${parsed.name}=${bashQuoted(variable.v ?? '')}\n`)
      continue
    }
    const old = state.vars[parsed.name]
    if (!flags.has('g')) hide(shell, parsed.name)
    const isFresh = state.stack.some(frame => frame.k === 'call') && !flags.has('g')
    // A new local of ash keeps the value it hides; bash's is unset.
    const base: Variable = isFresh && state.flavour === 'bash' ? { ...(old?.exported ? { exported: true } : {}) } : { ...old }
    const next: Variable = {
      ...base, ...(flags.has('x') ? { exported: true } : {}), ...(flags.has('i') ? { integer: true } : {}), ...(flags.has('A') ? { keyed: true, a: base.a ?? {} } : flags.has('a') ? { a: base.a ?? {} } : {}),
    }
    if (parsed.value !== undefined) next.v = (parsed.append ? (old?.v ?? '') : '') + parsed.value
    else if (isFresh && state.flavour === 'ash' ) delete next.v
    if (old?.readonly) assign(state, parsed.name, '', shell.line)
    state.vars[parsed.name] = { ...next, ...(flags.has('r') ? { readonly: true } : {}) }
  }
  return 0
}

export const variableBuiltins: Readonly<Record<string, Builtin>> = {
  export: marking('exported'),
  readonly: marking('readonly'),
  local,
  declare,
  typeset: declare,
  unset(shell, args, name) {
    let functions = false
    for (const arg of args) {
      if (arg === '-f') functions = true
      else if (arg === '-v') functions = false
      else if (functions) delete shell.state.functions[arg]
      else {
        const element = /^(\w+)\[(.+)\]$/.exec(arg)
        if (element !== null) {
          const variable = shell.state.vars[element[1] as string]
          if (variable?.a !== undefined) {
            const a = { ...variable.a }
            delete a[element[2] as string]
            shell.state.vars[element[1] as string] = { ...variable, a }
          }
        } else if (!isName(arg)) {
          shell.complain(name, shell.state.flavour === 'bash' ? `\`${arg}': not a valid identifier` : `${arg}: bad variable name`)
          return shell.state.flavour === 'bash' ? 1 : { kind: 'exit', status: 2 }
        } else if (shell.state.flavour === 'bash' && shell.state.vars[arg] === undefined) delete shell.state.functions[arg]
        else unset(shell.state, arg, shell.line)
      }
    }
    return 0
  },
}
