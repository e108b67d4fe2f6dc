import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { readYaml } from './reader'

const problem = (text: string): string => {
  try {
    readYaml(text)
  } catch (error) {
    return (error as Error).message
  }
  return 'no error'
}

describe('readYaml', () => {
  it.each([
    ['a: 1\nb: [x, "y", \'z\']\n', { a: 1, b: ['x', 'y', 'z'] }],
    ['a:\n- b\n- c: d\n  e: f\n', { a: ['b', { c: 'd', e: 'f' }] }],
    ['a: |\n  line 1\n   line 2\n\n  line 3\n\nb: >-\n  folded\n  text\n\n  more\n', { a: 'line 1\n line 2\n\nline 3\n', b: 'folded text\nmore' }],
    ['a: |+\n  x\n\n', { a: 'x\n\n' }],
    ['a: |2\n    x\n', { a: '  x\n' }],
    ['yes: on\nno: off\nx: y\n', { true: true, false: false, x: true }],
    ['a: 0x10\nb: 010\nc: 1_000\nd: 1e3\ne: .5\nf: 0b11\ng: -7\nh: 08\ni: 1.5.2\nj: +3\n', { a: 16, b: 8, c: 1000, d: 1000, e: 0.5, f: 3, g: -7, h: 8, i: '1.5.2', j: 3 }],
    ['a: 2024-01-01\nb: 12:30\nc: 1Gi\nd: ~\ne:\n', { a: '2024-01-01', b: '12:30', c: '1Gi', d: null, e: null }],
    ['a: !!str 1\nb: !!int "3"\nc: !foo x\n', { a: '1', b: 3, c: 'x' }],
    ['base: &b {x: 1, z: 2}\nother:\n  <<: *b\n  z: 3\nlist: [*b]\n', { base: { x: 1, z: 2 }, other: { x: 1, z: 3 }, list: [{ x: 1, z: 2 }] }],
    ['a: 1\na: 2\n', { a: 2 }],
    ['{"a": 1, "b": [true, null,],}', { a: 1, b: [true, null] }],
    ['plain: a b\n  c # comment\nurl: http://x:80/y#z\n', { plain: 'a b c', url: 'http://x:80/y#z' }],
    ['q: "a\\tb\\u00e9\\\n  c"\n', { q: 'a\tbéc' }],
    ["s: 'it''s'\n", { s: "it's" }],
    ['? a\n: b\n', { a: 'b' }],
    ['- - a\n  - b\n- c\n', [['a', 'b'], 'c']],
    ['', null],
    ['# nothing\n', null],
    ['just some words', 'just some words'],
  ])('%j', (text, value) => {
    expect(readYaml(text)).toEqual(value)
  })

  it('gives keys in order of their bytes', () => {
    expect(Object.keys(readYaml('b: 1\na: 2\nB: 3\n') as object)).toEqual(['B', 'a', 'b'])
  })

  it('keeps __proto__ as a key', () => {
    expect(Object.keys(readYaml('__proto__: 1\n') as object)).toEqual(['__proto__'])
  })

  it.each([
    ['a:\n\tb: 1', 'yaml: line 2: found character that cannot start any token'],
    ['a:\n  b: 1\n   c: 2', 'yaml: line 3: mapping values are not allowed in this context'],
    ['a: "x', 'yaml: found unexpected end of stream'],
    ['a: "x\n', 'yaml: line 2: found unexpected end of stream'],
    ['a: [1, 2', "yaml: line 1: did not find expected ',' or ']'"],
    ['a:\n  b: {c: 1\nd: 2\n', "yaml: line 2: did not find expected ',' or '}'"],
    ['- a\nb: c', "yaml: line 1: did not find expected '-' indicator"],
    ['x: y\n- a\n', 'yaml: line 1: did not find expected key'],
    ['a: - b', 'yaml: block sequence entries are not allowed in this context'],
    ['a: b: c', 'yaml: mapping values are not allowed in this context'],
    ['a: *x', "yaml: unknown anchor 'x' referenced"],
    ['a: @x', 'yaml: found character that cannot start any token'],
    ['a: 1\nkey\nfoo: bar', "yaml: line 3: could not find expected ':'"],
    ['a: |\n  x\n y: 1', 'yaml: line 2: did not find expected key'],
    ["a: 'it's'\nb: 1", 'yaml: did not find expected key'],
    ['a: &x [*x]', "yaml: anchor 'x' value contains itself"],
  ])('complains of %j as Go does', (text, message) => {
    expect(problem(text)).toBe(message)
  })

  it('reads what another YAML 1.1 reader reads', () => {
    const text = [
      'apiVersion: apps/v1', 'kind: Deployment', 'metadata: {name: web, labels: {app: "web", tier: front-end}}', 'spec:', '  replicas: 3', '  template:', '    spec:', '      containers:',
      '      - name: a', '        image: "nginx:1.27"', '        args: ["--x=1", \'--y\', -z]', '        command:', '        - sh', '        - -c', '        - |', '          echo hello', '          exit 0',
      '      - name: b', '        env:', '          - {name: A, value: "1"}', '          - name: B', '            value: >', '              folded', '              text', '',
    ].join('\n')
    expect(readYaml(text)).toEqual(parse(text, { version: '1.1' }))
  })

  it('reads ten megabytes', () => {
    const text = `data:\n${Array.from({ length: 100 }, (_, i) => `  k${i}: |\n${'    a line of text\n'.repeat(5000)}`).join('')}`
    expect(Object.keys((readYaml(text) as { data: object }).data)).toHaveLength(100)
  })
})
