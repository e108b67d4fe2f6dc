/** Values as Go's internal types print them in JSON: every field, in Go's order, under Go's name. upstream: field.Error.ErrorBody, apimachinery/pkg/util/diff */
import { unifiedDiff } from '../../../../base/sequence-diff'
import { goJsonIndent, sortedKeys } from '../../../../base/go-text'
import { copyWithGiven, givenEmpty } from '../../../schema/decode'
import { INTERNAL_TYPES } from './internal-types'

type Json = Record<string, unknown>
interface Field {
  /** '' for an embedded struct. */
  readonly goName: string
  readonly json: string
  readonly type: string
}

let types: Map<string, readonly Field[]> | undefined

function fieldsOf(name: string): readonly Field[] {
  if (types === undefined) {
    types = new Map()
    for (const line of INTERNAL_TYPES.split('\n')) {
      const [type, ...fields] = line.split(' ') as [string, ...string[]]
      if (type !== '') types.set(type, fields.map(readField))
    }
  }
  const fields = types.get(name)
  if (fields === undefined) throw new Error(`no internal type ${name}`)
  return fields
}

function readField(text: string): Field {
  if (text.startsWith('@')) return { goName: '', json: '', type: text.slice(1) }
  const at = text.indexOf('@')
  if (at >= 0) return { goName: '', json: text.slice(0, at), type: text.slice(at + 1) }
  const [names, type] = text.split(':') as [string, string]
  const [goName, json] = names.split('=') as [string, string?]
  return { goName, json: json ?? (goName[0] as string).toLowerCase() + goName.slice(1), type }
}

/** The value of type `core.X` in its internal form, for an error's value or a diff. Map keys come sorted, as Go writes them. */
export function internalOf(type: string, value: object | undefined): Json | null {
  return value === undefined || value === null ? null : struct(type.startsWith('core.') ? type.slice(5) : type, value as Json)
}

function struct(type: string, value: Json): Json {
  const out: Json = {}
  fill(out, type, type === 'PodSpec' ? withHostNamespaces(value) : value)
  return out
}

function fill(out: Json, type: string, value: Json): void {
  for (const { goName, json, type: fieldType } of fieldsOf(type)) {
    if (goName !== '') out[goName] = convert(fieldType, value[json], value, json)
    else if (fieldType === 'meta') Object.assign(out, metadata(value[json] as Json | undefined))
    else fill(out, fieldType, value)
  }
}

/** Internally the namespaces shared with the host belong to the security context. */
function withHostNamespaces(spec: Json): Json {
  const { hostNetwork, hostPID, hostIPC, shareProcessNamespace, hostUsers } = spec
  if (spec.securityContext === undefined && hostNetwork === undefined && hostPID === undefined && hostIPC === undefined && shareProcessNamespace === undefined && hostUsers === undefined) return spec
  const copy = copyWithGiven(spec)
  copy.securityContext = Object.assign(copyWithGiven((spec.securityContext ?? {}) as Json), { hostNetwork, hostPID, hostIPC, shareProcessNamespace, hostUsers })
  return copy
}

function convert(type: string, value: unknown, owner: Json, json: string): unknown {
  if (type.startsWith('*')) return value === undefined || value === null ? null : convert(type.slice(1), value, owner, json)
  if (type.startsWith('[]')) {
    if (value === undefined || value === null) return givenEmpty(owner, json) ? [] : null
    return (value as unknown[]).map(v => convert(type.slice(2), v, {}, ''))
  }
  if (type.startsWith('{}')) return value === undefined || value === null ? (givenEmpty(owner, json) ? {} : null) : sorted(value as Json)
  switch (type) {
    case 's':
      return value ?? ''
    case 'b':
      return value ?? false
    case 'n':
    case 'v':
      return value ?? 0
    case 'q':
      return value ?? '0'
    case 'any':
      return plain(value)
    default:
      return struct(type, (value ?? {}) as Json)
  }
}

function sorted(map: Json): Json {
  const out: Json = {}
  for (const key of sortedKeys(map)) out[key] = map[key]
  return out
}

/** Label selectors keep the API's names; their map is sorted, their lists keep their order. */
function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const selector = value as { matchLabels?: Json }
  return selector.matchLabels === undefined ? value : { ...selector, matchLabels: sorted(selector.matchLabels) }
}

/** A selector as an error's value. */
export const selectorValue = (selector: object | undefined): unknown => (selector === undefined || selector === null ? null : plain(selector))

/** Labels as an error's value: an empty map and none differ. */
export function labelsValue(metadata: { labels?: Record<string, string> } | undefined): unknown {
  if (metadata?.labels !== undefined) return sorted(metadata.labels)
  return metadata !== undefined && givenEmpty(metadata, 'labels') ? {} : null
}

const META = ['name', 'generateName', 'namespace', 'selfLink', 'uid', 'resourceVersion', 'generation', 'creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds', 'labels', 'annotations', 'ownerReferences', 'finalizers', 'managedFields']

function metadata(meta: Json | undefined): Json {
  const out: Json = {}
  for (const name of META) {
    const value = meta?.[name]
    if (value !== undefined && value !== null) out[name] = name === 'labels' || name === 'annotations' ? sorted(value as Json) : value
  }
  return out
}

/** How two values differ, as the server says when it forbids a change. upstream: apimachinery/pkg/util/diff.Diff */
export function internalDiff(type: string, previous: object | undefined, next: object | undefined): string {
  const text = (value: object | undefined): string => goJsonIndent(internalOf(type, value), ' ', { sorted: false })
  return unifiedDiff(text(previous), text(next))
}
