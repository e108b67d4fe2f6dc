/** All commands that have a behaviour, by path. A command that is not here says that it is not implemented yet. */
import type { Commands } from '../src/cli/registry'
import ConfigCurrentContext from './config/current-context'
import type { CommandClass } from './kubectl-command'
import { runCommandClass } from './kubectl-command'

const CLASSES: Readonly<Record<string, CommandClass>> = {
  'config current-context': ConfigCurrentContext,
}

export const commands: Commands = {
  has: path => Object.hasOwn(CLASSES, path),
  run: (path, invocation, factory) => runCommandClass(CLASSES[path] as CommandClass, invocation, factory),
}
