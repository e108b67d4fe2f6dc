/** Config maps and secrets made of literals, files and environment files, and the hash for their names. upstream: api/internal/generators, api/kv, api/hasher */
import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { goQuote } from '../base/field'
import { goJson } from '../base/go-text'
import { BuildError, within } from './errors'
import type { GeneratorArgs, GeneratorOptions } from './kustomization-types'
import type { Loader } from './loader'
import { ANNOTATION, Resource, base64Lines, behaviorNamed, dataNode, newObject, putData } from './resource'
import { kindOf, lookup, setField, setMetadataEntry } from './yaml/edit'
import type { YamlNode } from './yaml/node'
import { TAG, newNode, stringNode } from './yaml/node'
import type { JsonValue } from './yaml/value'
import { valueOf } from './yaml/value'

/** A text, or bytes that are none. */
type Content = string | Buffer

/** Options of all generators under those of one. upstream: MergeGlobalOptionsIntoLocal */
export function mergedOptions(local: GeneratorOptions | undefined, global: GeneratorOptions | undefined): GeneratorOptions | undefined {
  if (global === undefined) return local
  const both = <K extends 'labels' | 'annotations'>(key: K): Pick<GeneratorOptions, K> | object => (local?.[key] === undefined && global[key] === undefined ? {} : { [key]: { ...global[key], ...local?.[key] } })
  return {
    ...both('labels'), ...both('annotations'),
    disableNameSuffixHash: (local?.disableNameSuffixHash ?? false) || (global.disableNameSuffixHash ?? false), immutable: (local?.immutable ?? false) || (global.immutable ?? false),
  }
}

/** Throws BuildError. */
export function generateConfigMap(args: GeneratorArgs, loader: Loader): Resource {
  const node = baseObject('ConfigMap', args)
  putData(node, undefined, pairsOf(args, loader))
  return finished(node, args)
}

/** Throws BuildError. */
export function generateSecret(args: GeneratorArgs, loader: Loader): Resource {
  const node = baseObject('Secret', args)
  setField(node, 'type', stringNode(args.type || 'Opaque'))
  const pairs = pairsOf(args, loader)
  const data = lookup(node, ['data'], 'map') as YamlNode
  for (const key of [...pairs.keys()].sort()) {
    const value = pairs.get(key) as Content
    setField(data, key, dataNode(base64Lines(typeof value === 'string' ? Buffer.from(value) : value)))
  }
  return finished(node, args)
}

function baseObject(kind: string, { name = '', namespace = '' }: GeneratorArgs): YamlNode {
  if (name === '') throw new BuildError('a configmap must have a name')
  return newObject(kind, name, namespace)
}

function finished(node: YamlNode, { options, behavior }: GeneratorArgs): Resource {
  for (const field of ['labels', 'annotations'] as const) {
    const entries = options?.[field] ?? {}
    for (const key of Object.keys(entries).sort()) setMetadataEntry(node, field, key, entries[key] as string)
  }
  if (options?.immutable) setField(node, 'immutable', newNode('scalar', { tag: TAG.bool, value: 'true' }))
  const resource = new Resource(node)
  if (!options?.disableNameSuffixHash) resource.mark(ANNOTATION.needsHash)
  resource.mark(ANNOTATION.behavior, behaviorNamed(behavior ?? ''))
  return resource
}

// ── Keys and values ─────────────────────────────────────────────────────────

function pairsOf(args: GeneratorArgs, loader: Loader): Map<string, Content> {
  const out = new Map<string, Content>()
  const { envs = [], literals = [], files = [] } = args
  const pairs = within('loading KV pairs', () => [
    ...within(`env source files: [${envs.join(' ')}]`, () => envs.flatMap(path => linesOf(loader.bytes(path)))),
    ...within(`literal sources [${literals.join(' ')}]`, () => literals.map(literal)),
    ...within(`file sources: [${files.join(' ')}]`, () => files.map(source => file(source, loader))),
  ])
  for (const [key, value] of pairs) {
    if (out.has(key)) throw new BuildError(`configmap ${args.name ?? ''} illegally repeats the key \`${key}\``)
    out.set(key, value)
  }
  return out
}

type Pair = readonly [key: string, value: Content]

function linesOf(content: Buffer): Pair[] {
  const out: Pair[] = []
  const lines = splitLines(content)
  lines.forEach((line, i) => {
    if (!isUtf8(line)) throw new BuildError(`line [${[...line].join(' ')}] has invalid utf8 bytes : ${line.toString('latin1')}`)
    const all = line.toString('utf8')
    const text = (i === 0 ? all.replace(/^\ufeff/, '') : all).replace(/^[\t\n\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/, '')
    if (text === '' || text.startsWith('#')) return
    const equals = text.indexOf('=')
    const key = equals < 0 ? text : text.slice(0, equals)
    if (key !== '') out.push([key, equals < 0 ? '' : text.slice(equals + 1)])
  })
  return out
}

const LF = 10, CR = 13
function splitLines(content: Buffer): Buffer[] {
  const out: Buffer[] = []
  for (let start = 0; start < content.length; ) {
    const found = content.indexOf(LF, start)
    const end = found < 0 ? content.length : found
    out.push(content.subarray(start, end > start && content[end - 1] === CR ? end - 1 : end))
    start = end + 1
  }
  return out
}

function literal(source: string): Pair {
  const equals = source.indexOf('=')
  if (equals <= 0) throw new BuildError(`invalid literal source ${source}, expected key=value`)
  const value = source.slice(equals + 1)
  const quote = value[0]
  const quoted = value.length >= 2 && quote === value.at(-1) && (quote === '"' || quote === "'")
  return [source.slice(0, equals), quoted ? value.slice(1, -1) : value]
}

function file(source: string, loader: Loader): Pair {
  const parts = source.split('=')
  if (parts.length > 2) throw new BuildError(`source ${goQuote(source)} key name or file path contains '='`)
  const [first = '', second] = parts
  if (second !== undefined && first === '') throw new BuildError(`missing key name for file path ${goQuote(second)} in source ${goQuote(source)}`)
  if (second === '') throw new BuildError(`missing file path for key name ${goQuote(first)} in source ${goQuote(source)}`)
  const content = loader.bytes(second ?? first)
  return [second === undefined ? basename(first) : first, isUtf8(content) ? content.toString('utf8') : content]
}

// ── The hash ────────────────────────────────────────────────────────────────

const HASH_LENGTH = 10
const SAFE: Readonly<Record<string, string>> = { 0: 'g', 1: 'h', 3: 'k', a: 'm', e: 't' }

/** The suffix that says what is in the object. */
export function hashOf(node: YamlNode): string {
  const hex = createHash('sha256').update(hashedText(node)).digest('hex').slice(0, HASH_LENGTH)
  return hex.replace(/[013ae]/g, c => SAFE[c] as string)
}

function hashedText(node: YamlNode): string {
  const at = (...path: string[]): JsonValue => {
    const found = lookup(node, path)
    if (found === undefined) return ''
    return found.kind === 'scalar' ? found.value : valueOf(found)
  }
  const isMap = (value: JsonValue): boolean => typeof value === 'object'
  const kind = kindOf(node)
  if (kind !== 'ConfigMap' && kind !== 'Secret') return goJson(valueOf(node))
  const extra = kind === 'ConfigMap' ? 'binaryData' : 'stringData'
  const more = at(extra)
  // The name is not looked for where it stands (the path is taken for one field's name).
  return goJson({ kind, name: at('metadata/name'), data: at('data'), ...(kind === 'Secret' ? { type: at('type') } : {}), ...(isMap(more) ? { [extra]: more } : {}) })
}
