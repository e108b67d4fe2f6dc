import { describe, expect, it } from 'vitest'
import { byNaturalOrder, yamlDocuments, yamlText } from './writer'

const scalar = (text: string) => yamlText({ a: text }).slice(3, -1)

describe('scalars', () => {
  it('leaves plain texts plain', () => {
    for (const text of ['web', 'nginx:1.27', '100m', '1Gi', 'a b', 'a#b', "it's", '10.0.0.1', '8080/TCP', ':a', '<<', '=', '1.2.3', '0x', 'x-1', '-a', 'é', '2026-02-30', '1e400', '::1', 'a,b', 'a{b', '2001:db8::1', 'N/A', '/bin/sh']) expect(scalar(text)).toBe(text)
  })
  it('puts double quotes around what would be another type', () => {
    for (const text of ['', '~', 'null', 'Null', 'true', 'FALSE', 'y', 'N', 'yes', 'no', 'on', 'Off', '1', '-1', '+1', '1.5', '.5', '1e3', '1_000', '0x1F', '0o17', '017', '089', '0b101', '.inf', '-.INF', '.NaN', '12:30', '1:2:3.4', '2026-01-01', '2026-01-01T00:00:00Z', '2026-1-1 1:2:3', '18446744073709551615']) expect(scalar(text)).toBe(`"${text}"`)
  })
  it('puts single quotes around what would be syntax', () => {
    for (const text of ['- a', '-', 'a: b', 'a:', 'a #b', '#b', '*', '&a', '!a', '|', '>', '%', '@', '`', '{a}', '[a]', ',', '? a', ' a', 'a ', '"a"', '---', '...a']) expect(scalar(text)).toBe(`'${text}'`)
    expect(scalar("'a'")).toBe("'''a'''")
  })
  it('escapes control characters in double quotes', () => {
    expect(scalar('a\tb')).toBe('"a\\tb"')
    expect(scalar('\0\x07\b\v\f\r\x1b\x01"\\')).toBe('"\\0\\a\\b\\v\\f\\r\\e\\x01\\"\\\\"')
    expect(scalar('😀')).toBe('"\\U0001F600"')
    expect(scalar('a\r\nb')).toBe('"a\\r\\nb"')
    expect(scalar('a \nb')).toBe('"a \\nb"')
    expect(scalar('a\nb ')).toBe('"a\\nb "')
  })
  it('writes lines literally', () => {
    expect(yamlText({ a: 'x\ny' })).toBe('a: |-\n  x\n  y\n')
    expect(yamlText({ a: 'x\ny\n' })).toBe('a: |\n  x\n  y\n')
    expect(yamlText({ a: 'x\n\n\n', b: 1 })).toBe('a: |+\n  x\n\n\nb: 1\n')
    expect(yamlText({ a: '  x\ny' })).toBe('a: |2-\n    x\n  y\n')
    expect(yamlText({ a: '\n' })).toBe('a: |2+\n\n')
    expect(yamlText([{ a: { b: 'x\n\ny\n' } }])).toBe('- a:\n    b: |\n      x\n\n      y\n')
  })
  it('folds after column 80', () => {
    const words = 'word '.repeat(30).trim()
    expect(yamlText({ a: words })).toBe(`a: ${'word '.repeat(16).trim()}\n  ${'word '.repeat(14).trim()}\n`)
    expect(yamlText({ a: `${words}: x` })).toBe(`a: '${'word '.repeat(16).trim()}\n  ${'word '.repeat(14).trim()}: x'\n`)
    expect(yamlText({ a: `${words}\t` })).toBe(`a: "${'word '.repeat(16).trim()}\n  ${'word '.repeat(14).trim()}\\t"\n`)
    expect(yamlText({ a: 'x'.repeat(200) })).toBe(`a: ${'x'.repeat(200)}\n`)
  })
  it('prints numbers, booleans and null', () => {
    expect(yamlText([0, -3, 1.5, 1234567.5, 0.00001, 1e21, true, null])).toBe('- 0\n- -3\n- 1.5\n- 1.2345675e+06\n- 1e-05\n- 1e+21\n- true\n- null\n')
  })
})

describe('collections', () => {
  it('nests', () => {
    expect(yamlText({ a: [], b: {}, c: [{ d: 1, e: [2, [3, 4]] }, 'f'], g: { h: { i: null } }, j: undefined })).toBe('a: []\nb: {}\nc:\n- d: 1\n  e:\n  - 2\n  - - 3\n    - 4\n- f\ng:\n  h:\n    i: null\n')
    expect(yamlText({})).toBe('{}\n')
    expect(yamlText([])).toBe('[]\n')
    expect(yamlText('a')).toBe('a\n')
    expect(yamlText([[], {}, [{ a: 1 }]])).toBe('- []\n- {}\n- - a: 1\n')
  })
  it('sorts keys as a person would', () => {
    expect(['b', 'a10', 'a9', 'a', 'A', 'a.b', 'a-b', 'ab', '1', '10', '2', '01'].sort(byNaturalOrder)).toEqual(['1', '01', '2', '10', 'A', 'a', 'a-b', 'a.b', 'a9', 'a10', 'ab', 'b'])
    expect(yamlText({ 'f:b': 1, '.': {}, 'k:{"name":"x"}': 2, true: 3 })).toBe('.: {}\nf:b: 1\nk:{"name":"x"}: 2\n"true": 3\n')
  })
  it('writes long keys apart', () => {
    expect(yamlText({ ['k'.repeat(129)]: { a: 1 } })).toBe(`? ${'k'.repeat(129)}\n: a: 1\n`)
    expect(yamlText({ 'a\nb': ['c'] })).toBe('? |-\n  a\n  b\n: - c\n')
  })
  it('separates documents', () => expect(yamlDocuments([{ a: 1 }, { b: 2 }])).toBe('a: 1\n---\nb: 2\n'))
})
