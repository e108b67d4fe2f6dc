/** What somebody who watches a pod sees of its containers' ends. */
import { describe, expect, it } from 'vitest'
import { pod } from '../../kinds/core/pod/kind'
import type { Resource } from '../../kinds/kind'
import type { Event, Pod } from '../../kinds/schema/types/core.v1'
import { testCluster, type TestCluster } from '../../controllers/cluster.testing'

const EVENT = { group: '', version: 'v1', kind: 'Event', plural: 'events', singular: 'event', scope: 'Namespaced' } as Resource<Event>
const told = async (c: TestCluster): Promise<string[]> => (await c.client.list(EVENT)).items.filter(e => e.involvedObject.name === 'p' && !/^(Pull|Created|Started|Scheduled)/.test(e.reason as string)).map(e => `${e.reason}: ${e.message}`)
const sh = (script: string, more: object = {}): object => ({ name: 'c', image: 'busybox', command: ['sh', '-c', script], ...more })
const SLEEP = 'exec sleep 10000'

/** One line a change: seconds, phase, and each container's state, with its restarts. */
async function story(spec: object, seconds: number, act: Readonly<Record<number, (c: TestCluster) => Promise<unknown>>> = {}): Promise<{ lines: string[]; events: string[] }> {
  const c = await testCluster('real', 1)
  await c.client.create(pod, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'default' }, spec } as unknown as Pod)
  const lines: string[] = []
  let before = ''
  for (let ms = 0; ms < seconds * 1000; ms += 10) {
    await c.later(10)
    await act[ms]?.(c)
    const p = c.lister.get(pod, 'p', 'default')
    const states = [...(p?.status?.initContainerStatuses ?? []), ...(p?.status?.containerStatuses ?? [])].map(s => `${s.state?.waiting?.reason ?? (s.state?.terminated === undefined ? 'runs' : `${s.state.terminated.reason}(${s.state.terminated.exitCode})`)}${s.restartCount === 0 ? '' : ` ${s.restartCount}`}`)
    const line = p === undefined ? 'gone' : [p.status?.phase, p.status?.reason, ...states].filter(x => x !== undefined).join(', ')
    if (line !== before) lines.push(`${((ms + 10) / 1000).toFixed(1)} ${line}`)
    before = line
  }
  return { lines, events: await told(c) }
}

describe('a pod', () => {
  it('shows each end of a container before the next run, and the back-off', async () => {
    expect((await story({ containers: [sh('sleep 2; exit 1')] }, 17)).lines).toEqual([
      '0.0 Pending, ContainerCreating', '0.4 Running, runs',
      '3.4 Running, Error(1)', '3.4 Running, runs 1',
      '6.4 Running, Error(1) 1', '15.4 Running, CrashLoopBackOff 1', '15.4 Running, runs 2',
    ])
  })

  it('shows init containers that are done before the next begins', async () => {
    expect((await story({ initContainers: [{ ...sh('sleep 2'), name: 'i' }, { ...sh('sleep 2'), name: 'j' }], containers: [sh(SLEEP)] }, 8)).lines).toEqual([
      '0.0 Pending, PodInitializing, PodInitializing, PodInitializing', '0.4 Pending, runs, PodInitializing, PodInitializing',
      '3.4 Pending, Completed(0), PodInitializing, PodInitializing', '3.4 Pending, Completed(0), runs, PodInitializing',
      '6.4 Pending, Completed(0), Completed(0), PodInitializing', '6.4 Running, Completed(0), Completed(0), runs',
    ])
  })

  it('gives a container whose hook has failed its grace, and says why it waits', async () => {
    const { lines, events } = await story({ terminationGracePeriodSeconds: 5, containers: [sh(SLEEP, { lifecycle: { postStart: { exec: { command: ['sh', '-c', 'echo no >&2; exit 3'] } } } })] }, 12)
    expect(lines).toEqual(['0.0 Pending, ContainerCreating', '0.4 Running, runs', '5.4 Running, PostStartHookError', '5.4 Running, runs 1', '10.4 Running, PostStartHookError 1'])
    expect(events.slice(0, 2)).toEqual(['FailedPostStartHook: PostStartHook failed', 'Killing: FailedPostStartHook'])
  })

  it('runs on past its deadline until its containers have ended', async () => {
    const { lines, events } = await story({ activeDeadlineSeconds: 5, terminationGracePeriodSeconds: 10, containers: [sh(SLEEP)] }, 20)
    expect(lines).toEqual(['0.0 Pending, ContainerCreating', '0.4 Running, runs', '15.0 Failed, DeadlineExceeded, Error(137)'])
    expect(events).toEqual(['DeadlineExceeded: Pod was active on the node longer than the specified deadline', 'Killing: Stopping container c'])
  })

  it('that is deleted tells all containers at once; sidecars end after the others, the last one first', async () => {
    const loop = (then: string): string => `trap "${then}; exit 0" TERM; while true; do sleep 1; done`
    const sidecar = (name: string, script: string, more: object = {}): object => ({ ...sh(script), name, restartPolicy: 'Always', ...more })
    const spec = { terminationGracePeriodSeconds: 8, initContainers: [sidecar('one', SLEEP), sidecar('two', loop('true'), { lifecycle: { preStop: { exec: { command: ['sleep', '2'] } } } })], containers: [sh(loop('sleep 3'))] }
    const { lines, events } = await story(spec, 16, { 5_000: c => c.client.delete(pod, { metadata: { name: 'p', namespace: 'default' } }) })
    expect(events).toEqual(['Killing: Stopping container c', 'Killing: Stopping container two', 'Killing: Stopping container one'])
    expect(lines.slice(1).map(l => l.replace(/^[\d.]+ /, ''))).toEqual(['Running, runs, runs, runs', 'Running, runs, runs, Completed(0)', 'Running, runs, Completed(0), Completed(0)', 'Running, Error(137), Completed(0), Completed(0)', 'gone'])
    // The first one gets what is left of the grace.
    expect(lines.at(-2)).toMatch(/^13\.0 /)
  })

  it('kills what ignores SIGTERM after two seconds even when there is less grace', async () => {
    const { lines } = await story({ containers: [sh(SLEEP)] }, 10, { 5_000: c => c.client.delete(pod, { metadata: { name: 'p', namespace: 'default' } }, { gracePeriodSeconds: 1 }) })
    expect(lines.slice(2)).toEqual(['7.0 Running, Error(137)', '7.5 gone'])
  })

  it.each([
    ['Never', undefined, 'Container c failed liveness probe'],
    ['Always', undefined, 'Container c failed liveness probe, will be restarted'],
    ['Always', 'Never', 'Container c failed liveness probe'],
  ])('says whether a container runs again: pod %s, container %s', async (restartPolicy, own, message) => {
    const { events } = await story({ restartPolicy, terminationGracePeriodSeconds: 1, containers: [sh(SLEEP, { ...(own === undefined ? {} : { restartPolicy: own }), livenessProbe: { periodSeconds: 1, failureThreshold: 1, exec: { command: ['false'] } } })] }, 5)
    expect(events).toContain(`Killing: ${message}`)
  })

  it('says of a sidecar that it is an init container', async () => {
    const { events } = await story({ terminationGracePeriodSeconds: 1, initContainers: [{ ...sh(SLEEP, { livenessProbe: { periodSeconds: 1, failureThreshold: 1, exec: { command: ['false'] } } }), name: 's', restartPolicy: 'Always' }], containers: [sh(SLEEP)] }, 5)
    expect(events).toContain('Killing: Init container s failed liveness probe')
  })
})
