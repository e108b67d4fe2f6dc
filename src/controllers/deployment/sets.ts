/** The ReplicaSets of a Deployment: claiming, finding the new one, making it, scaling. upstream: pkg/controller/deployment/sync.go */
import { deepEqual } from '../../base/equal'
import { matchesLabels, selectorOfObject } from '../../base/label-selector'
import { StatusError, ignoringNotFound, isAlreadyExists } from '../../base/status'
import type { Context } from '../../client/controller'
import { deployment } from '../../kinds/apps/deployment/kind'
import { replicaSet } from '../../kinds/apps/replica-set/kind'
import { controllerOf, type ObjectMeta } from '../../kinds/kind'
import type { Deployment, ReplicaSet } from '../../kinds/schema/types/apps.v1'
import type { PodTemplateSpec } from '../../kinds/schema/types/core.v1'
import { controllerReference, isNamespaceTerminating } from '../pod-control/pod-control'
import { templateHash } from '../pod-control/template-hash'
import { byCreation, desired, DESIRED_REPLICAS, MAX_REPLICAS, maxRevision, maxSurge, newSetReplicas, replicasOf, REVISION, REVISION_HISTORY } from './arithmetic'
import { condition, conditionOf, hasDeadline, withCondition } from './status'

const HASH_LABEL = 'pod-template-hash'
const MAX_HISTORY_CHARS = 2000
const MAX_NAME = 253
const NOT_COPIED = new Set(['kubectl.kubernetes.io/last-applied-configuration', REVISION, REVISION_HISTORY, DESIRED_REPLICAS, MAX_REPLICAS, 'deprecated.deployment.rollback.to'])

/** A Deployment with its sets, as a reconcile knows them; writes replace the members. */
export interface Rollout {
  d: Deployment
  newSet: ReplicaSet | undefined
  oldSets: ReplicaSet[]
}

export const allSets = ({ newSet, oldSets }: Rollout): ReplicaSet[] => (newSet === undefined ? oldSets : [...oldSets, newSet])

/** Sets that the Deployment controls and selects; orphans are adopted, strays released. */
export async function claimSets(d: Deployment, { client, lister }: Context): Promise<ReplicaSet[]> {
  const selector = selectorOfObject(d.spec?.selector)
  const claimed: ReplicaSet[] = []
  const going = d.metadata.deletionTimestamp !== undefined
  for (const rs of lister.byIndex(replicaSet, 'owner', d.metadata.uid as string)) {
    if (controllerOf(rs)?.uid !== d.metadata.uid) continue
    if (matchesLabels(selector, rs.metadata.labels)) claimed.push(rs)
    else if (!going) await ignoringNotFound(client.update(replicaSet, { ...rs, metadata: { ...rs.metadata, ownerReferences: (rs.metadata.ownerReferences ?? []).filter(r => r.uid !== d.metadata.uid) } }))
  }
  if (going) return claimed
  for (const rs of lister.byIndex(replicaSet, 'orphan', d.metadata.namespace as string)) {
    if (rs.metadata.deletionTimestamp !== undefined || !matchesLabels(selector, rs.metadata.labels)) continue
    const adopted = await ignoringNotFound(client.update(replicaSet, { ...rs, metadata: { ...rs.metadata, ownerReferences: [...(rs.metadata.ownerReferences ?? []), controllerReference(deployment, d)] } }))
    if (adopted !== undefined) claimed.push(adopted)
  }
  return claimed
}

/** Finds the set of the current template, keeps its annotations up, and makes it if asked. upstream: getAllReplicaSetsAndSyncRevision */
export async function findSets(d: Deployment, sets: readonly ReplicaSet[], make: boolean, ctx: Context): Promise<Rollout> {
  const found = [...sets].sort(byCreation).find(rs => sameTemplate(rs.spec?.template, d.spec?.template))
  const oldSets = sets.filter(rs => rs.metadata.uid !== found?.metadata.uid)
  const rollout: Rollout = { d, newSet: found, oldSets }
  if (found !== undefined) await keepUp(rollout, found, ctx)
  else if (make) await makeSet(rollout, ctx)
  return rollout
}

/** Templates apart from the hash label. upstream: EqualIgnoreHash */
export function sameTemplate(a: PodTemplateSpec | undefined, b: PodTemplateSpec | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  const { [HASH_LABEL]: _, ...x } = a.metadata?.labels ?? {}
  const { [HASH_LABEL]: __, ...y } = b.metadata?.labels ?? {}
  return deepEqual(a.spec, b.spec) && deepEqual(x, y) && deepEqual(a.metadata?.annotations ?? {}, b.metadata?.annotations ?? {})
}

async function keepUp(rollout: Rollout, rs: ReplicaSet, { client, clock }: Context): Promise<void> {
  const { d, oldSets } = rollout
  const annotations = annotationsFor(d, rs.metadata, maxRevision(oldSets) + 1, true)
  const minReadySeconds = d.spec?.minReadySeconds ?? 0
  if (!deepEqual(annotations, rs.metadata.annotations ?? {}) || (rs.spec?.minReadySeconds ?? 0) !== minReadySeconds) {
    const spec = { ...rs.spec, minReadySeconds } as NonNullable<ReplicaSet['spec']>
    if (minReadySeconds === 0) delete spec.minReadySeconds
    rollout.newSet = await client.update(replicaSet, { ...rs, metadata: { ...rs.metadata, annotations }, spec })
    return
  }
  let status = d.status ?? {}
  if (hasDeadline(d) && conditionOf(status, 'Progressing') === undefined)
    status = withCondition(status, condition('Progressing', 'True', 'FoundNewReplicaSet', `Found new replica set "${rs.metadata.name}"`, clock.now()))
  await noteRevision(rollout, rs.metadata.annotations?.[REVISION] ?? '', status, client)
}

/** Writes the revision annotation and a changed status in one go. */
async function noteRevision(rollout: Rollout, revision: string, status: NonNullable<Deployment['status']>, client: Context['client']): Promise<void> {
  const { d } = rollout
  if (d.metadata.annotations?.[REVISION] === revision && status === (d.status ?? status)) return
  rollout.d = await client.update(deployment, { ...d, metadata: { ...d.metadata, annotations: { ...d.metadata.annotations, [REVISION]: revision } }, status }, { subresource: 'status' })
}

async function makeSet(rollout: Rollout, ctx: Context): Promise<void> {
  const { client, clock, events, lister } = ctx
  const { d, oldSets } = rollout
  const wished = newSet(d, oldSets)
  const revision = wished.metadata.annotations?.[REVISION] as string
  let status = d.status ?? {}
  try {
    rollout.newSet = await client.create(replicaSet, wished)
  } catch (e) {
    if (!(e instanceof StatusError)) throw e
    if (isAlreadyExists(e)) {
      const there = lister.get(replicaSet, wished.metadata.name, d.metadata.namespace)
      if (there !== undefined && controllerOf(there)?.uid === d.metadata.uid && sameTemplate(there.spec?.template, d.spec?.template)) {
        rollout.newSet = there
        return noteRevision(rollout, revision, status, client)
      }
      // Another template has this hash: the next try adds the count to it.
      await client.update(deployment, { ...d, status: { ...status, collisionCount: (status.collisionCount ?? 0) + 1 } }, { subresource: 'status' })
      throw e
    }
    if (!isNamespaceTerminating(e)) await refuseSet(d, wished.metadata.name, e, ctx)
    throw e
  }
  if (replicasOf(wished) > 0) await events.event(d, 'Normal', 'ScalingReplicaSet', `Scaled up replica set ${wished.metadata.name} from 0 to ${replicasOf(wished)}`)
  if (hasDeadline(d)) status = withCondition(status, condition('Progressing', 'True', 'NewReplicaSetCreated', `Created new replica set "${wished.metadata.name}"`, clock.now()))
  await noteRevision(rollout, revision, status, client)
}

async function refuseSet(d: Deployment, name: string, e: StatusError, { client, clock, events }: Context): Promise<void> {
  const message = `Failed to create new replica set "${name}": ${e.message}`
  if (hasDeadline(d)) {
    const status = withCondition(d.status ?? {}, condition('Progressing', 'False', 'ReplicaSetCreateError', message, clock.now()))
    if (status !== d.status) await client.update(deployment, { ...d, status }, { subresource: 'status' })
  }
  await events.event(d, 'Warning', 'ReplicaSetCreateError', message)
}

function newSet(d: Deployment, oldSets: readonly ReplicaSet[]): ReplicaSet {
  const template = d.spec?.template as PodTemplateSpec
  const hash = templateHash(template, d.status?.collisionCount)
  const labels = { ...template.metadata?.labels, [HASH_LABEL]: hash }
  const { matchLabels, matchExpressions } = d.spec?.selector ?? {}
  const minReadySeconds = d.spec?.minReadySeconds ?? 0
  const rs: ReplicaSet = {
    metadata: {
      name: `${d.metadata.name.slice(0, MAX_NAME - hash.length - 1)}-${hash}`,
      namespace: d.metadata.namespace as string,
      labels,
      ownerReferences: [controllerReference(deployment, d)],
    },
    spec: {
      replicas: 0,
      ...(minReadySeconds === 0 ? {} : { minReadySeconds }),
      selector: { matchLabels: { ...matchLabels, [HASH_LABEL]: hash }, ...(matchExpressions === undefined ? {} : { matchExpressions }) },
      template: { ...template, metadata: { ...template.metadata, labels } as ObjectMeta },
    },
  }
  const replicas = newSetReplicas(d, [...oldSets, rs], rs)
  const annotations = { ...annotationsFor(d, rs.metadata, maxRevision(oldSets) + 1, false), ...replicaAnnotations(d) }
  return { ...rs, metadata: { ...rs.metadata, annotations }, spec: { ...rs.spec, replicas } as NonNullable<ReplicaSet['spec']> }
}

/** The Deployment's annotations and the revision, with what it was before kept as history. upstream: SetNewReplicaSetAnnotations */
function annotationsFor(d: Deployment, { annotations: current = {} }: ObjectMeta, revision: number, exists: boolean): Record<string, string> {
  const next: Record<string, string> = { ...current }
  for (const [k, v] of Object.entries(d.metadata.annotations ?? {})) if (!NOT_COPIED.has(k)) next[k] = v
  const before = current[REVISION]
  if (Number(before ?? 0) >= revision) return next
  next[REVISION] = String(revision)
  if (exists && before !== undefined) {
    let history = current[REVISION_HISTORY] === undefined || current[REVISION_HISTORY] === '' ? [] : (current[REVISION_HISTORY] as string).split(',')
    while (history.length > 0 && [...history, before].join(',').length > MAX_HISTORY_CHARS) history = history.slice(1)
    next[REVISION_HISTORY] = [...history, before].join(',')
  }
  return next
}

function replicaAnnotations(d: Deployment): Record<string, string> {
  return { [DESIRED_REPLICAS]: String(desired(d)), [MAX_REPLICAS]: String(desired(d) + maxSurge(d)) }
}

/** Brings a set to a size and tells of it; the changed set is returned and replaces the one in `rollout`. upstream: scaleReplicaSet */
export async function scaleSet(rollout: Rollout, rs: ReplicaSet, to: number, { client, events }: Context): Promise<ReplicaSet> {
  const from = replicasOf(rs)
  const wished = replicaAnnotations(rollout.d)
  const annotated = rs.metadata.annotations?.[DESIRED_REPLICAS] === wished[DESIRED_REPLICAS] && rs.metadata.annotations?.[MAX_REPLICAS] === wished[MAX_REPLICAS]
  if (from === to && annotated) return rs
  const scaled = await client.update(replicaSet, { ...rs, metadata: { ...rs.metadata, annotations: { ...rs.metadata.annotations, ...wished } }, spec: { ...rs.spec, replicas: to } as NonNullable<ReplicaSet['spec']> })
  if (rollout.newSet?.metadata.uid === rs.metadata.uid) rollout.newSet = scaled
  else rollout.oldSets = rollout.oldSets.map(s => (s.metadata.uid === rs.metadata.uid ? scaled : s))
  if (from !== to) await events.event(rollout.d, 'Normal', 'ScalingReplicaSet', `Scaled ${to > from ? 'up' : 'down'} replica set ${rs.metadata.name} from ${from} to ${to}`)
  return scaled
}
