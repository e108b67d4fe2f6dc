/** The file that `kubottle init --config` reads: what kind of cluster to make. */
import { parseDuration } from '../base/duration'
import { UsageError } from '../base/errors'
import type { ClockMode } from '../client/cluster-summary'
import type { Node } from '../kinds/schema/types/core.v1'
import type { SettleLimits } from './engine'
import { DEFAULT_SETTLE } from './settle-limits'
import { readSchedulerConfiguration, SchedulerConfigurationError } from '../scheduler/configuration'
import { PROXY_MODES, type ProxyMode } from '../network/proxy-mode'
import { defaultNodes, numberedNodes } from './nodes'

export type Lifecycle = 'fast' | 'real'
export const ADD_ONS = ['storage', 'metrics', 'ingress', 'load-balancer', 'dns', 'control-plane', 'kube-proxy', 'network-policy'] as const
export type AddOn = (typeof ADD_ONS)[number]

export interface ImagePolicy {
  /** `strict`: an image that is not in the catalogue is not found, as a registry answers; `placeholder`: it runs and does nothing. */
  readonly unknown: 'strict' | 'placeholder'
  /** The only images that can be pulled; the whole catalogue when absent. */
  readonly available?: readonly string[]
  /** Images of servers are made of Debian's packages, as registries have them that build their own. */
  readonly packaged?: boolean
}

/** What a cluster file says of itself; stored in it as JSON. */
export interface ClusterConfig {
  readonly lifecycle: Lifecycle
  readonly settle: SettleLimits
  readonly images: ImagePolicy
  readonly addOns: readonly AddOn[]
  readonly user: string
  readonly groups: readonly string[]
  readonly cluster: string
  readonly context: string
  readonly seed: string
  readonly clock: { readonly mode: ClockMode; readonly atMs?: number }
  readonly podCIDR: string
  /** How kube-proxy keeps its rules; nobody is reached otherwise for it. Its own default, iptables, when absent. */
  readonly proxyMode?: ProxyMode
  /** A KubeSchedulerConfiguration as it was given: profiles, plugins, weights. */
  readonly scheduler?: unknown
}

export interface NewCluster {
  readonly config: ClusterConfig
  readonly nodes: readonly Node[]
}

const DEFAULTS: ClusterConfig = {
  lifecycle: 'real',
  settle: DEFAULT_SETTLE,
  images: { unknown: 'placeholder' },
  addOns: ADD_ONS,
  user: 'kubernetes-admin',
  groups: ['system:masters', 'system:authenticated'],
  cluster: 'kubernetes',
  context: 'kubernetes-admin@kubernetes',
  seed: 'kubottle',
  clock: { mode: 'settle' },
  podCIDR: '10.244.0.0/16',
}

const KNOWN = new Set(['apiVersion', 'kind', 'nodes', 'lifecycle', 'settle', 'images', 'addOns', 'user', 'groups', 'cluster', 'context', 'seed', 'clock', 'podCIDR', 'proxyMode', 'scheduler'])

/** Reads a parsed configuration file; undefined gives the defaults. Throws UsageError naming the field. */
export function readConfig(file: unknown): NewCluster {
  if (file === undefined || file === null) return { config: DEFAULTS, nodes: defaultNodes() }
  if (typeof file !== 'object' || Array.isArray(file)) throw new UsageError('the cluster configuration must be a map')
  const given = file as Record<string, unknown>
  for (const key in given) if (!KNOWN.has(key)) throw new UsageError(`the cluster configuration has an unknown field "${key}"`)
  const text = (key: keyof ClusterConfig): string => {
    const value = given[key]
    if (value === undefined) return DEFAULTS[key] as string
    if (typeof value !== 'string' || value === '') throw new UsageError(`the cluster configuration's "${key}" must be a text`)
    return value
  }
  return {
    config: {
      lifecycle: oneOf(text('lifecycle'), ['fast', 'real'], 'lifecycle'),
      settle: readSettle(given.settle),
      images: readImages(given.images),
      addOns: readAddOns(given.addOns),
      user: text('user'),
      groups: given.groups === undefined ? DEFAULTS.groups : texts(given.groups, 'groups'),
      cluster: text('cluster'),
      context: given.context === undefined && given.cluster !== undefined ? `${text('user')}@${text('cluster')}` : text('context'),
      seed: given.seed === undefined ? DEFAULTS.seed : String(given.seed),
      clock: readClock(given.clock),
      podCIDR: text('podCIDR'),
      ...(given.proxyMode === undefined ? {} : { proxyMode: oneOf(String(given.proxyMode), PROXY_MODES, 'proxyMode') }),
      ...readScheduler(given.scheduler),
    },
    nodes: readNodes(given.nodes),
  }
}

function readScheduler(value: unknown): Pick<ClusterConfig, 'scheduler'> {
  if (value === undefined) return {}
  try {
    readSchedulerConfiguration(value)
  } catch (e) {
    if (e instanceof SchedulerConfigurationError) throw new UsageError(`the cluster configuration's ${e.message}`)
    throw e
  }
  return { scheduler: value }
}

function oneOf<T extends string>(value: string, allowed: readonly T[], field: string): T {
  if (!(allowed as readonly string[]).includes(value)) throw new UsageError(`the cluster configuration's "${field}" must be one of ${allowed.join(', ')}, not "${value}"`)
  return value as T
}

function texts(value: unknown, field: string): readonly string[] {
  if (!Array.isArray(value) || value.some(v => typeof v !== 'string')) throw new UsageError(`the cluster configuration's "${field}" must be a list of texts`)
  return value as string[]
}

function map(value: unknown, field: string, allowed: readonly string[]): Record<string, unknown> {
  if (value === undefined) return {}
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new UsageError(`the cluster configuration's "${field}" must be a map`)
  for (const key in value) if (!allowed.includes(key)) throw new UsageError(`the cluster configuration has an unknown field "${field}.${key}"`)
  return value as Record<string, unknown>
}

function readSettle(value: unknown): SettleLimits {
  const given = map(value, 'settle', ['quiet', 'busyQuiet', 'cap', 'turns'])
  const ms = (key: string, fallback: number): number => {
    const v = given[key]
    if (v === undefined) return fallback
    try {
      return parseDuration(String(v))
    } catch (e) {
      throw new UsageError(`the cluster configuration's "settle.${key}": ${(e as Error).message}`)
    }
  }
  const turns = given.turns ?? DEFAULT_SETTLE.turns
  if (typeof turns !== 'number' || !Number.isInteger(turns) || turns < 100) throw new UsageError('the cluster configuration\'s "settle.turns" must be a whole number of at least 100')
  return { quietMs: ms('quiet', DEFAULT_SETTLE.quietMs), busyQuietMs: ms('busyQuiet', DEFAULT_SETTLE.busyQuietMs), capMs: ms('cap', DEFAULT_SETTLE.capMs), turns }
}

function readImages(value: unknown): ImagePolicy {
  const given = map(value, 'images', ['unknown', 'available', 'packaged'])
  if (given.packaged !== undefined && typeof given.packaged !== 'boolean') throw new UsageError('the cluster configuration\'s "images.packaged" must be true or false')
  return {
    unknown: given.unknown === undefined ? DEFAULTS.images.unknown : oneOf(String(given.unknown), ['strict', 'placeholder'], 'images.unknown'),
    ...(given.available === undefined ? {} : { available: texts(given.available, 'images.available') }),
    ...(given.packaged === true ? { packaged: true } : {}),
  }
}

function readAddOns(value: unknown): readonly AddOn[] {
  if (value === undefined) return DEFAULTS.addOns
  return texts(value, 'addOns').map(a => oneOf(a, ADD_ONS, 'addOns'))
}

function readClock(value: unknown): ClusterConfig['clock'] {
  const given = map(value, 'clock', ['mode', 'at'])
  const mode = given.mode === undefined ? 'settle' : oneOf(String(given.mode), ['settle', 'realtime', 'fixed'], 'clock.mode')
  if (given.at === undefined) {
    if (mode === 'fixed') throw new UsageError('the cluster configuration\'s "clock.at" is required with mode "fixed"')
    return { mode }
  }
  const atMs = Date.parse(given.at instanceof Date ? given.at.toISOString() : String(given.at))
  if (Number.isNaN(atMs)) throw new UsageError(`the cluster configuration's "clock.at" is no time: "${String(given.at)}"`)
  return { mode, atMs }
}

/** A count, a NodeList, or a list of Nodes. */
function readNodes(value: unknown): readonly Node[] {
  if (value === undefined) return defaultNodes()
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 20_000) return numberedNodes(value)
  const list = Array.isArray(value) ? value : (value as { items?: unknown } | null)?.items
  if (!Array.isArray(list)) throw new UsageError('the cluster configuration\'s "nodes" must be a count, a NodeList or a list of Nodes')
  for (const [i, n] of list.entries()) if (typeof (n as Node)?.metadata?.name !== 'string') throw new UsageError(`the cluster configuration's "nodes[${i}]" has no metadata.name`)
  return list as Node[]
}
