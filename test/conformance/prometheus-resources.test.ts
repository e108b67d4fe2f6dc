/** The ten large definitions of kube-prometheus and the objects that go with them. They are another project's: read from beside the repository, not carried. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { readYaml } from '../../src/base/yaml/reader'
import type { KubeObject } from '../../src/kinds/kind'
import { customResourceDefinition } from '../../src/kinds/apiextensions/custom-resource-definition/kind'
import { openCluster } from '../../src/cluster/open'

const FOLDER = '../shared/manifests/kube-prometheus/'
const found = existsSync(FOLDER)
if (!found) console.warn(`skipped: there is no ${FOLDER}`)
const read = (path: string): KubeObject => readYaml(readFileSync(path, 'utf8')) as unknown as KubeObject

it.skipIf(!found)('are accepted, defaulted, printed, applied server-side and deleted', async () => {
  let ms = Date.parse('2026-01-01T00:00:00Z')
  const cluster = openCluster({ path: ':memory:', wall: () => (ms += 1000), apiOnly: true })
  const client = cluster.clientFor({ user: 'kubernetes-admin', groups: ['system:masters'], manager: 'test', trusted: false })
  const namespace = cluster.server.registry.kind('', 'namespaces')
  for (const name of ['monitoring', 'default']) await client.create(namespace, { metadata: { name } } as KubeObject)
  const definitions = readdirSync(`${FOLDER}setup`).filter(f => f.includes('CustomResourceDefinition'))
  for (const f of definitions) await client.create(customResourceDefinition, read(`${FOLDER}setup/${f}`) as never)
  expect(definitions.length).toBe(10)
  expect(cluster.server.registry.customResources().length).toBe(10)
  const objects = readdirSync(FOLDER).filter(f => f.endsWith('.yaml')).map(f => read(FOLDER + f)).filter(o => o.apiVersion?.startsWith('monitoring.coreos.com/') === true)
  expect(objects.length).toBeGreaterThan(15)
  for (const object of objects) {
    const kind = cluster.server.registry.ofObject(object.apiVersion as string, object.kind as string)
    if (kind === undefined) throw new Error(`no kind ${object.kind}`)
    const made = await client.create(kind, object)
    expect(made.metadata.generation).toBe(1)
    const before = made.metadata.resourceVersion
    // The same once more by another manager changes nothing but who owns it.
    const applied = await client.apply(kind, structuredClone(object), { fieldManager: 'second' })
    expect((applied as { spec?: unknown }).spec).toEqual((made as { spec?: unknown }).spec)
    expect(Number(applied.metadata.resourceVersion)).toBeGreaterThan(Number(before))
    const table = await client.table(kind, { namespace: object.metadata.namespace, name: object.metadata.name })
    expect(table.rows[0]?.cells[0]).toBe(object.metadata.name)
    expect(table.rows[0]?.cells.length).toBe(table.columnDefinitions.length)
    await client.delete(kind, object)
  }
  const prometheus = await client.create(cluster.server.registry.kind('monitoring.coreos.com', 'prometheuses'), read(`${FOLDER}prometheus-prometheus.yaml`))
  expect(prometheus).toMatchObject({ spec: { scrapeInterval: '30s', evaluationInterval: '30s', portName: 'web' } })
  for (const { metadata } of (await client.list(customResourceDefinition)).items) await client.delete(customResourceDefinition, { metadata })
  expect((await client.list(customResourceDefinition)).items).toEqual([])
  expect(cluster.server.registry.customResources()).toEqual([])
})
