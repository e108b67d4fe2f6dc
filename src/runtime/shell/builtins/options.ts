/** Builtins for options, parameters and limits: set, shift, getopts, umask, ulimit, let. */
import type { Builtin, Shell } from '../shell'
import { assign } from '../variables'
import { evaluate, ArithmeticError } from '../arithmetic'
import { listVariables } from './variables'

const LONG: Record<string, string> = {
  errexit: 'e', noglob: 'f', noexec: 'n', nounset: 'u', xtrace: 'x', verbose: 'v', noclobber: 'C', allexport: 'a', notify: 'b', monitor: 'm', pipefail: 'P', ignoreeof: 'I', vi: 'V', emacs: 'E', posix: 'p', errtrace: 'Z', functrace: 'Y', hashall: 'h', braceexpand: 'B', nolog: 'l', interactive: 'i',
}

/** Applies the options in front; gives what is left, or a failure's status. */
export function applyOptions(shell: Shell, args: string[], name: string): { rest: string[] | undefined } | { status: number } {
  const { state } = shell
  const turn = (letter: string, on: boolean): void => {
    state.options = state.options.replace(letter, '') + (on ? letter : '')
  }
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string
    if (arg === '--') return { rest: args.slice(i + 1) }
    if (arg === '-') return { rest: args.length > i + 1 ? args.slice(i + 1) : undefined }
    if (!/^[-+]./.test(arg)) return { rest: args.slice(i) }
    const on = arg[0] === '-'
    for (const letter of arg.slice(1)) {
      if (letter === 'o') {
        const long = args[++i]
        if (long === undefined) {
          for (const [option, l] of Object.entries(LONG)) if (/^[a-zA-Z]+$/.test(option) && !'ZYIVEphBl'.includes(l)) shell.out(`${option.padEnd(16)}${state.options.includes(l) ? 'on' : 'off'}\n`)
          return { rest: undefined }
        }
        const known = LONG[long]
        if (known === undefined || (known === 'P' && state.flavour === 'dash')) {
          shell.complain(name, state.flavour === 'bash' ? `${long}: invalid option name` : state.flavour === 'ash' ? `illegal option -o ${long}` : `Illegal option -o ${long}`)
          return { status: state.flavour === 'bash' ? 2 : 2 }
        }
        turn(known, on)
      } else if (/[a-zA-Z]/.test(letter) && 'abefhkmnptuvxBCEHPTiIlsV'.includes(letter)) turn(letter, on)
      else {
        shell.complain(name, state.flavour === 'bash' ? `${arg[0]}${letter}: invalid option` : `${state.flavour === 'ash' ? 'illegal' : 'Illegal'} option ${arg[0]}${letter}`)
        return { status: 2 }
      }
    }
  }
  return { rest: undefined }
}

const set: Builtin = (shell, args, name) => {
  if (args.length === 0) {
    shell.out(listVariables(shell))
    return 0
  }
  const result = applyOptions(shell, args, name)
  if ('status' in result) return shell.state.flavour === 'bash' ? result.status : { kind: 'exit', status: result.status }
  if (result.rest !== undefined) shell.state.params = result.rest
  return 0
}

const shift: Builtin = (shell, args, name) => {
  const { state } = shell
  const count = args[0] === undefined ? 1 : Number(args[0])
  if (!Number.isInteger(count) || count < 0) {
    shell.complain(name, state.flavour === 'bash' ? `${args[0]}: numeric argument required` : `Illegal number: ${args[0]}`)
    return state.flavour === 'bash' ? 1 : { kind: 'exit', status: 2 }
  }
  if (count > state.params.length) {
    if (state.flavour !== 'dash') return 1
    shell.complain(name, "can't shift that many")
    return { kind: 'exit', status: 2 }
  }
  state.params = state.params.slice(count)
  return 0
}

/** upstream: POSIX getopts; the position within a group of letters is `optionOffset`. */
const getopts: Builtin = (shell, args) => {
  const { state } = shell
  const [spec = '', variable = 'opt'] = args
  const list = args.length > 2 ? args.slice(2) : state.params
  const index = Number(state.vars.OPTIND?.v ?? 1) || 1
  if (index === 1 && state.optionOffset > (list[0]?.length ?? 0)) state.optionOffset = 0
  const put = (name: string, value: string): void => assign(state, name, value, shell.line)
  const arg = list[index - 1]
  const finish = (next: number): number => {
    put(variable, '?')
    put('OPTIND', String(next))
    state.optionOffset = 0
    return 1
  }
  if (arg === undefined || arg === '-' || !arg.startsWith('-')) return finish(index)
  if (arg === '--') return finish(index + 1)
  const offset = state.optionOffset === 0 ? 1 : state.optionOffset
  const letter = arg[offset] as string
  const isLast = offset + 1 >= arg.length
  const advance = (by: number): void => {
    put('OPTIND', String(index + by))
    state.optionOffset = by === 0 ? offset + 1 : 0
  }
  const at = letter === ':' ? -1 : spec.indexOf(letter)
  const silent = spec.startsWith(':')
  if (at < 0) {
    put(variable, '?')
    if (silent) put('OPTARG', letter)
    else {
      delete state.vars.OPTARG
      shell.err(state.flavour === 'bash' ? `${state.name}: illegal option -- ${letter}\n` : state.flavour === 'ash' ? `${state.name}: illegal option -${letter}\n` : `Illegal option -${letter}\n`)
    }
    advance(isLast ? 1 : 0)
    return 0
  }
  if (spec[at + 1] !== ':') {
    put(variable, letter)
    delete state.vars.OPTARG
    advance(isLast ? 1 : 0)
    return 0
  }
  const value = isLast ? list[index] : arg.slice(offset + 1)
  if (value === undefined) {
    put(variable, silent ? ':' : '?')
    if (silent) put('OPTARG', letter)
    else shell.err(state.flavour === 'bash' ? `${state.name}: option requires an argument -- ${letter}\n` : state.flavour === 'ash' ? `${state.name}: no arg for -${letter} option\n` : `No arg for -${letter} option\n`)
    advance(1)
    return 0
  }
  put(variable, letter)
  put('OPTARG', value)
  advance(isLast ? 2 : 1)
  return 0
}

const umask: Builtin = (shell, args) => {
  const { ctx } = shell
  if (args[0] === undefined) shell.out(`${ctx.umask.toString(8).padStart(4, '0')}\n`)
  else if (args[0] === '-S') {
    const bits = (shift_: number): string => ['r', 'w', 'x'].filter((_, i) => ((~ctx.umask >> shift_) & (4 >> i)) !== 0).join('')
    shell.out(`u=${bits(6)},g=${bits(3)},o=${bits(0)}\n`)
  } else if (/^[0-7]+$/.test(args[0])) ctx.umask = parseInt(args[0], 8) & 0o777
  return 0
}

/** Limits are those of a container under containerd. */
const LIMITS: readonly (readonly [string, string, string])[] = [
  ['c', 'core file size (blocks)', '0'], ['d', 'data seg size (kb)', 'unlimited'], ['f', 'file size (blocks)', 'unlimited'], ['n', 'open files', '1048576'], ['s', 'stack size (kb)', '8192'], ['t', 'cpu time (seconds)', 'unlimited'], ['u', 'max user processes', 'unlimited'], ['v', 'virtual memory (kb)', 'unlimited'],
]
const ulimit: Builtin = (shell, args) => {
  const letters = args.filter(arg => arg.startsWith('-')).join('').replace(/[-HS]/g, '')
  if (letters.includes('a')) {
    for (const [letter, label, value] of LIMITS) shell.out(shell.state.flavour === 'bash' ? `${label.padEnd(40)} (-${letter}) ${value}\n` : `-${letter}: ${label.padEnd(32)}${value}\n`)
    return 0
  }
  if (args.some(arg => !arg.startsWith('-'))) return 0
  shell.out(`${LIMITS.find(([letter]) => letter === (letters || 'f'))?.[2] ?? 'unlimited'}\n`)
  return 0
}

const letCommand: Builtin = (shell, args, name) => {
  let value = 0n
  for (const arg of args) {
    try {
      value = evaluate(arg, { get: n => shell.state.vars[n]?.v, set: (n, v) => assign(shell.state, n, v, shell.line) })
    } catch (e) {
      if (!(e instanceof ArithmeticError)) throw e
      shell.complain(name, e.message)
      return 1
    }
  }
  return value === 0n ? 1 : 0
}

export const optionBuiltins: Readonly<Record<string, Builtin>> = {
  set, shift, getopts, umask, ulimit,
  let: letCommand,
  shopt: () => 0,
  times(shell) {
    shell.out('0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n')
    return 0
  },
}
