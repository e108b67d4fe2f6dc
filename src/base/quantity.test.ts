import { describe, expect, it } from 'vitest'
import {
  QUANTITY_FORMAT_WRONG, QUANTITY_SUFFIX_WRONG, addQuantities, canonicalQuantity, compareQuantities, equalQuantities, milliQuantityOf, milliValueOfQuantity, parseQuantity,
  quantityAsFloat, quantityFromJson, quantityMilliValue, quantityOf, quantityText, quantityValue, roundUpQuantity, subtractQuantities, valueOfQuantity,
} from './quantity'

describe('canonical text', () => {
  it.each([
    ['0', '0'], ['0.0', '0'], ['000', '0'], ['-0', '0'], ['0Ki', '0'], ['1', '1'], ['100m', '100m'], ['1000m', '1'], ['1500m', '1500m'],
    ['1.5', '1500m'], ['0.5', '500m'], ['.5', '500m'], ['1.', '1.'], ['0.1', '100m'], ['1000', '1k'], ['1500', '1500'], ['1000000', '1M'],
    ['1024', '1024'], ['1Ki', '1Ki'], ['1024Ki', '1Mi'], ['1536Mi', '1536Mi'], ['1.5Gi', '1536Mi'], ['2048Mi', '2Gi'], ['0.5Ki', '512'],
    ['0.1Gi', '107374182400m'], ['100Ki', '100Ki'], ['1M', '1M'], ['1000k', '1M'], ['1G', '1G'], ['1T', '1T'], ['1P', '1P'], ['1E', '1E'],
    ['1Ei', '1Ei'], ['16Ei', '9223372036854775807'], ['12e6', '12e6'], ['12E6', '12E6'], ['1200e4', '12e6'], ['1e3', '1e3'], ['1e4', '10e3'], ['1e-3', '1e-3'], ['1e0', '1e0'], ['100n', '100n'],
    ['1u', '1u'], ['0.1n', '1n'], ['0.0000000001', '1n'], ['-1', '-1'], ['-1.5Gi', '-1536Mi'], ['+5', '+5'], ['9223372036854775807', '9223372036854775807'],
    ['123456789012345678901234567890', '123456789012345678901234567890'], ['512Mi', '512Mi'], ['1023', '1023'], ['m', '0'], ['10Ti', '10Ti'], ['1024Gi', '1Ti'],
    ['64000m', '64'], ['250000000n', '250m'], ['3.14', '3140m'], ['1.500', '1.500'], ['1.0', '1'], ['2.000', '2'],
  ])('%s → %s', (text, canonical) => {
    // A text that upstream takes for canonical is kept as written, whatever its form.
    expect(canonicalQuantity(text)).toBe(canonical)
  })
  it('reads JSON numbers and drops blanks', () => {
    expect(canonicalQuantity(2)).toBe('2')
    expect(canonicalQuantity(0.5)).toBe('500m')
    expect(canonicalQuantity(1e21)).toBe('1e21')
    expect(canonicalQuantity(' 1Gi ')).toBe('1Gi')
  })
})

describe('errors', () => {
  it('wants a digit', () => expect(() => parseQuantity('.Ei')).toThrow('unable to parse numeric part of quantity'))
  it.each(['', ' 1', '1 ', '1.1.M', '1+1.0M', '0.1am', 'aoeu', '1x', '1KiB', '100 Mi', '-3.01e-1.', 'ten', '1Mb', '1KI'])('%j has the wrong shape', text => {
    expect(() => parseQuantity(text)).toThrow(QUANTITY_FORMAT_WRONG)
  })
  it.each(['0.1mi', '.5i', '1i', '1e', '1mm', '-3.01e-', '1+', '1M5', '1K', '1e99999999999999999999'])('%j has no known suffix', text => {
    expect(() => parseQuantity(text)).toThrow(QUANTITY_SUFFIX_WRONG)
  })
})

describe('arithmetic', () => {
  const text = (q: Parameters<typeof quantityText>[0]) => quantityText(q)
  it('adds across scales and keeps the first format', () => {
    expect(text(addQuantities(parseQuantity('1'), parseQuantity('500m')))).toBe('1500m')
    expect(text(addQuantities(parseQuantity('1Gi'), parseQuantity('1Mi')))).toBe('1025Mi')
    expect(text(addQuantities(parseQuantity('0'), parseQuantity('1Mi')))).toBe('1Mi')
    expect(text(addQuantities(parseQuantity('1Ki'), parseQuantity('1k')))).toBe('2024')
    expect(text(addQuantities(parseQuantity('1k'), parseQuantity('1Ki')))).toBe('2024')
    expect(text(addQuantities(parseQuantity('9007199254740991'), parseQuantity('1')))).toBe('9007199254740992')
    expect(text(addQuantities(parseQuantity('8Ei'), parseQuantity('100m')))).toBe('9223372036854775807100m')
  })
  it('subtracts below zero', () => {
    expect(text(subtractQuantities(parseQuantity('1'), parseQuantity('1250m')))).toBe('-250m')
    expect(text(subtractQuantities(parseQuantity('1Gi'), parseQuantity('1Gi')))).toBe('0')
    expect(text(subtractQuantities(parseQuantity('0'), parseQuantity('2Gi')))).toBe('-2Gi')
  })
  it('compares amounts, not texts', () => {
    expect(compareQuantities(parseQuantity('1000m'), parseQuantity('1'))).toBe(0)
    expect(compareQuantities(parseQuantity('1Gi'), parseQuantity('1G'))).toBe(1)
    expect(compareQuantities(parseQuantity('-1'), parseQuantity('1n'))).toBe(-1)
    expect(compareQuantities(parseQuantity('1e1000000000'), parseQuantity('8Ei'))).toBe(1)
    expect(equalQuantities('0.25', '250m')).toBe(true)
    expect(equalQuantities(1, '1')).toBe(true)
  })
  it('rounds values up', () => {
    expect(valueOfQuantity('100m')).toBe(1)
    expect(valueOfQuantity('-1500m')).toBe(-2)
    expect(valueOfQuantity('64Mi')).toBe(67108864)
    expect(valueOfQuantity('1e3')).toBe(1000)
    expect(milliValueOfQuantity('2')).toBe(2000)
    expect(milliValueOfQuantity('0.25')).toBe(250)
    expect(milliValueOfQuantity('1u')).toBe(1)
    expect(milliValueOfQuantity('128974848')).toBe(128974848000)
    expect(quantityValue(parseQuantity('1Ei'))).toBe(2 ** 60)
    expect(quantityMilliValue(quantityOf(3))).toBe(3000)
    expect(quantityText(roundUpQuantity(parseQuantity('100u'), -3))).toBe('1m')
    expect(quantityText(roundUpQuantity(parseQuantity('1.500'), -3))).toBe('1.500')
    expect(quantityText(milliQuantityOf(1500))).toBe('1500m')
    expect(quantityText(quantityOf(1048576, 'BinarySI'))).toBe('1Mi')
    expect(quantityAsFloat(quantityFromJson('1500m'))).toBe(1.5)
  })
})
