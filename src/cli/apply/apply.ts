/** `kubectl apply`: creates what is missing, and patches the rest from what was applied last to what the files say now. upstream: kubectl/pkg/cmd/apply/apply.go */
import { UsageError } from '../../base/errors'
import { StatusError } from '../../base/status'
import type { KubeObject } from '../../kinds/kind'
import { SeveralErrors, withSource } from '../errors'
import { annotated, lastApplied, LAST_APPLIED } from '../last-applied'
import type { Info } from '../resource-builder/info'
import type { Options } from './options'
import { describeInfo, patch, patchLocally } from './patcher'
import { prune } from './prune'
import { applyServerSide } from './server-side'

/** What has been applied so far. */
interface Applied {
  readonly uids: Set<string>
  readonly namespaces: Set<string>
  readonly objects: KubeObject[]
}

export async function run(options: Options): Promise<void> {
  const { builder, query } = options
  const applied: Applied = { uids: new Set(), namespaces: new Set(query.enforceNamespace ? [query.namespace] : []), objects: [] }
  const { infos: found, errors } = await builder.infos(query)
  const { applySet } = options
  const infos = applySet === undefined ? found : found.map(info => ({ ...info, object: applySet.labelled(info.object) }))
  if (infos.length === 0 && errors.length === 0) throw new UsageError('no objects passed to apply')
  const failures: unknown[] = errors.length > 0 ? [errors.length === 1 ? errors[0] : new SeveralErrors(errors)] : []
  await applySet?.begin(infos, options)
  for (const info of infos) {
    try {
      await applyOne(info, options, applied)
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length === 1) throw failures[0]
  if (failures.length > 1) throw new SeveralErrors(failures.flatMap(e => (e instanceof SeveralErrors ? e.errors : [e])))
  if (options.printsObjects) printAll(applied.objects, options)
  if (options.prune !== undefined) await prune(options.prune, options, applied)
  await applySet?.prune(applied.uids, options)
}

function printAll(objects: readonly KubeObject[], { print }: Options): void {
  const [only] = objects
  if (only !== undefined) print(objects.length === 1 ? only : { apiVersion: 'v1', items: objects, kind: 'List', metadata: {} }, '')
}

async function applyOne(info: Info & { readonly object: KubeObject }, options: Options, applied: Applied): Promise<void> {
  if (info.namespace !== '') applied.namespaces.add(info.namespace)
  const object = options.record(info.object)
  if (info.name === '') {
    const { generateName = '' } = object.metadata
    if (generateName !== '') throw new UsageError(`from ${generateName}: cannot use generate name with apply`)
  }
  const done = options.serverSide ? { object: await applyServerSide({ ...info, object }, options), operation: 'serverside-applied' } : await applyClientSide({ ...info, object }, options)
  if (options.serverSide) warnIfDeleting(done.object, options)
  applied.uids.add(done.object.metadata.uid ?? '')
  applied.objects.push(done.object)
  if (!options.printsObjects) options.print(done.object, done.operation)
}

async function applyClientSide(info: Info & { readonly object: KubeObject }, options: Options): Promise<{ object: KubeObject; operation: string }> {
  const modified = annotated(info.object)
  const current = await currentOf(info, options)
  if (current === undefined) return { object: await create(info, modified, options), operation: 'created' }
  if (lastApplied(current) === undefined) {
    options.io.stderr(`Warning: resource ${info.resource.plural}/${info.name} is missing the ${LAST_APPLIED} annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.\n`)
  }
  const patched = options.dryRun === 'client' ? patchLocally(info, current, modified, options) : await patch(info, current, modified, options)
  warnIfDeleting(patched.object, options)
  return { object: patched.object, operation: patched.unchanged ? 'unchanged' : 'configured' }
}

async function currentOf(info: Info, { client }: Options): Promise<KubeObject | undefined> {
  try {
    // upstream: client-go/rest Request.Name
    if (info.name === '') throw new UsageError('resource name may not be empty')
    return await client.get(info.resource, info.name, info.namespace === '' ? undefined : info.namespace)
  } catch (error) {
    if (error instanceof StatusError && error.reason === 'NotFound') return undefined
    throw withSource(`retrieving current configuration of:\n${describeInfo(info)}\nfrom server for:`, info.source, error)
  }
}

async function create(info: Info, modified: KubeObject, { client, dryRun, fieldManager, fieldValidation }: Options): Promise<KubeObject> {
  const object = withoutNulls(modified) as KubeObject
  if (dryRun === 'client') return object
  const { resourceVersion: _, ...metadata } = object.metadata
  try {
    return await client.create(info.resource, { ...object, metadata }, { dryRun: dryRun === 'server', fieldManager, fieldValidation })
  } catch (error) {
    throw withSource('creating', info.source, error)
  }
}

/** A null in a manifest takes a field away; a new object has none to take. upstream: pruneNullsFromMap */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== null).map(([k, v]) => [k, withoutNulls(v)]))
}

function warnIfDeleting({ metadata }: KubeObject, { io }: Options): void {
  if (metadata.deletionTimestamp !== undefined) io.stderr(`Warning: Detected changes to resource ${metadata.name} which is currently being deleted.\n`)
}
