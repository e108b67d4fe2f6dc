/** Opens a cluster file: store, apiserver, controllers and engine in one piece. */
import { createDraw } from '../base/draw'
import type { Client } from '../client/client'
import type { Context, Memory } from '../client/controller'
import { createRecorder } from '../client/recorder'
import { builtInKinds } from '../kinds/registry'
import { BUSY_PODS } from '../kinds/core/pod/use'
import { component, type Actor } from '../apiserver/actor'
import type { AdmissionPlugin } from '../apiserver/admission'
import { EmbeddedClient } from '../apiserver/embedded-client'
import { Registry } from '../apiserver/registry'
import { ApiServer } from '../apiserver/server'
import { Store } from '../store/store'
import { ClusterClock } from './cluster-clock'
import { controllersFor, type ControllerEntry } from './composition'
import { Engine, type SettleLimits } from './engine'
import { SettleLock } from './settle-lock'

export interface ClusterOptions {
  readonly path: string
  /** Milliseconds since the epoch; a constant makes the clock fixed. */
  readonly wall: () => number
  readonly admission?: readonly AdmissionPlugin[]
  readonly controllers?: readonly ControllerEntry[]
  readonly beforeCommit?: () => void
  readonly onWarning?: (text: string) => void
}

export const DEFAULT_LIMITS: SettleLimits = { quietMs: 30_000, busyQuietMs: 30_000, capMs: 120_000 }
/** Timers fired in order when a file is opened late; what is left then runs once. */
const MAX_CATCH_UP_TIMERS = 10_000

export class Cluster {
  constructor(
    readonly store: Store,
    readonly server: ApiServer,
    readonly engine: Engine,
    readonly clock: ClusterClock,
    private readonly lock: SettleLock,
    private readonly options: ClusterOptions,
  ) {}

  /** A client whose requests are this actor's. What is due at once runs before each answer. */
  clientFor(actor: Actor): Client {
    return new EmbeddedClient(this.server, { actor, onWarning: this.options.onWarning, afterWrite: () => this.runDue() })
  }

  private async runDue(): Promise<void> {
    if (this.lock.tryAcquire()) await this.engine.runDue()
  }

  /** Lives through what fell due since the file was last open, if nobody else does. */
  async catchUp(): Promise<void> {
    if (this.engine.idle()) return
    if (this.lock.tryAcquire()) await this.engine.catchUp(MAX_CATCH_UP_TIMERS)
  }

  /** Until the cluster is calm; waits for another process that settles, and then finds little left. */
  async settle(): Promise<void> {
    this.lock.acquire()
    await this.engine.settle()
  }

  close(): void {
    this.lock.release()
    this.store.close()
  }
}

export function openCluster(options: ClusterOptions): Cluster {
  const store = Store.open(options.path, { beforeCommit: options.beforeCommit })
  const draw = createDraw(store.meta('seed') ?? 'kubottle')
  const clock = new ClusterClock(options.wall, Number(store.meta('offset') ?? 0), Number(store.meta('reached') ?? 0))
  const registry = new Registry(builtInKinds())
  const server = new ApiServer({ store, registry, clock, draw, admission: options.admission ?? [] })
  const entries = options.controllers ?? controllersFor()
  const controllers = entries.map(e => ({ controller: e.controller, context: contextFor(server, e) }))
  const engine = new Engine({
    store,
    lister: server.lister,
    clock,
    draw,
    controllers,
    limits: DEFAULT_LIMITS,
    busy: () => store.total(BUSY_PODS, '') !== undefined,
  })
  return new Cluster(store, server, engine, clock, new SettleLock(options.path), options)
}

function contextFor(server: ApiServer, entry: ControllerEntry): Context {
  const { store, lister, clock, draw } = server
  const name = entry.controller.name
  const client = new EmbeddedClient(server, { actor: component(entry.user, entry.manager) })
  const memory: Memory = {
    get: key => {
      const text = store.memory(name, key)
      return text === undefined ? undefined : JSON.parse(text)
    },
    put: (key, value) => store.setMemory(name, key, JSON.stringify(value)),
    delete: key => store.setMemory(name, key, undefined),
  }
  const events = createRecorder({ client, lister, clock, component: entry.source ?? name, ...entry.recorder })
  return { client, lister, clock, draw, events, memory }
}

