/** What can be asked of a resource, by path and method, for both versions of OpenAPI. upstream: apiserver/pkg/endpoints/installer.go */
import type { ResourceInfo } from '../../kinds/schema/table'

export type Method = 'get' | 'put' | 'post' | 'delete' | 'options' | 'head' | 'patch'
/** What a request or an answer carries: a kind by apiVersion, a type of meta.v1, or text. */
export type Content = { readonly apiVersion: string; readonly kind: string } | { readonly meta: 'Status' | 'DeleteOptions' | 'WatchEvent' | 'Patch' | 'APIResourceList' | 'APIGroup' | 'APIGroupList' | 'APIVersions' } | 'string'

export interface Parameter {
  readonly name: string
  readonly in: 'query' | 'path'
  readonly type: 'string' | 'integer' | 'boolean'
}

export interface Operation {
  readonly path: string
  readonly method: Method
  readonly action: string
  readonly description: string
  readonly id: string
  /** Besides `pretty` and those of the path. */
  readonly parameters: readonly Parameter[]
  readonly body: Content | undefined
  readonly answer: Content
  /** Status codes besides 401. */
  readonly codes: readonly number[]
  readonly streams: boolean
  /** The kind that the operation is of; undefined where it is of none. */
  readonly of: { readonly group: string; readonly version: string; readonly kind: string } | undefined
}

const query = (name: string, type: Parameter['type'] = 'string'): Parameter => ({ name, in: 'query', type })
const LIST = [query('allowWatchBookmarks', 'boolean'), query('continue'), query('fieldSelector'), query('labelSelector'), query('limit', 'integer'), query('resourceVersion'), query('resourceVersionMatch'), query('sendInitialEvents', 'boolean'), query('timeoutSeconds', 'integer'), query('watch', 'boolean')]
const WRITE = [query('dryRun'), query('fieldManager'), query('fieldValidation')]
const DELETE = [query('dryRun'), query('gracePeriodSeconds', 'integer'), query('ignoreStoreReadErrorWithClusterBreakingPotential', 'boolean'), query('orphanDependents', 'boolean'), query('propagationPolicy')]
const PATCH = [...WRITE, query('force', 'boolean')]
const COLLECTION_DELETE = [...LIST.filter(p => p.name !== 'allowWatchBookmarks' && p.name !== 'watch'), ...DELETE].sort((a, b) => (a.name < b.name ? -1 : 1))
const LOG = [query('container'), query('follow', 'boolean'), query('insecureSkipTLSVerifyBackend', 'boolean'), query('limitBytes', 'integer'), query('previous', 'boolean'), query('sinceSeconds', 'integer'), query('stream'), query('tailLines', 'integer'), query('timestamps', 'boolean')]
const STREAMS = [query('container'), query('stderr', 'boolean'), query('stdin', 'boolean'), query('stdout', 'boolean'), query('tty', 'boolean')]
const CONNECT: Readonly<Record<string, readonly Parameter[]>> = { exec: [query('command'), ...STREAMS], attach: STREAMS, portforward: [query('ports', 'integer')], proxy: [query('path')] }
const WATCH_INSTEAD = "deprecated: use the 'watch' parameter with a list operation instead"

/** `apps/v1` → AppsV1, `v1` → CoreV1, `rbac.authorization.k8s.io/v1` → RbacAuthorizationV1 */
export function idPrefix(group: string, version: string): string {
  const words = group === '' ? ['core'] : group.endsWith('.k8s.io') ? group.slice(0, -'.k8s.io'.length).split('.') : group.split('.').reverse()
  return [...words, version].map(capitalised).join('')
}
const capitalised = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1)
/** Plurals have no article. upstream: GetArticleForNoun */
const article = (kind: string): string => (/[^s]s$/.test(kind) ? ' ' : /^[aeiou]/i.test(kind) ? ' an ' : ' a ')

class ResourceOperations {
  readonly out: Operation[] = []
  private readonly root: string
  private readonly collection: string
  private readonly prefix: string
  private readonly scoped: string
  private readonly self: Content

  constructor(private readonly r: ResourceInfo) {
    this.root = r.group === '' ? `/api/${r.version}` : `/apis/${r.group}/${r.version}`
    this.collection = `${this.root}/${r.namespaced ? 'namespaces/{namespace}/' : ''}${r.plural}`
    this.prefix = idPrefix(r.group, r.version)
    this.scoped = r.namespaced ? 'Namespaced' : ''
    this.self = { apiVersion: r.apiVersion, kind: r.kind }
  }

  private add(path: string, method: Method, action: string, description: string, id: string, parts: Partial<Operation>): void {
    const { group, version, kind } = this.r
    this.out.push({ path, method, action, description, id, parameters: [], body: undefined, answer: this.self, codes: [200], streams: false, of: { group, version, kind }, ...parts })
  }

  all(): Operation[] {
    const { r, collection, prefix, scoped } = this
    const can = new Set(r.verbs)
    const { kind } = r
    const list: Content = { apiVersion: r.apiVersion, kind: `${kind}List` }
    const item = `${collection}/{name}`
    if (can.has('list') && r.namespaced) this.add(`${this.root}/${r.plural}`, 'get', 'list', `list or watch objects of kind ${kind}`, `list${prefix}${kind}ForAllNamespaces`, { parameters: LIST, answer: list, streams: can.has('watch') })
    if (can.has('list')) this.add(collection, 'get', 'list', `list or watch objects of kind ${kind}`, `list${prefix}${scoped}${kind}`, { parameters: LIST, answer: list, streams: can.has('watch') })
    if (can.has('create')) this.add(collection, 'post', 'post', `create${article(kind)}${kind}`, `create${prefix}${scoped}${kind}`, { parameters: WRITE, body: this.self, codes: [200, 201, 202] })
    if (can.has('deletecollection')) this.add(collection, 'delete', 'deletecollection', `delete collection of ${kind}`, `delete${prefix}Collection${scoped}${kind}`, { parameters: COLLECTION_DELETE, body: { meta: 'DeleteOptions' }, answer: { meta: 'Status' } })
    if (can.has('get')) this.add(item, 'get', 'get', `read the specified ${kind}`, `read${prefix}${scoped}${kind}`, {})
    if (can.has('update')) this.add(item, 'put', 'put', `replace the specified ${kind}`, `replace${prefix}${scoped}${kind}`, { parameters: WRITE, body: this.self, codes: [200, 201] })
    if (can.has('delete')) this.add(item, 'delete', 'delete', `delete${article(kind)}${kind}`, `delete${prefix}${scoped}${kind}`, { parameters: DELETE, body: { meta: 'DeleteOptions' }, answer: { meta: 'Status' }, codes: [200, 202] })
    if (can.has('patch')) this.add(item, 'patch', 'patch', `partially update the specified ${kind}`, `patch${prefix}${scoped}${kind}`, { parameters: PATCH, body: { meta: 'Patch' }, codes: [200, 201] })
    for (const s of r.subresources) this.subresource(item, s)
    if (can.has('watch')) this.watches()
    return this.out
  }

  private subresource(item: string, { name, verbs, apiVersion, kind: subKind }: ResourceInfo['subresources'][number]): void {
    const { prefix, scoped, r: { kind } } = this
    const path = `${item}/${name}`
    const id = `${prefix}${scoped}${kind}${capitalised(name)}`
    const slash = apiVersion.indexOf('/')
    const self: Content = { apiVersion, kind: subKind }
    const of = { group: slash < 0 ? '' : apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1), kind: subKind }
    const connect = CONNECT[name]
    if (connect !== undefined) {
      const methods: readonly Method[] = name === 'proxy' ? ['get', 'put', 'post', 'delete', 'options', 'head', 'patch'] : ['get', 'post']
      for (const method of methods) {
        const connectId = `connect${prefix}${capitalised(method)}${scoped}${kind}${capitalised(name)}`
        const description = `connect ${method.toUpperCase()} requests to ${name} of ${kind}`
        this.add(path, method, 'connect', description, connectId, { parameters: connect, answer: 'string', of })
        if (name === 'proxy') this.add(`${path}/{path}`, method, 'connect', description, `${connectId}WithPath`, { parameters: connect, answer: 'string', of })
      }
      return
    }
    if (verbs.includes('get')) this.add(path, 'get', 'get', `read ${name} of the specified ${kind}`, `read${id}`, name === 'log' ? { parameters: LOG, answer: 'string', of } : { answer: self, of })
    if (verbs.includes('create')) this.add(path, 'post', 'post', `create ${name} of${article(kind)}${kind}`, `create${id}`, { parameters: WRITE, body: self, answer: self, codes: [200, 201, 202], of })
    if (verbs.includes('update')) this.add(path, 'put', 'put', `replace ${name} of the specified ${kind}`, `replace${id}`, { parameters: WRITE, body: self, answer: self, codes: [200, 201], of })
    if (verbs.includes('patch')) this.add(path, 'patch', 'patch', `partially update ${name} of the specified ${kind}`, `patch${id}`, { parameters: PATCH, body: { meta: 'Patch' }, answer: self, codes: [200, 201], of })
  }

  private watches(): void {
    const { root, prefix, scoped, r: { kind, plural, namespaced } } = this
    const parts: Partial<Operation> = { parameters: LIST, answer: { meta: 'WatchEvent' }, streams: true }
    const list = `watch individual changes to a list of ${kind}. ${WATCH_INSTEAD}.`
    if (namespaced) this.add(`${root}/watch/${plural}`, 'get', 'watchlist', list, `watch${prefix}${kind}ListForAllNamespaces`, parts)
    const collection = `${root}/watch/${namespaced ? 'namespaces/{namespace}/' : ''}${plural}`
    this.add(collection, 'get', 'watchlist', list, `watch${prefix}${scoped}${kind}List`, parts)
    this.add(`${collection}/{name}`, 'get', 'watch', `watch changes to an object of kind ${kind}. ${WATCH_INSTEAD}, filtered to a single item with the 'fieldSelector' parameter.`, `watch${prefix}${scoped}${kind}`, parts)
  }
}

/** Of one group version, discovery of its resources first. */
export function operationsOf(group: string, version: string, resources: readonly ResourceInfo[]): Operation[] {
  return [discovery(`${group === '' ? '/api' : `/apis/${group}`}/${version}/`, 'get available resources', `get${idPrefix(group, version)}APIResources`, { meta: 'APIResourceList' }), ...resources.flatMap(r => new ResourceOperations(r).all())]
}

export const discovery = (path: string, description: string, id: string, answer: Content): Operation => ({ path, method: 'get', action: '', description, id, parameters: [], body: undefined, answer, codes: [200], streams: false, of: undefined })
