/** Client: API requests as typed calls, the same whether a call (embedded), HTTP, or any real cluster answers. */
import type { Duplex } from 'node:stream'
import type { KubeObject, Resource } from '../kinds/kind'

/** An object by name. Any object of the kind will do. */
export interface ObjectRef {
  readonly metadata: { readonly name: string; readonly namespace?: string | undefined }
}

export interface ReadOptions {
  /** List at least / exactly at this version; undefined is the newest. */
  resourceVersion?: string | undefined
  /** metadata.managedFields come too; a cluster in this process leaves them out otherwise. */
  managedFields?: boolean | undefined
}

export interface ListOptions extends ReadOptions {
  namespace?: string | undefined
  labelSelector?: string | undefined
  fieldSelector?: string | undefined
  limit?: number | undefined
  continue?: string | undefined
  /** How `resourceVersion` is meant: exactly that one, or any that is not older. */
  resourceVersionMatch?: string | undefined
}

export interface WriteOptions {
  dryRun?: boolean | undefined
  fieldManager?: string | undefined
  fieldValidation?: 'Strict' | 'Warn' | 'Ignore' | undefined
  subresource?: string | undefined
}

export interface DeleteOptions {
  dryRun?: boolean | undefined
  gracePeriodSeconds?: number | undefined
  propagationPolicy?: 'Background' | 'Foreground' | 'Orphan' | undefined
  preconditions?: { uid?: string | undefined; resourceVersion?: string | undefined } | undefined
}

export type PatchType = 'json' | 'merge' | 'strategic'

export interface ApplyOptions extends WriteOptions {
  force?: boolean | undefined
}

export interface ObjectList<T> {
  metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number }
  items: readonly T[]
}

export interface WatchEvent<T> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR'
  object: T
}

/** meta.v1.Table */
export interface Table {
  kind: 'Table'
  apiVersion: 'meta.k8s.io/v1'
  metadata: { resourceVersion?: string; continue?: string; remainingItemCount?: number }
  columnDefinitions: readonly { name: string; type: string; format: string; description: string; priority: number }[]
  rows: readonly { cells: readonly unknown[]; object: KubeObject }[]
}

export interface WatchOptions {
  namespace?: string | undefined
  labelSelector?: string | undefined
  fieldSelector?: string | undefined
  /** Means nothing to a watch, and is told all the same. */
  limit?: number | undefined
  resourceVersion?: string | undefined
  allowWatchBookmarks?: boolean | undefined
  /** What exists comes first, then a bookmark that says so, whatever `resourceVersion` is. upstream: WatchList */
  sendInitialEvents?: boolean | undefined
  /** With `sendInitialEvents`: `NotOlderThan`. */
  resourceVersionMatch?: string | undefined
  /** Over HTTP the events bring the server's table of each object, for `tableOf`, and of the objects perhaps no more than their metadata. */
  asTables?: boolean | undefined
  /** The tables' rows have the whole objects. */
  wholeObjects?: boolean | undefined
  /** Ends the watch. */
  signal?: AbortSignal | undefined
  /** Ends the watch; a server that every request tells its own limit is not told this one. */
  timeoutMs?: number | undefined
}

/** A request by its URL path, for what has no typed call: discovery, `get --raw`, logs, proxies. */
export interface RawRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Path and query, `/api/v1/pods?limit=1`. */
  path: string
  /** The path is whole: it does not stand below that of the server's URL. */
  rooted?: boolean | undefined
  body?: string | undefined
  /** '' says nothing of it. */
  contentType?: string | undefined
  accept?: string | undefined
  /** Names the field manager of writes that name none. */
  userAgent?: string | undefined
  /** The client has gone: watches and followed logs end. */
  signal?: AbortSignal | undefined
  /** Names the connection that it came over. */
  connection?: string | undefined
  /** PEM: the certificate that the client showed. */
  clientCertificate?: string | undefined
  /** `address:port` that it came from. */
  remote?: string | undefined
  /** The body was longer than a server takes, and is not here. */
  bodyTooLarge?: boolean | undefined
  /** Headers as they came, names in small letters, for those that say who asks. */
  headers?: Readonly<Record<string, readonly string[] | undefined>> | undefined
}

export interface RawResponse {
  code: number
  contentType: string
  body: string
  /** What the client accepts best where that is not JSON: the body is JSON nevertheless, and encoded by whoever sends it. */
  mediaType?: string | undefined
  /** Texts of the `Warning:` headers. */
  warnings: readonly string[]
  /** Further headers, names in small letters. */
  headers?: Readonly<Record<string, string>> | undefined
  /** Instead of a body: chunks of a watch or a log that go on. */
  stream?: AsyncIterable<string | Uint8Array> | undefined
  /** Aborted when the stream has to be cut off because nobody reads it. */
  broken?: AbortSignal | undefined
}

/**
 * Every call may throw StatusError. Objects that come back are shared and must not be changed.
 * upstream: client-go's typed and dynamic clients
 */
/** What a table is made of. Its rows' objects may be their metadata alone unless `wholeObjects`. */
export interface TableOptions extends ListOptions {
  readonly name?: string | undefined
  /** Of the object of that name. */
  readonly subresource?: string | undefined
  readonly wholeObjects?: boolean
}

export interface Client {
  get<T extends KubeObject>(resource: Resource<T>, name: string, namespace?: string, options?: ReadOptions & { subresource?: string }): Promise<T>
  list<T extends KubeObject>(resource: Resource<T>, options?: ListOptions): Promise<ObjectList<T>>
  create<T extends KubeObject>(resource: Resource<T>, object: T, options?: WriteOptions): Promise<T>
  /** Posts to a subresource (binding, eviction, token …); body and answer are of the subresource's own kind. */
  createSubresource<B, R>(resource: Resource, ref: ObjectRef, subresource: string, body: B, options?: WriteOptions): Promise<R>
  update<T extends KubeObject>(resource: Resource<T>, object: T, options?: WriteOptions): Promise<T>
  patch<T extends KubeObject>(resource: Resource<T>, ref: ObjectRef, type: PatchType, patch: unknown, options?: WriteOptions): Promise<T>
  /** Server-side apply. */
  apply<T extends KubeObject>(resource: Resource<T>, object: object & ObjectRef, options: ApplyOptions & { fieldManager: string }): Promise<T>
  /** The object as it is after the request (still there while it terminates), or a success Status. */
  delete<T extends KubeObject>(resource: Resource<T>, ref: ObjectRef, options?: DeleteOptions): Promise<T | undefined>
  deleteCollection(resource: Resource, options?: ListOptions & DeleteOptions): Promise<void>
  table(resource: Resource, options?: TableOptions): Promise<Table>
  /** The table of one object that a watch brought. */
  tableOf<T extends KubeObject>(resource: Resource<T>, object: T): Promise<Table>
  watch<T extends KubeObject>(resource: Resource<T>, options?: WatchOptions): AsyncIterable<WatchEvent<T>>
  connect(resource: Resource, ref: ObjectRef, subresource: string, options: ConnectOptions): Promise<Connection>
  request(request: RawRequest): Promise<RawResponse>
  /** Sends a request that asks for another protocol as it came, with who asks; the server's bytes follow, its answer's head first. Only where a server is asked. */
  tunnel?(request: { readonly method: 'GET' | 'POST'; readonly path: string; readonly rooted: boolean; readonly headers: readonly (readonly [string, string])[] }): Promise<Duplex>
}

/** What a connect subresource (log, exec, attach, portforward, proxy) is asked for: its query options, and streams. */
export interface ConnectOptions {
  /** Options of the subresource by their query names (`container`, `follow`, `tailLines`, `command` …). */
  query: Readonly<Record<string, string | readonly string[]>>
  stdin?: AsyncIterable<Uint8Array> | undefined
  stdout?: ((chunk: Uint8Array) => void) | undefined
  stderr?: ((chunk: Uint8Array) => void) | undefined
  resize?: AsyncIterable<{ width: number; height: number }> | undefined
  signal?: AbortSignal | undefined
  /** Called once the other side has taken the request; before that it may refuse. */
  begun?: (() => void) | undefined
}

export interface Connection {
  /** meta.v1.Status of a command: exit code 0, or the reason with its cause `ExitCode`. */
  exitCode: number
  message?: string
}
