/** The Client that is a call: requests go to the apiserver of this process, with nothing serialised in between. */
import { methodNotSupported, noSuchPath } from '../base/status'
import type { ApplyOptions, Client, ConnectOptions, Connection, DeleteOptions, ListOptions, ObjectList, ObjectRef, PatchType, RawRequest, RawResponse, ReadOptions, Table, TableOptions, WatchEvent, WatchOptions, WriteOptions } from '../client/client'
import type { Kind, KubeObject, Resource } from '../kinds/kind'
import type { Actor, RequestState } from './actor'
import { allowed, unquestioned } from './authorization/allow'
import { requestedFields } from './authorization/requested'
import { applyPatch, patched, patchObject } from './patch'
import { create } from './create'
import { decodeBody } from './decode-body'
import { deleteObject, deleteObjects } from './delete'
import { withManagedFields } from './managed'
import { prepared } from './custom-versions/versions'
import { asOfNow, list, select, selectionOf, table } from './read'
import { answerRaw } from './raw'
import type { ApiServer } from './server'
import { changeScale, hasScale, scale } from './scale'
import { createSubresource, getSubresource } from './subresources'
import { update } from './update'
import { watchEvents } from './watch'

export interface EmbeddedOptions {
  readonly actor: Actor
  /** Called with each request's warnings. */
  readonly onWarning?: ((text: string) => void) | undefined
  /** After a request that wrote: work that is due at once runs before the answer. */
  readonly afterWrite?: (() => Promise<void> | void) | undefined
  /** After each object that was made: who makes many of them lets others have a turn. */
  readonly afterCreate?: ((resource: Resource) => Promise<void> | undefined) | undefined
  /** Runs the stages of a request when it is its turn; at once when absent. */
  readonly turn?: (<T>(work: () => Promise<T>) => Promise<T>) | undefined
  /** Every object comes with its managedFields, as from a wire. */
  readonly managedFields?: boolean | undefined
}

/** Streams: opened by GET, and yet they change what runs. upstream: AuthorizePodWebsocketUpgradeCreatePermission */
const CREATED_BY_GET = new Set(['exec', 'attach', 'portforward'])

/** What a request is about, for whoever decides whether it may be made. */
interface Asked {
  readonly namespace?: string | undefined
  readonly name?: string | undefined
  readonly subresource?: string | undefined
  readonly fieldSelector?: string | undefined
}

export class EmbeddedClient implements Client {
  /** Nothing has to be asked of this client's actor. */
  private readonly free: boolean

  constructor(
    private readonly server: ApiServer,
    private readonly options: EmbeddedOptions,
  ) {
    this.free = unquestioned(options.actor)
  }

  /** As whom a request goes on. Throws 403. */
  private allow(verb: string, kind: Kind<never>, { namespace = '', name = '', subresource = '', fieldSelector }: Asked): Actor {
    const { actor } = this.options
    if (this.free) return actor
    const fields = requestedFields(fieldSelector)
    const named = name === '' ? (fields.find(f => f.field === 'metadata.name')?.value ?? '') : name
    const at = kind.scope === 'Cluster' ? (kind.group === '' && kind.plural === 'namespaces' ? named : '') : namespace
    return allowed(this.server.authorizer, actor, { verb, group: kind.group, resource: kind.plural, subresource, name: named, namespace: at, fields })
  }

  private begin(options: WriteOptions | undefined, actor: Actor): RequestState {
    return {
      actor,
      dryRun: options?.dryRun === true,
      fieldManager: options?.fieldManager ?? this.options.actor.manager,
      fieldValidation: options?.fieldValidation ?? 'Warn',
      warnings: [],
    }
  }

  private shown<T extends KubeObject>(kind: Kind<T>, object: T): T {
    return this.options.managedFields === true ? withManagedFields(this.server, kind, object) : object
  }

  /** The resource's kind; whoever uses a deprecated one is told. */
  private kindOf<T extends KubeObject>(resource: Resource<T>): Kind<T> {
    const kind = this.server.kindOf(resource)
    if (kind.deprecated !== undefined && !this.options.actor.trusted) this.options.onWarning?.(kind.deprecated)
    return kind
  }

  private async finish<T>(request: RequestState, work: () => Promise<T>): Promise<T> {
    const { onWarning, afterWrite, turn } = this.options
    try {
      const result = await (turn === undefined ? work() : turn(work))
      if (afterWrite !== undefined && !request.dryRun) await afterWrite()
      return result
    } finally {
      if (onWarning !== undefined) for (const w of request.warnings) onWarning(w)
    }
  }

  async get<T extends KubeObject>(resource: Resource<T>, name: string, namespace?: string, options?: ReadOptions & { subresource?: string }): Promise<T> {
    const kind = this.kindOf(resource)
    this.allow('get', kind, { namespace, name, subresource: options?.subresource })
    await prepared(this.server, kind, namespace, name)
    if (options?.subresource !== undefined && options.subresource !== '') return getSubresource(this.server, kind, namespace, name, options.subresource) as T
    const body = asOfNow(this.server, kind, this.server.stored(kind, namespace, name).body)
    return options?.managedFields === true ? withManagedFields(this.server, kind, body) : this.shown(kind, body)
  }

  async list<T extends KubeObject>(resource: Resource<T>, options: ListOptions = {}): Promise<ObjectList<T>> {
    const kind = this.kindOf(resource)
    this.allow('list', kind, options)
    await prepared(this.server, kind, options.namespace, undefined)
    const found = list(this.server, kind, options)
    return options.managedFields === true || this.options.managedFields === true ? { ...found, items: found.items.map(o => withManagedFields(this.server, kind, o)) } : found
  }

  async create<T extends KubeObject>(resource: Resource<T>, object: T, options?: WriteOptions): Promise<T> {
    const kind = this.kindOf(resource)
    const namespace = object.metadata?.namespace
    const request = this.begin(options, this.allow('create', kind, { namespace }))
    const made = this.shown(kind, await this.finish(request, () => create(this.server, kind, namespace, object, request)))
    const pending = this.options.afterCreate?.(kind as never)
    if (pending !== undefined) await pending
    return made
  }

  async createSubresource<B, R>(resource: Resource, ref: ObjectRef, subresource: string, body: B, options?: WriteOptions): Promise<R> {
    const kind = this.kindOf(resource as Resource<never>)
    const request = this.begin(options, this.allow('create', kind, { ...ref.metadata, subresource }))
    return this.finish(request, () => createSubresource(this.server, kind as unknown as Kind, ref, subresource, body, request)) as Promise<R>
  }

  async update<T extends KubeObject>(resource: Resource<T>, object: T, options?: WriteOptions): Promise<T> {
    const kind = this.kindOf(resource)
    const { name, namespace } = object.metadata
    const subresource = options?.subresource ?? ''
    const request = this.begin(options, this.allow('update', kind, { name, namespace, subresource }))
    if (hasScale(kind as never, subresource)) return this.finish(request, () => changeScale(this.server, kind, object, () => decodeBody(scale, object, request), request)) as Promise<never>
    const next = request.actor.trusted ? (): T => ({ ...object, metadata: { ...object.metadata } }) : (): T => withDefaults(kind, decodeBody(kind, object, request))
    return this.shown(kind, await this.finish(request, () => update(this.server, kind, namespace, name, { next, subresource }, request)))
  }

  async patch<T extends KubeObject>(resource: Resource<T>, ref: ObjectRef, type: PatchType, patch: unknown, options?: WriteOptions): Promise<T> {
    const kind = this.kindOf(resource)
    const subresource = options?.subresource ?? ''
    const request = this.begin(options, this.allow('patch', kind, { ...ref.metadata, subresource }))
    if (subresource !== '' && !(subresource in kind.subresources)) throw noSuchPath()
    if (hasScale(kind as never, subresource)) return this.finish(request, () => changeScale(this.server, kind, ref, now => patched(scale, now, type, patch, request), request)) as Promise<never>
    return this.shown(kind, await this.finish(request, () => patchObject(this.server, kind, ref, type, patch, subresource, request)))
  }

  async apply<T extends KubeObject>(resource: Resource<T>, object: object & ObjectRef, options: ApplyOptions & { fieldManager: string }): Promise<T> {
    const kind = this.kindOf(resource)
    const request = this.begin(options, this.allow('patch', kind, { ...object.metadata, subresource: options.subresource }))
    return this.shown(kind, await this.finish(request, () => applyPatch(this.server, kind, object, object, options, request)))
  }

  async delete<T extends KubeObject>(resource: Resource<T>, ref: ObjectRef, options: DeleteOptions = {}): Promise<T | undefined> {
    const kind = this.kindOf(resource)
    const request = this.begin({ dryRun: options.dryRun }, this.allow('delete', kind, ref.metadata))
    const done = await this.finish(request, () => deleteObject(this.server, kind, ref.metadata.namespace, ref.metadata.name, options, request))
    return done.object
  }

  async deleteCollection(resource: Resource, options: ListOptions & DeleteOptions = {}): Promise<void> {
    const kind = this.kindOf(resource)
    const request = this.begin({ dryRun: options.dryRun }, this.allow('deletecollection', kind as Kind<never>, options))
    await prepared(this.server, kind as Kind<never>, options.namespace, undefined)
    const found = select(this.server, kind, options.namespace, selectionOf(kind, options))
    await this.finish(request, () => deleteObjects(this.server, kind, found, options, request))
  }

  async table(resource: Resource, options: TableOptions = {}): Promise<Table> {
    const kind = this.kindOf(resource)
    this.allow(options.name === undefined ? 'list' : 'get', kind as Kind<never>, options)
    await prepared(this.server, kind as Kind<never>, options.namespace, options.name)
    if (options.name !== undefined && (options.subresource ?? '') !== '') {
      const body = getSubresource(this.server, kind as Kind<KubeObject>, options.namespace, options.name, options.subresource as string) as KubeObject
      return table(this.server, body.kind === kind.kind ? kind : scale as never, [body], { resourceVersion: body.metadata.resourceVersion as string })
    }
    if (options.name !== undefined) {
      const object = this.server.stored(kind, options.namespace, options.name).body
      return table(this.server, kind, [object], { resourceVersion: object.metadata.resourceVersion as string })
    }
    const found = list(this.server, kind, options)
    return table(this.server, kind, found.items, found.metadata)
  }

  async tableOf<T extends KubeObject>(resource: Resource<T>, object: T): Promise<Table> {
    return table(this.server, this.server.kindOf(resource), [object], { resourceVersion: object.metadata.resourceVersion as string })
  }

  watch<T extends KubeObject>(resource: Resource<T>, options: WatchOptions = {}): AsyncIterable<WatchEvent<T>> {
    const kind = this.kindOf(resource)
    this.allow('watch', kind, options)
    return watchEvents(this.server, kind, options)
  }

  async connect(resource: Resource, ref: ObjectRef, subresource: string, options: ConnectOptions): Promise<Connection> {
    const kind = this.kindOf(resource)
    for (const verb of CREATED_BY_GET.has(subresource) ? ['get', 'create'] : ['get']) this.allow(verb, kind as Kind<never>, { ...ref.metadata, subresource })
    const { nodes } = this.server
    if (kind.plural !== 'pods' || nodes === undefined) throw methodNotSupported(kind, subresource)
    const { turn } = this.options
    const connect = (): Promise<Connection> => nodes.connect(kind, ref, subresource, options)
    return turn === undefined || subresource === 'log' ? connect() : turn(connect)
  }

  async request(request: RawRequest): Promise<RawResponse> {
    const { turn, actor } = this.options
    const work = (): Promise<RawResponse> => answerRaw(this.server, request, actor)
    const answer = await (turn === undefined ? work() : turn(work))
    if (request.method !== 'GET') await this.options.afterWrite?.()
    return answer
  }
}

function withDefaults<T extends KubeObject>(kind: Kind<T>, object: T): T {
  kind.applyDefaults?.(object)
  return object
}
