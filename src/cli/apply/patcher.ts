/** The three-way patch of client-side apply, tried again after conflicts, with --force replaced by deleting and creating. upstream: kubectl/pkg/cmd/apply/patcher.go */
import { UsageError } from '../../base/errors'
import { goJson } from '../../base/go-text'
import { createThreeWayMergePatch as createJsonMergePatch, keyUnchanged, metadataKeyUnchanged, applyMergePatch } from '../../base/json-merge-patch'
import { StatusError } from '../../base/status'
import type { PatchType } from '../../client/client'
import type { KubeObject } from '../../kinds/kind'
import { apiVersionOf } from '../../kinds/kind'
import { createThreeWayMergePatch } from '../../kinds/schema/strategic-diff'
import { applyStrategicMergePatch } from '../../kinds/schema/strategic-merge'
import { typeOfKind } from '../../kinds/schema/table'
import type { TypeInfo } from '../../kinds/schema/type-info'
import { withSource } from '../errors'
import { lastApplied } from '../last-applied'
import { yamlText } from '../../base/yaml/writer'
import { readRaw } from '../raw-path'
import type { Info } from '../resource-builder/info'
import type { Options } from './options'
import { serverType } from './server-type'

/** What of the options a patch needs. */
export interface PatchOptions extends Pick<Options, 'client' | 'session' | 'dryRun' | 'fieldManager' | 'overwrite' | 'openApiPatch' | 'force' | 'timeoutMs' | 'gracePeriod' | 'cascade'> {
  readonly fieldValidation: Options['fieldValidation'] | undefined
  /** The patch holds it, so that a change by others meanwhile is a conflict. */
  readonly resourceVersion?: string | undefined
}

type Json = Record<string, unknown>

export interface Patched {
  readonly object: KubeObject
  /** There was nothing to patch. */
  readonly unchanged: boolean
}

const MAX_RETRIES = 5
const TRIES_BEFORE_BACK_OFF = 1
const BACK_OFF_MS = 1000

/** upstream: resource.Info.String */
export function describeInfo({ resource, name, namespace }: Info): string {
  const { group, version, plural, kind } = resource
  return `Resource: "${group}/${version}, Resource=${plural}", GroupVersionKind: "${group}/${version}, Kind=${kind}"\nName: ${JSON.stringify(name)}, Namespace: ${JSON.stringify(namespace)}`
}

interface Built {
  readonly type: PatchType
  readonly patch: Json
}

/** Throws UsageError; `full` is the live object with managedFields, for the text of an error. */
async function build(info: Info, current: KubeObject, modified: KubeObject, options: PatchOptions): Promise<Built> {
  const { client, session, openApiPatch } = options
  try {
    // What is in a file is of the types that are known here.
    const said = openApiPatch && session.discovery === undefined ? await serverType(client, info.resource) : undefined
    return buildPatch(info, current, modified, options, said)
  } catch (error) {
    const full = current.metadata.managedFields === undefined ? await readRaw(options.client, info.resource, info.name, info.namespace).catch(() => current) : current
    throw new UsageError(`creating patch with:\noriginal:\n${lastApplied(current) ?? ''}\nmodified:\n${goJson(modified)}\n\ncurrent:\n${goJson(full)}\n\nfor: ${(error as Error).message}`)
  }
}

function buildPatch(info: Info, current: KubeObject, modified: KubeObject, { overwrite }: Pick<PatchOptions, 'overwrite'>, said?: TypeInfo): Built {
  const text = lastApplied(current) ?? ''
  const original = text === '' ? {} : (JSON.parse(text) as Json)
  const type = said ?? typeOfKind(apiVersionOf(info.resource), info.resource.kind)
  if (type === undefined) {
    const unchanged = [keyUnchanged('apiVersion'), keyUnchanged('kind'), metadataKeyUnchanged('name')]
    return { type: 'merge', patch: createJsonMergePatch(original, modified as unknown as Json, current as unknown as Json, unchanged) }
  }
  return { type: 'strategic', patch: createThreeWayMergePatch(type, original, modified as unknown as Json, current as unknown as Json, { overwrite, toYaml: yamlText }) }
}

const isEmpty = (patch: Json): boolean => Object.keys(patch).length === 0

/** Patches the live object. Throws StatusError or UsageError that name the patch, the object and the file. */
export async function patch(info: Info & { readonly object: KubeObject }, live: KubeObject, modified: KubeObject, options: PatchOptions): Promise<Patched> {
  const { client, session, dryRun, fieldManager, fieldValidation } = options
  const namespace = info.namespace === '' ? undefined : info.namespace
  let current = live
  let built: Built | undefined
  const attempt = async (): Promise<Patched> => {
    built = undefined
    built = await build(info, current, modified, options)
    if (isEmpty(built.patch)) return { object: current, unchanged: true }
    if (options.resourceVersion !== undefined) built = { ...built, patch: { ...built.patch, metadata: { ...(built.patch.metadata as object | undefined), resourceVersion: options.resourceVersion } } }
    const object = await client.patch(info.resource, { metadata: { name: info.name, namespace } }, built.type, built.patch, { dryRun: dryRun === 'server', fieldManager, fieldValidation })
    return { object, unchanged: false }
  }
  let failure: unknown
  for (let tries = 0; tries <= MAX_RETRIES; tries++) {
    try {
      if (tries > TRIES_BEFORE_BACK_OFF) await session.waitUntil(async () => false, BACK_OFF_MS)
      if (tries > 0) current = await client.get(info.resource, info.name, namespace)
      return await attempt()
    } catch (error) {
      failure = error
      if (!(error instanceof StatusError) || error.reason !== 'Conflict') break
    }
  }
  if (options.force && failure instanceof StatusError && (failure.reason === 'Conflict' || failure.reason === 'Invalid')) return { object: await recreate(info, current, modified, options), unchanged: false }
  const patching = withSource('patching', info.source, failure)
  throw withSource(`applying patch:\n${built === undefined ? '' : goJson((built as Built).patch)}\nto:\n${describeInfo(info)}\nfor:`, info.source, patching)
}

/** upstream: Patcher.deleteAndCreate */
async function recreate(info: Info, original: KubeObject, modified: KubeObject, options: PatchOptions): Promise<KubeObject> {
  const { client, session, cascade, gracePeriod, fieldManager, fieldValidation } = options
  const namespace = info.namespace === '' ? undefined : info.namespace
  const ref = { metadata: { name: info.name, namespace } }
  await client.delete(info.resource, ref, { propagationPolicy: cascade, ...(gracePeriod >= 0 ? { gracePeriodSeconds: gracePeriod } : {}) })
  const gone = await session.waitUntil(async () => {
    try {
      await client.get(info.resource, info.name, namespace)
      return false
    } catch (error) {
      if (error instanceof StatusError && error.reason === 'NotFound') return true
      throw error
    }
  }, options.timeoutMs > 0 ? options.timeoutMs : DEFAULT_GONE_MS)
  if (!gone) throw new UsageError('timed out waiting for the condition')
  const fresh = (object: KubeObject): KubeObject => {
    const { resourceVersion: _, ...metadata } = object.metadata
    return { ...object, metadata }
  }
  try {
    return await client.create(info.resource, fresh(modified), { fieldManager, fieldValidation })
  } catch (error) {
    if (!(error instanceof StatusError)) throw error
    try {
      await client.create(info.resource, fresh(original), { fieldManager, fieldValidation })
    } catch (again) {
      throw new UsageError(`An error occurred force-replacing the existing object with the newly provided one:\n\n${error.message}.\n\nAdditionally, an error occurred attempting to restore the original object:\n\n${(again as Error).message}`)
    }
    throw error
  }
}

const DEFAULT_GONE_MS = 3600_000

/** What --dry-run=client shows. */
export function patchLocally(info: Info, current: KubeObject, modified: KubeObject, options: Options): Patched {
  let built: Built
  try {
    built = buildPatch(info, current, modified, options)
  } catch (error) {
    throw withSource(`applying patch:\n\nto:\n${describeInfo(info)}\nfor:`, info.source, new UsageError((error as Error).message))
  }
  if (isEmpty(built.patch)) return { object: current, unchanged: true }
  const type = typeOfKind(apiVersionOf(info.resource), info.resource.kind)
  const object = type === undefined ? applyMergePatch(current as unknown as Json, built.patch) : applyStrategicMergePatch(type, current as unknown as Json, built.patch)
  return { object: object as unknown as KubeObject, unchanged: false }
}
