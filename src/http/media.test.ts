import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inMemory } from '../apiserver/in-memory.testing'
import { serveHttp } from './plain'
import { decodeProtobuf } from './protobuf/decode'
import { encodeProtobuf } from './protobuf/encode'
import { PROTOBUF, readFields } from './protobuf/wire'

let server: Server
let url: string
beforeAll(async () => {
  const { admin } = await inMemory()
  server = await serveHttp(request => admin.request(request), '127.0.0.1', 0)
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/namespaces`
})
afterAll(() => void server.close())

const read = async (path: string, accept: string, init: RequestInit = {}) => {
  const response = await fetch(url + path, { ...init, headers: { accept, ...init.headers } })
  return { code: response.status, type: response.headers.get('content-type'), encoding: response.headers.get('content-encoding'), bytes: Buffer.from(await response.arrayBuffer()) }
}

describe('answers', () => {
  it('are what the JSON says, in protocol buffers', async () => {
    const json = JSON.parse((await read('/default', 'application/json')).bytes.toString()) as object
    const { code, type, bytes } = await read('/default', `${PROTOBUF},application/json`)
    expect({ code, type }).toEqual({ code: 200, type: PROTOBUF })
    expect(decodeProtobuf(bytes)).toEqual(json)
    const list = await read('', PROTOBUF)
    expect(decodeProtobuf(list.bytes)).toMatchObject({ kind: 'NamespaceList', items: expect.arrayContaining([expect.objectContaining({ spec: { finalizers: ['kubernetes'] } })]) })
  })
  it('are Statuses in the same form', async () => {
    const { code, type, bytes } = await read('/nope', PROTOBUF)
    expect({ code, type }).toEqual({ code: 404, type: PROTOBUF })
    expect(decodeProtobuf(bytes)).toMatchObject({ kind: 'Status', apiVersion: 'v1', message: 'namespaces "nope" not found', code: 404 })
  })
  it('are YAML, and metadata alone', async () => {
    expect((await read('/default', 'application/yaml')).bytes.toString()).toMatch(/^apiVersion: v1\nkind: Namespace\nmetadata:\n/)
    const form = ';v=v1;g=meta.k8s.io;as='
    expect(JSON.parse((await read('/default', `application/json${form}PartialObjectMetadata`)).bytes.toString())).toMatchObject({ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: { name: 'default' } })
    const list = await read('', `application/json${form}PartialObjectMetadataList`)
    expect(JSON.parse(list.bytes.toString())).toMatchObject({ kind: 'PartialObjectMetadataList', items: expect.arrayContaining([{ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: expect.objectContaining({ name: 'default' }) }]) })
    expect((await read('', `application/json${form}PartialObjectMetadata`)).bytes.toString()).toContain('you requested PartialObjectMetadata, but the requested object is a list (*core.NamespaceList)')
  })
  it('of a watch are frames', async () => {
    const { type, bytes } = await read('/?watch=1&timeoutSeconds=0&fieldSelector=metadata.name%3Ddefault'.slice(1), `${PROTOBUF};stream=watch`)
    expect(type).toBe(`${PROTOBUF};stream=watch`)
    const length = bytes.readUInt32BE()
    const [kind, object] = [...readFields(bytes.subarray(4, 4 + length))]
    expect(String(kind?.value && Buffer.from(kind.value as Uint8Array))).toBe('ADDED')
    expect(decodeProtobuf([...readFields(object?.value as Uint8Array)][0]?.value as Uint8Array)).toMatchObject({ kind: 'Namespace', metadata: { name: 'default' } })
  })
  it('to bodies in protocol buffers come back as such', async () => {
    const sent = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'typed' } }
    const { code, bytes } = await read('', PROTOBUF, { method: 'POST', body: encodeProtobuf(sent) as Buffer, headers: { 'content-type': PROTOBUF } } as RequestInit)
    expect(code).toBe(201)
    expect(decodeProtobuf(bytes)).toMatchObject({ ...sent, spec: { finalizers: ['kubernetes'] } })
  })
  it('are refused in a type that is not served, and bodies of one that is not read', async () => {
    const { code, bytes } = await read('/default', 'application/cbor')
    expect({ code, status: JSON.parse(bytes.toString()) as object }).toMatchObject({ code: 406, status: { reason: 'NotAcceptable' } })
    expect(await read('', 'application/json', { method: 'POST', body: '{}', headers: { 'content-type': 'application/cbor' } })).toMatchObject({ code: 415 })
  })
  it('are packed when they are large and the client takes it', async () => {
    const large = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'large' }, data: { text: 'x'.repeat(200_000) } }
    const made = await read('/default/configmaps', 'application/json', { method: 'POST', body: JSON.stringify(large), headers: { 'content-type': 'application/json', 'accept-encoding': 'gzip' } })
    expect(made).toMatchObject({ code: 201, encoding: 'gzip' })
    expect(JSON.parse(made.bytes.toString())).toMatchObject(large)
    expect(await read('/default/configmaps/large', 'application/json', { headers: { 'accept-encoding': 'identity' } })).toMatchObject({ encoding: null })
    expect(await read('/default', 'application/json', { headers: { 'accept-encoding': 'gzip' } })).toMatchObject({ encoding: null })
  })
})
