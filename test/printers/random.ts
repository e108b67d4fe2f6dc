/** Seeded randomness, and objects that are hard to print. */
import { seeded, type Random } from '../seeded'

/** Draws of one stream: the same seed, the same objects. */
export class Dice {
  readonly #draws: Random
  constructor(seed: number) {
    this.#draws = seeded(seed)
  }

  /** In [0, 1). */
  fraction(): number {
    return this.#draws.fraction()
  }
  /** 0 … n-1 */
  below(n: number): number {
    return this.#draws.below(n)
  }
  /** from … to, both included. */
  between(from: number, to: number): number {
    return from + this.below(to - from + 1)
  }
  pick<T>(choices: readonly T[]): T {
    return this.#draws.pick(choices)
  }
  /** True so often of a hundred times. */
  percent(n: number): boolean {
    return this.fraction() * 100 < n
  }
}

const WORDS = ['web', 'db', 'nginx:1.27', 'a', 'x86_64', 'Hello', 'kubernetes.io/name', 'über', '日本語', 'naïve', '😀', 'Ω≈ç', 'cafe\u0301', '\u200b', '\ufeffbom', 'tab\there', '\u00a0nbsp', 'zwj👩‍💻']
/** What YAML 1.1 takes for something else than a text, and what nearly is. */
const LOOKALIKES = ['true', 'True', 'TRUE', 'tRue', 'false', 'yes', 'Yes', 'no', 'NO', 'on', 'Off', 'y', 'Y', 'n', 'N', 'null', 'Null', '~', '', 'nil', '0', '1', '-1', '+1', '007', '0o7', '0x1F', '0X1f', '0b101', '1_000', '1e3', '1E3', '1e', '.5', '5.', '-.5', '1.5e-7', '.inf', '-.Inf', '.nan', '.NaN', 'Infinity', 'NaN', '12:30', '12:30:45', '1:2', '190:20:30', '2024-01-01', '2024-1-1', '2024-13-01', '2024-01-01T00:00:00Z', '2024-01-01 00:00:00', '2024-01-01T00:00:00.5+01:00', '2001-12-14t21:59:43.10-05:00', '9223372036854775807', '9223372036854775808', '1.0', '1.10', '0.1.2', '=', '<<', '-', '--', '---', '...', '- a', '-a', '?', '? a', ':', ': a', 'a:', 'a: b', 'a:b', 'a #b', 'a#b', '#a', '*a', '&a', '!a', '!!str a', '|', '>', '%a', '@a', '`a', '[a]', '{a}', 'a]', 'a}', 'a,b', ',a', "'", "it's", '"', '"quoted"', '\\', 'a\\nb', '0777', '08', '1__0', '_1', '1_', '0x', '0b', '0b2', '1e+', '1e400', '-0', '0.0', '-0.0', '+', '+.inf', 'e3', '1.e3', '0x_1', '1,000']
const BREAKS = ['a\nb', 'a\n', '\na', 'a\n\n', '\n', '\n\n', 'a\n\nb', ' a\nb', 'a \nb', 'a\n b', 'a\n  b\n', 'a\tb\nc', '\ta', 'a\t', 'a\r\nb', 'a\rb', '#!/bin/sh\nset -e\necho "hi"\n', 'key: value\nlist:\n- a\n- b\n', 'a\u2028b', 'a\u2029b', 'a\x85b', 'x\n---\ny', 'trailing \n', 'a\n \nb', 'a\n\t\nb', '\n a', 'über\nmaß\n', 'emoji 😀\nline\n', '  lead\n', 'a\n\n\n', ' \n', 'a: b\n#c', '\\n\n']
const CONTROLS = ['\x00', '\x01', '\x07', '\b', '\x0b', '\x0c', '\x1b[31mred\x1b[0m', '\x1f', '\x7f', '\x80', '\x9f', '\ufffe', '\uffff', '\ufffd', '\u202e', '\ud83d\ude00', '\u{10ffff}', '\u0300', 'a\x00b', '\t', '\r', '\u00ad', '\u061c', '\u{e0001}', '\ue000']
const MARKUP = ['<b>bold</b>', 'a & b', '&amp;', "<script>alert('x')</script>", 'a>b', '</', 'x\u2028<y>', 'http://example.com/?a=b&c=d#e', '{{.x}}', '{.a.b}', '$(VAR)', '${HOME}', '%d %s', '100%']

/** A text that some printer has to think about. */
export function randomText(dice: Dice): string {
  const kind = dice.below(20)
  if (kind < 5) return dice.pick(WORDS)
  if (kind < 10) return dice.pick(LOOKALIKES)
  if (kind < 13) return dice.pick(BREAKS)
  if (kind < 14) return dice.pick(CONTROLS)
  if (kind < 15) return dice.pick(MARKUP)
  if (kind < 16) return ' '.repeat(dice.below(3)) + dice.pick(WORDS) + ' '.repeat(dice.below(3))
  if (kind < 18) return longText(dice)
  return Array.from({ length: dice.between(2, 4) }, () => dice.pick([WORDS, LOOKALIKES, BREAKS, CONTROLS, MARKUP][dice.below(5)] as string[])).join(dice.pick(['', ' ', '\n', '  ', ': ', ', ']))
}

/** Lines that have to be folded, or cannot be. */
function longText(dice: Dice): string {
  const words = Array.from({ length: dice.between(5, 60) }, () => dice.pick(dice.percent(80) ? WORDS.slice(0, 8) : [...LOOKALIKES, ...MARKUP]))
  return words.join(dice.pick([' ', ' ', ' ', '  ', '', dice.percent(30) ? '\n' : ' ']))
}

const INTEGERS = [0, 1, -1, 7, 42, 80, 443, 8080, 65535, 1000000, 1234567, 2147483647, -2147483648, 4294967296, 9007199254740991, -9007199254740991]
const FLOATS = [0.5, -0.25, 1.5, 3.14159265358979, 0.1, 1e-6, 1e-7, 1.25e-9, 123456.789, 1234567.5, 12345678.125, 1e-300, 2.5e-5, 0.000123, 99999.99, 1e300, 1.7976931348623157e308, 1e21, 1.5e25, 5e-324]

export function randomNumber(dice: Dice): number {
  return dice.percent(65) ? (dice.percent(50) ? dice.pick(INTEGERS) : dice.between(-1000, 100000)) : dice.percent(60) ? dice.pick(FLOATS) : (dice.fraction() - 0.5) * 10 ** dice.between(-8, 12)
}

const KEYS = ['name', 'a', 'b', 'image', 'ports', 'app.kubernetes.io/name', 'a.b', 'a/b', 'with space', 'Upper', 'zeta', 'a1', 'a2', 'a10', 'a01', 'x-y', 'x_y', '9', '10', 'true', 'no', 'y', 'null', '~', '', 'ключ', '日本', '-', '- x', 'a: b', '#c', "it's", '"q"', 'a\nb', 'tab\tkey', '*', '&x', '😀', '1.5', '0x10', 'key[0]', '{k}', '@type', '$ref', '<k>', 'é', 'Z', '_', 'a-', 'A', 'b1c10', 'b1c9', '2024-01-01', '.dot', '\u2028', 'x'.repeat(130), ' lead', 'trail ']

export function randomKey(dice: Dice): string {
  return dice.percent(75) ? dice.pick(KEYS.slice(0, 14)) : dice.pick(KEYS)
}

/** Any JSON value; `depth` levels of maps and lists at most. */
export function randomValue(dice: Dice, depth: number): unknown {
  const kind = dice.below(depth > 0 ? 16 : 9)
  if (kind < 5) return randomText(dice)
  if (kind < 7) return randomNumber(dice)
  if (kind < 8) return dice.percent(50)
  if (kind < 9) return dice.pick([null, null, {}, [], ''])
  if (kind < 13) return randomMap(dice, depth - 1)
  return Array.from({ length: dice.below(5) }, () => randomValue(dice, depth - 1))
}

function randomMap(dice: Dice, depth: number): Record<string, unknown> {
  const map: Record<string, unknown> = {}
  for (let i = dice.below(6); i > 0; i--) map[randomKey(dice)] = randomValue(dice, depth)
  return map
}

export interface RandomObject extends Record<string, unknown> {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string } & Record<string, unknown>
}

/** An object of a kind that nobody knows, with fields that templates can count on. */
export function randomObject(dice: Dice, name: string): RandomObject {
  const items = Array.from({ length: dice.below(6) }, (_, i) => ({
    name: dice.percent(70) ? `item-${i}` : randomText(dice),
    image: dice.pick(['nginx', 'redis:7', 'busybox']),
    n: dice.between(0, 9),
    size: dice.pick([0.5, 1.5, 2.25, 100.125]),
    on: dice.percent(50),
    ...(dice.percent(40) ? { extra: randomValue(dice, 1) } : {}),
    tags: Array.from({ length: dice.below(4) }, () => dice.pick(WORDS.slice(0, 6))),
  }))
  return {
    apiVersion: dice.pick(['v1', 'apps/v1', 'example.com/v1', 'example.com/v1beta1', 'stable.example.com/v2']),
    kind: dice.pick(['Thing', 'ConfigMap', 'Deployment', 'Gizmo', 'NetworkPolicy']),
    metadata: {
      name,
      ...(dice.percent(50) ? { namespace: dice.pick(['default', 'kube-system', 'team-a']) } : {}),
      ...(dice.percent(60) ? { labels: { app: dice.pick(['web', 'db', '']), 'app.kubernetes.io/name': dice.pick(['x', 'true', '1']) } } : {}),
      ...(dice.percent(60) ? { annotations: { note: randomText(dice), 'example.com/a.b': randomText(dice) } } : {}),
      ...(dice.percent(20) ? { managedFields: [{ manager: 'kubectl', operation: 'Apply' }] } : {}),
      ...(dice.percent(30) ? { creationTimestamp: dice.pick([null, '2024-01-01T00:00:00Z']) } : {}),
    },
    spec: { replicas: dice.between(0, 5), ratio: dice.pick([0.5, 1.25]), flag: dice.percent(50), text: randomText(dice), empty: {}, none: null, list: [], items, map: { one: dice.between(1, 3) }, ...randomMap(dice, 4) },
    ...(dice.percent(60) ? { status: randomMap(dice, 3) } : {}),
    ...(dice.percent(30) ? { data: { [randomKey(dice)]: randomText(dice), b64: dice.pick(['aGVsbG8=', 'w6w=', 'bm90', '!!', '']) } } : {}),
  }
}
