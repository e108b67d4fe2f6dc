/** `kubectl __complete`: what a shell may put in the place of the last word. upstream: cobra completions.go; kubectl/pkg/util/completion */
import { basename } from 'node:path'
import { UsageError } from '../../base/errors'
import type { Factory } from '../factory'
import { childrenOf } from '../flags/find'
import { FLAG_TEXTS } from '../help/flag-texts'
import { SUMMARIES } from '../help/summaries'
import type { Invocation } from '../invocation'
import { pluginsOf } from '../plugin/list'
import { argumentsOf, BY_EXTENSION, DEFAULT, NO_FILES, NO_SPACE, valuesOf, type Suggestions } from './candidates'
import { COMPLETE_WITHOUT_TEXTS, readLine, type Line } from './line'

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
  // `help` is followed by the words of a command.
  const helped = words[0] === 'help' && words.length > 1
  const line = readLine('kubectl', helped ? words.slice(1) : words)
  let found: Suggestions = { words: [], directive: DEFAULT }
  if (line === undefined) io.stderr(`[Debug] Cleared global flags for plugin completion\n[Debug] [Error] unable to find a command for arguments: [${words.slice(0, -1).join(' ')}]\n`)
  else if (helped) found = { words: subcommandsOf(line, factory), directive: NO_FILES }
  else if (line.problem !== undefined) io.stderr(`[Debug] [Error] ${line.problem}\n`)
  else found = await suggestionsFor(line, factory)
  for (const suggestion of found.words) {
    const [word, text = ''] = suggestion.split('\t')
    io.stdout(`${texts && text !== '' ? `${word}\t${text.split('\n')[0]}` : word}\n`)
  }
  io.stdout(`:${found.directive}\n`)
  io.stderr(`Completion ended with directive: ${directiveText(found.directive)}\n`)
}

async function suggestionsFor(line: Line, factory: Factory): Promise<Suggestions> {
  if (line.valueOf !== undefined) return quietly(() => valuesOf(line, factory))
  if (line.isFlag) return { words: flagsOf(line), directive: NO_FILES }
  const children = line.args.length === 0 ? subcommandsOf(line, factory) : []
  if (children.length > 0) return { words: children, directive: NO_FILES }
  const required = [...line.command.flags.values()].filter(f => f.required && !line.given.has(f.name) && `--${f.name}`.startsWith(line.word)).map(f => flagText(f.name, line))
  const { words, directive } = await quietly(() => argumentsOf(line, factory))
  return { words: [...required, ...words], directive }
}

/** A cluster that does not answer has nothing to suggest. */
async function quietly(work: () => Promise<Suggestions>): Promise<Suggestions> {
  try {
    return await work()
  } catch {
    return { words: [], directive: NO_FILES }
  }
}

const flagText = (name: string, { command }: Line): string => `--${name}\t${(command.flags.get(name)?.description ?? FLAG_TEXTS[`${command.path} ${name}`] ?? FLAG_TEXTS[name] ?? '')}`

/** Global ones first, each kind by name; what was given comes again only where it may be repeated. */
function flagsOf(line: Line): string[] {
  const { command, given, word } = line
  const all = [...command.flags.values()].filter(f => f.deprecated === undefined && (!given.has(f.name) || 'SA'.includes(f.type)))
  const required = all.filter(f => f.required && `--${f.name}`.startsWith(word))
  if (required.length > 0) return required.map(f => flagText(f.name, line))
  const sorted = all.sort((a, b) => Number(command.globals.has(b.name)) - Number(command.globals.has(a.name)) || (a.name < b.name ? -1 : 1))
  return sorted.flatMap(f => {
    const text = flagText(f.name, line)
    return [
      ...(`--${f.name}`.startsWith(word) ? [text] : []),
      ...(f.short !== undefined && `-${f.short}`.startsWith(word) ? [text.replace(`--${f.name}`, `-${f.short}`)] : []),
    ]
  })
}

function subcommandsOf({ command, word }: Line, { io }: Factory): string[] {
  const parent = command.path === 'kubectl' ? '' : command.path
  const children = childrenOf(parent).filter(path => path !== 'alpha').map(path => `${path.slice(path.lastIndexOf(' ') + 1)}\t${SUMMARIES[path] ?? ''}`)
  const own = parent === '' ? ['help\tHelp about any command', ...pluginNames(io)] : []
  return [...children, ...own].filter(c => c.startsWith(word)).sort((a, b) => ((a.split('\t')[0] as string) < (b.split('\t')[0] as string) ? -1 : 1))
}

/** First words of the commands that plugins add. */
function pluginNames(io: Factory['io']): string[] {
  const names = pluginsOf(io, () => {}).map(path => (basename(path).split('-')[1] as string).replaceAll('_', '-'))
  return [...new Set(names)].filter(name => !childrenOf('').includes(name)).map(name => `${name}\tThe command ${name} is a plugin installed by the user`)
}

function directiveText(directive: number): string {
  const names = [[NO_SPACE, 'ShellCompDirectiveNoSpace'], [NO_FILES, 'ShellCompDirectiveNoFileComp'], [BY_EXTENSION, 'ShellCompDirectiveFilterFileExt']] as const
  const set = names.filter(([bit]) => (directive & bit) !== 0).map(([, name]) => name)
  return set.length === 0 ? 'ShellCompDirectiveDefault' : set.join(', ')
}
