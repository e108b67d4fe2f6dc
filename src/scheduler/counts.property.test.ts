import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDraw } from '../base/draw'
import { node as nodeKind } from '../kinds/core/node/kind'
import { pod as podKind } from '../kinds/core/pod/kind'
import type { Node, Pod } from '../kinds/schema/types/core.v1'
import { SchedulerCache } from './cache'
import { explainScheduling } from './explain'
import { defaultProfile } from './profile'
import { stateFor, prepare } from './cycle'
import { aPod, labelledNodes, world } from './world.testing'

const ZONE = 'topology.kubernetes.io/zone'
const NODES = ['node-1', 'node-2', 'node-3', 'node-4', 'node-5']
const APPS = ['a', 'b']

type Step =
  | { readonly do: 'place'; readonly app: string; readonly node: number; readonly affinity: number }
  | { readonly do: 'delete' | 'finish' | 'relabel'; readonly pod: number }
  | { readonly do: 'zone'; readonly node: number; readonly zone: string }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('place' as const), app: fc.constantFrom(...APPS), node: fc.nat(4), affinity: fc.nat(3) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('delete' as const, 'finish' as const, 'relabel' as const), pod: fc.nat(40) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('zone' as const), node: fc.nat(4), zone: fc.constantFrom('x', 'y', 'z') }) },
)

const term = (app: string, topologyKey: string) => ({ labelSelector: { matchLabels: { app } }, topologyKey })
const AFFINITIES = [
  undefined,
  { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term('a', 'kubernetes.io/hostname')] } },
  { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term('b', ZONE)] } },
  { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 7, podAffinityTerm: term('a', ZONE) }] } },
]
const PROBES: readonly Pod[] = APPS.flatMap(app => [
  aPod('probe', { app }, { topologySpreadConstraints: [ZONE, 'kubernetes.io/hostname'].map(topologyKey => ({ maxSkew: 1, topologyKey, whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app } } })) }),
  aPod('probe', { app }, { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term('b', ZONE)] }, podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term('a', 'kubernetes.io/hostname')] } } }),
])

describe('what the scheduler keeps', () => {
  it('equals what it would count anew, whatever happens to pods and nodes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async steps => {
        const w = await world(labelledNodes({ [ZONE]: 'x' }, { [ZONE]: 'x' }, { [ZONE]: 'y' }, { [ZONE]: 'y' }, {}))
        const cache = new SchedulerCache(w.lister)
        const answers = (from: SchedulerCache) => PROBES.map(pod => {
          const state = stateFor(pod, { cache: from, lister: w.lister, draw: w.draw })
          const { filters } = prepare(defaultProfile(), state)
          return NODES.map(n => filters.filter(f => ['PodTopologySpread', 'InterPodAffinity'].includes(f.plugin.name)).map(f => f.check(from.nodes.get(n) as never)?.reasons.join() ?? 'ok'))
        })
        answers(cache)
        let n = 0
        for (const s of steps) {
          const pods = w.lister.list(podKind, 'default')
          if (s.do === 'place') cache.notePod(await w.add(podKind, { ...aPod(`p-${n++}`, { app: s.app }, { nodeName: NODES[s.node] as string, terminationGracePeriodSeconds: 0, ...(AFFINITIES[s.affinity] === undefined ? {} : { affinity: AFFINITIES[s.affinity] as never }) }) }), undefined, false)
          else if (s.do === 'zone') {
            const before = w.lister.get(nodeKind, NODES[s.node] as string) as Node
            cache.noteNode(await w.client.update(nodeKind, { ...before, metadata: { ...before.metadata, labels: { ...before.metadata.labels, [ZONE]: s.zone } } }), before, false)
          } else if (pods.length > 0) {
            const before = pods[s.pod % pods.length] as Pod
            if (s.do === 'delete') {
              await w.client.delete(podKind, before, { gracePeriodSeconds: 0 })
              cache.notePod(before, undefined, true)
            } else {
              const next = s.do === 'finish' ? { ...before, status: { ...before.status, phase: 'Succeeded' } } : { ...before, metadata: { ...before.metadata, labels: { app: before.metadata.labels?.app === 'a' ? 'b' : 'a' } } }
              cache.notePod(await w.client.update(podKind, next, s.do === 'finish' ? { subresource: 'status' } : {}), before, false)
            }
          }
          expect(answers(cache)).toEqual(answers(new SchedulerCache(w.lister)))
        }
      }),
      { numRuns: 25, seed: 7 },
    )
  }, 60_000)

  it('changes nothing by explaining', async () => {
    const w = await world(labelledNodes({ [ZONE]: 'x' }, { [ZONE]: 'y' }))
    const before = w.c.store.head()
    const e = explainScheduling(defaultProfile(), PROBES[0] as Pod, { lister: w.lister, draw: createDraw('test') })
    expect(e.nodes.map(n => n.node)).toEqual(['node-1', 'node-2'])
    expect(w.c.store.head()).toBe(before)
  })
})
