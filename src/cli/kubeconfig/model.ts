/** A kubeconfig in memory: maps by name, entries as plain objects with the file's own keys. upstream: client-go/tools/clientcmd/api */
import { UsageError } from '../../base/errors'

export interface NamedExtension {
  name: string
  extension: unknown
}

export interface ClusterEntry {
  server?: string
  'tls-server-name'?: string
  'insecure-skip-tls-verify'?: boolean
  'certificate-authority'?: string
  'certificate-authority-data'?: string
  'proxy-url'?: string
  'disable-compression'?: boolean
  extensions?: NamedExtension[]
}

export interface UserEntry {
  'client-certificate'?: string
  'client-certificate-data'?: string
  'client-key'?: string
  'client-key-data'?: string
  token?: string
  tokenFile?: string
  as?: string
  'as-uid'?: string
  'as-groups'?: string[]
  'as-user-extra'?: Record<string, string[]>
  username?: string
  password?: string
  'auth-provider'?: { name: string; config?: Record<string, string> }
  exec?: ExecEntry
  extensions?: NamedExtension[]
}

export interface ExecEntry {
  command: string
  args?: string[] | null
  env?: { name: string; value: string }[] | null
  apiVersion?: string
  installHint?: string
  provideClusterInfo: boolean
  interactiveMode?: string
}

export interface ContextEntry {
  cluster?: string
  user?: string
  namespace?: string
  extensions?: NamedExtension[]
}

export interface Kubeconfig {
  readonly clusters: Map<string, ClusterEntry>
  readonly users: Map<string, UserEntry>
  readonly contexts: Map<string, ContextEntry>
  currentContext: string
  extensions: NamedExtension[] | undefined
}

export type Section = 'clusters' | 'users' | 'contexts'
export const SECTIONS: readonly Section[] = ['clusters', 'users', 'contexts']

export const emptyKubeconfig = (): Kubeconfig => ({ clusters: new Map(), users: new Map(), contexts: new Map(), currentContext: '', extensions: undefined })

/** The order in which Go prints the fields; also the fields that `config set` knows, with their kinds. */
export const FIELDS: Readonly<Record<Section, Readonly<Record<string, 'string' | 'bool' | 'bytes' | 'strings' | 'other'>>>> = {
  clusters: {
    server: 'string', 'tls-server-name': 'string', 'insecure-skip-tls-verify': 'bool', 'certificate-authority': 'string', 'certificate-authority-data': 'bytes', 'proxy-url': 'string',
    'disable-compression': 'bool', extensions: 'other',
  },
  users: {
    'client-certificate': 'string', 'client-certificate-data': 'bytes', 'client-key': 'string', 'client-key-data': 'bytes', token: 'string', tokenFile: 'string', as: 'string', 'as-uid': 'string',
    'as-groups': 'strings', 'as-user-extra': 'other', username: 'string', password: 'string', 'auth-provider': 'other', exec: 'other', extensions: 'other',
  },
  contexts: { cluster: 'string', user: 'string', namespace: 'string', extensions: 'other' },
}

const ENTRY_KEY: Readonly<Record<Section, string>> = { clusters: 'cluster', users: 'user', contexts: 'context' }

/** From the parsed YAML of a file; unknown fields are dropped. Throws UsageError naming what is malformed. */
export function decodeKubeconfig(document: unknown): Kubeconfig {
  const config = emptyKubeconfig()
  if (document === null || document === undefined) return config
  if (!isObject(document)) throw new UsageError('json: cannot unmarshal string into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }')
  if (document['kind'] !== undefined && document['kind'] !== 'Config') throw new UsageError(`no kind ${JSON.stringify(document['kind'])} is registered for version ${JSON.stringify(document['apiVersion'] ?? 'v1')} in scheme "k8s.io/client-go/tools/clientcmd/api/latest/latest.go:50"`)
  if (document['apiVersion'] !== undefined && document['apiVersion'] !== '' && document['apiVersion'] !== 'v1') throw new UsageError(`no kind ${JSON.stringify(document['kind'] ?? 'Config')} is registered for version ${JSON.stringify(document['apiVersion'])} in scheme "k8s.io/client-go/tools/clientcmd/api/latest/latest.go:50"`)
  config.currentContext = text(document['current-context'], 'Config.current-context')
  if (Array.isArray(document['extensions'])) config.extensions = document['extensions'] as NamedExtension[]
  for (const section of SECTIONS) {
    const entries = document[section]
    if (entries === undefined || entries === null) continue
    if (!Array.isArray(entries)) throw new UsageError(`json: cannot unmarshal ${typeof entries === 'object' ? 'object' : typeof entries} into Go struct field Config.${section} of type []v1.Named${section}`)
    for (const entry of entries) {
      if (!isObject(entry)) continue
      const body = entry[ENTRY_KEY[section]]
      // The first entry of a name wins, as when files are merged.
      const map = config[section] as Map<string, object>
      const name = text(entry['name'], `${section}.name`)
      if (!map.has(name)) map.set(name, pick(section, isObject(body) ? body : {}))
    }
  }
  return config
}

function pick(section: Section, body: Record<string, unknown>): object {
  const out: Record<string, unknown> = {}
  for (const key of Object.keys(FIELDS[section])) {
    const value = body[key]
    if (value !== undefined && value !== null && value !== '' && value !== false) out[key] = value
  }
  return out
}

/** Fields that are written without a value too. upstream: those without omitempty in clientcmd/api/v1/types.go */
const ALWAYS: Readonly<Record<Section, readonly string[]>> = { clusters: ['server'], users: [], contexts: ['cluster', 'user'] }

function written(section: Section, body: Record<string, unknown>): Record<string, unknown> {
  const out: Record<string, unknown> = Object.fromEntries(ALWAYS[section].map(key => [key, '']))
  Object.assign(out, pick(section, body))
  const { exec, 'auth-provider': provider } = out as UserEntry
  if (exec) out['exec'] = pluginAsWritten(exec)
  if (provider) out['auth-provider'] = { name: provider.name, config: provider.config ?? null }
  return out
}

function pluginAsWritten({ command, args, env, apiVersion, installHint, provideClusterInfo, interactiveMode }: ExecEntry): object {
  return {
    command: command ?? '', args: args ?? null, env: env ?? null, ...(apiVersion ? { apiVersion } : {}), ...(installHint ? { installHint } : {}),
    provideClusterInfo: provideClusterInfo === true, ...(interactiveMode ? { interactiveMode } : {}),
  }
}

/** As Go marshals it: fields in the struct's order, entries by name. */
export function encodeKubeconfig(config: Kubeconfig): Record<string, unknown> {
  const named = (section: Section): unknown => {
    const map = config[section] as Map<string, object>
    if (map.size === 0) return null
    return [...map.keys()].sort().map(name => ({ name, [ENTRY_KEY[section]]: written(section, map.get(name) as Record<string, unknown>) }))
  }
  return {
    kind: 'Config',
    apiVersion: 'v1',
    clusters: named('clusters'),
    users: named('users'),
    contexts: named('contexts'),
    'current-context': config.currentContext,
    ...(config.extensions === undefined ? {} : { extensions: config.extensions }),
  }
}

export function copyKubeconfig(config: Kubeconfig): Kubeconfig {
  return {
    clusters: new Map(config.clusters), users: new Map(config.users), contexts: new Map(config.contexts),
    currentContext: config.currentContext, extensions: config.extensions,
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

function text(value: unknown, where: string): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string') throw new UsageError(`json: cannot unmarshal ${typeof value === 'boolean' ? 'bool' : typeof value} into Go struct field ${where} of type string`)
  return value
}
