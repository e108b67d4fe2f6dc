/** Requests through the apiserver to a pod, a service and a kubelet. */
import { expect, it } from 'vitest'
import { node as nodeKind } from '../../kinds/core/node/kind'
import { testCluster } from '../../controllers/cluster.testing'

const web = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', labels: { app: 'web' } }, spec: { nodeName: 'node-1', containers: [{ name: 'main', image: 'busybox', command: ['sh', '-c', 'mkdir /www; echo hello > /www/index.html; exec httpd -f -p 8081 -h /www'], ports: [{ containerPort: 8081 }], resources: { requests: { cpu: '100m' } } }] } }
const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 8081 }] } }

it('answers through the proxies of the apiserver', async () => {
  const c = await testCluster('real')
  const get = async (path: string) => {
    const { code, body } = await c.client.request({ method: 'GET', path })
    return `${code} ${code >= 400 && body.startsWith('{') ? (JSON.parse(body) as { message: string }).message : body.trim()}`
  }
  const node = c.lister.list(nodeKind)[0]?.metadata.name as string
  await c.apply({ ...web, spec: { ...web.spec, nodeName: node } })
  await c.apply(service)
  await c.later(60_000)
  const home = '/api/v1/namespaces/default'
  expect(await get(`${home}/pods/web/proxy/`)).toBe('200 hello')
  expect(await get(`${home}/services/web:http/proxy/index.html`)).toBe('200 hello')
  expect(await get(`${home}/services/http:web:80/proxy/`)).toBe('200 hello')
  expect(await get(`${home}/services/web/proxy/`)).toBe('503 no endpoints available for service "web"')
  expect(await get(`${home}/services/web:81/proxy/`)).toBe('503 no service port 81 found for service "web"')
  expect(await get(`${home}/pods/web:99/proxy/`)).toMatch(/^503 error trying to reach service: dial tcp 10\.[\d.]+:99: connect: connection refused$/)
  expect(await get(`${home}/pods/nobody/proxy/`)).toBe('404 pods "nobody" not found')
  const kubelet = `/api/v1/nodes/${node}/proxy`
  expect(await get(`${kubelet}/healthz`)).toBe('200 ok')
  expect((JSON.parse((await get(`${kubelet}/pods`)).slice(4)) as { items: { metadata: { name: string } }[] }).items.map(p => p.metadata.name)).toEqual(['web'])
  const summary = JSON.parse((await get(`${kubelet}/stats/summary`)).slice(4)) as { node: { nodeName: string }; pods: { podRef: { name: string }; containers: { memory: { usageBytes: number } }[] }[] }
  expect(summary.node.nodeName).toBe(node)
  expect(summary.pods.map(p => [p.podRef.name, (p.containers[0]?.memory.usageBytes ?? 0) > 100_000])).toEqual([['web', true]])
  expect(await get(`${kubelet}/metrics/cadvisor`)).toMatch(/container_memory_working_set_bytes\{container="main",image="busybox",namespace="default",pod="web"\} \d+/)
  expect(await get(`${kubelet}/nonsense`)).toBe('404 the server could not find the requested resource')
})
