/** Reading and setting a shell's variables and special parameters. */
import type { ProcessContext } from '../program'
import { readOnly, ShellFailure } from './messages'
import type { ShellState, Variable } from './state'

/** The value of a variable or special parameter; undefined when unset. `$@` and `$*` are the caller's. */
export function valueOf(sh: ShellState, ctx: ProcessContext, name: string, line: number): string | undefined {
  const variable = Object.hasOwn(sh.vars, name) ? (sh.vars[name] as Variable) : undefined
  if (variable !== undefined) return variable.a === undefined ? variable.v : variable.a[0]
  if (/^[1-9]\d*$/.test(name)) return sh.params[Number(name) - 1]
  switch (name) {
    case '?': return String(sh.status)
    case '$': return String(sh.pid)
    case '!': return sh.lastBackground === undefined ? (sh.flavour === 'bash' ? undefined : '') : String(sh.lastBackground)
    case '#': return String(sh.params.length)
    case '0': return sh.name
    case '-': return optionLetters(sh)
    case 'LINENO': return String(line)
    case 'PPID': return String(ctx.ppid)
    case 'RANDOM': return sh.flavour === 'dash' ? undefined : String(Math.floor(ctx.random() * 32768))
    case 'SECONDS': return sh.flavour === 'bash' ? String(Math.floor((ctx.now() - sh.startedAtMs) / 1000)) : undefined
    case 'UID': case 'EUID': return sh.flavour === 'bash' ? String(ctx.user.uid) : undefined
    case 'BASH_VERSION': return sh.flavour === 'bash' ? '5.2.15(1)-release' : undefined
    case 'BASHPID': return sh.flavour === 'bash' ? String(ctx.pid) : undefined
    case 'EPOCHSECONDS': return sh.flavour === 'bash' ? String(Math.floor(ctx.now() / 1000)) : undefined
    case 'OSTYPE': return sh.flavour === 'bash' ? 'linux-gnu' : undefined
    default: return undefined
  }
}

const optionLetters = (sh: ShellState): string => sh.options.replace('P', '') + (sh.flavour === 'bash' ? 'hB' : '') + (sh.isCommand && sh.flavour === 'bash' ? 'c' : '')

/** Elements of an array, or of a plain variable as an array of one. */
export function elementsOf(sh: ShellState, name: string): string[] {
  if (name === 'PIPESTATUS') return sh.pipeStatus.map(String)
  const variable = Object.hasOwn(sh.vars, name) ? (sh.vars[name] as Variable) : undefined
  if (variable === undefined) return []
  return variable.a === undefined ? (variable.v === undefined ? [] : [variable.v]) : keysOf(variable).map(key => (variable.a as Record<string, string>)[key] as string)
}

export function keysOf(variable: Variable): string[] {
  const keys = Object.keys(variable.a ?? (variable.v === undefined ? {} : { 0: variable.v }))
  return variable.keyed ? keys : keys.sort((a, b) => Number(a) - Number(b))
}

/** Throws ShellFailure when the variable is readonly. */
export function assign(sh: ShellState, name: string, value: string, line: number): void {
  const variable = Object.hasOwn(sh.vars, name) ? (sh.vars[name] as Variable) : undefined
  if (variable?.readonly) throw new ShellFailure(readOnly(sh, line, name), sh.flavour === 'bash' ? 1 : 2)
  const exported = sh.options.includes('a') ? { exported: true } : {}
  if (variable?.a !== undefined) sh.vars[name] = { ...variable, a: { ...variable.a, 0: value } }
  else sh.vars[name] = { ...variable, v: value, ...exported }
}

export function unset(sh: ShellState, name: string, line: number): void {
  const variable = Object.hasOwn(sh.vars, name) ? (sh.vars[name] as Variable) : undefined
  if (variable?.readonly) throw new ShellFailure(readOnly(sh, line, name), sh.flavour === 'bash' ? 1 : 2)
  delete sh.vars[name]
}

/** What a child process gets. */
export function environment(sh: ShellState): Record<string, string> {
  const out: Record<string, string> = {}
  for (const [name, variable] of Object.entries(sh.vars)) if (variable.exported && variable.v !== undefined && variable.a === undefined) out[name] = variable.v
  return out
}
