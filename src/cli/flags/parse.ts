/** The command line's flags as pflag reads them: anywhere, combined shorthands, values optional for some. upstream: pflag FlagSet.parseArgs */
import { goQuote } from '../../base/field'
import type { CommandDefinition, FlagDefinition, FlagValue } from './definition'
import { defaultValue, nextValue } from './values'

/** A flag that does not exist, lacks its value or has a wrong one; the text is pflag's. */
export class FlagError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'FlagError'
  }
}

export interface ParsedFlags {
  /** Every flag of the command by name, with its default where it was not given. */
  readonly flags: Readonly<Record<string, FlagValue>>
  readonly changed: ReadonlySet<string>
  readonly args: readonly string[]
  /** How many args stood before `--`; -1 without one. upstream: ArgsLenAtDash */
  readonly argsLenAtDash: number
  /** Deprecation texts, in the order in which the flags were met. */
  readonly notices: readonly string[]
}

/** Throws FlagError. `-h` ends the reading where kubectl ends it: after the last flag. */
export function parseFlags(command: CommandDefinition, argv: readonly string[]): ParsedFlags {
  const values: Record<string, FlagValue> = {}
  const changed = new Set<string>()
  const notices: string[] = []
  const args: string[] = []
  let argsLenAtDash = -1
  let at = 0

  const set = (flag: FlagDefinition, text: string): void => {
    try {
      values[flag.name] = nextValue(flag, text, changed.has(flag.name) ? values[flag.name] : undefined)
    } catch (error) {
      const name = flag.short === undefined ? `--${flag.name}` : `-${flag.short}, --${flag.name}`
      throw new FlagError(`invalid argument ${goQuote(text)} for ${goQuote(name)} flag: ${(error as Error).message}`)
    }
    changed.add(flag.name)
    if (flag.deprecated !== undefined) notices.push(`Flag --${flag.name} has been deprecated, ${flag.deprecated}`)
  }
  const long = (word: string): void => {
    const body = word.slice(2)
    if (body[0] === '-' || body[0] === '=') throw new FlagError(`bad flag syntax: ${word}`)
    const equals = body.indexOf('=')
    const name = (equals < 0 ? body : body.slice(0, equals)).replaceAll('_', '-')
    const flag = command.flags.get(name)
    if (flag === undefined) throw new FlagError(`unknown flag: --${equals < 0 ? body : body.slice(0, equals)}`)
    if (equals >= 0) set(flag, body.slice(equals + 1))
    else if (flag.alone !== undefined) set(flag, flag.alone)
    else if (at < argv.length) set(flag, argv[at++] as string)
    else throw new FlagError(`flag needs an argument: --${name}`)
  }
  const short = (word: string): void => {
    for (let letters = word.slice(1); letters !== '';) {
      const letter = letters[0] as string
      const flag = command.shorthands.get(letter)
      if (flag === undefined) throw new FlagError(`unknown shorthand flag: '${letter}' in -${letters}`)
      if (letters.length > 2 && letters[1] === '=') return set(flag, letters.slice(2))
      if (flag.alone !== undefined) {
        set(flag, flag.alone)
        letters = letters.slice(1)
      } else if (letters.length > 1) return set(flag, letters.slice(1))
      else if (at < argv.length) return set(flag, argv[at++] as string)
      else throw new FlagError(`flag needs an argument: '${letter}' in -${letters}`)
    }
  }

  while (at < argv.length) {
    const word = argv[at++] as string
    if (word.length < 2 || word[0] !== '-') {
      args.push(word)
      if (command.flagsFirst === true) args.push(...argv.slice(at, (at = argv.length)))
    }
    else if (word === '--') {
      argsLenAtDash = args.length
      args.push(...argv.slice(at))
      break
    } else if (word[1] === '-') long(word)
    else short(word)
  }
  for (const flag of command.flags.values()) values[flag.name] ??= defaultValue(flag)
  return { flags: values, changed, args, argsLenAtDash, notices }
}
