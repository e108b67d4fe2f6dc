import { describe, expect, it } from 'vitest'
import { scoped } from './environment'
import { compile, isProgram, type Program } from './program'
import { toCel } from './values'

const env = scoped({ types: { 'test.Spec': { replicas: 'int', names: 'list<string>' }, 'test.Self': { spec: 'test.Spec' } }, variables: { object: 'dyn', self: 'test.Self' } })
const error = (expression: string, returns: string[] = ['bool']): string => {
  const made = compile(env, expression, returns)
  return isProgram(made) ? '' : made.error
}
const run = (expression: string, object: unknown = {}): unknown => {
  const made = compile(env, expression)
  if (!isProgram(made)) throw new Error(made.error)
  return (made as Program).run({ object: toCel(object), self: toCel(object) })
}

describe('compile errors are cel-go’s', () => {
  it.each([
    ['objekt.a <= 3', "compilation failed: ERROR: <input>:1:1: undeclared reference to 'objekt' (in container '')\n | objekt.a <= 3\n | ^"],
    ['self.replicas != 7', "compilation failed: ERROR: <input>:1:5: undefined field 'replicas'\n | self.replicas != 7\n | ....^"],
    ['self.spec.replicas == "a"', "compilation failed: ERROR: <input>:1:20: found no matching overload for '_==_' applied to '(int, string)'\n | self.spec.replicas == \"a\"\n | ...................^"],
    ['Bad_Value!', "compilation failed: ERROR: <input>:1:10: Syntax error: extraneous input '!' expecting <EOF>\n | Bad_Value!\n | .........^"],
    ['has(self.spec.image)', "compilation failed: ERROR: <input>:1:14: undefined field 'image'\n | has(self.spec.image)\n | .............^"],
    ['has(self)', "compilation failed: ERROR: <input>:1:5: invalid argument to has() macro\n | has(self)\n | ....^"],
    ['foo(1)', "compilation failed: ERROR: <input>:1:4: undeclared reference to 'foo' (in container '')\n | foo(1)\n | ...^"],
    ['size(1) == 1', "compilation failed: ERROR: <input>:1:5: found no matching overload for 'size' applied to '(int)'\n | size(1) == 1\n | ....^"],
    ['object.metadata.name.size()', 'must evaluate to bool but got int'],
  ])('%s', (expression, text) => expect(error(expression)).toBe(text))
  it('shows the original of a literal', () => {
    const made = compile(env, 'Object{metadata: Object.metadata{labels: {"a": "b"}}}x')
    expect(isProgram(made) ? '' : made.error).toMatch(/<input>:1:54: Syntax error: extraneous input 'x' expecting <EOF>/)
  })
})

describe('Kubernetes’ libraries', () => {
  it.each<[string, unknown, unknown]>([
    ['quantity("1Gi").isGreaterThan(quantity("500Mi"))', {}, true],
    ['quantity("50k").add(20) == quantity("50020")', {}, true],
    ['object.ports.map(p, p.port).max()', { ports: [{ port: 80 }, { port: 443 }] }, 443n],
    ['sets.equivalent(object.a, [2, 1])', { a: [1, 2] }, true],
    ['"%s-%d-%.2f".format(["a", 3, 1.5])', {}, 'a-3-1.50'],
    ['"a1b22".findAll("[0-9]+")', {}, ['1', '22']],
    ['url("https://example.com:80/path?k=v").getPort()', {}, '80'],
    ['ip("192.168.0.1").family() == 4 && cidr("192.168.0.0/24").containsIP("192.168.0.9")', {}, true],
    ['semver("1.2.3").isLessThan(semver("1.10.0"))', {}, true],
    ['format.dns1123Label().validate("Bad!").hasValue()', {}, true],
    ['object.m.all(k, v, k.startsWith("a") && v > 0)', { m: { a1: 1, a2: 2 } }, true],
    ['object.m.transformList(k, v, k + string(v))', { m: { a: 1 } }, ['a1']],
    ['object.?spec.?x.orValue("z")', {}, 'z'],
    ['optional.of(1).optMap(v, v + 1).orValue(0)', {}, 2n],
    ['[3, 1, 2].sort()', {}, [1n, 2n, 3n]],
    ['object.l.sortBy(x, x.n).map(x, x.n)', { l: [{ n: 2 }, { n: 1 }] }, [1n, 2n]],
    ['string(duration("90s"))', {}, '90s'],
    ['has(object.a[0].b) && !has(object.a[1].b) && has({"x": 1}.x)', { a: [{ b: 1 }, {}] }, true],
    ['has(object.?a.b) || has(object.c.d)', { c: { d: 1 } }, true],
    ['[1, 2, 3].indexOf(3) == 2 && [1, 1].lastIndexOf(1) == 1', {}, true],
  ])('%s', (expression, object, wanted) => expect(run(expression, object)).toEqual(wanted))
  it('fails in cel-go’s words', () => {
    expect(() => run('object.a.b == 1')).toThrow('no such key: a')
    expect(() => run('object.a < 1', { a: 'x' })).toThrow('no such overload')
    expect(() => run('1 / object.a', { a: 0 })).toThrow('division by zero')
    expect(() => run('has(object.a.b)', {})).toThrow('no such key: a')
    expect(() => run('has(object.a.b)', { a: 1 })).toThrow('no such overload')
  })
})

describe('an expression with several mistakes', () => {
  it.each([
    ['foo == bar', ["1:1: undeclared reference to 'foo'", "1:8: undeclared reference to 'bar'"]],
    ['self.a && self.spec.b == 1 && self.spec.replicas == "x"', ["1:5: undefined field 'a'", "1:20: undefined field 'b'", "1:50: found no matching overload for '_==_' applied to '(int, string)'"]],
    ['object.all(x, y > 1 && z)', ["1:15: undeclared reference to 'y'", "1:24: undeclared reference to 'z'"]],
    ["object.user = 'test'", ["1:13: Syntax error: token recognition error at: '= '", "1:15: Syntax error: extraneous input ''test'' expecting <EOF>"]],
    ['foo(bar(1))', ["1:8: undeclared reference to 'bar'", "1:4: undeclared reference to 'foo'"]],
  ])('%s', (expression, wanted) => {
    const issues = error(expression).replace('compilation failed: ', '').split(/\n?ERROR: <input>:/).slice(1)
    expect(issues.map(i => (i.split('\n')[0] as string).replace(" (in container '')", ''))).toEqual(wanted)
    // Each shows its place.
    for (const i of issues) expect(i.split('\n')).toHaveLength(3)
  })
})

describe('literals with optional elements', () => {
  it.each<[string, unknown, unknown]>([
    ['[?object.?a, dyn(2)]', { a: 1 }, [1n, 2n]],
    ['[?self.spec.?replicas, 2]', { spec: {} }, [2n]],
    ['{"x": dyn(1), ?"y": object.?a}', {}, { x: 1n }],
    ['{?"y": object.?a.?b, "x": dyn([?object.?c])}', { a: { b: 'c' } }, { y: 'c', x: [] }],
    ['[[?optional.none()], [1]].size()', {}, 2n],
    ['object.a[?0].orValue(3) == 3 ? [?optional.of(object.a.size())] : []', { a: [] }, [0n]],
    ['[1, 2].map(x, {?"a": x > 1 ? optional.of(x) : optional.none()})', {}, [{}, { a: 2n }]],
    ['["[?a]", ?optional.of(string(object.a))]', { a: 'b' }, ['[?a]', 'b']],
  ])('%s', (expression, object, wanted) => expect(run(expression, object)).toEqual(wanted))
  it('take nothing but optional values', () => expect(error('[?1] == [1]')).toMatch(/^compilation failed: ERROR: <input>:1:3: expected type 'optional_type\(int\)' but found 'int'\n \| \[\?1\] == \[1\]\n/))
})
