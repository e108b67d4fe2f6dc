/** `kubectl config current-context`, `get-clusters`, `get-users`, `get-contexts`. upstream: kubectl/pkg/cmd/config */
import { UsageError } from '../../base/errors'
import { SeveralErrors } from '../errors'
import { TABLE_STYLE, alignTabs } from '../print/tab-writer'
import type { ConfigOptions } from './options'

export function currentContext({ io, kubeconfig }: ConfigOptions<'config current-context'>): void {
  const { currentContext: name } = kubeconfig.starting()
  if (name === '') throw new UsageError('current-context is not set')
  io.stdout(`${name}\n`)
}

export function getClusters({ io, kubeconfig }: ConfigOptions<'config get-clusters'>): void {
  io.stdout(['NAME', ...[...kubeconfig.starting().clusters.keys()].sort(), ''].join('\n'))
}

export function getUsers({ io, kubeconfig }: ConfigOptions<'config get-users'>): void {
  io.stdout(['NAME', ...[...kubeconfig.starting().users.keys()].sort(), ''].join('\n'))
}

export function getContexts({ io, kubeconfig, args, flags }: ConfigOptions<'config get-contexts'>): void {
  const { output } = flags
  if (output !== '' && output !== 'name') throw new UsageError(`--output ${output} is not available in kubectl config get-contexts; resetting to default output format`)
  const config = kubeconfig.starting()
  const wanted = args.length === 0 ? [...config.contexts.keys()] : args
  const lines = wanted.filter(name => config.contexts.has(name)).sort().map(name => {
    const { cluster = '', user = '', namespace = '' } = config.contexts.get(name) ?? {}
    return output === 'name' ? name : `${config.currentContext === name ? '*' : ' '}\t${name}\t${cluster}\t${user}\t${namespace}`
  })
  const header = output === 'name' || flags['no-headers'] ? [] : ['CURRENT\tNAME\tCLUSTER\tAUTHINFO\tNAMESPACE']
  io.stdout(alignTabs([...header, ...lines, ''].join('\n'), TABLE_STYLE))
  const missing = wanted.filter(name => !config.contexts.has(name))
  if (missing.length > 0) throw new SeveralErrors(missing.map(name => new UsageError(`context ${name} not found`)))
}
