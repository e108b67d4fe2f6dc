/** `kubectl config set-credentials`. upstream: kubectl/pkg/cmd/config/set_credentials.go */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { UsageError } from '../../base/errors'
import { HelpFirst } from '../errors'
import type { UserEntry } from '../kubeconfig/model'
import type { ConfigOptions } from './options'
import { requireFile } from './set-entry'

type Options = ConfigOptions<'config set-credentials'>

export function setCredentials(options: Options): void {
  const { io, kubeconfig, args } = options
  const [name] = args
  if (name === undefined || args.length !== 1) throw new HelpFirst(`unexpected args: [${args.join(' ')}]`)
  const providerArgs = pairs(options.flags['auth-provider-arg'], 'auth-provider-arg')
  const env = pairs(options.flags['exec-env'], 'exec-env')
  if (name === '') throw new UsageError('you must specify a non-empty user name')
  validate(options)
  const config = kubeconfig.starting()
  const user: UserEntry = { ...config.users.get(name) }
  changeSecrets(user, options)
  changeProvider(user, options, providerArgs)
  changeExec(user, options, env)
  config.users.set(name, user)
  kubeconfig.write(config, true)
  io.stdout(`User ${JSON.stringify(name)} set.\n`)
}

function validate({ io, flags, changed }: Options): void {
  const methods = [...(flags.token === '' ? [] : ['--token']), ...(flags.username === '' && flags.password === '' ? [] : ['--username/--password'])]
  if (methods.length > 1) throw new UsageError(`you cannot specify more than one authentication method at the same time: ${methods.join(', ')}`)
  const [certificate, key] = [flags['client-certificate'], flags['client-key']]
  if (flags['embed-certs']) {
    if (certificate === '' && key === '') throw new UsageError('you must specify a --client-certificate or --client-key to embed')
    if (certificate !== '') requireFile('client-certificate', certificate, io.cwd)
    if (key !== '') requireFile('client-key', key, io.cwd)
  }
  if (changed.has('exec-interactive-mode') && !['IfAvailable', 'Always', 'Never'].includes(flags['exec-interactive-mode'])) {
    throw new UsageError('invalid interactive mode type, can be only IfAvailable, Never, Always')
  }
}

function changeSecrets(user: UserEntry, { io, flags, changed }: Options): void {
  for (const key of ['client-certificate', 'client-key'] as const) {
    if (!changed.has(key)) continue
    const path = resolve(io.cwd, flags[key])
    if (flags['embed-certs']) {
      user[`${key}-data`] = readFileSync(path).toString('base64')
      delete user[key]
    } else {
      user[key] = path
      delete user[`${key}-data`]
    }
  }
  if (changed.has('token')) user.token = flags.token
  if (changed.has('username')) user.username = flags.username
  if (changed.has('password')) user.password = flags.password
  // One way to prove who one is drives the other out.
  const basic = (changed.has('username') && flags.username !== '') || (changed.has('password') && flags.password !== '')
  if (basic) delete user.token
  else if (changed.has('token') && flags.token !== '') {
    delete user.username
    delete user.password
  }
}

function changeProvider(user: UserEntry, { flags, changed }: Options, { set, remove }: Pairs): void {
  if (changed.has('auth-provider') && user['auth-provider']?.name !== flags['auth-provider']) user['auth-provider'] = { name: flags['auth-provider'] }
  const provider = user['auth-provider']
  if (provider === undefined) return
  const config = { ...provider.config }
  for (const key of remove) delete config[key]
  user['auth-provider'] = { ...provider, config: { ...config, ...Object.fromEntries(set) } }
}

function changeExec(user: UserEntry, { flags, changed }: Options, { set, remove }: Pairs): void {
  if (changed.has('exec-command')) {
    user.exec = user.exec === undefined ? { command: flags['exec-command'], args: null, env: null, provideClusterInfo: false } : { ...user.exec, command: flags['exec-command'], args: null }
  }
  if (user.exec === undefined) return
  const exec = { ...user.exec }
  if (changed.has('exec-api-version')) exec.apiVersion = flags['exec-api-version']
  if (flags['exec-arg'].length > 0) exec.args = [...flags['exec-arg']]
  if (changed.has('exec-interactive-mode')) exec.interactiveMode = flags['exec-interactive-mode']
  if (changed.has('exec-provide-cluster-info')) exec.provideClusterInfo = flags['exec-provide-cluster-info']
  if (set.size > 0 || remove.length > 0) {
    const kept = (exec.env ?? []).filter(e => !remove.includes(e.name)).map(e => (set.has(e.name) ? { ...e, value: set.get(e.name) as string } : e))
    exec.env = [...kept, ...[...set].filter(([name]) => !kept.some(e => e.name === name)).map(([name, value]) => ({ name, value }))]
  }
  user.exec = exec
}

interface Pairs {
  readonly set: ReadonlyMap<string, string>
  readonly remove: readonly string[]
}

/** `key=value` sets, `key-` removes. upstream: cmdutil.ParsePairs */
function pairs(texts: readonly string[], type: string): Pairs {
  const set = new Map<string, string>()
  const remove: string[] = []
  const invalid: string[] = []
  for (const text of texts) {
    const equals = text.indexOf('=')
    if (equals > 0) set.set(text.slice(0, equals), text.slice(equals + 1))
    else if (equals < 0 && text.endsWith('-') && text !== '-') remove.push(text.slice(0, -1))
    else invalid.push(text)
  }
  if (invalid.length > 0) throw new HelpFirst(`invalid ${type} format: ${invalid.join(', ')}`)
  return { set, remove }
}
