/** `kubectl label`. upstream: kubectl/pkg/cmd/label/label.go */
import { UsageError } from '../../base/errors'
import { goQuote } from '../../base/field'
import { createMergePatch } from '../../base/json-merge-patch'
import type { KubeObject } from '../../kinds/kind'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import { toPrinter } from '../print-flags'
import type { Info } from '../resource-builder/info'
import { refOf } from '../resource-builder/info'
import { SeveralErrors } from '../errors'
import { parseLabels } from './parse'
import { metadataOptions, type MetadataOptions } from './metadata-options'
import { resourcesAndPairs } from '../usage/checks'

export interface Options extends MetadataOptions {
  print(object: object, operation: string): void
}

/** Throws UsageError. */
export function toOptions(invocation: Invocation<'label'>, factory: Factory): Options {
  const { flags } = invocation
  const dryRun = invocation.dryRun()
  const { resources, pairs } = resourcesAndPairs(invocation.args, 'label')
  return {
    ...metadataOptions(invocation, factory, resources, dryRun),
    ...parseLabels(pairs),
    print: (object, operation) => toPrinter(flags, factory.io, { operation, dryRun })(object),
  }
}

export async function run(options: Options): Promise<void> {
  const { builder, query, resourceVersion } = options
  const { singleItemImplied: one } = await builder.plan(query)
  if (!one && resourceVersion !== '') throw new UsageError('--resource-version may only be used with a single resource')
  await builder.forEachFetched(query, info => labelOne(info, one, options))
}

async function labelOne(info: Info & { readonly object: KubeObject }, one: boolean, options: Options): Promise<void> {
  const { io, dryRun, list, local } = options
  const onServer = dryRun !== 'client' && !local && !list
  if (onServer) for (const key of options.remove) if (info.object.metadata.labels?.[key] === undefined) io.stdout(`label ${goQuote(key)} not found.\n`)
  const { object, operation } = relabel(info.object, options)
  if (onServer && operation !== 'not labeled') {
    const patch = createMergePatch(withoutVersion(info.object, options), options.record(object) as unknown as Record<string, unknown>)
    await (await options.client()).patch(info.resource, refOf(info), 'merge', patch, { dryRun: dryRun === 'server', fieldManager: options.fieldManager })
  }
  if (list) return io.stdout(listing('labels', object.metadata.labels, info, one))
  options.print(object, operation)
}

/** With --resource-version the patch must hold the version, so the object it starts from has none. */
const withoutVersion = (object: KubeObject, { resourceVersion }: Options): Record<string, unknown> => {
  if (resourceVersion === '') return object as unknown as Record<string, unknown>
  const { resourceVersion: _, ...metadata } = object.metadata
  return { ...object, metadata }
}

/** upstream: labelFunc, updateDataChangeMsg */
function relabel(object: KubeObject, { set, remove, overwrite, resourceVersion }: Options): { object: KubeObject; operation: string } {
  const labels: Record<string, string> = { ...object.metadata.labels }
  if (!overwrite) {
    const taken = Object.keys(set).filter(key => labels[key] !== undefined && labels[key] !== set[key])
    if (taken.length > 0) throw new SeveralErrors(taken.map(key => new UsageError(`'${key}' already has a value (${labels[key]}), and --overwrite is false`)))
  }
  let [added, removed] = [false, false]
  for (const [key, value] of Object.entries(set)) {
    if (labels[key] === value) continue
    labels[key] = value
    added = true
  }
  for (const key of remove) {
    if (labels[key] === undefined) continue
    delete labels[key]
    removed = true
  }
  const metadata = { ...object.metadata, labels, ...(resourceVersion === '' ? {} : { resourceVersion }) }
  const operation = added && removed ? 'modified' : added ? 'labeled' : removed ? 'unlabeled' : 'not labeled'
  return { object: { ...object, metadata }, operation }
}

/** What `--list` prints of one object. */
export function listing(what: 'labels' | 'annotations', pairs: Readonly<Record<string, string>> | undefined, { resource, name }: Info, one: boolean): string {
  const lines = Object.entries(pairs ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => `${one ? '' : ' '}${key}=${value}\n`)
  return `${one ? '' : `Listing ${what} for ${resource.kind}.${resource.group}/${name}:\n`}${lines.join('')}`
}
