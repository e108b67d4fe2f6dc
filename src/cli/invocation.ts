/** One command line, read: the command, its arguments, its flags, and what several commands derive from them alike. */
import { UsageError } from '../base/errors'
import type { Clock } from '../base/clock'
import type { CommandDefinition, FlagValue } from './flags/definition'
import { commandLine } from './flags/find'
import type { OwnFlags } from './flags/own'
import type { ParsedFlags } from './flags/parse'
import type { CommandFlags, GlobalFlags } from './flags/types.gen'
import { parseBool } from './flags/values'
import type { IOStreams } from './io-streams'
import { klogHeader } from './klog'

export type DryRun = 'none' | 'client' | 'server'
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore'

/** Path of a kubectl command (`create deployment`), or of one of kubottle's own (`kubottle init`). */
export type CommandPath = keyof CommandFlags | keyof OwnFlags
export type FlagsOf<P extends CommandPath> = (CommandFlags & OwnFlags)[P] & GlobalFlags

export interface Invocation<P extends CommandPath = CommandPath> {
  readonly path: string
  readonly args: readonly string[]
  /** How many args stood before `--`; -1 without one. */
  readonly argsLenAtDash: number
  readonly flags: FlagsOf<P>
  /** Names of the flags that were given. */
  readonly changed: ReadonlySet<string>
  readonly definition: CommandDefinition
  /** `--dry-run`; warns, once, of its old forms. Throws UsageError. upstream: cmdutil.GetDryRunStrategy */
  dryRun(): DryRun
  /** `--validate`. Throws UsageError. upstream: cmdutil.GetValidationDirective */
  fieldValidation(): FieldValidation
  /** An error that points to the command's help. upstream: cmdutil.UsageErrorf */
  usageError(message: string): UsageError
}

/** What `--dry-run` means; `warn` is told of deprecated forms. */
function dryRunOf(text: string, warn: (line: number, text: string) => void): DryRun {
  if (text === 'client' || text === 'server' || text === 'none') return text
  if (text === 'unchanged') {
    warn(719, '--dry-run is deprecated and can be replaced with --dry-run=client.')
    return 'client'
  }
  const value = parseBool(text)
  if (value === undefined) throw new UsageError(`Invalid dry-run value (${text}). Must be "none", "server", or "client".`)
  const strategy = value ? 'client' : 'none'
  warn(value ? 733 : 736, `--dry-run=${text} is deprecated (boolean value) and can be replaced with --dry-run=${strategy}.`)
  return strategy
}

const VALIDATION: Readonly<Record<string, FieldValidation>> = { strict: 'Strict', warn: 'Warn', ignore: 'Ignore' }

export function createInvocation(definition: CommandDefinition, parsed: ParsedFlags, io: IOStreams, clock: Clock): Invocation {
  let dryRun: DryRun | undefined
  const text = (name: string): string => (parsed.flags[name] as string | undefined) ?? ''
  return {
    path: definition.path,
    args: parsed.args,
    argsLenAtDash: parsed.argsLenAtDash,
    flags: parsed.flags as Record<string, FlagValue> as unknown as FlagsOf<CommandPath>,
    changed: parsed.changed,
    definition,
    dryRun() {
      dryRun ??= dryRunOf(text('dry-run') === '' && !parsed.changed.has('dry-run') ? 'none' : text('dry-run'), (line, message) => io.stderr(`${klogHeader('W', clock.now())} helpers.go:${line}] ${message}\n`))
      return dryRun
    },
    fieldValidation() {
      const value = parseBool(text('validate'))
      if (value !== undefined) return value ? 'Strict' : 'Ignore'
      const directive = VALIDATION[text('validate')]
      if (directive === undefined) throw new UsageError(`invalid - validate option ${JSON.stringify(text('validate'))}; must be one of: strict (or true), warn, ignore (or false)`)
      return directive
    },
    usageError: message => new UsageError(`${message}\nSee '${commandLine(definition.path)} -h' for help and examples`),
  }
}
