/** What metrics ask for, worked out by hand from the rules of upstream's replica calculator. */
import { describe, expect, it } from 'vitest'
import { timestamp } from '../../base/clock'
import type { Pod } from '../../kinds/schema/types/core.v1'
import { byAverage, byShare, byUtilization, byValue, DEFAULT_TOLERANCES, type PodValues } from './replicas'

const NOW = Date.UTC(2026, 0, 1, 12)
const LONG_AGO = timestamp(NOW - 3_600_000)

const pod = (name: string, { ready = 'True', phase = 'Running', request = '100m', since = LONG_AGO, changed = LONG_AGO }: { ready?: string; phase?: string; request?: string; since?: string; changed?: string } = {}): Pod => ({
  metadata: { name, namespace: 'default' },
  spec: { containers: [{ name: 'main', ...(request === '' ? {} : { resources: { requests: { cpu: request } } }) }] },
  status: { phase, startTime: since, conditions: [{ type: 'Ready', status: ready, lastTransitionTime: changed }] },
}) as Pod
const values = (entries: Readonly<Record<string, number>>): PodValues => new Map(Object.entries(entries).map(([name, value]) => [name, { value, atMs: NOW - 5_000, windowMs: 15_000 }]))
const utilization = (pods: Pod[], used: Readonly<Record<string, number>>, current: number, target: number) => byUtilization(pods, values(used), current, target, 'cpu', undefined, DEFAULT_TOLERANCES, NOW)

describe('a share of what is requested', () => {
  const three = [pod('a'), pod('b'), pod('c')]

  it.each([
    [{ a: 90, b: 90, c: 90 }, 30, 9, 90],
    [{ a: 33, b: 33, c: 33 }, 30, 3, 33],
    [{ a: 28, b: 28, c: 28 }, 30, 3, 28],
    [{ a: 10, b: 10, c: 10 }, 50, 1, 10],
    [{ a: 100, b: 50, c: 0 }, 25, 6, 50],
  ])('of %j with the target %i%% asks for %i', (used, target, replicas, percent) => {
    expect(utilization(three, used, 3, target)).toMatchObject({ replicas, utilization: percent })
  })

  it('takes a pod without a value as idle on the way up, as busy on the way down', () => {
    // 2 of 3 known at 90 of 30: 3 x; with the third at 0: 2 x of 3 pods.
    expect(utilization(three, { a: 90, b: 90 }, 3, 30).replicas).toBe(6)
    // 20 of 100 for a target of 50; with the third at 100: (20 + 20 + 100) / 300 = 46 %, within the tolerance.
    expect(utilization(three, { a: 20, b: 20 }, 3, 50).replicas).toBe(3)
  })

  it('leaves out pods that go or have failed, and counts unready ones as idle on the way up', () => {
    const going = { ...pod('c'), metadata: { name: 'c', namespace: 'default', deletionTimestamp: LONG_AGO } } as Pod
    expect(utilization([pod('a'), pod('b'), going], { a: 60, b: 60, c: 1000 }, 3, 30).replicas).toBe(4)
    expect(utilization([pod('a'), pod('b'), pod('c', { phase: 'Pending' })], { a: 60, b: 60 }, 3, 30).replicas).toBe(4)
    const starting = pod('c', { since: timestamp(NOW - 20_000), changed: timestamp(NOW - 10_000) })
    expect(utilization([pod('a'), pod('b'), starting], { a: 60, b: 60, c: 900 }, 3, 30).replicas).toBe(4)
  })

  it('says what is wrong', () => {
    expect(() => utilization([], {}, 1, 50)).toThrow('no pods returned by selector while calculating replica count')
    expect(() => utilization([pod('a', { request: '' })], { a: 5 }, 1, 50)).toThrow('missing request for cpu in container main of Pod a')
    expect(() => utilization([pod('a', { phase: 'Pending' })], {}, 1, 50)).toThrow('did not receive metrics for targeted pods (pods might be unready)')
  })
})

it('an average of pods, a value and a share', () => {
  expect(byAverage([pod('a'), pod('b')], values({ a: 30_000, b: 10_000 }), 2, 10_000, '', DEFAULT_TOLERANCES, NOW)).toEqual({ replicas: 4, value: 20_000 })
  expect(byValue([pod('a'), pod('b', { ready: 'False' })], 30_000, 2, 10_000, DEFAULT_TOLERANCES)).toEqual({ replicas: 3, value: 30_000 })
  expect(byValue([pod('a')], 10_500, 1, 10_000, DEFAULT_TOLERANCES)).toEqual({ replicas: 1, value: 10_500 })
  expect(byShare(35_000, 2, 10_000, DEFAULT_TOLERANCES)).toEqual({ replicas: 4, value: 17_500 })
  expect(byShare(21_000, 2, 10_000, DEFAULT_TOLERANCES)).toEqual({ replicas: 2, value: 10_500 })
})
