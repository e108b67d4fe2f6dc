import { describe, expect, it } from 'vitest'
import {
  EVERYTHING, NOTHING, formatLabelSelector, formatLabels, isEverything, labelSelectorText, matchesLabels, matchesPairs, parseLabelSelector, parseToLabelSelectorObject,
  requiredPairs, requiredValue, selectorOfObject, selectorOfPairs,
} from './label-selector'

describe('parsing', () => {
  it.each([
    ['', ''], ['x=a,y=b,z=c', 'x=a,y=b,z=c'], ['y=b,x==a', 'x==a,y=b'], ['x!=a , y = b', 'x!=a,y=b'], ['x=', 'x='], ['x= ,z= ', 'x=,z='], ['!x', '!x'], ['! x', '!x'], ['x>1,z<5', 'x>1,z<5'],
    ['x in (b,a)', 'x in (a,b)'], ['x notin (a,a)', 'x notin (a)'], ['x in (foo,,baz),y,z notin ()', 'x in (,baz,foo),y,z notin ()'], ['x in (,)', 'x in ()'], ['notin=in', 'notin=in'], ['in in (in)', 'in in (in)'],
    ['env in (a,b),!x,y=z,k!=v,n > 1', 'env in (a,b),k!=v,n>1,!x,y=z'], ['example.com/a.b=c', 'example.com/a.b=c'],
  ])('%s → %s', (text, printed) => {
    expect(labelSelectorText(parseLabelSelector(text))).toBe(printed)
  })
  it.each([
    ['section in fiction', "unable to parse requirement: found 'fiction' expected: '('"],
    ['section in (fiction', "unable to parse requirement: found '', expected: ',' or ')'"],
    ['section=fiction floor=1', "found 'floor', expected: ',' or 'end of string'"],
    ['floor > two', `unable to parse requirement: values[0]: Invalid value: "two": for 'Gt', 'Lt' operators, the value must be an integer`],
    ['x=a||y=b', `unable to parse requirement: values[0][x]: Invalid value: "a||y": a valid label must be`],
    ['x==a==b', "found '==', expected: ',' or 'end of string'"],
    ['!x=a', "found '=', expected: ',' or 'end of string'"],
    ['=a', "found '=', expected: !, identifier, or 'end of string'"],
    ['a,', "found '', expected: identifier after ','"],
    ['a,,b', "found ',', expected: identifier after ','"],
    ['!', "unable to parse requirement: found '', expected: identifier"],
    ['a b', "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"],
    ['a in (b c)', "unable to parse requirement: found 'c', expected: ',' or ')'"],
    ['a in (=)', "unable to parse requirement: found '=', expected: ',', ')' or identifier"],
    ['a=(', "unable to parse requirement: found '(', expected: identifier"],
    ['_a=b', `unable to parse requirement: <nil>: Invalid value: "_a": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`],
  ])('%s fails: %s', (text, message) => {
    expect(() => parseLabelSelector(text)).toThrow(message)
  })
})

describe('matching', () => {
  const yes: [string, Record<string, string>][] = [
    ['', { x: 'y' }], ['x=y', { x: 'y' }], ['x=y,z=w', { x: 'y', z: 'w' }], ['x!=y', {}], ['x!=y', { x: 'z' }], ['notin=in', { notin: 'in' }], ['x', { x: '' }], ['!x', { y: 'z' }],
    ['x>1', { x: '2' }], ['x<1', { x: '0' }], ['x in (a,b)', { x: 'b' }], ['x notin (a,b)', { x: 'c' }], ['x notin (a)', {}], ['x in ()', { x: '' }], ['x=', { x: '' }],
  ]
  it.each(yes)('%s matches %j', (text, labels) => expect(matchesLabels(parseLabelSelector(text), labels)).toBe(true))
  const no: [string, Record<string, string> | undefined][] = [
    ['x=z', undefined], ['x=y', { x: 'z' }], ['x', { y: 'z' }], ['!x', { x: 'z' }], ['x>1', { x: '0' }], ['x>1', { x: 'many' }], ['x<1', {}], ['x in (a)', { x: 'b' }], ['x notin (a)', { x: 'a' }], ['x=', {}], ['toString', {}],
  ]
  it.each(no)('%s does not match %j', (text, labels) => expect(matchesLabels(parseLabelSelector(text), labels)).toBe(false))
  it('takes plain pairs', () => {
    expect(matchesPairs({ a: 'b' }, { a: 'b', c: 'd' })).toBe(true)
    expect(matchesPairs({ a: 'b', c: 'e' }, { a: 'b', c: 'd' })).toBe(false)
    expect(matchesPairs({ a: 'b' }, undefined)).toBe(false)
    expect(matchesPairs({}, undefined)).toBe(true)
    expect(labelSelectorText(selectorOfPairs({ b: '2', a: '1' }))).toBe('a=1,b=2')
    expect(selectorOfPairs({})).toBe(EVERYTHING)
  })
})

describe('objects', () => {
  it('selects nothing when absent and everything when empty', () => {
    expect(selectorOfObject(undefined)).toBe(NOTHING)
    expect(matchesLabels(NOTHING, {})).toBe(false)
    expect(isEverything(selectorOfObject({}))).toBe(true)
    expect(isEverything(NOTHING)).toBe(false)
  })
  it('joins pairs and expressions', () => {
    const object = { matchLabels: { tier: 'web' }, matchExpressions: [{ key: 'app', operator: 'In', values: ['b', 'a'] }, { key: 'old', operator: 'DoesNotExist' }, { key: 'zone', operator: 'In', values: ['x'] }] }
    expect(formatLabelSelector(object)).toBe('app in (a,b),!old,tier=web,zone in (x)')
    expect(requiredPairs(selectorOfObject(object))).toEqual([['tier', 'web'], ['zone', 'x']])
    expect(requiredValue(selectorOfObject(object), 'zone')).toBe('x')
    expect(requiredValue(selectorOfObject(object), 'app')).toBeUndefined()
  })
  it('refuses wrong expressions', () => {
    expect(formatLabelSelector({ matchExpressions: [{ key: 'a', operator: 'Is', values: ['b'] }] })).toBe('<error>')
    expect(() => selectorOfObject({ matchExpressions: [{ key: 'a', operator: 'Is' }] })).toThrow('"Is" is not a valid label selector operator')
    expect(() => selectorOfObject({ matchExpressions: [{ key: 'a', operator: 'In' }] })).toThrow("values: Invalid value: null: for 'in', 'notin' operators, values set can't be empty")
    expect(() => selectorOfObject({ matchExpressions: [{ key: 'a', operator: 'Exists', values: ['x'] }] })).toThrow('values: Invalid value: ["x"]: values set must be empty for exists and does not exist')
  })
  it('prints and parses back', () => {
    expect(formatLabelSelector({})).toBe('<none>')
    expect(formatLabels({ a: '1', 'a-b': '2' })).toBe('a-b=2,a=1')
    expect(formatLabels(undefined)).toBe('<none>')
    expect(parseToLabelSelectorObject('app=web,env in (a,b),!old,x')).toEqual({
      matchLabels: { app: 'web' },
      matchExpressions: [{ key: 'env', operator: 'In', values: ['a', 'b'] }, { key: 'old', operator: 'DoesNotExist' }, { key: 'x', operator: 'Exists' }],
    })
    expect(() => parseToLabelSelectorObject('a in')).toThrow(`couldn't parse the selector string "a in": unable to parse requirement: found '' expected: '('`)
  })
})
