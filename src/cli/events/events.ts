/** `kubectl events`. upstream: kubectl/pkg/cmd/events */
import { parseTime } from '../../base/clock'
import { UsageError } from '../../base/errors'
import { sortAsGo } from '../../base/go-sort'
import { apiVersionOf } from '../../kinds/kind'
import type { Event } from '../../kinds/schema/types/core.v1'
import type { Client, ListOptions } from '../../client/client'
import { interval } from '../describe/events'
import type { Factory } from '../factory'
import { requestTimeout } from '../kubeconfig/resolve'
import type { Invocation } from '../invocation'
import { toPrinter } from '../print-flags'
import { TABLE_STYLE, TabWriter } from '../print/tab-writer'
import { escapeTerminal } from '../print/terminal'
import { resourceOf } from '../resource-of'
import { knownType, type RestMapper } from '../rest-mapper'

export interface Options {
  readonly factory: Factory
  readonly namespace: string
  readonly allNamespaces: boolean
  readonly watch: boolean
  /** Ends a watch; 0: nothing does. */
  readonly requestTimeoutMs: number
  /** In any case of letters; none: all. */
  readonly types: readonly string[]
  readonly fieldSelector: string | undefined
  readonly chunkSize: number
  /** Writes some events: a list, or one that a watch brought. */
  readonly print: (events: readonly Event[], asList: boolean, nowMs: number) => void
}

/** Throws UsageError. */
export async function toOptions({ flags }: Invocation<'events'>, factory: Factory): Promise<Options> {
  const allNamespaces = flags['all-namespaces']
  const fieldSelector = flags.for === '' ? undefined : await aboutObject(flags.for, () => factory.mapper())
  const structured = flags.output === '' ? undefined : toPrinter(flags, factory.io, { typed: true })
  if (flags.types.some(t => !/^(normal|warning)$/i.test(t))) throw new UsageError('valid --types are Normal or Warning')
  return {
    factory, allNamespaces, fieldSelector, chunkSize: flags['chunk-size'], namespace: factory.namespace().name, watch: flags.watch, requestTimeoutMs: requestTimeout(flags['request-timeout']), types: flags.types,
    print: structured === undefined ? tablePrinter(factory, flags['no-headers'], allNamespaces) : (events, asList) => {
      const items = events.map(e => ({ ...e, apiVersion: 'v1', kind: 'Event' }))
      if (asList) structured({ kind: 'EventList', apiVersion: 'v1', metadata: {}, items })
      else for (const item of items) structured(item)
    },
  }
}

/** Throws UsageError. upstream: decodeResourceTypeName */
async function aboutObject(argument: string, mapper: () => Promise<RestMapper>): Promise<string> {
  const parts = argument.split('/')
  if (parts.length < 2) throw new UsageError('--for must be in resource/name form')
  if (parts.length > 2) throw new UsageError('arguments in resource/name form may not have more than one slash')
  const resource = knownType(await mapper(), (parts[0] as string).toLowerCase())
  return parts[1] === '' ? '' : `involvedObject.kind=${resource.kind},involvedObject.apiVersion=${apiVersionOf(resource)},involvedObject.name=${parts[1]}`
}

function tablePrinter({ io }: Factory, noHeaders: boolean, allNamespaces: boolean): Options['print'] {
  const writer = new TabWriter(TABLE_STYLE, true)
  let headers = !noHeaders
  return (events, _asList, nowMs) => {
    if (headers) writer.write(`${allNamespaces ? 'NAMESPACE\t' : ''}LAST SEEN\tTYPE\tREASON\tOBJECT\tMESSAGE\n`)
    headers = false
    for (const e of events) {
      const { kind = '', name = '' } = e.involvedObject
      writer.write(`${allNamespaces ? `${e.metadata.namespace ?? ''}\t` : ''}${interval(e, nowMs)}\t${escapeTerminal(e.type ?? '')}\t${escapeTerminal(e.reason ?? '')}\t${escapeTerminal(`${kind}/${name}`)}\t${escapeTerminal((e.message ?? '').trim())}\n`)
    }
    io.stdout(writer.flush())
  }
}

const RESOURCE = () => resourceOf<Event>('v1', 'Event')

/** Throws StatusError. */
export async function run(options: Options): Promise<void> {
  const { factory, allNamespaces, namespace, types } = options
  const { client, clock } = await factory.session()
  const scope: ListOptions = { namespace: allNamespaces ? undefined : namespace, fieldSelector: options.fieldSelector || undefined }
  const wanted = (e: Event): boolean => types.length === 0 || types.some(t => t.toLowerCase() === (e.type ?? '').toLowerCase())
  if (options.watch) {
    // What is there comes first.
    for await (const { type, object } of client.watch(RESOURCE(), { ...scope, limit: PAGE, signal: factory.io.interrupt, timeoutMs: options.requestTimeoutMs > 0 ? options.requestTimeoutMs : undefined })) {
      if ((type === 'ADDED' || type === 'MODIFIED') && wanted(object)) options.print([object], false, clock.now())
    }
    return
  }
  const items = await listAll(client, { ...scope, managedFields: true }, options.chunkSize)
  const shown = items.filter(wanted)
  if (shown.length === 0) return factory.io.stderr(allNamespaces ? 'No events found.\n' : `No events found in ${namespace} namespace.\n`)
  sortAsGo(shown, (a, b) => timeOf(a) < timeOf(b))
  options.print(shown, true, clock.now())
}

/** What a watch asks for. */
const PAGE = 500

async function listAll(client: Client, scope: ListOptions, chunkSize: number): Promise<Event[]> {
  const items: Event[] = []
  for (let token: string | undefined; ;) {
    const page = await client.list(RESOURCE(), { ...scope, limit: chunkSize === 0 ? undefined : chunkSize, continue: token })
    items.push(...page.items)
    token = page.metadata.continue || undefined
    if (token === undefined) return items
  }
}

/** When it was seen last; before all others without a time. */
function timeOf(e: Event): number {
  const ms = parseTime(e.series?.lastObservedTime ?? e.lastTimestamp ?? e.eventTime ?? undefined)
  return Number.isNaN(ms) ? -Infinity : ms
}
