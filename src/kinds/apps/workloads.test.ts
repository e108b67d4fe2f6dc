import { describe, expect, it } from 'vitest'
import { deepClone } from '../../base/equal'
import { fieldErrorBody, type FieldError, type FieldErrors } from '../../base/field'
import type { Kind, KubeObject } from '../kind'
import { daemonSet } from './daemon-set/kind'
import { deployment } from './deployment/kind'
import { replicaSet } from './replica-set/kind'
import { statefulSet } from './stateful-set/kind'

const AT = { nowMs: 0 } as never
const texts = (errors: FieldErrors | undefined): string[] => [...(errors ?? [])].map((e: FieldError) => `${e.field}: ${fieldErrorBody(e)}`)

function stored<T extends KubeObject>(kind: Kind<T>, spec: object = {}): T {
  const o = { metadata: { name: 'w', namespace: 'default', uid: 'u', resourceVersion: '5', generation: 1 }, spec: { selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'x' }] } }, ...spec } } as unknown as T
  kind.applyDefaults?.(o)
  kind.prepareForCreate?.(o, AT)
  return o
}
const changed = <T extends KubeObject>(o: T, change: (spec: Record<string, never>) => void): T => {
  const next = deepClone(o)
  change((next as unknown as { spec: Record<string, never> }).spec)
  return next
}

describe('workloads', () => {
  it('of all kinds are valid with their defaults', () => {
    for (const kind of [deployment, replicaSet, statefulSet, daemonSet] as unknown as Kind<KubeObject>[]) expect(texts(kind.validate?.(stored(kind)))).toEqual([])
  })

  it.each<[string, object, string]>([
    ['no room to move', { strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: '0%' } } }, 'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0'],
    ['more than all', { strategy: { rollingUpdate: { maxUnavailable: '101%' } } }, 'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: "101%": must not be greater than 100%'],
    ['a rolling update that is none', { strategy: { type: 'Recreate', rollingUpdate: {} } }, "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"],
  ])('Deployments refuse %s', (_, spec, message) => expect(texts(deployment.validate?.(stored(deployment, spec)))).toEqual([message]))

  it('StatefulSets mount claims like volumes of the template', () => {
    const spec = { template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'x', volumeMounts: [{ name: 'data', mountPath: '/d' }] }] } } }
    expect(texts(statefulSet.validate?.(stored(statefulSet, spec)))).toEqual(['spec.template.spec.containers[0].volumeMounts[0].name: Not found: "data"'])
    const claims = [{ metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } }]
    expect(texts(statefulSet.validate?.(stored(statefulSet, { ...spec, volumeClaimTemplates: claims })))).toEqual([])
  })

  it.each<[string, object, string]>([
    ['nothing at a time', { updateStrategy: { rollingUpdate: { maxUnavailable: 0 }, type: 'RollingUpdate' } }, 'spec.updateStrategy.rollingUpdate.maxUnavailable: Invalid value: 0: cannot be 0'],
    ['a partition on delete', { updateStrategy: { type: 'OnDelete', rollingUpdate: { partition: 1 } } }, 'spec.updateStrategy.rollingUpdate: Invalid value: {"Partition":1,"MaxUnavailable":null}: only allowed for updateStrategy \'RollingUpdate\''],
  ])('StatefulSets refuse %s', (_, spec, message) => expect(texts(statefulSet.validate?.(stored(statefulSet, spec)))).toEqual([message]))

  it('DaemonSets count the changes of their template', () => {
    const before = stored(daemonSet)
    const next = changed(before, spec => ((spec.template as unknown as { spec: { nodeName: string } }).spec.nodeName = 'n'))
    delete next.metadata.annotations
    daemonSet.prepareForUpdate?.(next, before, AT)
    expect(next.metadata.annotations).toEqual({ 'deprecated.daemonset.template.generation': '2' })
  })

  it('Deployments count changed annotations as changes of the desire', () => {
    const before = stored(deployment)
    const next = deepClone(before)
    next.metadata.annotations = { a: 'b' }
    deployment.prepareForUpdate?.(next, before, AT)
    expect(next.metadata.generation).toBe(2)
  })

  it('leave an unchanged template unchecked and what it broke before as it was', () => {
    const before = stored(deployment)
    expect(texts(deployment.validateUpdate?.({ ...before, spec: { ...before.spec, replicas: 2 } as never }, before))).toEqual([])
    expect(texts(deployment.validateUpdate?.(changed(before, spec => void (spec.replicas = -1 as never)), before))).toEqual(['spec.replicas: Invalid value: -1: must be greater than or equal to 0'])
  })

  it('check the numbers of their status', () => {
    const before = stored(replicaSet)
    const check = (status: object): string[] => texts(replicaSet.subresources.status?.validateUpdate?.({ ...before, status: status as never }, before))
    expect(check({ replicas: 2, readyReplicas: 2, availableReplicas: 1 })).toEqual([])
    expect(check({ replicas: 1, readyReplicas: 2 })).toEqual(['status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas'])
    expect(check({ replicas: 2, availableReplicas: 1 })).toEqual(['status.availableReplicas: Invalid value: 1: cannot be greater than readyReplicas'])
  })
})
