/** How long requests take while a thousand pods of a rollout become ready, and when the cluster is calm. Prints JSON: milliseconds. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { startProcess } from '../load/process'
import { pause, Wire } from '../load/wire'

const PODS = 1_000
const CLIENTS = 8
const CALM_MS = 3_000
const folder = mkdtempSync(join(tmpdir(), 'kubottle-bench-'))
const config = join(folder, 'cluster.yaml')
writeFileSync(config, 'nodes: 12\n')
const server = await startProcess('--config', config)
const port = (): number => server.port
const admin = new Wire(port)

/** Reads and writes as clients do, until it is over. */
async function ask(client: number, over: () => boolean): Promise<number[]> {
  const wire = new Wire(port)
  const path = `/api/v1/namespaces/default/configmaps`
  await wire.send('POST', path, { metadata: { name: `c${client}` } })
  const took: number[] = []
  for (let n = 0; !over(); n++) {
    const { ms } = n % 3 === 0 ? await wire.send('PATCH', `${path}/c${client}`, { data: { n: String(n) } }) : n % 3 === 1 ? await wire.send('GET', `${path}/c${client}`) : await wire.send('GET', '/apis/apps/v1/namespaces/default/deployments/web')
    took.push(ms)
    await pause(10)
  }
  wire.close()
  return took
}
const percentile = (values: readonly number[], p: number): number => [...values].sort((a, b) => a - b)[Math.floor(values.length * p)] ?? NaN
async function measured(over: () => boolean): Promise<number[]> {
  return (await Promise.all(Array.from({ length: CLIENTS }, (_, n) => ask(n, over)))).flat()
}

let over = false
setTimeout(() => (over = true), CALM_MS)
await measured(() => over)
over = false
setTimeout(() => (over = true), CALM_MS)
const calm = await measured(() => over)
const began = performance.now()
const { code } = await admin.send('POST', '/apis/apps/v1/namespaces/default/deployments', {
  metadata: { name: 'web' },
  spec: { replicas: PODS, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'nginx:1.27' }] } } },
})
if (code !== 201) throw new Error(`the deployment was answered ${code}`)
let ready = 0
const rollout = measured(() => ready === PODS)
while (ready < PODS) {
  await pause(100)
  const { body } = await admin.send<{ status: { readyReplicas?: number } }>('GET', '/apis/apps/v1/namespaces/default/deployments/web')
  ready = body.status.readyReplicas ?? 0
  if (performance.now() - began > 120_000) throw new Error(`after two minutes ${ready} pods are ready`)
}
const during = await rollout
const rolloutMs = performance.now() - began
admin.close()
await server.remove()
rmSync(folder, { recursive: true })
console.log(JSON.stringify({ requests: during.length, rolloutMs, calmP50Ms: percentile(calm, 0.5), calmP99Ms: percentile(calm, 0.99), p50Ms: percentile(during, 0.5), p99Ms: percentile(during, 0.99) }))
process.exit(0)
