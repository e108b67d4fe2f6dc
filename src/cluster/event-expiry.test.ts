import { describe, expect, it } from 'vitest'
import { configMap } from '../kinds/core/config-map/kind'
import { event } from '../kinds/core/event/kind'
import type { ConfigMap, Event } from '../kinds/schema/types/core.v1'
import { readConfig } from './config'
import { createInMemory } from './create'

const START = Date.UTC(2026, 0, 1)
const MINUTE = 60_000

describe('events', () => {
  it('go an hour after they were written last, and nothing else does', async () => {
    const cluster = await createInMemory(readConfig({ nodes: 0, seed: 's', clock: { mode: 'fixed', at: new Date(START) } }), () => START)
    const client = cluster.clientFor({ user: 'admin', groups: ['system:masters'], manager: 'test', trusted: false })
    const tell = (name: string): Promise<Event> => client.create(event, { apiVersion: 'v1', kind: 'Event', metadata: { name, namespace: 'default' }, involvedObject: { namespace: 'default' }, reason: 'R', message: name, type: 'Normal' } as unknown as Event)
    const names = async (): Promise<string[]> => (await client.list(event, { namespace: 'default' })).items.map(e => e.metadata.name)
    const pass = (minutes: number): Promise<void> => cluster.advanceTo(cluster.clock.peek() + minutes * MINUTE)
    await client.create(configMap, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kept', namespace: 'default' } } as ConfigMap)
    await tell('first')
    const touched = await tell('touched')
    await cluster.settle()
    await pass(30)
    await tell('second')
    await client.update(event, { ...touched, count: 2 } as Event)
    await cluster.settle()
    await pass(29)
    expect(await names()).toEqual(['first', 'second', 'touched'])
    const { resourceVersion } = (await client.list(event)).metadata
    await pass(3)
    expect(await names()).toEqual(['second', 'touched'])
    // Whoever watches is told.
    const told: string[] = []
    for await (const e of client.watch(event, { resourceVersion })) told.push(`${e.type} ${e.object.metadata.name}`)
    expect(told).toEqual(['DELETED first'])
    await pass(30)
    expect(await names()).toEqual([])
    expect((await client.get(configMap, 'kept', 'default')).metadata.name).toBe('kept')
  })
})
