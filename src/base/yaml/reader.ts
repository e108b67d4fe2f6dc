/** YAML documents as the JSON values that Kubernetes makes of them: YAML 1.1 words, the last of repeated keys wins, keys in order of their bytes. upstream: go.yaml.in/yaml/v2 parserc.go, resolve.go; sigs.k8s.io/yaml */
import { integerOf } from '../exact-json'
import { endsDocument, Grammar, scanned, TAG_PREFIX } from './grammar'
import type { Token } from './scanner'
import { MAX_DEPTH, YamlError } from './scanner'

type Json = null | boolean | number | bigint | string | Json[] | { [key: string]: Json }

/** Copies made for aliases, in nodes. */
const MAX_ALIAS_NODES = 400_000

/** The value of one document (the first, if there are several). Throws YamlError. */
export function readYaml(text: string): unknown {
  return documentOf(new Composer(scanned(text)))
}

/** As readYaml; throws YamlError for keys that stand twice in a map too. upstream: UnmarshalStrict */
export function readStrictYaml(text: string): unknown {
  const composer = new Composer(scanned(text))
  const value = documentOf(composer)
  if (composer.repeated.length > 0) throw new YamlError(`unmarshal errors:\n${composer.repeated.join('\n')}`)
  return value
}

function documentOf(composer: Composer): unknown {
  try {
    return composer.document()
  } catch (e) {
    // Our stack ends before libyaml's count does.
    if (e instanceof RangeError) throw new YamlError(`exceeded max depth of ${MAX_DEPTH}`)
    throw e
  }
}

class Composer extends Grammar<Json, Json[], MappingBuilder> {
  private readonly anchors = new Map<string, Json>()
  private readonly open = new Set<string>()
  private aliasNodes = 0
  /** What is said of keys that stand twice. */
  readonly repeated: string[] = []
  private wrongMap: Error | undefined

  document(): Json {
    while (this.tokens.peek().type === 'document-end') this.tokens.skip()
    let explicit = false
    for (let token = this.tokens.peek(); token.type === 'directive'; token = this.tokens.peek()) {
      this.directive(token)
      explicit = true
    }
    const first = this.tokens.peek()
    if (first.type === 'stream-end') return null
    if (first.type === 'document-start') this.tokens.skip()
    else if (explicit) this.fail('did not find expected <document start>', first)
    const root = endsDocument(this.tokens.peek()) ? null : this.node(true, false)
    // Of what follows the root node Go's Unmarshal looks at one token: whatever it is, the document is over.
    this.tokens.peek()
    if (this.wrongMap !== undefined) throw this.wrongMap
    return root
  }

  private directive(token: Token): void {
    this.tokens.skip()
    const [name, handle = '', prefix = ''] = token.value.split(/[ \t]+/)
    if (name === '%TAG') this.tags.set(handle, prefix)
    else if (handle !== '1.1') this.fail('found incompatible YAML document', token)
  }

  protected alias(name: string): Json {
    if (this.open.has(name)) throw new YamlError(`anchor '${name}' value contains itself`)
    const value = this.anchors.get(name)
    if (value === undefined) throw new YamlError(`unknown anchor '${name}' referenced`)
    return this.copy(value)
  }
  private copy(value: Json): Json {
    if (++this.aliasNodes > MAX_ALIAS_NODES) throw new YamlError('document contains excessive aliasing')
    if (Array.isArray(value)) return value.map(v => this.copy(v))
    if (value === null || typeof value !== 'object') return value
    const out: { [key: string]: Json } = {}
    for (const [key, v] of Object.entries(value)) put(out, key, this.copy(v))
    return out
  }

  protected scalar({ value, plain }: Token, tag: string | undefined): Json {
    return scalar(value, tag, plain)
  }
  protected empty(tag?: string): Json {
    return tag === undefined ? null : scalar('', tag, true)
  }
  protected list(): Json[] {
    return []
  }
  protected push(list: Json[], item: Json): void {
    list.push(item)
  }
  protected endList(list: Json[]): Json {
    return list
  }
  protected map(): MappingBuilder {
    return new MappingBuilder()
  }
  protected put(map: MappingBuilder, key: Json, value: Json, at?: Token): void {
    let isNew: boolean
    try {
      isNew = map.add(key, value, at !== undefined && isMerge(at))
    } catch (error) {
      // Told after whatever is wrong with the text further on.
      this.wrongMap ??= error as Error
      return
    }
    if (!isNew && at !== undefined) this.repeated.push(`  line ${at.line + 1}: key ${goSyntax(key)} already set in map`)
  }
  protected endMap(map: MappingBuilder): Json {
    return map.build()
  }
  protected opens(anchor: string): void {
    this.open.add(anchor)
  }
  protected closes(anchor: string, node: Json): void {
    this.open.delete(anchor)
    this.anchors.set(anchor, node)
  }
}

const isMerge = (token: Token): boolean => token.type === 'scalar' && token.plain && token.value === '<<'

/** Collects entries, the last of a key winning, and gives them out in order. */
class MappingBuilder {
  private readonly keys: string[] = []
  private readonly entries: { [key: string]: Json } = {}
  private sorted = true

  /** Whether the key is a new one. */
  add(key: Json, value: Json, merge: boolean): boolean {
    if (!merge) return this.put(keyText(key), value)
    this.merge(value)
    return true
  }
  private put(key: string, value: Json): boolean {
    const isNew = !Object.hasOwn(this.entries, key)
    if (isNew) {
      const last = this.keys[this.keys.length - 1]
      if (last !== undefined && last > key) this.sorted = false
      this.keys.push(key)
    }
    put(this.entries, key, value)
    return isNew
  }
  private merge(value: Json): void {
    for (const source of Array.isArray(value) ? [...value].reverse() : [value]) {
      if (source === null || typeof source !== 'object' || Array.isArray(source)) throw new YamlError('map merge requires map or sequence of maps as the value')
      for (const [key, v] of Object.entries(source)) this.put(key, v)
    }
  }
  build(): { [key: string]: Json } {
    if (this.sorted) return this.entries
    const out: { [key: string]: Json } = {}
    for (const key of this.keys.sort()) put(out, key, this.entries[key] as Json)
    return out
  }
}

function put(object: { [key: string]: Json }, key: string, value: Json): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true })
  else object[key] = value
}

function keyText(key: Json): string {
  if (typeof key === 'string') return key
  if (typeof key === 'boolean' || typeof key === 'number' || typeof key === 'bigint') return String(key)
  if (key === null) throw new Error('unsupported map key of type: %!s(<nil>), key: <nil>')
  throw new YamlError(`invalid map key: ${goSyntax(key)}`)
}

/** Go's %#v. */
function goSyntax(value: Json): string {
  if (value === null) return 'interface {}(nil)'
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`
  if (typeof value === 'object') return `map[interface {}]interface {}{${Object.entries(value).map(([k, v]) => `${JSON.stringify(k)}:${goSyntax(v)}`).join(', ')}}`
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value)
}

const WORDS: ReadonlyMap<string, Json> = new Map<string, Json>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map(w => [w, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map(w => [w, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map(w => [w, null] as const),
  ...['.nan', '.NaN', '.NAN'].map(w => [w, NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map(w => [w, Infinity] as const),
  ...['-.inf', '-.Inf', '-.INF'].map(w => [w, -Infinity] as const),
])
const LONGEST_WORD = 5
const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/
const INTEGER = /^[-+]?(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|0[0-7]*|[1-9][0-9]*)$/

function scalar(text: string, tag: string | undefined, plain: boolean): Json {
  if (tag === undefined) return plain ? resolve(text) : text
  if (!tag.startsWith(TAG_PREFIX)) return text
  const short = tag.slice(TAG_PREFIX.length)
  if (short === 'str' || short === 'timestamp') return text
  if (short === 'binary') return Buffer.from(text, 'base64').toString('utf8')
  const value = resolve(text)
  const is = value === null ? 'null' : typeof value === 'boolean' ? 'bool' : typeof value === 'number' || typeof value === 'bigint' ? (INTEGER.test(text) ? 'int' : 'float') : 'str'
  if (is === short || (short === 'float' && is === 'int')) return value
  throw new YamlError(`cannot decode !!${is} \`${text}\` as a !!${short}`)
}

/** A plain word's value. */
function resolve(text: string): Json {
  const c = text.charCodeAt(0)
  const numeric = (c >= 48 && c <= 57) || c === 43 || c === 45 || c === 46
  if (text.length <= LONGEST_WORD) {
    const word = WORDS.get(text)
    if (word !== undefined) return word
  }
  return numeric ? number(text) : text
}

function number(text: string): Json {
  const plain = text.includes('_') ? text.replaceAll('_', '') : text
  if (INTEGER.test(plain)) {
    const negative = plain[0] === '-'
    const digits = negative || plain[0] === '+' ? plain.slice(1) : plain
    const value = /^0\d/.test(digits) ? parseInt(digits, 8) : Number(digits)
    if (!Number.isSafeInteger(value)) return integerOf(String(BigInt(/^0\d/.test(digits) ? `0o${digits}` : digits) * (negative ? -1n : 1n)))
    return negative && value !== 0 ? -value : value
  }
  return FLOAT.test(plain) && text[0] !== '.' || (text[0] === '.' && FLOAT.test(text)) ? Number(plain) : text
}
