/** `kubectl get`: prints objects as tables, lists, templates. upstream: kubectl/pkg/cmd/get/get.go */
import { refusal } from '../../client/refusals'
import { ExitError, UsageError } from '../../base/errors'
import { isNotFound } from '../../base/status'
import type { Table } from '../../client/client'
import { apiVersionOf, type KubeObject } from '../../kinds/kind'
import { SeveralErrors } from '../errors'
import type { Factory } from '../factory'
import { klogHeader } from '../klog'
import { printText, withoutManagedFields } from '../print-flags'
import { customColumnsText } from '../print/custom-columns'
import { jsonText } from '../print/json'
import { kyamlText } from '../print/kyaml'
import { kindName, nameText } from '../print/name'
import { sortObjects, sortTable, SortFatal } from '../print/sort'
import { tableText } from '../print/table'
import { yamlText } from '../../base/yaml/writer'
import { inNamespace, objectOf, requirePlace } from '../resource-builder/builder'
import type { Info } from '../resource-builder/info'
import { listing } from '../resource-builder/list-error'
import type { DiscoveredResource } from '../rest-mapper'
import { made, type Format, type MadeFormat, type Options } from './options'
import { plainTable, planOf, tableIn, targetsOf, type Target } from './targets'
import { watch } from './watch'

/** Rows of one resource, in the order in which they were asked for. */
interface Group {
  readonly resource: DiscoveredResource
  readonly tables: Table[]
}

export async function run(options: Options): Promise<void> {
  if (options.raw !== '') return getRaw(options)
  if (options.watch) return watch(options)
  return options.format.kind === 'table' ? printTables(options, options.format) : printObjects(options)
}

async function getRaw({ factory, raw }: Options): Promise<void> {
  const client = await factory.client()
  const answer = await client.request({ method: 'GET', path: raw })
  if (answer.code >= 400) throw refusal(answer.code, answer.body, { method: 'GET', resource: '', name: '' })
  factory.io.stdout(answer.body)
  if (answer.stream !== undefined) for await (const chunk of answer.stream) factory.io.stdout(chunk)
}

// ── tables ────────────────────────────────────────────────────────────────────────────────────────

async function printTables(options: Options, format: Format & { kind: 'table' }): Promise<void> {
  const { factory, query, ignoreNotFound, sortBy } = options
  const errors: unknown[] = []
  const { targets, errors: unread } = await targetsOf(options)
  const named = unread.length === 0 && targets.every(target => 'one' in target) && !(query.filenames?.length !== 0 || query.kustomize !== '')
  const found = await tablesOf(options, targets, e => errors.push(e))
  errors.push(...unread)
  const groups = await sorting(factory, () => sortedGroups(found, sortBy))
  const several = new Set(groups.map(g => `${g.resource.group}/${g.resource.kind}`)).size > 1
  let written = ''
  let namespaced = query.allNamespaces !== true
  for (const { resource, tables } of groups) {
    namespaced &&= resource.scope === 'Namespaced'
    const rows = await sorting(factory, () => tables.flatMap(t => sortedRows(t, sortBy)))
    const text = tableText({ columnDefinitions: tables[0]?.columnDefinitions ?? [], rows }, {
      ...format.options,
      withNamespace: query.allNamespaces === true && resource.scope === 'Namespaced',
      kindPrefix: several || options.showKind ? kindName({ apiVersion: apiVersionOf(resource), kind: resource.kind }) : '',
    })
    if (text !== '' && written !== '' && format.options.noHeaders !== true) written += '\n'
    written += text
  }
  factory.io.stdout(written)
  if (written === '' && !ignoreNotFound && errors.length === 0) factory.io.stderr(namespaced ? `No resources found in ${query.namespace} namespace.\n` : 'No resources found\n')
  // What is wrong with files and lists is a list within the list. upstream: EagerVisitorList
  finish(errors, ignoreNotFound, !named)
}

/**
 * Several answers are put in order as wholes, by what the tables themselves have, which is seldom what was meant. Throws UsageError.
 * upstream: RuntimeSorter, for which tables are objects like any other
 */
function sortedGroups(groups: readonly Group[], sortBy: string): readonly Group[] {
  const all = groups.flatMap(({ resource, tables }) => tables.map(table => ({ resource, table })))
  if (sortBy === '' || all.length < 2) return groups
  const order = sortObjects(all.map(a => a.table), sortBy)
  const sorted: Group[] = []
  for (const table of order) addTable(sorted, all.find(a => a.table === table)?.resource as DiscoveredResource, table)
  return sorted
}

/** No rows where they have no order: the printer's error is lost upstream. */
function sortedRows(table: Table, sortBy: string): Table['rows'] {
  if (sortBy === '') return table.rows
  try {
    return sortTable(table as never, sortBy).rows as Table['rows']
  } catch (e) {
    if (e instanceof SortFatal) throw e
    return []
  }
}

function addTable(groups: Group[], resource: DiscoveredResource, table: Table): void {
  const last = groups.at(-1)
  if (last !== undefined && last.resource.plural === resource.plural && last.resource.group === resource.group) last.tables.push(table)
  else groups.push({ resource, tables: [table] })
}

/** Throws UsageError, or ends as upstream's log does. */
async function sorting<T>(factory: Factory, work: () => T): Promise<T> {
  try {
    return work()
  } catch (e) {
    if (e instanceof SortFatal) throw new ExitError(`${klogHeader('F', (await factory.session()).clock.now())} ${e.place}] ${e.message}`, e.exitCode)
    throw new UsageError((e as Error).message)
  }
}

/** What is left of the errors. Throws when there are any. */
function finish(errors: readonly unknown[], ignoreNotFound: boolean, listed = false): void {
  const left = ignoreNotFound ? errors.filter(e => !isNotFound(e)) : errors
  if (left.length > 0) throw left.length === 1 && !listed ? left[0] : new SeveralErrors(left, listed)
}

async function tablesOf({ factory, query, subresource, sortBy, serverPrint }: Options, targets: readonly Target[], failed: (e: unknown) => void): Promise<Group[]> {
  const groups: Group[] = []
  const add = (resource: DiscoveredResource, table: Table): void => addTable(groups, resource, table)
  for (const target of targets) {
    try {
      const client = await factory.client()
      if ('one' in target) {
        const { resource, name, namespace } = target.one
        requirePlace(target.one)
        const scope = resource.scope === 'Namespaced' ? namespace : undefined
        add(resource, await inNamespace(client, scope ?? '', serverPrint
          ? client.table(resource, { name, namespace: scope, subresource, wholeObjects: sortBy !== '' }).then(t => tableIn(t, factory))
          : client.get(resource, name, scope, { subresource }).then(object => plainTable([object], factory, {}))))
      } else {
        const { all: resource, labelSelector, fieldSelector } = target
        const namespace = query.allNamespaces === true || resource.scope === 'Cluster' ? undefined : query.namespace
        for (let token: string | undefined; ; ) {
          const options = { namespace, labelSelector: labelSelector || undefined, fieldSelector: fieldSelector || undefined, limit: query.chunkSize === 0 ? undefined : query.chunkSize, continue: token }
          const asked = serverPrint ? client.table(resource, { ...options, wholeObjects: sortBy !== '' }).then(t => tableIn(t, factory)) : client.list(resource, options).then(({ items, metadata }) => plainTable(items, factory, metadata))
          const table = await listing(resource, target, asked)
          add(resource, table)
          token = table.metadata.continue || undefined
          if (token === undefined) break
        }
      }
    } catch (e) {
      failed(e)
    }
  }
  return groups
}

// ── objects ───────────────────────────────────────────────────────────────────────────────────────

async function printObjects(options: Options): Promise<void> {
  const { factory, ignoreNotFound, sortBy } = options
  const { infos, errors, single } = await objectsOf(options)
  if (single && errors.some(e => !ignoreNotFound || !isNotFound(e))) return finish(errors, ignoreNotFound)
  if (infos.length === 0 && ignoreNotFound) return finish(errors, ignoreNotFound)
  let objects: readonly KubeObject[] = infos.map(i => i.object)
  const format = made(options.format)
  if (sortBy !== '' && !(single && objects.length === 1)) {
    const unsorted = objects
    objects = await sorting(factory, () => sortObjects(unsorted, sortBy))
  }
  if (format.kind === 'name') for (const o of objects) factory.io.stdout(nameText(o))
  else if (format.kind === 'columns') {
    if (objects.length > 0 || !single) {
      const { text, problem } = customColumnsText(format.columns, objects, format.noHeaders)
      factory.io.stdout(text)
      if (problem !== undefined) throw new UsageError(problem)
    }
  } else show(single && objects.length === 1 ? (objects[0] as KubeObject) : { apiVersion: 'v1', items: objects, kind: 'List', metadata: { resourceVersion: '' } }, format, options)
  finish(errors, ignoreNotFound)
}

function show(object: object, format: MadeFormat, { factory }: Options): void {
  if (format.kind === 'template') return printText(format.text, object, factory.io)
  if (format.kind !== 'json' && format.kind !== 'yaml' && format.kind !== 'kyaml') return
  const shown = format.showManagedFields ? object : withoutManagedFields(object)
  factory.io.stdout(format.kind === 'json' ? jsonText(shown) : format.kind === 'yaml' ? yamlText(shown) : kyamlText(shown))
}

interface Found {
  readonly infos: readonly (Info & { readonly object: KubeObject })[]
  readonly errors: readonly unknown[]
  /** One named object: it is printed bare, not in a list. */
  readonly single: boolean
}

async function objectsOf(options: Options): Promise<Found> {
  const { factory, query, subresource } = options
  const client = await factory.client()
  const plan = await planOf(options)
  if (plan.kind === 'files') {
    const { infos, errors } = await factory.builder().infos(query)
    const read: (Info & { readonly object: KubeObject })[] = []
    const missing: unknown[] = []
    for (const info of infos) {
      try {
        read.push({ ...info, object: await objectOf(client, info, { managedFields: true, subresource }) })
      } catch (e) {
        missing.push(e)
      }
    }
    return { infos: read, errors: [...missing, ...errors], single: plan.singleItemImplied }
  }
  const infos: (Info & { readonly object: KubeObject })[] = []
  const errors: unknown[] = []
  const add = (resource: DiscoveredResource, object: KubeObject): void => void infos.push({ resource, name: object.metadata.name, namespace: object.metadata.namespace ?? '', source: '', object } as Info & { readonly object: KubeObject })
  const attempt = async (work: () => Promise<void>): Promise<void> => work().catch(e => void errors.push(e))
  if (plan.kind === 'names') {
    for (const { resource, name, namespace } of plan.targets)
      await attempt(async () => add(resource, await objectOf(client, { resource, name, namespace: resource.scope === 'Namespaced' ? namespace : '' }, { managedFields: true, subresource })))
  } else {
    for (const resource of plan.resources) {
      const namespace = query.allNamespaces === true || resource.scope === 'Cluster' ? undefined : query.namespace
      await attempt(async () => {
        for (let token: string | undefined; ; ) {
          const page = await listing(resource, plan, client.list(resource, { namespace, labelSelector: plan.labelSelector || undefined, fieldSelector: plan.fieldSelector || undefined, managedFields: true, limit: query.chunkSize === 0 ? undefined : query.chunkSize, continue: token }))
          for (const o of page.items) add(resource, { ...o, apiVersion: apiVersionOf(resource), kind: resource.kind })
          token = page.metadata.continue || undefined
          if (token === undefined) break
        }
      })
    }
  }
  return { infos, errors, single: plan.singleItemImplied }
}
