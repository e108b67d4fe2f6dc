/** All commands that have a behaviour, by path. A command that is not here says that it is not implemented yet. */
import type { Commands } from '../src/cli/registry'
import ConfigCurrentContext from './config/current-context'
import ConfigDeleteCluster from './config/delete-cluster'
import ConfigDeleteContext from './config/delete-context'
import ConfigDeleteUser from './config/delete-user'
import ConfigGetClusters from './config/get-clusters'
import ConfigGetContexts from './config/get-contexts'
import ConfigGetUsers from './config/get-users'
import ConfigRenameContext from './config/rename-context'
import ConfigSet from './config/set'
import ConfigSetCluster from './config/set-cluster'
import ConfigSetContext from './config/set-context'
import ConfigSetCredentials from './config/set-credentials'
import ConfigUnset from './config/unset'
import ConfigUseContext from './config/use-context'
import ConfigView from './config/view'
import Get from './get'
import type { CommandClass } from './kubectl-command'
import { runCommandClass } from './kubectl-command'
import KubottleEnv from './kubottle/env'
import KubottleInit from './kubottle/init'
import KubottleShell from './kubottle/shell'

const CLASSES: Readonly<Record<string, CommandClass>> = {
  'config current-context': ConfigCurrentContext,
  'config delete-cluster': ConfigDeleteCluster,
  'config delete-context': ConfigDeleteContext,
  'config delete-user': ConfigDeleteUser,
  'config get-clusters': ConfigGetClusters,
  'config get-contexts': ConfigGetContexts,
  'config get-users': ConfigGetUsers,
  'config rename-context': ConfigRenameContext,
  'config set': ConfigSet,
  'config set-cluster': ConfigSetCluster,
  'config set-context': ConfigSetContext,
  'config set-credentials': ConfigSetCredentials,
  'config unset': ConfigUnset,
  'config use-context': ConfigUseContext,
  'config view': ConfigView,
  get: Get,
  'kubottle env': KubottleEnv,
  'kubottle init': KubottleInit,
  'kubottle shell': KubottleShell,
}

export const commands: Commands = {
  has: path => Object.hasOwn(CLASSES, path),
  run: (path, invocation, factory) => runCommandClass(CLASSES[path] as CommandClass, invocation, factory),
}
