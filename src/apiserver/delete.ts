/** DELETE: graceful deletion, finalizers and propagation. upstream: apiserver/pkg/registry/rest/delete.go, registry/generic/registry/store.go */
import { parseTime, timestamp } from '../base/clock'
import { deepEqual } from '../base/equal'
import { conflict, isNotFound } from '../base/status'
import type { DeleteOptions } from '../client/client'
import type { Kind, KubeObject } from '../kinds/kind'
import type { Stored } from '../store/store'
import type { RequestState } from './actor'
import { runAdmission, type Attributes } from './admission'
import { removeShown, replaceShown } from './custom-versions/write'
import { onStored } from './lost-races'
import type { ApiServer } from './server'
import { storedForm } from './views'
import { refuseComputed } from './virtual/refuse'

export const ORPHAN = 'orphan'
export const FOREGROUND = 'foregroundDeletion'

export interface Deleted<T> {
  /** The object as it is now, or as it was last. */
  readonly object: T
  /** It is gone, not only marked. */
  readonly gone: boolean
}

/** Deletes an object, or marks it as terminating when something still has to happen first. Throws 404, 409. */
export async function deleteObject<T extends KubeObject>(server: ApiServer, kind: Kind<T>, namespace: string | undefined, name: string, options: DeleteOptions, request: RequestState): Promise<Deleted<T>> {
  refuseComputed(kind as never)
  const form = storedForm(kind)
  if (form !== undefined) {
    const done = await deleteObject(server, form.kind, namespace, name, options, request)
    return { ...done, object: form.fromStored(done.object) }
  }
  return onStored(server, kind, namespace, name, current => tryDelete(server, kind, namespace, current, options, request))
}

async function tryDelete<T extends KubeObject>(server: ApiServer, kind: Kind<T>, namespace: string | undefined, current: Stored<T>, options: DeleteOptions, request: RequestState): Promise<Deleted<T>> {
  checkPreconditions(kind, current.body, options)
  const { name } = current.body.metadata
  const attributes: Attributes = { operation: 'DELETE', kind: kind as unknown as Kind, subresource: '', namespace, name, object: current.body, previous: current.body, request }
  await runAdmission(server.plugins, 'admit', attributes, server.admissionEnv)
  await runAdmission(server.plugins, 'validate', attributes, server.admissionEnv)

  const plan = planDeletion(kind, current.body, options, server.clock.now())
  if (plan.action === 'pending') return { object: current.body, gone: false }
  if (plan.action === 'end') return { object: request.dryRun ? current.body : await removeShown(server, kind, current, current.body), gone: true }
  return mark(server, kind, current, plan, request)
}

interface Plan {
  action: 'pending' | 'end' | 'mark'
  graceSeconds: number
  finalizers: readonly string[]
  deletionMs: number
  /** Removed as soon as it is marked: grace 0 and nothing to finalize. */
  endAfterMark: boolean
}

/** Deletes several; what has gone meanwhile is gone. */
export async function deleteObjects(server: ApiServer, kind: Kind, found: readonly Stored<KubeObject>[], options: DeleteOptions, request: RequestState): Promise<void> {
  for (const { body } of found)
    await deleteObject(server, kind, body.metadata.namespace, body.metadata.name, options, request).catch((e: unknown) => {
      if (!isNotFound(e)) throw e
    })
}

/** Decides, without writing, what a delete request does to an object. `graceSeconds` in seconds, `deletionMs` in epoch ms. */
export function planDeletion<T extends KubeObject>(kind: Kind<T>, object: T, options: DeleteOptions, nowMs: number): Plan {
  const { metadata } = object
  const requested = options.gracePeriodSeconds !== undefined && options.gracePeriodSeconds < 0 ? 1 : options.gracePeriodSeconds
  const finalizers = deletionFinalizers(metadata.finalizers ?? [], options)
  // An end that has come stays when it came. upstream: markAsDeleting
  const endMs = metadata.deletionTimestamp === undefined ? nowMs : Math.min(parseTime(metadata.deletionTimestamp), nowMs)
  const end = (): Plan => ({ action: finalizers.length > 0 || kind.heldAfterDelete?.(object) === true ? 'mark' : 'end', graceSeconds: 0, finalizers, deletionMs: endMs, endAfterMark: false })
  if (kind.deletionGraceSeconds === undefined) return end()
  if (metadata.deletionTimestamp !== undefined) {
    const pending = metadata.deletionGracePeriodSeconds ?? 0
    if (pending === 0) return end()
    if (requested === undefined || requested >= pending) return { action: 'pending', graceSeconds: pending, finalizers, deletionMs: nowMs, endAfterMark: false }
    const deletionMs = parseTime(metadata.deletionTimestamp) - pending * 1000 + requested * 1000
    const late = deletionMs < nowMs
    const graceSeconds = late && requested !== 0 ? 1 : requested
    return { action: 'mark', graceSeconds, finalizers, deletionMs: late ? nowMs : deletionMs, endAfterMark: graceSeconds === 0 && finalizers.length === 0 }
  }
  const graceSeconds = kind.deletionGraceSeconds(object, requested)
  return { action: 'mark', graceSeconds, finalizers, deletionMs: nowMs + graceSeconds * 1000, endAfterMark: graceSeconds === 0 && finalizers.length === 0 }
}

async function mark<T extends KubeObject>(server: ApiServer, kind: Kind<T>, current: Stored<T>, plan: Plan, request: RequestState): Promise<Deleted<T>> {
  const previous = current.body.metadata
  const metadata = { ...previous, deletionTimestamp: timestamp(plan.deletionMs), deletionGracePeriodSeconds: plan.graceSeconds }
  if (kind.deletionGraceSeconds === undefined && previous.deletionTimestamp !== undefined) metadata.deletionTimestamp = previous.deletionTimestamp
  if (previous.deletionTimestamp === undefined && previous.generation !== undefined) metadata.generation = previous.generation + 1
  if (plan.finalizers.length > 0) metadata.finalizers = [...plan.finalizers]
  else delete metadata.finalizers
  const next = { ...current.body, metadata }
  kind.markDeleted?.(next)
  // Asked again, there is nothing to change.
  if (!plan.endAfterMark && deepEqual(current.body, next)) return { object: current.body, gone: false }
  if (plan.endAfterMark) return { object: request.dryRun ? next : await removeShown(server, kind, current, next), gone: true }
  return { object: request.dryRun ? next : await replaceShown(server, kind, current, next, server.store.managedOf(current.rv), false), gone: false }
}

/** upstream: deletionFinalizersForGarbageCollection */
function deletionFinalizers(finalizers: readonly string[], options: DeleteOptions): readonly string[] {
  const policy = options.propagationPolicy
  const orphan = policy === 'Orphan' || (policy === undefined && finalizers.includes(ORPHAN))
  const foreground = policy === 'Foreground' || (policy === undefined && finalizers.includes(FOREGROUND) && !orphan)
  const rest = finalizers.filter(f => f !== ORPHAN && f !== FOREGROUND)
  return [...rest, ...(orphan ? [ORPHAN] : []), ...(foreground ? [FOREGROUND] : [])]
}

function checkPreconditions(kind: Kind<never>, { metadata }: KubeObject, { preconditions }: DeleteOptions): void {
  const named = { group: kind.group, plural: kind.kind }
  if (preconditions?.uid !== undefined && preconditions.uid !== metadata.uid)
    throw conflict(named, metadata.name, `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`)
  if (preconditions?.resourceVersion !== undefined && preconditions.resourceVersion !== metadata.resourceVersion)
    throw conflict(named, metadata.name, `the ResourceVersion in the precondition (${preconditions.resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`)
}
