import { describe, expect, it } from 'vitest'
import { ageSince, durationText, humanDuration, parseDuration, shortHumanDuration } from './duration'

const S = 1000
const M = 60 * S
const H = 60 * M
const D = 24 * H

describe("Go's text", () => {
  it.each([
    ['0', 0, '0s'], ['5s', 5 * S, '5s'], ['30s', 30 * S, '30s'], ['1478s', 1478 * S, '24m38s'], ['-5s', -5 * S, '-5s'], ['+5s', 5 * S, '5s'], ['-0', 0, '0s'], ['5.0s', 5 * S, '5s'], ['.5s', 500, '500ms'], ['5.s', 5 * S, '5s'],
    ['1h2m3.5s', H + 2 * M + 3.5 * S, '1h2m3.5s'], ['1h', H, '1h0m0s'], ['90m', 90 * M, '1h30m0s'], ['1us', 1e-3, '1µs'], ['2µs', 2e-3, '2µs'], ['10ns', 1e-5, '10ns'], ['1.1ms', 1.1, '1.1ms'], ['720h', 30 * D, '720h0m0s'], ['1.000000001s', 1000.000001, '1.000000001s'],
  ])('%s', (text, ms, printed) => {
    expect(parseDuration(text)).toBeCloseTo(ms, 6)
    expect(durationText(parseDuration(text))).toBe(printed)
  })
  it.each([
    ['', 'time: invalid duration ""'], ['3', 'time: missing unit in duration "3"'], ['-', 'time: invalid duration "-"'], ['s', 'time: invalid duration "s"'], ['.', 'time: invalid duration "."'], ['5µx', 'time: unknown unit "\\xc2\\xb5x" in duration "5\\xc2\\xb5x"'], ['5x', 'time: unknown unit "x" in duration "5x"'],
    ['1d', 'time: unknown unit "d" in duration "1d"'], ['1h30', 'time: missing unit in duration "1h30"'], ['abc', 'time: invalid duration "abc"'], ['3000000h', 'time: invalid duration "3000000h"'],
  ])('%j fails', (text, message) => expect(() => parseDuration(text)).toThrow(message))
})

describe('ages', () => {
  it.each([
    [-2 * S, '<invalid>'], [-1 * S, '0s'], [-1, '0s'], [0, '0s'], [S, '1s'], [119 * S, '119s'], [2 * M, '2m'], [2 * M + S, '2m1s'], [9 * M + 59 * S, '9m59s'], [10 * M + S, '10m'], [179 * M, '179m'], [3 * H, '3h'], [3 * H + M, '3h1m'], [8 * H + 5 * M, '8h'],
    [47 * H, '47h'], [2 * D, '2d'], [2 * D + 3 * H, '2d3h'], [8 * D + H, '8d'], [729 * D, '729d'], [730 * D, '2y'], [731 * D, '2y1d'], [8 * 365 * D + D, '8y'],
  ])('%d ms: %s', (ms, text) => expect(humanDuration(ms)).toBe(text))
  it.each([[-2 * S, '<invalid>'], [-1 * S, '0s'], [59 * S, '59s'], [61 * S, '1m'], [H, '1h'], [D - 1, '23h'], [D, '1d'], [366 * D, '1y']])('%d ms short: %s', (ms, text) => expect(shortHumanDuration(ms)).toBe(text))
  it('since a time', () => {
    expect(ageSince('2026-01-01T00:00:00Z', Date.parse('2026-01-01T00:05:10Z'))).toBe('5m10s')
    expect(ageSince(null, 0)).toBe('<unknown>')
    expect(ageSince(undefined, 0)).toBe('<unknown>')
  })
})
