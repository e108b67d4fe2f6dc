/** Decoding: what a real server said of thousands of wrong bodies, and what it stored of the right ones. */
import { describe, expect, it } from 'vitest'
import { cannotBeHandled, decode, strictDecodingError } from './decode'
import { parseJsonText } from './json-text'
import { hasRecording, type Json, mutated, recordingLines, sampleObjects } from './recordings.testing'
import { typeOfKind } from './table'
import type { TypeInfo } from './type-info'

const pod = (spec: Json, metadata: Json = { name: 'p' }): Json => ({ apiVersion: 'v1', kind: 'Pod', metadata, spec })
const decodeText = (type: string, text: string): ReturnType<typeof decode> => {
  const source = parseJsonText(text)
  return decode(type, source.value, { source })
}
const decodedPod = (spec: Json): Json => (decode('core.v1.Pod', pod(spec)).object as { spec: Json }).spec

describe('the stored object', () => {
  it('has its fields in Go’s order, without unknown ones', () => {
    const { object, strictErrors } = decode('core.v1.Pod', { spec: { nodeName: 'n', containers: [{ image: 'i', livenesProbe: {}, name: 'c' }] }, metadata: { labels: {}, name: 'p' }, kind: 'Pod', apiVersion: 'v1' })
    expect(JSON.stringify(object)).toBe('{"kind":"Pod","apiVersion":"v1","metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i","resources":{}}],"nodeName":"n"},"status":{}}')
    expect(strictErrors).toEqual(['unknown field "spec.containers[0].livenesProbe"'])
  })
  it('omits zero values of plain fields and keeps those of pointers', () => {
    expect(decodedPod({ containers: [], hostNetwork: false, hostname: '', priority: 0, automountServiceAccountToken: false, securityContext: {}, nodeSelector: {}, tolerations: null, activeDeadlineSeconds: null }))
      .toEqual({ containers: null, priority: 0, automountServiceAccountToken: false, securityContext: {} })
  })
  it('makes null the zero value', () => {
    expect(decode('core.v1.ConfigMap', { metadata: null, data: { a: null } }).object).toEqual({ metadata: {}, data: { a: '' } })
    expect(decode('core.v1.Pod', { spec: null }).object).toEqual({ metadata: {}, spec: { containers: null }, status: {} })
  })
  it('canonicalises quantities, times and base64', () => {
    expect(decodedPod({ containers: [{ name: 'c', resources: { limits: { cpu: '0.5', memory: 1073741824 } } }] }).containers)
      .toEqual([{ name: 'c', resources: { limits: { cpu: '500m', memory: '1073741824' } } }])
    expect(decode('coordination.v1.Lease', { spec: { renewTime: '2026-01-02T03:04:05.678901+02:00' } }).object).toMatchObject({ spec: { renewTime: '2026-01-02T01:04:05.678901Z' } })
    expect(decode('core.v1.Event', { metadata: {}, involvedObject: {}, lastTimestamp: '2026-01-02T03:04:05.9Z' }).object).toMatchObject({ firstTimestamp: null, lastTimestamp: '2026-01-02T03:04:05Z', eventTime: null })
    expect(decode('core.v1.Secret', { data: { a: 'YWJj\nZGVm', b: '' } }).object).toMatchObject({ data: { a: 'YWJjZGVm', b: '' } })
  })
  it('shares nothing with the input', () => {
    const input = pod({ containers: [{ name: 'c', args: ['a'] }] })
    const { object } = decode('core.v1.Pod', input)
    ;(object as { spec: { containers: { args: string[] }[] } }).spec.containers[0]?.args.push('b')
    expect(input.spec).toEqual({ containers: [{ name: 'c', args: ['a'] }] })
  })
})

describe('errors', () => {
  const errorOf = (spec: Json): string | undefined => decode('core.v1.Pod', pod(spec)).error
  it.each([
    [{ nodeSelector: { a: true } }, 'json: cannot unmarshal bool into Go struct field PodSpec.spec.nodeSelector of type string'],
    [{ containers: [{ ports: {} }] }, 'json: cannot unmarshal object into Go struct field Container.spec.containers.ports of type []v1.ContainerPort'],
    [{ priority: 2147483648 }, 'json: cannot unmarshal number 2147483648 into Go struct field PodSpec.spec.priority of type int32'],
    [{ priority: 1.5 }, 'json: cannot unmarshal number 1.5 into Go struct field PodSpec.spec.priority of type int32'],
    [{ containers: [{ livenessProbe: { httpGet: { port: true } } }] }, 'json: cannot unmarshal bool into Go struct field HTTPGetAction.spec.containers.livenessProbe.ProbeHandler.httpGet.port of type int32'],
    [{ containers: [{ resources: { limits: { cpu: '1kk' } } }] }, "unable to parse quantity's suffix"],
    [{ containers: [{ resources: { limits: { cpu: {} } } }] }, "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
  ])('%j', (spec, message) => expect(errorOf(spec)).toBe(message))

  it('reports the first error, but a value’s own error before it', () => {
    expect(errorOf({ hostname: 1, containers: 'x' })).toContain('hostname of type string')
    expect(errorOf({ hostname: 1, containers: [{ name: 'c', resources: { limits: { cpu: '' } } }] })).toContain('quantities must match')
  })
  it('names the base64 byte and the time', () => {
    const secret = (text: string): string | undefined => decode('core.v1.Secret', { data: { a: text } }).error
    expect([secret('YWJjZA=x'), secret('YWJ'), secret('YWJjZ'), secret('Y===') , secret('YQ==x'), secret('YQ=')]).toEqual([6, 0, 4, 1, 4, 3].map(n => `illegal base64 data at input byte ${n}`))
    const lease = (text: string): string | undefined => decode('coordination.v1.Lease', { spec: { renewTime: text } }).error
    expect(lease('2026-01-02T03:04:05Z')).toBe('parsing time "2026-01-02T03:04:05Z" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "Z" as ".000000"')
    expect(lease('2026-13-02T03:04:05.000000Z')).toBe('parsing time "2026-13-02T03:04:05.000000Z": month out of range')
    expect(lease('2026-02-30T03:04:05.000000Z')).toBe('parsing time "2026-02-30T03:04:05.000000Z": day out of range')
    expect(lease('2026-02-03T03:04:05.000000Zx')).toBe('parsing time "2026-02-03T03:04:05.000000Zx": extra text: "x"')
  })
  it('knows repeated keys and how numbers were written', () => {
    const text = '{"metadata":{"labels":{"a":"1","a":"2"},"name":"x","bogus":1},"spec":{"replicas":1,"paused":true,"replicas":2}}'
    const { strictErrors, object } = decodeText('apps.v1.Deployment', text)
    expect(strictErrors).toEqual(['duplicate field "metadata.labels.a"', 'unknown field "metadata.bogus"', 'duplicate field "spec.replicas"'])
    expect(object).toMatchObject({ metadata: { labels: { a: '2' } }, spec: { replicas: 2, paused: true } })
    expect(decodeText('apps.v1.Deployment', '{"spec":{"replicas":1.0}}').error).toBe('json: cannot unmarshal number 1.0 into Go struct field DeploymentSpec.spec.replicas of type int32')
    expect(decode('apps.v1.Deployment', { spec: { replica: 1 } }, { strict: false }).strictErrors).toEqual([])
  })
  it('is case sensitive and stops at a hundred strict errors', () => {
    expect(decode('core.v1.ConfigMap', { Data: {} }).strictErrors).toEqual(['unknown field "Data"'])
    expect(decode('core.v1.ConfigMap', Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`x${i}`, 1]))).strictErrors).toHaveLength(100)
  })
  it('words broken JSON as Go does', () => {
    const message = (text: string): string => {
      try {
        parseJsonText(text)
      } catch (error) {
        return (error as Error).message
      }
      return ''
    }
    expect([message('{"a":'), message('{a:1}'), message('[1,]'), message('{"a" 1}'), message('tru '), message('1 2'), message('"a\nb"'), message('{"a":1 "b"}')]).toEqual([
      'unexpected end of JSON input',
      "invalid character 'a' looking for beginning of object key string",
      "invalid character ']' looking for beginning of value",
      "invalid character '1' after object key",
      "invalid character ' ' in literal true (expecting 'e')",
      "invalid character '2' after top-level value",
      "invalid character '\\n' in string literal",
      "invalid character '\"' after object key:value pair",
    ])
    expect(parseJsonText('{"a":[1.5,-2e3,true,null,"\\u00e9\\n"]}').value).toEqual({ a: [1.5, -2000, true, null, 'é\n'] })
  })
})

interface Invalid {
  id: string
  sample: number
  mutation: string
  path: (string | number)[]
  response: { status?: { message?: string } }
}
interface Created {
  id: string
  request: { body: Json }
  response: { object?: Json; status?: { message?: string } }
}
const messageOf = (body: Json): string | undefined => {
  const [apiVersion, kind] = [body.apiVersion as string, body.kind as string]
  const source = parseJsonText(JSON.stringify(body))
  const { error, strictErrors } = decode(typeOfKind(apiVersion, kind) as TypeInfo, source.value, { source })
  const text = error ?? (strictErrors.length > 0 ? strictDecodingError(strictErrors) : undefined)
  return text === undefined ? undefined : cannotBeHandled(apiVersion, kind, text)
}
const recordedMessage = (response: { status?: { message?: string } }): string | undefined =>
  response.status?.message?.includes('cannot be handled as a') === true ? response.status.message : undefined

describe('against a real server', () => {
  it.skipIf(!hasRecording('invalid.jsonl'))('agrees on every wrong body (skipped without the recordings)', () => {
    const samples = sampleObjects()
    const wrong = recordingLines<Invalid>('invalid.jsonl').filter(l => {
      const sample = samples[l.sample] as Json
      if (typeOfKind(sample.apiVersion as string, sample.kind as string) === undefined) return false
      return messageOf(mutated(sample, l.mutation, l.path)) !== recordedMessage(l.response)
    })
    expect(wrong.map(l => l.id)).toEqual([])
    expect(samples.length).toBeGreaterThan(50)
  })
  it.skipIf(!hasRecording('create.jsonl'))('agrees on created objects, and decoding what was stored changes nothing (skipped without the recordings)', () => {
    let checked = 0
    for (const { id, request, response } of recordingLines<Created>('create.jsonl')) {
      const type = typeOfKind(request.body.apiVersion as string, request.body.kind as string)
      if (type === undefined) continue
      expect([id, messageOf(request.body)]).toEqual([id, recordedMessage(response)])
      if (response.object?.kind !== type.kind) continue
      expect(JSON.stringify(decode(type, response.object).object)).toBe(JSON.stringify(response.object))
      checked++
    }
    expect(checked).toBeGreaterThan(800)
  })
})
