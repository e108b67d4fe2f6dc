/** CronJobs in a cluster: runs, policies, history. */
import { describe, expect, it } from 'vitest'
import { cronJob } from '../../kinds/batch/cron-job/kind'
import { job } from '../../kinds/batch/job/kind'
import type { CronJob } from '../../kinds/schema/types/batch.v1'
import { START, testCluster } from '../cluster.testing'
import { cronJobController, jobOf } from './controller'

const cron = (spec: object, command = ['true']) => ({
  apiVersion: 'batch/v1', kind: 'CronJob', metadata: { name: 'c' },
  spec: { schedule: '*/10 * * * *', jobTemplate: { metadata: { labels: { a: 'b' } }, spec: { template: { spec: { restartPolicy: 'Never', terminationGracePeriodSeconds: 1, containers: [{ name: 'main', image: 'busybox', command }] } } } }, ...spec },
})
const HOUR = 3_600_000

it('stamps its jobs with their time on the zone\'s clock', () => {
  const made = jobOf(cron({ timeZone: 'America/New_York' }) as unknown as CronJob, 'c-1', START)
  expect(made.metadata.annotations).toEqual({ 'batch.kubernetes.io/cronjob-scheduled-timestamp': '2025-12-31T19:00:00-05:00' })
  expect(made.metadata.labels).toEqual({ a: 'b' })
})

describe('a CronJob', () => {
  it('runs on time and keeps the last successful ones', async () => {
    const c = await testCluster('fast')
    await c.apply(cron({ successfulJobsHistoryLimit: 2 }))
    expect(c.names(job)).toEqual([])
    await c.later(HOUR + 60_000)
    const minute = START / 60_000
    expect(c.names(job)).toEqual([`c-${minute + 50}`, `c-${minute + 60}`])
    expect(c.get(cronJob, 'c').status).toMatchObject({ lastScheduleTime: '2026-01-01T01:00:00Z' })
    expect(c.get(cronJob, 'c').status?.active).toBeUndefined()
    expect(c.get(cronJob, 'c').status?.lastSuccessfulTime).toMatch(/^2026-01-01T01:00:/)
    expect(await c.secondLook(cronJobController as never)).toEqual({ writes: 0, told: [] })
  })
  it.each([['Allow', 3], ['Forbid', 1], ['Replace', 1]])('with policy %s has %i at a time', async (concurrencyPolicy, running) => {
    const c = await testCluster('real')
    await c.apply(cron({ concurrencyPolicy }, ['sleep', '36000']))
    await c.later(HOUR / 2 + 60_000)
    expect(c.names(job)).toHaveLength(running)
    expect(c.get(cronJob, 'c').status?.active).toHaveLength(running)
  })
  it('rests while it is suspended', async () => {
    const c = await testCluster('fast')
    await c.apply(cron({ suspend: true }))
    await c.later(HOUR)
    expect(c.names(job)).toEqual([])
  })
})
