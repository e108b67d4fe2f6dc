import { describe, expect, it } from 'vitest'
import { keptJson, readJson, readKept, writeJson } from './exact-json'

const TEXT = '{"a":9007199254740993,"b":[-9223372036854775808,1.5,12],"c":"9007199254740993","d":1e22}'

describe('JSON whose integers keep their digits', () => {
  it('is read and written', () => {
    const value = readJson(TEXT) as { a: unknown; b: unknown[]; c: unknown }
    expect([value.a, ...value.b, value.c]).toEqual([9007199254740993n, -9223372036854775808n, 1.5, 12, '9007199254740993'])
    expect(writeJson(value)).toBe(TEXT.replace('1e22', '1e+22'))
    expect(readKept(keptJson(value))).toEqual(value)
  })

  it('rounds what no int64 holds, and leaves texts alone that look odd', () => {
    expect(readJson('[9223372036854775808]')).toEqual([9223372036854775808])
    expect(readJson('[9007199254740993, "\\u0000#x", "\\u0000"]')).toEqual([9007199254740993n, '\u0000#x', '\u0000'])
    expect(() => readJson('[9007199254740993')).toThrow(SyntaxError)
  })

  it('is plain where nothing needs more', () => {
    expect(keptJson({ a: 1 })).toBe('{"a":1}')
    expect(JSON.stringify({ a: 9007199254740993n })).toBe('{"a":9007199254740992}')
  })
})
