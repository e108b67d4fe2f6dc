/** What a kind declares: its names, and small pure functions for defaults, validation, columns and indexes. */
import type { Draw } from '../base/draw'
import { ageSince } from '../base/duration'
import type { FieldErrors } from '../base/field'
import type { Decoded, DecodeOptions } from './schema/decode'
import type { WebhookClientConfig } from './schema/types/apiextensions.v1'
import type { ObjectMeta, OwnerReference } from './schema/types/meta.v1'

export type { ObjectMeta, OwnerReference }

/** Any API object. Objects that come out of the store are shared: never change one, make a new one. */
export interface KubeObject {
  apiVersion?: string
  kind?: string
  metadata: ObjectMeta
}

/** The names by which requests and messages know a resource. */
export interface Resource<T extends KubeObject = KubeObject> {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly plural: string
  readonly singular: string
  readonly shortNames?: readonly string[]
  readonly categories?: readonly string[]
  readonly scope: 'Namespaced' | 'Cluster'
  /** Never set: carries T. */
  _carries?(object: T): void
}

/** A column of the server's table. upstream: pkg/printers/internalversion */
export interface Column<T> {
  readonly name: string
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date'
  readonly format?: string
  readonly description?: string
  /** 0 is always printed, 1 with `-o wide`. */
  readonly priority?: number
  cell(object: T, at: { nowMs: number }): string | number | bigint | boolean | null | undefined
}

/** A user as the API knows one. */
export interface Requester {
  readonly name: string
  readonly uid?: string | undefined
  readonly groups: readonly string[]
  readonly extra?: Readonly<Record<string, readonly string[]>> | undefined
}

/** What a hook of a write may look at besides the object: never anything that changes between a try and its retry. */
export interface WriteEnv {
  readonly nowMs: number
  readonly draw: Draw
  readonly dryRun: boolean
  /** Who asks. */
  readonly user: Requester
  /** Stored objects of a declared index, as Lister.byIndex. */
  byIndex<O extends KubeObject>(kind: Resource<O>, index: string, value: string): readonly O[]
  get<O extends KubeObject>(kind: Resource<O>, name: string, namespace?: string): O | undefined
}

/** Where a custom resource keeps what its Scale says, as simple JSON paths (`.spec.replicas`). */
export interface ScalePaths {
  readonly spec: string
  readonly status: string
  readonly selector?: string
}

export interface Subresource<T> {
  /** For a Scale whose numbers do not stand in `spec.replicas` and `status.replicas`. */
  readonly scalePaths?: ScalePaths
  /** Kind of the body when it is not the resource's own: `{group: 'autoscaling', version: 'v1', kind: 'Scale'}`. */
  readonly body?: { readonly group: string; readonly version: string; readonly kind: string }
  /** What a write through the subresource keeps of the stored object; `next` may be changed. */
  prepareForUpdate?(next: T, previous: T, env: WriteEnv): void
  validateUpdate?(next: T, previous: T): FieldErrors
}

/** A quantity per name that the store adds up: `{cpu: 100, memory: 1e9}` under key `node-1`. */
export interface Total {
  readonly name: string
  readonly key: string
  readonly amounts: Readonly<Record<string, number>>
}

/** The second form of a stored kind: two functions. Both make fresh top levels and may share what they do not change. */
export interface View {
  /** What is stored, with the rules that requests in this form obey. */
  readonly of: Kind<never>
  toStored(object: never): KubeObject
  fromStored(object: never): KubeObject
  /** Names of field selectors in this form, by those of the stored kind; the same names when absent. */
  readonly fieldLabels?: Readonly<Record<string, string>>
}

/** What only the kinds have that CustomResourceDefinitions make: one for each version, all stored as one of them. */
export interface CustomKind {
  readonly listKind: string
  /** The definition is going, and nothing new is created. */
  readonly terminating: boolean
  readonly versions: CustomVersions
  /** An object that a conversion made, without what this version does not know; a fresh one. */
  coerce(object: KubeObject): KubeObject
  /** What was read from the store, with this version's defaults; the object itself when nothing is missing. */
  completed(object: KubeObject): KubeObject
}

export interface CustomVersions {
  /** By apiVersion; the stored one is there also when it is not served. */
  readonly kinds: ReadonlyMap<string, Kind>
  readonly stored: string
  /** The apiVersions in which objects may be found. */
  readonly known: ReadonlySet<string>
  /** Who converts between them; without it they differ in their name alone. */
  readonly webhook: { readonly definition: string; readonly clientConfig: WebhookClientConfig; readonly reviewVersions: readonly string[] } | undefined
  /** What the webhook has made, by uid, resourceVersion and apiVersion. */
  readonly converted: Map<string, KubeObject>
}

/** A kind as defineKind completes it. upstream: registry/rest create and update strategies */
export interface Kind<T extends KubeObject = KubeObject> extends Resource<T> {
  /** Name in the type table, `core.v1.Pod`. */
  readonly type: string
  /** All served versions, preferred first; the stored one is `version`. */
  readonly versions: readonly string[]
  /** When metadata.generation counts: changes outside metadata and status ('spec'), or never. */
  readonly generation: 'spec' | 'never'
  /** Never stored: a create is answered with the object and what the server has to say to it (reviews). */
  readonly transient?: boolean
  /** Computed when it is asked for: neither stored nor watched. */
  readonly computed?: boolean
  /** Set when the kind is another form (group or version) of objects that are stored as a kind of their own. */
  readonly view?: View
  /** What every request of the resource is warned with. upstream: the lifecycle methods of API types */
  readonly deprecated?: string
  /** Set for the kinds that CustomResourceDefinitions make. `terminating`: the definition is going, and nothing new is created. */
  readonly custom?: CustomKind
  /** How bodies are read, when not by the type table alone. */
  decode?(value: unknown, options: DecodeOptions): Decoded
  /** Fills what the author left out; changes the decoded object in place. Pure of everything but the object. */
  applyDefaults?(object: T): void
  /** Resets what a client may not set and allocates what the server gives (status, clusterIP …). */
  prepareForCreate?(object: T, env: WriteEnv): void
  /** Keeps what an update of the main resource may not touch (status …); `next` may be changed. */
  prepareForUpdate?(next: T, previous: T, env: WriteEnv): void
  validate?(object: T): FieldErrors
  validateUpdate?(next: T, previous: T): FieldErrors
  /** Brings what was found valid into its one stored form; changes the object in place, never what it shares. upstream: Canonicalize */
  canonicalize?(object: T): void
  /** How metadata.name is checked; a DNS subdomain when absent. Yields the detail texts. */
  validateName?(name: string, prefix: boolean): readonly string[]
  warnings?(next: T, previous: T | undefined): Iterable<string>
  /** Seconds between a delete request and the object's end, for kinds that end gracefully. */
  deletionGraceSeconds?(object: T, requested: number | undefined): number
  /** Something besides metadata.finalizers still has to happen before a deleted object may go (a namespace's contents). */
  heldAfterDelete?(object: T): boolean
  /** What a delete request changes besides the deletion timestamp; `next` may be changed. */
  markDeleted?(next: T): void
  /** Writes by others are free to be followed by a create: update may create (upstream AllowCreateOnUpdate). */
  readonly allowCreateOnUpdate?: boolean
  /** An update without resourceVersion is accepted (upstream AllowUnconditionalUpdate). */
  readonly allowUnconditionalUpdate?: boolean
  /** A deletion answers with the object instead of a Status. */
  readonly returnsDeletedObject?: boolean
  readonly subresources: Readonly<Record<string, Subresource<T>>>
  /** Values by label, beside metadata.name and metadata.namespace. */
  readonly fieldSelectors?: Readonly<Record<string, (object: T) => string>>
  /** Field selectors that an index answers: `{'spec.nodeName': 'node'}`. */
  readonly fieldIndexes?: Readonly<Record<string, string>>
  /**
   * Field selectors whose value says how the names start: events of the object `web` are called `web.…`. Objects that are named
   * otherwise are filed under an index of the selector's name. Saves an index row for each of the others.
   */
  readonly fieldNamePrefixes?: Readonly<Record<string, (value: string) => string>>
  /** What time alone has changed since the object was stored, as reads show it: the heartbeats of nodes. Returns the object itself when nothing has. */
  asOf?(object: T, nowMs: number): KubeObject
  readonly columns: readonly Column<T>[]
  /** Values under which the object is found by Lister.byIndex; `owner` exists for every kind. */
  readonly indexes?: Readonly<Record<string, (object: T) => readonly string[]>>
  /** Sums that the store keeps up with every write. */
  totals?(object: T): readonly Total[]
  /** The label selector by which this object picks others of its namespace, for Lister.selecting. */
  anchor?(object: T): LabelSelectorLike | undefined
  /** Labels are indexed, so that selecting by them scans only what matches (pods). */
  readonly indexLabels?: boolean
}

/** Equality pairs and, for what they cannot say, a predicate is left to the caller. */
export interface LabelSelectorLike {
  readonly matchLabels?: Readonly<Record<string, string>>
  readonly matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] }[]
}

export type KindDefinition<T extends KubeObject> = Omit<Kind<T>, 'type' | 'versions' | 'generation' | 'subresources' | 'columns'> &
  Partial<Pick<Kind<T>, 'type' | 'versions' | 'generation' | 'subresources' | 'columns'>>

/** Completes a definition with what most kinds share. */
export function defineKind<T extends KubeObject>(definition: KindDefinition<T>): Kind<T> {
  return {
    type: `${typeGroup(definition.group)}.${definition.version}.${definition.kind}`,
    versions: [definition.version],
    generation: 'spec',
    allowUnconditionalUpdate: true,
    subresources: {},
    columns: [name as Column<T>, age as Column<T>],
    ...definition,
  }
}

/** `apps` of `apps`, `core` of the core group, `rbac` of `rbac.authorization.k8s.io`: how the type table names groups. */
export function typeGroup(group: string): string {
  return group === '' ? 'core' : (group.split('.')[0] as string)
}

export const name: Column<KubeObject> = { name: 'Name', type: 'string', format: 'name', cell: o => o.metadata.name }
/** `5m`, by the server's clock. upstream: printers.translateTimestampSince */
export const age: Column<KubeObject> = { name: 'Age', type: 'string', cell: (o, { nowMs }) => ageSince(o.metadata.creationTimestamp, nowMs) }

/** `ns/name`, or `name` for cluster-scoped objects: how queues and indexes refer to an object of a known kind. */
export function keyOf(object: KubeObject): string {
  const { namespace, name } = object.metadata
  return namespace === undefined || namespace === '' ? name : `${namespace}/${name}`
}

export function apiVersionOf(r: { group: string; version: string }): string {
  return r.group === '' ? r.version : `${r.group}/${r.version}`
}

/** The owner that manages this object, if any. */
export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find(r => r.controller === true)
}
