/** Flag definitions, read from the generated table when a command first needs them. */
import { COMMANDS, SPECS } from './table.gen'

/**
 * b bool, s string, i int, l int64, j int32, d duration (milliseconds), g Go's own duration flag, v module levels,
 * S list split at commas, A list of whole values, M map `k=v,k=v`, m the same with another error.
 */
export type FlagType = 'b' | 's' | 'i' | 'l' | 'j' | 'd' | 'g' | 'v' | 'S' | 'A' | 'M' | 'm'

export type FlagValue = boolean | string | number | readonly string[] | Readonly<Record<string, string>>

export interface FlagDefinition {
  readonly name: string
  readonly short: string | undefined
  readonly type: FlagType
  /** As help prints it, without quotes and brackets. */
  readonly defaultText: string
  /** The value of the flag given alone; undefined when it must have one. upstream: pflag NoOptDefVal */
  readonly alone: string | undefined
  readonly required: boolean
  /** Text of the deprecation; such flags are hidden. */
  readonly deprecated: string | undefined
  /** A sentence for help; flags of kubectl have theirs in help/. */
  readonly description?: string | undefined
}

export interface CommandDefinition {
  readonly path: string
  readonly usage: string
  readonly aliases: readonly string[]
  /** Own flags, then global ones, by name. */
  readonly flags: ReadonlyMap<string, FlagDefinition>
  readonly shorthands: ReadonlyMap<string, FlagDefinition>
  /** Names of the flags that every command takes. */
  readonly globals: ReadonlySet<string>
  /** Its arguments are another command: what follows the first of them is that one's. upstream: pflag SetInterspersed(false) */
  readonly flagsFirst?: boolean
}

/** Reads one line of the table. */
export function parseSpec(spec: string): FlagDefinition {
  const brace = spec.indexOf('{')
  const head = brace < 0 ? spec : spec.slice(0, brace)
  const rare = brace < 0 ? {} : (JSON.parse(spec.slice(brace)) as { alone?: string; required?: boolean; deprecated?: string; description?: string })
  const colon = head.indexOf(':')
  const [name = '', short] = head.slice(0, colon).split(',')
  const type = head[colon + 1] as FlagType
  return {
    name, short, type,
    defaultText: head.slice(colon + 3),
    alone: rare.alone ?? (type === 'b' ? 'true' : undefined),
    required: rare.required ?? false,
    deprecated: rare.deprecated,
    description: rare.description,
  }
}

const HELP = parseSpec('help,h:b=false')
const definitions = new Map<string, CommandDefinition>()

function read(path: string, text: string, globals: readonly FlagDefinition[]): CommandDefinition {
  const [usage = '', aliases = '', numbers = ''] = text.split('\t')
  const own = numbers === '' ? [] : numbers.split(',').map(n => parseSpec(SPECS[Number(n)] as string))
  return define(path, usage, aliases === '' ? [] : aliases.split(','), own, globals)
}

/** Puts a command together; an own flag hides a global one of its name or letter. */
export function define(path: string, usage: string, aliases: readonly string[], own: readonly FlagDefinition[], globals: readonly FlagDefinition[]): CommandDefinition {
  const flags = new Map<string, FlagDefinition>()
  const shorthands = new Map<string, FlagDefinition>()
  const inherited = new Set<string>()
  for (const flag of [...own, HELP, ...globals]) {
    if (flags.has(flag.name)) continue
    flags.set(flag.name, flag)
    if (flag.short !== undefined && !shorthands.has(flag.short)) shorthands.set(flag.short, flag)
    if (globals.includes(flag)) inherited.add(flag.name)
  }
  return { path, usage, aliases, flags, shorthands, globals: inherited }
}

let globalFlags: readonly FlagDefinition[] | undefined
/** What every command takes. */
export function globals(): readonly FlagDefinition[] {
  globalFlags ??= [...read('(global)', COMMANDS['(global)'] as string, []).flags.values()].filter(f => f !== HELP)
  return globalFlags
}

const APPLY_SET = parseSpec('applyset:s=')

/** The command with the flags that it has where the environment asks for what is not ready yet. upstream: cmdutil.FeatureGate */
export function withAlphaFlags(command: CommandDefinition, env: Readonly<Record<string, string | undefined>>): CommandDefinition {
  if (command.path !== 'apply' || env['KUBECTL_APPLYSET'] !== 'true') return command
  return define(command.path, command.usage, command.aliases, [...[...command.flags.values()].filter(f => f !== HELP && !command.globals.has(f.name)), APPLY_SET], globals())
}

/** The definition of a kubectl command, `kubectl` for the root; undefined when there is none. */
export function kubectlCommand(path: string): CommandDefinition | undefined {
  const known = definitions.get(path)
  if (known !== undefined) return known
  const text = path === '(global)' ? undefined : COMMANDS[path]
  if (text === undefined) return undefined
  const definition = read(path, text, globals())
  definitions.set(path, definition)
  return definition
}
