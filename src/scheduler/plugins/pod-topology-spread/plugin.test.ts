import { describe, expect, it } from 'vitest'
import { replicaSet } from '../../../kinds/apps/replica-set/kind'
import { pod as podKind } from '../../../kinds/core/pod/kind'
import type { KubeObject } from '../../../kinds/kind'
import { service } from '../../../kinds/core/service/kind'
import type { TopologySpreadConstraint } from '../../../kinds/schema/types/core.v1'
import { aPod, labelledNodes, world } from '../../world.testing'

const ZONE = 'topology.kubernetes.io/zone'
const HOSTNAME = 'kubernetes.io/hostname'
const constraint = (more: Partial<TopologySpreadConstraint>): TopologySpreadConstraint => ({ maxSkew: 1, topologyKey: ZONE, whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app: 'a' } }, ...more })
const spread = (...more: Partial<TopologySpreadConstraint>[]) => aPod('new', { app: 'a' }, { topologySpreadConstraints: more.map(constraint) })
const TOO_MANY = "Unschedulable: node(s) didn't match pod topology spread constraints"
const NO_LABEL = "Unresolvable: node(s) didn't match pod topology spread constraints (missing required label)"
const NAME = 'PodTopologySpread'
const zones = () => labelledNodes({ [ZONE]: 'x' }, { [ZONE]: 'x' }, { [ZONE]: 'y' }, {})

describe('PodTopologySpread filters', () => {
  it('lets a domain have no more than maxSkew above the smallest', async () => {
    const w = await world(zones())
    await w.place({ app: 'a' }, ['node-1'])
    expect((await w.ask(spread({}), NAME)).verdicts).toEqual({ 'node-1': TOO_MANY, 'node-2': TOO_MANY, 'node-3': 'ok', 'node-4': NO_LABEL })
    expect((await w.ask(spread({ maxSkew: 2 }), NAME)).verdicts).toEqual({ 'node-1': 'ok', 'node-2': 'ok', 'node-3': 'ok', 'node-4': NO_LABEL })
  })

  it('takes the smallest for 0 while there are fewer domains than minDomains', async () => {
    const w = await world(zones())
    await w.place({ app: 'a' }, ['node-1', 'node-3'])
    expect((await w.ask(spread({}), NAME)).verdicts['node-1']).toBe('ok')
    expect((await w.ask(spread({ minDomains: 3 }), NAME)).verdicts).toMatchObject({ 'node-1': TOO_MANY, 'node-3': TOO_MANY })
  })

  it('counts neither other namespaces nor pods that are leaving, and nobody by an empty selector', async () => {
    const w = await world(zones())
    await w.place({ app: 'a' }, ['node-1', 'node-1'], {}, 'kube-system')
    const [leaving] = await w.place({ app: 'a' }, ['node-1'])
    await w.client.delete(podKind, leaving as never)
    expect((await w.ask(spread({}), NAME)).verdicts['node-1']).toBe('ok')
    await w.place({ app: 'a' }, ['node-2'])
    expect((await w.ask(spread({}), NAME)).verdicts['node-1']).toBe(TOO_MANY)
    expect((await w.ask(spread({ labelSelector: {} }), NAME)).verdicts['node-1']).toBe('ok')
  })

  it('looks at nodes only that the pod may run on, as the policies say', async () => {
    const w = await world(labelledNodes({ [ZONE]: 'x', disk: 'ssd' }, { [ZONE]: 'y', disk: 'ssd' }, { [ZONE]: 'z' }))
    await w.place({ app: 'a' }, ['node-1', 'node-2'])
    const picky = (policy: string) => aPod('new', { app: 'a' }, { nodeSelector: { disk: 'ssd' }, topologySpreadConstraints: [constraint({ nodeAffinityPolicy: policy })] })
    expect((await w.ask(picky('Honor'), NAME)).verdicts).toMatchObject({ 'node-1': 'ok', 'node-2': 'ok' })
    // The empty zone z counts now, although the pod cannot go there.
    expect((await w.ask(picky('Ignore'), NAME)).verdicts).toMatchObject({ 'node-1': TOO_MANY, 'node-2': TOO_MANY })
  })

  it('counts tainted nodes unless the taints policy says otherwise', async () => {
    const [a, b] = labelledNodes({ [ZONE]: 'x' }, { [ZONE]: 'y' })
    const w = await world([a as never, { ...(b as object), spec: { taints: [{ key: 'k', effect: 'NoSchedule' }] } } as never])
    await w.place({ app: 'a' }, ['node-1'])
    expect((await w.ask(spread({}), NAME)).verdicts['node-1']).toBe(TOO_MANY)
    expect((await w.ask(spread({ nodeTaintsPolicy: 'Honor' }), NAME)).verdicts['node-1']).toBe('ok')
  })

  it('tells generations apart by matchLabelKeys', async () => {
    const w = await world(zones())
    await w.place({ app: 'a', hash: '1' }, ['node-1'])
    const next = (hash: string) => aPod('new', { app: 'a', hash }, { topologySpreadConstraints: [constraint({ matchLabelKeys: ['hash'] })] })
    expect((await w.ask(next('1'), NAME)).verdicts['node-1']).toBe(TOO_MANY)
    expect((await w.ask(next('2'), NAME)).verdicts['node-1']).toBe('ok')
  })
})

describe('PodTopologySpread scores', () => {
  it('gives most to the emptiest node', async () => {
    const w = await world(labelledNodes({}, {}, {}))
    await w.place({ app: 'a' }, ['node-1', 'node-1', 'node-2'])
    // Three domains: a pod weighs ln 5 = 1.609, so 3, 2 and 0 after rounding; 100 × (3 + 0 − n) / 3.
    expect((await w.ask(spread({ topologyKey: HOSTNAME, whenUnsatisfiable: 'ScheduleAnyway' }), NAME)).scores).toEqual({ 'node-1': 0, 'node-2': 33, 'node-3': 100 })
  })

  it('gives nothing to nodes without the label', async () => {
    const w = await world(zones())
    await w.place({ app: 'a' }, ['node-1', 'node-2', 'node-3'])
    // Two zones: ln 4 × 2 = 2.77 → 3 in x, ln 4 = 1.39 → 1 in y.
    expect((await w.ask(spread({ whenUnsatisfiable: 'ScheduleAnyway' }), NAME)).scores).toEqual({ 'node-1': 33, 'node-2': 33, 'node-3': 100, 'node-4': 0 })
  })

  it('spreads by the defaults what belongs together, and nothing else', async () => {
    const w = await world(labelledNodes({}, {}))
    await w.place({ app: 'a' }, ['node-1', 'node-1'])
    const plain = aPod('new', { app: 'a' })
    expect((await w.ask(plain, NAME)).scores).toEqual({})
    await w.add(service, { apiVersion: 'v1', kind: 'Service', metadata: { name: 's', namespace: 'default' }, spec: { selector: { app: 'a' }, ports: [{ port: 80 }] } })
    // Host names: 2 × ln 4 + 2 = 4.77 → 5 and 2; there are no zones. 100 × (5 + 2 − n) / 5.
    expect((await w.ask(plain, NAME)).scores).toEqual({ 'node-1': 40, 'node-2': 100 })
  })

  it('knows the pods of a ReplicaSet as belonging together', async () => {
    const w = await world(labelledNodes({}, {}))
    const rs = await w.add(replicaSet, { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 'r', namespace: 'default' }, spec: { replicas: 0, selector: { matchLabels: { app: 'a' } }, template: { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'c', image: 'nginx' }] } } } })
    await w.place({ app: 'a' }, ['node-2'])
    const owned = aPod('new', { app: 'a' })
    owned.metadata.ownerReferences = [{ apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'r', uid: (rs as KubeObject).metadata.uid as string, controller: true }]
    // 1 × ln 4 + 2 = 3.39 → 3 and 2: 100 × (3 + 2 − n) / 3.
    expect((await w.ask(owned, NAME)).scores).toEqual({ 'node-1': 100, 'node-2': 66 })
  })
})
