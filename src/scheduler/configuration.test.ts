import { describe, expect, it } from 'vitest'
import { readConfig } from '../cluster/config'
import { createInMemory } from '../cluster/create'
import { numberedNodes } from '../cluster/nodes'
import { pod } from '../kinds/core/pod/kind'
import { readSchedulerConfiguration } from './configuration'
import { aPod, labelledNodes, world } from './world.testing'

const asking = (cpu: string, more = {}) => aPod('new', { app: 'a' }, { containers: [{ name: 'main', image: 'nginx:1.27', resources: { requests: { cpu, memory: '1Gi' } } }], ...more })
const withStrategy = (scoringStrategy: object) => readSchedulerConfiguration({ profiles: [{ pluginConfig: [{ name: 'NodeResourcesFit', args: { scoringStrategy } }] }] })[0] as never

describe('the scheduler configuration', () => {
  it('has upstream’s weights by default', () => {
    const [profile] = readSchedulerConfiguration(undefined)
    expect(Object.fromEntries((profile as { plugins: readonly { plugin: { name: string }; weight: number }[] }).plugins.filter(p => p.weight > 0).map(p => [p.plugin.name, p.weight]))).toEqual({ TaintToleration: 3, NodeAffinity: 2, NodeResourcesFit: 1, PodTopologySpread: 2, InterPodAffinity: 2, NodeResourcesBalancedAllocation: 1, ImageLocality: 1 })
  })

  it('turns plugins off and gives them other weights', () => {
    const [profile] = readSchedulerConfiguration({ profiles: [{ schedulerName: 's', percentageOfNodesToScore: 40, plugins: { multiPoint: { disabled: [{ name: 'ImageLocality' }] }, score: { disabled: [{ name: 'NodeAffinity' }], enabled: [{ name: 'InterPodAffinity', weight: 9 }] } } }] })
    const weights = Object.fromEntries((profile as { plugins: readonly { plugin: { name: string }; weight: number }[] }).plugins.map(p => [p.plugin.name, p.weight]))
    expect(weights).toMatchObject({ NodeAffinity: 0, InterPodAffinity: 9, NodeResourcesFit: 1 })
    expect(weights.ImageLocality).toBeUndefined()
    expect(profile).toMatchObject({ schedulerName: 's', percentageOfNodesToScore: 40 })
  })

  it.each([
    [{ profils: [] }, '"scheduler.profils" is unknown'],
    [{ profiles: [{ plugins: { score: { enabled: [{ name: 'Nope' }] } } }] }, '"scheduler.profiles[0].plugins.score.enabled[0].name" names a plugin that there is not: "Nope"'],
    [{ profiles: [{ schedulerName: 'a' }, { schedulerName: 'a' }] }, '"scheduler.profiles[1].schedulerName" names "a" twice'],
    [{ percentageOfNodesToScore: 101 }, '"scheduler.percentageOfNodesToScore" must be a whole number of 0 to 100'],
  ])('refuses %j', (given, message) => {
    expect(() => readSchedulerConfiguration(given)).toThrow(message)
    expect(() => readConfig({ scheduler: given })).toThrow(`the cluster configuration's ${message}`)
  })

  it('scores by the strategy', async () => {
    const w = await world(labelledNodes({}, {}))
    await w.place({ app: 'b' }, ['node-1'], { containers: [{ name: 'main', image: 'nginx:1.27', resources: { requests: { cpu: '1', memory: '2Gi' } } }] })
    // Of 4 CPUs and 8 GiB the pod makes 2 of 4 and 3 of 8 on node-1, 1 of 4 and 1 of 8 on node-2.
    const scores = async (strategy?: object) => (await w.ask(asking('1'), 'NodeResourcesFit', strategy === undefined ? undefined : withStrategy(strategy))).scores
    expect(await scores()).toEqual({ 'node-1': 56, 'node-2': 81 })
    expect(await scores({ type: 'MostAllocated' })).toEqual({ 'node-1': 43, 'node-2': 18 })
    expect(await scores({ type: 'RequestedToCapacityRatio', resources: [{ name: 'cpu', weight: 3 }], requestedToCapacityRatio: { shape: [{ utilization: 0, score: 0 }, { utilization: 100, score: 10 }] } })).toEqual({ 'node-1': 50, 'node-2': 25 })
  })

  it('schedules the pods of each profile by its own rules, and nobody else’s', async () => {
    const { config } = readConfig({ lifecycle: 'fast', addOns: [], clock: { mode: 'fixed', at: '2026-11-21T08:00:00Z' }, scheduler: { profiles: [{}, { schedulerName: 'packing', pluginConfig: [{ name: 'NodeResourcesFit', args: { scoringStrategy: { type: 'MostAllocated' } } }], plugins: { multiPoint: { disabled: [{ name: 'NodeResourcesBalancedAllocation' }, { name: 'PodTopologySpread' }] } } }] } })
    const c = await createInMemory({ config, nodes: numberedNodes(3) }, () => Date.parse('2026-11-21T08:00:00Z'))
    const client = c.clientFor({ user: 'kubernetes-admin', groups: ['system:masters'], manager: 'kubectl', trusted: false })
    for (let i = 0; i < 3; i++) {
      await client.create(pod, { ...asking('500m'), metadata: { name: `spread-${i}`, namespace: 'default' } })
      await client.create(pod, { ...asking('100m', { schedulerName: 'packing' }), metadata: { name: `packed-${i}`, namespace: 'default' } })
      await client.create(pod, { ...asking('100m', { schedulerName: 'nobody' }), metadata: { name: `waiting-${i}`, namespace: 'default' } })
    }
    await c.settle()
    const nodesOf = (prefix: string) => c.server.lister.list(pod, 'default').filter(p => p.metadata.name.startsWith(prefix)).map(p => p.spec.nodeName)
    expect(new Set(nodesOf('spread')).size).toBe(3)
    expect(new Set(nodesOf('packed')).size).toBe(1)
    expect(nodesOf('waiting')).toEqual([undefined, undefined, undefined])
  })
})
