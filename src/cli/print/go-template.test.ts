import { describe, expect, it } from 'vitest'
import { TemplateFailure, goTemplatePrinter } from './go-template'
import { sprintf } from './go-template/printf'
import { Float64 } from '../../base/exact-json'

const pod = {
  apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', labels: { app: 'web', env: 'x' }, generation: 3, big: 12345678 },
  spec: { containers: [{ name: 'a', ports: [80, 81] }, { name: 'b' }], f: 1.5, t: true, n: null }, items: [{ metadata: { name: 'x' } }, { metadata: { name: 'y' } }],
}
const render = (template: string, allowMissingKeys = true) => goTemplatePrinter(template, { allowMissingKeys })(pod)

// The expectations of all tables here were printed by Go's own text/template.
describe('rendering', () => {
  it.each([
    ['{{.metadata.name}}', 'web'], ['{{.nope}} {{.nope.x}} {{.spec.n}}', '<no value> <no value> <no value>'], ['{{.metadata.labels}}', 'map[app:web env:x]'], ['{{.spec.containers}}', '[map[name:a ports:[80 81]] map[name:b]]'],
    ['{{.metadata.generation}} {{.metadata.big}} {{.spec.f}} {{.spec.t}}', '3 12345678 1.5 true'], ['{{range .items}}{{.metadata.name}} {{end}}', 'x y '], ['{{range $i, $e := .items}}{{$i}}={{$e.metadata.name}};{{else}}none{{end}}', '0=x;1=y;'],
    ['{{range $k, $v := .metadata.labels}}{{$k}}={{$v}} {{end}}', 'app=web env=x '], ['{{range .nope}}x{{else}}none{{end}}', 'none'], ['{{range 3}}{{.}}{{end}}', '012'], ['{{range .items}}{{if eq .metadata.name "y"}}{{break}}{{end}}{{.metadata.name}}{{end}}', 'x'],
    ['{{if eq .kind "Pod"}}yes{{else if .x}}z{{else}}no{{end}}', 'yes'], ['{{if .nope}}a{{else if .kind}}b{{end}}', 'b'], ['{{with .metadata}}{{.name}}{{else}}-{{end}}', 'web'], ['{{with $m := .metadata}}{{$m.name}}{{$.kind}}{{end}}', 'webPod'],
    ['{{len .spec.containers}} {{(index .spec.containers 1).name}} {{index .metadata.labels "app"}}', '2 b web'], ['{{index .spec.containers 0 "ports" 1}}', '81'], ['{{println .kind 1 2 "a"}}{{print 1 2 "a" "b" 3}}', 'Pod 1 2 a\n1 2ab3'],
    ['{{.kind | printf "%s-%s" "x"}}', 'x-Pod'], ['{{define "t"}}[{{.}}]{{end}}{{template "t" .kind}}{{block "b" .spec}}{{.f}}{{end}}', '[Pod]1.5'], ['a {{- /* c */ -}} b', 'ab'], [' {{- .kind -}}  y', 'Pody'],
    ['{{and .kind .nope}}|{{or .nope "d"}}|{{not .kind}}', '<no value>|d|false'], ['{{html "<a>"}} {{js "a\'b<"}} {{urlquery "a b&"}}', "&lt;a&gt; a\\'b\\u003C a+b%26"], ['{{$x := .kind}}{{$x}}{{$x = "b"}}{{$x}}', 'Podb'],
    ["{{1.5}} {{1e3}} {{0x10}} {{'a'}} {{true}} {{`raw`}}", '1.5 1000 16 97 true raw'], ['{{slice .kind 1 2}}{{eq 1 2 1}}{{ne "a" "b"}}{{lt 1 2}}{{ge 2 2}}', 'otruetruetruetrue'], ['{{"NDIxMQ==" | base64decode}}', '4211'],
    ['{{exists . "metadata" "labels" "app"}} {{exists . "metadata" "nope"}} {{exists .spec.containers 7}}', 'true false false'],
  ])('%s', (template, out) => expect(render(template)).toBe(out))
})

describe('errors', () => {
  it.each([
    ['{{.metadata.name', 'unclosed action'], ['{{.x}', "bad character U+007D '}'"], ['{{range .items}}', 'unexpected EOF'], ['{{end}}', 'unexpected {{end}}'], ['{{foo}}', 'function "foo" not defined'], ['{{$y}}', 'undefined variable "$y"'], ['{{break}}', '{{break}} outside {{range}}'],
    ['{{if}}{{end}}', 'missing value for if'], ['{{.kind.}}', 'unexpected <.> in operand'], ['{{3 | 4}}', 'non executable command in pipeline stage 2'], ['{{(.a}}', 'unclosed left paren'], ['{{"x}}', 'unterminated quoted string'], ['{{/*', 'unclosed comment'], ['{{"\\q"}}', 'invalid syntax'],
    ['{{if .a}}{{else}}{{else}}{{end}}', 'expected end; found {{else}}'], ['{{range $a,$b,$c := .l}}{{end}}', 'too many declarations in range'], ['{{true.x}}', 'unexpected . after term "true"'], ['{{1a}}', 'bad number syntax: "1a"'], ['{{}}', 'missing value for command'],
  ])('%s does not parse: %s', (template, message) => expect(() => goTemplatePrinter(template)).toThrow(new Error(`error parsing template ${template}, template: output:1: ${message}`)))
  it('tells the line', () => expect(() => goTemplatePrinter('a\n{{\n.a\n')).toThrow(/template: output:4: unclosed action started at output:2$/))
  it.each([
    ['{{.metadata.name.x}}', `1:11: executing "output" at <.metadata.name.x>: can't evaluate field x in type interface {}`], ['{{.spec.n.x}}', '1:7: executing "output" at <.spec.n.x>: nil pointer evaluating interface {}.x'],
    ['{{index .spec.containers 5}}', '1:2: executing "output" at <index .spec.containers 5>: error calling index: index out of range: 5'], ['{{gt .metadata.generation 2.0}}', '1:2: executing "output" at <gt .metadata.generation 2.0>: error calling gt: incompatible types for comparison: int64 and float64'],
    ['{{range .metadata.name}}{{end}}', `1:17: executing "output" at <.metadata.name>: range can't iterate over web`], ['{{nil}}', '1:2: executing "output" at <nil>: nil is not a command'], ['{{template "none"}}', '1:11: executing "output" at <{{template "none"}}>: template "none" not defined'],
    ['{{len 3}}', '1:2: executing "output" at <len 3>: error calling len: len of type int'], ['{{len}}', '1:2: executing "output" at <len>: wrong number of args for len: want 1 got 0'], ['{{"a" "b"}}', `1:2: executing "output" at <"a">: can't give argument to non-function "a"`],
    ['{{"x" | base64decode}}', '1:8: executing "output" at <base64decode>: error calling base64decode: base64 decode failed: illegal base64 data at input byte 0'], ['{{base64decode .metadata}}', '1:15: executing "output" at <.metadata>: wrong type for value; expected string; got map[string]interface {}'],
  ])('%s fails: %s', (template, message) => expect(() => render(template)).toThrow(`error executing template ${JSON.stringify(template)}: template: output:${message}`))
  it('tells missing keys when they matter, and prints what helps', () => {
    const failed = (() => {
      try {
        return goTemplatePrinter('a{{.nope}}', { allowMissingKeys: false })({ b: 2 })
      } catch (e) {
        return e as TemplateFailure
      }
    })() as TemplateFailure
    expect(failed.message).toBe('error executing template "a{{.nope}}": template: output:1:3: executing "output" at <.nope>: map has no entry for key "nope"')
    expect(failed.output).toBe(
      'aError executing template: template: output:1:3: executing "output" at <.nope>: map has no entry for key "nope". Printing more information for debugging the template:\n\ttemplate was:\n\t\ta{{.nope}}\n\traw data was:\n\t\t{"b":2}\n\tobject given to template engine was:\n\t\tmap[b:2]\n\n',
    )
  })
  it('wants a template', () => expect(() => goTemplatePrinter('')).toThrow('template format specified but no template given'))
})

describe('printf', () => {
  it.each<[string, unknown[], string]>([
    ['%-10s|%5d|%05d|%x|%X|%q', ['Pod', 3n, -42n, 'hi', 255n, 'a"b'], 'Pod       |    3|-0042|6869|FF|"a\\"b"'], ['%v %v %v %t', [{ a: [1, null] }, 2.5, new Float64(1e6), true], 'map[a:[1 <nil>]] 2.5 1e+06 true'], ['%05.2f|%8.3e|%g|%G|%+d|% d', [1.5, 12345.678, 1e-7, 1e21, 5n, 5n], '01.50|1.235e+04|1e-07|1E+21|+5| 5'],
    ['%d %s %d', [3, 3n, new Float64(3)], '3 %!s(int=3) %!d(float64=3)'], ['%v %v', [1n], '1 %!v(MISSING)'], ['%s', ['a', 2n], 'a%!(EXTRA int=2)'], ['%%|%c|%U|%b|%o|%#x', [97n, 0x1f600n, 5n, 8n, 255n], '%|a|U+1F600|101|10|0xff'], ['%*d|%.2s|%[2]s %[1]s', [5n, 3n], '    3|%!s(MISSING)|%!s(int=3) %!s(int=5)'], ['%T %T %T', ['a', 1n, {}], 'string int map[string]interface {}'], ['%', [], '%!(NOVERB)'],
  ])('%s', (format, args, out) => expect(sprintf(format, args)).toBe(out))
})
