/** Creating, deleting, adopting and releasing pods, as all workload controllers do it. upstream: pkg/controller/controller_utils.go, controller_ref_manager.go */
import { matchesLabels, requiredPairs, type LabelSelector } from '../../base/label-selector'
import { StatusError, ignoringNotFound, isNotFound } from '../../base/status'
import type { Context } from '../../client/controller'
import { ORPHAN, orphanValue, pod } from '../../kinds/core/pod/kind'
import { apiVersionOf, controllerOf, type KubeObject, type OwnerReference, type Resource } from '../../kinds/kind'
import type { Pod, PodTemplateSpec } from '../../kinds/schema/types/core.v1'

/** The reference that makes `owner` the controller of what it creates. */
export function controllerReference(kind: Resource, owner: KubeObject): OwnerReference {
  return { apiVersion: apiVersionOf(kind), kind: kind.kind, name: owner.metadata.name, uid: owner.metadata.uid as string, controller: true, blockOwnerDeletion: true }
}

/** A pod of a template, not yet created; its name is generated from the owner's. upstream: GetPodFromTemplate */
export function podFromTemplate(template: PodTemplateSpec, kind: Resource, owner: KubeObject): Pod {
  const { labels, annotations, finalizers } = template.metadata ?? {}
  return {
    metadata: {
      generateName: `${owner.metadata.name}-`,
      namespace: owner.metadata.namespace as string,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
      ownerReferences: [controllerReference(kind, owner)],
    } as Pod['metadata'],
    spec: template.spec as Pod['spec'],
  }
}

/** Creates a pod and tells of it on the owner. A refusal is told too, and thrown. */
export async function createPod(ctx: Context, owner: KubeObject, wished: Pod): Promise<Pod> {
  try {
    const made = await ctx.client.create(pod, wished)
    await ctx.events.event(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${made.metadata.name}`)
    return made
  } catch (e) {
    // A namespace on its way out refuses everything: nothing to tell of.
    if (e instanceof StatusError && !isNamespaceTerminating(e)) await ctx.events.event(owner, 'Warning', 'FailedCreate', `Error creating: ${e.message}`)
    throw e
  }
}

export function isNamespaceTerminating(e: unknown): boolean {
  return e instanceof StatusError && e.status.details?.causes?.some(c => c.reason === 'NamespaceTerminating') === true
}

/** Deletes a pod and tells of it on the owner. */
export async function deletePod(ctx: Context, owner: KubeObject, victim: Pod): Promise<void> {
  try {
    await ctx.client.delete(pod, victim)
  } catch (e) {
    if (isNotFound(e)) return
    if (e instanceof StatusError) await ctx.events.event(owner, 'Warning', 'FailedDelete', `Error deleting: ${e.message}`)
    throw e
  }
  await ctx.events.event(owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${victim.metadata.name}`)
}

/**
 * The pods that belong to `owner`: those that it controls and still selects, with orphans that match adopted. A controlled pod
 * whose labels have left the selector is released. `fits` says what else a pod has to be.
 */
export async function claimPods(ctx: Context, kind: Resource, owner: KubeObject, selector: LabelSelector, fits: (p: Pod) => boolean = () => true): Promise<Pod[]> {
  const { client, lister } = ctx
  const claimed: Pod[] = []
  for (const p of lister.byIndex(pod, 'owner', owner.metadata.uid as string)) {
    if (controllerOf(p)?.uid !== owner.metadata.uid) continue
    if (matchesLabels(selector, p.metadata.labels) && fits(p)) claimed.push(p)
    else if (owner.metadata.deletionTimestamp === undefined) await ignoringNotFound(client.update(pod, withoutOwner(p, owner)))
  }
  if (owner.metadata.deletionTimestamp !== undefined) return claimed
  for (const p of orphansOf(ctx, owner, selector)) {
    if (!fits(p)) continue
    const adopted = await ignoringNotFound(client.update(pod, { ...p, metadata: { ...p.metadata, ownerReferences: [...(p.metadata.ownerReferences ?? []), controllerReference(kind, owner)] } }))
    if (adopted !== undefined) claimed.push(adopted)
  }
  return claimed
}

function orphansOf({ lister }: Context, owner: KubeObject, selector: LabelSelector): readonly Pod[] {
  const pair = requiredPairs(selector)[0]
  const namespace = owner.metadata.namespace as string
  const candidates = pair === undefined ? lister.list(pod, namespace) : lister.byIndex(pod, ORPHAN, orphanValue(namespace, pair[0], pair[1]))
  return candidates.filter(p => controllerOf(p) === undefined && p.metadata.deletionTimestamp === undefined && p.metadata.namespace === namespace && matchesLabels(selector, p.metadata.labels))
}

function withoutOwner(p: Pod, owner: KubeObject): Pod {
  const ownerReferences = (p.metadata.ownerReferences ?? []).filter(r => r.uid !== owner.metadata.uid)
  const metadata = { ...p.metadata, ownerReferences }
  if (ownerReferences.length === 0) delete (metadata as { ownerReferences?: unknown }).ownerReferences
  return { ...p, metadata }
}
