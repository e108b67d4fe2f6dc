/** The OpenAPI documents: one of version 3 for each group version, one of version 2 for all. upstream: kube-openapi/pkg/handler3, pkg/builder */
import { createHash } from 'node:crypto'
import { byCodePoint } from '../../base/go-text'
import { resources, typeNamed, typeOfKind, type ResourceInfo } from '../../kinds/schema/table'
import type { CustomResourceDefinition } from '../../kinds/schema/types/apiextensions.v1'
import { VERSION } from '../version'
import { addCustomSchemas, modelName } from './custom-schemas'
import type { Descriptions } from './descriptions'
import { discovery, idPrefix, operationsOf, type Content, type Operation, type Parameter } from './operations'
import { SchemaSet, type Json, type OpenApiVersion } from './schemas'

const JSON_TYPE = 'application/json'
const MEDIA = [JSON_TYPE, 'application/vnd.kubernetes.protobuf', 'application/yaml', 'application/cbor']
const STREAMED = [JSON_TYPE, 'application/json;stream=watch', 'application/vnd.kubernetes.protobuf', 'application/vnd.kubernetes.protobuf;stream=watch', 'application/yaml', 'application/cbor', 'application/cbor-seq']
const PATCHES = ['application/apply-patch+cbor', 'application/apply-patch+yaml', 'application/json-patch+json', 'application/merge-patch+json', 'application/strategic-merge-patch+json']
const CUSTOM_PATCHES = ['application/json-patch+json', 'application/merge-patch+json', 'application/apply-patch+yaml', 'application/apply-patch+cbor']
const TITLES: Readonly<Record<number, string>> = { 200: 'OK', 201: 'Created', 202: 'Accepted' }
const BEARER = { type: 'apiKey', description: 'Bearer Token authentication', name: 'authorization', in: 'header' }
const PRETTY: Parameter = { name: 'pretty', in: 'query', type: 'string' }
const PATH_TEXTS: Readonly<Record<string, string>> = { namespace: 'object name and auth scope, such as for teams and projects', path: 'path to the resource' }

/** What the documents tell of besides the table. */
export interface Customs {
  readonly resources: readonly ResourceInfo[]
  definition(resource: ResourceInfo): CustomResourceDefinition | undefined
}

export interface Document {
  readonly text: string
  readonly hash: string
}

export class OpenApiDocuments {
  private readonly made = new Map<string, { readonly state: string; readonly document: Document }>()

  constructor(private readonly descriptions: Descriptions, private readonly customs: () => Customs) {}

  /** `/openapi/v3`: where the documents are. Its own paths carry hashes, so that clients keep what they know. */
  index(): Json {
    const customs = this.customs()
    const paths = [...new Set(['.well-known/openid-configuration', 'api', 'apis', 'openid/v1/jwks', 'version', ...all(customs).flatMap(r => (r.group === '' ? [`api/${r.version}`] : [`apis/${r.group}`, `apis/${r.apiVersion}`]))])].sort(byCodePoint)
    return { paths: Object.fromEntries(paths.map(path => [path, { serverRelativeURL: `/openapi/v3/${path}?hash=${hashOf(stateOf(path, customs))}` }])) }
  }

  /** `apps/v1` at `apis/apps/v1`; undefined where nothing is served. */
  v3(path: string): Document | undefined {
    const customs = this.customs()
    const state = stateOf(path, customs)
    const known = this.made.get(path)
    if (known?.state === state) return known.document
    const body = documentOf(path, customs, this.descriptions)
    if (body === undefined) return undefined
    const document = { text: JSON.stringify(body), hash: hashOf(state) }
    this.made.set(path, { state, document })
    return document
  }

  v2(): Document {
    const customs = this.customs()
    const state = `v2\n${customs.resources.map(r => idOf(r, customs)).join('\n')}`
    const known = this.made.get('')
    if (known?.state === state) return known.document
    const document = { text: JSON.stringify(swagger(customs, this.descriptions)), hash: hashOf(state) }
    this.made.set('', { state, document })
    return document
  }
}

const all = (customs: Customs): readonly ResourceInfo[] => [...resources(), ...customs.resources]
const hashOf = (state: string): string => createHash('sha512').update(state).digest('hex').toUpperCase()

/** Changes when the document does: with the release, and with the definitions of its group version. */
function stateOf(path: string, customs: Customs): string {
  const own = customs.resources.filter(r => path === `apis/${r.apiVersion}` || path === `apis/${r.group}` || path === 'apis')
  return [path, VERSION.gitVersion, ...own.map(r => idOf(r, customs))].join('\n')
}

function idOf(r: ResourceInfo, customs: Customs): string {
  const metadata = customs.definition(r)?.metadata
  return `${r.apiVersion}/${r.plural} ${metadata?.uid} ${metadata?.generation}`
}

const groupVersionsOf = (customs: Customs): string[] => [...new Set(all(customs).map(r => r.apiVersion))].sort(byCodePoint)

function documentOf(path: string, customs: Customs, descriptions: Descriptions): Json | undefined {
  const own = all(customs).filter(r => path === (r.group === '' ? `api/${r.version}` : `apis/${r.apiVersion}`))
  const set = new SchemaSet(3, descriptions, groupVersionsOf(customs))
  const [first] = own
  const operations = first !== undefined ? operationsOf(first.group, first.version, own) : operationsBeside(path, customs)
  if (operations === undefined) return undefined
  addKinds(set, own, customs)
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: VERSION.gitVersion },
    paths: pathsOf(operations, set, descriptions),
    components: { schemas: set.all(), securitySchemes: { BearerToken: BEARER } },
  }
}

/** Discovery and what else has a document of its own. */
function operationsBeside(path: string, customs: Customs): Operation[] | undefined {
  const group = /^apis\/([^/]+)$/.exec(path)?.[1]
  if (group !== undefined && all(customs).some(r => r.group === group)) return [discovery(`/apis/${group}/`, 'get information of a group', `get${idPrefix(group, '')}APIGroup`, { meta: 'APIGroup' })]
  switch (path) {
    case 'api':
      return [discovery('/api/', 'get available API versions', 'getCoreAPIVersions', { meta: 'APIVersions' })]
    case 'apis':
      return [discovery('/apis/', 'get available API versions', 'getAPIVersions', { meta: 'APIGroupList' })]
    case 'version':
      return [discovery('/version/', 'get the version information for this server', 'getCodeVersion', { apiVersion: 'version', kind: 'Info' })]
    case '.well-known/openid-configuration':
      return [discovery('/.well-known/openid-configuration/', "get service account issuer OpenID configuration, also known as the 'OIDC discovery doc'", 'getServiceAccountIssuerOpenIDConfiguration', 'string')]
    case 'openid/v1/jwks':
      return [discovery('/openid/v1/jwks/', 'get service account issuer OpenID JSON Web Key Set (contains public token verification keys)', 'getServiceAccountIssuerOpenIDKeyset', 'string')]
  }
  return undefined
}

function addKinds(set: SchemaSet, own: readonly ResourceInfo[], customs: Customs): void {
  for (const r of own) {
    const definition = customs.definition(r)
    if (definition !== undefined) addCustomSchemas(set, definition, r.version)
  }
}

function schemaOf(content: Content, set: SchemaSet): Json {
  if (content === 'string') return { type: 'string' }
  if ('meta' in content) return content.meta === 'Patch' ? set.patch() : set.refTo(`meta.v1.${content.meta}`)
  if (content.apiVersion === 'version') return set.ref(typeNamed('version.Info'))
  const type = typeOfKind(content.apiVersion, content.kind)
  return type === undefined ? { $ref: `${set.version === 3 ? '#/components/schemas/' : '#/definitions/'}${modelName(content.apiVersion, content.kind)}` } : set.ref(type)
}

/** With those of the path and `pretty`, by name. */
function parametersOf({ path, of, parameters }: Operation): Parameter[] {
  if (of === undefined) return []
  const named = [...path.matchAll(/\{(\w+)\}/g)].map((m): Parameter => ({ name: m[1] as string, in: 'path', type: 'string' }))
  return [...parameters.filter(p => !named.some(n => n.name === p.name && p.in === 'path')), ...named, PRETTY].sort((a, b) => byCodePoint(a.name, b.name))
}

function parameterOf(p: Parameter, kind: string, version: OpenApiVersion, descriptions: Descriptions): Json {
  const description = p.name === 'name' ? `name of the ${kind}` : (PATH_TEXTS[p.name] ?? descriptions.ofParameter(p.name))
  const head = { name: p.name, in: p.in, ...(description === '' ? {} : { description }), ...(p.in === 'path' ? { required: true } : {}) }
  return version === 3 ? { ...head, schema: { type: p.type, uniqueItems: true } } : { uniqueItems: true, type: p.type, ...head }
}

/** What all operations of a path share is said once. */
function pathsOf(operations: readonly Operation[], set: SchemaSet, descriptions: Descriptions): Json {
  const paths = new Map<string, Operation[]>()
  for (const o of operations) {
    const others = paths.get(o.path)
    if (others === undefined) paths.set(o.path, [o])
    else others.push(o)
  }
  return Object.fromEntries([...paths].sort(([a], [b]) => byCodePoint(a, b)).map(([path, own]) => {
    const all = own.map(parametersOf)
    const shared = (all[0] as Parameter[]).filter(p => all.every(list => list.some(q => q.name === p.name && q.in === p.in)))
    const told = (list: readonly Parameter[], o: Operation): Json[] => list.map(p => parameterOf(p, ownerOf(o), set.version, descriptions))
    const item: Json = {}
    own.forEach((o, i) => {
      const parameters = told((all[i] as Parameter[]).filter(p => !shared.includes(p) && !shared.some(q => q.name === p.name && q.in === p.in)), o)
      item[o.method] = set.version === 3 ? operationV3(o, parameters, set) : operationV2(o, parameters, set)
    })
    if (shared.length > 0) item.parameters = told(shared, own[0] as Operation)
    return [path, item]
  }))
}

/** `DeploymentStatus` is named by its Deployment. */
const ownerOf = ({ description, of }: Operation): string => (of === undefined ? '' : (/(?:of|the specified|kind|an?|delete|create) (\w+)\.?$/.exec(description.split('. deprecated')[0] as string)?.[1] ?? of.kind))

const head = (o: Operation): Json => ({ ...(o.action === '' && o.path === '/' ? {} : { tags: [tagOf(o.path)] }), description: o.description, operationId: o.id })

/** `/apis/apps/v1/…` → apps_v1, `/apis/apps/` → apps */
function tagOf(path: string): string {
  const [, root = '', a = '', b = ''] = path.split('/')
  if (root === 'api') return a === '' ? 'core' : `core_${a}`
  if (root !== 'apis') return root === '.well-known' ? 'WellKnown' : root
  if (a === '') return 'apis'
  const group = idPrefix(a, '').replace(/^./, c => c.toLowerCase())
  return b === '' ? group : `${group}_${b}`
}

const extensionsOf = ({ action, of }: Operation): Json => (of === undefined ? {} : { 'x-kubernetes-action': action, 'x-kubernetes-group-version-kind': { group: of.group, version: of.version, kind: of.kind } })

const isCustom = ({ of }: Operation): boolean => of !== undefined && of.group.includes('.') && typeOfKind(`${of.group}/${of.version}`, of.kind) === undefined

function mediaOf(o: Operation): readonly string[] {
  if (o.action === 'connect') return ['*/*']
  if (isCustom(o)) return [JSON_TYPE, 'application/yaml']
  if (o.of === undefined) return o.answer === 'string' ? [o.path.includes('jwks') ? 'application/jwk-set+json' : JSON_TYPE] : o.id === 'getCodeVersion' ? [JSON_TYPE] : MEDIA.slice(0, 3)
  if (o.answer === 'string') return ['text/plain', ...MEDIA]
  return o.streams ? STREAMED : MEDIA
}

function operationV3(o: Operation, parameters: readonly Json[], set: SchemaSet): Json {
  const schema = schemaOf(o.answer, set)
  const content = Object.fromEntries(mediaOf(o).map(m => [m, { schema }]))
  const media = o.method === 'patch' ? (isCustom(o) ? CUSTOM_PATCHES : PATCHES) : ['*/*']
  return {
    ...head(o),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(o.body === undefined ? {} : { requestBody: { content: Object.fromEntries(media.map(m => [m, { schema: schemaOf(o.body as Content, set) }])), ...('meta' in (o.body as object) && o.method === 'delete' ? {} : { required: true }) } }),
    responses: { ...Object.fromEntries(o.codes.map(code => [code, { description: TITLES[code], content }])), 401: { description: 'Unauthorized' } },
    ...extensionsOf(o),
  }
}

function operationV2(o: Operation, query: readonly Json[], set: SchemaSet): Json {
  const parameters = o.body === undefined ? query : [{ name: 'body', in: 'body', ...(o.method === 'delete' ? {} : { required: true }), schema: schemaOf(o.body, set) }, ...query]
  const schema = schemaOf(o.answer, set)
  return {
    ...head(o),
    consumes: o.method === 'patch' ? (isCustom(o) ? CUSTOM_PATCHES : PATCHES) : ['*/*'],
    produces: mediaOf(o),
    schemes: ['https'],
    ...(parameters.length > 0 ? { parameters } : {}),
    responses: { ...Object.fromEntries(o.codes.map(code => [code, { description: TITLES[code], schema }])), 401: { description: 'Unauthorized' } },
    ...extensionsOf(o),
  }
}

function swagger(customs: Customs, descriptions: Descriptions): Json {
  const set = new SchemaSet(2, descriptions, groupVersionsOf(customs))
  const versions = groupVersionsOf(customs).map(gv => all(customs).filter(r => r.apiVersion === gv))
  const groups = [...new Set(all(customs).map(r => r.group).filter(g => g !== ''))]
  addKinds(set, customs.resources, customs)
  const operations = [
    ...['api', 'apis', 'version', '.well-known/openid-configuration', 'openid/v1/jwks', ...groups.map(g => `apis/${g}`)].flatMap(path => operationsBeside(path, customs) ?? []),
    ...versions.flatMap(own => operationsOf((own[0] as ResourceInfo).group, (own[0] as ResourceInfo).version, own)),
  ]
  const paths = pathsOf(operations, set, descriptions)
  return { swagger: '2.0', info: { title: 'Kubernetes', version: VERSION.gitVersion }, paths, definitions: set.all(), securityDefinitions: { BearerToken: BEARER }, security: [{ BearerToken: [] }] }
}
