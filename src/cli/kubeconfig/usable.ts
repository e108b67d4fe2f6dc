/** Whether the entries of a kubeconfig that are to be used can be used; all that is wrong is told at once. upstream: client-go/tools/clientcmd/validation.go */
import { closeSync, openSync } from 'node:fs'
import { resolve } from 'node:path'
import type { IOStreams } from '../io-streams'
import { fileProblem } from '../errors'
import type { ClusterEntry, ExecEntry, UserEntry } from './model'

const MODES = ['Never', 'IfAvailable', 'Always']

/** The entry with what flags say; upstream: validateAuthInfo */
export function userProblems(name: string, user: UserEntry, io: IOStreams): string[] {
  const problems: string[] = []
  const has = (key: keyof UserEntry): boolean => user[key] !== undefined && user[key] !== ''
  const methods = [...(has('token') ? ['token'] : []), ...(has('username') || has('password') ? ['basicAuth'] : [])]
  if (has('client-certificate') || has('client-certificate-data')) {
    if (has('client-certificate') && has('client-certificate-data')) problems.push(`client-cert-data and client-cert are both specified for ${name}. client-cert-data will override.`)
    if (has('client-key') && has('client-key-data')) problems.push(`client-key-data and client-key are both specified for ${name}; client-key-data will override`)
    if (!has('client-key') && !has('client-key-data')) problems.push(`client-key-data or client-key must be specified for ${name} to use the clientCert authentication method.`)
    problems.push(...unreadable('client-cert', name, user['client-certificate'], io), ...unreadable('client-key', name, user['client-key'], io))
  }
  if (user.exec !== undefined && user.exec !== null) problems.push(...pluginProblems(name, user.exec, user['auth-provider'] !== undefined))
  if (methods.length > 1) problems.push(`more than one authentication method found for ${name}; found [${methods.join(' ')}], only one is allowed`)
  const wants = (user['as-uid'] ?? '') !== '' || (user['as-groups'] ?? []).length > 0 || Object.keys(user['as-user-extra'] ?? {}).length > 0
  if (wants && !has('as')) problems.push(`requesting uid, groups or user-extra for ${name} without impersonating a user`)
  return problems
}

function pluginProblems(name: string, { command, apiVersion, env, interactiveMode }: ExecEntry, provider: boolean): string[] {
  const problems = provider ? [`authProvider cannot be provided in combination with an exec plugin for ${name}`] : []
  const needed = (what: string): void => void problems.push(`${what} must be specified for ${name} to use exec authentication plugin`)
  if (!command) needed('command')
  if (!apiVersion) needed('apiVersion')
  for (const e of env ?? []) if (!e.name) needed('env variable name')
  // Older versions have a default.
  if (!interactiveMode && apiVersion !== 'client.authentication.k8s.io/v1beta1') needed('interactiveMode')
  else if (interactiveMode && !MODES.includes(interactiveMode)) problems.push(`invalid interactiveMode for ${name}: ${JSON.stringify(interactiveMode)}`)
  return problems
}

/** upstream: validateClusterInfo; a server that nobody names is told by the name that is missing it. */
export function clusterProblems(name: string, context: string, cluster: ClusterEntry, io: IOStreams): string[] {
  const problems: string[] = []
  if ((cluster.server ?? '') === '') {
    if (name === '' && context === '') problems.push('no configuration has been provided, try setting KUBERNETES_MASTER environment variable')
    else problems.push(name === '' ? 'default cluster has no server defined' : `no server found for cluster "${name}"`)
  }
  const proxy = cluster['proxy-url'] ?? ''
  const why = proxy === '' ? undefined : proxyProblem(proxy)
  if (why !== undefined) problems.push(`invalid 'proxy-url' ${JSON.stringify(proxy)} for cluster ${JSON.stringify(name)}: ${why}`)
  const [file, data] = [cluster['certificate-authority'] ?? '', cluster['certificate-authority-data'] ?? '']
  if (file !== '' && data !== '') problems.push(`certificate-authority-data and certificate-authority are both specified for ${name}. certificate-authority-data will override.`)
  problems.push(...unreadable('certificate-authority', name, file, io))
  return problems
}

/** upstream: clientcmd parseProxyURL */
function proxyProblem(text: string): string | undefined {
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(text)?.[1]?.toLowerCase() ?? ''
  if (text.startsWith(':')) return `could not parse: ${text}`
  if (!['http', 'https', 'socks5'].includes(scheme)) return `unsupported scheme "${scheme}", must be http, https, or socks5`
  return undefined
}

function unreadable(what: string, name: string, path: string | undefined, io: IOStreams): string[] {
  if (path === undefined || path === '') return []
  try {
    closeSync(openSync(resolve(io.cwd, path), 'r'))
    return []
  } catch (error) {
    return [`unable to read ${what} ${path} for ${name} due to ${fileProblem(error, path)}`]
  }
}
