import { describe, expect, it } from 'vitest'
import { inMemory } from '../../apiserver/in-memory.testing'
import { apiService } from '../../kinds/apiregistration/api-service/kind'

const SERVICE = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'api', namespace: 'default' }, spec: { selector: { app: 'api' }, ports: [{ name: 'https', port: 443 }] } }
const REMOTE = { apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService', metadata: { name: 'v1.remote.example.com' }, spec: { group: 'remote.example.com', version: 'v1', groupPriorityMinimum: 100, versionPriority: 10, insecureSkipTLSVerify: true, service: { name: 'api', namespace: 'default' } } }

async function setup() {
  const made = await inMemory()
  const available = async () => {
    await made.cluster.settle()
    const { status } = await made.admin.get(apiService, 'v1.remote.example.com')
    return status?.conditions?.map(c => [c.type, c.status, c.reason, c.message])
  }
  return { ...made, available }
}

describe('an APIService that names a service', () => {
  it('is as available as its service', async () => {
    const { make, available } = await setup()
    await make(REMOTE as never)
    expect(await available()).toEqual([['Available', 'False', 'ServiceNotFound', 'service/api in "default" is not present']])
    const { spec } = await make(structuredClone(SERVICE) as never) as unknown as { spec: { clusterIP: string } }
    expect(await available()).toEqual([['Available', 'False', 'MissingEndpoints', 'endpointslices for service/api in "default" have no addresses with port name "https"']])
    await make({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'api', namespace: 'default', labels: { app: 'api' } }, spec: { containers: [{ name: 'c', image: 'nginx' }] } } as never)
    const url = `https://${spec.clusterIP}:443/apis/remote.example.com/v1`
    expect(await available()).toEqual([['Available', 'False', 'FailedDiscoveryCheck', `failing or missing response from ${url}: Get "${url}": dial tcp ${spec.clusterIP}:443: connect: connection refused`]])
  })
  it('has its requests refused', async () => {
    const { make, admin, cluster } = await setup()
    const get = async (path: string) => {
      const { code, body } = await admin.request({ method: 'GET', path })
      return [code, body]
    }
    expect((await get('/apis/remote.example.com/v1/things'))[0]).toBe(404)
    await make(REMOTE as never)
    await cluster.settle()
    expect(await get('/apis/remote.example.com/v1/things')).toEqual([503, 'service unavailable\n'])
    expect(await get('/apis/remote.example.com/v1')).toEqual([503, 'service unavailable\n'])
    expect((await get('/apis/remote.example.com/v2'))[0]).toBe(404)
  })
})
