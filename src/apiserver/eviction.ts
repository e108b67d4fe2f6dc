/** pods/eviction: a deletion that disruption budgets may forbid. upstream: pkg/registry/core/pod/storage/eviction.go */
import { timestamp } from '../base/clock'
import { badRequest, failure, forbiddenRequest, isConflict, isNotFound, type Status, type StatusError } from '../base/status'
import type { DeleteOptions, ObjectRef } from '../client/client'
import { isReady, podCondition } from '../kinds/core/pod/state'
import type { Kind } from '../kinds/kind'
import { podDisruptionBudget } from '../kinds/policy/pod-disruption-budget/kind'
import type { Pod } from '../kinds/schema/types/core.v1'
import type { Eviction, PodDisruptionBudget } from '../kinds/schema/types/policy.v1'
import { component, type RequestState } from './actor'
import { runAdmission } from './admission'
import { deleteObject } from './delete'
import type { ApiServer } from './server'
import { update } from './update'

/** Evictions that the disruption controller has not noticed yet. */
const MAX_DISRUPTED = 2000
const SUCCESS = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } as unknown as Status

/** Throws 400, 403, 404, and 429 where a budget forbids it. */
export async function evict(server: ApiServer, kind: Kind<Pod>, ref: ObjectRef, eviction: Eviction, request: RequestState): Promise<Status> {
  const { name, namespace } = ref.metadata
  if (eviction.metadata?.name !== name) throw badRequest('name in URL does not match name in Eviction object')
  const attributes = { operation: 'CREATE' as const, kind: kind as unknown as Kind, subresource: 'eviction', namespace, name, object: eviction, previous: undefined, request }
  await runAdmission(server.plugins, 'validate', attributes, server.admissionEnv)
  const { body: pod } = server.stored(kind, namespace, name)
  const { dryRun, ...options } = (eviction.deleteOptions ?? {}) as DeleteOptions & { dryRun?: unknown }
  const dry = request.dryRun || (Array.isArray(dryRun) && dryRun.includes('All'))
  const go: RequestState = { ...request, dryRun: dry }
  if (ignoresBudgets(pod)) {
    await deleteObject(server, kind, namespace, name, options, go)
    return SUCCESS
  }
  const budgets = budgetsOf(server, pod)
  if (budgets.length > 1) throw failure(500, '', 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.')
  const budget = budgets[0]
  const unheeded = budget !== undefined && !isReady(pod) && mayGoUnready(budget)
  if (budget !== undefined && !unheeded) await decrement(server, budget, pod, dry)
  if (!dry) await markDisrupted(server, kind, pod, request)
  await deleteObject(server, kind, namespace, name, options, go)
  return SUCCESS
}

/** Pods that have ended, have not begun or are going already count for nothing. upstream: canIgnorePDB */
function ignoresBudgets({ status, metadata }: Pod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed' || status?.phase === 'Pending' || metadata.deletionTimestamp !== undefined
}

/** A budget without a selector, or with an empty one, protects nothing here. */
function budgetsOf({ lister }: ApiServer, { metadata }: Pod): readonly PodDisruptionBudget[] {
  const found = lister.selecting(podDisruptionBudget, metadata.namespace as string, metadata.labels)
  return found.filter(b => Object.keys(b.spec.selector?.matchLabels ?? {}).length + (b.spec.selector?.matchExpressions ?? []).length > 0)
}

/** Whether a pod that is not ready may go although the budget allows no disruption. upstream: unhealthyPodEvictionPolicy */
function mayGoUnready({ spec, status }: PodDisruptionBudget): boolean {
  if (spec.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true
  return (status?.currentHealthy ?? 0) >= (status?.desiredHealthy ?? 0) && (status?.desiredHealthy ?? 0) > 0
}

async function decrement(server: ApiServer, budget: PodDisruptionBudget, pod: Pod, dry: boolean): Promise<void> {
  const { name, namespace, generation = 0 } = budget.metadata
  const { status = {} } = budget
  const allowed = status.disruptionsAllowed ?? 0
  const named = { group: 'policy', plural: 'poddisruptionbudget' }
  if ((status.observedGeneration ?? 0) < generation) throw tooMany(`The disruption budget ${name} is still being processed by the server.`, 10)
  if (allowed < 0) throw forbiddenRequest(named, name, 'pdb disruptions allowed is negative')
  if (Object.keys(status.disruptedPods ?? {}).length > MAX_DISRUPTED) throw forbiddenRequest(named, name, 'DisruptedPods map too big - too many evictions not confirmed by PDB controller')
  if (allowed === 0) throw tooMany(`The disruption budget ${name} needs ${status.desiredHealthy ?? 0} healthy pods and has ${status.currentHealthy ?? 0} currently`, 0)
  if (dry) return
  const now = timestamp(server.clock.now())
  const next = (current: PodDisruptionBudget): PodDisruptionBudget => {
    const left = (current.status?.disruptionsAllowed ?? 0) - 1
    const conditions = left > 0 ? current.status?.conditions : (current.status?.conditions ?? []).map(c => (c.type === 'DisruptionAllowed' && c.status !== 'False' ? { ...c, status: 'False', reason: 'InsufficientPods', lastTransitionTime: now } : c))
    return { ...current, status: { ...current.status, disruptionsAllowed: left, disruptedPods: { ...current.status?.disruptedPods, [pod.metadata.name]: now }, ...(conditions === undefined ? {} : { conditions }) } }
  }
  await update(server, podDisruptionBudget, namespace, name, { next, subresource: 'status' }, asServer())
}

/** The pod says why it goes. */
async function markDisrupted(server: ApiServer, kind: Kind<Pod>, { metadata: { name, namespace } }: Pod, request: RequestState): Promise<void> {
  const next = (current: Pod): Pod => {
    const old = podCondition(current, 'DisruptionTarget')
    if (old?.status === 'True') return { ...current }
    const condition = { type: 'DisruptionTarget', status: 'True', observedGeneration: current.metadata.generation as number, lastProbeTime: null as never, lastTransitionTime: timestamp(server.clock.now()), reason: 'EvictionByEvictionAPI', message: 'Eviction API: evicting' }
    return { ...current, status: { ...current.status, conditions: [...(current.status?.conditions ?? []).filter(c => c.type !== 'DisruptionTarget'), condition] } }
  }
  try {
    await update(server, kind, namespace, name, { next, subresource: 'status' }, { ...asServer(), fieldManager: request.fieldManager })
  } catch (e) {
    if (!isConflict(e) && !isNotFound(e)) throw e
  }
}

const asServer = (): RequestState => ({ actor: component('system:apiserver', 'kube-apiserver'), dryRun: false, fieldManager: 'kube-apiserver', fieldValidation: 'Ignore', warnings: [] })

/** 429 */
function tooMany(cause: string, retryAfterSeconds: number): StatusError {
  return failure(429, 'TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", { causes: [{ reason: 'DisruptionBudget', message: cause }], ...(retryAfterSeconds === 0 ? {} : { retryAfterSeconds }) })
}
