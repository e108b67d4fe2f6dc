/** Fills a cluster file: `fill FILE COUNT` adds so many ConfigMaps in a hundred namespaces of their own. */
import { openCluster } from '../../src/cluster/open'
import { configMap } from '../../src/kinds/core/config-map/kind'
import { namespace } from '../../src/kinds/core/namespace/kind'

const NAMESPACES = 100

async function fill(path: string, count: number): Promise<void> {
  const cluster = openCluster({ path, wall: () => Date.now() })
  const client = cluster.clientFor({ user: 'kubernetes-admin', groups: ['system:masters'], manager: 'kubectl', trusted: false })
  for (let n = 0; n < NAMESPACES; n++) await client.create(namespace, { metadata: { name: `other-${n}` }, spec: {} })
  await cluster.settle()
  for (let i = 0; i < count; i++)
    await client.create(configMap, { metadata: { name: `config-${i}`, namespace: `other-${i % NAMESPACES}`, labels: { app: `app-${i % 1000}` } }, data: { 'app.properties': `level=info\nshard=${i}\n` } })
  await cluster.settle()
  cluster.close()
}

const [path, count] = process.argv.slice(2) as [string, string]
fill(path, Number(count)).catch((e: unknown) => {
  console.error(e)
  process.exitCode = 1
})
