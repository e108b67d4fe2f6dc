/** Which part of an unfinished command line is to be completed. upstream: cobra completions.go getCompletions */
import type { CommandDefinition, FlagDefinition } from '../flags/definition'
import { define, globals } from '../flags/definition'
import type { Found, Program } from '../flags/find'
import { findCommand } from '../flags/find'
import { parseFlags, type ParsedFlags } from '../flags/parse'

export interface Line {
  readonly program: Program
  readonly command: CommandDefinition
  /** Arguments before the word. */
  readonly args: readonly string[]
  /** Names of the flags before it. */
  readonly given: ReadonlySet<string>
  /** The word to complete; of `--flag=wor` what follows the sign. */
  readonly word: string
  /** The flag whose value the word is. */
  readonly valueOf: FlagDefinition | undefined
  /** What is said of deprecated flags. */
  readonly notices: readonly string[]
  /** What is wrong with the flags before it. */
  readonly problem: string | undefined
  /** No flags any more: `--` has been. */
  readonly ended: boolean
}

/** `kubectl __complete`, whose words are another command line. */
export const COMPLETE = '__complete'
export const COMPLETE_WITHOUT_TEXTS = '__completeNoDesc'

/** The hidden command as main runs it: the cluster that the unfinished line means, and all its words. */
export function completionCommand(words: readonly string[]): Found {
  const path = words[0] as string
  const command = define(path, `kubectl ${path} [command-line]`, [], [], globals())
  return { command, rest: [...targetFlags(words.slice(1, -1), command), '--', ...words.slice(1)] }
}

/** Flags that say which cluster and namespace. */
const TARGET_FLAGS = new Set(['namespace', 'context', 'cluster', 'user', 'kubeconfig', 'server', 'as', 'as-group'])

function targetFlags(words: readonly string[], command: CommandDefinition): string[] {
  const found: string[] = []
  for (let i = 0; i < words.length && words[i] !== '--'; i++) {
    const word = words[i] as string
    const name = word.startsWith('--') ? word.slice(2).split('=')[0] : word.startsWith('-') ? command.shorthands.get(word[1] ?? '')?.name : undefined
    if (name === undefined || !TARGET_FLAGS.has(name)) continue
    const inline = word.startsWith('--') ? word.includes('=') : word.length > 2
    // The value of the last one is what is to be completed.
    if (inline) found.push(word)
    else if (words[i + 1] !== undefined) found.push(word, words[++i] as string)
  }
  return found
}

/** undefined where no command is meant. */
export function readLine(program: Program, words: readonly string[]): Line | undefined {
  const typed = words.at(-1) ?? ''
  const before = words.slice(0, -1)
  let found: Found
  try {
    found = findCommand(program, before)
  } catch {
    return undefined
  }
  const { command, rest } = found
  const { flag, args, word, unsupported } = valueTyped(command, rest, typed)
  // A further `--` counts as an argument only after one that ended the flags.
  const first = tryFlags(command, [...args, '--'])
  const ended = (first?.args.length ?? 0) > (tryFlags(command, args)?.args.length ?? 0)
  const line = { program, command, word, valueOf: flag, ended, args, given: new Set<string>(), notices: first?.notices ?? [], problem: undefined }
  try {
    const parsed = parseFlags(command, args)
    const problem = unsupported !== undefined && !ended ? `Subcommand '${command.path.split(' ').at(-1)}' does not support flag '${unsupported}'` : undefined
    // The second reading tells all that has gathered.
    return { ...line, args: parsed.args, given: parsed.changed, notices: [...line.notices, ...line.notices, ...parsed.notices], problem }
  } catch (error) {
    return { ...line, problem: `Error while parsing flags from args [${args.join(' ')}]: ${(error as Error).message}` }
  }
}

function tryFlags(command: CommandDefinition, words: readonly string[]): ParsedFlags | undefined {
  try {
    return parseFlags(command, words)
  } catch {
    return undefined
  }
}

interface Typed {
  readonly flag?: FlagDefinition
  /** Words without the flag whose value is typed. */
  readonly args: readonly string[]
  readonly word: string
  /** A flag that the command does not have. */
  readonly unsupported?: string
}

/** Whose value the typed word is, if it is one. upstream: cobra checkIfFlagCompletion */
function valueTyped(command: CommandDefinition, args: readonly string[], typed: string): Typed {
  const equals = typed.indexOf('=')
  const none = { args, word: typed }
  if (typed.startsWith('-')) {
    if (equals < 0) return none
    const name = nameIn(typed.slice(0, equals))
    // `--=x` and `-=x` name nothing; the word before may.
    if (name !== '') {
      const flag = flagNamed(name, command)
      return flag === undefined ? { ...none, unsupported: name } : { flag, args, word: typed.slice(equals + 1) }
    }
  }
  const previous = args.at(-1) ?? ''
  if (!/^(--.|-[^-])/s.test(previous) || previous.includes('=')) return none
  const name = nameIn(previous)
  const flag = flagNamed(name, command)
  if (flag === undefined) return { ...none, unsupported: name }
  return flag.alone === undefined ? { flag, args: args.slice(0, -1), word: typed } : none
}

/** Of `--name`, or the last letter of `-abc`. */
const nameIn = (word: string): string => (word.startsWith('--') ? word.slice(2) : word.slice(1).slice(-1))

const flagNamed = (name: string, command: CommandDefinition): FlagDefinition | undefined => (name.length === 1 ? command.shorthands.get(name) : command.flags.get(name.replaceAll('_', '-')))
