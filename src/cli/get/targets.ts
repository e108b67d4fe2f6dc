/** What `kubectl get` asks a server for. upstream: kubectl/pkg/cmd/get/get.go */
import { ageSince } from '../../base/duration'
import { UsageError } from '../../base/errors'
import type { Table } from '../../client/client'
import type { KubeObject } from '../../kinds/kind'
import { SeveralErrors } from '../errors'
import type { Factory } from '../factory'
import type { NamedTarget, Plan } from '../resource-builder/query'
import type { DiscoveredResource } from '../rest-mapper'
import type { Options } from './options'

export type Target = { readonly all: DiscoveredResource; readonly labelSelector: string; readonly fieldSelector: string } | { readonly one: NamedTarget }

/** Throws UsageError. */
export async function planOf({ factory, query, subresource }: Options): Promise<Plan> {
  const plan = await factory.builder().plan(query)
  if (plan.kind === 'select' && subresource !== '') throw new UsageError('subresource cannot be used when bulk resources are specified')
  return plan
}

/** What to ask the server for, in order, and what is wrong with the files that say so. */
export async function targetsOf(options: Options): Promise<{ readonly targets: readonly Target[]; readonly errors: readonly unknown[] }> {
  const { factory, query } = options
  const plan: Plan = await planOf(options)
  if (plan.kind === 'select') return { targets: plan.resources.map(all => ({ all, labelSelector: plan.labelSelector, fieldSelector: plan.fieldSelector })), errors: [] }
  if (plan.kind === 'names') return { targets: plan.targets.map(one => ({ one })), errors: [] }
  const targets: Target[] = []
  try {
    await factory.builder().forEach(query, async info => {
      targets.push({ one: { resource: info.resource as DiscoveredResource, name: info.name, namespace: info.namespace } })
    })
    return { targets, errors: [] }
  } catch (error) {
    if (!(error instanceof SeveralErrors)) throw error
    return { targets, errors: error.errors }
  }
}

/** A server that knows no tables answers with the object or the list itself. */
export function tableIn(answer: Table, factory: Factory): Table {
  if (answer.kind === 'Table') return answer
  const { items = [answer], metadata } = answer as unknown as { items?: readonly KubeObject[]; metadata: Table['metadata'] }
  return plainTable(items as readonly KubeObject[], factory, metadata)
}

/** What can be said of any object, where the server makes no table. upstream: kubectl/pkg/cmd/get table_printer.go, printers defaultRows */
export function plainTable(items: readonly KubeObject[], { clock }: Factory, metadata: Table['metadata']): Table {
  return {
    kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata,
    columnDefinitions: ['Name', 'Age'].map(name => ({ name, type: 'string', format: name === 'Name' ? 'name' : '', description: '', priority: 0 })),
    rows: items.map(object => ({ cells: [object.metadata.name, ageSince(object.metadata.creationTimestamp, clock.now())], object })),
  }
}
