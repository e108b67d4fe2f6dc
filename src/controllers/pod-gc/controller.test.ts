/** Pods of a node that was deleted go after a while. */
import { expect, it } from 'vitest'
import { node } from '../../kinds/core/node/kind'
import { pod } from '../../kinds/core/pod/kind'
import { testCluster } from '../cluster.testing'

it.each(['fast', 'real'] as const)('clears away what was on a deleted node, lifecycle %s', async lifecycle => {
  const c = await testCluster(lifecycle)
  for (const name of ['node-1', 'node-2']) await c.apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name: `on-${name}` }, spec: { nodeName: name, containers: [{ name: 'main', image: 'redis:7' }] } })
  expect(c.names(pod)).toEqual(['on-node-1', 'on-node-2'])
  await c.client.delete(node, { metadata: { name: 'node-2' } })
  await c.later(30_000)
  expect(c.names(pod)).toEqual(['on-node-1', 'on-node-2'])
  await c.later(15_000)
  expect(c.names(pod)).toEqual(['on-node-1'])
})
