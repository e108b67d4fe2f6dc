/** Descriptions: layout, and the parts that no recording of a small cluster reaches. */
import { describe, expect, it } from 'vitest'
import type { Pod } from '../../kinds/schema/types/core.v1'
import { probeText } from './core/pod/probe'
import { describeVolumes } from './core/pod/volumes'
import { podResources } from './core/pod-resources'
import { quantityText } from '../../base/quantity'
import { endpointsText } from './discovery/endpoints-of'
import { labelFor } from './generic'
import { annotations, labels, taintText, taints, tolerations } from './metadata'
import { compactRules, resourceAndGroup } from './rbac/rules'
import { DescribeWriter, type Lines } from './writer'

const written = (work: (w: Lines) => void): string => {
  const w = new DescribeWriter()
  work(w)
  return w.text()
}

describe('metadata', () => {
  it('lists labels below each other', () => {
    expect(written(w => labels(w, 'Labels', { b: '2', a: '1' }))).toBe('Labels:  a=1\n         b=2\n')
    expect(written(w => labels(w, 'Labels', {}))).toBe('Labels:  <none>\n')
  })
  it('leaves out what apply remembers, and cuts long annotations', () => {
    expect(written(w => annotations(w, 'Annotations', { 'kubectl.kubernetes.io/last-applied-configuration': '{}' }))).toBe('Annotations:  <none>\n')
    expect(written(w => annotations(w, 'Annotations', { note: 'x'.repeat(200), short: 'y' }))).toBe(`Annotations:  note:\n                ${'x'.repeat(138)}...\n              short: y\n`)
  })
  it('writes taints and tolerations', () => {
    expect(written(w => taints(w, 'Taints', [{ key: 'b', effect: 'NoSchedule' }, { key: 'a', value: 'v', effect: 'NoExecute' }]))).toBe('Taints:  a=v:NoExecute\n         b:NoSchedule\n')
    expect(taintText({ key: 'k', effect: '' })).toBe('k')
    expect(written(w => tolerations(w, 'Tolerations', [{ operator: 'Exists' }]))).toBe('Tolerations:  op=Exists\n')
    expect(written(w => tolerations(w, 'Tolerations', [{ key: 'k', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 30 }]))).toBe('Tolerations:  k:NoExecute op=Exists for 30s\n')
  })
  it('keeps escape sequences from the terminal', () => {
    expect(written(w => w.write(0, 'a\x1b[31m\n'))).toBe('a^[[31m\n')
  })
})

describe('generic labels', () => {
  it.each([['podCIDRs', 'Pod CIDRs'], ['creationTimestamp', 'Creation Timestamp'], ['uid', 'UID'], ['apiVersion', 'API Version'], ['a.b/c', 'a.b/c'], ['f:meta', 'f:meta'], ['x-y', 'X - Y']])('%s', (field, label) => {
    expect(labelFor(field)).toBe(label)
  })
})

describe('probes', () => {
  it('says what is asked, and how often', () => {
    expect(probeText({ httpGet: { path: '/a b?x', port: 80, scheme: 'HTTPS' }, periodSeconds: 10 })).toBe('http-get https://:80/a%20b%3Fx delay=0s timeout=0s period=10s #success=0 #failure=0')
    expect(probeText({ exec: { command: ['cat', '/x'] } })).toContain('exec [cat /x] delay=0s')
    expect(probeText({ tcpSocket: { port: 'http' } })).toContain('tcp-socket :http ')
  })
})

describe('volumes', () => {
  it('shows an ephemeral volume with its claim', () => {
    const text = written(w => describeVolumes(w, [{ name: 'v', ephemeral: { volumeClaimTemplate: { metadata: { labels: { a: 'b' } }, spec: { storageClassName: 'fast' } } } } as never]))
    expect(text.split('\n').map(l => l.trimEnd())).toEqual([
      'Volumes:', '  v:', '    Type:          EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)', '    StorageClass:  fast', '    Volume:',
      '    Labels:            a=b', '    Annotations:       <none>', '    Capacity:', '    Access Modes:', ''])
  })
  it('does not know what is empty', () => {
    expect(written(w => describeVolumes(w, [{ name: 'v' }]))).toBe('Volumes:\n  v:\n  <unknown>\n')
  })
})

describe('endpoints', () => {
  const slice = (n: number, ready = true) => ({ metadata: { name: 's' }, addressType: 'IPv4', ports: [{ name: '', port: 80 }], endpoints: Array.from({ length: n }, (_, i) => ({ addresses: [`10.0.0.${i}`], conditions: { ready } })) })
  it('shows three and counts the rest', () => {
    expect(endpointsText([], '')).toBe('<none>')
    expect(endpointsText([slice(2)], '')).toBe('10.0.0.0:80,10.0.0.1:80')
    expect(endpointsText([slice(5)], '')).toBe('10.0.0.0:80,10.0.0.1:80,10.0.0.2:80 + 2 more...')
    expect(endpointsText([slice(2, false)], '')).toBe('')
  })
})

describe('rules', () => {
  it('puts verbs of a resource together', () => {
    const rules = compactRules([{ verbs: ['get', 'list'], apiGroups: ['', 'apps'], resources: ['pods/log'] }, { verbs: ['watch'], apiGroups: [''], resources: ['pods/log'] }, { verbs: ['get'], nonResourceURLs: ['/x'] }])
    expect(rules.map(r => [resourceAndGroup(r), r.nonResourceURLs, r.verbs])).toEqual([['pods/log', undefined, ['get', 'list', 'watch']], ['pods.apps/log', undefined, ['get', 'list']], ['', ['/x'], ['get']]])
  })
})

describe('pod resources', () => {
  it('takes the larger of init containers and all others with sidecars', () => {
    const cpu = (amount: string) => ({ resources: { requests: { cpu: amount } }, name: 'c' })
    const pod = { metadata: { name: 'p' }, spec: { containers: [cpu('100m')], initContainers: [{ ...cpu('50m'), restartPolicy: 'Always' }, cpu('300m')], overhead: { cpu: '10m', memory: '1Mi' } } } as Pod
    const found = podResources(pod, 'requests', false)
    expect(Object.fromEntries(Object.entries(found).map(([k, q]) => [k, quantityText(q)]))).toEqual({ cpu: '360m', memory: '1Mi' })
    expect(podResources(pod, 'limits', false)).toEqual({})
  })
})
