/** `kubectl config use-context`, `rename-context`, `delete-context`, `delete-cluster`, `delete-user`. upstream: kubectl/pkg/cmd/config */
import { UsageError } from '../../base/errors'
import { HelpFirst } from '../errors'
import type { ConfigOptions } from './options'

const unexpected = (args: readonly string[]): HelpFirst => new HelpFirst(`Unexpected args: [${args.join(' ')}]`)

export function useContext({ io, kubeconfig, args }: ConfigOptions<'config use-context'>): void {
  const [name] = args
  if (name === undefined || args.length !== 1) throw unexpected(args)
  if (name === '') throw new UsageError('empty context names are not allowed')
  const config = kubeconfig.starting()
  if (!config.contexts.has(name)) throw new UsageError(`no context exists with the name: ${JSON.stringify(name)}`)
  config.currentContext = name
  kubeconfig.write(config)
  io.stdout(`Switched to context ${JSON.stringify(name)}.\n`)
}

export function renameContext({ io, kubeconfig, args }: ConfigOptions<'config rename-context'>): void {
  const [from, to] = args
  if (from === undefined || to === undefined || args.length !== 2) throw unexpected(args)
  if (to === '') throw new UsageError('You must specify a new non-empty context name')
  const config = kubeconfig.starting()
  const context = config.contexts.get(from)
  if (context === undefined) throw new UsageError(`cannot rename the context ${JSON.stringify(from)}, it's not in ${kubeconfig.defaultFile}`)
  if (config.contexts.has(to)) throw new UsageError(`cannot rename the context ${JSON.stringify(from)}, the context ${JSON.stringify(to)} already exists in ${kubeconfig.defaultFile}`)
  config.contexts.set(to, context)
  config.contexts.delete(from)
  if (config.currentContext === from) config.currentContext = to
  kubeconfig.write(config)
  io.stdout(`Context ${JSON.stringify(from)} renamed to ${JSON.stringify(to)}.\n`)
}

export function deleteContext({ io, kubeconfig, args }: ConfigOptions<'config delete-context'>): void {
  const config = kubeconfig.starting()
  const [name] = args
  if (name === undefined || args.length !== 1) throw new HelpFirst('', 0)
  if (!config.contexts.has(name)) throw new UsageError(`cannot delete context ${name}, not in ${kubeconfig.defaultFile}`)
  if (config.currentContext === name) io.stderr('warning: this removed your active context, use "kubectl config use-context" to select a different one\n')
  config.contexts.delete(name)
  kubeconfig.write(config)
  io.stdout(`deleted context ${name} from ${kubeconfig.defaultFile}\n`)
}

export function deleteCluster({ io, kubeconfig, args }: ConfigOptions<'config delete-cluster'>): void {
  const config = kubeconfig.starting()
  const [name] = args
  if (name === undefined || args.length !== 1) throw new HelpFirst('', 0)
  if (!config.clusters.has(name)) throw new UsageError(`cannot delete cluster ${name}, not in ${kubeconfig.defaultFile}`)
  config.clusters.delete(name)
  kubeconfig.write(config)
  io.stdout(`deleted cluster ${name} from ${kubeconfig.defaultFile}\n`)
}

export function deleteUser({ io, kubeconfig, args, usageError }: ConfigOptions<'config delete-user'>): void {
  const config = kubeconfig.starting()
  const [name] = args
  if (name === undefined || args.length !== 1) throw usageError('user to delete is required')
  if (!config.users.has(name)) throw new UsageError(`cannot delete user ${name}, not in ${kubeconfig.defaultFile}`)
  config.users.delete(name)
  kubeconfig.write(config)
  io.stdout(`deleted user ${name} from ${kubeconfig.defaultFile}\n`)
}
