import { expect, it } from 'vitest'
import { byCodePoint, fnv32, fnv32a, goJson, goJsonIndent, goNumber, goSyntax, goTypeName, goValue, safeEncodeString } from './go-text'

const value = { b: ['x', 1, 1.5, null, true], a: { d: {}, c: [] }, e: undefined }
it('prints %v', () => {
  expect(goValue(value)).toBe('map[a:map[c:[] d:map[]] b:[x 1 1.5 <nil> true]]')
  expect(goValue(undefined)).toBe('<nil>')
})
it('prints %#v', () => {
  expect(goSyntax(value)).toBe('map[string]interface {}{"a":map[string]interface {}{"c":[]interface {}{}, "d":map[string]interface {}{}}, "b":[]interface {}{"x", 1, 1.5, interface {}(nil), true}}')
  expect(goSyntax(null)).toBe('<nil>')
  expect(goSyntax('a"b\n')).toBe('"a\\"b\\n"')
})
it.each([[0, '0'], [3, '3'], [-7, '-7'], [1e15, '1000000000000000'], [0.1, '0.1'], [1234567.5, '1.2345675e+06'], [0.00001, '1e-05'], [0.0001, '0.0001'], [1e21, '1e+21'], [123456.75, '123456.75']])('number %d: %s', (n, text) => expect(goNumber(n)).toBe(text))
it('names types', () => expect([{}, [], 'a', 1, 1.5, true, null].map(goTypeName)).toEqual(['map[string]interface {}', '[]interface {}', 'string', 'int64', 'float64', 'bool', '<nil>']))
it('marshals', () => {
  expect(goJson(value)).toBe('{"a":{"c":[],"d":{}},"b":["x",1,1.5,null,true]}')
  expect(goJson({ '<&>': 'a\u2028b\u0007\b"\\é😀\u007f' })).toBe('{"\\u003c\\u0026\\u003e":"a\\u2028b\\u0007\\b\\"\\\\é😀\u007f"}')
  expect(goJson([1e21, 1e-7, 123456789, 0.000001])).toBe('[1e+21,1e-7,123456789,0.000001]')
  expect(goJsonIndent(value, '    ')).toBe('{\n    "a": {\n        "c": [],\n        "d": {}\n    },\n    "b": [\n        "x",\n        1,\n        1.5,\n        null,\n        true\n    ]\n}')
  expect(goJsonIndent({ b: 1, a: [] }, '  ', { sorted: false })).toBe('{\n  "b": 1,\n  "a": []\n}')
})
it('sorts by code point', () => expect(['\u{1f600}', '\uffee', 'b', 'a', 'ab', ''].sort(byCodePoint)).toEqual(['', 'a', 'ab', 'b', '\uffee', '\u{1f600}']))
it('hashes', () => {
  expect(fnv32a('')).toBe(2166136261)
  expect(fnv32a('foobar')).toBe(0xbf9cf968)
  expect(fnv32('foobar')).toBe(0x31f0b262)
  expect(fnv32a(Buffer.from('foobar'))).toBe(fnv32a('foobar'))
  expect(safeEncodeString('0123456789')).toBe('456789bcdf')
})
