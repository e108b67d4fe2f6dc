import { describe, expect, it } from 'vitest'
import { parseSchedule } from './schedule'

describe('schedules', () => {
  it('read numbers, names, lists, ranges and steps', () => {
    expect(parseSchedule('*/20 1,3-5 * jan-MAR/2 sun')).toEqual({ minutes: [0, 20, 40], hours: [1, 3, 4, 5], daysOfMonth: expect.any(Array), months: [1, 3], daysOfWeek: [0], anyDayOfMonth: true, anyDayOfWeek: false })
    expect(parseSchedule('50/5 * * * ?')).toMatchObject({ minutes: [50, 55], anyDayOfWeek: true })
    expect(parseSchedule('@hourly')).toMatchObject({ minutes: [0], anyDayOfMonth: true })
    expect(parseSchedule('@every 90s')).toEqual({ everyMs: 90_000 })
    expect(parseSchedule('TZ=Europe/Rome @daily')).toMatchObject({ hours: [0] })
  })

  it.each([
    ['* * *', 'expected exactly 5 fields, found 3: [* * *]'],
    ['60 * * * *', 'end of range (60) above maximum (59): 60'],
    ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
    ['5-1 * * * *', 'beginning of range (5) beyond end of range (1): 5-1'],
    ['*/0 * * * *', 'step of range should be a positive number: */0'],
    ['1-2-3 * * * *', 'too many hyphens: 1-2-3'],
    ['*/1/2 * * * *', 'too many slashes: */1/2'],
    ['x * * * *', 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
    ['@often', 'unrecognized descriptor: @often'],
    ['@every x', 'failed to parse duration @every x: time: invalid duration "x"'],
  ])('refuse %s', (text, message) => expect(() => parseSchedule(text)).toThrow(message))
})
