/** The shell as a program: how it is started, stepped, and takes signals. */
import { ERROR_TEXTS, FileError } from '../files/file-system'
import type { ProcessContext, Program } from '../program'
import { applyOptions } from './builtins/options'
import { builtinOf } from './builtins/registry'
import { runShell } from './interpreter'
import type { Flavour } from './lexer'
import { Shell } from './shell'
import type { ShellState, Variable } from './state'

const shellOf = (state: ShellState, ctx: ProcessContext): Shell => new Shell(state, ctx, name => builtinOf(state.flavour, name))

export function shellProgram(flavour: Flavour): Program<ShellState> {
  return {
    start: ctx => startShell(flavour, ctx),
    step: (state, ctx) => runShell(shellOf(state, ctx)),
    signal(state, _ctx, name) {
      const action = state.traps[name]
      if (action === '') return 'ignored'
      if (action !== undefined) {
        if (!state.pending.includes(name)) state.pending.push(name)
        return 'handled'
      }
      const isInteractive = state.input.kind === 'stdin' && state.input.interactive
      if (!isInteractive) return 'default'
      if (name === 'INT') {
        // Back to the prompt.
        for (const frame of state.stack.splice(0).reverse()) shellOf(state, _ctx).leave(frame)
        state.status = 130
        if (state.input.kind === 'stdin') {
          state.input.buffer = ''
          state.input.prompted = false
        }
        return 'handled'
      }
      return name === 'TERM' || name === 'QUIT' ? 'ignored' : 'default'
    },
  }
}

function startShell(flavour: Flavour, ctx: ProcessContext): ShellState {
  const vars: Record<string, Variable> = {}
  for (const [name, value] of Object.entries(ctx.env)) if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) vars[name] = { v: value, exported: true }
  vars.PWD = { v: ctx.cwd, exported: true }
  vars.OPTIND = { v: '1' }
  vars.IFS = { v: ' \t\n' }
  if (vars.PATH === undefined) vars.PATH = { v: '/sbin:/usr/sbin:/bin:/usr/bin' }
  if (flavour === 'bash') vars.HOSTNAME ??= { v: ctx.facts.hostname }
  if (flavour !== 'dash') {
    const depth = Number(vars.SHLVL?.v ?? 0) || 0
    vars.SHLVL = { v: String(depth + 1), exported: true }
  }
  const isLogin = (ctx.argv[0] ?? '').startsWith('-')
  const state: ShellState = {
    flavour, name: ctx.argv[0] ?? 'sh', pid: ctx.pid, texts: {}, nextText: 0, stack: [], vars, functions: {}, params: [], status: 0, options: '', traps: {}, pending: [], jobs: [],
    optionOffset: 0, draws: 0, pipeStatus: [], input: { kind: 'text' }, isSubshell: false, mayExec: false, isCommand: false, startedAtMs: ctx.startedAtMs,
  }
  if (isLogin) state.name = (ctx.argv[0] as string).slice(1)
  const shell = shellOf(state, ctx)
  const { options, rest, isCommand, readsStdin, interactive } = splitArguments(ctx.argv.slice(1))
  const result = applyOptions(shell, options, '')
  if ('status' in result) {
    state.exiting = result.status
    return state
  }
  if (isCommand) {
    if (rest.length === 0) {
      ctx.write(2, flavour === 'bash' ? `${state.name}: -c: option requires an argument\n` : flavour === 'ash' ? `${state.name}: -c requires an argument\n` : `${state.name}: 0: -c requires an argument\n`)
      state.exiting = 2
      return state
    }
    state.isCommand = true
    state.mayExec = true
    if (rest[1] !== undefined) state.name = rest[1]
    state.params = rest.slice(2)
    begin(shell, rest[0] as string)
  } else if (rest.length > 0 && !readsStdin) startScript(shell, rest)
  else {
    state.params = rest
    state.input = { kind: 'stdin', buffer: '', interactive: interactive || (ctx.isTerminal(0) && ctx.isTerminal(2)), prompted: false, ended: false }
  }
  return state
}

/** `-c`, `-s`, `-i` and `-l` concern the start alone and may stand among the other letters: `sh -ec '…'`. */
function splitArguments(args: readonly string[]): { options: string[]; rest: string[]; isCommand: boolean; readsStdin: boolean; interactive: boolean } {
  const options: string[] = []
  const letters = { c: false, s: false, i: false }
  let i = 0
  for (; i < args.length; i++) {
    const arg = args[i] as string
    if (arg === '--login' || arg === '--norc' || arg === '--noprofile' || arg === '--posix') continue
    if (arg === '--' || arg === '-') {
      i++
      break
    }
    if (!/^[-+]./.test(arg)) break
    if (arg.startsWith('-')) for (const letter of ['c', 's', 'i'] as const) letters[letter] ||= arg.includes(letter)
    const left = arg[0] === '-' ? arg.replace(/[csil]/g, '') : arg
    if (left !== '-') options.push(left)
    if (left.endsWith('o') && args[i + 1] !== undefined) options.push(args[++i] as string)
  }
  return { options, rest: args.slice(i), isCommand: letters.c, readsStdin: letters.s, interactive: letters.i }
}

function begin(shell: Shell, text: string): void {
  const { t } = shell.addText(text)
  shell.push({ k: 'text', t, n: 0, i: 0 })
}

function startScript(shell: Shell, [path, ...params]: string[]): void {
  const { state, ctx } = shell
  let text: string
  try {
    text = ctx.files.read(path as string)
  } catch (e) {
    if (!(e instanceof FileError)) throw e
    const reason = ERROR_TEXTS[e.code]
    ctx.write(2, state.flavour === 'bash' ? `${state.name}: ${path}: ${reason}\n` : state.flavour === 'ash' ? `${state.name}: can't open '${path}': ${reason}\n` : `${state.name}: 0: cannot open ${path}: ${e.code === 'ENOENT' ? 'No such file' : reason}\n`)
    state.exiting = state.flavour === 'bash' ? (e.code === 'ENOENT' ? 127 : 126) : 2
    return
  }
  state.name = path as string
  state.params = params
  begin(shell, text)
}
