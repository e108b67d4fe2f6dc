/** Writes of objects that a request sees in its own version, and the answers in that version again. All other kinds pass straight through. */
import { deepEqual } from '../../base/equal'
import type { Kind, KubeObject } from '../../kinds/kind'
import type { Stored } from '../../store/store'
import { insert, remove, replace } from '../persist'
import type { ApiServer } from '../server'
import type { Shown } from './shown'
import { fromStorage, storageKind, toStorage } from './versions'

const rawOf = <T>(current: Shown<T>): Stored<T> => current.raw ?? current

/** Throws 409 when the name is taken, 500 when a conversion fails. */
export function insertShown<T extends KubeObject>(server: ApiServer, kind: Kind<T>, object: T, managed: string | null): T | Promise<T> {
  if (kind.custom === undefined) return insert(server, kind, object, managed)
  const store = (form: T): T | Promise<T> => fromStorage(server, kind, insert(server, storageKind(kind), form, managed))
  const form = toStorage(server, kind, object)
  return form instanceof Promise ? form.then(store) : store(form)
}

/** A write that leaves the stored object as it is, is none; one that only brings it into the storage version is. `same`: nobody's ownership changed. Throws 409, 500. */
export function replaceShown<T extends KubeObject>(server: ApiServer, kind: Kind<T>, current: Shown<T>, next: T, managed: string | null, same: boolean): T | Promise<T> {
  if (kind.custom === undefined) return same && deepEqual(current.body, next) ? current.body : replace(server, kind, current, next, managed)
  const raw = rawOf(current)
  const store = (form: T): T | Promise<T> => (same && deepEqual(raw.body, form) ? current.body : fromStorage(server, kind, replace(server, storageKind(kind), raw, form, managed)))
  const form = toStorage(server, kind, next)
  return form instanceof Promise ? form.then(store) : store(form)
}

/** Throws 409, 500. */
export function removeShown<T extends KubeObject>(server: ApiServer, kind: Kind<T>, current: Shown<T>, last: T): T | Promise<T> {
  if (kind.custom === undefined) return remove(server, kind, current, last)
  const store = (form: T): T => {
    const { metadata } = remove(server, storageKind(kind), rawOf(current), form)
    return { ...last, metadata: { ...last.metadata, resourceVersion: metadata.resourceVersion as string } }
  }
  const form = toStorage(server, kind, last)
  return form instanceof Promise ? form.then(store) : store(form)
}
