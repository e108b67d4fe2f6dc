/**
 * pod-template-hash: FNV-1a over the text that Go's spew makes of the typed template, so every field, set or not, counts in Go's
 * order with Go's type names. upstream: pkg/controller/controller_utils.go ComputeHash, k8s.io/utils/dump ForHash
 */
import { fnv32a, safeEncodeString } from '../../base/go-text'
import { parseQuantity, quantityText } from '../../base/quantity'
import type { PodTemplateSpec } from '../../kinds/schema/types/core.v1'
import { SHAPES } from './template-shape.gen'

interface Field {
  readonly goName: string
  /** '' for an embedded struct, whose fields stand in the same JSON object. */
  readonly json: string
  readonly type: string
}
type Shape = readonly Field[] | string

let shapes: Map<string, Shape> | undefined
function shapeOf(id: string): Shape | undefined {
  if (shapes === undefined) {
    shapes = new Map()
    for (const line of SHAPES.split('\n')) {
      const [head, ...fields] = line.split(';') as [string, ...string[]]
      const equals = head.indexOf('=')
      if (equals > 0) shapes.set(head.slice(0, equals), head.slice(equals + 1))
      else if (head !== '') shapes.set(head, fields.map(f => { const [goName, json, type] = f.split(':') as [string, string, string]; return { goName, json, type } }))
    }
  }
  return shapes.get(id)
}

/** The hash of a template as the real controller computes it; `collisionCount` is mixed in when two templates had the same. */
export function templateHash(template: PodTemplateSpec, collisionCount: number | undefined): string {
  const text = Buffer.from(goDump(template))
  if (collisionCount === undefined) return safeEncodeString(String(fnv32a(text)))
  const count = Buffer.alloc(8)
  count.writeUInt32LE(collisionCount)
  return safeEncodeString(String(fnv32a(Buffer.concat([text, count]))))
}

/** What `dump.ForHash` prints of a pod template. */
export function goDump(template: PodTemplateSpec): string {
  return `(v1.PodTemplateSpec)${struct('core.PodTemplateSpec', template as unknown as Record<string, unknown>)}`
}

function struct(id: string, value: Record<string, unknown> | undefined): string {
  const fields = shapeOf(id) as readonly Field[]
  const pkg = id.slice(0, id.indexOf('.'))
  return `{${fields.map(f => `${f.goName}:${typed(f.type, pkg, f.json === '' ? value : value?.[f.json])}`).join(' ')}}`
}

const BUILTIN = /^(string|bool|int32|int64|uint8|byte)$/

/** The type as reflect prints it. */
function goType(type: string, pkg: string): string {
  if (type.startsWith('*')) return `*${goType(type.slice(1), pkg)}`
  if (type.startsWith('[]')) return `[]${goType(type.slice(2), pkg)}`
  if (type.startsWith('map[')) {
    const close = type.indexOf(']')
    return `map[${goType(type.slice(4, close), pkg)}]${goType(type.slice(close + 1), pkg)}`
  }
  if (BUILTIN.test(type)) return type === 'byte' ? 'uint8' : type
  if (type.startsWith('metav1.')) return `v1.${type.slice(7)}`
  return type.includes('.') ? type : `v1.${type}`
}

function typed(type: string, pkg: string, value: unknown): string {
  if (type.startsWith('*')) {
    const name = goType(type.slice(1), pkg)
    return value === undefined || value === null ? `(*${name})<nil>` : `(*${name})${plain(type.slice(1), pkg, value)}`
  }
  return `(${goType(type, pkg)})${plain(type, pkg, value)}`
}

/** A value whose type has been said already. */
function plain(type: string, pkg: string, value: unknown): string {
  if (type.startsWith('*')) return value === undefined || value === null ? '<nil>' : `<*>${plain(type.slice(1), pkg, value)}`
  if (type.startsWith('[]')) {
    if (value === undefined || value === null) return '<nil>'
    return `[${(value as unknown[]).map(v => plain(type.slice(2), pkg, v)).join(' ')}]`
  }
  if (type.startsWith('map[')) return map(type, pkg, value as Record<string, unknown> | undefined)
  switch (type) {
    case 'string':
      return (value as string | undefined) ?? ''
    case 'bool':
      return String(value ?? false)
    case 'int32':
    case 'int64':
      return String(value ?? 0)
    case 'resource.Quantity':
      return quantity(value as string | undefined)
    case 'intstr.IntOrString':
      return `{Type:(intstr.Type)${typeof value === 'string' ? 1 : 0} IntVal:(int32)${typeof value === 'number' ? value : 0} StrVal:(string)${typeof value === 'string' ? value : ''}}`
    case 'metav1.Time':
    case 'Time':
      return '{Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}}'
    case 'types.UID':
      return (value as string | undefined) ?? ''
  }
  const id = type.startsWith('metav1.') ? `meta.${type.slice(7)}` : `${pkg}.${type}`
  const shape = shapeOf(id)
  if (typeof shape === 'string') return plain(shape, pkg, value)
  if (shape === undefined) throw new Error(`no Go declaration of ${id}`)
  return struct(id, value as Record<string, unknown> | undefined)
}

function map(type: string, pkg: string, value: Record<string, unknown> | undefined): string {
  if (value === undefined || value === null) return '<nil>'
  const element = type.slice(type.indexOf(']') + 1)
  const keys = Object.keys(value).sort((a, b) => (a < b ? -1 : 1))
  return `map[${keys.map(k => `${k}:${plain(element, pkg, value[k])}`).join(' ')}]`
}

const SCALES: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 }
const BINARY: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 }

/** A quantity keeps the number and its decimal scale apart, and the text that it was read from. upstream: resource.ParseQuantity's fast path */
function quantity(text: string | undefined): string {
  if (text === undefined) return '{i:(resource.int64Amount){value:(int64)0 scale:(resource.Scale)0} d:(resource.infDecAmount){Dec:(*inf.Dec)<nil>} s:(string) Format:(resource.Format)}'
  const [, number = '0', suffix = ''] = /^([+-]?[0-9.]+)(.*)$/.exec(quantityText(parseQuantity(text))) ?? []
  const [whole, fraction = ''] = number.split('.') as [string, string?]
  const binary = BINARY[suffix]
  let value = BigInt(whole + fraction)
  let scale = (SCALES[suffix] ?? 0) - fraction.length
  let format = 'DecimalSI'
  if (binary !== undefined) {
    value <<= BigInt(binary)
    scale = -fraction.length
    format = 'BinarySI'
  } else if (/^[eE]/.test(suffix)) {
    scale = Number(suffix.slice(1)) - fraction.length
    format = 'DecimalExponent'
  }
  return `{i:(resource.int64Amount){value:(int64)${value} scale:(resource.Scale)${scale}} d:(resource.infDecAmount){Dec:(*inf.Dec)<nil>} s:(string)${text} Format:(resource.Format)${format}}`
}
