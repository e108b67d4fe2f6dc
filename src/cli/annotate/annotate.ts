/** `kubectl annotate`. upstream: kubectl/pkg/cmd/annotate/annotate.go */
import { UsageError } from '../../base/errors'
import { createMergePatch } from '../../base/json-merge-patch'
import type { KubeObject } from '../../kinds/kind'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import { listing } from '../label/label'
import { withAnnotations } from '../last-applied'
import type { PrintObject } from '../print-flags'
import { toPrinter } from '../print-flags'
import { CHANGE_CAUSE } from '../record'
import type { Info } from '../resource-builder/info'
import { refOf } from '../resource-builder/info'
import { metadataOptions, type MetadataOptions } from '../label/metadata-options'
import { resourcesAndPairs } from '../usage/checks'

export interface Options extends MetadataOptions {
  readonly print: PrintObject
}

/** Throws UsageError. */
export function toOptions(invocation: Invocation<'annotate'>, factory: Factory): Options {
  const { flags } = invocation
  const dryRun = invocation.dryRun()
  const { resources, pairs } = resourcesAndPairs(invocation.args, 'annotation')
  const { set, remove } = parsePairs(pairs, 'annotation')
  const both = remove.filter(key => Object.hasOwn(set, key))
  if (both.length > 0) throw new UsageError(`can not both modify and remove the following annotation(s) in the same command: ${both.join(', ')}`)
  const print = toPrinter(flags, factory.io, { operation: 'annotated', dryRun })
  return {
    ...metadataOptions(invocation, factory, resources, dryRun),
    set, remove,
    print,
  }
}

/** `a=b`, `c-`. Throws UsageError. upstream: cmdutil.ParsePairs */
export function parsePairs(pairs: readonly string[], what: string): { set: Record<string, string>; remove: string[] } {
  const set: Record<string, string> = {}
  const remove: string[] = []
  const invalid: string[] = []
  for (const pair of pairs) {
    const equals = pair.indexOf('=')
    if (equals > 0) set[pair.slice(0, equals)] = pair.slice(equals + 1)
    else if (pair.endsWith('-')) remove.push(pair.slice(0, -1))
    else invalid.push(pair)
  }
  if (invalid.length > 0) throw new UsageError(`invalid ${what} format: ${invalid.join(', ')}`)
  return { set, remove }
}

export async function run(options: Options): Promise<void> {
  const { builder, query } = options
  const { singleItemImplied: one } = await builder.plan(query)
  if (!one && options.resourceVersion !== '') throw new UsageError('--resource-version may only be used with a single resource')
  await builder.forEachFetched(query, info => annotateOne(info, one, options))
}

async function annotateOne(info: Info & { readonly object: KubeObject }, one: boolean, options: Options): Promise<void> {
  const { dryRun, local, list, resourceVersion } = options
  let object = annotate(info.object, options)
  if (dryRun !== 'client' && !local && !list) {
    const { resourceVersion: version, ...rest } = info.object.metadata
    const before = { ...info.object, metadata: resourceVersion === '' ? { ...rest, resourceVersion: version } : rest }
    object = annotate(options.record(info.object), options)
    const patch = createMergePatch(before as never, object as never)
    object = await (await options.client()).patch(info.resource, refOf(info), 'merge', patch, { dryRun: dryRun === 'server', fieldManager: options.fieldManager })
  }
  if (list) options.io.stdout(listing('annotations', object.metadata.annotations, info, one))
  else options.print(object)
}

/** upstream: updateAnnotations */
function annotate(object: KubeObject, { set, remove, overwrite, resourceVersion }: Options): KubeObject {
  if (!overwrite) {
    const taken = Object.entries(set).filter(([key, value]) => key !== CHANGE_CAUSE && (object.metadata.annotations?.[key] ?? value) !== value)
    if (taken.length > 0) {
      throw new UsageError(`--overwrite is false but found the following declared annotation(s): ${taken.map(([key]) => `'${key}' already has a value (${object.metadata.annotations?.[key]})`).join('; ')}`)
    }
  }
  const annotated = withAnnotations(object, { ...set, ...Object.fromEntries(remove.map(key => [key, undefined])) })
  return resourceVersion === '' ? annotated : { ...annotated, metadata: { ...annotated.metadata, resourceVersion } }
}
