/** The ControllerRevisions of a DaemonSet or StatefulSet: what it was, as patches. upstream: pkg/controller/history/controller_history.go */
import { deepEqual } from '../../base/equal'
import { fnv32, goJson, safeEncodeString } from '../../base/go-text'
import { matchesLabels, type LabelSelector } from '../../base/label-selector'
import { ignoringNotFound } from '../../base/status'
import type { Context } from '../../client/controller'
import { controllerRevision, ORPHAN_REVISION } from '../../kinds/apps/controller-revision/kind'
import { controllerOf, type KubeObject, type Resource } from '../../kinds/kind'
import type { ControllerRevision } from '../../kinds/schema/types/apps.v1'
import type { PodTemplateSpec } from '../../kinds/schema/types/core.v1'
import { controllerReference } from '../pod-control/pod-control'

/** Pods carry it with the revision that they are of. */
export const POD_REVISION = 'controller-revision-hash'
const MAX_PREFIX = 223

/** The patch that brings a workload back to this template. upstream: getPatch */
export function revisionData(template: PodTemplateSpec): Record<string, unknown> {
  return { spec: { template: { ...template, $patch: 'replace' } } }
}

export function templateOf({ data }: ControllerRevision): PodTemplateSpec {
  const { $patch: _, ...template } = (data as { spec: { template: PodTemplateSpec & { $patch?: string } } }).spec.template
  return template
}

export const isOfData = (revision: ControllerRevision, data: unknown): boolean => deepEqual(revision.data, data)

/** upstream: HashControllerRevision */
export function dataHash(data: unknown, collisionCount: number): string {
  return safeEncodeString(String(fnv32(goJson(data) + String(collisionCount))))
}

export function revisionName(prefix: string, hash: string): string {
  return `${prefix.slice(0, MAX_PREFIX)}-${hash}`
}

/** By number, then age, then name. upstream: byRevision */
export function inOrder(revisions: readonly ControllerRevision[]): ControllerRevision[] {
  const text = (r: ControllerRevision): string => `${r.metadata.creationTimestamp ?? ''} ${r.metadata.name}`
  return [...revisions].sort((a, b) => a.revision - b.revision || (text(a) < text(b) ? -1 : 1))
}

/** The owner's revisions, with orphans that match adopted. */
export async function claimRevisions({ client, lister }: Context, kind: Resource, owner: KubeObject, selector: LabelSelector): Promise<ControllerRevision[]> {
  const { uid, namespace } = owner.metadata
  const claimed = lister.byIndex(controllerRevision, 'owner', uid as string).filter(r => controllerOf(r)?.uid === uid)
  if (owner.metadata.deletionTimestamp !== undefined) return claimed
  for (const r of lister.byIndex(controllerRevision, ORPHAN_REVISION, namespace as string)) {
    if (r.metadata.deletionTimestamp !== undefined || !matchesLabels(selector, r.metadata.labels)) continue
    const ownerReferences = [...(r.metadata.ownerReferences ?? []), controllerReference(kind, owner)]
    const adopted = await ignoringNotFound(client.update(controllerRevision, { ...r, metadata: { ...r.metadata, ownerReferences } }))
    if (adopted !== undefined) claimed.push(adopted)
  }
  return claimed
}

/** A revision of the owner under this name, as it is wanted. */
export function newRevision(kind: Resource, owner: KubeObject, { name, labels, data, revision }: { name: string; labels: Record<string, string>; data: Record<string, unknown>; revision: number }): ControllerRevision {
  const { namespace, annotations } = owner.metadata
  return {
    metadata: { name, namespace: namespace as string, labels, ...(annotations === undefined ? {} : { annotations }), ownerReferences: [controllerReference(kind, owner)] },
    // Clients compare its bytes with what Go makes of a map: keys in order.
    data: JSON.parse(goJson(data)) as Record<string, unknown>,
    revision,
  }
}

/** The number is brought up when an earlier state is wanted again. */
export async function renumbered({ client }: Context, r: ControllerRevision, revision: number): Promise<ControllerRevision> {
  return r.revision === revision ? r : client.update(controllerRevision, { ...r, revision })
}

/** Deletes the oldest of what nobody uses beyond the limit. */
export async function truncate({ client }: Context, unused: readonly ControllerRevision[], limit: number): Promise<void> {
  // A negative limit keeps everything.
  if (limit < 0) return
  for (const r of inOrder(unused).slice(0, Math.max(0, unused.length - limit))) await ignoringNotFound(client.delete(controllerRevision, r))
}
