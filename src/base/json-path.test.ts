import { describe, expect, it } from 'vitest'
import { firstJsonPathValue, parseJsonPath, relaxedJsonPath, renderJsonPath } from './json-path'

const render = (template: string, data: unknown, allowMissingKeys = false) => renderJsonPath(parseJsonPath(template), data, { allowMissingKeys })

const nodes = {
  kind: 'List',
  items: [
    { kind: 'None', metadata: { name: '127.0.0.1', labels: { 'kubernetes.io/hostname': '127.0.0.1' } }, status: { capacity: { cpu: '4' }, ready: true, addresses: [{ type: 'LegacyHostIP', address: '127.0.0.1' }] } },
    { kind: 'None', metadata: { name: '127.0.0.2', labels: { 'kubernetes.io/hostname': '127.0.0.2' } }, status: { capacity: { cpu: '8' }, ready: false, addresses: [{ type: 'LegacyHostIP', address: '127.0.0.2' }, { type: 'another', address: '127.0.0.3' }] } },
  ],
  users: [{ name: 'myself', user: {} }, { name: 'e2e', user: { username: 'admin', password: 'secret' } }],
}
const points = [{ id: 'i1', x: 4, y: -5 }, { id: 'i2', x: -2, y: -5, z: 1 }, { id: 'i5', x: 0, y: 2.5, z: 1 }, { id: 'i7', x: null, y: 4 }]
const days = { days: ['mo', 'tu', 'we', 'th', 'fr'] }

describe('rendering', () => {
  it.each<[string, unknown, string]>([
    ['hello', null, 'hello'], ['{"{"}', null, '{'], [`{'a\\tb'}{"\\u00e9\\x41\\101"}`, null, 'a\tbéAA'], ['{1}{-2.5}{true}', {}, '1-2.5true'],
    ['{..}', [1, 2, 3], '[1,2,3]'], ['{[?(@<5)]}', [2, 6, 3, 7], '2 3'], ['{[1,3,4]}', [0, 1, 2, 3, 4], '1 3 4'], ['{$}', { a: 1 }, '{"a":1}'], ['{@}', [1], '[1]'],
    ['{range .items[*]}{.metadata.name}, {end}{.kind}', nodes, '127.0.0.1, 127.0.0.2, List'],
    ['{range .items[*]}{.metadata.name}{"\\t"}{end}', nodes, '127.0.0.1\t127.0.0.2\t'],
    ['{.items[*].status.addresses[*].address}', nodes, '127.0.0.1 127.0.0.2 127.0.0.3'],
    ['{range .items[*]}{range .status.addresses[*]}{.address}, {end}{end}', nodes, '127.0.0.1, 127.0.0.2, 127.0.0.3, '],
    [`{.items[*]['metadata.name', 'status.capacity']}`, nodes, '127.0.0.1 127.0.0.2 {"cpu":"4"} {"cpu":"8"}'],
    ['{range .items[*]}[{.metadata.name}, {.status.capacity}] {end}', nodes, '[127.0.0.1, {"cpu":"4"}] [127.0.0.2, {"cpu":"8"}] '],
    ['{.users[?(@.name=="e2e")].user.password}', nodes, 'secret'],
    ["{.users[?(@.name=='e2e')].user.password}", nodes, 'secret'],
    ['{.items[0].metadata.labels.kubernetes\\.io/hostname}', nodes, '127.0.0.1'],
    ['{.items[?(@.metadata.labels.kubernetes\\.io/hostname=="127.0.0.1")].kind}', nodes, 'None'],
    ['{.items[?(@..ready==true)].metadata.name}', nodes, '127.0.0.1'],
    ['{.items[?(@.status.addresses[1])].metadata.name}', nodes, '127.0.0.1 127.0.0.2'],
    ['{..name}', nodes, '127.0.0.1 127.0.0.2 myself e2e'],
    ['{.items[0].status.*}', nodes, '[{"address":"127.0.0.1","type":"LegacyHostIP"}] {"cpu":"4"} true'],
    ['{.kind.*}', nodes, '76 105 115 116'],
    ['{[?(@.z)].id}', points, 'i2 i5'], [`{[0]['id']}`, points, 'i1'], [`{[-1]['x']}`, points, 'null'], ['{[?(@.y>=2)].id}', [points[3]], 'i7'], ['{[?(@.id!="i1")].id}', points, 'i2 i5 i7'], ['{[2].y}', points, '2.5'],
    ['{.days[-1]}', days, 'fr'], ['{.days[-2:]}', days, 'th fr'], ['{.days[:2]}', days, 'mo tu'], ['{.days[::2]}', days, 'mo we fr'], ['{.days[1:4:2]}', days, 'tu th'], ['{.days[0:-1]}', days, 'mo tu we th'], ['{.days[5:5]}', days, ''], ['{.days[*]}', days, 'mo tu we th fr'],
  ])('%s', (template, data, out) => expect(render(template, data)).toBe(out))
  it('tolerates missing keys when told to', () => {
    expect(render('before-{.hello}after', {}, true)).toBe('before-after')
    expect(render('{range .items[*]}{.metadata.name}{end}', { items: [] }, true)).toBe('')
    expect(render('{range .items[*]}{.metadata.name}{":"}{range @.spec.containers[*]}{.name}{","}{end}{"+"}{end}|', { items: [] }, true)).toBe('|')
    expect(render('{.items[?(@.metadata.annotations.color=="blue")].metadata.name}', { items: [{ metadata: { name: 'a', annotations: { color: 'blue' } } }, { metadata: { name: 'b' } }] }, true)).toBe('a')
  })
  it('nests ranges', () => {
    const data = { items: [{ metadata: { name: 'pod1' }, spec: { containers: [{ name: 'foo' }, { name: 'bar' }] } }, { metadata: { name: 'pod2' }, spec: { containers: [] } }] }
    expect(render('{range .items[*]}{.metadata.name}{":"}{range @.spec.containers[*]}{.name}{","}{end}{"+"}{end}', data, true)).toBe('pod1:foo,bar,+pod2:+')
    expect(render('{range .items[*]}{.metadata.name}', data, true)).toBe('pod1pod2')
  })
  it('prints JSON lists', () => {
    expect(renderJsonPath(parseJsonPath('{.metadata.labels}'), { metadata: { labels: { b: '<', a: '1' } } }, { asJson: true })).toBe('[\n    {\n        "a": "1",\n        "b": "\\u003c"\n    }\n]\n')
    expect(renderJsonPath(parseJsonPath('{.days[0:2]}'), days, { asJson: true })).toBe('[\n    "mo",\n    "tu"\n]\n')
  })
})

describe('errors', () => {
  it.each([
    ['{.spec.containers[0', 'unterminated array'], ['{.a', 'unclosed action'], ['{.a\n}', 'unclosed action'], ['{[a]}', 'invalid array index a'], ['{["a"]}', 'invalid array index "a"'], ['{&}', "unrecognized character in action: U+0026 '&'"], ['{"a}', 'unterminated quoted string'],
    ['{...........a}', 'invalid multiple recursive descent'], ['{[?(@.a==1}', 'unterminated filter'], ['{[?(@.a==1)}', 'unclosed array expect ]'], [`{'\\q'}`, `unquote string '\\q' error invalid syntax`], ['{1.2.3}', 'cannot parse number 1.2.3'], ['{[-]}', 'array index - is not a number'],
    ['{[?(@.a=="x" && @.b==1)]}', "unrecognized character in action: U+0026 '&'"],
  ])('%s does not parse: %s', (template, message) => expect(() => parseJsonPath(template)).toThrow(new RegExp(`^${message.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`)))
  it.each<[string, unknown, string]>([
    ['{hello}', {}, 'unrecognized identifier hello'], ['{.hello}', {}, 'hello is not found'], ['{.a[0]}', { a: {} }, 'map[string]interface {} is not array or slice'], ['{.a[0]}', { a: 'x' }, 'string is not array or slice'],
    ['{[?(@.a<>10)]}', [{ a: 1 }], 'unrecognized filter operator <>'], ['{range .a}{@}{end}{end}', { a: 1 }, 'not in range, nothing to end'], ['{.days[5]}', days, 'array index out of bounds: index 5, length 5'],
    ['{.days[-6]}', days, 'array index out of bounds: index -1, length 5'], ['{.days[0:9]}', days, 'array index out of bounds: index 8, length 5'], ['{.days[3:1]}', days, 'starting index 3 is greater than ending index 1'], ['{.days[0:5:0]}', days, 'step must be > 0'],
    ['{.days[-1:0]}', days, 'starting index 4 is greater than ending index 0'], ['{[?(@.x==1)]}', points, 'invalid type for comparison'], ['{[?(@.id==1)]}', points, 'incompatible types for comparison'], ['{.a[?(@.b)]}', { a: { b: 1 } }, 'map[b:1] is not array or slice and cannot be filtered'],
    ['{[?(@[*]==1)]}', [[1, 2]], 'can only compare one element at a time'],
  ])('%s fails: %s', (template, data, message) => expect(() => render(template, data)).toThrow(message))
})

describe('relaxed paths', () => {
  it.each(['metadata.name', '.metadata.name', '{metadata.name}', '{.metadata.name}'])('%s', path => expect(relaxedJsonPath(path)).toBe('{.metadata.name}'))
  it('refuses other braces', () => {
    expect(() => relaxedJsonPath('{.a}{.b}')).toThrow("unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'")
    expect(relaxedJsonPath('')).toBe('')
  })
  it('finds one value', () => {
    expect(firstJsonPathValue(parseJsonPath('{.spec.replicas}'), { spec: { replicas: 3 } })).toBe(3)
    expect(firstJsonPathValue(parseJsonPath('{.spec.replicas}'), {})).toBeUndefined()
  })
})
