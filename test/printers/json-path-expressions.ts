/** Random JSONPath templates over the objects of random.ts. */
import type { Dice } from './random'

const FIELDS = ['.metadata.name', '.metadata.labels.app', '.metadata.labels.app\\.kubernetes\\.io/name', ".metadata.labels['app\\.kubernetes\\.io/name']", ".metadata['name']", '.kind', '.apiVersion', '.spec.replicas', '.spec.ratio', '.spec.flag', '.spec.text', '.spec.empty', '.spec.none', '.spec.list', '.spec.items', '.spec.map', '.spec.map.one', '.spec.nothing', '.nothing.at.all', '.status', '.data.b64', '.metadata.annotations', '.metadata.annotations.note', '.spec', '', '.', '.spec.none.x', '.spec.text.x', '.spec.items.name', "['metadata']['name']", "['spec'].replicas", '.spec["replicas"]', ".spec['none']", '$.spec.flag', '@.spec.flag', '$', '@', 'metadata.name', '.spec.items[0].name', '.spec.items[-1].n', ".metadata['name','namespace']", ".spec['replicas','flag'].x"]
const OPERATORS = ['==', '!=', '<', '>', '<=', '>=', '==', '==', '=', '=>', '===']
const OPERANDS = ['@.n', '@.size', '@.on', '@.name', '@.image', '@.tags[0]', '@.extra', '@', '@.nothing', '@.tags', '@.tags[*]', '$.spec.replicas', '@.tags[5]']
const LITERALS = ['3', '0', '-1', '1.5', '+2', '"nginx"', "'nginx'", "'item-1'", '"redis:7"', 'true', 'false', "''", "'it\\'s'", '"a\\"b"', 'nginx', '1.2.3', '99999999999999999999', '.5', '"b"']

function filter(dice: Dice): string {
  const kind = dice.below(10)
  if (kind < 2) return `[?(${dice.pick(OPERANDS)})]`
  if (kind < 8) return `[?(${dice.pick(OPERANDS)}${dice.pick(['', ' '])}${dice.pick(OPERATORS)}${dice.pick(['', ' '])}${dice.pick(LITERALS)})]`
  if (kind < 9) return `[?(${dice.pick(LITERALS)}${dice.pick(OPERATORS)}${dice.pick(OPERANDS)})]`
  return `[?(${dice.pick(OPERANDS)}${dice.pick(OPERATORS)}${dice.pick(OPERANDS)})]`
}

function index(dice: Dice): string {
  const number = (): string => String(dice.pick([0, 1, 2, 3, 7, -1, -2, -7, '']))
  const kind = dice.below(12)
  if (kind < 3) return `[${dice.pick([0, 1, 2, 5, -1, -2, -9])}]`
  if (kind < 5) return '[*]'
  if (kind < 7) return `[${number()}:${number()}]`
  if (kind < 9) return `[${number()}:${number()}:${dice.pick([1, 2, 3, 0, -1, ''])}]`
  if (kind < 10) return `[${number() || 0},${number() || 1}]`
  if (kind < 11) return dice.pick(["['name']", "['name','n']", "['n', 'image']", "['name','nothing']", "['*']", '["name"]', '[name]', '[]', '[ 0 ]', '[0,]', "['a.b']", "['']", "[0,'name']"])
  return filter(dice)
}

function path(dice: Dice): string {
  if (dice.percent(45)) return dice.pick(FIELDS)
  let out = dice.pick(['.spec.items', '.spec.items', '.spec.items', '.spec.list', '.spec', '.spec.text', '.spec.replicas', '.spec.none', '.spec.map', '$.spec.items'])
  out += dice.percent(25) ? filter(dice) : index(dice)
  if (dice.percent(60)) out += dice.pick(['.name', '.n', '.tags', '.tags[0]', '.tags[*]', '.tags[1:]', '.extra', '.*', '.on', '.size', '.nothing', '..name', "['name','n']", '..'])
  return out
}

const TEXTS = ['', ' ', '\n', 'text ', '\t', 'ä', '"x"', '}', '\\n', '%s', ', ']
const QUOTED = ['{"\\n"}', "{'\\t'}", '{" "}', "{', '}", '{"a\\"b"}', "{'it\\'s'}", '{"\\u00e4\\x41\\101"}', '{"\\q"}', "{'x'}{\"\\\\\"}"]

function action(dice: Dice): string {
  const kind = dice.below(20)
  if (kind < 11) return `{${path(dice)}}`
  if (kind < 13) return dice.pick(QUOTED)
  if (kind < 17) return range(dice, 2)
  if (kind < 18) return dice.pick(['{..name}', '{..n}', '{.spec.items..n}', '{..tags[0]}', '{.spec.map..one}', '{..}', '{..*}', '{....name}', '{.spec.items[*]..}'])
  return dice.pick(['{.metadata.name}{.kind}', '{1}', '{true}', '{-1.5}', '{end}', '{unknown}', '{.spec.items[0', '{', '{}', '{ }', '{.a b}', '{range}', '{.spec .kind}', '{"open', "{'open}", '{&}', '{.spec.items[?(@.n==1}', '{.spec.items[?(@.n]}', '{1.2.3}', '{.spec.items[a]}', '{.spec.items[-]}', '{.kind.}', '{..}', '{ .kind }', '{\t.kind}', '{(}', '{.spec.items[?(@.n!1)]}', '{.spec.items[?()]}', '{.spec.items[1:2:3:4]}', '{.kind,.apiVersion}', '{-}', '{+}', '{.[0]}', '{.spec.items.[0].n}', '{[0]}', "{.spec.items[?(@.name=='a)b')]}", '{.spec.items[?(@.name=="item-0")].n}', '{@.kind}', '{$..n}', '{.metadata.labels.*}', '{.spec\n.x}', '{/}', '{.spec.items[0]["name"]}', '{.kind} {range .spec.items[*]}x'])
}

function range(dice: Dice, depth: number): string {
  const over = dice.pick(['.spec.items[*]', '.spec.items', '.spec.list[*]', '.spec.items[?(@.n>3)]', '.spec.items[1:]', '.nothing', '.spec.items[*].tags', '.spec.map', '.spec.items[::2]'])
  const inner = Array.from({ length: dice.between(1, 3) }, () => dice.pick(['{.name}', '{.n}', '{@}', '{.tags[*]}', '{.image}', '{"\\n"}', ' ', '{.nothing}', '{@.size}', '{.tags}', '{$.n}'])).join(dice.pick(['', ' ', ':']))
  const nested = depth > 0 && dice.percent(25) ? `{range .tags[*]}<{@}>{end}` : ''
  return `{range ${over}}${inner}${nested}${dice.percent(90) ? '{end}' : ''}`
}

/** A template that may be wrong. */
export function randomJsonPath(dice: Dice): string {
  return Array.from({ length: dice.between(1, 3) }, () => dice.pick(TEXTS) + action(dice)).join('') + dice.pick(TEXTS)
}

/** Whether what it finds comes in the order of a Go map, which is another one every time. */
export const hasRandomOrder = (template: string): boolean => /\.\.|\.\*|\['\*'\]|\[\*\]\[\*\]|(map|spec|replicas|text|none)\[\*\]|spec\['\*/.test(template) || /\*[^\]]/.test(template.replaceAll('[*]', '')) || /\.spec\[[^'"?]/.test(template)
