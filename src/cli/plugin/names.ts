/** The commands that plugins add, by their first word. upstream: kubectl/pkg/cmd/plugin/plugin_completion.go registerPluginCommands */
import { basename } from 'node:path'
import { childrenOf } from '../flags/find'
import type { IOStreams } from '../io-streams'
import { pluginsOf } from './found'

/** In the order of the PATH; a plugin called like a command adds none. */
export function pluginNames(io: IOStreams): string[] {
  const names = pluginsOf(io).map(path => (basename(path).split('-')[1] as string).replaceAll('_', '-'))
  return [...new Set(names)].filter(name => !childrenOf('').includes(name))
}
