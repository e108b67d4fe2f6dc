/** `kubectl __complete`: what a shell may put in the place of the last word. upstream: cobra completions.go; kubectl/pkg/util/completion */
import { UsageError } from '../../base/errors'
import type { Factory } from '../factory'
import type { CommandDefinition, FlagDefinition } from '../flags/definition'
import { childrenOf, findCommand, HELP } from '../flags/find'
import { FLAG_TEXTS } from '../help/flag-texts'
import { SUMMARIES } from '../help/summaries'
import type { Invocation } from '../invocation'
import { completePlugin } from '../plugin/complete'
import { pluginNames } from '../plugin/names'
import { argumentsOf, BY_EXTENSION, DEFAULT, NO_FILES, NO_SPACE, valuesOf, type Suggestions } from './candidates'
import { COMPLETE, COMPLETE_WITHOUT_TEXTS, readLine, type Line } from './line'

export interface Options {
  readonly factory: Factory
  readonly words: readonly string[]
  readonly texts: boolean
}

/** Throws UsageError. */
export function toOptions(invocation: Invocation, factory: Factory): Options {
  if (invocation.args.length === 0) throw new UsageError(`requires at least 1 arg(s), only received 0`)
  return { factory, words: invocation.args, texts: invocation.path !== COMPLETE_WITHOUT_TEXTS }
}

/** Never fails for what the line says: then nothing is suggested. */
export async function run({ factory, words, texts }: Options): Promise<void> {
  const { io } = factory
  const line = readLine('kubectl', words)
  const [first = ''] = words
  // A first word that is no command may be a plugin's, and plugins know no flags of kubectl.
  if (words.length > 1 && !first.startsWith('-') && first !== HELP && !childrenOf('').includes(first)) io.stderr('[Debug] Cleared global flags for plugin completion\n')
  for (const notice of line?.notices ?? []) io.stderr(`${notice}\n`)
  let found: Suggestions = { words: [], directive: DEFAULT }
  if (line === undefined) {
    const plugin = first.startsWith('-') || words.length < 2 ? undefined : await completePlugin(words, factory)
    if (plugin !== undefined) found = plugin
    else if (first !== COMPLETE && first !== COMPLETE_WITHOUT_TEXTS) io.stderr(`[Debug] [Error] unable to find a command for arguments: [${words.slice(0, -1).join(' ')}]\n`)
  } else if (line.problem !== undefined) io.stderr(`[Debug] [Error] ${line.problem}\n`)
  else found = await suggestionsFor(line, factory)
  for (const suggestion of found.words) {
    const [word, text = ''] = suggestion.split('\t')
    io.stdout(`${texts && text !== '' ? `${word}\t${text.split('\n')[0]}` : word}\n`)
  }
  io.stdout(`:${found.directive}\n`)
  // `options` writes what it has to say to the one stream.
  const say = line?.command.path === 'options' ? io.stdout : io.stderr
  say(`Completion ended with directive: ${directiveText(found.directive)}\n`)
}

/** upstream: cobra getCompletions, after the flags have been read */
async function suggestionsFor(line: Line, factory: Factory): Promise<Suggestions> {
  const { command, args, given, word, valueOf, ended } = line
  if (given.has('help')) return { words: [], directive: NO_FILES }
  if (valueOf !== undefined && !ended) return (await quietly(() => valuesOf(line, factory))) ?? { words: [], directive: DEFAULT }
  if (valueOf === undefined && !ended && word.startsWith('-') && !word.includes('=')) return { words: flagsOf(line), directive: NO_FILES }
  const before: string[] = []
  let directive = DEFAULT
  if (valueOf === undefined) {
    const children = childrenOf(parentPath(command)).length > 0
    if (children && args.length === 0 && [...given].every(name => command.globals.has(name))) {
      before.push(...subcommandsOf(line, command, factory))
      directive = NO_FILES
    }
    before.push(...requiredOf(line))
  }
  const found = command.path === HELP ? helpTopics(line, factory) : await quietly(() => argumentsOf(line, factory))
  return { words: [...before, ...(found?.words ?? [])], directive: found?.directive ?? directive }
}

/** A cluster that does not answer has nothing to suggest. */
async function quietly(work: () => Promise<Suggestions | undefined>): Promise<Suggestions | undefined> {
  try {
    return await work()
  } catch {
    return { words: [], directive: NO_FILES }
  }
}

/** The commands below those that are named already. */
function helpTopics(line: Line, factory: Factory): Suggestions {
  try {
    return { words: subcommandsOf(line, findCommand('kubectl', line.args).command, factory), directive: NO_FILES }
  } catch {
    return { words: [], directive: NO_FILES }
  }
}

const flagText = ({ description, name }: FlagDefinition, { command: { path } }: Line): string =>
  description ?? FLAG_TEXTS[`${path} ${name}`] ?? FLAG_TEXTS[name] ?? (name === 'help' ? `help for ${path.split(' ').at(-1)}` : '')

/** The flag's name and letter, as far as they begin as typed. */
function spellings(flag: FlagDefinition, line: Line): string[] {
  return [`--${flag.name}`, ...(flag.short === undefined ? [] : [`-${flag.short}`])].filter(text => text.startsWith(line.word)).map(text => `${text}\t${flagText(flag, line)}`)
}

/** Global ones first, each kind by name; what was given comes again only where it may be repeated. */
function flagsOf(line: Line): string[] {
  const { command, given } = line
  const required = requiredOf(line)
  if (required.length > 0) return required
  const inherited = (f: FlagDefinition): number => Number(command.path !== 'kubectl' && command.globals.has(f.name))
  return [...command.flags.values()].filter(f => f.deprecated === undefined && (!given.has(f.name) || 'SA'.includes(f.type)))
    .sort((a, b) => inherited(b) - inherited(a) || (a.name < b.name ? -1 : 1)).flatMap(f => spellings(f, line))
}

const requiredOf = (line: Line): string[] => [...line.command.flags.values()].filter(f => f.required && !line.given.has(f.name)).sort((a, b) => (a.name < b.name ? -1 : 1)).flatMap(f => spellings(f, line))

const parentPath = ({ path }: CommandDefinition): string => (path === 'kubectl' ? '' : path)

function subcommandsOf({ word }: Line, command: CommandDefinition, { io }: Factory): string[] {
  const parent = parentPath(command)
  const children = childrenOf(parent).filter(path => path !== 'alpha').map(path => `${path.slice(path.lastIndexOf(' ') + 1)}\t${SUMMARIES[path] ?? ''}`)
  const own = parent === '' ? ['help\tHelp about any command', ...pluginNames(io).map(name => `${name}\tThe command ${name} is a plugin installed by the user`)] : []
  return [...children, ...own].filter(c => c.startsWith(word)).sort((a, b) => ((a.split('\t')[0] as string) < (b.split('\t')[0] as string) ? -1 : 1))
}

function directiveText(directive: number): string {
  const names = [[NO_SPACE, 'ShellCompDirectiveNoSpace'], [NO_FILES, 'ShellCompDirectiveNoFileComp'], [BY_EXTENSION, 'ShellCompDirectiveFilterFileExt']] as const
  const set = names.filter(([bit]) => (directive & bit) !== 0).map(([, name]) => name)
  return set.length === 0 ? 'ShellCompDirectiveDefault' : set.join(', ')
}
