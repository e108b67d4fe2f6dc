import { describe, expect, it } from 'vitest'
import { StatusError } from '../base/status'
import { negotiate, negotiatedForStatus } from './negotiate'

const refused = (accept: string, endpoint: Parameters<typeof negotiate>[1]): string => {
  try {
    return JSON.stringify(negotiate(accept, endpoint))
  } catch (e) {
    if (!(e instanceof StatusError)) throw e
    return `${e.code} ${e.message}`
  }
}
const ALL = '406 only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf'
const table = { kind: 'Table', version: 'v1' }

describe('what a client gets', () => {
  it.each([
    [undefined, { mediaType: 'application/json' }],
    ['*/*', { mediaType: 'application/json' }],
    ['application/*', { mediaType: 'application/json' }],
    ['application/vnd.kubernetes.protobuf,application/json', { mediaType: 'application/vnd.kubernetes.protobuf' }],
    ['application/vnd.kubernetes.protobuf;q=0.5, application/yaml;q=0.8', { mediaType: 'application/yaml' }],
    ['*/*, application/yaml', { mediaType: 'application/yaml' }],
    ['application/cbor, application/yaml;q=0.1', { mediaType: 'application/yaml' }],
    ['application/json;as=Table;v=v1;g=meta.k8s.io,application/json', { mediaType: 'application/json', as: table }],
    ['application/vnd.kubernetes.protobuf;as=Table;v=v1;g=meta.k8s.io,application/json', { mediaType: 'application/json' }],
    ['application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;v=v1;g=meta.k8s.io', { mediaType: 'application/vnd.kubernetes.protobuf', as: { kind: 'PartialObjectMetadata', version: 'v1' } }],
    ['application/json;as=Table;v=v2;g=meta.k8s.io,application/yaml', { mediaType: 'application/yaml' }],
  ])('who accepts %s', (accept, agreed) => {
    expect(negotiate(accept, { custom: false })).toEqual(agreed)
  })
  it('is an error where nothing suits', () => {
    expect(refused('application/cbor', { custom: false })).toBe(ALL)
    expect(refused('text/html', { custom: false })).toBe(ALL)
    expect(refused('application/vnd.kubernetes.protobuf;as=Table;v=v1;g=meta.k8s.io', { custom: false })).toBe(ALL)
    expect(refused('application/yaml', { custom: false, stream: true })).toBe('406 only the following media types are accepted: application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch')
  })
  it('is JSON or YAML of a custom resource, and its metadata alone also in protocol buffers', () => {
    expect(negotiate('application/vnd.kubernetes.protobuf,application/json', { custom: true })).toEqual({ mediaType: 'application/json' })
    expect(refused('application/vnd.kubernetes.protobuf', { custom: true })).toBe(ALL)
    expect(negotiate('application/vnd.kubernetes.protobuf;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io', { custom: true })).toMatchObject({ mediaType: 'application/vnd.kubernetes.protobuf' })
  })
  it('is a Status in JSON where nothing suits it', () => {
    expect(negotiatedForStatus('application/cbor')).toBe('application/json')
    expect(negotiatedForStatus('application/vnd.kubernetes.protobuf')).toBe('application/vnd.kubernetes.protobuf')
  })
})
