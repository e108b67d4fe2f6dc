/** Which builtins each shell has. */
import type { Flavour } from '../lexer'
import type { Builtin } from '../shell'
import { blockingBuiltins } from './blocking'
import { controlBuiltins } from './control'
import { jobBuiltins } from './jobs'
import { nameBuiltins } from './names'
import { optionBuiltins } from './options'
import { outputBuiltins } from './output'
import { variableBuiltins } from './variables'

const ALL: Readonly<Record<string, Builtin>> = {
  ...blockingBuiltins, ...controlBuiltins, ...jobBuiltins, ...nameBuiltins, ...optionBuiltins, ...outputBuiltins, ...variableBuiltins,
}

/** POSIX's special builtins: their assignments stay, their mistakes end the shell. */
const SPECIAL = new Set(['.', ':', 'break', 'continue', 'eval', 'exec', 'exit', 'export', 'readonly', 'return', 'set', 'shift', 'times', 'trap', 'unset'])
const NOT_IN_DASH = new Set(['source', 'let', 'declare', 'typeset', 'shopt', 'builtin', 'enable', 'disown', 'pushd', 'popd', 'dirs', 'mapfile', 'readarray', 'history', 'help', '[['])
const NOT_IN_ASH = new Set(['declare', 'typeset', 'shopt', 'builtin', 'enable', 'disown', 'pushd', 'popd', 'dirs', 'mapfile', 'readarray'])

export function builtinOf(flavour: Flavour, name: string): Builtin | undefined {
  if (!Object.hasOwn(ALL, name) || (flavour === 'dash' && NOT_IN_DASH.has(name)) || (flavour === 'ash' && NOT_IN_ASH.has(name))) return undefined
  return ALL[name]
}

export const isSpecial = (name: string): boolean => SPECIAL.has(name)
