import { describe, expect, it } from 'vitest'
import type { ContainerStatus, Pod, PodStatus } from '../../schema/types/core.v1'
import { columns } from './columns'

const NOW = Date.parse('2026-01-01T01:00:00Z')
const container = (name: string, state: ContainerStatus['state'], more: Partial<ContainerStatus> = {}): ContainerStatus => ({ name, state, ready: state?.running !== undefined, restartCount: 0, image: '', imageID: '', ...more }) as ContainerStatus
const running = { running: { startedAt: '2026-01-01T00:00:00Z' } }
const pod = (status: PodStatus, spec: Partial<Pod['spec']> = {}, metadata: object = {}): Pod => ({ metadata: { name: 'p', creationTimestamp: '2026-01-01T00:00:00Z', ...metadata }, spec: { containers: [{ name: 'a' }, { name: 'b' }], ...spec }, status }) as Pod
const cell = (name: string, p: Pod): unknown => columns.find(c => c.name === name)?.cell(p, { nowMs: NOW })

describe('columns of pods', () => {
  it('count ready containers and sidecars', () => {
    const p = pod(
      { phase: 'Running', containerStatuses: [container('a', running), container('b', { waiting: { reason: 'CrashLoopBackOff' } }, { restartCount: 3, lastState: { terminated: { exitCode: 1, finishedAt: '2026-01-01T00:59:30Z' } } })], initContainerStatuses: [container('s', running, { started: true })] },
      { initContainers: [{ name: 's', restartPolicy: 'Always' }] } as never,
    )
    expect(cell('Ready', p)).toBe('2/3')
    expect(cell('Status', p)).toBe('CrashLoopBackOff')
    expect(cell('Restarts', p)).toBe('3 (30s ago)')
    expect(cell('Age', p)).toBe('60m')
  })

  it.each<[string, Pod]>([
    ['Pending', pod({ phase: 'Pending' })],
    ['SchedulingGated', pod({ phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }] } as PodStatus)],
    ['Init:0/2', pod({ phase: 'Pending', initContainerStatuses: [container('x', running)] }, { initContainers: [{ name: 'x' }, { name: 'y' }] } as never)],
    ['Init:Error', pod({ phase: 'Pending', initContainerStatuses: [container('x', { terminated: { exitCode: 1, reason: 'Error' } })] }, { initContainers: [{ name: 'x' }] } as never)],
    ['Init:ExitCode:2', pod({ phase: 'Pending', initContainerStatuses: [container('x', { terminated: { exitCode: 2 } })] }, { initContainers: [{ name: 'x' }] } as never)],
    ['PodInitializing', pod({ phase: 'Pending', initContainerStatuses: [container('x', { terminated: { exitCode: 0 } })], containerStatuses: [container('a', { waiting: { reason: 'PodInitializing' } })] }, { initContainers: [{ name: 'x' }] } as never)],
    ['Completed', pod({ phase: 'Succeeded', containerStatuses: [container('a', { terminated: { exitCode: 0, reason: 'Completed' } })] })],
    ['NotReady', pod({ phase: 'Running', containerStatuses: [container('a', { terminated: { exitCode: 0, reason: 'Completed' } }), container('b', running)] })],
    ['Evicted', pod({ phase: 'Failed', reason: 'Evicted' })],
    ['Terminating', pod({ phase: 'Running', containerStatuses: [container('a', running)] }, {}, { deletionTimestamp: '2026-01-01T00:59:00Z' })],
    ['Unknown', pod({ phase: 'Running', reason: 'NodeLost' }, {}, { deletionTimestamp: '2026-01-01T00:59:00Z' })],
    ['Completed', pod({ phase: 'Succeeded', containerStatuses: [container('a', { terminated: { exitCode: 0, reason: 'Completed' } })] }, {}, { deletionTimestamp: '2026-01-01T00:59:00Z' })],
  ])('say %s', (status, p) => expect(cell('Status', p)).toBe(status))

  it('print more with -o wide', () => {
    const p = pod({ podIPs: [{ ip: '10.0.0.1' }], conditions: [{ type: 'g', status: 'True' }] } as PodStatus, { nodeName: 'n', readinessGates: [{ conditionType: 'g' }, { conditionType: 'h' }] } as never)
    expect(columns.filter(c => c.priority === 1).map(c => c.cell(p, { nowMs: NOW }))).toEqual(['10.0.0.1', 'n', '<none>', '1/2'])
  })
})
