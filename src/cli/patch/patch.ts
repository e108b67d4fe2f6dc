/** `kubectl patch`. upstream: kubectl/pkg/cmd/patch/patch.go */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { deepEqual } from '../../base/equal'
import { UsageError } from '../../base/errors'
import { goQuote } from '../../base/field'
import { applyMergePatch, createMergePatch } from '../../base/json-merge-patch'
import type { JsonPatchOperation } from '../../base/json-patch'
import { applyJsonPatch } from '../../base/json-patch'
import { badRequest, StatusError } from '../../base/status'
import { readYaml } from '../../base/yaml/reader'
import { YamlError } from '../../base/yaml/scanner'
import type { Client, PatchType } from '../../client/client'
import type { KubeObject } from '../../kinds/kind'
import { exactValue, JsonSyntaxError, parseJsonText } from '../../kinds/schema/json-text'
import { applyStrategicMergePatch } from '../../kinds/schema/strategic-merge'
import { typeOfKind } from '../../kinds/schema/table'
import type { Factory } from '../factory'
import { filesOf } from '../files'
import type { DryRun, Invocation } from '../invocation'
import { toPrinter } from '../print-flags'
import type { Recorder } from '../record'
import { createRecorder } from '../record'
import type { ResourceBuilder } from '../resource-builder/builder'
import type { Info } from '../resource-builder/info'
import { refOf } from '../resource-builder/info'
import type { ResourceQuery } from '../resource-builder/query'

export interface Options {
  readonly query: ResourceQuery
  readonly builder: ResourceBuilder
  readonly client: () => Promise<Client>
  readonly type: PatchType
  /** The patch as a value; throws what the server says of broken JSON. */
  readonly patch: () => unknown
  readonly subresource: string
  readonly local: boolean
  readonly dryRun: DryRun
  readonly fieldManager: string
  readonly record: Recorder
  print(object: object, operation: string): void
}

/** Throws UsageError. */
export function toOptions(invocation: Invocation<'patch'>, factory: Factory): Options {
  const { args, flags } = invocation
  const { name: namespace, explicit } = factory.namespace()
  return {
    query: { args, ...filesOf(flags), namespace, enforceNamespace: explicit, local: flags.local, validate: false, ...(flags.subresource === '' ? {} : { subresource: flags.subresource }) },
    builder: factory.builder(),
    client: factory.client,
    type: flags.type.toLowerCase() as PatchType,
    patch: readPatch(flags, factory.io.cwd),
    subresource: flags.subresource,
    local: flags.local,
    dryRun: invocation.dryRun(),
    fieldManager: flags['field-manager'],
    record: createRecorder(invocation),
    print: (object, operation) => toPrinter(flags, factory.io, { operation })(object),
  }
}

/** JSON, or YAML. */
function readPatch({ patch, 'patch-file': file }: { readonly patch: string; readonly 'patch-file': string }, cwd: string): () => unknown {
  let text = patch
  if (file !== '') {
    try {
      text = readFileSync(resolve(cwd, file), 'utf8')
    } catch {
      throw new UsageError(`unable to read patch file: open ${file}: no such file or directory`)
    }
  }
  try {
    // upstream: yaml.ToJSON: what begins like JSON is taken for it, and read by the server.
    const value = /^\s*\{/.test(text) ? exactValue(parseJsonText(text)) : readYaml(text)
    return () => value
  } catch (error) {
    if (error instanceof YamlError) throw new UsageError(`unable to parse ${goQuote(patch)}: ${error.message}`)
    if (!(error instanceof JsonSyntaxError)) throw error
    return () => {
      throw badRequest(error.message)
    }
  }
}

export async function run(options: Options): Promise<void> {
  let count = 0
  await options.builder.forEachFetched(options.query, async info => {
    count++
    await patchOne(info, options)
  })
  if (count === 0) throw new UsageError('no objects passed to patch')
}

const operationOf = (before: object, after: object): string => (deepEqual(before, after) ? 'patched (no change)' : 'patched')

async function patchOne(info: Info & { readonly object: KubeObject }, options: Options): Promise<void> {
  const { type, local, dryRun, fieldManager, subresource } = options
  const patch = options.patch()
  if (local || dryRun === 'client') {
    const patched = patchLocally(info, type, patch)
    return options.print(patched, operationOf(info.object, patched))
  }
  const client = await options.client()
  const write = { dryRun: dryRun === 'server', fieldManager, ...(subresource === '' ? {} : { subresource }) }
  let object: KubeObject
  try {
    object = await client.patch(info.resource, refOf(info), type, patch, write)
  } catch (error) {
    if (!(error instanceof StatusError) || error.reason !== 'UnsupportedMediaType') throw error
    const { group, version, kind } = info.resource
    throw new UsageError(`${MEDIA_TYPES[type]} is not supported by ${group}/${version}, Kind=${kind}: ${error.message}`)
  }
  const operation = operationOf(info.object, object)
  const recording = createMergePatch(object as never, options.record(object) as never)
  if (Object.keys(recording).length > 0) object = await client.patch(info.resource, refOf(info), 'merge', recording, write)
  options.print(object, operation)
}

const MEDIA_TYPES: Readonly<Record<PatchType, string>> = { json: 'application/json-patch+json', merge: 'application/merge-patch+json', strategic: 'application/strategic-merge-patch+json' }

/** upstream: getPatchedJSON */
function patchLocally({ object, resource }: Info & { readonly object: KubeObject }, type: PatchType, patch: unknown): KubeObject {
  const { apiVersion = '', kind = '' } = object
  try {
    if (type === 'json') return applyJsonPatch(object, patch as JsonPatchOperation[]) as KubeObject
    if (type === 'merge') return applyMergePatch(object as never, patch as never) as unknown as KubeObject
    const info = typeOfKind(apiVersion, kind)
    if (info === undefined) throw new UsageError(`strategic merge patch is not supported for ${resource.group}/${resource.version}, Kind=${kind} locally, try --type merge`)
    return applyStrategicMergePatch(info, object as never, patch) as unknown as KubeObject
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError((error as Error).message)
  }
}
