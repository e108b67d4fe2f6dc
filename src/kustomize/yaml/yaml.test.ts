import { describe, expect, it } from 'vitest'
import { composeYaml } from './compose'
import { lookup, setField, splitFieldPath } from './edit'
import { emitYaml } from './emit'
import type { YamlNode } from './node'
import { scalarNode } from './node'
import { resolveScalar } from './scalars'
import { nodeOf, valueOf } from './value'

const parse = (text: string): YamlNode => composeYaml(text) as YamlNode

describe('YAML trees', () => {
  it('take plain words as version 1.2 does, and octal numbers as 1.1', () => {
    expect(['yes', 'true', '0123', '0o17', '0xff', '1_000', '1e3', '.5', '~', '', '190:20', '9007199254740993'].map(t => resolveScalar(t).value)).toEqual(['yes', true, 83, 15, 255, 1000, 1000, 0.5, null, null, '190:20', 9007199254740993n])
    expect(resolveScalar('2001-12-14t21:59:43.10-05:00').value).toBe('2001-12-14T21:59:43.1-05:00')
  })
  it('keep order and style when written', () => {
    const text = 'b: "x"\na:\n- one\n- k: \'v\'\n  l: {m: [1, 2]}\nc: |\n  lines\n  more\nd: []\n'
    expect(emitYaml(parse(text))).toBe(text)
  })
  it('give what is set the style of what stood there', () => {
    const root = parse('a: "1"\nb: 2\n')
    setField(root, 'a', scalarNode('5'))
    setField(root, 'b', scalarNode('5'))
    setField(root, 'c', scalarNode('on'))
    expect(valueOf(root)).toEqual({ a: '5', b: 5, c: 'on' })
    expect(emitYaml(root)).toBe('a: "5"\nb: 5\nc: "on"\n')
  })
  it('are searched by names, numbers and values', () => {
    const root = parse('spec:\n  list:\n  - {name: a, v: 1}\n  - {name: b, v: 2}\n  a.b: x\n')
    expect([['spec', 'list', '[name=b]', 'v'], ['spec', 'list', '0', 'v'], ['spec', 'list', '-', 'v'], ['spec', 'none']].map(path => lookup(root, path)?.value)).toEqual(['2', '1', '2', undefined])
    expect(splitFieldPath('spec.a\\.b.[x.y=z.w].[p.q]')).toEqual(['spec', 'a.b', '[x.y=z.w]', 'p.q'])
  })
  it('come from JSON as if written and read again', () => {
    expect(emitYaml(nodeOf({ n: 1000000, t: 'yes', f: 0.5, e: {}, l: [null] }))).toBe('e: {}\nf: 0.5\nl:\n- null\n"n": 1e+06\nt: "yes"\n')
  })
})
