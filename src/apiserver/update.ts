/** PUT and what patches end in: the stages that a changed object goes through. upstream: apiserver/pkg/registry/rest/update.go, registry/generic/registry/store.go */
import { deepEqual, semanticEqual } from '../base/equal'
import { conflict, failure, invalid, OBJECT_MODIFIED } from '../base/status'
import { goQuote, invalidValue } from '../base/field'
import type { Kind, KubeObject } from '../kinds/kind'
import type { Stored } from '../store/store'
import type { RequestState } from './actor'
import { runAdmission, type Attributes } from './admission'
import { ensureNamespace } from './create'
import { removeShown, replaceShown } from './custom-versions/write'
import { onStored } from './lost-races'
import { managedOnUpdate, ownersPrepared, type ManagedChange } from './managed'
import type { ApiServer } from './server'
import { validateUpdate } from './validate'
import { storedForm } from './views'
import { writeEnv } from './write-env'
import { refuseComputed } from './virtual/refuse'

export interface Change<T> {
  /** Makes the wished object of the stored one; called again when another writer was faster. Must return a fresh object. */
  readonly next: (current: T) => T
  readonly subresource: string
  /** How the request changes field ownership, known once `next` was called; an ordinary update when absent. */
  readonly managed?: (() => ManagedChange | undefined) | undefined
  /** The form in which the request was made, where it is not the stored one: its writer owns fields by their names there. */
  readonly writtenAs?: Kind | undefined
}

/** Changes an object and returns it as stored. Throws 404, 409 or 422 in the real server's words. */
export async function update<T extends KubeObject>(server: ApiServer, kind: Kind<T>, namespace: string | undefined, name: string, change: Change<T>, request: RequestState): Promise<T> {
  refuseComputed(kind as never)
  const form = storedForm(kind)
  if (form !== undefined) {
    const stored = await update(server, form.kind, namespace, name, { ...change, writtenAs: kind as unknown as Kind, next: current => form.toStored(change.next(form.fromStored(current))) }, request)
    return form.fromStored(stored)
  }
  return onStored(server, kind, namespace, name, current => tryUpdate(server, kind, namespace, current, change, request))
}

async function tryUpdate<T extends KubeObject>(server: ApiServer, kind: Kind<T>, namespace: string | undefined, current: Stored<T>, change: Change<T>, request: RequestState): Promise<T> {
  const previous = current.body
  const next = change.next(previous)
  if (next.metadata === previous.metadata) next.metadata = { ...previous.metadata }
  ensureNamespace(kind, namespace, next)
  checkVersion(kind, previous, next)
  const meta = next.metadata
  const known = change.managed?.()
  const converting = known === undefined ? ownersPrepared(server, kind, current, next) : undefined
  if (converting !== undefined) await converting
  const managed = managedOnUpdate(server, kind, current, next, change.subresource, known, request, change.writtenAs)
  delete meta.managedFields
  const attributes: Attributes = { operation: 'UPDATE', kind: kind as unknown as Kind, subresource: change.subresource, namespace, name: previous.metadata.name, object: next, previous, request }
  const admitting = runAdmission(server.plugins, 'admit', attributes, server.admissionEnv)
  if (admitting !== undefined) await admitting
  keepSystemFields(previous, next)
  prepare(server, kind, previous, next, change.subresource, request)
  validateUpdate(kind, previous, next, change.subresource, request)
  kind.canonicalize?.(next)
  const validating = runAdmission(server.plugins, 'validate', attributes, server.admissionEnv)
  if (validating !== undefined) await validating
  if (request.dryRun) return !endsNow(kind, previous, next) && managed.unchanged && deepEqual(previous, next) ? previous : next
  const done = endsNow(kind, previous, next) ? removeShown(server, kind, current, next) : replaceShown(server, kind, current, next, managed.text, managed.unchanged)
  return done
}

/** upstream: Store.Update */
function checkVersion<T extends KubeObject>(kind: Kind<T>, previous: T, next: T): void {
  const wished = next.metadata.resourceVersion ?? ''
  if (wished === '' || wished === '0') {
    if (kind.allowUnconditionalUpdate !== true)
      throw invalid({ group: kind.group, kind: kind.plural }, previous.metadata.name, [invalidValue('metadata.resourceVersion', 0, 'must be specified for an update')])
    next.metadata.resourceVersion = previous.metadata.resourceVersion as string
  } else if (wished !== previous.metadata.resourceVersion) {
    if (!isVersion(wished)) throw failure(500, '', `strconv.ParseUint: parsing ${goQuote(wished)}: invalid syntax`)
    throw conflict(kind, previous.metadata.name, OBJECT_MODIFIED)
  }
}

const isVersion = (text: string): boolean => /^[0-9]+$/.test(text)

/** What no update changes, whoever asks. */
function keepSystemFields(previous: KubeObject, next: KubeObject): void {
  const was = previous.metadata
  const meta = next.metadata
  meta.name ??= was.name
  if (meta.uid === undefined || meta.uid === '') meta.uid = was.uid as string
  if (was.creationTimestamp !== undefined) meta.creationTimestamp = was.creationTimestamp
  if (was.generation === undefined) delete meta.generation
  else meta.generation = was.generation
  if (was.deletionTimestamp !== undefined) meta.deletionTimestamp = was.deletionTimestamp
  if (was.deletionGracePeriodSeconds !== undefined) meta.deletionGracePeriodSeconds ??= was.deletionGracePeriodSeconds
  delete meta.selfLink
}

function prepare<T extends KubeObject>(server: ApiServer, kind: Kind<T>, previous: T, next: T, subresource: string, request: RequestState): void {
  // Scaling changes the object as its owner would.
  if (subresource !== '' && subresource !== 'scale') {
    const hook = kind.subresources[subresource]?.prepareForUpdate
    if (hook !== undefined) hook(next, previous, writeEnv(server, request))
    else if (subresource === 'status') keepAllBut(next, previous, 'status')
    return
  }
  if ('status' in kind.subresources) keepStatus(next, previous)
  kind.prepareForUpdate?.(next, previous, writeEnv(server, request))
  if (kind.generation === 'spec' && !sameDesire(previous, next)) next.metadata.generation = (previous.metadata.generation ?? 0) + 1
}

/** Status is the controllers' to write, through its subresource. */
function keepStatus(next: KubeObject, previous: KubeObject): void {
  const to = next as { status?: unknown }
  const from = previous as { status?: unknown }
  if (from.status === undefined) delete to.status
  else to.status = from.status
}

/** A status write keeps everything else, metadata's system fields included. */
function keepAllBut(next: KubeObject, previous: KubeObject, field: string): void {
  const to = next as unknown as Record<string, unknown>
  const from = previous as unknown as Record<string, unknown>
  for (const k in to) if (k !== field && k !== 'metadata' && !(k in from)) delete to[k]
  for (const k in from) if (k !== field && k !== 'metadata') to[k] = from[k]
  next.metadata.labels = previous.metadata.labels as Record<string, string>
  if (previous.metadata.labels === undefined) delete next.metadata.labels
}

/** Everything besides metadata and status is what was asked for. */
function sameDesire(a: KubeObject, b: KubeObject): boolean {
  const x = a as unknown as Record<string, unknown>
  const y = b as unknown as Record<string, unknown>
  for (const k in x) if (k !== 'metadata' && k !== 'status' && !semanticEqual(x[k], y[k])) return false
  for (const k in y) if (k !== 'metadata' && k !== 'status' && !(k in x)) return false
  return true
}

/** The last finalizer of a deleted object has gone. upstream: ShouldDeleteDuringUpdate */
function endsNow<T extends KubeObject>(kind: Kind<T>, previous: T, next: T): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds } = previous.metadata
  return deletionTimestamp !== undefined && (next.metadata.finalizers ?? []).length === 0 && (deletionGracePeriodSeconds ?? 0) === 0 && kind.heldAfterDelete?.(next) !== true
}
