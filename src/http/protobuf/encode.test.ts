import { describe, expect, it } from 'vitest'
import { hasRecording, sampleObjects } from '../../kinds/schema/recordings.testing'
import { SENT } from './bodies.testing'
import { decodeProtobuf } from './decode'
import { encodeEvent, encodeProtobuf } from './encode'

/** Bytes as the specification of the wire format has them: fields of text, bytes and messages, and of small integers. */
type Field = readonly [number, string | number | Uint8Array]
const message = (...fields: readonly Field[]): Buffer =>
  Buffer.concat(fields.map(([number, value]) => {
    const tag = (wireType: number): number[] => (number < 16 ? [(number << 3) | wireType] : [((number << 3) & 0x7f) | 0x80 | wireType, number >> 4])
    if (typeof value === 'number') return Buffer.from([...tag(0), value])
    const bytes = Buffer.from(value as string)
    expect(bytes.length).toBeLessThan(0x4000)
    return Buffer.concat([Buffer.from([...tag(2), ...(bytes.length < 0x80 ? [bytes.length] : [(bytes.length & 0x7f) | 0x80, bytes.length >> 7])]), bytes])
  }))
const body = (apiVersion: string, kind: string, raw: Uint8Array): Buffer => Buffer.concat([Buffer.from('k8s\0'), message([1, message([1, apiVersion], [2, kind])], [2, raw], [3, ''], [4, ''])])
/** Metadata with a name and nothing else: what is no pointer is written, the time as an empty message. */
const named = (name: string, ...more: readonly Field[]): Buffer => message([1, name], [2, ''], [3, ''], [4, ''], [5, ''], [6, ''], [7, 0], [8, ''], ...more)

/** Without what Go leaves out of JSON: zeros, and lists and maps without entries. */
function withoutZeros(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutZeros)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== '' && v !== 0 && v !== false && !(typeof v === 'object' && v !== null && Object.keys(v).length === 0)).map(([k, v]) => [k, withoutZeros(v)]))
}

describe('bodies in protocol buffers', () => {
  it.each(SENT)('are the bytes of kubectl %s', (_, hex) => {
    expect(encodeProtobuf(decodeProtobuf(Buffer.from(hex, 'hex')))?.toString('hex')).toBe(hex)
  })
  it('hold what the specification says of a namespace', () => {
    const object = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'a', labels: { z: '1', b: '2' } }, spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } }
    const labels = [[11, message([1, 'b'], [2, '2'])], [11, message([1, 'z'], [2, '1'])]] as const
    expect(encodeProtobuf(object)).toEqual(body('v1', 'Namespace', message([1, named('a', ...labels)], [2, message([1, 'kubernetes'])], [3, message([1, 'Active'])])))
  })
  it('hold times, quantities, and numbers or strings', () => {
    const pdb = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'p', creationTimestamp: '1970-01-01T00:00:05Z' }, spec: { minAvailable: '50%', maxUnavailable: 1 } }
    const metadata = message([1, 'p'], [2, ''], [3, ''], [4, ''], [5, ''], [6, ''], [7, 0], [8, message([1, 5], [2, 0])])
    const spec = message([1, message([1, 1], [2, 0], [3, '50%'])], [3, message([1, 0], [2, 1], [3, ''])])
    expect(encodeProtobuf(pdb)).toEqual(body('policy/v1', 'PodDisruptionBudget', message([1, metadata], [2, spec], [3, message([1, 0], [3, 0], [4, 0], [5, 0], [6, 0])])))
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'q' }, spec: { hard: { 'requests.cpu': '1500m', memory: '1Gi' } } }
    const hard = [[1, message([1, 'memory'], [2, message([1, '1Gi'])])], [1, message([1, 'requests.cpu'], [2, message([1, '1500m'])])]] as const
    expect(encodeProtobuf(quota)).toEqual(body('v1', 'ResourceQuota', message([1, named('q')], [2, message(...hard)], [3, ''])))
    const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'l' }, spec: { renewTime: '1970-01-01T00:00:07.000000Z' } }
    expect(encodeProtobuf(lease)).toEqual(body('coordination.k8s.io/v1', 'Lease', message([1, named('l')], [2, message([4, message([1, 7], [2, 0])])])))
  })
  it('hold bytes and who set which field', () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', managedFields: [{ manager: 'm', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { 'f:data': {} } }] }, data: { k: 'dg==' } }
    const managed = message([1, 'm'], [2, 'Update'], [3, 'v1'], [6, 'FieldsV1'], [7, message([1, '{"f:data":{}}'])], [8, ''])
    expect(encodeProtobuf(secret)).toEqual(body('v1', 'Secret', message([1, named('s', [17, managed])], [2, message([1, 'k'], [2, 'v'])], [3, ''])))
  })
  it('are lists, Statuses, metadata alone, and events of a watch', () => {
    const listMeta = message([1, ''], [2, '7'], [3, ''])
    const item = message([1, named('a')], [2, ''], [3, message([1, ''])])
    expect(encodeProtobuf({ apiVersion: 'v1', kind: 'NamespaceList', metadata: { resourceVersion: '7' }, items: [{ metadata: { name: 'a' } }] })).toEqual(body('v1', 'NamespaceList', message([1, listMeta], [2, item])))
    const status = message([1, message([1, ''], [2, ''], [3, ''])], [2, 'Failure'], [3, 'no'], [4, 'NotFound'], [6, 44])
    expect(encodeProtobuf({ apiVersion: 'v1', kind: 'Status', metadata: {}, status: 'Failure', message: 'no', reason: 'NotFound', code: 44 })).toEqual(body('v1', 'Status', status))
    const partial = { apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadata', metadata: { name: 'a' } }
    const alone = body('meta.k8s.io/v1', 'PartialObjectMetadata', message([1, named('a')]))
    expect(encodeProtobuf(partial)).toEqual(alone)
    expect(encodeProtobuf({ apiVersion: 'meta.k8s.io/v1', kind: 'PartialObjectMetadataList', metadata: { resourceVersion: '7' }, items: [partial] })).toEqual(body('meta.k8s.io/v1', 'PartialObjectMetadataList', message([1, listMeta], [2, message([1, named('a')])])))
    const event = message([1, 'ADDED'], [2, message([1, alone])])
    expect(encodeEvent('ADDED', partial)).toEqual(Buffer.concat([Buffer.from([0, 0, 0, event.length]), event]))
  })
  it('hold integers beyond 32 bits, negative ones and long texts', () => {
    const object = { apiVersion: 'v1', kind: 'Event', metadata: { name: 'e', generation: 2 ** 40 }, involvedObject: {}, message: 'ä'.repeat(40_000), count: -3 }
    expect(decodeProtobuf(encodeProtobuf(object) as Buffer)).toMatchObject(object)
  })
  it('are none for kinds that have no such form', () => {
    expect(encodeProtobuf({ apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w' } })).toBeUndefined()
    expect(encodeProtobuf({ apiVersion: 'meta.k8s.io/v1', kind: 'Table' })).toBeUndefined()
  })
  it('hold the schemas of custom resources, with values that may be of two kinds', () => {
    const schema = {
      type: 'object', $ref: '#/x', maximum: 1.5, default: { a: [1] }, enum: ['a', 2], 'x-kubernetes-list-type': 'map', 'x-kubernetes-validations': [{ rule: 'self.a > 1' }],
      properties: { list: { items: { type: 'string' } }, lists: { items: [{ type: 'string' }, { type: 'integer' }] }, open: { additionalProperties: true }, typed: { additionalProperties: { type: 'string' } } },
      dependencies: { a: ['b', 'c'], d: { type: 'string' } },
    }
    const definition = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'w.example.com' }, spec: { group: 'example.com', scope: 'Namespaced', names: { plural: 'w', kind: 'W' }, versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema }, subresources: { status: {} } }] } }
    expect(decodeProtobuf(encodeProtobuf(definition) as Buffer)).toMatchObject(definition)
  })
  it.skipIf(!hasRecording('samples.yaml'))('hold everything of every sample object (skipped where the recordings are absent)', () => {
    const kinds = new Set<unknown>()
    for (const object of sampleObjects()) {
      const bytes = encodeProtobuf(object)
      if (bytes === undefined) continue
      const back = decodeProtobuf(bytes)
      expect(withoutZeros(back), String(object.kind)).toMatchObject(withoutZeros(object) as object)
      expect(encodeProtobuf(back)).toEqual(bytes)
      kinds.add(object.kind)
    }
    expect(kinds.size).toBeGreaterThan(40)
  })
})
