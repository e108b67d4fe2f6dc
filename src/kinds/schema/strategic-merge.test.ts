/** Strategic merge patches: directives, patches that are made of documents, and what a real server made of patches. */
import { describe, expect, it } from 'vitest'
import { decode } from './decode'
import { hasRecording, type Json, recordingLines } from './recordings.testing'
import { createThreeWayMergePatch, createTwoWayMergePatch, keyUnchanged, metadataKeyUnchanged } from './strategic-diff'
import { applyStrategicMergePatch } from './strategic-merge'
import { typeNamed, typeOfKind } from './table'
import type { TypeInfo } from './type-info'

const podType = typeNamed('core.v1.Pod')
const deploymentType = typeNamed('apps.v1.Deployment')
const apply = (original: Json, patch: Json): Json => applyStrategicMergePatch(podType, original, patch)
const failure = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    return (error as Error).message
  }
  return ''
}

describe('applying', () => {
  const original = {
    metadata: { name: 'p', finalizers: ['a', 'b'] },
    spec: { containers: [{ name: 'a', image: 'x', args: ['1'] }, { name: 'b', ports: [{ containerPort: 80 }] }], nodeSelector: { k: 'v' }, volumes: [{ name: 'v', emptyDir: {} }] },
  }
  it('merges lists by key, replaces others, deletes nulls, and shares what it leaves alone', () => {
    const next = apply(original, { spec: { containers: [{ name: 'a', image: 'y', args: ['2'] }, { name: 'c' }], nodeSelector: null } })
    expect(next.spec).toEqual({ containers: [{ name: 'a', image: 'y', args: ['2'] }, { name: 'c' }, { name: 'b', ports: [{ containerPort: 80 }] }], volumes: [{ name: 'v', emptyDir: {} }] })
    expect(next.metadata).toBe(original.metadata)
    expect((next.spec as { containers: unknown[] }).containers[2]).toBe(original.spec.containers[1])
    expect(original.spec.nodeSelector).toEqual({ k: 'v' })
  })
  it('returns the original when nothing changes', () => {
    expect(apply(original, { spec: { containers: [{ name: 'a', args: ['1'] }, { name: 'b' }], nodeSelector: { k: 'v', gone: null } } })).toBe(original)
  })
  it('follows $patch in lists and maps', () => {
    expect(apply(original, { spec: { containers: [{ name: 'a', $patch: 'delete' }] } })).toMatchObject({ spec: { containers: [{ name: 'b' }] } })
    expect(apply(original, { spec: { containers: [{ $patch: 'replace' }, { name: 'z' }] } })).toMatchObject({ spec: { containers: [{ name: 'z' }] } })
    expect(apply(original, { spec: { nodeSelector: { $patch: 'replace', n: '1' } } })).toMatchObject({ spec: { nodeSelector: { n: '1' } } })
    expect(apply(original, { spec: { nodeSelector: { $patch: 'delete' } } })).toMatchObject({ spec: { nodeSelector: {} } })
  })
  it('follows the list directives', () => {
    expect(apply(original, { metadata: { '$deleteFromPrimitiveList/finalizers': ['a'] } })).toMatchObject({ metadata: { finalizers: ['b'] } })
    expect(apply(original, { metadata: { '$setElementOrder/finalizers': ['c', 'a'], finalizers: ['c'] } })).toMatchObject({ metadata: { finalizers: ['c', 'a', 'b'] } })
    expect(apply(original, { spec: { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] } })).toMatchObject({ spec: { containers: [{ name: 'b' }, { name: 'a' }] } })
  })
  it('counts a new item as live for each deleted one when it orders', () => {
    const live = { spec: { containers: [{ name: 'c' }, { name: 'a' }, { name: 'b' }] } }
    expect(apply(live, { spec: { containers: [{ name: 'e' }, { name: 'a', $patch: 'delete' }], '$setElementOrder/containers': [{ name: 'e' }] } })).toEqual({ spec: { containers: [{ name: 'c' }, { name: 'b' }, { name: 'e' }] } })
    expect(apply(live, { spec: { containers: [{ name: 'e' }], '$setElementOrder/containers': [{ name: 'e' }] } })).toEqual({ spec: { containers: [{ name: 'e' }, { name: 'c' }, { name: 'a' }, { name: 'b' }] } })
  })
  it('clears what $retainKeys does not name', () => {
    expect(apply(original, { spec: { volumes: [{ name: 'v', $retainKeys: ['name', 'hostPath'], hostPath: { path: '/x' } }] } })).toMatchObject({ spec: { volumes: [{ name: 'v', hostPath: { path: '/x' } }] } })
    expect((apply(original, { spec: { volumes: [{ name: 'v', $retainKeys: ['name', 'hostPath'], hostPath: { path: '/x' } }] } }).spec as { volumes: Json[] }).volumes[0]).not.toHaveProperty('emptyDir')
  })
  it('words its errors as upstream', () => {
    expect(failure(() => apply(original, { $patch: 'merge' }))).toBe('unknown patch type: merge in map: map[$patch:merge]')
    expect(failure(() => apply(original, { spec: { containers: [{ image: 'x' }] } }))).toBe('map: map[image:x] does not contain declared merge key: name')
    expect(failure(() => apply(original, { spec: { volumes: [{ name: 'v', $retainKeys: ['name'], hostPath: {} }] } }))).toBe('invalid patch format of retainKeys')
    expect(failure(() => apply(original, { spec: { '$setElementOrder/containers': 'x' } }))).toBe('expected a []interface {}, but received a string')
    expect(failure(() => apply({ spec: { bogus: {} } }, { spec: { bogus: { a: 1 } } }))).toBe('unable to find api field in struct PodSpec for the json field "bogus"')
    expect(failure(() => apply(original, { spec: { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }], containers: [{ name: 'a' }, { name: 'b' }] } })))
      .toBe("The order in patch list:\n[map[name:a] map[name:b]]\n doesn't match $setElementOrder list:\n[map[name:b] map[name:a]]\n")
  })
})

describe('making', () => {
  const live = { metadata: { name: 'd', labels: { live: '1' } }, spec: { replicas: 5, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } }, template: { spec: { containers: [{ name: 'a', image: 'x' }, { name: 'side' }] } } } }
  const wanted = { metadata: { name: 'd' }, spec: { strategy: { type: 'Recreate' }, template: { spec: { containers: [{ name: 'a', image: 'y' }] } } } }
  it('two ways', () => {
    const patch = createTwoWayMergePatch(deploymentType, live, wanted)
    expect(patch).toEqual({
      metadata: { labels: null },
      spec: {
        replicas: null,
        strategy: { type: 'Recreate', rollingUpdate: null, $retainKeys: ['type'] },
        template: { spec: { containers: [{ name: 'a', image: 'y' }, { name: 'side', $patch: 'delete' }], '$setElementOrder/containers': [{ name: 'a' }] } },
      },
    })
    expect(applyStrategicMergePatch(deploymentType, live, patch)).toEqual(wanted)
    expect(createTwoWayMergePatch(deploymentType, wanted, wanted)).toEqual({})
  })
  it('three ways: deletes only what was applied before', () => {
    const last = { metadata: { name: 'd' }, spec: { paused: true, template: { spec: { containers: [{ name: 'a', image: 'x' }, { name: 'old' }] } } } }
    const patch = createThreeWayMergePatch(deploymentType, last, wanted, live, { overwrite: true })
    expect(patch).toEqual({
      spec: {
        paused: null,
        strategy: { type: 'Recreate', $retainKeys: ['type'] },
        template: { spec: { containers: [{ name: 'a', image: 'y' }, { name: 'old', $patch: 'delete' }], '$setElementOrder/containers': [{ name: 'a' }] } },
      },
    })
    expect(applyStrategicMergePatch(deploymentType, live, patch)).toEqual({
      metadata: { name: 'd', labels: { live: '1' } },
      spec: { replicas: 5, strategy: { type: 'Recreate' }, template: { spec: { containers: [{ name: 'a', image: 'y' }, { name: 'side' }] } } },
    })
  })
  it('refuses what it must not overwrite or change', () => {
    const last = { spec: { replicas: 1 } }
    expect(failure(() => createThreeWayMergePatch(deploymentType, last, { spec: { replicas: 2 } }, { spec: { replicas: 3 } }, { overwrite: false, toYaml: v => `${JSON.stringify(v)}\n` })))
      .toBe('patch:\n{"spec":{"replicas":2}}\n\nconflicts with changes made from original to current:\n{"spec":{"replicas":3}}\n\n')
    expect(failure(() => createTwoWayMergePatch(deploymentType, { kind: 'A' }, { kind: 'B' }, [keyUnchanged('kind')]))).toBe('precondition failed for: map[kind:B]')
    expect(failure(() => createTwoWayMergePatch(deploymentType, { metadata: { name: 'a' } }, { metadata: { name: 'b' } }, [metadataKeyUnchanged('name')]))).toBe('precondition failed for: map[metadata:map[name:b]]')
  })
})

interface Patched {
  id: string
  type: string
  object: Json
  patch: Json
  response: { code: number; object?: Json; status?: { message: string } }
}

/** The paths at which `got` has something else than `want`; defaults that only `want` has do not count. */
function differences(got: unknown, want: unknown, path = ''): string[] {
  if (got === undefined) return []
  if (typeof got !== 'object' || got === null || typeof want !== 'object' || want === null) return got === want ? [] : [path]
  if (Array.isArray(got) && got.length !== (want as unknown[]).length) return [path]
  return Object.keys(got).flatMap(key => differences((got as Json)[key], (want as Json)[key], `${path}.${key}`))
}

describe('against a real server', () => {
  it.skipIf(!hasRecording('patch.jsonl'))('agrees up to defaults (skipped without the recordings)', () => {
    const cases = recordingLines<Patched>('patch.jsonl').filter(l => l.type === 'strategic-merge-patch')
    const wrong: string[] = []
    let applied = 0
    for (const { id, object, patch, response } of cases) {
      const type = typeOfKind(object.apiVersion as string, object.kind as string) as TypeInfo
      let next: Json | undefined
      const error = failure(() => (next = decode(type, applyStrategicMergePatch(type, object, patch)).object))
      if (response.code === 500 || error !== '') {
        if (error !== response.status?.message) wrong.push(id)
      } else if (response.code === 200) {
        applied++
        delete (next?.metadata as Json).generation
        if (differences(next, response.object).length > 0) wrong.push(id)
      }
    }
    // A Service that becomes an ExternalName loses its addresses after the patch.
    expect(wrong.filter(id => !id.includes('<ext '))).toEqual([])
    expect(applied).toBeGreaterThan(700)
  })
})
