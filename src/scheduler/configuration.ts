/** Reads a KubeSchedulerConfiguration: which schedulers there are, with which plugins, weights and arguments. upstream: kube-scheduler/config/v1, pkg/scheduler/apis/config */
import { defaultPlugins, defaultProfile, DEFAULT_SCHEDULER, type PluginArgs, type Profile, type ProfileEntry } from './profile'

/** What is wrong with a configuration, with the field's path. */
export class SchedulerConfigurationError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'SchedulerConfigurationError'
  }
}

type Given = Readonly<Record<string, unknown>>

const POINTS = new Set(['multiPoint', 'queueSort', 'preEnqueue', 'preFilter', 'filter', 'postFilter', 'preScore', 'score', 'reserve', 'permit', 'preBind', 'bind', 'postBind'])
/** Plugins that a configuration may name and that have nothing to do here. */
const BUILT_IN = new Set(['PrioritySort', 'DefaultBinder'])
const STRATEGIES = ['LeastAllocated', 'MostAllocated', 'RequestedToCapacityRatio']

/** Profiles of a parsed configuration; undefined gives the default one. Throws SchedulerConfigurationError. */
export function readSchedulerConfiguration(value: unknown): readonly Profile[] {
  if (value === undefined || value === null) return [defaultProfile()]
  const given = fields(value, '', ['apiVersion', 'kind', 'profiles', 'percentageOfNodesToScore'])
  const percentage = percentageOf(given.percentageOfNodesToScore, 'percentageOfNodesToScore') ?? 0
  const profiles = list(given.profiles, 'profiles').map((p, i) => readProfile(p, `profiles[${i}]`, percentage))
  if (profiles.length === 0) return [{ ...defaultProfile(), percentageOfNodesToScore: percentage }]
  for (const [i, p] of profiles.entries()) if (profiles.findIndex(o => o.schedulerName === p.schedulerName) < i) fail(`profiles[${i}].schedulerName`, `names "${p.schedulerName}" twice`)
  return profiles
}

function readProfile(value: unknown, at: string, percentage: number): Profile {
  const given = fields(value, at, ['schedulerName', 'plugins', 'pluginConfig', 'percentageOfNodesToScore'])
  const schedulerName = given.schedulerName ?? DEFAULT_SCHEDULER
  if (typeof schedulerName !== 'string' || schedulerName === '') return fail(`${at}.schedulerName`, 'must be a text')
  return {
    schedulerName,
    plugins: choosePlugins(defaultPlugins(readArgs(given.pluginConfig, `${at}.pluginConfig`)), given.plugins, `${at}.plugins`),
    percentageOfNodesToScore: percentageOf(given.percentageOfNodesToScore, `${at}.percentageOfNodesToScore`) ?? percentage,
  }
}

/** A plugin can be off everywhere (`multiPoint`) or at one extension point, and have another weight. */
function choosePlugins(all: readonly ProfileEntry[], value: unknown, at: string): readonly ProfileEntry[] {
  const points = fields(value ?? {}, at, [...POINTS])
  let chosen = all
  for (const point of Object.keys(points)) {
    const where = `${at}.${point}`
    const set = fields(points[point], where, ['enabled', 'disabled'])
    for (const name of list(set.disabled, `${where}.disabled`).map((d, i) => pluginName(d, all, `${where}.disabled[${i}]`))) chosen = chosen.flatMap(e => (name === '*' || e.plugin.name === name ? without(e, point) : [e]))
    for (const [i, item] of list(set.enabled, `${where}.enabled`).entries()) {
      const name = pluginName(item, all, `${where}.enabled[${i}]`)
      const weight = (item as Given).weight
      if (weight !== undefined && (typeof weight !== 'number' || !Number.isInteger(weight) || weight < 0)) fail(`${where}.enabled[${i}].weight`, 'must be a whole number')
      const entry = all.find(e => e.plugin.name === name)
      if (entry === undefined) continue
      const wanted = { plugin: entry.plugin, weight: (weight as number | undefined) || (entry.weight === 0 ? 0 : Math.max(1, entry.weight)) }
      // In its usual place among the others.
      chosen = all.flatMap(e => (e.plugin.name === name ? [wanted] : chosen.filter(c => c.plugin.name === e.plugin.name)))
    }
  }
  return chosen
}

function without(entry: ProfileEntry, point: string): ProfileEntry[] {
  if (point === 'multiPoint') return []
  if (point === 'score') return [{ ...entry, weight: 0 }]
  const { [point as 'filter']: _, ...plugin } = entry.plugin
  return [{ ...entry, plugin: point === 'filter' ? { ...plugin, preFilter: undefined } as never : plugin }]
}

function pluginName(value: unknown, all: readonly ProfileEntry[], at: string): string {
  const { name } = fields(value, at, ['name', 'weight'])
  if (typeof name !== 'string') return fail(`${at}.name`, 'must be a text')
  if (name !== '*' && !BUILT_IN.has(name) && !all.some(e => e.plugin.name === name)) fail(`${at}.name`, `names a plugin that there is not: "${name}"`)
  return name
}

// ── arguments ────────────────────────────────────────────────────────────────────────────────────

const ARGS: Readonly<Record<string, readonly string[]>> = {
  NodeResourcesFit: ['ignoredResources', 'ignoredResourceGroups', 'scoringStrategy'],
  NodeResourcesBalancedAllocation: ['resources'],
  InterPodAffinity: ['hardPodAffinityWeight', 'ignorePreferredTermsOfExistingPods'],
  PodTopologySpread: ['defaultConstraints', 'defaultingType'],
  DefaultPreemption: ['minCandidateNodesPercentage', 'minCandidateNodesAbsolute'],
  NodeAffinity: [],
  VolumeBinding: ['bindTimeoutSeconds'],
}

function readArgs(value: unknown, at: string): PluginArgs {
  const args: Record<string, unknown> = {}
  for (const [i, item] of list(value, at).entries()) {
    const where = `${at}[${i}]`
    const { name, args: given } = fields(item, where, ['name', 'args'])
    const known = ARGS[name as string]
    if (known === undefined) fail(`${where}.name`, `names a plugin without arguments: "${String(name)}"`)
    const { apiVersion: _, kind: __, ...own } = fields(given ?? {}, `${where}.args`, ['apiVersion', 'kind', ...(known as string[])])
    if (name === 'NodeResourcesFit' && own.scoringStrategy !== undefined) args[name] = { ...own, scoringStrategy: readStrategy(own.scoringStrategy, `${where}.args.scoringStrategy`) }
    else if (name === 'PodTopologySpread') args[name] = { defaultConstraints: own.defaultingType === 'List' ? list(own.defaultConstraints, `${where}.args.defaultConstraints`) : undefined }
    else args[name as string] = own
  }
  return args as PluginArgs
}

function readStrategy(value: unknown, at: string): unknown {
  const { type = 'LeastAllocated', resources, requestedToCapacityRatio } = fields(value, at, ['type', 'resources', 'requestedToCapacityRatio'])
  if (!STRATEGIES.includes(type as string)) fail(`${at}.type`, `must be one of ${STRATEGIES.join(', ')}`)
  const weighted = list(resources ?? [{ name: 'cpu' }, { name: 'memory' }], `${at}.resources`).map((r, i) => ({ weight: 1, ...fields(r, `${at}.resources[${i}]`, ['name', 'weight']) }))
  if (type !== 'RequestedToCapacityRatio') return { type, resources: weighted }
  const { shape } = fields(requestedToCapacityRatio ?? {}, `${at}.requestedToCapacityRatio`, ['shape'])
  const points = list(shape, `${at}.requestedToCapacityRatio.shape`).map((p, i) => fields(p, `${at}.requestedToCapacityRatio.shape[${i}]`, ['utilization', 'score']))
  if (points.length === 0) fail(`${at}.requestedToCapacityRatio.shape`, 'must have at least one point')
  return { type, resources: weighted, shape: points }
}

// ── shapes ───────────────────────────────────────────────────────────────────────────────────────

function fields(value: unknown, at: string, known: readonly string[]): Given {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return fail(at, 'must be a map')
  for (const key in value) if (!known.includes(key)) fail(at === '' ? key : `${at}.${key}`, 'is unknown')
  return value as Given
}

function list(value: unknown, at: string): readonly unknown[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : fail(at, 'must be a list')
}

function percentageOf(value: unknown, at: string): number | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 100) return fail(at, 'must be a whole number of 0 to 100')
  return value
}

function fail(at: string, problem: string): never {
  throw new SchedulerConfigurationError(`"scheduler${at === '' ? '' : `.${at}`}" ${problem}`)
}
