/** `kubectl get --watch`: what is there, then what changes, until Ctrl-C. upstream: kubectl/pkg/cmd/get/get.go watch */
import { UsageError } from '../../base/errors'
import { JsonPathError } from '../../base/json-path'
import { isNotFound } from '../../base/status'
import { yamlText } from '../../base/yaml/writer'
import type { Client, Table, WatchEvent } from '../../client/client'
import { apiVersionOf, type KubeObject } from '../../kinds/kind'
import { SeveralErrors } from '../errors'
import { printText, withoutManagedFields } from '../print-flags'
import { CustomColumnsPrinter } from '../print/custom-columns'
import { eventLine, jsonText } from '../print/json'
import { kyamlText } from '../print/kyaml'
import { kindName, nameText } from '../print/name'
import { sortTable } from '../print/sort'
import { TABLE_STYLE, TabWriter } from '../print/tab-writer'
import { TablePrinter } from '../print/table'
import { listing } from '../resource-builder/list-error'
import type { DiscoveredResource } from '../rest-mapper'
import { made, type MadeFormat, type Options } from './options'
import { plainTable, targetsOf, type Target } from './targets'

/** What a server answers: a table, a list, or an object. */
type Answer = Table | KubeObject
const isTable = (answer: object): answer is Table => (answer as Table).kind === 'Table'

interface Found {
  readonly resource: DiscoveredResource
  readonly namespace: string | undefined
  readonly answers: readonly Answer[]
  /** Where to watch from; 0: the first event tells what is known. */
  readonly resourceVersion: string
}

/** Follows one resource at wall speed. Throws UsageError for several, StatusError. */
export async function watch(options: Options): Promise<void> {
  const { factory, watchOnly, sortBy } = options
  if (sortBy !== '') factory.io.stderr(watchOnly ? 'warning: --watch-only requested, --sort-by will be ignored\n' : 'warning: --watch requested, --sort-by will be ignored for watch events received\n')
  const { targets, errors } = await targetsOf({ ...options, query: { ...options.query, singleType: true } })
  if (errors.length > 0) throw new SeveralErrors(errors)
  const client = await factory.client()
  const found: Found[] = []
  try {
    for (const target of targets) found.push(await ask(client, target, options))
  } catch (error) {
    if (options.ignoreNotFound && isNotFound(error)) return
    throw error
  }
  const [first] = found
  if (first === undefined) return
  const print = printer(options, first.resource, client)
  if (!watchOnly) await print(found.flatMap(f => f.answers.map(object => ({ type: 'ADDED', object: object as KubeObject }))))
  if (found.length > 1) throw new UsageError('you may only watch a single resource or type of resource at a time')
  await follow(client, targets[0] as Target, first, options, print)
}

/** Throws StatusError. */
async function ask(client: Client, target: Target, options: Options): Promise<Found> {
  const { query, sortBy } = options
  const asTable = options.format.kind === 'table' && options.serverPrint
  const wholeObjects = sortBy !== ''
  if ('one' in target) {
    const { resource, name } = target.one
    const namespace = resource.scope === 'Namespaced' ? target.one.namespace : undefined
    const answer = asTable ? await client.table(resource, { name, namespace, wholeObjects }) : await client.get(resource, name, namespace, { managedFields: true })
    return { resource, namespace, answers: [answer], resourceVersion: '0' }
  }
  const { all: resource, labelSelector, fieldSelector } = target
  const namespace = query.allNamespaces === true || resource.scope === 'Cluster' ? undefined : query.namespace
  const pages: Answer[] = []
  const versions = new Set<string>()
  for (let token: string | undefined; ; ) {
    const scope = { namespace, labelSelector: labelSelector || undefined, fieldSelector: fieldSelector || undefined, limit: query.chunkSize === 0 ? undefined : query.chunkSize, continue: token }
    const asked = asTable ? client.table(resource, { ...scope, wholeObjects }) : client.list(resource, { ...scope, managedFields: true })
    const page = await listing(resource, target, asked as Promise<Table>)
    const whole = { apiVersion: apiVersionOf(resource), kind: resource.kind }
    pages.push(isTable(page) ? page : { ...whole, kind: `${resource.kind}List`, ...page as object, items: (page as unknown as { items: KubeObject[] }).items.map(o => ({ ...o, ...whole })) } as unknown as KubeObject)
    versions.add(page.metadata.resourceVersion ?? '')
    token = page.metadata.continue || undefined
    if (token === undefined) break
  }
  // One page is taken apart, several are printed as the lists that they are.
  const answers = pages.length === 1 && !isTable(pages[0] as Answer) ? (pages[0] as unknown as { items: KubeObject[] }).items : pages
  return { resource, namespace, answers, resourceVersion: versions.size === 1 ? [...versions].join('') : '' }
}

async function follow(client: Client, target: Target, { resource, namespace, resourceVersion }: Found, options: Options, print: Print): Promise<void> {
  const { factory, requestTimeoutMs } = options
  const { labelSelector = '', fieldSelector = '' } = 'all' in target ? target : { fieldSelector: `metadata.name=${target.one.name}` }
  const scope = { namespace, labelSelector: labelSelector || undefined, fieldSelector: fieldSelector || undefined }
  const asTables = options.format.kind === 'table' && options.serverPrint
  let known = resourceVersion === '0'
  for await (const event of client.watch(resource, { ...scope, resourceVersion, asTables, wholeObjects: options.sortBy !== '', signal: factory.io.interrupt, timeoutMs: requestTimeoutMs > 0 ? requestTimeoutMs : undefined })) {
    if (!known) await print([event])
    known = false
  }
}

/** Events that are printed in columns of one width. Objects may be tables. */
type Print = (events: readonly WatchEvent<KubeObject>[]) => Promise<void>

function printer(options: Options, resource: DiscoveredResource, client: Client): Print {
  const { factory, outputWatchEvents, showKind, query, sortBy } = options
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
  if (format.kind !== 'table') {
    const show = showing(format, options)
    return async events => events.forEach(show)
  }
  const tables = new TablePrinter({ ...format.options, withNamespace: query.allNamespaces === true, kindPrefix: showKind ? kindName({ apiVersion: apiVersionOf(resource), kind: resource.kind }) : '' })
  const writer = new TabWriter(TABLE_STYLE, true)
  return async events => {
    for (const { type, object } of events) {
      const table = isTable(object) ? object : options.serverPrint ? await client.tableOf(resource, object) : plainTable([object], factory, {})
      tables.print(sortBy === '' ? table : sortTable(table as never, sortBy), writer, outputWatchEvents ? type : undefined)
    }
    io.stdout(writer.flush())
  }
}

/** Events are shown whole, except by name. */
function showing(format: MadeFormat, { factory: { io }, outputWatchEvents }: Options): (event: WatchEvent<KubeObject>) => void {
  if (format.kind === 'name') return ({ object }) => {
    const { items = [object] } = object as KubeObject & { items?: readonly KubeObject[] }
    for (const item of items) io.stdout(nameText(item))
  }
  const shown = ({ type, object }: WatchEvent<KubeObject>): object => (outputWatchEvents ? { type, object } : object)
  if (format.kind === 'template') return event => printText(format.text, shown(event), io)
  if (format.kind !== 'json' && format.kind !== 'yaml' && format.kind !== 'kyaml') return () => {}
  // Managed fields of an event are left where they are, as upstream looks for them in the event itself.
  const bare = (event: WatchEvent<KubeObject>): object => (outputWatchEvents || format.showManagedFields ? shown(event) : withoutManagedFields(event.object))
  if (format.kind === 'json') return event => io.stdout(outputWatchEvents ? eventLine(event.type, event.object) : jsonText(bare(event)))
  if (format.kind === 'kyaml') return event => io.stdout(kyamlText(bare(event)))
  let count = 0
  return event => io.stdout(`${count++ > 0 ? '---\n' : ''}${yamlText(bare(event))}`)
}
