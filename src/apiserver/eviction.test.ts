import { describe, expect, it } from 'vitest'
import type { StatusError } from '../base/status'
import type { Pod } from '../kinds/schema/types/core.v1'
import type { PodDisruptionBudget } from '../kinds/schema/types/policy.v1'
import { inMemory, refusal, resource } from './in-memory.testing'

const pods = resource<Pod>('v1', 'Pod')
const budgets = resource<PodDisruptionBudget>('policy/v1', 'PodDisruptionBudget')

async function withPod(name: string) {
  const made = await inMemory()
  const pod = await made.make({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'default', labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'nginx' }] } } as Pod)
  await made.cluster.settle()
  const evict = (eviction: object = {}) => made.admin.createSubresource(pods, pod, 'eviction', { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace: 'default' }, ...eviction })
  const budget = async (minAvailable: number, budgetName = 'b') => {
    await made.make<PodDisruptionBudget>({ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: budgetName, namespace: 'default' }, spec: { minAvailable, selector: { matchLabels: { app: 'web' } } } })
    await made.cluster.settle()
  }
  return { ...made, evict, budget }
}

describe('an eviction', () => {
  it('deletes a pod that no budget protects, after the pod says why', async () => {
    const { evict, admin, cluster } = await withPod('web')
    expect(await evict()).toMatchObject({ kind: 'Status', status: 'Success', code: 201 })
    const left = await admin.get(pods, 'web', 'default').catch(() => undefined)
    if (left !== undefined) expect(left.status?.conditions).toContainEqual(expect.objectContaining({ type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI', message: 'Eviction API: evicting' }))
    await cluster.settle()
    expect(await refusal(admin.get(pods, 'web', 'default'))).toBe('pods "web" not found')
  })

  it('is refused with 429 while a budget forbids it', async () => {
    const { evict, budget } = await withPod('web')
    await budget(1)
    const error = (await evict().catch((e: unknown) => e)) as StatusError
    expect(error.status).toMatchObject({
      code: 429, reason: 'TooManyRequests', message: "Cannot evict pod as it would violate the pod's disruption budget.",
      details: { causes: [{ reason: 'DisruptionBudget', message: 'The disruption budget b needs 1 healthy pods and has 1 currently' }] },
    })
  })

  it('takes from what a budget allows, a dry run does not', async () => {
    const { evict, budget, admin } = await withPod('web')
    await budget(0)
    await evict({ deleteOptions: { dryRun: ['All'] } })
    expect((await admin.get(budgets, 'b', 'default')).status?.disruptedPods).toBeUndefined()
    expect((await admin.get(pods, 'web', 'default')).metadata.deletionTimestamp).toBeUndefined()
    expect(await evict()).toMatchObject({ status: 'Success' })
  })

  it('does not know which of two budgets to ask', async () => {
    const { evict, budget } = await withPod('web')
    await budget(0, 'a')
    await budget(0, 'b')
    expect(await refusal(evict())).toBe('This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.')
  })

  it('names the same pod twice', async () => {
    const { evict } = await withPod('web')
    expect(await refusal(evict({ metadata: { name: 'other' } }))).toBe('name in URL does not match name in Eviction object')
  })
})
