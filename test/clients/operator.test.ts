/** Two instances of an operator live through a day of the cluster; the one that leads dies in the middle of it. */
import './node-20'
import { KubeConfig } from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEFINITION, RIGHTS, type Bakery } from './operator/kind'
import { Operator } from './operator/operator'
import { startServer, type TestServer } from './server'
import { until } from './until'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

describe.each([{ clock: 'realtime', hours: 24 }, { clock: 'settle', hours: 6 }])('an operator, $clock', { timeout: 240_000 }, ({ clock, hours }) => {
  let server: TestServer
  const all: Operator[] = []
  beforeAll(async () => {
    server = await startServer('--clock', clock, ...(clock === 'settle' ? ['--start-ago', '48h'] : []))
    await apply(DEFINITION, ...RIGHTS)
    await server.ours('wait', '--for=condition=Established', `crd/${DEFINITION.metadata.name}`, '--timeout=30s')
  }, 60_000)
  afterAll(async () => {
    for (const o of all) await o.die()
    await server?.remove()
  })

  async function apply(...objects: object[]): Promise<void> {
    const file = join(server.home, 'apply.json')
    writeFileSync(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }))
    await server.ours('apply', '-f', file)
  }
  /** As its service account, not as the cluster's administrator. */
  async function instance(identity: string): Promise<Operator> {
    const config = new KubeConfig()
    config.loadFromFile(server.kubeconfig)
    const token = (await server.ours('create', 'token', 'operator', '--duration=240h')).trim()
    config.loadFromClusterAndUser(config.getCurrentCluster() as never, { name: 'operator', token })
    const operator = new Operator(config, identity)
    all.push(operator)
    await operator.start()
    return operator
  }
  const bakery = async (): Promise<Bakery> => JSON.parse(await server.ours('get', 'bakery', 'rye', '-o', 'json')) as Bakery
  const names = async (kinds: string): Promise<string[]> => (await server.ours('get', kinds, '-l', 'ops.example.com/bakery=rye', '-o', 'name')).split('\n').filter(n => n !== '')
  /** Says what the leader, too, has seen of an hour. */
  const hourPasses = async (): Promise<void> => {
    const { batches = 0 } = (await bakery()).status ?? {}
    await server.ours('kubottle', 'clock', '+1h')
    await until('the batch of the hour', async () => ((await bakery()).status?.batches ?? 0) > batches)
  }

  it(`lives through ${hours} hours`, async () => {
    const first = await instance('first')
    await until('the first to lead', () => first.elector.leads)
    const second = await instance('second')
    await apply({ apiVersion: 'ops.example.com/v1', kind: 'Bakery', metadata: { name: 'rye', namespace: 'default' }, spec: { ovens: 2 } })
    await until('the ovens', async () => (await bakery()).status?.phase === 'Open')
    expect(await bakery()).toMatchObject({ metadata: { finalizers: ['ops.example.com/ledger'], generation: 1 }, spec: { ovens: 2, schedule: '@hourly' }, status: { observedGeneration: 1, ovens: 2 } })
    for (let hour = 0; hour < hours / 2; hour++) await hourPasses()
    expect([first.elector.leads, second.elector.leads]).toEqual([true, false])

    // What somebody changes by hand is put right, and what is asked for is done.
    await server.ours('delete', 'deployment', 'rye-ovens')
    await until('the ovens anew', async () => (await names('deployments')).length === 1)
    await server.ours('patch', 'bakery', 'rye', '--type=merge', '-p', '{"spec":{"ovens":3}}')
    await until('the third oven', async () => {
      const { status } = await bakery()
      return status?.phase === 'Open' && status.ovens === 3 && status.observedGeneration === 2
    })

    await first.die()
    await until('the second to lead', () => second.elector.leads)
    for (let hour = hours / 2; hour < hours; hour++) await hourPasses()
    const jobs = await names('jobs')
    // An hour may have begun while the wall went on, too.
    expect(jobs.length).toBeGreaterThanOrEqual(hours)
    expect(jobs.length).toBeLessThanOrEqual(hours + 1)
    await until('the last batch', async () => (await bakery()).status?.batches === jobs.length)
    expect(await server.ours('get', 'bakeries', '--no-headers')).toMatch(new RegExp(`^rye +Open +${jobs.length}\n$`))

    await server.ours('delete', 'bakery', 'rye', '--timeout=30s')
    expect(await server.ours('get', 'configmap', 'rye-ledger', '-o', 'jsonpath={.data}')).toBe(`{"batches":"${jobs.length}","by":"second"}`)
    await until('everything to go', async () => (await names('deployments,replicasets,cronjobs,jobs,pods')).length === 0)
    expect([...first.failures, ...second.failures]).toEqual([])
    expect(JSON.parse(await server.ours('get', 'lease', 'bakery-operator', '-o', 'json'))).toMatchObject({ spec: { holderIdentity: 'second', leaseTransitions: 1 } })
  })
})
