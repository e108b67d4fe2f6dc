/** Opens a cluster file: store, apiserver, controllers and engine in one piece. */
import { parseTime, timestamp, type Clock } from '../base/clock'
import { UsageError } from '../base/errors'
import { createDraw, type Draw } from '../base/draw'
import type { Alarm } from '../base/alarm'
import type { Floor } from '../base/floor'
import { onFirstUse } from '../base/on-first-use'
import { qualifiedResource } from '../base/status'
import type { Client, Connection, ConnectOptions } from '../client/client'
import type { Context, Memory } from '../client/controller'
import type { Lister } from '../client/lister'
import type { ClockMode, ClusterSummary } from '../client/cluster-summary'
import { createRecorder, NOISE } from '../client/recorder'
import { BUSY_PODS } from '../kinds/core/pod/use'
import type { KubeObject } from '../kinds/kind'
import { serviceAccount } from '../kinds/core/service-account/kind'
import { AUTHENTICATED, type Wanted } from '../apiserver/authorization/impersonation'
import { API_AUDIENCES } from '../apiserver/authentication/issuer'
import { namespace } from '../kinds/core/namespace/kind'
import { transientKinds } from '../kinds/rare'
import { lateKinds } from '../kinds/registry'
import type { Node, Pod } from '../kinds/schema/types/core.v1'
import { component, type Actor } from '../apiserver/actor'
import type { AuthenticationChoice, Credentials } from '../apiserver/authentication/authenticator'
import type { AdmissionChoice } from '../apiserver/admission-plugins/choice'
import { admissionOf } from '../apiserver/admission-plugins/index'
import { aggregatedDiscovery } from '../apiserver/discovery'
import { EmbeddedClient, type EmbeddedOptions } from '../apiserver/embedded-client'
import { resourcePrefix } from '../apiserver/keys'
import { withManagedFields } from '../apiserver/managed'
import { Registry } from '../apiserver/registry'
import { WatchHub } from '../apiserver/watch-hub'
import { ApiServer, type ApiServerParts, type NodeApi } from '../apiserver/server'
import type { WebhookCaller } from '../apiserver/webhook-caller'
import { SERVICE_AFFINITY } from '../controllers/service-affinity/controller'
import { clusterNetwork } from '../network/cluster-network'
import type { ApiDoor, Network } from '../network/network'
import { createMetrics, declaredLoad } from '../kubelet/metrics'
import { componentStatus, componentStatuses } from '../kinds/core/component-status/kind'
import { metricsApi } from '../apiserver/virtual/metrics'
import { createNodeApi } from '../kubelet/real/node-api'
import type { Runtime } from '../runtime/container'
import type { ImageCatalogue } from '../runtime/images/catalogue'
import { createCatalogue } from '../runtime/images/registry'
import { selectEntries, splitLines } from '../runtime/memory-storage'
import { createLateVolumes } from '../kubelet/real/late-volumes'
import { withNodeLogs } from '../kubelet/real/node-logs'
import type { KubeletParts } from '../kubelet/real/parts'
import { createRuntime } from '../runtime/runtime'
import { LOG_LIMIT_BYTES, type LogReadOptions, type NodeStorage } from '../runtime/storage'
import { createNodeStorage } from '../store/node-storage'
import { inClusterApi } from './in-cluster-api'
import { Store } from '../store/store'
import { DNS_ADDRESS } from './add-ons'
import { ClusterClock } from './cluster-clock'
import { componentsFor, type ComponentEntry } from './composition'
import { readConfig, type ClusterConfig, type NewCluster } from './config'
import { DEFAULT_SETTLE } from './settle-limits'
import { Engine } from './engine'
import { EventExpiry } from './event-expiry'
import { SettleLock } from './settle-lock'

export interface ClusterOptions {
  readonly path: string
  /** Milliseconds since the epoch; a constant makes the clock fixed. */
  readonly wall: () => number
  /** Makes a new file with this configuration; without it the file says what it is. */
  readonly fresh?: ClusterConfig
  /** What the keys of a new cluster follow from; its seed when absent. */
  readonly secret?: string | undefined
  /** A new cluster's time begins so long before the wall's, in ms. */
  readonly startAgoMs?: number | undefined
  /** How time passes while this process has it open, whatever the file says. */
  readonly clockMode?: ClockMode | undefined
  readonly authentication?: AuthenticationChoice | undefined
  readonly admission?: AdmissionChoice | undefined
  /** Serves the API alone: no controllers, no scheduler, no kubelets. */
  readonly apiOnly?: boolean
  readonly beforeCommit?: (() => void) | undefined
  /** As if the disk had room for no more pages of the file: the tests' full disk. */
  readonly maxPages?: number | undefined
  /** Reconciles that one transaction commits, 256 when absent. */
  readonly group?: number | undefined
  /** Waits so long, or until the signal; without it nobody can follow the cluster: watches end with what is there. */
  readonly pause?: ((ms: number, signal: AbortSignal | undefined) => Promise<void>) | undefined
  /** Begins to follow the cluster for one watch, instead of letting time pass as `pause` does: each call waits a while, false when the watch is over. */
  readonly follow?: ApiServerParts['follow']
  /** Asks admission webhooks over HTTPS; without it nobody answers them. */
  readonly callWebhook?: WebhookCaller | undefined
  /** The text of the build's descriptions of types and fields, for OpenAPI and explain. */
  readonly descriptions?: (() => string | undefined) | undefined
  /** Runs between transactions of a settle: lets the process notice signals. */
  readonly breathe?: (() => Promise<void> | undefined) | undefined
  /** Fulfilled when connections and signals have had their turn; at once when absent. */
  readonly later?: (() => Promise<void>) | undefined
  /** Shared by requests and settling, where requests come in at any time: see docs/decisions/0006-serving.md. */
  readonly floor?: Floor | undefined
  /** Asked after each reconcile: whether requests are to come in before the next. */
  readonly hurried?: (() => boolean) | undefined
  /** Wall time: with it changes are handed to watches, and end them; without it each watch looks for itself. */
  readonly alarm?: Alarm | undefined
  /** Told of failures of ours that come after an answer has begun. */
  readonly failed?: ((error: unknown) => void) | undefined
}

/** So often whoever follows the cluster looks for what others wrote. */
const POLL_MS = 100

/** Timers fired in order when a file is opened late; what is left then runs once. */
const MAX_CATCH_UP_TIMERS = 10_000

/** What lies below the API: for explanations, which look at what containers do. */
export interface Inside {
  readonly runtime: Runtime
  readonly images: ImageCatalogue
  readonly storage: NodeStorage
}

export class Cluster {
  constructor(
    readonly store: Store,
    readonly server: ApiServer,
    readonly engine: Engine,
    readonly clock: ClusterClock,
    public config: ClusterConfig,
    private readonly lock: SettleLock,
    private readonly breathe: () => Promise<void> | undefined,
    private readonly floor?: Floor,
    /** What its nodes run containers with. */
    readonly inside?: Inside,
    /** Runs a command on the machine beside the cluster; undefined where nothing runs programs. */
    readonly outside?: (options: ConnectOptions) => Promise<Connection>,
  ) {
    this.events = new EventExpiry(server, () => clock.peek())
  }

  private readonly events: EventExpiry

  /** Told of every request that may have written, where a server settles by itself. */
  onWrite: (() => void) | undefined

  /** With the floor, where there is one. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.floor === undefined ? work() : this.floor.inside(work)
  }

  /** A client whose requests are this actor's. What is due at once runs before each answer; where requests share the floor, after it. */
  clientFor(actor: Actor, onWarning?: (text: string) => void, more: { readonly managedFields?: boolean | undefined } = {}): Client {
    const { floor } = this
    const common = { ...more, actor, onWarning }
    return new EmbeddedClient(this.server, floor === undefined ? { ...common, afterWrite: () => this.afterWrite() } : { ...common, turn: work => floor.inside(work), afterWrite: () => this.onWrite?.() })
  }

  /** The discovery documents of /api and /apis. */
  discovery(): readonly object[] {
    const { api, apis } = aggregatedDiscovery(this.server.registry.customResources())
    return [api, apis]
  }

  /** This process has changed something. */
  wrote = false
  private trouble: { readonly error: unknown } | undefined

  /** The request is committed and will be acknowledged: what goes wrong in the work that it caused is told when the cluster settles. */
  private async afterWrite(): Promise<void> {
    this.wrote = true
    try {
      await this.runDue()
    } catch (error) {
      this.trouble ??= { error }
    }
  }

  /** Who sends requests with these credentials. Throws 401. */
  actorFor(credentials: Credentials, manager: string): Actor {
    return this.server.authenticator.authenticate(credentials, manager)
  }

  /** The user whom the file itself vouches for: as if by a client certificate of the cluster's CA. */
  ownUser(user: string | undefined, groups: readonly string[], manager: string, wanted: Wanted | undefined): Actor {
    const { config, server } = this
    const name = user ?? config.user
    const given = groups.length > 0 ? groups : config.groups
    const all = given.includes(AUTHENTICATED) ? given : [...given, AUTHENTICATED]
    return {
      user: name,
      groups: all,
      manager,
      trusted: false,
      wanted,
      // Made only for whoever asks who he is: it takes a certificate.
      get extra() {
        return server.authenticator.ownCertificateExtra(name, given)
      },
    }
  }

  private async runDue(): Promise<void> {
    if (this.lock.tryAcquire()) await this.engine.runDue()
  }

  /** Lives through what fell due since the file was last open, if nobody else does. */
  async catchUp(): Promise<void> {
    if (this.engine.idle()) return
    if (this.lock.tryAcquire()) await this.inTurn(() => this.engine.catchUp(MAX_CATCH_UP_TIMERS))
  }

  /** Until the cluster is calm; waits for another process that settles, and then finds little left. */
  settle(): Promise<void> {
    return this.inTurn(() => this.settleNow())
  }

  private async settleNow(): Promise<void> {
    if (this.closed) return
    if (this.trouble !== undefined) throw this.trouble.error
    if (this.config.clock.mode === 'realtime') {
      // Who serves was awake all the time; what is late all the same happens when it was due.
      if (this.floor === undefined) await this.runDue()
      else if (this.lock.tryAcquire()) await this.engine.catchUp(MAX_CATCH_UP_TIMERS)
      return this.events.run()
    }
    return this.calmDown()
  }

  /** Settles in any mode. */
  becomeCalm(): Promise<void> {
    return this.inTurn(() => this.calmDown())
  }

  private async calmDown(): Promise<void> {
    // Who only looked at a calm cluster leaves it alone.
    if (!this.wrote && this.floor === undefined && this.isCalm()) return
    await this.lock.acquire(this.breathe)
    if (this.floor !== undefined) await this.engine.catchUp(MAX_CATCH_UP_TIMERS)
    await this.engine.settle()
    this.events.run()
    await this.engine.rest()
  }

  /** What fell due by itself, at its own instants; no time passes but the wall's. */
  keepUp(): Promise<void> {
    return this.inTurn(async () => {
      if (this.closed || !this.lock.tryAcquire()) return
      await this.engine.catchUp(MAX_CATCH_UP_TIMERS)
      this.events.run()
    })
  }

  /** Looks at the cluster with the parts that work in it, and leaves no trace: what they write is undone. */
  look<T>(work: () => Promise<T>): Promise<T> {
    return this.inTurn(async () => {
      this.store.begin()
      try {
        return await work()
      } finally {
        this.store.rollback()
      }
    })
  }

  /** Keeps all others from working on the cluster; says whether nobody else does. */
  keep(): boolean {
    return this.lock.tryAcquire()
  }

  /** Nothing is due, nor would fall due while the cluster comes to rest. */
  private isCalm(): boolean {
    const { quietMs, busyQuietMs } = this.config.settle
    return !this.engine.dueBy(this.clock.peek() + Math.max(quietMs, busyQuietMs)) && !this.events.pending()
  }

  /** A new cluster that began before the wall's time lives on to it. */
  comeToNow(): Promise<void> {
    return this.inTurn(async () => {
      this.clock.offsetMs = 0
      this.store.transact(() => this.store.setMeta('offset', '0'))
      this.store.transact(() => this.store.setMeta('start ago', '0'))
      await this.engine.catchUp(MAX_CATCH_UP_TIMERS)
    })
  }

  /** One slice of what the log keeps too long; says whether there is more. */
  compact(): Promise<boolean> {
    return this.inTurn(async () => !this.closed && this.engine.compact())
  }

  /** When something falls due by itself, in ms from now; undefined when nothing does. */
  nextDueMs(): number | undefined {
    const next = this.store.nextTimerMs()
    return next === undefined ? undefined : Math.max(0, next - this.clock.peek())
  }

  /** Lets other processes work on the cluster until this one has to again. */
  release(): void {
    this.lock.release()
  }

  /** Lets cluster time pass until `done`, at most `timeoutMs`; says whether it is done. Without `toTheEnd` it stands at the last timer before that. */
  async waitUntil(done: () => Promise<boolean>, timeoutMs: number, toTheEnd = true): Promise<boolean> {
    return this.inTurn(async () => {
      await this.lock.acquire(this.breathe)
      return this.engine.until(done, this.clock.peek() + timeoutMs, toTheEnd)
    })
  }

  /** It is that late by now: what fell due meanwhile happens. */
  goOn(untilMs: number): Promise<void> {
    return this.inTurn(async () => {
      if (this.closed || untilMs <= this.clock.peek()) return
      if (this.engine.dueBy(untilMs)) return this.engine.advanceTo(untilMs, MAX_CATCH_UP_TIMERS)
      this.clock.hold(untilMs)
      this.clock.release()
    })
  }

  /**
   * Lets time pass at the speed of the wall, from where the cluster stands; each call waits a little and says whether to go on.
   * Whoever else wants to work finds the cluster free in between.
   */
  follower({ signal, timeoutMs }: { readonly signal?: AbortSignal | undefined; readonly timeoutMs?: number | undefined }, { pause, wall }: Pick<ClusterOptions, 'pause' | 'wall'>, hurried?: () => Promise<void>): () => Promise<boolean> {
    const { engine, clock } = this
    const began = wall()
    const from = clock.peek()
    const still = this.config.clock.mode === 'fixed'
    const over = (): boolean => this.closed || signal?.aborted === true
    return async () => {
      const left = timeoutMs === undefined ? POLL_MS : timeoutMs - (wall() - began)
      if (pause === undefined || left <= 0 || over()) return false
      const paused = pause(Math.min(POLL_MS, left), signal)
      await (hurried === undefined ? paused : Promise.race([paused, hurried()]))
      if (over()) return false
      engine.refresh()
      const until = still ? clock.peek() : Math.max(from + wall() - began, clock.peek())
      if (engine.dueBy(until) && this.lock.tryAcquire()) {
        try {
          await engine.advanceTo(until, MAX_CATCH_UP_TIMERS)
        } finally {
          this.lock.release()
        }
      } else {
        clock.hold(until)
        clock.release()
      }
      return true
    }
  }

  /** The same for a connection to a server: as much time passes with each wait as the wall lets pass, where it does not pass by itself. */
  along(wait: () => Promise<boolean>, wall: () => number): () => Promise<boolean> {
    const { engine, clock } = this
    const began = wall()
    const from = clock.peek()
    return async () => {
      if (!(await wait()) || this.closed) return false
      if (this.config.clock.mode !== 'settle') return true
      await this.inTurn(async () => {
        if (this.closed) return
        const until = Math.max(from + wall() - began, clock.peek())
        if (engine.dueBy(until)) return engine.advanceTo(until, MAX_CATCH_UP_TIMERS)
        clock.hold(until)
        clock.release()
      })
      return !this.closed
    }
  }

  /** As advanceTo; throws UsageError for the past. */
  async live(ms: number): Promise<void> {
    if (ms < this.clock.peek()) throw new UsageError(`the cluster has lived through that time already: it is ${timestamp(this.clock.peek())} there`)
    await this.advanceTo(ms)
  }

  /** Moves time on by living through it. */
  advanceTo(ms: number): Promise<void> {
    return this.inTurn(() => this.liveThrough(ms))
  }

  private async liveThrough(ms: number): Promise<void> {
    await this.lock.acquire(this.breathe)
    this.events.mark()
    await this.engine.advanceTo(ms, MAX_CATCH_UP_TIMERS)
    this.events.run()
    // Also for this process, where it goes on.
    this.clock.offsetMs = Math.max(this.clock.offsetMs, ms - this.clock.wallNow() + this.clock.offsetMs)
    this.store.transact(() => this.store.setMeta('offset', String(this.clock.offsetMs)))
  }

  setClockMode(mode: ClockMode): void {
    const config: ClusterConfig = { ...this.config, clock: mode === 'fixed' ? { mode, atMs: this.clock.peek() } : { mode } }
    this.store.transact(() => this.store.setMeta('config', JSON.stringify(config)))
  }

  /** From now on, in this process too. */
  switchTo(mode: Exclude<ClockMode, 'fixed'>): void {
    this.setClockMode(mode)
    this.config = { ...this.config, clock: { mode } }
    if (mode === 'realtime') this.clock.offsetMs += Math.max(0, this.clock.reachedMs - this.clock.wallNow())
  }

  /** What the file holds, for people. */
  summary(path: string): ClusterSummary {
    const counts = [...this.server.registry.all()].map(k => [qualifiedResource(k), this.store.count(resourcePrefix(k))] as const).filter(([, n]) => n > 0)
    return {
      file: path,
      bytes: this.store.sizeBytes(),
      objects: counts.reduce((sum, [, n]) => sum + n, 0),
      counts: counts.sort(([a], [b]) => (a < b ? -1 : 1)),
      resourceVersion: this.store.head(),
      nowMs: this.clock.peek(),
      mode: this.config.clock.mode,
      lifecycle: this.config.lifecycle,
      addOns: this.config.addOns,
      seed: this.config.seed,
    }
  }

  /** Every object, whole, in order of its key. */
  *objects(): Generator<KubeObject> {
    for (const kind of [...this.server.registry.all()].sort((a, b) => (resourcePrefix(a) < resourcePrefix(b) ? -1 : 1)))
      for (const { body } of this.store.list<KubeObject>(resourcePrefix(kind))) yield withManagedFields(this.server, kind, body)
  }

  /** What it takes to make this cluster anew: its configuration and the nodes that it was made with. */
  remade(): NewCluster {
    return { config: this.config, nodes: JSON.parse(this.store.meta('nodes') ?? '[]') as Node[] }
  }

  private closed = false

  get isClosed(): boolean {
    return this.closed
  }

  close(): void {
    if (this.closed) return
    this.closed = true
    this.server.hub?.close()
    this.lock.release()
    this.store.close()
  }
}

export function openCluster(options: ClusterOptions): Cluster {
  const store = Store.open(options.path, { beforeCommit: options.beforeCommit, create: options.fresh !== undefined, maxPages: options.maxPages })
  if (options.fresh !== undefined) writeConfig(store, options.fresh, options)
  const stored = JSON.parse(store.meta('config') ?? JSON.stringify(readConfig(undefined).config)) as ClusterConfig
  const config: ClusterConfig = options.clockMode === undefined || stored.clock.mode === 'fixed' ? stored : { ...stored, clock: { mode: options.clockMode } }
  const draw = createDraw(config.seed)
  const wall = config.clock.mode === 'fixed' ? () => config.clock.atMs as number : options.wall
  // Certificates and tokens do not live in the past, nor where time stands still: clients judge them, too.
  const startAgoMs = Number(store.meta('start ago') ?? 0)
  const wallMs = config.clock.mode === 'fixed' && options.clockMode !== undefined ? options.wall : (): number => clock.wallNow() + startAgoMs
  const clock = new ClusterClock(wall, Number(store.meta('offset') ?? 0), Number(store.meta('reached') ?? 0))
  // Where time goes on by itself it goes on from where the cluster stands, not from where the wall will catch up with it.
  if (options.clockMode === 'realtime') clock.offsetMs += Math.max(0, clock.reachedMs - clock.wallNow())
  const registry = new Registry(lateKinds(), transientKinds)
  const token: KubeletParts['token'] = (pod, audience, seconds) => podToken(server, pod, audience, seconds)
  const images = onFirstUse(() => createCatalogue(config.images))
  const kept = onFirstUse(() => createNodeStorage<LogReadOptions>(store, { splitLines, select: selectEntries, limitBytes: LOG_LIMIT_BYTES }) as NodeStorage)
  const late = onFirstUse(() => createLateVolumes(kept.files, memoryOf(store, 'late volumes'), { lister: () => server.lister, nowMs: () => clock.peek(), token, images }))
  const storage = onFirstUse((): NodeStorage => ({ logs: kept.logs, programs: kept.programs, files: withNodeLogs(late.files, { lister: () => server.lister, logs: kept.logs }) }))
  const runtime = onFirstUse(() => createRuntime({ storage, network: networkOf(config, { lister: () => server.lister, clock, draw, affinity: memoryOf(store, SERVICE_AFFINITY), api: inClusterApi(() => server) }), clock, draw, images }))
  const metrics = onFirstUse(() => createMetrics({ lister: () => server.lister, clock: { now: () => clock.peek() }, usage: id => (config.lifecycle === 'real' ? runtime.usage(id) : undefined), kindOf: (apiVersion, kind) => registry.ofObject(apiVersion, kind) }))
  const components = (): readonly ComponentEntry[] => componentsFor(config, { metrics, registry, authority: () => server.authenticator.authority, tokens: () => server.authenticator.tokens, wallMs, kubelet: { runtime, images, storage, token, postpone: late.postpone, eventsOf: name => contextFor(server, { controller: { name } as never, user: `system:${name}`, manager: name, recorder: { newApi: true } }, undefined).events, declaredLoad: pod => declaredLoad(pod, server.lister, (apiVersion, kind) => registry.ofObject(apiVersion, kind)) } })
  const breathe = options.breathe ?? (() => undefined)
  const lock = new SettleLock(options.path, () => engine.refresh())
  const { floor, callWebhook } = options
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => (floor === undefined ? work() : floor.inside(work))
  const outside = <T>(work: () => Promise<T>): Promise<T> => (floor === undefined ? work() : floor.outside(work))
  const nodes: NodeApi = {
    // Logs are only read, and go on after the request's stages; all else changes containers, and takes the floor for each step.
    connect: (kind, ref, subresource, asked) => (subresource === 'log' ? nodeApi.connect(kind, ref, subresource, asked) : outside(() => nodeApi.connect(kind, ref, subresource, asked))),
    http: (...args) => outside(() => nodeApi.http(...args)),
    kubelet: (...args) => nodeApi.kubelet(...args),
  }
  const server: ApiServer = new ApiServer({ store, registry, clock, draw, admission: s => admissionOf(s, options.admission), authentication: options.authentication, nodes, secret: store.meta('secret') ?? config.seed, wallMs, createdMs: () => createdMs(server), flush: () => engine.flush(), turn: inTurn, hub: options.alarm === undefined ? undefined : new WatchHub(store, options.alarm, options.later ?? (() => Promise.resolve())), failed: options.failed, callWebhook: callWebhook === undefined ? undefined : call => outside(() => callWebhook(call)), descriptions: options.descriptions, follow: options.follow !== undefined ? options.follow : options.pause === undefined ? undefined : watch => cluster.follower(watch, options) })
  registry.compute({ kind: componentStatus as never, served: () => true, objects: componentStatuses })
  if (config.addOns.includes('metrics')) for (const computed of metricsApi(metrics, server.lister)) registry.compute(computed)
  const engine: Engine = new Engine({
    store,
    lister: server.lister,
    clock,
    draw,
    controllers: () => components().filter(c => options.apiOnly !== true || c.partOfApiServer === true).map(c => ({ controller: c.controller, context: contextFor(server, c, floor === undefined ? undefined : ({ plural }) => (plural === 'pods' ? engine.midway() : undefined)) })),
    limits: { ...DEFAULT_SETTLE, ...config.settle },
    group: options.group,
    breathe: options.breathe,
    hurried: options.hurried,
    floor,
    busy: () => store.total(BUSY_PODS, '') !== undefined,
  })
  const nodeApi = onFirstUse(() => createNodeApi({
    runtime,
    storage,
    lister: server.lister,
    clock,
    exclusively: (podKey, work) => inTurn(async () => {
      await lock.acquire(breathe)
      store.begin()
      let result
      try {
        result = await work()
        // What was done inside a container shows in no object: its kubelet has to look.
        store.setTimer('kubelet', podKey, clock.peek())
        store.commit()
      } catch (e) {
        store.rollback()
        throw e
      }
      await engine.runDue()
      // What falls due next may be another instant than before; where time jumps, it does so after the connection.
      if (cluster.config.clock.mode === 'realtime') cluster.onWrite?.()
      return result
    }),
    // A server keeps the cluster for life.
    release: () => (options.follow === undefined ? lock.release() : undefined),
    follow: (signal, hurried) => (options.follow !== undefined ? cluster.along(options.follow({ signal }), options.wall) : options.pause === undefined ? undefined : cluster.follower({ signal }, options, hurried)),
    get jumps() {
      return cluster.config.clock.mode !== 'realtime'
    },
    shared: floor !== undefined,
    stir: () => store.stir(),
    later: options.later ?? (() => Promise.resolve()),
    passUntil: ms => inTurn(async () => {
      await lock.acquire(breathe)
      await engine.until(async () => false, ms)
    }),
  }, metrics))
  const besides = config.lifecycle === 'real' ? (asked: ConnectOptions): Promise<Connection> => inTurn(() => outside(() => nodeApi.outside(asked))) : undefined
  const cluster = new Cluster(store, server, engine, clock, config, lock, breathe, floor, config.lifecycle === 'real' ? { runtime, images, storage } : undefined, besides)
  return cluster
}

/** When the cluster was made: what its certificates begin with. */
const createdMs = (server: ApiServer): number => parseTime(server.lister.get(namespace, 'kube-system')?.metadata.creationTimestamp ?? '') || server.wallMs()

/** The token that a kubelet mounts into a pod. */
function podToken({ lister, authenticator, wallMs }: ApiServer, pod: Pod, audience: string | undefined, seconds: number): string {
  const account = lister.get(serviceAccount, pod.spec.serviceAccountName ?? 'default', pod.metadata.namespace)
  if (account === undefined) return ''
  const audiences = audience === undefined || audience === '' ? API_AUDIENCES : [audience]
  return authenticator.tokens.issue({ account, audiences, seconds, boundTo: { kind: 'pod', object: pod } }, wallMs()).token
}

/** `lister` is asked when the first packet is on its way: the apiserver is made after the runtime. */
function networkOf({ addOns, podCIDR, proxyMode }: ClusterConfig, { lister, clock, draw, affinity, api }: { readonly lister: () => Lister; readonly clock: Clock; readonly draw: Draw; readonly affinity: Memory; readonly api: ApiDoor }): Network {
  return onFirstUse(() =>
    clusterNetwork({
      lister: lister(),
      proxy: addOns.includes('kube-proxy'),
      proxyMode,
      policies: addOns.includes('network-policy'),
      ingress: addOns.includes('ingress'),
      dnsAddress: addOns.includes('dns') ? DNS_ADDRESS : undefined,
      podNetwork: podCIDR,
      dnsPods: addOns.includes('control-plane'),
      domain: 'cluster.local',
      draw: key => draw.fraction(key, 'endpoint', clock.now()),
      now: () => clock.now(),
      affinity,
      api,
    }))
}

function writeConfig(store: Store, config: ClusterConfig, { secret, startAgoMs = 0 }: Pick<ClusterOptions, 'secret' | 'startAgoMs'>): void {
  store.transact(() => {
    if (startAgoMs > 0 && config.clock.mode !== 'fixed') {
      store.setMeta('start ago', String(startAgoMs))
      store.setMeta('offset', String(-startAgoMs))
    }
    // With a fixed clock everything follows from the seed; keys, too.
    if (secret !== undefined && config.clock.mode !== 'fixed') store.setMeta('secret', secret)
    store.setMeta('config', JSON.stringify(config))
    if (config.clock.atMs !== undefined) store.setMeta('reached', String(config.clock.atMs))
  })
}

const memoryOf = (store: Store, component: string): Memory => ({
  get: key => {
    const text = store.memory(component, key)
    return text === undefined ? undefined : JSON.parse(text)
  },
  put: (key, value) => store.setMemory(component, key, JSON.stringify(value)),
  delete: key => store.setMemory(component, key, undefined),
})

function contextFor(server: ApiServer, entry: ComponentEntry, afterCreate: EmbeddedOptions['afterCreate']): Context {
  const { store, lister, clock, draw } = server
  const name = entry.controller.name
  const client = new EmbeddedClient(server, { actor: component(entry.user, entry.manager), afterCreate })
  const memory = memoryOf(store, name)
  const events = createRecorder({ client, lister, clock, memory: memoryOf(store, NOISE), toldOf: uid => store.toldOf(uid), component: entry.source ?? name, ...entry.recorder })
  return { client, lister, clock, draw, events, memory }
}
