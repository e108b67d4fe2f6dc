/** Simple commands: assignments, functions, builtins, and programs of the image. */
import type { SignalName, Step } from '../program'
import type { Assignment, NodeOf, Word } from './ast'
import type { Expander } from './expand'
import { resumeBuiltin } from './builtins/blocking'
import { isSpecial } from './builtins/registry'
import { expanding, resolveRedirections } from './expanding'
import { enterFunction, finish, leaveShell } from './frames'
import { commandNotFound, notExecutable, prefix, ShellFailure } from './messages'
import type { BuiltinResult, ResolvedRedirection, Shell } from './shell'
import type { FrameOf, Variable } from './state'
import { assign, environment } from './variables'

interface Expanded {
  readonly argv: string[]
  readonly redirections: ResolvedRedirection[]
  readonly assignments: { readonly name: string; readonly value: string; readonly array?: Variable }[]
  readonly arrays: Expanded['assignments']
}

const DECLARES = new Set(['export', 'readonly', 'local', 'declare', 'typeset'])

export function stepSimple(shell: Shell, frame: FrameOf<'simple'>, node: NodeOf<'simple'>): Step | undefined {
  if (frame.phase === 'expand') {
    const expanded = expanding(shell, frame, expander => expand(shell, expander, node))
    if (expanded === undefined) return
    return start(shell, frame, expanded)
  }
  if (frame.builtin !== undefined) {
    const result = resumeBuiltin(shell, frame.builtin)
    if (typeof result !== 'number') return result
    delete frame.builtin
    return finish(shell, result, true)
  }
  if (frame.pid === undefined) return finish(shell, shell.state.status, true)
  const code = shell.ctx.processes.reap(frame.pid)
  if (code === undefined) return { kind: 'wait', on: [{ until: 'child', pid: frame.pid }] }
  return finish(shell, code ?? 127, true)
}

function expand(shell: Shell, expander: Expander, node: NodeOf<'simple'>): Expanded {
  const first = node.words[0]?.[0]
  const declares = first?.t === 'lit' && node.words[0]?.length === 1 && DECLARES.has(first.s) && shell.state.flavour !== 'dash'
  const argv = declares ? node.words.flatMap(word => (isAssignment(word) ? [expander.text(word)] : expander.fields([word]))) : expander.fields(node.words)
  const redirections = resolveRedirections(expander, node.redirections)
  // `a=1 b=$a`: an assignment sees those before it.
  const before = new Map<string, Variable | undefined>()
  const assignments = node.assignments.map(assignment => {
    const resolved = resolveAssignment(shell, expander, assignment)
    if (node.assignments.length > 1 && resolved.array === undefined) {
      if (!before.has(resolved.name)) before.set(resolved.name, shell.state.vars[resolved.name])
      expander.assign(resolved.name, resolved.value)
    }
    return resolved
  })
  for (const [name, variable] of before) {
    if (variable === undefined) delete shell.state.vars[name]
    else shell.state.vars[name] = variable
  }
  return { argv, redirections, assignments, arrays: (node.arrays ?? []).map(assignment => resolveAssignment(shell, expander, assignment)) }
}

const isAssignment = (word: Word): boolean => word[0]?.t === 'lit' && /^[A-Za-z_][A-Za-z0-9_]*\+?=/.test(word[0].s)

function resolveAssignment(shell: Shell, expander: Expander, { name, index, append, value, array }: Assignment): Expanded['assignments'][number] {
  const old = shell.state.vars[name]
  if (array !== undefined) {
    const a: Record<string, string> = append ? { ...(old?.a ?? (old?.v === undefined ? {} : { 0: old.v })) } : {}
    let next = append ? Math.max(-1, ...Object.keys(a).map(Number)) + 1 : 0
    for (const word of array) {
      const keyed = /^\[([^\]]*)\]=/.exec(word[0]?.t === 'lit' ? word[0].s : '')
      if (keyed !== null) {
        const lit = word[0] as { s: string }
        const key = old?.keyed ? (keyed[1] as string) : String(Number(keyed[1]))
        a[key] = expander.text([{ t: 'lit', s: lit.s.slice(keyed[0].length) }, ...word.slice(1)])
        next = Number(key) + 1
      } else for (const field of expander.fields([word])) a[next++] = field
    }
    return { name, value: '', array: { ...(old?.exported ? { exported: true } : {}), ...(old?.keyed ? { keyed: true } : {}), a } }
  }
  const text = expander.text(value)
  if (index !== undefined) {
    const raw = expander.text(index)
    const key = old?.keyed ? raw.replace(/^['"]|['"]$/g, '') : String(expander.arithmetic([{ t: 'lit', s: raw }]))
    const a = { ...(old?.a ?? (old?.v === undefined ? {} : { 0: old.v })) }
    a[key] = append ? (a[key] ?? '') + text : text
    return { name, value: '', array: { ...old, a } }
  }
  if (old?.integer) return { name, value: String(expander.arithmetic([{ t: 'lit', s: append ? `${old.v ?? 0}+(${text})` : text }])) }
  return { name, value: append ? (old?.v ?? '') + text : text }
}

function start(shell: Shell, frame: FrameOf<'simple'>, { argv, redirections, assignments, arrays }: Expanded): Step | undefined {
  const { state } = shell
  const status = frame.memo?.status
  delete frame.memo
  if (state.options.includes('x')) trace(shell, argv, assignments)
  const name = argv[0]
  if (name === undefined) {
    frame.saved = shell.redirect(redirections, false)
    for (const assignment of assignments) put(shell, assignment)
    return finish(shell, status ?? 0, true)
  }
  frame.phase = 'run'
  const builtin = shell.builtin(name)
  const special = builtin !== undefined && isSpecial(name) && state.flavour !== 'bash'
  const ownFunction = Object.hasOwn(state.functions, name) && !special ? state.functions[name] : undefined
  if (builtin === undefined && ownFunction === undefined) return runProgram(shell, frame, argv, redirections, assignments)
  try {
    const keep = name === 'exec' && argv.length === 1
    const saved = shell.redirect(redirections, keep)
    if (!keep) frame.saved = saved
  } catch (e) {
    // A redirection of a special builtin that fails ends the shell.
    if (e instanceof ShellFailure && special) throw new ShellFailure(e.message, e.status, true)
    throw e
  }
  if (special) for (const assignment of assignments) put(shell, assignment)
  else if (assignments.length > 0) frame.restore = temporarily(shell, assignments)
  frame.phase = 'wait'
  if (ownFunction !== undefined) return enterFunction(shell, ownFunction, argv.slice(1))
  const result = builtin?.(shell, argv.slice(1), name) ?? 0
  for (const assignment of arrays) put(shell, assignment)
  return settle(shell, frame, result)
}

/** What a builtin's result means for its frame. */
function settle(shell: Shell, frame: FrameOf<'simple'>, result: BuiltinResult): Step | undefined {
  if (typeof result === 'number') return finish(shell, result, true)
  switch (result.kind) {
    case 'pushed': return
    case 'exit': return leaveShell(shell, result.status) as undefined
    case 'unwound': return
    case 'wait': {
      frame.builtin = result.wait
      return
    }
    case 'run': return runProgram(shell, frame, result.argv, [], [], result.replace)
  }
}

function put(shell: Shell, { name, value, array }: Expanded['assignments'][number]): void {
  if (array === undefined) assign(shell.state, name, value, shell.line)
  else {
    // The check for readonly is assign's.
    if (shell.state.vars[name]?.readonly) assign(shell.state, name, '', shell.line)
    shell.state.vars[name] = array
  }
}

/** Assignments before a command hold for the command alone. */
function temporarily(shell: Shell, assignments: Expanded['assignments']): { [name: string]: Variable | null } {
  const old: { [name: string]: Variable | null } = {}
  for (const assignment of assignments) {
    const variable = shell.state.vars[assignment.name]
    if (!(assignment.name in old)) old[assignment.name] = variable ?? null
    put(shell, assignment)
    shell.state.vars[assignment.name] = { ...(shell.state.vars[assignment.name] as Variable), exported: true }
  }
  return old
}

function runProgram(shell: Shell, frame: FrameOf<'simple'>, argv: string[], redirections: readonly ResolvedRedirection[], assignments: Expanded['assignments'], replace = false): Step | undefined {
  const { state, ctx } = shell
  const name = argv[0] as string
  const isLast = replace || isTail(shell)
  const saved = shell.redirect(redirections, isLast)
  const env = environment(state)
  for (const { name: variable, value, array } of assignments) if (array === undefined) env[variable] = value
  const path = assignments.find(a => a.name === 'PATH')?.value ?? state.vars.PATH?.v
  const found = ctx.processes.find(name, path)
  if (found.kind === 'notFound' || found.kind === 'notExecutable') {
    if (found.kind === 'notFound' && replace && state.flavour !== 'bash') shell.err(`${prefix(state, shell.line, 'exec')}${name}: not found\n`)
    else shell.err(found.kind === 'notFound' ? commandNotFound(state, shell.line, name) : notExecutable(state, shell.line, name, found.isDirectory))
    shell.restore(saved)
    const status = found.kind === 'notFound' ? 127 : 126
    if (replace && !(state.input.kind === 'stdin' && state.input.interactive)) return leaveShell(shell, status) as undefined
    return finish(shell, status, true)
  }
  // `trap '' TERM`: children and what replaces the shell ignore it too.
  const ignores = Object.entries(state.traps).filter(([, action]) => action === '').map(([signal]) => signal as SignalName)
  if (isLast) return { kind: 'become', argv, env, ignores }
  const fds = ctx.processes.descriptors().filter(fd => fd < 10).map(fd => [fd, fd] as const)
  const program = found.kind === 'program' ? { argv, program: found.program } : { argv: [...found.argv, ...argv.slice(1)], program: '' }
  frame.pid = ctx.processes.spawn({ ...program, env, fds, cwd: ctx.cwd, ignores })
  frame.phase = 'wait'
  shell.restore(saved)
  return
}

/** Has the shell nothing left to do after this command? Then the command replaces it. upstream: EV_EXIT in ash and dash */
function isTail(shell: Shell): boolean {
  const { state } = shell
  if (!state.mayExec || state.exiting !== undefined || Object.values(state.traps).some(action => action !== '') || state.options.includes('T')) return false
  return state.stack.every((frame, i) => {
    if (frame.saved !== undefined && frame.saved.length > 0) return false
    switch (frame.k) {
      case 'list': return frame.i >= (shell.node(frame) as NodeOf<'list'>).items.length
      case 'andor': return frame.i === 2
      case 'if': return frame.phase === 'body'
      case 'case': case 'compound': return true
      case 'text': return i === 0 && frame.status === undefined
      case 'simple': return i === state.stack.length - 1 && frame.restore === undefined
      default: return false
    }
  })
}

function trace(shell: Shell, argv: readonly string[], assignments: Expanded['assignments']): void {
  const quote = (word: string): string => (word !== '' && /^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)
  const text = [...assignments.map(a => `${a.name}=${a.value === '' ? '' : quote(a.value)}`), ...argv.map(word => (shell.state.flavour === 'dash' ? word : quote(word)))].join(' ')
  if (text !== '') shell.err(`${shell.state.vars.PS4?.v ?? '+ '}${text}\n`)
}
