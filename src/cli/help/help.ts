/** Help in kubectl's layout; the words are ours. upstream: kubectl/pkg/util/templates */
import type { CommandDefinition, FlagDefinition } from '../flags/definition'
import { globals } from '../flags/definition'
import type { Program } from '../flags/find'
import { childrenOf, commandLine, HELP } from '../flags/find'
import { OWN_SUMMARIES } from '../flags/own'
import type { IOStreams } from '../io-streams'
import { pluginNames } from '../plugin/names'
import { examplesOf } from './examples'
import { FLAG_TEXTS } from './flag-texts'
import { GROUPS, SUMMARIES } from './summaries'

/** All but those that only print their help. */
export function isRunnable(path: string): boolean {
  return path !== 'kubectl' && path !== 'certificate' && path !== 'alpha' && path !== 'options'
}

/** `io`: where plugins are looked for, and whose home it is. */
export function helpText(program: Program, command: CommandDefinition, io: IOStreams): string {
  if (command.path === 'kubectl') return rootHelp(program, io)
  if (command.path === 'options') return optionsHelp(io)
  const line = commandLine(command.path)
  const children = childrenOf(command.path)
  const own = [...command.flags.values()].filter(f => !command.globals.has(f.name) && f.name !== 'help' && f.deprecated === undefined)
  const sections = [command.path === HELP ? 'Tells what a command is for and how it is used.' : `${SUMMARIES[command.path] ?? OWN_SUMMARIES.get(command.path) ?? ''}.`]
  if (command.aliases.length > 0) sections.push(`Aliases:\n${[command.path.split(' ').at(-1), ...command.aliases].join(', ')}`)
  const examples = examplesOf(command.path)
  if (examples !== undefined) sections.push(`Examples:\n${examples}`)
  if (children.length > 0) sections.push(`Available Commands:\n${table(children.map(path => [path.split(' ').at(-1) as string, SUMMARIES[path] ?? '']), LEAST_WIDTH)}`)
  if (own.length > 0) sections.push(`Options:\n${own.map(f => flagHelp(f, command.path)).join('\n\n')}`)
  sections.push(`Usage:\n  ${command.usage}`)
  sections.push(`${children.length > 0 ? `Use "${line} <command> --help" for more information about a given command.\n` : ''}Use "kubectl options" for a list of global command-line options (applies to all commands).`)
  return `${sections.join('\n\n')}\n`
}

function rootHelp(program: Program, io: IOStreams): string {
  const own = program === 'kubottle' ? [`Cluster File Commands:\n${table([...OWN_SUMMARIES].map(([path, summary]) => [path.slice('kubottle '.length), summary]))}`] : []
  const plugins = `Subcommands provided by plugins:${pluginNames(io).map(name => `\n  ${name.padEnd(LEAST_WIDTH)}   The command ${name} is a plugin installed by the user`).join('')}`
  const width = Math.max(...childrenOf('').map(name => name.length))
  return `${[
    `${program} controls a Kubernetes cluster that lives in a file.`,
    ...own,
    ...GROUPS.flatMap(([title, names], i) => [...(i === GROUPS.length - 1 ? [plugins] : []), `${title}\n${table(names.map(name => [name, SUMMARIES[name] ?? '']), width)}`]),
    `Usage:\n  ${program} [flags] [options]`,
    `Use "${program} <command> --help" for more information about a given command.\nUse "kubectl options" for a list of global command-line options (applies to all commands).`,
  ].join('\n\n')}\n`
}

function optionsHelp({ env }: IOStreams): string {
  return `The following options can be passed to any command:\n\n${globals().map(f => flagHelp(f, '').replace('$HOME', env['HOME'] ?? '')).join('\n\n')}\n\n`
}

/** `-o, --output='':` and below it, after a tab, what it does. */
function flagHelp(flag: FlagDefinition, path: string): string {
  const text = flag.description ?? FLAG_TEXTS[`${path} ${flag.name}`] ?? FLAG_TEXTS[flag.name] ?? ''
  const quoted = flag.type === 's' ? `'${flag.defaultText}'` : flag.type === 'S' || flag.type === 'A' || flag.type === 'M' ? `[${flag.defaultText}]` : flag.defaultText
  return `    ${flag.short === undefined ? '' : `-${flag.short}, `}--${flag.name}=${quoted}:\n\t${text}`
}

/** upstream: cobra minNamePadding */
const LEAST_WIDTH = 11

/** Names in a column of their own. */
function table(rows: readonly (readonly [string, string])[], least = 0): string {
  const width = Math.max(least, ...rows.map(([name]) => name.length))
  return rows.map(([name, text]) => `  ${name.padEnd(width)}   ${text}`).join('\n')
}
