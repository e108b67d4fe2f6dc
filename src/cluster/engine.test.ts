/** A settle ends whatever its controllers do: what goes in circles is put aside and named. */
import { describe, expect, it } from 'vitest'
import { component } from '../apiserver/actor'
import { EmbeddedClient } from '../apiserver/embedded-client'
import { defineController, type Context, type Controller } from '../client/controller'
import { configMap } from '../kinds/core/config-map/kind'
import type { ConfigMap } from '../kinds/schema/types/core.v1'
import { readConfig } from './config'
import { createInMemory } from './create'
import { Engine } from './engine'

const START = Date.UTC(2026, 0, 1)

async function clusterWith(controller: Controller<never>) {
  const made = readConfig({ nodes: 0, seed: 's', clock: { mode: 'fixed', at: new Date(START) } })
  const cluster = await createInMemory(made, () => START)
  const { store, server, clock } = cluster
  const client = new EmbeddedClient(server, { actor: component('system:test', 'test') })
  const context = { client, lister: server.lister, clock } as unknown as Context
  const engine = new Engine({ store, lister: server.lister, clock, draw: server.draw, controllers: () => [{ controller, context }], limits: made.config.settle, busy: () => false })
  await engine.settle()
  return { engine, client, store, clock }
}

describe('settling', () => {
  it('puts aside what takes turn after turn at one instant, and says which', async () => {
    let turns = 0
    const spinner = defineController<ConfigMap>({
      name: 'spinner',
      reconciles: configMap,
      concerns: ({ object }) => object.metadata.name === 'top',
      async reconcile(object, { client }) {
        turns++
        await client.update(configMap, { ...object, data: { n: String(turns) } })
      },
    })
    const { engine, client, store } = await clusterWith(spinner as never)
    await client.create(configMap, { metadata: { name: 'top', namespace: 'default' } } as ConfigMap)
    await expect(engine.settle()).rejects.toThrow('the cluster does not come to rest: spinner default/top took 300 turns while no time passed and was put aside; everything else is settled')
    expect(turns).toBe(300)
    expect(store.inTransaction).toBe(false)
    // What it did stays, the log is dealt with, and a timer keeps it from being forgotten.
    expect((await client.get(configMap, 'top', 'default')).data).toEqual({ n: '300' })
    expect(engine.idle()).toBe(true)
    expect(store.nextTimerMs()).toBeGreaterThan(START + 120_000)
    // It is said once; the cluster goes on being usable.
    await client.create(configMap, { metadata: { name: 'other', namespace: 'default' } } as ConfigMap)
    await engine.settle()
    expect(turns).toBe(300)
  })

  it('puts off a timer that fires without end, and ends', async () => {
    let turns = 0
    const busy = defineController<ConfigMap>({
      name: 'busy',
      reconciles: configMap,
      concerns: ({ object }) => object.metadata.name === 'top',
      reconcile: async () => (turns++, { requeueAfterMs: 1 }),
    })
    const { engine, client, clock } = await clusterWith(busy as never)
    await client.create(configMap, { metadata: { name: 'top', namespace: 'default' } } as ConfigMap)
    await engine.settle({ quietMs: 90_000, busyQuietMs: 90_000, capMs: 90_000, turns: 300 })
    // Two thousand in each minute that it touched.
    expect(turns).toBeGreaterThan(4_000)
    expect(turns).toBeLessThan(4_100)
    expect(clock.peek() - START).toBeLessThan(90_000)
  })
})
