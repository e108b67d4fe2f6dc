/** `kubectl config set-cluster` and `set-context`. upstream: kubectl/pkg/cmd/config/set_cluster.go, set_context.go */
import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { UsageError } from '../../base/errors'
import { HelpFirst } from '../errors'
import type { ClusterEntry, ContextEntry } from '../kubeconfig/model'
import type { ConfigOptions } from './options'

export function setCluster(options: ConfigOptions<'config set-cluster'>): void {
  const { io, kubeconfig, args, flags } = options
  const [name] = args
  if (name === undefined || args.length !== 1) throw new HelpFirst(`Unexpected args: [${args.join(' ')}]`)
  if (name === '') throw new UsageError('you must specify a non-empty cluster name')
  const authority = flags['certificate-authority']
  if (flags['insecure-skip-tls-verify'] && authority !== '') throw new UsageError('you cannot specify a certificate authority and insecure mode at the same time')
  if (flags['embed-certs']) {
    if (authority === '') throw new UsageError('you must specify a --certificate-authority to embed')
    requireFile('certificate-authority', authority, io.cwd)
  }
  const config = kubeconfig.starting()
  config.clusters.set(name, changedCluster(config.clusters.get(name) ?? {}, options))
  kubeconfig.write(config, true)
  io.stdout(`Cluster ${JSON.stringify(name)} set.\n`)
}

/** Fails as kubectl does where a file to embed is missing. */
export function requireFile(flag: string, path: string, cwd: string): void {
  if (statSync(resolve(cwd, path), { throwIfNoEntry: false }) === undefined) throw new UsageError(`could not stat ${flag} file ${path}: stat ${path}: no such file or directory`)
}

function changedCluster(before: ClusterEntry, { io, flags, changed }: ConfigOptions<'config set-cluster'>): ClusterEntry {
  const cluster: ClusterEntry = { ...before }
  if (changed.has('server')) {
    cluster.server = flags.server
    delete cluster['tls-server-name']
  }
  if (changed.has('tls-server-name')) cluster['tls-server-name'] = flags['tls-server-name']
  if (changed.has('insecure-skip-tls-verify')) {
    cluster['insecure-skip-tls-verify'] = flags['insecure-skip-tls-verify']
    if (flags['insecure-skip-tls-verify']) {
      delete cluster['certificate-authority']
      delete cluster['certificate-authority-data']
    }
  }
  if (changed.has('certificate-authority')) {
    const path = resolve(io.cwd, flags['certificate-authority'])
    if (flags['embed-certs']) {
      cluster['certificate-authority-data'] = readFileSync(path).toString('base64')
      delete cluster['certificate-authority']
    } else {
      cluster['certificate-authority'] = path
      delete cluster['certificate-authority-data']
    }
    delete cluster['insecure-skip-tls-verify']
  }
  if (changed.has('proxy-url')) cluster['proxy-url'] = flags['proxy-url']
  return cluster
}

export function setContext({ io, kubeconfig, args, flags, changed }: ConfigOptions<'config set-context'>): void {
  if (args.length > 1) throw new HelpFirst(`Unexpected args: [${args.join(' ')}]`)
  const given = args[0] ?? ''
  if (given === '' && !flags.current) throw new UsageError('you must specify a non-empty context name or --current')
  if (given !== '' && flags.current) throw new UsageError('you cannot specify both a context name and --current')
  const config = kubeconfig.starting()
  const name = flags.current ? config.currentContext : given
  if (name === '') throw new UsageError('no current context is set')
  const before = config.contexts.get(name)
  const context: ContextEntry = { ...before }
  for (const key of ['cluster', 'user', 'namespace'] as const) if (changed.has(key)) context[key] = flags[key]
  config.contexts.set(name, context)
  kubeconfig.write(config, true)
  io.stdout(`Context ${JSON.stringify(name)} ${before === undefined ? 'created' : 'modified'}.\n`)
}
