/** Profiles: which plugins run for the pods of a scheduler's name, in which order, with which weights. upstream: pkg/scheduler/apis/config/v1/default_plugins.go */
import type { SchedulerPlugin } from './framework'
import { defaultPreemption, type PreemptionArgs } from './plugins/default-preemption/plugin'
import { dynamicResources } from './plugins/dynamic-resources/plugin'
import { imageLocality } from './plugins/image-locality/plugin'
import { interPodAffinity, type AffinityArgs } from './plugins/inter-pod-affinity/plugin'
import { nodeAffinity } from './plugins/node-affinity/plugin'
import { nodeName } from './plugins/node-name/plugin'
import { nodePorts } from './plugins/node-ports/plugin'
import { balancedAllocation } from './plugins/node-resources/balanced-allocation'
import { nodeResourcesFit, type FitArgs } from './plugins/node-resources/fit'
import type { ResourceWeight } from './plugins/node-resources/strategy'
import { nodeUnschedulable } from './plugins/node-unschedulable/plugin'
import { nodeVolumeLimits } from './plugins/node-volume-limits/plugin'
import { podTopologySpread, type SpreadArgs } from './plugins/pod-topology-spread/plugin'
import { schedulingGates } from './plugins/scheduling-gates/plugin'
import { taintToleration } from './plugins/taint-toleration/plugin'
import { volumeBinding } from './plugins/volume-binding/plugin'
import { volumeRestrictions } from './plugins/volume-restrictions/plugin'
import { volumeZone } from './plugins/volume-zone/plugin'

export interface ProfileEntry {
  readonly plugin: SchedulerPlugin
  readonly weight: number
}

export interface Profile {
  readonly schedulerName: string
  readonly plugins: readonly ProfileEntry[]
  /** 0: as the size of the cluster says. */
  readonly percentageOfNodesToScore: number
}

/** What plugins can be told, by their names. */
export interface PluginArgs {
  readonly NodeResourcesFit?: FitArgs
  readonly NodeResourcesBalancedAllocation?: { readonly resources?: readonly ResourceWeight[] }
  readonly InterPodAffinity?: AffinityArgs
  readonly PodTopologySpread?: SpreadArgs
  readonly DefaultPreemption?: PreemptionArgs
}

export const DEFAULT_SCHEDULER = 'default-scheduler'

/** All plugins that there are, in upstream's order. */
export function defaultPlugins(args: PluginArgs = {}): readonly ProfileEntry[] {
  return [
    { plugin: schedulingGates, weight: 0 },
    { plugin: nodeUnschedulable, weight: 0 },
    { plugin: nodeName, weight: 0 },
    { plugin: taintToleration, weight: 3 },
    { plugin: nodeAffinity, weight: 2 },
    { plugin: nodePorts, weight: 0 },
    { plugin: nodeResourcesFit(args.NodeResourcesFit), weight: 1 },
    { plugin: volumeRestrictions, weight: 0 },
    { plugin: nodeVolumeLimits, weight: 0 },
    { plugin: volumeBinding, weight: 0 },
    { plugin: volumeZone, weight: 0 },
    { plugin: podTopologySpread(args.PodTopologySpread), weight: 2 },
    { plugin: interPodAffinity(args.InterPodAffinity), weight: 2 },
    { plugin: dynamicResources, weight: 0 },
    { plugin: defaultPreemption(args.DefaultPreemption), weight: 0 },
    { plugin: balancedAllocation(args.NodeResourcesBalancedAllocation), weight: 1 },
    { plugin: imageLocality, weight: 1 },
  ]
}

export const defaultProfile = (): Profile => ({ schedulerName: DEFAULT_SCHEDULER, plugins: defaultPlugins(), percentageOfNodesToScore: 0 })
