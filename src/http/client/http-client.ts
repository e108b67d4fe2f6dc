/** Client over HTTP: the requests of the CLI to any kube-apiserver. upstream: client-go's REST client */
import { readJson, writeJson } from '../../base/exact-json'
import type { Duplex } from 'node:stream'
import { StatusError } from '../../base/status'
import type {
  ApplyOptions, Client, Connection, ConnectOptions, DeleteOptions, ListOptions, ObjectList, ObjectRef, PatchType, RawRequest, RawResponse, ReadOptions, Table, TableOptions, WatchEvent, WatchOptions, WriteOptions,
} from '../../client/client'
import type { KubeObject, Resource } from '../../kinds/kind'
import { refusal } from '../../client/refusals'
import { listQuery, pathOf, placeOf, queryText, writeQuery, type Place, type Query } from '../../client/request-path'
import { decodeMetrics } from '../protobuf/metrics'
import { PROTOBUF } from '../protobuf/wire'
import { PortForwards } from './port-forward'
import { remoteCommand } from './remote-command'
import { bytesOf, type Sent, type Transport } from './transport'
import type { Protocols } from './upgrade'

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json'
const PATCH_TYPES: Readonly<Record<PatchType, string>> = { json: 'application/json-patch+json', merge: 'application/merge-patch+json', strategic: 'application/strategic-merge-patch+json' }

interface Call {
  readonly method: RawRequest['method']
  readonly query?: Query
  readonly body?: unknown
  readonly contentType?: string
  readonly accept?: string
  readonly signal?: AbortSignal | undefined
}

export class HttpClient implements Client {
  /** The tables that a watch brought, by their objects. */
  private readonly tables = new WeakMap<object, Table>()
  private readonly forwards: PortForwards

  constructor(
    private readonly transport: Transport,
    private readonly warn: (text: string) => void,
    private readonly metricsAsProtobuf = false,
    private readonly protocols: Protocols = { webSocketCommands: true, webSocketForwards: true },
  ) {
    this.forwards = new PortForwards(transport, protocols.webSocketForwards)
  }

  get<T extends KubeObject>(resource: Resource<T>, name: string, namespace?: string, options: ReadOptions & { subresource?: string } = {}): Promise<T> {
    return this.json(resource, { name, namespace, subresource: options.subresource }, { method: 'GET', query: { resourceVersion: options.resourceVersion } })
  }

  async list<T extends KubeObject>(resource: Resource<T>, options: ListOptions = {}): Promise<ObjectList<T>> {
    const found = await this.json<ObjectList<T> & { apiVersion?: string; kind?: string }>(resource, { namespace: options.namespace }, { method: 'GET', query: listQuery(options) })
    const apiVersion = found.apiVersion ?? ''
    const kind = (found.kind ?? '').replace(/List$/, '')
    return { metadata: found.metadata, items: (found.items ?? []).map(o => ({ apiVersion, kind, ...o })) }
  }

  create<T extends KubeObject>(resource: Resource<T>, object: T, options: WriteOptions = {}): Promise<T> {
    return this.json(resource, { namespace: object.metadata?.namespace }, { method: 'POST', query: writeQuery(options), body: object })
  }

  createSubresource<B, R>(resource: Resource, { metadata }: ObjectRef, subresource: string, body: B, options: WriteOptions = {}): Promise<R> {
    return this.json(resource, { ...metadata, subresource }, { method: 'POST', query: writeQuery(options), body })
  }

  update<T extends KubeObject>(resource: Resource<T>, object: T, options: WriteOptions = {}): Promise<T> {
    // Upstream's client of scales does not say what it sends.
    return this.json(resource, { ...placeOf(object), subresource: options.subresource }, { method: 'PUT', query: writeQuery(options), body: object, ...(options.subresource === 'scale' ? { contentType: '' } : {}) })
  }

  patch<T extends KubeObject>(resource: Resource<T>, ref: ObjectRef, type: PatchType, patch: unknown, options: WriteOptions = {}): Promise<T> {
    return this.json(resource, { ...placeOf(ref), subresource: options.subresource }, { method: 'PATCH', query: writeQuery(options), body: patch, contentType: PATCH_TYPES[type] })
  }

  apply<T extends KubeObject>(resource: Resource<T>, object: object & ObjectRef, options: ApplyOptions & { fieldManager: string }): Promise<T> {
    return this.json(resource, { ...placeOf(object), subresource: options.subresource }, { method: 'PATCH', query: { ...writeQuery(options), force: 'force' in options && options.force === undefined ? undefined : String(options.force === true) }, body: object, contentType: 'application/apply-patch+yaml' })
  }

  delete<T extends KubeObject>(resource: Resource<T>, ref: ObjectRef, options: DeleteOptions = {}): Promise<T | undefined> {
    return this.json(resource, placeOf(ref), { method: 'DELETE', body: deleteBody(options) })
  }

  async deleteCollection(resource: Resource, options: ListOptions & DeleteOptions = {}): Promise<void> {
    await this.json(resource, { namespace: options.namespace }, { method: 'DELETE', query: listQuery(options), body: deleteBody(options) })
  }

  table(resource: Resource, { name, subresource, wholeObjects, ...options }: TableOptions = {}): Promise<Table> {
    return this.json(resource, { name, namespace: options.namespace, subresource }, { method: 'GET', query: { ...(name === undefined ? listQuery(options) : {}), includeObject: wholeObjects === true ? 'Object' : undefined }, accept: TABLE })
  }

  async tableOf<T extends KubeObject>(resource: Resource<T>, object: T): Promise<Table> {
    return this.tables.get(object) ?? this.table(resource, { name: object.metadata.name, namespace: object.metadata.namespace })
  }

  /** Throws StatusError for an event of type ERROR; a connection that breaks off is an end. */
  async *watch<T extends KubeObject>(resource: Resource<T>, options: WatchOptions = {}): AsyncGenerator<WatchEvent<T>> {
    const { timeoutMs, signal, asTables = false, allowWatchBookmarks, sendInitialEvents, resourceVersionMatch } = options
    const timeoutSeconds = timeoutMs === undefined || this.transport.limited ? undefined : Math.ceil(timeoutMs / 1000)
    const query = { ...listQuery(options), watch: true, includeObject: asTables && options.wholeObjects === true ? 'Object' : undefined, allowWatchBookmarks, sendInitialEvents, resourceVersionMatch, timeoutSeconds }
    const sent = await this.send(resource, { namespace: options.namespace }, { method: 'GET', query, ...(asTables ? { accept: TABLE } : {}), signal })
    let columns: Table['columnDefinitions'] = []
    for await (const line of linesOf(sent.body)) {
      const event = readJson(line) as WatchEvent<T>
      if (event.type === 'ERROR') throw new StatusError(event.object as never)
      const table = event.object as unknown as Table
      if (table.kind !== 'Table') {
        yield event
        continue
      }
      if ((table.columnDefinitions ?? []).length > 0) columns = table.columnDefinitions
      for (const row of table.rows ?? []) {
        this.tables.set(row.object, { ...table, columnDefinitions: columns, rows: [row] })
        yield { type: event.type, object: row.object as T }
      }
    }
  }

  /** Throws StatusError, UsageError, ConnectionError. */
  async connect(resource: Resource, ref: ObjectRef, subresource: string, options: ConnectOptions): Promise<Connection> {
    const { query, stdout, signal } = options
    if (subresource !== 'log') {
      const path = pathOf(resource, { ...placeOf(ref), subresource })
      return subresource === 'portforward' ? this.forwards.connect(path, options) : remoteCommand(this.transport, path + streamQuery(query), options, this.protocols.webSocketCommands)
    }
    const { body } = await this.send(resource, { ...placeOf(ref), subresource }, { method: 'GET', query, accept: '*/*', signal })
    try {
      for await (const chunk of body) stdout?.(chunk as Uint8Array)
    } catch (e) {
      if (signal?.aborted !== true) throw e
    }
    return { exitCode: 0 }
  }

  async request(request: RawRequest): Promise<RawResponse> {
    const { code, contentType, warnings, body } = await this.transport.send(request, request.signal)
    // What goes on, and what is no text, is handed on as it comes.
    if ((code < 400 && /[?&](?:watch|follow)=(?:1|true)(?:&|$)/.test(request.path)) || !/^$|^text\/|json|yaml|xml|javascript/.test(contentType)) return { code, contentType, body: '', warnings, stream: body }
    return { code, contentType, body: await this.transport.text(body), warnings }
  }

  async tunnel({ method, path, rooted, headers: given }: Parameters<NonNullable<Client['tunnel']>>[0]): Promise<Duplex> {
    const { socket, path: whole, headers } = await this.transport.upgrade(method, path, Object.fromEntries(given), undefined, rooted)
    const own = Object.entries(headers).flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map(v => [name, v] as const))
    socket.write(`${method} ${whole} HTTP/1.1\r\n${[...own, ...given].map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`)
    return socket
  }

  private async json<R>(resource: Resource<never>, place: Place, call: Call): Promise<R> {
    const asProtobuf = this.metricsAsProtobuf && resource.group === 'metrics.k8s.io'
    const { body, contentType } = await this.send(resource, place, asProtobuf ? { accept: `${PROTOBUF}, */*`, ...call } : call)
    if (asProtobuf && contentType.startsWith(PROTOBUF)) return decodeMetrics(await bytesOf(body)) as R
    return readJson(await this.transport.text(body)) as R
  }

  /** Throws StatusError for an answer that is a refusal, ConnectionError without one. */
  private async send(resource: Resource<never>, place: Place, { method, query = {}, body, contentType, accept, signal }: Call): Promise<Sent> {
    const path = pathOf(resource, place) + queryText(query)
    const sent = await this.transport.send({ method, path, contentType, accept, ...(body === undefined ? {} : { body: writeJson(body) }) }, signal)
    for (const w of sent.warnings) this.warn(w)
    if (sent.code < 400) return sent
    throw refusal(sent.code, sent.contentType.startsWith(PROTOBUF) ? JSON.stringify(decodeMetrics(await bytesOf(sent.body))) : await this.transport.text(sent.body), { method, resource: resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`, name: place.name ?? '' })
  }
}

/** What a stream is asked for, as a query with `?` in front: in order of the names; what is empty or false is left out. */
export function streamQuery(query: ConnectOptions['query']): string {
  return queryText(Object.fromEntries(Object.keys(query).sort().map(name => [name, query[name] === 'false' ? undefined : query[name]])))
}

function deleteBody({ dryRun, gracePeriodSeconds, propagationPolicy, preconditions }: DeleteOptions): object {
  return { kind: 'DeleteOptions', apiVersion: 'v1', ...(dryRun === true ? { dryRun: ['All'] } : {}), gracePeriodSeconds, propagationPolicy, preconditions }
}

/** Lines of a stream; one that breaks off is over. upstream: apimachinery/pkg/watch StreamWatcher */
async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest = Buffer.alloc(0)
  const chunks = body[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await chunks.next().catch(() => ({ done: true, value: undefined }) as const)
      if (next.done === true) return
      rest = Buffer.concat([rest, next.value])
      for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a)) {
        const line = rest.subarray(0, end).toString('utf8')
        rest = rest.subarray(end + 1)
        if (line !== '') yield line
      }
    }
  } finally {
    await chunks.return?.()
  }
}
