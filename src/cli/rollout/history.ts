/** `kubectl rollout history`. upstream: kubectl/pkg/cmd/rollout/rollout_history.go */
import { UsageError } from '../../base/errors'
import type { Client } from '../../client/client'
import type { KubeObject } from '../../kinds/kind'
import type { PodTemplateSpec } from '../../kinds/schema/types/core.v1'
import { describePodTemplate } from '../describe/core/pod/template'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import { alignTabs } from '../print/tab-writer'
import { toPrinter } from '../print-flags'
import type { ResourceBuilder } from '../resource-builder/builder'
import type { ResourceQuery } from '../resource-builder/query'
import { workloadQuery } from './options'
import type { Revision, Workload } from './revisions'
import { requireHistory, revisionsOf } from './revisions'

export interface Options {
  readonly query: ResourceQuery
  readonly builder: ResourceBuilder
  readonly client: () => Promise<Client>
  /** 0: all. */
  readonly revision: number
  /** Prints the revisions themselves (-o), or undefined. */
  readonly printObject: (() => (object: object) => void) | undefined
  print(object: object, operation: string): void
}

/** Throws UsageError. */
export function toOptions(invocation: Invocation<'rollout history'>, factory: Factory): Options {
  const { flags, changed } = invocation
  if (flags.revision < 0) throw new UsageError(`revision must be a positive integer: ${flags.revision}`)
  return {
    query: workloadQuery(invocation as Invocation, factory),
    builder: factory.builder(),
    client: factory.client,
    revision: flags.revision,
    printObject: changed.has('output') ? () => toPrinter(flags, factory.io, { typed: true }) : undefined,
    print: (object, operation) => toPrinter(flags, factory.io)(object, operation),
  }
}

export async function run(options: Options): Promise<void> {
  const { revision } = options
  // What the arguments mean comes before how it is printed.
  await options.builder.plan(options.query)
  const printObject = options.printObject?.()
  await options.builder.forEachFetched(options.query, async ({ object, resource }) => {
    requireHistory(resource.kind, resource.group, 'history viewer')
    const client = await options.client()
    // The viewer reads the workload once more, by its type.
    const workload = await client.get(resource, object.metadata.name, object.metadata.namespace)
    const revisions = await revisionsOf(client, workload as KubeObject as Workload)
    if (printObject !== undefined) return printObjects(revisions, revision, printObject)
    options.print(object, `${revision > 0 ? `with revision #${revision}` : ''}\n${historyText(revisions, revision)}`)
  })
}

const UNKNOWN = 'unable to find the specified revision'

function printObjects(revisions: readonly Revision[], wanted: number, print: (object: object) => void): void {
  if (wanted === 0) return revisions.forEach(r => print(r.object))
  const found = revisions.find(r => r.number === wanted)
  if (found === undefined) throw new UsageError(UNKNOWN)
  print(found.object)
}

function historyText(revisions: readonly Revision[], wanted: number): string {
  if (revisions.length === 0) return 'No rollout history found.'
  if (wanted === 0) return alignTabs(`REVISION\tCHANGE-CAUSE\n${revisions.map(r => `${r.number}\t${r.changeCause || '<none>'}\n`).join('')}`)
  const found = revisions.find(r => r.number === wanted)
  if (found === undefined) throw new UsageError(UNKNOWN)
  return templateText(found.template)
}

/** The template as describe words it, its tabs left alone. upstream: printTemplate */
export function templateText(template: PodTemplateSpec): string {
  let out = ''
  describePodTemplate({ write: (level, text) => void (out += '  '.repeat(level) + text), line: text => void (out += `${text}\n`) }, template)
  return out
}
