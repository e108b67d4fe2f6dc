/** Random Go templates over the objects of random.ts. */
import type { Dice } from './random'

const VALUES = ['.', '.kind', '.metadata.name', '.metadata.labels', '.metadata.labels.app', '.metadata.nothing', '.nothing.more', '.spec.replicas', '.spec.ratio', '.spec.flag', '.spec.text', '.spec.empty', '.spec.none', '.spec.list', '.spec.items', '.spec.map', '.spec.map.one', '.spec.replicas.x', '.spec.none.x', '.kind.x', '.data.b64', '$', '$.kind', '.spec.items.x', '(index .spec.items 0).name', '(.spec).map', '(len .spec.items)']
const LITERALS = ['0', '1', '-2', '3', '1.5', '0x1F', '1e3', "'a'", '"a"', '"item-0"', '`raw\\n`', 'true', 'false', 'nil', '"%v"', '"ä"', '1_000', '0b11', '0o7', '07', '1i', '""', '"\\u00e4\\x41"', "'\\n'", '.5', '9223372036854775807', '9223372036854775808', '1e1000']
const FORMATS = ['%v', '%s', '%d', '%q', '%5v|', '%-8s|', '%05d', '%x', '%X', '%t', '%g', '%.2f', '%e', '%T', '%%', '%+v', '%#v', '%08.3f', '%c', '%U', '%6.2f|', '%s %s', '%v-%v', '%[2]v %[1]v', '%*d', '%!', '%', '%z', '%o', '%b', '%.3s', '%+d', '% d', '%#x', '%#q', '%x %X', '%10.4v|', '%G', '%F', '%-5t|', '%.1v', '%3c|', '%O', '%#o', '% x', '%#U', '%.0f', '%+.1e', '%-+6.1f|', '%p', '%.*f']

export function operand(dice: Dice, depth: number): string {
  const kind = dice.below(12)
  if (kind < 6 || depth <= 0) return dice.percent(65) ? dice.pick(VALUES) : dice.pick(LITERALS)
  if (kind < 7) return dice.pick(LITERALS)
  return `(${pipeline(dice, depth - 1)})`
}

function call(dice: Dice, depth: number): string {
  const value = (): string => operand(dice, depth)
  const kind = dice.below(30)
  if (kind < 4) return `printf ${dice.percent(92) ? JSON.stringify(dice.pick(FORMATS)) : value()} ${dice.percent(85) ? value() : ''} ${dice.percent(20) ? value() : ''}`
  if (kind < 6) return `${dice.pick(['print', 'println'])} ${value()} ${dice.percent(50) ? value() : ''} ${dice.percent(30) ? value() : ''}`
  if (kind < 8) return `len ${value()}`
  if (kind < 11) return `index ${dice.pick(['.spec.items', '.spec.map', '.metadata.labels', '.spec.text', value()])} ${dice.pick(['0', '1', '-1', '9', '"one"', '"app"', '1.0', value()])} ${dice.pick(['', '', '"name"', '"tags"', '0'])}`
  if (kind < 13) return `slice ${dice.pick(['.spec.items', '.spec.text', '.kind', '"hello"', value()])} ${dice.pick(['', '1', '0', '-1', '9'])} ${dice.pick(['', '2', '1', '0'])} ${dice.pick(['', '', '2'])}`
  if (kind < 18) return `${dice.pick(['eq', 'ne', 'lt', 'le', 'gt', 'ge'])} ${value()} ${dice.percent(95) ? value() : ''} ${dice.percent(12) ? value() : ''}`
  if (kind < 21) return `${dice.pick(['and', 'or'])} ${value()} ${value()} ${dice.percent(20) ? value() : ''}`
  if (kind < 23) return `not ${value()}`
  if (kind < 25) return `${dice.pick(['html', 'js', 'urlquery'])} ${value()} ${dice.percent(15) ? value() : ''}`
  if (kind < 26) return `base64decode ${dice.pick(['.data.b64', '"aGVsbG8="', '"!"', value()])}`
  if (kind < 28) return `exists ${dice.pick(['.', '.spec', value()])} ${dice.pick(['"spec"', '"map"', '"nothing"', '0', ''])} ${dice.pick(['', '"map"', '"one"'])}`
  if (kind < 29) return `${dice.pick(['call', 'unknown', 'eq', 'len', 'printf', 'index', 'not', 'html', '.kind', '"a"', '1', 'nil'])} ${value()}`
  return dice.pick(['len', 'print', 'index', 'eq 1', 'and', 'not', 'slice', 'html', 'exists', 'base64decode', 'true', 'printf', 'nil'])
}

export function pipeline(dice: Dice, depth: number): string {
  const first = dice.percent(45) ? operand(dice, depth) : call(dice, depth)
  if (dice.percent(75)) return first
  return `${first} | ${dice.pick(['len', 'print', 'printf "%v"', 'printf "%s|%s" "x"', 'html', 'js', 'urlquery', 'not', 'index .spec.items', 'eq 1', 'base64decode', 'println', 'printf "%q"', '.kind', '"a"', 'lt 2', 'print 1', 'or 0', 'and 1', 'exists', 'slice "abc"'])}${dice.percent(15) ? ' | len' : ''}`
}

const open = (dice: Dice): string => dice.pick(['{{', '{{', '{{', '{{- ', '{{ '])
const close = (dice: Dice): string => dice.pick(['}}', '}}', '}}', ' -}}', ' }}'])
const act = (dice: Dice, inside: string): string => open(dice) + inside + close(dice)
const TEXTS = ['', '', ' ', '\n', ' x ', '\n\n y\n', ':', '{', '}', '<ä>', '\t']

function body(dice: Dice, depth: number, inner: readonly string[]): string {
  const parts = Array.from({ length: dice.between(1, 2) }, () => {
    if (dice.percent(40)) return act(dice, dice.pick(inner))
    if (depth > 0 && dice.percent(30)) return statement(dice, depth - 1)
    return act(dice, dice.percent(60) ? dice.pick(inner) : pipeline(dice, 1))
  })
  return dice.pick(TEXTS) + parts.join(dice.pick(TEXTS)) + dice.pick(TEXTS)
}

function statement(dice: Dice, depth: number): string {
  const end = dice.percent(97) ? act(dice, 'end') : ''
  const orElse = (inner: readonly string[]): string => (dice.percent(35) ? act(dice, dice.pick(['else', 'else', `else ${dice.pick(['if', 'with'])} ${operand(dice, 1)}`])) + body(dice, depth, inner) : '')
  const kind = dice.below(12)
  if (kind < 3) return act(dice, `if ${pipeline(dice, 1)}`) + body(dice, depth, ['.kind']) + orElse(['.metadata.name']) + end
  if (kind < 7) {
    const variables = dice.pick(['', '', '$i := ', '$i, $x := ', '$i, $x = ', '$a, $b, $c := '])
    const inner = ['.', '.name', '.n', '.tags', '$.kind', 'index .tags 0', 'break', 'continue', 'printf "%v" .n', ...(variables.includes('$i') ? ['$i', '$i'] : []), ...(variables.includes('$x') ? ['$x', '$x.name', '$x.n'] : [])]
    return act(dice, `range ${variables}${dice.pick(['.spec.items', '.spec.items', '.spec.map', '.spec.list', '.metadata.labels', '.spec.none', '.spec.text', '3', '(slice .spec.items 1)', pipeline(dice, 1)])}`) + body(dice, depth, inner) + orElse(['.kind']) + end
  }
  if (kind < 9) return act(dice, `with ${dice.pick(['', '$w := '])}${dice.pick(['.spec', '.spec.map', '.spec.none', '.spec.empty', pipeline(dice, 1)])}`) + body(dice, depth, ['.', '.one', '.replicas', '$.kind']) + orElse(['.kind']) + end
  if (kind < 10) return `${act(dice, `$v ${dice.pick([':=', ':=', '='])} ${pipeline(dice, 1)}`)}${body(dice, depth, ['$v', '$v.x', 'len $v', '$v | print', `$v = ${operand(dice, 1)}`])}`
  if (kind < 11) return act(dice, `define ${dice.pick(['"t"', '"t"', '"u"', 't'])}`) + body(dice, 0, ['.', '.kind', '$', 'len .']) + end + act(dice, `template ${dice.pick(['"t"', '"u"', '"t" .', '"t" .spec.map', '"t" .kind', '"t" nil', '"nothing"', 't'])}`)
  return act(dice, `block "b${dice.below(3)}" ${dice.pick(['.', '.spec.map', '.kind', ''])}`) + body(dice, 0, ['.', '$', '.kind']) + end
}

const BROKEN = ['{{', '{{.kind', '}}', '{{end}}', '{{else}}', '{{if}}x{{end}}', '{{range}}', '{{.kind | }}', '{{| print}}', '{{"open}}', '{{`open}}', "{{'ab'}}", '{{$x}}', '{{.a..b}}', '{{.a b}}', '{{/* note */}}', '{{- /* note */ -}}', '{{/* open }}', '{{/**/ x}}', '{{break}}', '{{continue}}', '{{1 2}}', '{{print (1}}', '{{print 1)}}', '{{nil}}', '{{template}}', '{{template "x" . .}}', '{{define}}', '{{block "x"}}{{end}}', '{{.kind}}{{.}}', '{{,}}', '{{.kind,}}', '{{$}}', '{{$.kind}}', '{{ .}}', '{{. }}', '{{.5}}', '{{..}}', '{{a.b}}', '{{"a".b}}', '{{(1).x}}', '{{true.x}}', '{{$x := 1}}{{$x}}', '{{$x := 1}}{{$x = 2}}{{$x}}', '{{if true}}a{{else}}b{{else}}c{{end}}', '{{if true}}a', '{{range .spec.items}}{{.name}}', '{{-}}', '{{--}}', '{{- 3}}', '{{-3}}', '{{3 -}}', '{{@}}', '{{#}}', '{{.@}}', '{{\n.kind\n}}', '{{.kind\n|\nlen}}', '{{print "a\nb"}}', '{{print `a\nb`}}', "{{'\\x'}}", '{{"\\q"}}', '{{0x}}', '{{1a}}', '{{if $y := 1}}{{$y}}{{end}}{{$y}}', '{{with .spec}}{{.replicas}}{{else with .kind}}{{.}}{{end}}', '{{range 3}}{{.}}{{end}}', '{{range $i := 2}}{{$i}}{{end}}', '{{range $i, $c := "aä"}}{{$i}}{{$c}}{{end}}', '{{range .spec.replicas}}x{{end}}', '{{.Kind}}', '{{.metadata.labels.app | printf "%s-%s" "a"}}', '{{define "a"}}1{{end}}{{define "a"}}2{{end}}{{template "a"}}', '{{define "a"}}{{end}}{{template "a"}}x', '{{if and .spec .kind}}y{{end}}', '{{print nil}}', '{{eq nil nil}}', '{{eq .spec.none nil}}', '{{not nil}}', '{{len nil}}', '{{index nil 0}}', '{{.kind.metadata.x}}', '{{(print .kind).x}}', '{{.kind .spec}}', '{{1.5.x}}', '{{.x.y.z.w}}', '{{len 3}}', '{{printf "%d" 3.0}}', '{{printf "%d" .spec.replicas}}', '{{.spec.items}}', '{{.}}', '{{range $k, $v := .metadata.labels}}{{$k}}={{$v}} {{end}}', '{{ range .spec.items }}{{ if eq .name "item-0" }}{{ .n }}{{ end }}{{ end }}', '{{range .spec.items}}{{if gt .n 3.0}}{{.name}} {{end}}{{end}}', '{{if 0}}{{else}}z{{end}}', '{{1 | print 2 | print 3}}', '{{(1)}}', '{{((.kind))}}', '{{.kind|len}}', '{{.spec.items|len|printf "%03d"}}', '{{if not (eq .kind "Thing")}}no{{end}}']

/** A template that may be wrong. */
export function randomGoTemplate(dice: Dice): string {
  const piece = (): string => {
    const kind = dice.below(10)
    return kind < 5 ? act(dice, pipeline(dice, 2)) : kind < 8 ? statement(dice, 2) : dice.pick(BROKEN)
  }
  return Array.from({ length: dice.between(1, 2) }, () => dice.pick(TEXTS) + piece()).join('') + dice.pick(TEXTS)
}
