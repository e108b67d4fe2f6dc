import { describe, expect, it } from 'vitest'
import { decodeProtobuf } from './decode'

/** What `kubectl create deployment typed --image=nginx --replicas=2 --port=80` sends. */
const DEPLOYMENT = '6b3873000a150a07617070732f7631120a4465706c6f796d656e7412c0010a230a05747970656412001a0022002a003200380042005a0c0a0361707012057479706564128a010802120e0a0c0a03617070120574797065641a6e0a1e0a0012001a0022002a003200380042005a0c0a0361707012057479706564124c122e0a056e67696e7812056e67696e782a00320a0a001000185022002a0042006a007200800100880100900100a201001a00320042004a0052005800600068008201008a01009a0100c2010022020a00280038001a0c0800100018002000280038001a002200'

/** A message by hand: numbers and their bytes or integers. */
const message = (...fields: readonly (readonly [number, string | number | Uint8Array])[]): Buffer =>
  Buffer.concat(fields.map(([number, value]) => {
    if (typeof value === 'number') return Buffer.from([number << 3, value])
    const bytes = Buffer.from(value as string)
    return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes])
  }))
const body = (apiVersion: string, kind: string, raw: Uint8Array): Buffer => Buffer.concat([Buffer.from('k8s\0'), message([1, message([1, apiVersion], [2, kind])], [2, raw])])

describe('bodies in protocol buffers', () => {
  it('are the JSON that they stand for, without what Go writes of zero values', () => {
    expect(decodeProtobuf(Buffer.from(DEPLOYMENT, 'hex'))).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'typed', labels: { app: 'typed' } },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: 'typed' } },
        strategy: {},
        template: { metadata: { labels: { app: 'typed' } }, spec: { containers: [{ name: 'nginx', image: 'nginx', ports: [{ containerPort: 80 }], resources: {} }] } },
      },
      status: {},
    })
  })
  it('have times, quantities, numbers or strings, bytes, lists in maps, and fields of embedded structs', () => {
    const quantity = message([1, '100m'])
    const pod = message([1, message([8, message([1, 1])])], [2, message([1, message([1, 'v'], [2, message([3, message([1, 'web'])])])], [2, message([1, 'c'], [8, message([1, message([1, 'cpu'], [2, quantity])])], [11, message([1, message([2, message([1, '/'], [2, message([1, 1], [3, 'http'])])])])])])])
    expect(decodeProtobuf(body('v1', 'Pod', pod))).toMatchObject({
      metadata: { creationTimestamp: '1970-01-01T00:00:01Z' },
      spec: { volumes: [{ name: 'v', gcePersistentDisk: { pdName: 'web' } }], containers: [{ name: 'c', resources: { limits: { cpu: '100m' } }, readinessProbe: { httpGet: { path: '/', port: 'http' } } }] },
    })
    expect(decodeProtobuf(body('v1', 'Secret', message([2, message([1, 'k'], [2, 'v'])])))).toMatchObject({ data: { k: 'dg==' } })
    const extra = message([1, 'scope'], [2, message([1, 'a'], [1, 'b'])])
    expect(decodeProtobuf(body('authentication.k8s.io/v1', 'TokenReview', message([3, message([2, message([4, extra])])])))).toMatchObject({ status: { user: { extra: { scope: ['a', 'b'] } } } })
  })
  it('are refused when they are none', () => {
    expect(() => decodeProtobuf(Buffer.from('{}'))).toThrow('provided data does not appear to be a protobuf message')
    expect(() => decodeProtobuf(body('v1', 'Nothing', new Uint8Array()))).toThrow('no kind "Nothing" is registered for version "v1"')
    expect(() => decodeProtobuf(Buffer.from(DEPLOYMENT.slice(0, 120), 'hex'))).toThrow('unexpected EOF')
  })
})
