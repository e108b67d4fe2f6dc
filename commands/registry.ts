/** All commands that have a behaviour, by path. A command that is not here says that it is not implemented yet. */
import type { Commands } from '../src/cli/registry'
import Complete from './complete'
import Get from './get'
import type { CommandClass } from './kubectl-command'
import { runCommandClass } from './kubectl-command'
import { rareCommand } from './rare'

/** What is run hundreds of times an hour: in the start-up snapshot. */
const FREQUENT: Readonly<Record<string, CommandClass>> = {
  __complete: Complete,
  __completeNoDesc: Complete,
  get: Get,
}

const classOf = (path: string): CommandClass | undefined => (Object.hasOwn(FREQUENT, path) ? FREQUENT[path] : rareCommand(path))

export const commands: Commands = {
  has: path => classOf(path) !== undefined,
  run: (path, invocation, factory) => runCommandClass(classOf(path) as CommandClass, invocation, factory),
}
