import { describe, expect, it } from 'vitest'
import { readConfig } from '../../../cluster/config'
import { createInMemory } from '../../../cluster/create'

const { config } = readConfig(undefined)
const PATH = '/namespaces/default/horizontalpodautoscalers'
const v1 = { apiVersion: 'autoscaling/v1', kind: 'HorizontalPodAutoscaler', metadata: { name: 'web' }, spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, maxReplicas: 3, targetCPUUtilizationPercentage: 60 } }

interface Autoscaler {
  metadata: { managedFields: { manager: string; apiVersion: string; fieldsV1: { 'f:spec'?: Record<string, unknown> } }[] }
  spec: Record<string, unknown>
}

describe('autoscaling/v1', () => {
  it('is another form of what is stored, and its writers own fields by their names there', async () => {
    const cluster = await createInMemory({ config, nodes: [] }, () => Date.UTC(2026, 10, 21, 8), true)
    const client = cluster.clientFor({ user: 'kubernetes-admin', groups: ['system:masters'], manager: 'kubectl', trusted: false })
    const send = async (method: 'GET' | 'POST' | 'PATCH', path: string, body?: object): Promise<Autoscaler> => {
      const answer = await client.request({ method, path, body: JSON.stringify(body), contentType: method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' })
      expect(answer.code).toBeLessThan(300)
      return JSON.parse(answer.body) as Autoscaler
    }
    const owners = (o: Autoscaler): string[] => o.metadata.managedFields.map(m => `${m.manager} ${m.apiVersion} ${Object.keys(m.fieldsV1['f:spec'] ?? {}).join(' ')}`)

    const made = await send('POST', `/apis/autoscaling/v1${PATH}?fieldManager=old`, v1)
    expect(made.spec).toEqual({ ...v1.spec, minReplicas: 1 })
    expect(owners(made)).toEqual(['old autoscaling/v1 f:maxReplicas f:minReplicas f:scaleTargetRef f:targetCPUUtilizationPercentage'])

    const seen = await send('GET', `/apis/autoscaling/v2${PATH}/web`)
    expect(seen.spec.metrics).toEqual([{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 60 } } }])

    // Whoever changes the target takes it from its owner, under the name that it has for each.
    const changed = await send('PATCH', `/apis/autoscaling/v2${PATH}/web?fieldManager=new`, { spec: { metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }] } })
    expect(owners(changed)).toEqual(['new autoscaling/v2 f:metrics', 'old autoscaling/v1 f:maxReplicas f:minReplicas f:scaleTargetRef'])
    expect((await send('GET', `/apis/autoscaling/v1${PATH}/web`)).spec.targetCPUUtilizationPercentage).toBe(70)
    cluster.close()
  })
})
