/** A machine that is switched off is missed after 50 s, its pods are moved after 300 s more, and it is welcome back. */
import { describe, expect, it } from 'vitest'
import { deployment, Sandbox } from './programs.testing'

for (const lifecycle of ['real', 'fast'])
  describe(`kubottle node stop and start, lifecycle ${lifecycle}`, () => {
    it('is told by the node, its pods and their Service', async () => {
      const cluster = new Sandbox()
      const columns = async (resource: string, path: string): Promise<string[][]> => (await cluster.kubectl(['get', resource, '--no-headers', '-o', `custom-columns=${path}`])).stdout.trim().split('\n').map(l => l.split(/\s+/))
      const ready = async (): Promise<Record<string, string>> => Object.fromEntries(await columns('nodes', 'N:.metadata.name,R:.status.conditions[?(@.type=="Ready")].status')) as Record<string, string>
      try {
        await cluster.kubottle(['init', '--config', cluster.write('cluster.yaml', `lifecycle: ${lifecycle}\nnodes: 2\nseed: power\n`)])
        await cluster.kubectl(['apply', '-f', cluster.write('web.yaml', deployment('web', 'nginx', 4))])
        const placed = await columns('pods', 'N:.metadata.name,W:.spec.nodeName')
        const lost = placed.filter(([, where]) => where === 'node-2').map(([name]) => name as string)
        expect(lost.length).toBeGreaterThan(0)

        // Nobody has noticed yet: the node says what it said last, and its pods cannot be reached.
        expect((await cluster.kubottle(['node', 'stop', 'node-2', '--wait=false'])).stdout).toBe('node/node-2 stopped\n')
        const log = await cluster.kubectl(['logs', lost[0] as string])
        expect(log.code).toBe(1)
        expect(log.stderr).toMatch(/^Error from server: Get "https:\/\/[\d.]+:10250\/containerLogs\/default\/.*": dial tcp [\d.]+:10250: connect: no route to host\n$/)

        await cluster.kubottle(['node', 'stop', 'node-2'])
        expect(await ready()).toEqual({ 'node-1': 'True', 'node-2': 'Unknown' })
        const described = (await cluster.kubectl(['describe', 'node', 'node-2'])).stdout
        expect(described).toContain('Taints:             node.kubernetes.io/unreachable:NoExecute\n                    node.kubernetes.io/unreachable:NoSchedule\n')
        expect(described).toMatch(/Ready +Unknown .* NodeStatusUnknown +Kubelet stopped posting node status\./)
        expect(described).toContain('Node node-2 status is now: NodeNotReady')
        const unready = await columns('pods', 'N:.metadata.name,R:.status.conditions[?(@.type=="Ready")].status')
        expect(unready.filter(([, r]) => r === 'False').map(([n]) => n as string)).toEqual(lost)

        // 300 s of toleration later they are replaced, but only their own kubelet can end them.
        await cluster.kubottle(['clock', '+5m'])
        const moved = await columns('pods', 'N:.metadata.name,W:.spec.nodeName,D:.metadata.deletionTimestamp')
        expect(moved.filter(([, , deleted]) => deleted === '<none>').map(([, where]) => where)).toEqual(['node-1', 'node-1', 'node-1', 'node-1'])
        expect(moved.filter(([, , deleted]) => deleted !== '<none>').map(([name]) => name as string)).toEqual(lost)

        expect((await cluster.kubottle(['node', 'start', 'node-2'])).stdout).toBe('node/node-2 started\n')
        expect(await ready()).toEqual({ 'node-1': 'True', 'node-2': 'True' })
        expect(await columns('node/node-2', 'T:.spec.taints,A:.metadata.annotations.kubottle\\.dev/power')).toEqual([['<none>', '<none>']])
        expect((await columns('pods', 'W:.spec.nodeName')).flat()).toEqual(['node-1', 'node-1', 'node-1', 'node-1'])
      } finally {
        cluster.remove()
      }
    }, 30_000)

    it('back before the pods are moved, they are ready again', async () => {
      const cluster = new Sandbox()
      try {
        await cluster.kubottle(['init', '--config', cluster.write('cluster.yaml', `lifecycle: ${lifecycle}\nnodes: 1\n`)])
        await cluster.kubectl(['run', 'web', '--image=nginx'])
        await cluster.kubottle(['node', 'stop', 'node-1'])
        const ready = async (): Promise<string> => (await cluster.kubectl(['get', 'pod', 'web', '-o', 'jsonpath={.status.conditions[?(@.type=="Ready")].status} {.status.phase} {.status.containerStatuses[0].restartCount}'])).stdout
        expect(await ready()).toBe('False Running 0')
        await cluster.kubottle(['node', 'start', 'node-1'])
        expect(await ready()).toBe('True Running 0')
        expect((await cluster.kubottle(['node', 'stop', 'nosuch'])).stderr).toBe('Error from server (NotFound): nodes "nosuch" not found\n')
      } finally {
        cluster.remove()
      }
    }, 30_000)
  })
