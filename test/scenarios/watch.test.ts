/** Whoever follows a cluster sees what other processes do, until it is told to stop; time passes at the wall's speed meanwhile. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Sandbox } from './programs.testing'

const cluster = new Sandbox()
beforeAll(async () => {
  await cluster.kubottle(['init', '--config', cluster.write('cluster.yaml', 'nodes: 1\nlifecycle: real\n')])
}, 30_000)
afterAll(() => cluster.remove())

const rows = (text: string): string[][] => text.split('\n').filter(l => l !== '').map(l => l.split(/\s{2,}/))

describe('a watch of a cluster file', () => {
  it('tells what other processes write, in order, until Ctrl-C', async () => {
    const watching = cluster.kubectl(['get', 'configmaps', '-w', '-o', 'name'], {}, { interruptAfter: 'last' })
    const events = cluster.kubectl(['get', 'configmaps', '-w', '--output-watch-events', '--no-headers'], {}, { interruptAfter: 'last' })
    // Both have begun when they have told of what was there.
    await Promise.all([watching.printed('kube-root-ca.crt'), events.printed('kube-root-ca.crt')])
    await cluster.kubectl(['create', 'configmap', 'a'])
    await cluster.kubectl(['label', 'configmap', 'a', 'x=y'])
    await cluster.kubectl(['delete', 'configmap', 'a'])
    await cluster.kubectl(['create', 'configmap', 'last'])
    const [names, told] = await Promise.all([watching, events])
    expect(rows(told.stdout).map(r => r.slice(0, 2).join(' '))).toEqual(['ADDED kube-root-ca.crt', 'ADDED a', 'MODIFIED a', 'DELETED a', 'ADDED last'])
    expect([told.code, told.stderr, told.signal]).toEqual([1, '', null])
    expect(names.stdout.split('\n').filter(l => l.startsWith('configmap/')).length).toBe(5)
  }, 30_000)

  it('ends with --request-timeout, and lets time pass meanwhile', async () => {
    // Applied without settling it would stay pending: here the watcher itself lets the cluster go on.
    const began = Date.now()
    const { code, stdout, stderr } = await cluster.kubectl(['get', 'nodes', '-w', '--request-timeout=1s', '--no-headers'])
    expect([code, stderr]).toEqual([0, ''])
    expect(rows(stdout)).toHaveLength(1)
    expect(Date.now() - began).toBeGreaterThan(900)
  }, 20_000)

  it('does not keep others from writing, and shows a pod on its way', async () => {
    await cluster.kubectl(['apply', '-f', cluster.write('far.yaml', 'apiVersion: v1\nkind: Pod\nmetadata: {name: far}\nspec: {nodeName: nowhere, containers: [{name: c, image: nginx}]}\n')])
    const watching = cluster.kubectl(['get', 'pods', '-w'], {}, { interruptAfter: 'Running' })
    await watching.printed('far')
    const created = await cluster.kubectl(['run', 'web', '--image=nginx'])
    expect(created.stdout).toBe('pod/web created\n')
    const { stdout } = await watching
    expect(rows(stdout).filter(r => r[0] === 'web').map(r => r[2]).filter((s, i, all) => s !== all[i - 1])).toEqual(['Pending', 'ContainerCreating', 'Running'])
  }, 30_000)

  it('logs -f follows a container as it writes', async () => {
    await cluster.kubectl(['run', 'tick', '--image=busybox', '--', 'sh', '-c', 'n=0; while true; do n=$((n+1)); echo line $n; sleep 1; done'])
    const before = (await cluster.kubectl(['logs', 'tick'])).stdout.trim().split('\n')
    const { stdout, code } = await cluster.kubectl(['logs', '-f', 'tick'], {}, { interruptAfter: `line ${before.length + 33}\n` })
    const lines = stdout.trim().split('\n')
    expect(lines.length).toBeGreaterThan(before.length)
    expect(lines.map(l => Number(l.split(' ')[1]))).toEqual(lines.map((_, i) => i + 1))
    expect(code).toBe(1)
  }, 30_000)
})
