/** From a kubeconfig and the global flags to a cluster, an identity and a namespace. upstream: client-go/tools/clientcmd/client_config.go, validation.go */
import { readFileSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { UsageError } from '../../base/errors'
import { parseDuration } from '../../base/duration'
import type { ExecPlugin, Identity, Target } from '../access'
import { ConfigurationError } from '../errors'
import type { GlobalFlags } from '../flags/types.gen'
import type { IOStreams } from '../io-streams'
import type { KubeconfigAccess } from './files'
import { IDENTITY_EXTENSION, fileOfServer, openKubeconfig, stateFolder } from './files'
import type { ExecEntry, ClusterEntry, ContextEntry, Kubeconfig, UserEntry } from './model'

export interface Resolved {
  readonly target: Target
  readonly namespace: { readonly name: string; readonly explicit: boolean }
  readonly contextName: string
}

/** What the flags name or override. Throws ConfigurationError or UsageError. */
export function resolveTarget(io: IOStreams, flags: GlobalFlags): Resolved {
  const access = openKubeconfig(io, flags.kubeconfig)
  let config = access.starting()
  // A file without any cluster, made for `kubectl config`, is no reason to have no cluster at all.
  if (config.clusters.size === 0 && config.contexts.size === 0 && flags.context === '' && flags.cluster === '' && flags.server === '') {
    config = openKubeconfig({ ...io, env: { ...io.env, KUBECONFIG: '' } }, '').starting()
  }
  const contextName = flags.context || config.currentContext
  const context = contextOf(config, contextName)
  const clusterName = flags.cluster || context.cluster || ''
  const userName = userFlag(flags) || context.user || ''
  const cluster: ClusterEntry = { ...config.clusters.get(clusterName), ...clusterOverrides(io, flags) }
  const user = config.users.get(userName)
  check(config, contextName, clusterName, cluster, userName, user, flags)
  return {
    target: targetOf(io, access, flags, cluster, identityOf(io, flags, userName, user)),
    namespace: flags.namespace !== '' ? { name: flags.namespace, explicit: true } : { name: context.namespace || 'default', explicit: false },
    contextName,
  }
}

/** Some commands have a list `--user` of their own, which hides the global flag. */
const userFlag = ({ user }: { readonly user: string | readonly string[] }): string => (typeof user === 'string' ? user : '')

/** The namespace without opening anything. */
export function resolveNamespace(io: IOStreams, flags: GlobalFlags): Resolved['namespace'] {
  return flags.namespace !== '' ? { name: flags.namespace, explicit: true } : resolveTarget(io, flags).namespace
}

function contextOf(config: Kubeconfig, name: string): ContextEntry {
  if (name === '') return {}
  const context = config.contexts.get(name)
  if (context === undefined) throw new ConfigurationError([`context was not found for specified context: ${name}`])
  return context
}

/** A path in a flag counts from where the command runs. */
function clusterOverrides(io: IOStreams, flags: GlobalFlags): ClusterEntry {
  return {
    ...(flags.server === '' ? {} : { server: flags.server }),
    ...(flags['tls-server-name'] === '' ? {} : { 'tls-server-name': flags['tls-server-name'] }),
    ...(flags['insecure-skip-tls-verify'] ? { 'insecure-skip-tls-verify': true } : {}),
    ...(flags['certificate-authority'] === '' ? {} : { 'certificate-authority': resolve(io.cwd, flags['certificate-authority']) }),
  }
}

function check(config: Kubeconfig, contextName: string, clusterName: string, cluster: ClusterEntry, userName: string, user: UserEntry | undefined, flags: GlobalFlags): void {
  if (userFlag(flags) !== '' && user === undefined) throw new UsageError(`auth info "${userName}" does not exist`)
  if (flags.cluster !== '' && !config.clusters.has(clusterName)) throw new UsageError(`cluster "${clusterName}" does not exist`)
  if ((cluster.server ?? '') === '') {
    if (clusterName === '' && contextName === '') throw new ConfigurationError(['no configuration has been provided, try setting KUBERNETES_MASTER environment variable'])
    throw new ConfigurationError([clusterName === '' ? 'default cluster has no server defined' : `no server found for cluster "${clusterName}"`])
  }
  if (flags.as === '' && (user?.as ?? '') === '' && (flags['as-group'].length > 0 || flags['as-uid'] !== '' || flags['as-user-extra'].length > 0)) {
    throw new UsageError(`requesting uid, groups or user-extra for ${userName} without impersonating a user`)
  }
}

function targetOf(io: IOStreams, access: KubeconfigAccess, flags: GlobalFlags, cluster: ClusterEntry, identity: Identity): Target {
  const server = cluster.server as string
  const file = fileOfServer(server)
  if (file !== undefined) {
    const path = isAbsolute(file) ? file : resolve(io.cwd, file)
    return { kind: 'file', path, create: dirname(path) === stateFolder(io), identity }
  }
  // Only a server that the user named, in a file or by flag, is ever spoken to.
  if (!access.named && flags.server === '') throw new UsageError(`the context names the server ${server}, but no kubeconfig was named: set KUBECONFIG or pass --kubeconfig to reach a real cluster`)
  return {
    kind: 'server',
    url: /^https?:\/\//.test(server) ? server : `http://${server}`,
    insecureSkipTlsVerify: cluster['insecure-skip-tls-verify'] ?? false,
    certificateAuthority: pem(io, access, cluster['certificate-authority-data'], cluster['certificate-authority']),
    tlsServerName: cluster['tls-server-name'],
    proxyUrl: cluster['proxy-url'],
    disableCompression: flags['disable-compression'] || (cluster['disable-compression'] ?? false),
    requestTimeoutMs: requestTimeout(flags['request-timeout']),
    identity,
  }
}

/** `0`, `30` (seconds) or `1m`, in ms. Throws UsageError. upstream: clientcmd.ParseTimeout */
export function requestTimeout(text: string): number {
  if (text === '' || text === '0') return 0
  if (/^[1-9]\d*$/.test(text)) return Number(text) * 1000
  try {
    return parseDuration(text)
  } catch {
    throw new UsageError('Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)')
  }
}

function identityOf(io: IOStreams, flags: GlobalFlags, name: string, entry: UserEntry = {}): Identity {
  const stated = entry.extensions?.find(e => e.name === IDENTITY_EXTENSION)?.extension as { user?: string; groups?: string[] } | undefined
  const username = flags.username || entry.username
  const access = openKubeconfig(io, flags.kubeconfig)
  const as = flags.as || entry.as
  return {
    user: stated?.user ?? (name === '' ? undefined : name),
    groups: stated?.groups ?? [],
    token: flags.token || entry.token || (entry.tokenFile === undefined ? undefined : readFileSync(entry.tokenFile, 'utf8').trim()),
    clientCertificate: pem(io, access, entry['client-certificate-data'], given(io, flags['client-certificate']) || entry['client-certificate']),
    clientKey: pem(io, access, entry['client-key-data'], given(io, flags['client-key']) || entry['client-key']),
    exec: entry.exec === undefined || entry.exec === null ? undefined : pluginOf(name, entry.exec),
    basic: username === undefined || username === '' ? undefined : { username, password: flags.password || (entry.password ?? '') },
    impersonate: as === undefined || as === '' ? undefined : {
      user: as,
      uid: flags['as-uid'] || entry['as-uid'],
      groups: flags['as-group'].length > 0 ? flags['as-group'] : (entry['as-groups'] ?? []),
      extra: flags['as-user-extra'].length > 0 ? extraOf(flags['as-user-extra']) : (entry['as-user-extra'] ?? {}),
    },
  }
}

/** Throws UsageError. upstream: clientcmd validateAuthInfo */
function pluginOf(user: string, { command, args, env, apiVersion, interactiveMode, provideClusterInfo, installHint }: ExecEntry): ExecPlugin {
  const needed = (what: string): UsageError => new UsageError(`${what} must be specified for ${user} to use exec authentication plugin`)
  if (!command) throw needed('command')
  if (!apiVersion) throw needed('apiVersion')
  if (!interactiveMode && apiVersion !== 'client.authentication.k8s.io/v1beta1') throw needed('interactiveMode')
  for (const e of env ?? []) if (!e.name) throw new UsageError(`env variable name must be specified for ${user} to use exec authentication plugin`)
  return { command, args: args ?? [], env: Object.fromEntries((env ?? []).map(e => [e.name, e.value])), apiVersion, interactiveMode: interactiveMode ?? 'IfAvailable', provideClusterInfo: provideClusterInfo === true, installHint: installHint ?? '' }
}

function extraOf(pairs: readonly string[]): Record<string, string[]> {
  const extra: Record<string, string[]> = {}
  for (const pair of pairs) {
    const equals = pair.indexOf('=')
    const key = equals < 0 ? pair : pair.slice(0, equals)
    ;(extra[key] ??= []).push(equals < 0 ? '' : pair.slice(equals + 1))
  }
  return extra
}

const given = (io: IOStreams, path: string): string => (path === '' ? '' : resolve(io.cwd, path))

/** Inline base64 before a file, whose path counts from the kubeconfig's folder. */
function pem(io: IOStreams, access: KubeconfigAccess, data: string | undefined, file: string | undefined): string | undefined {
  if (data !== undefined && data !== '') return Buffer.from(data, 'base64').toString('utf8')
  if (file === undefined || file === '') return undefined
  const path = isAbsolute(file) ? file : join(resolve(io.cwd, dirname(access.defaultFile)), file)
  try {
    return readFileSync(path, 'utf8')
  } catch {
    throw new ConfigurationError([`unable to read ${path} due to open ${path}: no such file or directory`])
  }
}
