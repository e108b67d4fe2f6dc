/** What a look into the file says is what the opened cluster says. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRestMapper } from '../cli/rest-mapper'
import { readConfig } from './config'
import { createCluster } from './create'
import { glance } from './glance'
import { openCluster, type Cluster } from './open'

const folder = mkdtempSync(join(tmpdir(), 'kubottle-glance-'))
const path = join(folder, 'a.db')
const wall = (): number => Date.UTC(2026, 10, 21)
let cluster: Cluster

beforeAll(async () => {
  await createCluster(path, readConfig(undefined), { replace: false, wall, secret: 's' })
  cluster = openCluster({ path, wall })
  await cluster.settle()
})
afterAll(() => {
  cluster.close()
  rmSync(folder, { recursive: true, force: true })
})

const client = () => cluster.clientFor(cluster.ownUser(undefined, [], 'test', undefined))

describe('a look into the file', () => {
  it('knows the types that can be got', () => {
    const mapper = createRestMapper(cluster.discovery())
    const shown = (types: readonly { readonly group: string; readonly plural: string }[]): string[] => [...new Set(types.map(t => `${t.group}/${t.plural}`))].sort()
    expect(shown(glance(path).types() ?? [])).toEqual(shown(mapper.resources.filter(r => r.verbs.includes('get'))))
  })

  it('knows the names of every type, by each of its words', async () => {
    const mapper = createRestMapper(cluster.discovery())
    let compared = 0
    for (const { plural, singular, shortNames = [] } of mapper.resources) {
      for (const word of [plural, singular, ...shortNames]) {
        const names = glance(path).names(word, 'kube-system')
        if (names === undefined) continue
        const resource = mapper.resourceFor(word)
        const { items } = await client().list(resource as never, resource.scope === 'Namespaced' ? { namespace: 'kube-system' } : {})
        expect([word, names]).toEqual([word, items.map(o => o.metadata.name)])
        compared += names.length
      }
    }
    expect(compared).toBeGreaterThan(200)
    expect(glance(path).names('componentstatuses', '')).toBeUndefined()
    expect(glance(path).names('pods.metrics.k8s.io', '')).toBeUndefined()
    expect(glance(path).names('nonsense', '')).toBeUndefined()
  })

  it('leaves custom resources and other files to whoever opens them', async () => {
    const definition = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'apples.example.com' }, spec: { group: 'example.com', scope: 'Namespaced', names: { plural: 'apples', kind: 'Apple' }, versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }] } }
    await client().create(createRestMapper(cluster.discovery()).resourceFor('crd') as never, definition as never)
    expect(glance(path).types()).toBeUndefined()
    expect(glance(path).names('apples', 'default')).toBeUndefined()
    expect(glance(join(folder, 'nowhere.db')).types()).toBeUndefined()
  })
})
