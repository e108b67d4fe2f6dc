/** How lists merge in a strategic merge patch: by kustomize's own table (the API of Kubernetes 1.21), or by a schema that the kustomization names. upstream: kyaml/openapi */
import { readYaml } from '../../base/yaml/reader'
import { BuildError } from '../errors'
import { isKnownKind } from './scopes'

/** What is known of the value of a field. */
export interface MergeSchema {
  /** A list that merges: by these keys of its elements, by the elements themselves where there are none. */
  readonly keys?: readonly string[]
  field(name: string): MergeSchema | undefined
  elements(): MergeSchema | undefined
}

/** Of a kind, undefined where it is unknown. */
export type SchemaOfKind = (apiVersion: string, kind: string) => MergeSchema | undefined

// ── The built-in table ──────────────────────────────────────────────────────

/** Fields that merge, or lead to fields that do. */
interface Type {
  readonly [field: string]: Field
}
interface Field {
  readonly type?: Type
  readonly keys?: readonly string[]
}
const object = (type: Type): Field => ({ type })
const list = (keys: string, type: Type = {}): Field => ({ type, keys: keys === '' ? [] : keys.split(',') })

const METADATA = object({ finalizers: list(''), ownerReferences: list('uid') })
const CONDITIONS = object({ conditions: list('type') })
const CLAIM_TEMPLATE = object({ metadata: METADATA })
const EPHEMERAL_CONTAINER: Type = { env: list('name'), volumeDevices: list('devicePath'), volumeMounts: list('mountPath') }
const CONTAINER: Type = { ...EPHEMERAL_CONTAINER, ports: list('containerPort,protocol') }
const POD_SPEC = object({
  containers: list('name', CONTAINER),
  initContainers: list('name', CONTAINER),
  ephemeralContainers: list('name', EPHEMERAL_CONTAINER),
  hostAliases: list('ip'),
  imagePullSecrets: list('name'),
  topologySpreadConstraints: list('topologyKey,whenUnsatisfiable'),
  volumes: list('name', { ephemeral: object({ volumeClaimTemplate: CLAIM_TEMPLATE }) }),
})
const POD_TEMPLATE = object({ metadata: METADATA, spec: POD_SPEC })
const WORKLOAD: Type = { spec: object({ template: POD_TEMPLATE }), status: CONDITIONS }
const JOB_TEMPLATE = object({ metadata: METADATA, spec: object({ template: POD_TEMPLATE }) })
const CRON_JOB: Type = { spec: object({ jobTemplate: JOB_TEMPLATE }) }

const KINDS: Readonly<Record<string, Type>> = {
  DaemonSet: WORKLOAD, Deployment: WORKLOAD, ReplicaSet: WORKLOAD, StatefulSet: WORKLOAD, ReplicationController: WORKLOAD, Job: WORKLOAD,
  CronJob: CRON_JOB,
  Pod: { spec: POD_SPEC, status: object({ conditions: list('type'), podIPs: list('ip') }) },
  PodTemplate: { template: POD_TEMPLATE },
  MutatingWebhookConfiguration: { webhooks: list('name') }, ValidatingWebhookConfiguration: { webhooks: list('name') },
  ComponentStatus: { conditions: list('type') },
  Namespace: { status: CONDITIONS }, PersistentVolumeClaim: { status: CONDITIONS }, PodDisruptionBudget: { status: CONDITIONS }, APIService: { status: CONDITIONS },
  Node: { spec: object({ podCIDRs: list('') }), status: object({ addresses: list('type'), conditions: list('type') }) },
  Service: { spec: object({ ports: list('port,protocol') }), status: CONDITIONS },
  ServiceAccount: { secrets: list('name') },
  CSINode: { spec: object({ drivers: list('name') }) },
}

class TableSchema implements MergeSchema {
  readonly keys?: readonly string[]
  constructor(private readonly of: Field) {
    if (of.keys !== undefined) this.keys = of.keys
  }
  field(name: string): MergeSchema | undefined {
    const field = this.of.type !== undefined && Object.hasOwn(this.of.type, name) ? this.of.type[name] : undefined
    return field === undefined ? NOTHING_MERGES : new TableSchema(field)
  }
  elements(): MergeSchema {
    return new TableSchema({ type: this.of.type ?? {} })
  }
}
/** Below a built-in kind, what is not in the table is replaced. */
const NOTHING_MERGES: MergeSchema = { field: () => NOTHING_MERGES, elements: () => NOTHING_MERGES }

export const builtInSchema: SchemaOfKind = (apiVersion, kind) => {
  if (!isKnownKind(apiVersion, kind)) return undefined
  return new TableSchema({ type: { metadata: METADATA, ...(Object.hasOwn(KINDS, kind) ? KINDS[kind] : {}) } })
}

// ── A schema of the kustomization ───────────────────────────────────────────

interface OpenApiSchema {
  readonly $ref?: string
  readonly type?: string
  readonly properties?: Readonly<Record<string, OpenApiSchema>>
  readonly additionalProperties?: OpenApiSchema | boolean
  readonly items?: OpenApiSchema
  readonly 'x-kubernetes-group-version-kind'?: readonly { readonly group?: string; readonly version: string; readonly kind: string }[]
  readonly 'x-kubernetes-patch-strategy'?: string
  readonly 'x-kubernetes-patch-merge-key'?: string
  readonly 'x-kubernetes-list-map-keys'?: readonly string[]
}

type TypeName = { readonly group?: string; readonly version?: string; readonly kind?: string }
const typeKey = ({ group = '', version = '', kind = '' }: TypeName): string => `${group === '' ? version : `${group}/${version}`}/${kind}`

interface OpenApiDocument {
  readonly definitions?: Readonly<Record<string, OpenApiSchema>>
  readonly paths?: Readonly<Record<string, { readonly get?: { readonly 'x-kubernetes-group-version-kind'?: TypeName } | null } | null>>
}

export interface CustomSchema {
  readonly schemaOfKind: SchemaOfKind
  /** `apiVersion/kind` to whether it has a namespace, as the paths tell. upstream: findNamespaceability */
  readonly scopes: ReadonlyMap<string, boolean>
}

/** Reads OpenAPI definitions (JSON or YAML); only their kinds are known then. Throws BuildError. */
export function customSchema(text: string): CustomSchema {
  const document = readYaml(text) as OpenApiDocument | null
  if (typeof document !== 'object' || document === null) throw new BuildError('invalid schema file')
  const definitions = document.definitions ?? {}
  const kinds = new Map<string, OpenApiSchema>()
  for (const schema of Object.values(definitions)) {
    for (const type of schema['x-kubernetes-group-version-kind'] ?? []) kinds.set(typeKey(type), schema)
  }
  const scopes = new Map<string, boolean>()
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    const type = item?.get?.['x-kubernetes-group-version-kind']
    if (type === undefined) continue
    if (path.includes('namespaces/{namespace}')) scopes.set(typeKey(type), true)
    else if (!scopes.has(typeKey(type))) scopes.set(typeKey(type), false)
  }
  const schemaOfKind: SchemaOfKind = (apiVersion, kind) => {
    const schema = kinds.get(`${apiVersion}/${kind}`)
    return schema === undefined ? undefined : new OpenApiMergeSchema(schema, definitions)
  }
  return { schemaOfKind, scopes }
}

class OpenApiMergeSchema implements MergeSchema {
  readonly keys?: readonly string[]
  constructor(private readonly of: OpenApiSchema, private readonly definitions: Readonly<Record<string, OpenApiSchema>>) {
    if ((of['x-kubernetes-patch-strategy'] ?? '').split(',').includes('merge')) {
      const key = of['x-kubernetes-patch-merge-key']
      this.keys = of['x-kubernetes-list-map-keys'] ?? (key === undefined ? [] : [key])
    }
  }
  private resolved(schema: OpenApiSchema | undefined): MergeSchema | undefined {
    let at = schema
    for (let i = 0; at?.$ref !== undefined && i < 100; i++) at = this.definitions[at.$ref.replace('#/definitions/', '')]
    return at === undefined ? undefined : new OpenApiMergeSchema(at, this.definitions)
  }
  field(name: string): MergeSchema | undefined {
    const { properties = {}, additionalProperties } = this.of
    return this.resolved(Object.hasOwn(properties, name) ? properties[name] : typeof additionalProperties === 'object' ? additionalProperties : undefined)
  }
  elements(): MergeSchema | undefined {
    return this.of.type === 'array' ? this.resolved(this.of.items) : undefined
  }
}
