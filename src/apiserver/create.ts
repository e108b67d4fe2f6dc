/** POST: the stages that a new object goes through. upstream: apiserver/pkg/registry/rest/create.go, endpoints/handlers/create.go */
import { timestamp } from '../base/clock'
import { badRequest, isAlreadyExists, failure, qualifiedResource } from '../base/status'
import type { Kind, KubeObject } from '../kinds/kind'
import type { ManagedEntries } from '../kinds/schema/fields/entries'
import type { ParsedJson } from '../kinds/schema/json-text'
import type { RequestState } from './actor'
import { runAdmission, type Attributes } from './admission'
import { decodeBody } from './decode-body'
import { storageKey } from './keys'
import { managedOfTemplate, managedOnCreate, packManaged } from './managed'
import { insertShown } from './custom-versions/write'
import { answerReview } from './reviews/answer'
import type { ApiServer } from './server'
import { validateCreate } from './validate'
import { storedForm } from './views'
import { writeEnv } from './write-env'
import { refuseComputed } from './virtual/refuse'

const GENERATED_SUFFIX = 5
/** upstream: names.maxNameLength less the suffix. */
const MAX_GENERATED_BASE = 63 - GENERATED_SUFFIX
const MAX_NAME_DRAWS = 8

/** Creates an object. Throws 400, 403, 409 or 422 in the real server's words. */
export async function create<T extends KubeObject>(server: ApiServer, kind: Kind<T>, namespace: string | undefined, body: unknown, request: RequestState, source?: ParsedJson, known?: ManagedEntries): Promise<T> {
  refuseComputed(kind as never)
  if (kind.custom?.terminating === true) throw failure(405, 'MethodNotAllowed', `create is not supported on resources of kind "${qualifiedResource(kind)}"`, { ...(kind.group ? { group: kind.group } : {}), kind: kind.plural })
  const object = decodeBody(kind, body, request, source)
  const form = storedForm(kind)
  if (form !== undefined) {
    kind.applyDefaults?.(object)
    return form.fromStored(await create(server, form.kind, namespace, form.toStored(object), { ...request, fieldValidation: 'Ignore' }, undefined, known ?? managedOnCreate(server, kind, object, request)))
  }
  const meta = (object.metadata = { ...object.metadata })
  ensureNamespace(kind, namespace, object)
  if (kind.transient === true) return answerReview(server, kind, namespace, object, request)
  kind.applyDefaults?.(object)
  const managed = known ?? managedOfTemplate(server, kind, body as T, object, request)
  fillSystemFields(server, object)
  const generated = meta.name === undefined || meta.name === '' ? meta.generateName ?? '' : ''
  const attributes: Attributes = { operation: 'CREATE', kind: kind as unknown as Kind, subresource: '', namespace, get name() { return object.metadata.name ?? '' }, object, previous: undefined, request }
  for (let draw = 1; ; draw++) {
    if (generated !== '') meta.name = generateName(server, kind, meta.namespace, generated)
    meta.uid = uidFor(server, kind, object)
    if (draw === 1) {
      const admitting = runAdmission(server.plugins, 'admit', attributes, server.admissionEnv)
      if (admitting !== undefined) await admitting
      if (kind.generation === 'spec') meta.generation = 1
      kind.prepareForCreate?.(object, writeEnv(server, request))
      validateCreate(kind, object, request)
      kind.canonicalize?.(object)
      const validating = runAdmission(server.plugins, 'validate', attributes, server.admissionEnv)
      if (validating !== undefined) await validating
    }
    try {
      const done = request.dryRun ? dryInsert(server, kind, object) : insertShown(server, kind, object, packManaged(server, managed))
      return done instanceof Promise ? await done : done
    } catch (e) {
      if (generated === '' || !isAlreadyExists(e)) throw e
      if (draw >= MAX_NAME_DRAWS) throw failure(409, 'AlreadyExists', `${qualifiedResource(kind)} "${meta.name}" already exists, the server was not able to generate a unique name for the object`)
    }
  }
}

function dryInsert<T extends KubeObject>(server: ApiServer, kind: Kind<T>, object: T): T {
  const key = storageKey(kind, object.metadata.namespace, object.metadata.name)
  if (server.store.has(key)) throw failure(409, 'AlreadyExists', `${qualifiedResource(kind)} "${object.metadata.name}" already exists`, { name: object.metadata.name, ...(kind.group ? { group: kind.group } : {}), kind: kind.plural })
  return object
}

/** upstream: rest.EnsureObjectNamespaceMatchesRequestNamespace */
export function ensureNamespace(kind: Kind<never>, namespace: string | undefined, object: KubeObject): void {
  const expected = kind.scope === 'Namespaced' ? namespace ?? '' : ''
  const given = object.metadata.namespace ?? ''
  if (given === '' && expected !== '') object.metadata.namespace = expected
  else if (given !== expected) {
    if (expected === '') delete object.metadata.namespace
    else throw badRequest(`the namespace of the provided object does not match the namespace sent on the request`)
  }
}

/** upstream: rest.FillObjectMetaSystemFields, WipeObjectMetaSystemFields */
function fillSystemFields(server: ApiServer, object: KubeObject): void {
  const meta = object.metadata
  delete meta.resourceVersion
  delete meta.selfLink
  delete meta.deletionTimestamp
  delete meta.deletionGracePeriodSeconds
  delete meta.managedFields
  delete meta.generation
  meta.creationTimestamp = timestamp(server.clock.now())
}

/** upstream: apiserver/pkg/storage/names */
function generateName(server: ApiServer, kind: Kind<never>, namespace: string | undefined, prefix: string): string {
  const base = prefix.length > MAX_GENERATED_BASE ? prefix.slice(0, MAX_GENERATED_BASE) : prefix
  const owner = storageKey(kind, namespace, base)
  // Counted, so that a name is not drawn again after its object has gone.
  const n = server.store.inTransaction ? server.store.nextCount(`names ${owner}`) : server.store.transact(() => server.store.nextCount(`names ${owner}`))
  return base + server.draw.suffix(owner, 'name', GENERATED_SUFFIX, n)
}

function uidFor(server: ApiServer, kind: Kind<never>, object: KubeObject): string {
  const key = storageKey(kind, object.metadata.namespace, object.metadata.name ?? '')
  return server.draw.uuid(key, 'uid', object.metadata.generateName === undefined ? server.store.counted(`lives ${key}`) : 0)
}

