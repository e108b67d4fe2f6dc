/** Instants of schedules, also where clocks are put forward and back. */
import { describe, expect, it } from 'vitest'
import { parseSchedule } from '../../kinds/batch/cron-job/schedule'
import { missedSince, nextTimeMs } from './next-time'

const next = (text: string, after: string, zone?: string): string | undefined => {
  const at = nextTimeMs(parseSchedule(text), Date.parse(after), zone)
  return at === undefined ? undefined : new Date(at).toISOString()
}

describe('the next time', () => {
  it.each([
    ['* * * * *', '2026-01-01T00:00:00Z', undefined, '2026-01-01T00:01:00.000Z'],
    ['*/15 * * * *', '2026-01-01T00:14:59.5Z', undefined, '2026-01-01T00:15:00.000Z'],
    ['30 4 * * 1', '2026-01-01T00:00:00Z', undefined, '2026-01-05T04:30:00.000Z'],
    ['0 0 13 * 5', '2026-01-01T00:00:00Z', undefined, '2026-01-02T00:00:00.000Z'],
    ['0 0 29 2 *', '2026-01-01T00:00:00Z', undefined, '2028-02-29T00:00:00.000Z'],
    ['0 0 30 2 *', '2026-01-01T00:00:00Z', undefined, undefined],
    ['0 3 * * *', '2026-07-01T00:30:00Z', 'Europe/Berlin', '2026-07-01T01:00:00.000Z'],
    // The hour that is left out does not come; the one that comes twice counts once for each.
    ['30 2 * * *', '2026-03-28T12:00:00Z', 'Europe/Berlin', '2026-03-30T00:30:00.000Z'],
    ['0 0 * * *', '2026-10-24T23:00:00Z', 'Europe/Berlin', '2026-10-25T23:00:00.000Z'],
    ['@every 90s', '2026-01-01T00:00:00.4Z', undefined, '2026-01-01T00:01:30.000Z'],
  ])('of %s after %s in %s', (schedule, after, zone, expected) => {
    expect(next(schedule, after, zone)).toBe(expected)
  })
})

describe('what was missed', () => {
  it('is the last instant, found at once even after years', () => {
    const of = (text: string, from: string, to: string) => {
      const { lastMs, many } = missedSince(parseSchedule(text), Date.parse(from), Date.parse(to), undefined)
      return [lastMs === undefined ? undefined : new Date(lastMs).toISOString(), many]
    }
    expect(of('0 * * * *', '2026-01-01T00:30:00Z', '2026-01-01T00:59:59Z')).toEqual([undefined, false])
    expect(of('0 * * * *', '2026-01-01T00:30:00Z', '2026-01-01T01:00:00Z')).toEqual(['2026-01-01T01:00:00.000Z', false])
    expect(of('0 * * * *', '2026-01-01T00:30:00Z', '2026-01-01T05:20:00Z')).toEqual(['2026-01-01T05:00:00.000Z', false])
    expect(of('* * * * *', '2020-01-01T00:00:00Z', '2026-01-01T00:00:30Z')).toEqual(['2026-01-01T00:00:00.000Z', true])
    expect(of('0 0 1 1 *', '2020-01-01T00:00:00Z', '2026-06-01T00:00:00Z')).toEqual(['2026-01-01T00:00:00.000Z', false])
  })
})
