/** A cluster in memory for the tests of controllers, and the question whether one that is calm stays so. */
import type { Client } from '../client/client'
import type { Context, Controller } from '../client/controller'
import type { Lister } from '../client/lister'
import type { KubeObject, Resource } from '../kinds/kind'
import { ADD_ONS, readConfig } from '../cluster/config'
import { createInMemory } from '../cluster/create'

export const START = Date.UTC(2026, 0, 1)

export interface TestCluster {
  readonly client: Client
  readonly lister: Lister
  apply(object: object): Promise<void>
  settle(): Promise<void>
  later(ms: number): Promise<void>
  names(kind: Resource, namespace?: string): string[]
  get<T extends KubeObject>(kind: Resource<T>, name: string): T
  /** What a second look of this controller at everything writes and tells: nothing, if it is level-triggered. */
  secondLook(controller: Controller<never>): Promise<{ writes: number; told: string[] }>
}

/** Without what stands in kube-system unless `more` asks for it. */
export async function testCluster(lifecycle: 'fast' | 'real', nodes = 2, more: object = {}): Promise<TestCluster> {
  const cluster = await createInMemory(readConfig({ addOns: ADD_ONS.filter(a => a !== 'control-plane'), ...more, nodes, lifecycle, seed: 's', clock: { mode: 'fixed', at: new Date(START) } }), () => START)
  const client = cluster.clientFor({ user: 'admin', groups: ['system:masters'], manager: 'test', trusted: false })
  const { lister } = cluster.server
  const memory = new Map<string, unknown>()
  const settle = async (): Promise<void> => {
    await cluster.settle()
  }
  const version = async (): Promise<number> => Number((await client.list({ group: '', version: 'v1', kind: 'Namespace', plural: 'namespaces', singular: 'namespace', scope: 'Cluster' })).metadata.resourceVersion)
  return {
    client,
    lister,
    settle,
    async apply(object) {
      const kind = cluster.server.registry.ofObject((object as KubeObject).apiVersion as string, (object as KubeObject).kind as string) as Resource
      await client.create(kind, { ...object, metadata: { namespace: 'default', ...(object as KubeObject).metadata } } as KubeObject)
      await settle()
    },
    later: async ms => void (await cluster.advanceTo(cluster.clock.peek() + ms)),
    names: (kind, namespace = 'default') => lister.list(kind, namespace).map(o => o.metadata.name),
    get(kind, name) {
      const found = lister.get(kind, name, 'default')
      if (found === undefined) throw new Error(`${kind.kind} ${name} is not there`)
      return found
    },
    async secondLook(controller) {
      const told: string[] = []
      const before = await version()
      const ctx = { client, lister, clock: cluster.clock, draw: cluster.server.draw, events: { event: async (_o: unknown, _t: string, reason: string) => void told.push(reason) }, memory: { get: (k: string) => memory.get(k), put: (k: string, v: unknown) => void memory.set(k, v), delete: (k: string) => void memory.delete(k) } } as unknown as Context
      for (const object of lister.list(controller.reconciles as Resource)) await controller.reconcile(object as never, ctx)
      return { writes: (await version()) - before, told }
    },
  }
}
