/**
 * Custom resources are stored in one version and asked for in several. Requests go through all their stages in the version that
 * they name; objects are converted where they come out of the store and where they go into it. What a webhook converts is asked
 * for before the stages that cannot wait. upstream: apiextensions-apiserver/pkg/apiserver/customresource_handler.go crdConversionRESTOptionsGetter
 */
import { failure } from '../../base/status'
import { apiVersionOf, type CustomVersions, type Kind, type KubeObject } from '../../kinds/kind'
import { listPrefix, storageKey } from '../keys'
import type { ApiServer } from '../server'
import { convertByWebhook } from './review'
import { inVersion, keyOf, unsaved } from './shown'

/** So many objects that a webhook has converted are remembered for each definition, and always those of one request. */
const MAX_REMEMBERED = 2_000

/** Asks the webhook for those stored objects that the next step shows; undefined when there is nothing to ask. `name` undefined: all of the namespace. Throws 500. */
export function prepared(server: ApiServer, kind: Kind<never>, namespace: string | undefined, name: string | undefined): Promise<void> | undefined {
  if (kind.custom?.versions.webhook === undefined) return undefined
  const scope = kind.scope === 'Namespaced' ? namespace : undefined
  const one = name === undefined ? undefined : server.store.get<KubeObject>(storageKey(kind, scope, name))
  const found = name === undefined ? server.store.list<KubeObject>(listPrefix(kind, scope)) : one === undefined ? [] : [one]
  return preparedObjects(server, kind as unknown as Kind, found.map(s => s.body))
}

export function preparedObjects(server: ApiServer, kind: Kind, objects: readonly KubeObject[]): Promise<void> | undefined {
  const { versions } = kind.custom ?? {}
  const apiVersion = apiVersionOf(kind)
  if (versions?.webhook === undefined) return undefined
  const missing = objects.filter(o => o.apiVersion !== apiVersion && !versions.converted.has(keyOf(o, apiVersion)))
  return missing.length === 0 ? undefined : remember(server, kind, versions, missing, objects.length)
}

async function remember(server: ApiServer, kind: Kind, versions: CustomVersions, objects: readonly KubeObject[], wanted: number): Promise<void> {
  const made = await converted(server, kind, objects)
  const apiVersion = apiVersionOf(kind)
  for (const [i, object] of objects.entries()) versions.converted.set(keyOf(object, apiVersion), made[i] as KubeObject)
  const limit = Math.max(MAX_REMEMBERED, wanted)
  for (const key of versions.converted.keys()) {
    if (versions.converted.size <= limit) break
    versions.converted.delete(key)
  }
}

async function converted(server: ApiServer, kind: Kind, objects: readonly KubeObject[]): Promise<KubeObject[]> {
  const { versions, coerce } = kind.custom as NonNullable<Kind['custom']>
  for (const { apiVersion = '' } of objects) if (!versions.known.has(apiVersion)) throw failure(500, '', `request to convert CR from an invalid group/version: ${apiVersion}`)
  const made = await convertByWebhook(server, versions.webhook as NonNullable<CustomVersions['webhook']>, objects, apiVersionOf(kind))
  return made.map(coerce)
}

/** An object of a request in each version in which somebody owns fields of it, before the stage that compares them. */
export function preparedOwners(server: ApiServer, kind: Kind, apiVersions: readonly string[], objects: readonly KubeObject[]): Promise<void> | undefined {
  const { versions } = kind.custom ?? {}
  if (versions?.webhook === undefined) return undefined
  const others = apiVersions.flatMap(v => (v === apiVersionOf(kind) ? [] : (versions.kinds.get(v) ?? [])))
  return others.length === 0 ? undefined : unsavedIn(server, others, objects)
}

async function unsavedIn(server: ApiServer, kinds: readonly Kind[], objects: readonly KubeObject[]): Promise<void> {
  for (const kind of kinds) {
    const made = await converted(server, kind, objects)
    for (const [i, object] of objects.entries()) {
      const known = unsaved.get(object) ?? new Map<string, KubeObject>()
      known.set(apiVersionOf(kind), made[i] as KubeObject)
      unsaved.set(object, known)
    }
  }
}

/** The kind under which a custom resource is stored: itself for all others. */
export const storageKind = <T extends KubeObject>(kind: Kind<T>): Kind<T> => (kind.custom === undefined ? kind : ((kind.custom.versions.kinds.get(kind.custom.versions.stored) ?? kind) as unknown as Kind<T>))

/** An object that is not stored, in another version. Throws 500. */
export function convertedTo(server: ApiServer, kind: Kind, object: KubeObject): KubeObject | Promise<KubeObject> {
  if (kind.custom === undefined || object.apiVersion === apiVersionOf(kind)) return object
  if (kind.custom.versions.webhook === undefined) return kind.custom.coerce(object)
  return converted(server, kind, [object]).then(([made]) => made as KubeObject)
}

/** An object as it will stand in the store; a promise only where a webhook is asked. Throws 500. */
export function toStorage<T extends KubeObject>(server: ApiServer, kind: Kind<T>, object: T): T | Promise<T> {
  return kind.custom === undefined ? object : (convertedTo(server, storageKind(kind) as unknown as Kind, object) as T | Promise<T>)
}

/** What a request is answered with of what was stored. Throws 500. */
export function fromStorage<T extends KubeObject>(server: ApiServer, kind: Kind<T>, stored: T): T | Promise<T> {
  const show = (): T => kind.custom?.completed(inVersion(kind as unknown as Kind, stored)) as T
  if (kind.custom === undefined || stored.apiVersion === apiVersionOf(kind)) return stored
  const pending = preparedObjects(server, kind as unknown as Kind, [stored])
  return pending === undefined ? show() : pending.then(show)
}
