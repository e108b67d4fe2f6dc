/** `kubectl config view`. upstream: kubectl/pkg/cmd/config/view.go, client-go/tools/clientcmd/api/helpers.go */
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { UsageError } from '../../base/errors'
import type { ClusterEntry, Kubeconfig, UserEntry } from '../kubeconfig/model'
import { encodeKubeconfig } from '../kubeconfig/model'
import { noPrinterError, printText, templatePrinter } from '../print-flags'
import { jsonText } from '../print/json'
import { yamlText } from '../../base/yaml/writer'
import type { ConfigOptions } from './options'

const OMITTED = 'DATA+OMITTED'
const REDACTED = 'REDACTED'

export function view(options: ConfigOptions<'config view'>): void {
  const { io, kubeconfig, args, flags, changed } = options
  if (args.length > 0) throw options.usageError(`unexpected arguments: [${args.join(' ')}]`)
  if (!flags.merge && changed.has('merge') && !kubeconfig.explicit) throw new UsageError('if merge==false a precise file must be specified')
  // One file that is named is not merged with others unless that is said, and is read as it is.
  if (kubeconfig.explicit && !(changed.has('merge') && flags.merge) && !kubeconfig.exists) throw new UsageError(`open ${kubeconfig.defaultFile}: no such file or directory`)
  const print = printerFor(options)
  const config = kubeconfig.starting()
  if (flags.minify) minify(config, flags.context)
  if (flags.flatten) flatten(config, resolve(io.cwd, dirname(kubeconfig.defaultFile)))
  else if (!flags.raw) redact(config)
  print(encodeKubeconfig(config))
}

/** Throws UsageError. */
function printerFor({ io, flags, changed }: ConfigOptions<'config view'>): (config: object) => void {
  const output = !changed.has('output') && flags.template !== '' ? 'go-template' : flags.output
  if (output === 'yaml' || output === '') return config => io.stdout(yamlText(config))
  if (output === 'json') return config => io.stdout(jsonText(config, { sorted: false }))
  const text = templatePrinter(output, flags, io)
  if (text === undefined) throw noPrinterError(output)
  return config => printText(text, config, io)
}

function minify(config: Kubeconfig, context: string): void {
  if (context !== '') config.currentContext = context
  if (config.currentContext === '') throw new UsageError('current-context must exist in order to minify')
  const current = config.contexts.get(config.currentContext)
  if (current === undefined) throw new UsageError(`cannot locate context ${config.currentContext}`)
  const { cluster = '', user = '' } = current
  if (cluster !== '' && !config.clusters.has(cluster)) throw new UsageError(`cannot locate cluster ${cluster}`)
  if (user !== '' && !config.users.has(user)) throw new UsageError(`cannot locate user ${user}`)
  for (const [map, keep] of [[config.contexts, config.currentContext], [config.clusters, cluster], [config.users, user]] as const) {
    for (const name of [...map.keys()]) if (name !== keep) map.delete(name)
  }
}

function redact(config: Kubeconfig): void {
  for (const [name, entry] of config.users) {
    const user: UserEntry = { ...entry }
    if (user['client-key-data']) user['client-key-data'] = OMITTED
    if (user['client-certificate-data']) user['client-certificate-data'] = OMITTED
    if (user.token) user.token = REDACTED
    if (user.password) user.password = REDACTED
    config.users.set(name, user)
  }
  for (const [name, entry] of config.clusters) {
    if (entry['certificate-authority-data']) config.clusters.set(name, { ...entry, 'certificate-authority-data': OMITTED })
  }
}

/** Puts the files' contents in place of their paths. */
function flatten(config: Kubeconfig, folder: string): void {
  const embed = <E extends ClusterEntry | UserEntry>(entry: E, key: string): void => {
    const fields = entry as Record<string, unknown>
    const path = fields[key]
    if (typeof path !== 'string' || path === '') return
    fields[`${key}-data`] ??= readFileSync(resolve(folder, path)).toString('base64')
    delete fields[key]
  }
  for (const [name, entry] of config.users) {
    const user = { ...entry }
    embed(user, 'client-certificate')
    embed(user, 'client-key')
    config.users.set(name, user)
  }
  for (const [name, entry] of config.clusters) {
    const cluster = { ...entry }
    embed(cluster, 'certificate-authority')
    config.clusters.set(name, cluster)
  }
}
