import { expect, it } from 'vitest'
import { fieldErrorBody } from './field'
import { parseIntOrString, scaledIntOrPercent, validateAtMost100Percent, validatePositiveIntOrPercent } from './int-or-string'

it.each([[3, 10, true, 3], ['25%', 10, true, 3], ['25%', 10, false, 2], ['100%', 7, false, 7], ['0%', 7, true, 0], ['1%', 10, true, 1]])('%s of %d, up %s: %d', (value, total, up, scaled) => expect(scaledIntOrPercent(value, total, up)).toBe(scaled))
it('says what is wrong', () => {
  expect(() => scaledIntOrPercent('5', 10, true)).toThrow('invalid value for IntOrString: invalid type: string is not a percentage')
  expect(() => scaledIntOrPercent('x%', 10, true)).toThrow('invalid value for IntOrString: invalid value "x%": strconv.Atoi: parsing "x": invalid syntax')
})
it('parses flags', () => expect(['80', 'http', '-1', '5%', '99999999999'].map(parseIntOrString)).toEqual([80, 'http', -1, '5%', '99999999999']))
it('validates', () => {
  const bodies = (value: number | string) => [...validatePositiveIntOrPercent(value, 'p'), ...validateAtMost100Percent(value, 'p')].map(fieldErrorBody)
  expect(bodies(1)).toEqual([])
  expect(bodies('50%')).toEqual([])
  expect(bodies(-1)).toEqual(['Invalid value: -1: must be greater than or equal to 0'])
  expect(bodies('5')).toEqual(["Invalid value: \"5\": a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"])
  expect(bodies('101%')).toEqual(['Invalid value: "101%": must not be greater than 100%'])
})
