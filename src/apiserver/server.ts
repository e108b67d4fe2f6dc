/** The apiserver: its parts in one place, and the requests it answers, each a visible list of stages. */
import { onFirstUse } from '../base/on-first-use'
import type { Clock } from '../base/clock'
import type { Draw } from '../base/draw'
import { notFound } from '../base/status'
import { customResourceDefinition } from '../kinds/apiextensions/custom-resource-definition/kind'
import type { Kind, KubeObject, Resource } from '../kinds/kind'
import type { ConnectOptions, Connection, ObjectRef, RawRequest, RawResponse, WatchOptions } from '../client/client'
import type { Node } from '../kinds/schema/types/core.v1'
import type { Store, Stored } from '../store/store'
import type { AdmissionEnv, AdmissionPlugin } from './admission'
import type { WebhookCaller } from './webhook-caller'
import { Authenticator, type AuthenticationChoice } from './authentication/authenticator'
import { CertificateAuthority } from './authentication/certificate-authority'
import { ServiceAccountTokens } from './authentication/tokens'
import { Authorizer } from './authorization/authorizer'
import { storageKey } from './keys'
import { StoreLister } from './lister'
import { CustomResources } from './custom-resources'
import { Descriptions } from './openapi/descriptions'
import { OpenApiDocuments, type Customs } from './openapi/documents'
import type { PathAnswer } from './path-answer'
import type { Registry } from './registry'
import { shown } from './custom-versions/shown'
import { storedForm, viewed } from './views'
import type { WatchHub } from './watch-hub'

/** What a kubelet answers for its pods. Implemented by the kubelet, injected by the cluster. */
/** Where a proxied request goes. */
export interface ProxyTarget {
  readonly scheme: 'http' | 'https'
  readonly ip: string
  readonly port: number
}

export interface NodeApi {
  connect(kind: Kind, ref: ObjectRef, subresource: string, options: ConnectOptions): Promise<Connection>
  /** A request to a program that listens at an address of the cluster. Throws 503. */
  http(target: ProxyTarget, method: string, path: string, request: RawRequest): Promise<RawResponse>
  /** A request to a node's kubelet. Throws 404, 503. */
  kubelet(node: Node, path: string): RawResponse
}

export interface ApiServerParts {
  readonly store: Store
  readonly registry: Registry
  readonly clock: Clock
  readonly draw: Draw
  /** Asked for once, by the first write. */
  readonly admission: (server: ApiServer) => readonly AdmissionPlugin[]
  /** What the cluster's keys follow from. */
  readonly secret?: string
  /** Who may come in besides the cluster's own. */
  readonly authentication?: AuthenticationChoice | undefined
  /** Wall time in ms, by which certificates and tokens live; cluster time when absent. */
  readonly wallMs?: () => number
  /** When the cluster was made, in ms. */
  readonly createdMs?: () => number
  /** Reaches the kubelets: logs, exec, attach, port-forward. */
  readonly nodes?: NodeApi
  /** Begins to follow the cluster: each call waits a while, false when the watch is over. Without it a watch ends with what is there. */
  readonly follow?: ((options: Pick<WatchOptions, 'signal' | 'timeoutMs'>) => () => Promise<boolean>) | undefined
  /** Commits what a group of reconciles has written so far: called before anything leaves the process. */
  readonly flush?: () => void
  /** Asks a webhook over HTTPS; without it nobody answers. */
  readonly callWebhook?: WebhookCaller | undefined
  /** The text of the build's descriptions of types and fields; without it the OpenAPI documents have none. */
  readonly descriptions?: (() => string | undefined) | undefined
  /** For work that is no request's stage (what a watch converts): runs it as if it were one. */
  readonly turn?: <T>(work: () => Promise<T>) => Promise<T>
  /** Hands changes to watches as they are committed; without it each looks for itself. */
  readonly hub?: WatchHub | undefined
  /** Told of failures of ours that come after the answer has begun. */
  readonly failed?: ((error: unknown) => void) | undefined
}

export class ApiServer {
  readonly store: Store
  readonly registry: Registry
  readonly clock: Clock
  readonly draw: Draw
  readonly lister: StoreLister
  readonly authorizer: Authorizer
  readonly authenticator: Authenticator
  readonly wallMs: () => number
  readonly admissionEnv: AdmissionEnv
  readonly nodes: NodeApi | undefined
  readonly callWebhook: WebhookCaller | undefined
  readonly openapi: OpenApiDocuments
  readonly flush: () => void
  readonly follow: ApiServerParts['follow']
  readonly turn: <T>(work: () => Promise<T>) => Promise<T>
  readonly hub: WatchHub | undefined
  readonly failed: (error: unknown) => void

  /** It answers what has begun, and wants no more. */
  shuttingDown = false
  /** Paths that whoever serves answers: its metrics. */
  morePaths: ((path: string) => PathAnswer | undefined) | undefined

  private readonly makePlugins: ApiServerParts['admission']
  private madePlugins: readonly AdmissionPlugin[] | undefined

  get plugins(): readonly AdmissionPlugin[] {
    return (this.madePlugins ??= this.makePlugins(this))
  }

  constructor(parts: ApiServerParts) {
    this.store = parts.store
    this.registry = parts.registry
    this.clock = parts.clock
    this.draw = parts.draw
    this.makePlugins = parts.admission
    this.nodes = parts.nodes
    this.callWebhook = parts.callWebhook
    this.flush = parts.flush ?? (() => undefined)
    this.follow = parts.follow
    this.hub = parts.hub
    this.failed = parts.failed ?? (() => undefined)
    this.turn = parts.turn ?? (work => work())
    this.lister = new StoreLister(parts.store, parts.registry)
    parts.registry.custom = new CustomResources(this.lister)
    this.authorizer = new Authorizer(this.lister, () => parts.store.head())
    this.wallMs = parts.wallMs ?? (() => parts.clock.now())
    this.openapi = onFirstUse(() => new OpenApiDocuments(new Descriptions(parts.descriptions ?? (() => undefined)), () => this.customs()))
    const secret = parts.secret ?? ''
    this.authenticator = onFirstUse(() => new Authenticator(new CertificateAuthority(secret, parts.createdMs ?? this.wallMs), new ServiceAccountTokens(secret, this.lister), this.wallMs, parts.authentication))
    this.admissionEnv = { lister: this.lister, clock: parts.clock, draw: parts.draw }
  }

  /** The stored object in the version of the kind, or 404. Custom resources that a webhook converts were prepared. */
  stored<T extends KubeObject>(kind: Kind<T>, namespace: string | undefined, name: string): Stored<T> {
    const form = storedForm(kind)
    if (form !== undefined) return viewed(form, this.stored(form.kind, namespace, name))
    if (kind.computed === true) {
      const body = this.registry.object(kind, namespace, name)
      if (body === undefined) throw notFound(this.registry.absent(kind as never), name)
      return { body } as Stored<T>
    }
    const found = this.store.get<T>(storageKey(kind, kind.scope === 'Namespaced' ? namespace : undefined, name))
    if (found === undefined) throw notFound(kind, name)
    return kind.custom === undefined ? found : shown(kind, found)
  }

  private customs(): Customs {
    return { resources: this.registry.customResources(), definition: r => (r.group.includes('.') ? this.lister.get(customResourceDefinition, `${r.plural}.${r.group}`) : undefined) }
  }

  kindOf<T extends KubeObject>(resource: Resource<T>): Kind<T> {
    return this.registry.kind(resource.group, resource.plural, resource.version) as unknown as Kind<T>
  }
}
