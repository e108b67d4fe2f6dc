/**
 * A Deployment of three pods until calm, in a cluster of so many nodes and pods and in one with three nodes and none: `apply-large NODES PODS`.
 * Every round opens the file anew, as a command does. Prints JSON, milliseconds.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../../src/cluster/config'
import { createCluster } from '../../src/cluster/create'
import { numberedNodes } from '../../src/cluster/nodes'
import { openCluster, type Cluster } from '../../src/cluster/open'
import { deployment } from '../../src/kinds/apps/deployment/kind'
import { HOSTNAME, ZONE } from '../../src/kinds/core/node/capacity'
import type { Deployment } from '../../src/kinds/schema/types/apps.v1'
import type { Node } from '../../src/kinds/schema/types/core.v1'

const REPLICAS = 50
const ROUNDS = 11

/** `spread`: with a hard constraint for zones and a soft one for nodes. */
const app = (name: string, replicas: number, spread: boolean): Deployment => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: 'default', labels: { app: name } },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        ...(spread ? { topologySpreadConstraints: [ZONE, HOSTNAME].map(topologyKey => ({ maxSkew: 1, topologyKey, whenUnsatisfiable: topologyKey === ZONE ? 'DoNotSchedule' : 'ScheduleAnyway', labelSelector: { matchLabels: { app: name } } })) } : {}),
        containers: [{ name: 'web', image: 'nginx:1.27', resources: { requests: { cpu: '10m', memory: '16Mi' } } }],
      },
    },
  },
})

const inZones = (nodes: readonly Node[]): Node[] => nodes.map((n, i) => ({ ...n, metadata: { ...n.metadata, labels: { ...n.metadata.labels, [ZONE]: `zone-${i % 10}` } } }))
const clientOf = (cluster: Cluster) => cluster.clientFor({ user: 'kubernetes-admin', groups: ['system:masters'], manager: 'kubectl', trusted: false })
const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] as number

async function made(folder: string, name: string, nodes: number, pods: number): Promise<string> {
  const path = join(folder, `${name}.db`)
  const { config } = readConfig({ lifecycle: 'fast' })
  await createCluster(path, { config, nodes: inZones(numberedNodes(nodes)) }, { replace: false, wall: () => Date.now() })
  const cluster = openCluster({ path, wall: () => Date.now() })
  for (let i = 0; i < pods; i += REPLICAS) await clientOf(cluster).create(deployment, app(`app-${i}`, REPLICAS, false))
  await cluster.settle()
  cluster.close()
  return path
}

async function applied(path: string, name: string, spread: boolean): Promise<number> {
  const started = process.hrtime.bigint()
  const cluster = openCluster({ path, wall: () => Date.now() })
  await clientOf(cluster).create(deployment, app(name, 3, spread))
  await cluster.settle()
  const ready = cluster.server.lister.get(deployment, name, 'default')?.status?.readyReplicas
  cluster.close()
  if (ready !== 3) throw new Error(`${name} has ${ready} ready pods`)
  return Number(process.hrtime.bigint() - started) / 1e6
}

async function measure(nodes: number, pods: number): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  try {
    const [large, empty] = [await made(folder, 'large', nodes, pods), await made(folder, 'empty', 3, 0)]
    const result: Record<string, number> = {}
    for (const spread of [false, true]) {
      const times: { large: number[]; empty: number[] } = { large: [], empty: [] }
      for (let i = 0; i < ROUNDS; i++) {
        times.large.push(await applied(large, `new-${spread}-${i}`, spread))
        times.empty.push(await applied(empty, `new-${spread}-${i}`, spread))
      }
      // The first round warms up.
      for (const side of ['large', 'empty'] as const) result[`${side}${spread ? 'Spread' : ''}Ms`] = median(times[side].slice(1))
    }
    return result
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const [nodes, pods] = process.argv.slice(2) as [string, string]
measure(Number(nodes), Number(pods)).then(
  result => console.log(JSON.stringify(result)),
  (e: unknown) => {
    console.error(e)
    process.exitCode = 1
  },
)
