/** Requests come in while the cluster settles, and find nothing half done. */
import { describe, expect, it } from 'vitest'
import type { Alarm } from '../base/alarm'
import { component } from '../apiserver/actor'
import type { RawResponse } from '../client/client'
import type { ClockMode } from '../client/cluster-summary'
import { readConfig } from './config'
import { createInMemory } from './create'
import { servingOptions, settleBySelf } from './serving'

const later = (): Promise<void> => new Promise(done => setImmediate(done))
const START = Date.UTC(2026, 0, 1)

async function serving(mode: ClockMode = 'settle', nodes = 3) {
  let wallMs = START
  const failures: unknown[] = []
  // Every look at the wall takes a millisecond: a slice is a few reconciles.
  const made = readConfig({ nodes, seed: 's', lifecycle: 'fast', clock: { mode } })
  const alarms: { ms: number; ring: () => void }[] = []
  const alarm: Alarm = (ms, ring) => {
    const mine = { ms, ring }
    alarms.push(mine)
    return () => void (alarms.includes(mine) && alarms.splice(alarms.indexOf(mine), 1))
  }
  const failed = (e: unknown): void => void failures.push(e)
  const cluster = await createInMemory(made, () => wallMs, false, { ...servingOptions(() => wallMs++, later, alarm, failed), secret: 's' })
  const settler = settleBySelf(cluster, alarm, failed)
  const client = cluster.clientFor({ ...component('ann', 'test'), trusted: false })
  const send = (method: 'GET' | 'POST' | 'DELETE' | 'PUT', path: string, body?: object): Promise<RawResponse> => client.request({ method, path, contentType: 'application/json', body: body === undefined ? undefined : JSON.stringify(body) })
  return { cluster, settler, alarms, failures, send, pass: (ms: number) => void (wallMs += ms) }
}
const deployment = (name: string, replicas: number): object => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name },
  spec: { replicas, selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'c', image: 'nginx' }] } } },
})
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments'
const CONFIG_MAPS = '/api/v1/namespaces/default/configmaps'

describe('a cluster that is served', () => {
  it('answers a write as persisted, and requests between two reconciles', async () => {
    const { cluster, settler, failures, send } = await serving()
    const made = await send('POST', DEPLOYMENTS, deployment('web', 120))
    expect(made.code).toBe(201)
    expect(JSON.parse(made.body)).toMatchObject({ status: {} })
    const ready: number[] = []
    for (let n = 0; ready.at(-1) !== 120; n++) {
      await later()
      const { status } = JSON.parse((await send('GET', `${DEPLOYMENTS}/web`)).body) as { status: { readyReplicas?: number } }
      ready.push(status.readyReplicas ?? 0)
      expect(cluster.store.inTransaction).toBe(false)
      expect((await send('POST', CONFIG_MAPS, { metadata: { name: `between-${n}` } })).code).toBe(201)
      expect(n).toBeLessThan(5_000)
    }
    await settler.calm()
    expect(ready.length).toBeGreaterThan(20)
    expect(ready.filter(n => n > 0 && n < 120).length).toBeGreaterThan(0)
    expect(failures).toEqual([])
    expect(cluster.engine.idle()).toBe(true)
    const maps = JSON.parse((await send('GET', `${CONFIG_MAPS}?labelSelector=`)).body) as { items: { metadata: { name: string } }[] }
    expect(maps.items.filter(m => m.metadata.name.startsWith('between-')).length).toBe(ready.length)
  })

  it('keeps quotas and versions while requests and reconciles alternate', async () => {
    const { settler, failures, send } = await serving()
    expect((await send('POST', '/api/v1/namespaces/default/resourcequotas', { metadata: { name: 'q' }, spec: { hard: { 'count/configmaps': '41', pods: '30' } } })).code).toBe(201)
    await settler.calm()
    const codes = await Promise.all([
      send('POST', DEPLOYMENTS, deployment('web', 60)),
      ...Array.from({ length: 60 }, (_, n) => later().then(() => send('POST', CONFIG_MAPS, { metadata: { name: `c-${n}` } }))),
    ].map(p => p.then(r => r.code)))
    await settler.calm()
    // kube-root-ca.crt is the first of 41.
    expect(codes.filter(c => c === 201).length).toBe(41)
    expect(codes.filter(c => c === 403).length).toBe(20)
    const { status } = JSON.parse((await send('GET', '/api/v1/namespaces/default/resourcequotas/q')).body) as { status: { used: Record<string, string> } }
    expect(status.used).toEqual({ 'count/configmaps': '41', pods: '30' })
    const one = JSON.parse((await send('GET', `${CONFIG_MAPS}/c-0`)).body) as { metadata: { resourceVersion: string } }
    const writes = await Promise.all(['a', 'b', 'c'].map(by => send('PUT', `${CONFIG_MAPS}/c-0`, { ...one, data: { by } }).then(r => r.code)))
    expect(writes.sort()).toEqual([200, 409, 409])
    expect(failures).toEqual([])
  })

  it('lets nothing jump in real time: what falls due rings', async () => {
    const { settler, alarms, send, pass } = await serving('realtime', 0)
    const job = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j' }, spec: { activeDeadlineSeconds: 600, template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'nginx' }] } } } }
    await send('POST', '/apis/batch/v1/namespaces/default/jobs', job)
    await settler.calm()
    const conditions = async (): Promise<readonly string[]> => ((JSON.parse((await send('GET', '/apis/batch/v1/namespaces/default/jobs/j')).body) as { status: { conditions?: { type: string }[] } }).status.conditions ?? []).map(c => c.type)
    expect(await conditions()).not.toContain('Failed')
    for (let n = 0; n < 2_000 && !(await conditions()).includes('Failed'); n++) {
      const [next] = alarms.splice(0)
      expect(next).toBeDefined()
      pass(next?.ms ?? 0)
      next?.ring()
      await settler.calm()
    }
    expect(await conditions()).toContain('Failed')
  })
})
