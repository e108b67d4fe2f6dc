import { describe, expect, it } from 'vitest'
import type { Event } from '../../schema/types/core.v1'
import { aggregated, sameEvent, SpamFilter } from './correlation'

const NOW = Date.UTC(2026, 0, 1, 12)
const event = (message: string, secondsAgo = 0, count = 1): Event => ({
  metadata: { name: `web.${message}` }, involvedObject: { uid: 'u' }, type: 'Normal', reason: 'SuccessfulCreate', message, count,
  source: { component: 'c' }, lastTimestamp: new Date(NOW - secondsAgo * 1000).toISOString().replace('.000', ''),
})
const many = (n: number, secondsAgo = 0): Event[] => Array.from({ length: n }, (_, i) => event(`Created pod: web-${i}`, secondsAgo))

describe('events alike', () => {
  it('are told one by one up to nine, then as one', () => {
    expect(aggregated(event('x'), many(8), NOW).message).toBe('x')
    expect(aggregated(event('x'), many(9), NOW).message).toBe('(combined from similar events): x')
    expect(aggregated(event('Created pod: web-3'), many(9), NOW).message).toBe('Created pod: web-3')
  })
  it('start anew after ten minutes', () => {
    expect(aggregated(event('x'), many(9, 601), NOW).message).toBe('x')
    expect(aggregated(event('x'), many(9, 599), NOW).message).toMatch(/^\(combined/)
  })
  it('raise the count of what they were combined in', () => {
    const combined = event('(combined from similar events): y')
    expect(sameEvent(combined, aggregated(event('x'), many(9), NOW))).toBe(true)
    expect(sameEvent(event('y'), event('x'))).toBe(false)
  })
})

describe('events of one object', () => {
  it('are told 25 times, then once in five minutes, with those in between counted', () => {
    let noise: SpamFilter['changed']
    const told: (number | undefined)[] = []
    for (let i = 0; i < 60; i++) {
      const filter = new SpamFilter([event('probe failed', 0, Math.min(24 + i, 25))], NOW + i * 10_000, () => noise)
      told.push(filter.take('web.probe'))
      noise = filter.changed
    }
    expect(told[0]).toBe(0)
    expect(told.slice(1, 30)).toEqual(Array.from({ length: 29 }, () => undefined))
    expect(told[30]).toBe(29)
    expect(told.slice(31, 60).every(t => t === undefined)).toBe(true)
  })
})
