import { describe, expect, it } from 'vitest'
import { deepClone } from '../../../base/equal'
import { fieldErrorBody, type FieldError } from '../../../base/field'
import type { Pod } from '../../schema/types/core.v1'
import { pod as kind } from './kind'

const AT = { nowMs: 0 } as never
const messageOf = (e: FieldError): string => `${e.field}: ${fieldErrorBody(e)}`

function stored(spec: object = {}, status: object = {}): Pod {
  const p = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'default', uid: 'u', resourceVersion: '5', generation: 1 }, spec: { containers: [{ name: 'a', image: 'nginx', resources: { requests: { cpu: '100m', memory: '10Mi' } } }], ...spec } } as unknown as Pod
  kind.applyDefaults?.(p)
  kind.prepareForCreate?.(p, AT)
  p.status = { ...p.status, ...status }
  return p
}

/** What the API server does with a write of a subresource. */
function write(name: 'status' | 'ephemeralcontainers' | 'resize', previous: Pod, change: (p: Pod) => void): { next: Pod; errors: string[] } {
  const next = deepClone(previous)
  change(next)
  const hooks = kind.subresources[name]
  hooks?.prepareForUpdate?.(next, previous, AT)
  return { next, errors: [...(hooks?.validateUpdate?.(next, previous) ?? [])].map(messageOf) }
}
const first = (p: Pod): NonNullable<Pod['spec']['containers'][0]> => p.spec.containers[0] as never

describe('resize', () => {
  it('changes the amounts and nothing else', () => {
    const { next, errors } = write('resize', stored(), p => {
      first(p).resources = { requests: { cpu: '200m', memory: '10Mi' } }
      first(p).image = 'other'
      p.metadata.labels = { a: 'b' }
    })
    expect(errors).toEqual([])
    expect(first(next)).toMatchObject({ image: 'nginx', resources: { requests: { cpu: '200m' } } })
    expect(next.metadata.labels).toBeUndefined()
    expect(next.metadata.generation).toBe(2)
  })

  it.each<[string, (p: Pod) => void, string]>([
    ['the removal of amounts', p => (first(p).resources = { requests: { cpu: '100m' } }), 'spec.containers[0].resources.requests: Forbidden: resource requests cannot be removed'],
    ['other resources', p => (first(p).resources = { requests: { cpu: '100m', memory: '10Mi', 'example.com/x': '1' }, limits: { 'example.com/x': '1' } }), 'spec: Forbidden: only cpu and memory resources are mutable'],
    ['another QoS class', p => (first(p).resources = { requests: { cpu: '100m', memory: '10Mi' }, limits: { cpu: '100m', memory: '10Mi' } }), 'spec: Invalid value: "Burstable": Pod QOS Class may not change as a result of resizing'],
    ['more containers', p => p.spec.containers.push({ ...first(p), name: 'b' }), 'spec.containers: Forbidden: containers may not be added or removed on resize'],
    ['other names', p => (first(p).name = 'b'), 'spec.containers[0].name: Forbidden: containers may not be renamed or reordered on resize'],
  ])('refuses %s', (_, change, message) => expect(write('resize', stored(), change).errors).toEqual([message]))

  it('refuses Windows and static pods', () => {
    expect(write('resize', stored({ os: { name: 'windows' } }), () => {}).errors).toEqual([': Forbidden: windows pods cannot be resized'])
  })
})

describe('ephemeral containers', () => {
  const debug = { name: 'debug', image: 'busybox', imagePullPolicy: 'Always', terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File', resources: {} }

  it('may be added', () => {
    const { next, errors } = write('ephemeralcontainers', stored(), p => {
      p.spec.ephemeralContainers = [debug]
      p.spec.nodeName = 'elsewhere'
    })
    expect(errors).toEqual([])
    expect(next.spec.nodeName).toBeUndefined()
    expect(next.metadata.generation).toBe(2)
  })

  it('may not be removed or changed', () => {
    const before = stored({ ephemeralContainers: [debug] })
    expect(write('ephemeralcontainers', before, p => delete p.spec.ephemeralContainers).errors).toEqual(['spec.ephemeralContainers: Forbidden: existing ephemeral containers "debug" may not be removed\n'])
    const [changed] = write('ephemeralcontainers', before, p => (p.spec.ephemeralContainers = [{ ...debug, image: 'alpine' }])).errors
    expect(changed).toContain('existing ephemeral containers "debug" may not be changed\n@@ ')
    expect(changed).toContain('- "Image": "busybox",\n+ "Image": "alpine",')
  })
})

describe('status', () => {
  it('keeps spec, owners, class and observed generations', () => {
    const before = stored({}, { observedGeneration: 1, conditions: [{ type: 'Ready', status: 'True', observedGeneration: 1 }] })
    const { next, errors } = write('status', before, p => {
      p.spec.nodeName = 'n'
      p.metadata.ownerReferences = [{ apiVersion: 'v1', kind: 'X', name: 'x', uid: 'x' }]
      p.status = { phase: 'Running', podIPs: [{ ip: '10.0.0.1' }], conditions: [{ type: 'Ready', status: 'False' } as never] }
    })
    expect(errors).toEqual([])
    expect(next.spec).toBe(before.spec)
    expect(next.metadata.ownerReferences).toBeUndefined()
    expect(next.status).toMatchObject({ qosClass: 'Burstable', observedGeneration: 1, podIP: '10.0.0.1', conditions: [{ status: 'False', observedGeneration: 1 }] })
  })

  it.each<[string, object, (p: Pod) => void, string[]]>([
    ['QoS class', {}, p => (p.status = { ...p.status, qosClass: 'Guaranteed' }), ['status.qosClass: Invalid value: "Guaranteed": field is immutable']],
    ['nomination of a bound pod', { nodeName: 'n' }, p => (p.status = { ...p.status, nominatedNodeName: 'm' }), ['status.nominatedNodeName: Forbidden: may not be set on pods that are already bound to a node']],
    ['two addresses of a family', {}, p => (p.status = { ...p.status, podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }] }), ['status.podIPs: Invalid value: [{"IP":"10.0.0.1"},{"IP":"10.0.0.2"}]: may specify no more than one IP for each IP family']],
    ['condition', {}, p => (p.status = { ...p.status, conditions: [{ type: 'a b', status: 'True' } as never] }), [expect.stringContaining('status.conditions[0].Type: Invalid value: "a b"') as never]],
  ])('refuses a wrong %s', (_, spec, change, messages) => expect(write('status', stored(spec), change).errors).toEqual(messages))

  it('lets an ended container run again only if it restarts', () => {
    const ended = { containerStatuses: [{ name: 'a', state: { terminated: { exitCode: 0 } } }] }
    const again = (p: Pod): void => void (p.status = { ...p.status, containerStatuses: [{ name: 'a', state: { running: {} } } as never] })
    expect(write('status', stored({}, ended), again).errors).toEqual([])
    for (const restartPolicy of ['Never', 'OnFailure']) expect(write('status', stored({ restartPolicy }, ended), again).errors).toEqual(['status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state'])
  })
})

describe('create', () => {
  it('merges the pod\'s own labels into selectors by key and marks gated pods', () => {
    const p = { metadata: { name: 'p', labels: { v: '1' } }, spec: { containers: [{ name: 'a', image: 'x' }], schedulingGates: [{ name: 'g' }], topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'k', whenUnsatisfiable: 'DoNotSchedule', labelSelector: { matchLabels: { a: 'b' } }, matchLabelKeys: ['v', 'w'] }] } } as unknown as Pod
    kind.prepareForCreate?.(p, AT)
    expect(p.spec.topologySpreadConstraints?.[0]?.labelSelector?.matchExpressions).toEqual([{ key: 'v', operator: 'In', values: ['1'] }])
    expect(p.status?.conditions?.[0]).toMatchObject({ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' })
  })

  it('copies AppArmor annotations into fields', () => {
    const p = { metadata: { name: 'p', annotations: { 'container.apparmor.security.beta.kubernetes.io/a': 'localhost/x' } }, spec: { containers: [{ name: 'a', image: 'x' }] } } as unknown as Pod
    kind.prepareForCreate?.(p, AT)
    expect(first(p).securityContext).toEqual({ appArmorProfile: { type: 'Localhost', localhostProfile: 'x' } })
  })
})
