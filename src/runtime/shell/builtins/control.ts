/** Builtins that steer the shell itself: break, return, exit, eval, `.`, exec, command, trap. */
import { FileError, ERROR_TEXTS } from '../../files/file-system'
import { SIGNAL_NUMBERS } from '../../program'
import type { Builtin, BuiltinResult, Shell } from '../shell'
import type { Frame } from '../state'
import { describeName } from './names'

const number = (text: string | undefined, fallback: number): number => (text === undefined ? fallback : /^[-+]?\d+$/.test(text) ? Number(text) : NaN)

/** Leaves the frames above and including the nth loop; `continue` keeps that loop. */
function unwindLoops(shell: Shell, count: number, keepLast: boolean): BuiltinResult {
  const { state } = shell
  let loops = 0
  let target = -1
  for (let i = state.stack.length - 1; i >= 0; i--) {
    const { k } = state.stack[i] as Frame
    if (k === 'call') break
    if (k !== 'loop' && k !== 'for' && k !== 'cfor') continue
    target = i
    if (++loops === count) break
  }
  if (target < 0) return 0
  while (state.stack.length > target + 1) shell.leave(state.stack.pop() as Frame)
  state.status = 0
  const loop = state.stack[target] as Frame
  if (!keepLast) shell.pop(0)
  else if (loop.k === 'loop') loop.phase = 'body'
  return { kind: 'unwound' }
}

const loopControl = (keepLast: boolean): Builtin => (shell, args, name) => {
  const count = number(args[0], 1)
  if (!(count >= 1)) {
    shell.complain(name, shell.state.flavour === 'bash' ? `${args[0]}: loop count out of range` : `Illegal number: ${args[0]}`)
    return shell.state.flavour === 'bash' ? 1 : { kind: 'exit', status: 2 }
  }
  return unwindLoops(shell, count, keepLast)
}

function returnFrom(shell: Shell, args: string[], name: string): BuiltinResult {
  const { state } = shell
  const status = number(args[0], state.status)
  if (Number.isNaN(status)) return illegalNumber(shell, name, args[0] as string)
  const at = state.stack.findLastIndex(frame => frame.k === 'call' || (frame.k === 'text' && frame.isSource === true))
  if (at < 0) {
    if (state.flavour !== 'bash') return { kind: 'exit', status: status & 255 }
    shell.complain(name, "can only `return' from a function or sourced script")
    return 2
  }
  while (state.stack.length > at) shell.leave(state.stack.pop() as Frame)
  state.status = status & 255
  return { kind: 'unwound' }
}

function illegalNumber(shell: Shell, name: string, text: string): BuiltinResult {
  if (shell.state.flavour === 'bash') {
    shell.complain(name, `${text}: numeric argument required`)
    return { kind: 'exit', status: 2 }
  }
  shell.complain(name, `Illegal number: ${text}`)
  return { kind: 'exit', status: 2 }
}

function source(shell: Shell, args: string[], name: string): BuiltinResult {
  const { state, ctx } = shell
  const file = args[0]
  if (file === undefined) {
    if (state.flavour === 'dash') return 0
    shell.complain(name, state.flavour === 'bash' ? 'filename argument required' : 'not enough arguments')
    return 2
  }
  const directories = file.includes('/') ? [''] : [...(state.vars.PATH?.v ?? '').split(':'), ...(state.flavour === 'bash' ? ['.'] : [])]
  for (const directory of directories) {
    const path = directory === '' ? file : `${directory}/${file}`
    let text: string
    try {
      text = ctx.files.read(path)
    } catch (e) {
      if (!(e instanceof FileError)) throw e
      if (directory !== '') continue
      const reason = ERROR_TEXTS[e.code]
      if (state.flavour === 'bash') shell.complain(undefined, `${file}: ${reason}`)
      else if (state.flavour === 'ash') shell.complain(name, `can't open '${file}': ${reason}`)
      else shell.complain(name, `cannot open ${file}: ${e.code === 'ENOENT' ? 'No such file' : reason}`)
      return state.flavour === 'bash' ? 1 : { kind: 'exit', status: 2 }
    }
    const { t } = shell.addText(text)
    const params = args.length > 1 ? { params: state.params } : {}
    shell.push({ k: 'text', t, n: 0, i: 0, isSource: true, ...params })
    if (args.length > 1) state.params = args.slice(1)
    state.status = 0
    return { kind: 'pushed' }
  }
  if (state.flavour === 'bash') shell.complain(undefined, `${file}: No such file or directory`)
  else shell.complain(name, `${file}: not found`)
  return state.flavour === 'bash' ? 1 : { kind: 'exit', status: 127 }
}

function command(shell: Shell, args: string[]): BuiltinResult {
  const [first, ...rest] = args
  if (first === '-v' || first === '-V') {
    let status = rest.length === 0 ? 0 : 1
    for (const name of rest) {
      const text = describeName(shell, name, first === '-V')
      if (text === undefined) {
        if (first === '-V') shell.err(`${name}: not found\n`)
        status = 127
      } else {
        shell.out(`${text}\n`)
        if (status !== 127) status = 0
      }
    }
    return shell.state.flavour === 'bash' && status === 127 ? 1 : status
  }
  const argv = first === '-p' || first === '--' ? rest : args
  return argv.length === 0 ? 0 : shell.invoke(argv)
}

function trap(shell: Shell, args: string[]): BuiltinResult {
  const { state } = shell
  if (args[0] === '--') args = args.slice(1)
  if (args.length === 0 || args[0] === '-p') {
    for (const [signal, action] of Object.entries(state.traps)) shell.out(`trap -- '${action.replaceAll("'", "'\\''")}' ${state.flavour === 'bash' && signal !== 'EXIT' ? `SIG${signal}` : signal}\n`)
    return 0
  }
  if (args[0] === '-l') return 0
  // `trap TERM` alone resets, as does `-`.
  const isReset = args[0] === '-' || (args.length === 1 && signalName(args[0] as string) !== undefined) || /^\d+$/.test(args[0] as string)
  const action = isReset ? undefined : (args[0] as string)
  let status = 0
  for (const given of args.length === 1 || (isReset && args[0] !== '-') ? args : args.slice(1)) {
    const name = signalName(given)
    if (name === undefined) {
      if (state.flavour === 'bash') shell.complain('trap', `${given}: invalid signal specification`)
      else shell.complain('trap', state.flavour === 'ash' ? `${given}: invalid signal specification` : `${given}: bad trap`)
      status = 1
    } else if (action === undefined) delete state.traps[name]
    else state.traps[name] = action
  }
  return status
}

/** `EXIT`, `TERM` … of `0`, `15`, `SIGTERM`, `term`. */
export function signalName(text: string): string | undefined {
  const upper = text.toUpperCase().replace(/^SIG/, '')
  if (upper === 'EXIT' || upper === '0') return 'EXIT'
  if (upper === 'ERR' || upper === 'DEBUG' || upper === 'RETURN') return upper
  if (Object.hasOwn(SIGNAL_NUMBERS, upper)) return upper
  return Object.entries(SIGNAL_NUMBERS).find(([, n]) => String(n) === upper)?.[0] ?? (/^\d+$/.test(upper) && Number(upper) < 65 ? upper : undefined)
}

export const controlBuiltins: Readonly<Record<string, Builtin>> = {
  ':': () => 0,
  true: () => 0,
  false: () => 1,
  break: loopControl(false),
  continue: loopControl(true),
  return: returnFrom,
  exit(shell, args, name) {
    const status = number(args[0], shell.state.exiting ?? shell.state.status)
    return Number.isNaN(status) ? illegalNumber(shell, name, args[0] as string) : { kind: 'exit', status: status & 255 }
  },
  eval(shell, args) {
    const text = args.join(' ')
    if (text.trim() === '') return 0
    const { t } = shell.addText(text)
    shell.push({ k: 'text', t, n: 0, i: 0 })
    return { kind: 'pushed' }
  },
  '.': source,
  source,
  exec(shell, args) {
    let argv = args
    if (argv[0] === '--') argv = argv.slice(1)
    if (argv[0] === '-a') argv = argv.slice(2)
    return argv.length === 0 ? 0 : { kind: 'run', argv, replace: true }
  },
  command,
  builtin: (shell, args) => (args.length === 0 ? 0 : shell.invoke(args)),
  trap,
}
