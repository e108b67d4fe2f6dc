/**
 * Pods created, scheduled and running, against bare SQLite inserts of the same pods in the same run: `throughput LIFECYCLE NODES PODS [spread]`.
 * With `spread` the nodes stand in zones, and the pods are to be spread over zones and nodes. Prints JSON.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Driver from 'better-sqlite3'
import { readConfig } from '../../src/cluster/config'
import { createCluster } from '../../src/cluster/create'
import { numberedNodes } from '../../src/cluster/nodes'
import { openCluster } from '../../src/cluster/open'
import { deployment } from '../../src/kinds/apps/deployment/kind'
import { HOSTNAME, ZONE } from '../../src/kinds/core/node/capacity'
import type { Node } from '../../src/kinds/schema/types/core.v1'
import type { Deployment } from '../../src/kinds/schema/types/apps.v1'

const REPLICAS = 50
const GROUP = 256

/** An ordinary small Deployment. */
const app = (name: string, spread: boolean): Deployment => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'default', labels: { app: name } },
  spec: {
    replicas: REPLICAS,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        ...(spread ? { topologySpreadConstraints: [ZONE, HOSTNAME].map(topologyKey => ({ maxSkew: topologyKey === ZONE ? 1 : 2, topologyKey, whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { app: name } } })) } : {}),
        containers: [{ name: 'web', image: 'nginx:1.27', ports: [{ containerPort: 80 }], env: [{ name: 'LOG_LEVEL', value: 'info' }], resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { memory: '64Mi' } } }],
      },
    },
  },
})

/** Microseconds a pod: what SQLite alone takes to store the same objects in a new file and in transactions of as many writes as ours; `texts`: their JSON is there already. */
function bareInserts(path: string, pods: readonly { readonly key: string; readonly body: object }[], texts: boolean): number {
  const bare = new Driver(path)
  bare.pragma('journal_mode = WAL')
  bare.pragma('synchronous = NORMAL')
  bare.exec('CREATE TABLE pods (key TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID')
  const insert = bare.prepare('INSERT INTO pods VALUES (?, ?)')
  const rows = pods.map(({ key, body }) => ({ key, body, text: texts ? JSON.stringify(body) : undefined }))
  const started = process.hrtime.bigint()
  for (let i = 0; i < rows.length; i += GROUP) bare.transaction(() => { for (const { key, body, text } of rows.slice(i, i + GROUP)) insert.run(key, text ?? JSON.stringify(body)) })()
  const us = Number(process.hrtime.bigint() - started) / 1000 / pods.length
  bare.close()
  return us
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] as number

/** The nodes in ten zones, by turns. */
const inZones = (nodes: readonly Node[]): Node[] => nodes.map((n, i) => ({ ...n, metadata: { ...n.metadata, labels: { ...n.metadata.labels, [ZONE]: `zone-${i % 10}` } } }))

async function pods(lifecycle: 'fast' | 'real', nodes: number, count: number, spread: boolean): Promise<{ usPerPod: number; bareUsPerPod: number; bareTextUsPerPod: number; running: number; bytes: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  try {
    const path = join(folder, 'cluster.db')
    const { config } = readConfig({ lifecycle, addOns: [] })
    await createCluster(path, { config, nodes: spread ? inZones(numberedNodes(nodes)) : numberedNodes(nodes) }, { replace: false, wall: () => Date.now() })
    const cluster = openCluster({ path, wall: () => Date.now() })
    const client = cluster.clientFor({ user: 'kubernetes-admin', groups: ['system:masters'], manager: 'kubectl', trusted: false })
    const round = async (from: number, n: number): Promise<number> => {
      const started = process.hrtime.bigint()
      for (let i = from; i < from + n; i += REPLICAS) await client.create(deployment, app(`app-${i}`, spread))
      await cluster.settle()
      return Number(process.hrtime.bigint() - started) / 1000 / n
    }
    await round(0, Math.ceil(count / 4 / REPLICAS) * REPLICAS)
    const usPerPod = await round(count, count)
    const made = cluster.store.list<{ metadata: object; status?: { phase?: string } }>('/pods/')
    const bare = (texts: boolean): number => median([0, 1, 2].map(i => bareInserts(join(folder, `bare-${texts}-${i}.db`), made.slice(0, count), texts)))
    const bareUsPerPod = bare(false)
    const bareTextUsPerPod = bare(true)
    if (process.env['KUBOTTLE_DEBUG'] !== undefined) console.error(cluster.engine.stats, cluster.store.db.prepare("SELECT substr(key, 1, instr(substr(key, 2), '/') + 1) AS k, count(*) AS n FROM revisions GROUP BY k ORDER BY n DESC LIMIT 8").all())
    cluster.close()
    return { usPerPod, bareUsPerPod, bareTextUsPerPod, running: made.filter(s => s.body.status?.phase === 'Running').length, bytes: JSON.stringify(made[0]?.body).length }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const [lifecycle, nodes, count, spread] = process.argv.slice(2) as ['fast' | 'real', string, string, string?]
pods(lifecycle, Number(nodes), Number(count), spread === 'spread').then(
  result => console.log(JSON.stringify(result)),
  (e: unknown) => {
    console.error(e)
    process.exitCode = 1
  },
)
