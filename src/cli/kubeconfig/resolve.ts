/** From a kubeconfig and the global flags to a cluster, an identity and a namespace. upstream: client-go/tools/clientcmd/client_config.go, validation.go */
import { readFileSync } from 'node:fs'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { UsageError } from '../../base/errors'
import { parseDuration } from '../../base/duration'
import type { ExecPlugin, Identity, Target } from '../access'
import { ConfigurationError, ContextNotFound } from '../errors'
import type { GlobalFlags } from '../flags/types.gen'
import type { IOStreams } from '../io-streams'
import type { KubeconfigAccess } from './files'
import { IDENTITY_EXTENSION, fileOfServer, openKubeconfig, stateFolder } from './files'
import { clusterProblems, userProblems } from './usable'
import type { ExecEntry, ClusterEntry, ContextEntry, UserEntry } from './model'

export interface Resolved {
  readonly target: Target
  readonly contextName: string
}

export interface Entries {
  readonly access: KubeconfigAccess
  readonly contextName: string
  readonly context: ContextEntry
  readonly userName: string
  readonly user: UserEntry
  readonly cluster: ClusterEntry
  readonly knowsUser: boolean
  readonly knowsCluster: boolean
  readonly problems: readonly string[]
}

/** What the flags name or override, and what is wrong with it; undefined for a context that does not exist. */
export function entriesOf(io: IOStreams, flags: GlobalFlags): Entries | undefined {
  const access = openKubeconfig(io, flags.kubeconfig)
  let config = access.starting()
  // A file without any cluster, made for `kubectl config`, is no reason to have no cluster at all.
  if (config.clusters.size === 0 && config.contexts.size === 0 && flags.context === '' && flags.cluster === '' && flags.server === '') {
    config = openKubeconfig({ ...io, env: { ...io.env, KUBECONFIG: '' } }, '').starting()
  }
  const contextName = flags.context || config.currentContext
  const context = contextName === '' ? {} : config.contexts.get(contextName)
  if (context === undefined) return undefined
  const clusterName = flags.cluster || context.cluster || ''
  const userName = userFlag(flags) || context.user || ''
  const cluster = { ...clusterWith(flags, withPaths(access, config.clusters.get(clusterName) ?? {}, ['certificate-authority'])) }
  const user = userWith(flags, withPaths(access, config.users.get(userName) ?? {}, USER_PATHS))
  const problems = [...userProblems(userName, user, io), ...clusterProblems(clusterName, contextName, cluster, io)]
  return { access, contextName, context, userName, user, cluster, problems, knowsUser: userFlag(flags) === '' || config.users.has(userName), knowsCluster: flags.cluster === '' || config.clusters.has(clusterName) }
}

const wishedContext = (io: IOStreams, flags: GlobalFlags): string => flags.context || openKubeconfig(io, flags.kubeconfig).starting().currentContext

/** The cluster and who speaks to it. Throws ConfigurationError or UsageError. upstream: ClientConfig */
export function resolveTarget(io: IOStreams, flags: GlobalFlags, entries = entriesOf(io, flags)): Resolved {
  if (entries === undefined) throw new UsageError(`context ${JSON.stringify(wishedContext(io, flags))} does not exist`)
  const { access, contextName, userName, user, cluster, problems } = entries
  if (!entries.knowsUser) throw new UsageError(`auth info "${userName}" does not exist`)
  if (!entries.knowsCluster) throw new UsageError(`cluster "${flags.cluster}" does not exist`)
  if (problems.length > 0) throw new ConfigurationError(problems)
  return { target: targetOf(io, access, flags, cluster, identityOf(io, userName, user)), contextName }
}

/** Where a command works, and whether it was told. A user that does not exist is not missed yet. Throws ConfigurationError. upstream: DirectClientConfig.Namespace */
export function resolveNamespace(io: IOStreams, flags: GlobalFlags, entries?: Entries): { readonly name: string; readonly explicit: boolean } {
  if (flags.namespace !== '') return { name: flags.namespace, explicit: true }
  if (entries === undefined) throw new ContextNotFound(wishedContext(io, flags))
  if (entries.problems.length > 0) throw new ConfigurationError(entries.problems)
  return { name: entries.context.namespace || 'default', explicit: false }
}

const USER_PATHS: readonly (keyof UserEntry)[] = ['client-certificate', 'client-key', 'tokenFile']

/** Paths of an entry count from the folder of the file that it came from. upstream: clientcmd ResolveLocalPaths */
function withPaths<E extends ClusterEntry | UserEntry>(access: KubeconfigAccess, entry: E, keys: readonly (keyof E)[]): E {
  const folder = access.folderOf(entry)
  const placed = { ...entry }
  for (const key of keys) {
    const path = entry[key]
    if (folder !== undefined && typeof path === 'string' && path !== '' && !isAbsolute(path)) placed[key] = join(folder, path) as never
  }
  // A program that is not looked for in PATH.
  const { exec } = placed as UserEntry
  if (folder !== undefined && exec?.command?.includes('/') === true && !isAbsolute(exec.command)) (placed as UserEntry).exec = { ...exec, command: join(folder, exec.command) }
  return placed
}

/** Some commands have a list `--user` of their own, which hides the global flag. */
const userFlag = ({ user }: { readonly user: string | readonly string[] }): string => (typeof user === 'string' ? user : '')

/** What flags say of a server is said alone. upstream: DirectClientConfig.getCluster */
function clusterWith(flags: GlobalFlags, entry: ClusterEntry): ClusterEntry {
  const { server, 'tls-server-name': serverName, 'insecure-skip-tls-verify': insecure, 'certificate-authority': authority } = flags
  return {
    ...entry,
    ...(server === '' ? {} : { server }),
    ...(serverName === '' && server === '' ? {} : { 'tls-server-name': serverName }),
    ...(insecure || authority !== '' ? { 'insecure-skip-tls-verify': insecure, 'certificate-authority': authority, 'certificate-authority-data': '' } : {}),
  }
}

/** upstream: DirectClientConfig.getAuthInfo */
function userWith(flags: GlobalFlags, entry: UserEntry): UserEntry {
  const { token, username, password, 'client-certificate': certificate, 'client-key': key } = flags
  return {
    ...entry,
    ...(token === '' ? {} : { token }),
    ...(username === '' ? {} : { username }),
    ...(password === '' ? {} : { password }),
    ...(certificate === '' ? {} : { 'client-certificate': certificate, 'client-certificate-data': '' }),
    ...(key === '' ? {} : { 'client-key': key, 'client-key-data': '' }),
    ...(flags.as === '' ? {} : { as: flags.as }),
    ...(flags['as-uid'] === '' ? {} : { 'as-uid': flags['as-uid'] }),
    ...(flags['as-group'].length === 0 ? {} : { 'as-groups': [...flags['as-group']] }),
    ...(flags['as-user-extra'].length === 0 ? {} : { 'as-user-extra': extraOf(flags['as-user-extra']) }),
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
    certificateAuthority: pem(io, cluster['certificate-authority-data'], cluster['certificate-authority']),
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

/** Throws UsageError where a file with a token cannot be read. */
function identityOf(io: IOStreams, name: string, entry: UserEntry): Identity {
  const stated = entry.extensions?.find(e => e.name === IDENTITY_EXTENSION)?.extension as { user?: string; groups?: string[] } | undefined
  const { token, tokenFile, exec, username, password, as, 'auth-provider': provider } = entry
  return {
    user: stated?.user ?? (name === '' ? undefined : name),
    groups: stated?.groups ?? [],
    token: token || (tokenFile === undefined ? undefined : readFileSync(resolve(io.cwd, tokenFile), 'utf8').trim()),
    clientCertificate: pem(io, entry['client-certificate-data'], entry['client-certificate']),
    clientKey: pem(io, entry['client-key-data'], entry['client-key']),
    exec: exec === undefined || exec === null ? undefined : pluginOf(exec),
    provider: provider === undefined || provider === null ? undefined : { name: provider.name, config: provider.config ?? {} },
    basic: username === undefined || username === '' ? undefined : { username, password: password ?? '' },
    impersonate: as === undefined || as === '' ? undefined : { user: as, uid: entry['as-uid'], groups: entry['as-groups'] ?? [], extra: entry['as-user-extra'] ?? {} },
  }
}

const pluginOf = ({ command, args, env, apiVersion, interactiveMode, provideClusterInfo, installHint }: ExecEntry): ExecPlugin => ({
  command: command ?? '', args: args ?? [], env: Object.fromEntries((env ?? []).map(e => [e.name, e.value])), apiVersion: apiVersion ?? '',
  interactiveMode: interactiveMode ?? 'IfAvailable', provideClusterInfo: provideClusterInfo === true, installHint: installHint ?? '',
})

function extraOf(pairs: readonly string[]): Record<string, string[]> {
  const extra: Record<string, string[]> = {}
  for (const pair of pairs) {
    const equals = pair.indexOf('=')
    // What is no pair is passed over.
    if (equals < 0) continue
    ;(extra[pair.slice(0, equals)] ??= []).push(pair.slice(equals + 1))
  }
  return extra
}

/** Inline base64 before a file. That the file can be read has been looked at. */
function pem(io: IOStreams, data: string | undefined, file: string | undefined): string | undefined {
  if (data !== undefined && data !== '') return Buffer.from(data, 'base64').toString('utf8')
  if (file === undefined || file === '') return undefined
  return readFileSync(resolve(io.cwd, file), 'utf8')
}
