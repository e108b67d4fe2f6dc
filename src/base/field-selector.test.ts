import { describe, expect, it } from 'vitest'
import { fieldSelectorText, matchesFields, parseFieldSelector, requiredFieldValue } from './field-selector'

describe('parsing', () => {
  it.each([
    ['', ''], ['a=b', 'a=b'], ['b==c,a!=d', 'a!=d,b=c'], ['a=b,', 'a=b'], ['a=', 'a='], [String.raw`a=b\,c\=d\\`, String.raw`a=b\,c\=d\\`], ['status.phase!=Running', 'status.phase!=Running'], ['=', ''],
  ])('%s → %s', (text, printed) => expect(fieldSelectorText(parseFieldSelector(text))).toBe(printed))
  it.each([
    ['kind', "invalid selector: 'kind'; can't understand 'kind'"],
    ['a=b,c', "invalid selector: 'a=b,c'; can't understand 'c'"],
    ['a=b=c', 'invalid field selector: unescaped character in value: 61'],
    [String.raw`a=\b`, String.raw`invalid field selector: invalid escape sequence: \b`],
    ['a=b\\', 'invalid field selector: invalid escape sequence: \\'],
  ])('%s fails', (text, message) => expect(() => parseFieldSelector(text)).toThrow(message))
  it('unescapes', () => expect(parseFieldSelector(String.raw`a=b\,c`)).toEqual([{ field: 'a', operator: '=', value: 'b,c' }]))
})

describe('matching', () => {
  const get = (field: string) => ({ 'metadata.name': 'web', 'status.phase': 'Running' })[field] ?? ''
  it.each([['metadata.name=web', true], ['metadata.name=web,status.phase!=Running', false], ['spec.nodeName=', true], ['metadata.name!=db', true], ['', true]])('%s: %s', (text, answer) =>
    expect(matchesFields(parseFieldSelector(text), get)).toBe(answer))
  it('names the value it requires', () => {
    expect(requiredFieldValue(parseFieldSelector('metadata.name=web'), 'metadata.name')).toBe('web')
    expect(requiredFieldValue(parseFieldSelector('metadata.name!=web'), 'metadata.name')).toBeUndefined()
  })
})
