/** Jobs in a cluster, and their decisions. */
import { describe, expect, it } from 'vitest'
import { job } from '../../kinds/batch/job/kind'
import { pod } from '../../kinds/core/pod/kind'
import type { Job } from '../../kinds/schema/types/batch.v1'
import { testCluster } from '../cluster.testing'
import { remainingMs } from './backoff'
import { metPolicy } from './conditions'
import { jobController } from './controller'
import { hasIndex, intervalsText, parseIntervals, totalOf, withIndexes } from './intervals'

const make = (spec: object, command = ['true']) => ({
  apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'j' },
  spec: { template: { spec: { restartPolicy: 'Never', terminationGracePeriodSeconds: 1, containers: [{ name: 'main', image: 'busybox', command }] } }, ...spec },
})
const conditions = (j: Job) => (j.status?.conditions ?? []).map(c => `${c.type} ${c.status} ${c.reason}`)

describe('intervals', () => {
  it('are read, counted, joined and written', () => {
    const some = parseIntervals('1,3-5,9-12', 11)
    expect([totalOf(some), hasIndex(some, 4), hasIndex(some, 2), hasIndex(some, 11)]).toEqual([6, true, false, false])
    expect(intervalsText(withIndexes(some, [2, 7, 8, 3]))).toBe('1-5,7-10')
    expect(intervalsText(withIndexes([], [0, 1]))).toBe('0,1')
  })
})

describe('decisions', () => {
  it('wait twice as long after each failure, ten minutes at most', () => {
    expect([0, 1, 2, 3, 30].map(n => remainingMs(n, 0, 0))).toEqual([0, 10_000, 20_000, 40_000, 600_000])
    expect(remainingMs(1, 0, 11_000)).toBe(0)
  })
  it('see a success policy met', () => {
    const spec = (rules: object[]) => ({ completions: 10, successPolicy: { rules } }) as never
    expect(metPolicy(spec([{ succeededIndexes: '0,2-3' }]), [[0, 0], [2, 2]])).toBeUndefined()
    expect(metPolicy(spec([{ succeededIndexes: '0,2-3' }, { succeededCount: 2 }]), [[0, 0], [2, 2]])).toBe('Matched rules at index 1')
    expect(metPolicy(spec([{ succeededIndexes: '0,2-3', succeededCount: 1 }]), [[2, 2]])).toBe('Matched rules at index 0')
  })
})

for (const lifecycle of ['fast', 'real'] as const)
  describe(`a Job, lifecycle ${lifecycle}`, () => {
    it.each([['NonIndexed'], ['Indexed']])('%s runs to its end and lets its pods go', async completionMode => {
      const c = await testCluster(lifecycle)
      await c.apply(make({ completions: 5, parallelism: 2, completionMode }))
      await c.later(60_000)
      const j = c.get(job, 'j')
      expect(conditions(j)).toEqual(['SuccessCriteriaMet True CompletionsReached', 'Complete True CompletionsReached'])
      expect(j.status).toMatchObject({ succeeded: 5, ready: 0, terminating: 0, uncountedTerminatedPods: {} })
      expect(j.status?.completedIndexes).toBe(completionMode === 'Indexed' ? '0-4' : undefined)
      expect(c.lister.list(pod, 'default').map(p => p.metadata.finalizers)).toEqual(Array(5).fill(undefined))
      expect(await c.secondLook(jobController as never)).toEqual({ writes: 0, told: [] })
      await c.client.delete(job, { metadata: { name: 'j', namespace: 'default' } }, { propagationPolicy: 'Background' })
      await c.settle()
      expect([c.names(job), c.names(pod)]).toEqual([[], []])
    })
  })

describe('a Job that fails', () => {
  const after = async (spec: object, command: string[]) => {
    const c = await testCluster('real')
    await c.apply(make(spec, command))
    await c.later(400_000)
    return c.get(job, 'j')
  }
  it('ends after its limit, with waits between', async () => {
    const j = await after({ backoffLimit: 2 }, ['sh', '-c', 'exit 3'])
    expect(conditions(j)).toEqual(['FailureTarget True BackoffLimitExceeded', 'Failed True BackoffLimitExceeded'])
    expect(j.status?.failed).toBe(3)
  })
  it('ends at once where its policy says so', async () => {
    const j = await after({ backoffLimit: 6, podFailurePolicy: { rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [42] } }] } }, ['sh', '-c', 'exit 42'])
    expect(conditions(j)).toEqual(['FailureTarget True PodFailurePolicy', 'Failed True PodFailurePolicy'])
    expect(j.status?.conditions?.[1]?.message).toMatch(/^Container main for pod default\/j-\w{5} failed with exit code 42 matching FailJob rule at index 0$/)
  })
  it('fails index by index', async () => {
    const j = await after({ completions: 3, parallelism: 3, completionMode: 'Indexed', backoffLimitPerIndex: 1 }, ['sh', '-c', 'test $JOB_COMPLETION_INDEX != 1'])
    expect(conditions(j)).toEqual(['FailureTarget True FailedIndexes', 'Failed True FailedIndexes'])
    expect(j.status).toMatchObject({ completedIndexes: '0,2', failedIndexes: '1', failed: 2, succeeded: 2 })
  })
  it('ends at its deadline', async () => {
    const j = await after({ activeDeadlineSeconds: 5 }, ['sleep', '600'])
    expect(conditions(j)).toEqual(['FailureTarget True DeadlineExceeded', 'Failed True DeadlineExceeded'])
    expect(j.status?.failed).toBe(1)
  })
})
