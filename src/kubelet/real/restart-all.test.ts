/** Rules by which all containers of a pod begin anew, and sandboxes that are made anew. */
import { describe, expect, it } from 'vitest'
import { pod } from '../../kinds/core/pod/kind'
import type { Resource } from '../../kinds/kind'
import type { ContainerStatus, Event, Pod } from '../../kinds/schema/types/core.v1'
import { START, testCluster, type TestCluster } from '../../controllers/cluster.testing'

const EVENT = { group: '', version: 'v1', kind: 'Event', plural: 'events', singular: 'event', scope: 'Namespaced' } as Resource<Event>
const told = async (c: TestCluster): Promise<string[]> => (await c.client.list(EVENT)).items.map(e => `${e.involvedObject.fieldPath ?? ''} ${e.reason}: ${e.message}${(e.count ?? 1) > 1 ? ` x${e.count}` : ''}`)
const RULES = [{ action: 'RestartAllContainers', exitCodes: { operator: 'In', values: [42] } }]
const sh = (name: string, script: string, more: object = {}): object => ({ name, image: 'busybox', command: ['sh', '-c', script], volumeMounts: [{ name: 'w', mountPath: '/w' }], ...more })
const once = (script: string): string => `if [ -f /w/done ]; then ${script}; else touch /w/done; sleep 35; exit 42; fi`
const SLEEP = 'exec sleep 10000'
const spec = (containers: object[], initContainers?: object[], more: object = {}): object => ({ restartPolicy: 'Never', containers, ...(initContainers === undefined ? {} : { initContainers }), volumes: [{ name: 'w', emptyDir: {} }], ...more })
const create = async (c: TestCluster, podSpec: object): Promise<void> => c.apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, spec: podSpec })
const now = (c: TestCluster): Pod => c.get<Pod>(pod, 'p')
const all = (p: Pod): ContainerStatus[] => [...(p.status?.initContainerStatuses ?? []), ...(p.status?.containerStatuses ?? [])]
const counts = (p: Pod): Record<string, number> => Object.fromEntries(all(p).map(s => [s.name, s.restartCount]))
const condition = (p: Pod, type: string): (string | undefined)[] => {
  const found = p.status?.conditions?.find(x => x.type === type)
  return [found?.status, found?.reason, found?.message]
}
const REMOVED = { exitCode: 137, reason: 'RestartingAllContainers', message: 'The container is removed because RestartAllContainers in place', startedAt: null, finishedAt: null }

/** What the pod's status was, one line a change. */
async function story(c: TestCluster, ms: number, line: (p: Pod) => string): Promise<string[]> {
  const lines: string[] = []
  for (let passed = 0; passed <= ms; passed += 10) {
    const text = line(now(c))
    if (lines.at(-1) !== text) lines.push(text)
    await c.later(10)
  }
  return lines
}

describe('RestartAllContainers', () => {
  it('has init containers, sidecars and containers begin anew in the same sandbox with the same volumes', async () => {
    const c = await testCluster('real', 1)
    await create(c, spec([sh('source', once(SLEEP), { restartPolicy: 'Never', restartPolicyRules: RULES }), sh('regular', 'echo run >> /w/log; ' + SLEEP, { lifecycle: { preStop: { exec: { command: ['touch', '/w/hook'] } } } })], [sh('init', 'true'), sh('sidecar', SLEEP, { restartPolicy: 'Always' })]))
    const before = now(c)
    expect(counts(before)).toEqual({ init: 0, sidecar: 0, source: 0, regular: 0 })
    expect(condition(before, 'AllContainersRestarting')).toEqual(['False', undefined, undefined])
    await c.later(60_000)
    const after = now(c)
    expect(counts(after)).toEqual({ init: 1, sidecar: 1, source: 1, regular: 1 })
    expect(all(after).map(s => s.lastState?.terminated)).toEqual([REMOVED, REMOVED, REMOVED, REMOVED])
    expect(all(after).map(s => Object.keys(s.state ?? {})[0])).toEqual(['terminated', 'running', 'running', 'running'])
    expect(all(after).map(s => s.containerID)).not.toContain(undefined)
    expect(new Set([...all(before), ...all(after)].map(s => s.containerID)).size).toBe(8)
    expect(after.status?.phase).toBe('Running')
    expect(after.status?.podIP).toBe(before.status?.podIP)
    expect(condition(after, 'Ready')[0]).toBe('True')
    const exec = async (...command: string[]): Promise<string> => {
      let out = ''
      await c.client.connect(pod, { metadata: { name: 'p', namespace: 'default' } }, 'exec', { query: { container: 'regular', command }, stdout: chunk => (out += Buffer.from(chunk).toString()) })
      return out
    }
    expect(await exec('cat', '/w/log')).toBe('run\nrun\n')
    // The hooks that run before a stop are left out.
    expect(await exec('ls', '/w')).toBe('done\nlog\n')
    const events = await told(c)
    expect(events).toContain('spec.containers{regular} Killing: killing')
    expect(events).toContain('spec.initContainers{sidecar} Killing: killing')
    expect(events.filter(e => e.includes('SandboxChanged') || e.includes('BackOff'))).toEqual([])
  })

  it('is told by a condition and by what the containers wait for', async () => {
    const c = await testCluster('real', 1)
    await create(c, spec([sh('source', 'sleep 40; exit 42', { restartPolicy: 'Never', restartPolicyRules: RULES }), sh('regular', SLEEP)], [sh('init', 'sleep 1')]))
    expect(now(c).metadata.creationTimestamp).toBe(new Date(START).toISOString().replace('.000', ''))
    const lines = await story(c, 50_000, p => `${p.status?.phase} ${condition(p, 'AllContainersRestarting')[0]} ${condition(p, 'Initialized')[0]} ${condition(p, 'Ready')[0]} ${all(p).map(s => s.state?.waiting?.reason ?? s.state?.terminated?.reason ?? 'runs').join(' ')} ${Object.values(counts(p)).join('')}`)
    expect(lines.slice(0, 6)).toEqual([
      'Running False True True Completed runs runs 000',
      'Running True True False Completed Error runs 000',
      'Pending False True False RestartingAllContainers RestartingAllContainers RestartingAllContainers 111',
      'Pending False True False runs PodInitializing PodInitializing 111',
      'Running False True False Completed PodInitializing PodInitializing 111',
      'Running False True True Completed runs runs 111',
    ])
  })

  it('is asked for by a sidecar', async () => {
    const c = await testCluster('real', 1)
    await create(c, spec([sh('regular', SLEEP)], [sh('init', 'true'), sh('source', once(SLEEP), { restartPolicy: 'Always', restartPolicyRules: RULES })]))
    await c.later(60_000)
    expect(counts(now(c))).toEqual({ init: 1, source: 1, regular: 1 })
    expect(condition(now(c), 'Ready')[0]).toBe('True')
  })

  it('is asked for by an init container, before the others have begun', async () => {
    const c = await testCluster('real', 1)
    await create(c, spec([sh('regular', SLEEP)], [sh('sidecar', SLEEP, { restartPolicy: 'Always' }), sh('init', 'true'), sh('source', once('exit 0'), { restartPolicy: 'Never', restartPolicyRules: RULES })]))
    await c.later(60_000)
    expect(counts(now(c))).toEqual({ sidecar: 1, init: 1, source: 1, regular: 0 })
    expect(condition(now(c), 'Ready')[0]).toBe('True')
    expect(now(c).status?.containerStatuses?.[0]?.lastState).toEqual({})
  })

  it('does not go round when those that are killed have such a rule, too', async () => {
    const c = await testCluster('real', 1)
    const rules = [{ action: 'RestartAllContainers', exitCodes: { operator: 'In', values: [42, 137, 143] } }]
    await create(c, spec([sh('source', once(SLEEP), { restartPolicy: 'Never', restartPolicyRules: rules }), sh('regular', SLEEP, { restartPolicy: 'Never', restartPolicyRules: rules })]))
    await c.later(120_000)
    expect(counts(now(c))).toEqual({ source: 1, regular: 1 })
    expect(now(c).status?.phase).toBe('Running')
  })

  it('counts on from restarts before, and brings back who has ended for good', async () => {
    const c = await testCluster('real', 1)
    await create(c, spec([sh('source', 'if [ -f /w/b ]; then exec sleep 10000; elif [ -f /w/a ]; then touch /w/b; sleep 5; exit 42; else touch /w/a; exit 1; fi', { restartPolicy: 'OnFailure', restartPolicyRules: RULES }), sh('ended', 'exit 3')]))
    await c.later(60_000)
    expect(counts(now(c))).toEqual({ source: 2, ended: 1 })
    expect(now(c).status?.containerStatuses?.[0]).toMatchObject({ name: 'source', state: { running: {} } })
    expect(now(c).status?.containerStatuses?.[1]).toMatchObject({ name: 'ended', state: { terminated: { exitCode: 3 } }, lastState: { terminated: REMOVED } })
  })

  it('fails the pod when an init container fails for good afterwards', async () => {
    const c = await testCluster('real', 1)
    await create(c, spec([sh('source', 'sleep 3; exit 42', { restartPolicy: 'Never', restartPolicyRules: RULES })], [sh('init', 'if [ -f /w/done ]; then exit 1; fi; touch /w/done')]))
    await c.later(60_000)
    expect(now(c).status?.phase).toBe('Failed')
    expect(condition(now(c), 'AllContainersRestarting')).toEqual(['False', 'PodFailed', undefined])
    expect(counts(now(c))).toEqual({ init: 1, source: 1 })
  })

  it('ends with the deletion of its pod', async () => {
    const c = await testCluster('real', 1)
    await create(c, spec([sh('source', 'sleep 40; exit 42', { restartPolicy: 'Never', restartPolicyRules: RULES }), sh('regular', SLEEP)]))
    while (condition(now(c), 'AllContainersRestarting')[0] !== 'True') await c.later(100)
    await c.client.delete(pod, now(c))
    await c.later(60_000)
    expect(c.names(pod)).toEqual([])
  })
})

describe('rules of init containers', () => {
  it.each([
    ['Never', 42, 'Running'],
    ['Never', 1, 'Failed'],
    ['Always', 1, 'Failed'],
  ])('count before the policy %s of the pod, exit code %i', async (restartPolicy, code, phase) => {
    const c = await testCluster('real', 1)
    const rules = [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }]
    await create(c, spec([sh('main', SLEEP)], [sh('init', `[ -f /w/done ] && exit 0; touch /w/done; exit ${code}`, { restartPolicy: 'Never', restartPolicyRules: rules })], { restartPolicy }))
    await c.later(60_000)
    expect(now(c).status?.phase).toBe(phase)
    expect(counts(now(c))).toEqual({ init: phase === 'Running' ? 1 : 0, main: 0 })
  })
})

describe('a sandbox that is made anew', () => {
  const kill = async (c: TestCluster): Promise<void> => {
    await c.client.connect(pod, { metadata: { name: 'p', namespace: 'default' } }, 'exec', { query: { container: 'main', command: ['kill', '1'] } }).catch(() => {})
    await c.settle()
  }

  it('has the init containers run again', async () => {
    const c = await testCluster('real', 1)
    await create(c, spec([sh('main', 'echo main >> /w/log; ' + SLEEP)], [sh('one', 'echo one >> /w/log'), sh('side', SLEEP, { restartPolicy: 'Always' }), sh('two', 'echo two >> /w/log')], { restartPolicy: 'Always', shareProcessNamespace: true }))
    const before = now(c)
    await kill(c)
    await c.later(60_000)
    const after = now(c)
    expect(counts(after)).toEqual({ one: 1, side: 1, two: 1, main: 1 })
    expect(all(after).map(s => [s.state?.terminated?.reason ?? 'runs', s.lastState?.terminated?.reason])).toEqual([['Completed', 'Completed'], ['runs', 'Error'], ['Completed', 'Completed'], ['runs', 'Error']])
    expect(after.status?.podIP).not.toBe(before.status?.podIP)
    let log = ''
    await c.client.connect(pod, { metadata: { name: 'p', namespace: 'default' } }, 'exec', { query: { container: 'main', command: ['cat', '/w/log'] }, stdout: chunk => (log += Buffer.from(chunk).toString()) })
    expect(log).toBe('one\ntwo\nmain\none\ntwo\nmain\n')
    expect(await told(c)).toContain(' SandboxChanged: Pod sandbox changed, it will be killed and re-created.')
  })

  it('is not made for a pod that runs once', async () => {
    const c = await testCluster('real', 1)
    await create(c, spec([sh('main', SLEEP)], [sh('one', 'true')], { shareProcessNamespace: true }))
    await kill(c)
    await c.later(60_000)
    expect(now(c).status?.phase).toBe('Failed')
    expect(counts(now(c))).toEqual({ one: 0, main: 0 })
    expect((await told(c)).filter(e => e.includes('SandboxChanged'))).toEqual([])
  })
})
