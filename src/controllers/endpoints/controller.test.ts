/** Endpoints in a cluster, and the subsets of pods that serve different ports. */
import { expect, it } from 'vitest'
import { endpoints } from '../../kinds/core/endpoints/kind'
import { service } from '../../kinds/core/service/kind'
import type { Pod, Service } from '../../kinds/schema/types/core.v1'
import { testCluster } from '../cluster.testing'
import { endpointsController } from './controller'
import { desiredSubsets } from './subsets'

const pod = (name: string, ip: string, ready: boolean, port: number) =>
  ({ metadata: { name, namespace: 'default', uid: name }, spec: { containers: [{ name: 'c', ports: [{ name: 'http', containerPort: port }] }] }, status: { phase: 'Running', podIPs: [{ ip }], conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] } }) as unknown as Pod

it('groups addresses by the ports that they serve', () => {
  const svc = { metadata: { name: 's' }, spec: { ipFamilies: ['IPv4'], ports: [{ name: 'web', port: 80, targetPort: 'http' }, { name: 'all', port: 9000 }] } } as unknown as Service
  const shown = desiredSubsets(svc, [pod('a', '10.0.0.1', true, 80), pod('b', '10.0.0.2', false, 80), pod('c', '10.0.0.3', true, 8080)]).map(s => [s.addresses?.map(a => a.ip), s.notReadyAddresses?.map(a => a.ip), s.ports?.map(p => `${p.name}:${p.port}`)])
  expect(shown).toEqual([
    [['10.0.0.1'], ['10.0.0.2'], ['web:80']],
    [['10.0.0.1', '10.0.0.3'], ['10.0.0.2'], ['all:9000']],
    [['10.0.0.3'], undefined, ['web:8080']],
  ])
})

it.each(['fast', 'real'] as const)('follow the pods of a Service and go with it, lifecycle %s', async lifecycle => {
  const c = await testCluster(lifecycle)
  await c.apply({ apiVersion: 'v1', kind: 'Service', metadata: { name: 's', labels: { own: 'x' } }, spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } })
  expect(c.get(endpoints, 's').subsets).toBeUndefined()
  await c.apply({ apiVersion: 'v1', kind: 'ReplicationController', metadata: { name: 'web' }, spec: { replicas: 2, selector: { app: 'web' }, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'main', image: 'redis:7' }] } } } })
  expect(c.get(endpoints, 's').subsets?.map(s => [s.addresses?.length, s.ports])).toEqual([[2, [{ port: 80, protocol: 'TCP' }]]])
  expect(c.get(endpoints, 's').metadata.labels).toEqual({ own: 'x', 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' })
  expect(await c.secondLook(endpointsController as never)).toEqual({ writes: 0, told: [] })
  await c.client.delete(service, { metadata: { name: 's', namespace: 'default' } })
  await c.settle()
  expect(c.names(endpoints)).not.toContain('s')
})
