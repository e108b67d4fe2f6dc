/** The default profile: which plugins run, in which order, with which weights. upstream: pkg/scheduler/apis/config/v1/default_plugins.go */
import type { SchedulerPlugin } from './framework'
import { defaultPreemption } from './plugins/default-preemption/plugin'
import { dynamicResources } from './plugins/dynamic-resources/plugin'
import { imageLocality } from './plugins/image-locality/plugin'
import { nodeAffinity } from './plugins/node-affinity/plugin'
import { nodeName } from './plugins/node-name/plugin'
import { nodePorts } from './plugins/node-ports/plugin'
import { balancedAllocation } from './plugins/node-resources/balanced-allocation'
import { nodeResourcesFit } from './plugins/node-resources/fit'
import { nodeUnschedulable } from './plugins/node-unschedulable/plugin'
import { schedulingGates } from './plugins/scheduling-gates/plugin'
import { taintToleration } from './plugins/taint-toleration/plugin'

export interface ProfileEntry {
  readonly plugin: SchedulerPlugin
  readonly weight: number
}

export const DEFAULT_PROFILE: readonly ProfileEntry[] = [
  { plugin: schedulingGates, weight: 0 },
  { plugin: nodeUnschedulable, weight: 0 },
  { plugin: nodeName, weight: 0 },
  { plugin: taintToleration, weight: 3 },
  { plugin: nodeAffinity, weight: 2 },
  { plugin: nodePorts, weight: 0 },
  { plugin: nodeResourcesFit, weight: 1 },
  { plugin: dynamicResources, weight: 0 },
  { plugin: defaultPreemption, weight: 0 },
  { plugin: balancedAllocation, weight: 1 },
  { plugin: imageLocality, weight: 1 },
]
