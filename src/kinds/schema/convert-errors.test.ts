/** The words for patched objects that are none of their type. */
import { describe, expect, it } from 'vitest'
import { conversionErrors, invalidPatch } from './convert-errors'
import { patchAsPrinted } from './patch-printed'
import { applyStrategicMergePatch } from './strategic-merge'
import { typeNamed } from './table'

const type = typeNamed('apps.v1.Deployment')
const errorOf = (name: string, object: Record<string, unknown>): string | undefined => conversionErrors(typeNamed(name), object).error

describe('patched objects', () => {
  it('have errors as the server words them', () => {
    expect(errorOf('apps.v1.Deployment', { spec: { replicas: 'two' } })).toBe('unrecognized type: int32')
    expect(errorOf('apps.v1.Deployment', { spec: { replicas: 1.5 } })).toBe('cannot convert float64 to int32')
    expect(errorOf('core.v1.ConfigMap', { data: { color: 7 } })).toBe('cannot convert int64 to string')
    expect(errorOf('core.v1.Pod', { spec: { restartPolicy: 7 } })).toBe('cannot convert int64 to v1.RestartPolicy')
    expect(errorOf('core.v1.Pod', { spec: { hostNetwork: 'yes' } })).toBe('unrecognized type: bool')
    expect(errorOf('core.v1.Pod', { spec: { containers: {} } })).toBe('cannot restore slice from map')
    expect(errorOf('core.v1.Pod', { metadata: { labels: [] } })).toBe('cannot restore map from slice')
    expect(errorOf('core.v1.Pod', { spec: 'x' })).toBe('cannot restore struct from: string')
    expect(errorOf('core.v1.Secret', { data: { a: 'Bad_Value!' } })).toBe('error decoding from json: illegal base64 data at input byte 3')
    expect(errorOf('core.v1.Pod', { spec: { containers: [{ resources: { limits: { cpu: '1kk' } } }] } })).toBe("unable to parse quantity's suffix")
    expect(errorOf('core.v1.Pod', { metadata: { name: 'p' }, spec: { containers: [{ name: 'a', ports: null }] } })).toBeUndefined()
  })
  it('have unknown fields', () => {
    expect(conversionErrors(type, { zzz: 1, spec: { replica: 1, template: { spec: { containers: [{ imag: '' }] } } } }).unknown)
      .toEqual(['unknown field "spec.replica"', 'unknown field "spec.template.spec.containers[0].imag"', 'unknown field "zzz"'])
  })
  it('print the patch as it was left over', () => {
    const live = { spec: { replicas: 1, template: { spec: { containers: [{ name: 'a', image: 'x' }] } } } }
    const patch = { spec: { replicas: 'two', paused: null, template: { spec: { '$setElementOrder/containers': [{ name: 'a' }], containers: [{ name: 'a', image: 'y' }] } } } }
    const { error } = conversionErrors(type, applyStrategicMergePatch(type, live, patch))
    expect(invalidPatch(patchAsPrinted(type, live, patch), error as string)).toBe('patch: Invalid value: "map[spec:map[paused:<nil> replicas:two template:map[spec:map[]]]]": unrecognized type: int32')
  })
})
