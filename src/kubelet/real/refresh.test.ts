import { describe, expect, it } from 'vitest'
import { readConfig } from '../../cluster/config'
import { createInMemory } from '../../cluster/create'
import { configMap } from '../../kinds/core/config-map/kind'
import { pod as podKind } from '../../kinds/core/pod/kind'
import type { ConfigMap, Pod } from '../../kinds/schema/types/core.v1'

const START = Date.UTC(2026, 0, 1)

describe('mounted files', () => {
  it('follow their ConfigMap with the next regular sync, and the pod\'s labels soon', async () => {
    const cluster = await createInMemory(readConfig({ nodes: 1, seed: 's', clock: { mode: 'fixed', at: new Date(START) } }), () => START)
    const client = cluster.clientFor({ user: 'admin', groups: ['system:masters'], manager: 'test', trusted: false })
    const cm = await client.create(configMap, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'default' }, data: { color: 'red', gone: 'x' } } as ConfigMap)
    await client.create(podKind, {
      apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'default', labels: { a: '1' } },
      spec: {
        volumes: [{ name: 'c', configMap: { name: 'c' } }, { name: 'd', downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } }],
        containers: [{ name: 'main', image: 'busybox', command: ['sleep', '3600'], volumeMounts: [{ name: 'c', mountPath: '/c' }, { name: 'd', mountPath: '/d' }] }],
      },
    } as unknown as Pod)
    await cluster.settle()
    const shown = async (command: string): Promise<string> => {
      const out: string[] = []
      await client.connect(podKind, { metadata: { name: 'p', namespace: 'default' } }, 'exec', { query: { command: ['sh', '-c', command], stdout: 'true', stderr: 'true' }, stdout: b => void out.push(Buffer.from(b).toString()), stderr: b => void out.push(Buffer.from(b).toString()) })
      return out.join('')
    }
    expect(await shown('cat /c/color /d/labels; ls /c')).toBe('reda="1"color\ngone\n')
    await client.update(configMap, { ...cm, data: { color: 'blue', more: 'y' } })
    expect(await shown('cat /c/color')).toBe('red')
    await cluster.advanceTo(cluster.clock.peek() + 61_000)
    expect(await shown('cat /c/color; ls /c')).toBe('bluecolor\nmore\n')
    await client.patch(podKind, { metadata: { name: 'p', namespace: 'default' } }, 'merge', { metadata: { labels: { a: '2' } } })
    await cluster.advanceTo(cluster.clock.peek() + 2_000)
    expect(await shown('cat /d/labels')).toBe('a="2"')
    // Gone is not empty: what is mounted stays.
    await client.delete(configMap, { metadata: { name: 'c', namespace: 'default' } })
    await cluster.advanceTo(cluster.clock.peek() + 61_000)
    expect(await shown('cat /c/color')).toBe('blue')
  })
})
