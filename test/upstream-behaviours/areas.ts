/** All areas, in the order in which they run. */
import type { Area } from './area'
import { apply } from './areas/apply'
import { cluster } from './areas/cluster'
import { pods } from './areas/pods'
import { resources } from './areas/resources'
import { workloads } from './areas/workloads'

export const AREAS: readonly Area[] = [apply, pods, workloads, resources, cluster]
