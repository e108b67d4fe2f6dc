/** `kubectl get --watch`: what is there, then what changes, until Ctrl-C. upstream: kubectl/pkg/cmd/get/get.go watch */
import { UsageError } from '../../base/errors'
import { JsonPathError } from '../../base/json-path'
import type { WatchEvent } from '../../client/client'
import { apiVersionOf, type KubeObject } from '../../kinds/kind'
import { printText, withoutManagedFields } from '../print-flags'
import { CustomColumnsPrinter } from '../print/custom-columns'
import { jsonText } from '../print/json'
import { kyamlText } from '../print/kyaml'
import { kindName, nameText } from '../print/name'
import { TABLE_STYLE, TabWriter } from '../print/tab-writer'
import { TablePrinter } from '../print/table'
import { yamlText } from '../../base/yaml/writer'
import type { DiscoveredResource } from '../rest-mapper'
import { made, type MadeFormat, type Options } from './options'

interface Watched {
  readonly resource: DiscoveredResource
  readonly namespace: string | undefined
  readonly labelSelector: string | undefined
  readonly fieldSelector: string | undefined
  readonly name: string | undefined
}

/** Follows one resource at wall speed. Throws UsageError for several. */
export async function watch(options: Options): Promise<void> {
  const { factory, watchOnly } = options
  const what = await watched(options)
  const client = await factory.client()
  const print = printer(options, what)
  const scope = { namespace: what.namespace, labelSelector: what.labelSelector, fieldSelector: what.fieldSelector }
  const list = await client.list(what.resource, { ...scope, managedFields: true })
  const timeoutMs = options.requestTimeoutMs > 0 ? options.requestTimeoutMs : undefined
  if (what.name !== undefined) await client.get(what.resource, what.name, what.namespace)
  if (!watchOnly) await print(list.items.map(o => ({ type: 'ADDED', object: { ...o, apiVersion: apiVersionOf(what.resource), kind: what.resource.kind } })))
  for await (const e of client.watch(what.resource, { ...scope, resourceVersion: list.metadata.resourceVersion, signal: factory.io.interrupt, timeoutMs })) await print([e])
}

async function watched({ factory, query }: Options): Promise<Watched> {
  const plan = await factory.builder().plan(query)
  const namespaceOf = (r: DiscoveredResource, ns: string): string | undefined => (r.scope === 'Cluster' || query.allNamespaces === true ? undefined : ns)
  if (plan.kind === 'names') {
    if (plan.targets.length > 1) throw new UsageError('watch is only supported on individual resources and resource collections - ' + `${plan.targets.length} resources were found`)
    const [one] = plan.targets
    if (one !== undefined) return { resource: one.resource, namespace: namespaceOf(one.resource, one.namespace), labelSelector: undefined, fieldSelector: `metadata.name=${one.name}`, name: one.name }
  } else if (plan.kind === 'select' && plan.resources.length === 1) {
    const resource = plan.resources[0] as DiscoveredResource
    return { resource, namespace: namespaceOf(resource, query.namespace), labelSelector: plan.labelSelector || undefined, fieldSelector: plan.fieldSelector || undefined, name: undefined }
  }
  throw new UsageError('watch is only supported on individual resources and resource collections')
}

/** Events that are printed in columns of one width. */
type Print = (events: readonly WatchEvent<KubeObject>[]) => Promise<void>

function printer(options: Options, what: Watched): Print {
  const { factory, outputWatchEvents, query, showKind } = options
  const format = made(options.format)
  const { io } = factory
  if (format.kind === 'columns') {
    const columns = new CustomColumnsPrinter(format.columns, format.noHeaders)
    const writer = new TabWriter(TABLE_STYLE, true)
    return async events => {
      try {
        for (const { object } of events) columns.print([object], writer)
      } catch (e) {
        throw e instanceof JsonPathError ? new UsageError(e.message) : e
      } finally {
        io.stdout(writer.flush())
      }
    }
  }
  if (format.kind !== 'table') return async events => {
    for (const { type, object } of events) showOne(outputWatchEvents ? { type, object } : object, format, options)
  }
  const tables = new TablePrinter({ ...format.options, withNamespace: query.allNamespaces === true && what.resource.scope === 'Namespaced', kindPrefix: showKind ? kindName({ apiVersion: apiVersionOf(what.resource), kind: what.resource.kind }) : '' })
  const writer = new TabWriter(TABLE_STYLE, true)
  return async events => {
    const client = await factory.client()
    for (const { type, object } of events) tables.print(await client.tableOf(what.resource, object), writer, outputWatchEvents ? type : undefined)
    io.stdout(writer.flush())
  }
}

function showOne(object: object, format: MadeFormat, { factory }: Options): void {
  const { io } = factory
  if (format.kind === 'name') io.stdout(nameText(object as KubeObject))
  else if (format.kind === 'template') printText(format.text, object, io)
  else if (format.kind === 'kyaml') io.stdout(kyamlText(format.showManagedFields ? object : withoutManagedFields(object)))
  else if (format.kind === 'json') io.stdout(jsonText(format.showManagedFields ? object : withoutManagedFields(object)))
  else if (format.kind === 'yaml') io.stdout(`---\n${yamlText(format.showManagedFields ? object : withoutManagedFields(object))}`)
}
