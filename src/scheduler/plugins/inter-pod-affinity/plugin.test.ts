import { describe, expect, it } from 'vitest'
import { namespace } from '../../../kinds/core/namespace/kind'
import type { Affinity, PodAffinityTerm } from '../../../kinds/schema/types/core.v1'
import { aPod, labelledNodes, world } from '../../world.testing'

const ZONE = 'topology.kubernetes.io/zone'
const HOSTNAME = 'kubernetes.io/hostname'
const NAME = 'InterPodAffinity'
const NOT_NEAR = "Unresolvable: node(s) didn't match pod affinity rules"
const TOO_NEAR = "Unschedulable: node(s) didn't match pod anti-affinity rules"
const REPELLED = "Unschedulable: node(s) didn't satisfy existing pods anti-affinity rules"
const term = (app: string, topologyKey = ZONE, more: Partial<PodAffinityTerm> = {}): PodAffinityTerm => ({ labelSelector: { matchLabels: { app } }, topologyKey, ...more })
const near = (...terms: PodAffinityTerm[]): Affinity => ({ podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } })
const away = (...terms: PodAffinityTerm[]): Affinity => ({ podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } })
const zones = () => labelledNodes({ [ZONE]: 'x' }, { [ZONE]: 'x' }, { [ZONE]: 'y' }, {})
const asking = (app: string, affinity?: Affinity) => aPod('new', { app }, affinity === undefined ? {} : { affinity })

describe('InterPodAffinity filters', () => {
  it('has nothing to say where nobody asks for anything', async () => {
    const w = await world(zones())
    await w.place({ app: 'b' }, ['node-1'])
    expect((await w.ask(asking('a'), NAME)).verdicts['node-1']).toBe('skipped')
  })

  it('puts a pod into the domains of those whom it wants near', async () => {
    const w = await world(zones())
    expect((await w.ask(asking('a', near(term('b'))), NAME)).verdicts).toEqual({ 'node-1': NOT_NEAR, 'node-2': NOT_NEAR, 'node-3': NOT_NEAR, 'node-4': NOT_NEAR })
    await w.place({ app: 'b' }, ['node-1'])
    expect((await w.ask(asking('a', near(term('b'))), NAME)).verdicts).toEqual({ 'node-1': 'ok', 'node-2': 'ok', 'node-3': NOT_NEAR, 'node-4': NOT_NEAR })
  })

  it('wants one pod for all terms, not one for each', async () => {
    const w = await world(zones())
    await w.place({ app: 'b' }, ['node-1'])
    await w.place({ app: 'c' }, ['node-1'])
    expect((await w.ask(asking('a', near(term('b'), term('c'))), NAME)).verdicts['node-1']).toBe(NOT_NEAR)
    expect((await w.ask(asking('a', near(term('b'), term('b', HOSTNAME))), NAME)).verdicts).toMatchObject({ 'node-1': 'ok', 'node-2': NOT_NEAR })
  })

  it('lets the first of a series go wherever there is the label', async () => {
    const w = await world(zones())
    expect((await w.ask(asking('a', near(term('a'))), NAME)).verdicts).toEqual({ 'node-1': 'ok', 'node-2': 'ok', 'node-3': 'ok', 'node-4': NOT_NEAR })
    await w.place({ app: 'a' }, ['node-3'])
    expect((await w.ask(asking('a', near(term('a'))), NAME)).verdicts).toMatchObject({ 'node-1': NOT_NEAR, 'node-3': 'ok' })
  })

  it('keeps a pod away from others, and others keep it away', async () => {
    const w = await world(zones())
    await w.place({ app: 'b' }, ['node-1'])
    expect((await w.ask(asking('a', away(term('b'))), NAME)).verdicts).toEqual({ 'node-1': TOO_NEAR, 'node-2': TOO_NEAR, 'node-3': 'ok', 'node-4': 'ok' })
    await w.place({ app: 'hermit' }, ['node-3'], { affinity: away(term('a', HOSTNAME)) })
    expect((await w.ask(asking('a'), NAME)).verdicts).toEqual({ 'node-1': 'ok', 'node-2': 'ok', 'node-3': REPELLED, 'node-4': 'ok' })
    expect((await w.ask(asking('other'), NAME)).verdicts['node-3']).toBe('skipped')
  })

  it('reads namespaces and namespaceSelector', async () => {
    const w = await world(zones())
    await w.add(namespace, { metadata: { name: 'team', labels: { owner: 'us' } }, spec: {} })
    await w.account('team')
    await w.place({ app: 'b' }, ['node-1'], {}, 'team')
    expect((await w.ask(asking('a', near(term('b'))), NAME)).verdicts['node-1']).toBe(NOT_NEAR)
    expect((await w.ask(asking('a', near(term('b', ZONE, { namespaces: ['team'] }))), NAME)).verdicts['node-1']).toBe('ok')
    expect((await w.ask(asking('a', near(term('b', ZONE, { namespaceSelector: { matchLabels: { owner: 'us' } } }))), NAME)).verdicts['node-1']).toBe('ok')
    expect((await w.ask(asking('a', near(term('b', ZONE, { namespaceSelector: { matchLabels: { owner: 'them' } } }))), NAME)).verdicts['node-1']).toBe(NOT_NEAR)
    // Whoever is on a node may mean other namespaces, too.
    await w.place({ app: 'hermit' }, ['node-3'], { affinity: away(term('a', ZONE, { namespaceSelector: {} })) }, 'team')
    expect((await w.ask(asking('a'), NAME)).verdicts['node-3']).toBe(REPELLED)
  })

  it('merges the pod’s own labels by matchLabelKeys and mismatchLabelKeys', async () => {
    const w = await world(zones())
    await w.place({ app: 'b', tenant: 't1' }, ['node-1'])
    const ask = (tenant: string, keys: Partial<PodAffinityTerm>) => w.ask(aPod('new', { tenant }, { affinity: away(term('b', ZONE, keys)) }), NAME)
    expect((await ask('t1', { matchLabelKeys: ['tenant'] })).verdicts['node-1']).toBe(TOO_NEAR)
    expect((await ask('t2', { matchLabelKeys: ['tenant'] })).verdicts['node-1']).toBe('ok')
    expect((await ask('t1', { mismatchLabelKeys: ['tenant'] })).verdicts['node-1']).toBe('ok')
    expect((await ask('t2', { mismatchLabelKeys: ['tenant'] })).verdicts['node-1']).toBe(TOO_NEAR)
  })
})

describe('InterPodAffinity scores', () => {
  it('adds up weights of what the pod would like, from the least to the most', async () => {
    const w = await world(zones())
    await w.place({ app: 'b' }, ['node-1', 'node-1'])
    await w.place({ app: 'c' }, ['node-3'])
    const affinity: Affinity = { podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 10, podAffinityTerm: term('b') }] }, podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 5, podAffinityTerm: term('c') }] } }
    // 20 in zone x, −5 in zone y, 0 without a zone: 100 × (n + 5) / 25.
    expect((await w.ask(asking('a', affinity), NAME)).scores).toEqual({ 'node-1': 100, 'node-2': 100, 'node-3': 0, 'node-4': 20 })
  })

  it('adds up what pods on nodes would like of the newcomer; their hard affinity weighs 1', async () => {
    const w = await world(zones())
    await w.place({ app: 'a' }, ['node-1'])
    await w.place({ app: 'b' }, ['node-2'], { affinity: near(term('a')) })
    await w.place({ app: 'c' }, ['node-3'], { affinity: { podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 4, podAffinityTerm: term('a', HOSTNAME) }] } } })
    // 1 in zone x, 4 on node-3, 0 on node-4.
    expect((await w.ask(asking('a'), NAME)).scores).toEqual({ 'node-1': 25, 'node-2': 25, 'node-3': 100, 'node-4': 0 })
  })
})
