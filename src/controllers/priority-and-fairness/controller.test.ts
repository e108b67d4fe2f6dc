import { describe, expect, it } from 'vitest'
import { readConfig } from '../../cluster/config'
import { createInMemory } from '../../cluster/create'
import { flowSchema } from '../../kinds/flowcontrol/flow-schema/kind'
import { priorityLevelConfiguration } from '../../kinds/flowcontrol/priority-level-configuration/kind'
import type { FlowSchema, PriorityLevelConfiguration } from '../../kinds/schema/types/flowcontrol.v1'

const { config } = readConfig({ clock: { mode: 'fixed', at: '2026-11-21T08:00:00Z' } })

describe('flow schemas', () => {
  it('say whether their priority level exists, as it comes and goes', async () => {
    const cluster = await createInMemory({ config, nodes: [] }, () => Date.UTC(2026, 10, 21, 8), true)
    const client = cluster.clientFor({ user: 'kubernetes-admin', groups: ['system:masters'], manager: 'kubectl', trusted: false })
    const dangling = async (): Promise<string[]> => (await client.get(flowSchema, 'fs')).status?.conditions?.map(c => `${c.type} ${c.status} ${c.reason}`) ?? []

    await client.create(flowSchema, { metadata: { name: 'fs' }, spec: { priorityLevelConfiguration: { name: 'pl' } } } as FlowSchema)
    expect(await dangling()).toEqual(['Dangling True NotFound'])
    await client.create(priorityLevelConfiguration, { metadata: { name: 'pl' }, spec: { type: 'Limited', limited: { limitResponse: { type: 'Reject' } } } } as PriorityLevelConfiguration)
    expect(await dangling()).toEqual(['Dangling False Found'])
    expect((await client.get(flowSchema, 'fs')).status?.conditions?.[0]?.message).toBe('This FlowSchema references the PriorityLevelConfiguration object named "pl" and it exists')
    await client.delete(priorityLevelConfiguration, { metadata: { name: 'pl' } })
    expect(await dangling()).toEqual(['Dangling True NotFound'])
    expect((await client.get(flowSchema, 'catch-all')).status?.conditions?.[0]?.status).toBe('False')
    cluster.close()
  })
})
