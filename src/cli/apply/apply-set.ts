/** `--applyset`: an object that remembers which kinds and namespaces a set spans; what bears its label and was not applied this time is pruned. upstream: kubectl/pkg/cmd/apply/applyset.go, applyset_pruner.go */
import { createHash } from 'node:crypto'
import type { Clock } from '../../base/clock'
import { UsageError } from '../../base/errors'
import { goQuote } from '../../base/field'
import { StatusError } from '../../base/status'
import type { Client } from '../../client/client'
import type { KubeObject } from '../../kinds/kind'
import { apiVersionOf } from '../../kinds/kind'
import type { DeletionPolicy } from '../delete/cascade'
import { SeveralErrors } from '../errors'
import type { DryRun, FieldValidation } from '../invocation'
import type { IOStreams } from '../io-streams'
import { klogWarnings } from '../klog'
import type { Info } from '../resource-builder/info'
import type { DiscoveredResource, RestMapper } from '../rest-mapper'
import { CLIENT_VERSION } from '../version/client-version'
import { deletePruned } from './delete-pruned'

const PREFIX = 'applyset.kubernetes.io/'
const TOOLING = `${PREFIX}tooling`
const NAMESPACES = `${PREFIX}additional-namespaces`
const KINDS = `${PREFIX}contains-group-kinds`
const OLD_RESOURCES = `${PREFIX}contains-group-resources`
const ID = `${PREFIX}id`
const PART_OF = `${PREFIX}part-of`
const PARENT_TYPE = `${PREFIX}is-parent-type`
const TOOL = 'kubectl'
const MANAGER = `${TOOL}-applyset`
const BUILT_IN_PARENTS: readonly string[] = ['secrets', 'configmaps']

interface Needs {
  readonly client: Client
  readonly dryRun: DryRun
  readonly fieldValidation: FieldValidation
  readonly io: IOStreams
  readonly cascade: DeletionPolicy
  /** In seconds; negative: each object's own. */
  readonly gracePeriod: number
  print(object: object, operation: string): void
}
type Kinds = Map<string, DiscoveredResource>

export class ApplySet {
  private readonly current = { kinds: new Map() as Kinds, namespaces: new Set<string>() }
  private readonly updated = { kinds: new Map() as Kinds, namespaces: new Set<string>() }

  private constructor(private readonly parent: { readonly resource: DiscoveredResource; readonly name: string; readonly namespace: string }, private readonly mapper: RestMapper, private readonly clock: Clock) {}

  /** Of `[RESOURCE][.GROUP]/NAME`, or the name of a secret; `namespace` is what the flag says, if it says anything. Throws UsageError. */
  static parse(reference: string, mapper: RestMapper, namespace: string, clock: Clock): ApplySet {
    const slash = reference.indexOf('/')
    const name = reference.slice(slash + 1)
    const invalid = (error: Error): UsageError => new UsageError(`invalid parent reference ${goQuote(reference)}: ${error.message}`)
    if (name === '') throw invalid(new Error('name cannot be blank'))
    const type = slash < 0 ? 'secrets' : reference.slice(0, slash)
    let resource: DiscoveredResource
    try {
      resource = mapper.resourceFor(type)
    } catch (error) {
      const dot = type.indexOf('.')
      throw error instanceof UsageError ? invalid(new Error(`no matches for ${dot < 0 ? '' : type.slice(dot + 1)}/, Resource=${dot < 0 ? type : type.slice(0, dot)}`)) : error
    }
    return new ApplySet({ resource, name, namespace: resource.scope === 'Namespaced' ? namespace : '' }, mapper, clock)
  }

  get id(): string {
    const { resource, name, namespace } = this.parent
    return `applyset-${createHash('sha256').update([name, namespace, resource.kind, resource.group].join('.')).digest('base64url')}-v1`
  }
  private get shown(): string {
    const { resource, name } = this.parent
    return goQuote(`${resource.plural}.${resource.group}/${name}`)
  }
  private get isBuiltIn(): boolean {
    const { group, version, plural } = this.parent.resource
    return group === '' && version === 'v1' && BUILT_IN_PARENTS.includes(plural)
  }

  /** Throws UsageError for a parent that none may be. */
  async validate(client: Client): Promise<void> {
    const { resource, namespace } = this.parent
    const errors: UsageError[] = []
    if (resource.scope === 'Namespaced' && namespace === '') errors.push(new UsageError('namespace is required to use namespace-scoped ApplySet'))
    if (!this.isBuiltIn) {
      const { items } = await client.list(this.mapper.resourceForKind('apiextensions.k8s.io', 'v1', 'CustomResourceDefinition'), { labelSelector: PARENT_TYPE })
      if (!items.some(d => d.metadata.name === `${resource.plural}.${resource.group}`)) errors.push(new UsageError(`resource ${goQuote(`${apiVersionOf(resource).replace(/^(?!.*\/)/, '/')}, Resource=${resource.plural}`)} is not permitted as an ApplySet parent`))
    }
    if (errors.length > 0) throw errors.length === 1 ? errors[0] : new SeveralErrors(errors)
  }

  /** The object with the set's label. Throws UsageError where it bears one. */
  labelled<T extends KubeObject>(object: T): T {
    if (object.metadata.labels?.[PART_OF] !== undefined) throw new UsageError(`ApplySet label ${goQuote(PART_OF)} already set in input data`)
    return { ...object, metadata: { ...object.metadata, labels: { ...object.metadata.labels, [PART_OF]: this.id } } }
  }

  /** Lets the parent span what is there and what is to come, so that nothing is lost on the way. Throws UsageError, StatusError. */
  async begin(infos: readonly Info[], needs: Needs): Promise<void> {
    await this.readParent(needs.client)
    for (const { resource, namespace } of infos) {
      this.updated.kinds.set(kindText(resource), resource)
      if (resource.scope === 'Namespaced' && namespace !== '') this.updated.namespaces.add(namespace)
    }
    await this.writeParent(new Set([...this.current.kinds.keys(), ...this.updated.kinds.keys()]), new Set([...this.current.namespaces, ...this.updated.namespaces]), needs)
  }

  private async readParent(client: Client): Promise<void> {
    const { resource, name, namespace } = this.parent
    let object: KubeObject
    try {
      object = await client.get(resource, name, namespace === '' ? undefined : namespace)
    } catch (error) {
      if (!(error instanceof StatusError)) throw error
      if (error.reason !== 'NotFound') throw new UsageError(`failed to fetch ApplySet parent object ${this.shown}: ${error.message}`)
      if (!this.isBuiltIn) throw new UsageError('custom resource ApplySet parents cannot be created automatically')
      return
    }
    const { labels = {}, annotations = {} } = object.metadata
    const tool = annotations[TOOLING]
    if (tool === undefined) throw new UsageError(`ApplySet parent object ${this.shown} already exists and is missing required annotation ${goQuote(TOOLING)}`)
    const manager = tool.includes('/') ? tool.slice(0, tool.lastIndexOf('/')) : tool
    if (manager !== TOOL) throw new UsageError(`ApplySet parent object ${this.shown} already exists and is managed by tooling ${goQuote(manager)} instead of ${goQuote(TOOL)}`)
    if (labels[ID] === undefined) throw new UsageError(`ApplySet parent object ${this.shown} exists and does not have required label ${ID}`)
    if (labels[ID] !== this.id) throw new UsageError(`ApplySet parent object ${this.shown} exists and has incorrect value for label ${goQuote(ID)} (got: ${labels[ID]}, want: ${this.id})`)
    this.readKinds(annotations)
    for (const other of list(annotations[NAMESPACES])) this.current.namespaces.add(other)
    if (namespace !== '') this.current.namespaces.add(namespace)
  }

  private readKinds(annotations: Readonly<Record<string, string>>): void {
    const fail = (message: string): never => {
      throw new UsageError(`parsing ApplySet annotation on ${this.shown}: ${message}`)
    }
    const kinds = annotations[KINDS]
    const old = annotations[OLD_RESOURCES] ?? ''
    if (kinds === undefined && old === '') fail(`kubectl requires the ${goQuote(KINDS)} annotation to be set on all ApplySet parent objects`)
    for (const entry of list(kinds ?? old)) {
      const dot = entry.indexOf('.')
      const [first, group] = dot < 0 ? [entry, ''] : [entry.slice(0, dot), entry.slice(dot + 1)]
      const found = this.mapper.resources.find(r => r.group === group && (kinds === undefined ? r.plural : r.kind) === first)
      if (found === undefined) fail(`${kinds === undefined ? 'invalid group resource' : 'could not find mapping for kind'} in ${goQuote(kinds === undefined ? OLD_RESOURCES : KINDS)} annotation: no matches for kind ${goQuote(first)} in group ${goQuote(group)}`)
      else this.current.kinds.set(kindText(found), found)
    }
  }

  private async writeParent(kinds: ReadonlySet<string>, namespaces: ReadonlySet<string>, { client, dryRun, fieldValidation, io }: Needs): Promise<void> {
    if (dryRun === 'client') return
    const { resource, name, namespace } = this.parent
    const annotations = { [NAMESPACES]: [...namespaces].filter(n => n !== namespace).sort().join(','), [KINDS]: [...kinds].sort().join(','), [TOOLING]: `${TOOL}/${CLIENT_VERSION}` }
    const object = { kind: resource.kind, apiVersion: apiVersionOf(resource), metadata: { name, ...(namespace === '' ? {} : { namespace }), annotations, labels: { [ID]: this.id } } } as KubeObject
    const apply = (force: boolean): Promise<KubeObject> => client.apply(resource, object, { dryRun: dryRun === 'server', fieldManager: MANAGER, fieldValidation, force })
    try {
      try {
        await apply(false)
      } catch (error) {
        if (!(error instanceof StatusError) || error.reason !== 'Conflict') throw error
        klogWarnings({ clock: this.clock }, io)(`applyset.go:447] WARNING: failed to update ApplySet: ${error.message}\nApplySet field manager ${MANAGER} should own these fields. Retrying with conflicts forced.`)
        await apply(true)
      }
    } catch (error) {
      throw error instanceof StatusError ? new UsageError(`failed to update ApplySet: ${error.message}`) : error
    }
  }

  /** Deletes what is no more in the set, and lets the parent span what is left. Throws UsageError, StatusError. */
  async prune(applied: ReadonlySet<string>, needs: Needs): Promise<void> {
    const { client } = needs
    const gone: { readonly resource: DiscoveredResource; readonly object: KubeObject }[] = []
    for (const resource of this.current.kinds.values()) {
      for (const namespace of resource.scope === 'Namespaced' ? this.current.namespaces : [undefined]) {
        const { items } = await client.list(resource, { namespace, labelSelector: `${PART_OF}=${this.id}` })
        for (const object of items) if (!applied.has(object.metadata.uid ?? '')) gone.push({ resource, object })
      }
    }
    for (const { resource, object } of gone) await deletePruned(resource, object, needs)
    try {
      await this.writeParent(new Set(this.updated.kinds.keys()), this.updated.namespaces, needs)
    } catch (error) {
      throw error instanceof UsageError ? new UsageError(`apply and prune succeeded, but ApplySet update failed: ${error.message}`) : error
    }
  }
}

const kindText = ({ kind, group }: DiscoveredResource): string => (group === '' ? kind : `${kind}.${group}`)
const list = (text: string | undefined): string[] => (text === undefined || text === '' ? [] : text.split(','))
