/** Which part of an unfinished command line is to be completed. upstream: cobra completions.go getCompletions */
import type { CommandDefinition, FlagDefinition } from '../flags/definition'
import { define, globals } from '../flags/definition'
import type { Found, Program } from '../flags/find'
import { findCommand } from '../flags/find'
import { parseFlags } from '../flags/parse'

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
  /** What is wrong with the flags before it. */
  readonly problem: string | undefined
  /** The word begins a flag's name. */
  readonly isFlag: boolean
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
  const { command } = found
  let rest = [...found.rest]
  const dashed = rest.includes('--')
  let valueOf: FlagDefinition | undefined
  let word = typed
  if (!dashed && /^--?[^=]+=/.test(typed)) {
    valueOf = flagOf(typed.slice(0, typed.indexOf('=')), command)
    word = typed.slice(typed.indexOf('=') + 1)
  } else if (!dashed && !typed.startsWith('-')) {
    const flag = flagOf(rest.at(-1) ?? '', command)
    if (flag !== undefined && flag.alone === undefined) {
      valueOf = flag
      rest = rest.slice(0, -1)
    }
  }
  let args: readonly string[] = rest.filter(w => !w.startsWith('-'))
  let given: ReadonlySet<string> = new Set()
  let problem: string | undefined
  try {
    const parsed = parseFlags(command, rest)
    args = parsed.args
    given = parsed.changed
  } catch (error) {
    problem = `Error while parsing flags from args [${rest.join(' ')}]: ${(error as Error).message}`
  }
  return { program, command, args, given, word, valueOf, problem, isFlag: !dashed && valueOf === undefined && typed.startsWith('-') }
}

function flagOf(word: string, command: CommandDefinition): FlagDefinition | undefined {
  if (word.includes('=')) return undefined
  if (word.startsWith('--')) return command.flags.get(word.slice(2))
  return word.startsWith('-') && word.length > 1 ? command.shorthands.get(word.at(-1) as string) : undefined
}
