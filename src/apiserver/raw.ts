/** Requests by URL path: what `serve` and `get --raw` reach. The same stages as the typed calls, with JSON on both sides. */
import { writeJson } from '../base/exact-json'
import { readYaml } from '../base/yaml/reader'
import { badRequest, failure, isNoSuchPath, methodNotSupported, noSuchPath, StatusError, unsupportedMediaType, type Status } from '../base/status'
import type { DeleteOptions, ListOptions, PatchType, RawRequest, RawResponse } from '../client/client'
import { apiService } from '../kinds/apiregistration/api-service/kind'
import { apiVersionOf, type Kind, type KubeObject } from '../kinds/kind'
import { resources } from '../kinds/schema/table'
import { cannotBeHandled, decode } from '../kinds/schema/decode'
import { exactValue, JsonSyntaxError, parseJsonText, type ParsedJson } from '../kinds/schema/json-text'
import type { Actor, RequestState } from './actor'
import { allowed } from './authorization/allow'
import { requestedFields, requestedPath, requestedResource } from './authorization/requested'
import { create } from './create'
import { statusAnswer } from './status-answer'
import { checkWatchOptions, refuseInitialEvents } from './list-version'
import { prepared } from './custom-versions/versions'
import { decodeBody } from './decode-body'
import { deleteObject, deleteObjects } from './delete'
import { isStreamed, refuseUnstreamed } from './connect'
import { answerPath } from './non-resource'
import { isReadable, negotiate, READABLE_TYPES, type Negotiated } from './negotiate'
import { asPartial } from './partial'
import { applyPatch, CUSTOM_MEDIA_TYPES, patched, patchObject } from './patch'
import { podLog } from './logs'
import { asOfNow, list, select, selectionOf, table } from './read'
import { proxy } from './proxy'
import { flagOf, integerOf } from './query'
import { isProxied, parseRoute, type Route } from './route'
import type { PathAnswer } from './path-answer'
import type { ApiServer } from './server'
import { changeScale, hasScale, scale } from './scale'
import { includeObjectOf, partOfTable, tableBody } from './tables'
import { createSubresource, getSubresource } from './subresources'
import { update } from './update'
import { wireText, withManagedFields } from './managed'
import { storedForm } from './views'
import { watch } from './watch'
import { watchLines } from './watch-lines'
import { oneChunk } from '../client/one-chunk'

const JSON_TYPE = 'application/json'
const MAX_BODY_BYTES = 3 * 1024 * 1024

/** Answers any request; failures become a Status body. */
export async function answerRaw(server: ApiServer, request: RawRequest, actor: Actor): Promise<RawResponse> {
  const [path, queryText = ''] = splitQuery(request.path)
  const query = new URLSearchParams(queryText)
  const begun: RequestState = {
    actor,
    dryRun: query.get('dryRun') === 'All',
    fieldManager: query.get('fieldManager') ?? actor.manager,
    fieldValidation: (query.get('fieldValidation') as RequestState['fieldValidation'] | null) ?? 'Warn',
    warnings: [],
  }
  try {
    const route = parseRoute(path)
    const as = allowed(server.authorizer, actor, route === undefined ? requestedPath(path, request.method) : requestedResource(route, request.method, query))
    const state = as === actor ? begun : { ...begun, actor: as }
    if (route === undefined) return indented(nonResource(answerPath(server, path, query, request.accept ?? ''), state), query, request)
    return indented(await answerAsAgreed(server, route, request, query, state), query, request)
  } catch (e) {
    if (!(e instanceof StatusError)) throw e
    if (e.code === 404 && servedElsewhere(server, path)) return { ...json(503, 'service unavailable\n', begun), contentType: 'text/plain; charset=utf-8' }
    if (isNoSuchPath(e) && !hasRoutes(path)) return { ...json(404, '404 page not found\n', begun), contentType: 'text/plain; charset=utf-8' }
    return indented(statusAnswer(e, request, begun.warnings), query, request)
  }
}

/** For people who look with a browser or curl, or who ask for it. Objects end with a line break, other documents stay as they are. upstream: handlers/negotiation isPrettyPrint */
function indented(response: RawResponse, query: URLSearchParams, { userAgent = '' }: RawRequest): RawResponse {
  const asked = query.get('pretty')
  const wanted = asked === null ? /^(curl|Wget|Mozilla\/5\.0)/.test(userAgent) : ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(asked)
  if (!wanted || response.stream !== undefined || response.contentType !== JSON_TYPE || response.mediaType !== undefined || !response.body.endsWith('}\n')) return response
  return { ...response, body: `${JSON.stringify(JSON.parse(response.body), undefined, 2)}\n` }
}

function nonResource({ code = 200, contentType = JSON_TYPE, body, bytes, headers }: PathAnswer, state: RequestState): RawResponse {
  if (bytes === undefined) return { ...json(code, body, state), contentType, headers }
  return { code, contentType, body: '', warnings: state.warnings, headers, stream: oneChunk(bytes) }
}

/** Below the path of a built-in group and version the real server's router says in a Status what it does not know; elsewhere nobody does. upstream: go-restful's ServiceErrorHandler */
const hasRoutes = (path: string): boolean => {
  const [, root, group = '', version = ''] = path.split('/')
  return root === 'api' ? group === 'v1' : root === 'apis' && resources().some(r => r.apiVersion === `${group}/${version}`)
}

/** An APIService says that a service answers for this group and version; none can be reached. upstream: kube-aggregator/pkg/apiserver/handler_proxy.go */
function servedElsewhere({ lister, registry }: ApiServer, path: string): boolean {
  const [, group, version] = /^\/apis\/([^/]+)\/([^/]+)/.exec(path) ?? []
  if (group === undefined || lister.get(apiService, `${version}.${group}`)?.spec.service === undefined) return false
  for (const kind of registry.all()) if (kind.group === group && kind.versions.includes(version as string)) return false
  // What is computed, and what definitions brought.
  if (registry.customResources().some(r => r.group === group && r.version === version)) return false
  return true
}

function splitQuery(path: string): [string, string?] {
  const at = path.indexOf('?')
  return at < 0 ? [path] : [path.slice(0, at), path.slice(at + 1)]
}

function json(code: number, body: unknown, state: RequestState): RawResponse {
  return { code, contentType: JSON_TYPE, body: typeof body === 'string' ? body : `${writeJson(body)}\n`, warnings: state.warnings }
}

/** An object as the wire has it. */
const shown = (server: ApiServer, code: number, object: KubeObject, state: RequestState): RawResponse => json(code, `${wireText(server, object)}\n`, state)

const inMedia = (mediaType: string, response: RawResponse): RawResponse => (mediaType === JSON_TYPE || response.contentType !== JSON_TYPE ? response : { ...response, mediaType })

/** In the form and media type that the client wants of those that there are. */
async function answerAsAgreed(server: ApiServer, route: Route, request: RawRequest, query: URLSearchParams, state: RequestState): Promise<RawResponse> {
  const kind = server.registry.kind(route.group, route.plural, route.version)
  if (isProxied(route)) return proxy(server, kind, route, request)
  if (!kind.versions.includes(route.version)) throw noSuchPath()
  if (isStreamed(route) && (request.method === 'GET' || request.method === 'POST')) refuseUnstreamed(server, request, state.actor)
  const isText = route.subresource === 'log' && kind.group === '' && kind.plural === 'pods'
  if (isText) return answerResource(server, kind, route, request, query, state, { mediaType: JSON_TYPE })
  const agreed = negotiate(request.accept, { custom: kind.custom !== undefined, stream: request.method === 'GET' && (isWatch(query) || route.watch) })
  return inMedia(agreed.mediaType, asPartial(kind, agreed, await answerResource(server, kind, route, request, query, state, agreed)))
}

const isWatch = (query: URLSearchParams): boolean => flagOf(query, 'watch') === true

async function answerResource(server: ApiServer, kind: Kind, route: Route, request: RawRequest, query: URLSearchParams, state: RequestState, agreed: Negotiated): Promise<RawResponse> {
  if (kind.deprecated !== undefined) state.warnings.push(kind.deprecated)
  const named = route.name !== undefined
  const converting = request.method === 'POST' ? undefined : prepared(server, kind, route.namespace, route.name)
  if (converting !== undefined) await converting
  if (route.watch && (request.method !== 'GET' || route.subresource !== '')) throw request.method === 'GET' ? noSuchPath() : methodNotSupported(kind, request.method.toLowerCase())
  switch (request.method) {
    case 'GET':
      if (route.watch) return getMany(server, kind, route, request, query, state, agreed)
      return named ? getOne(server, kind, route, request, query, state, agreed) : getMany(server, kind, route, request, query, state, agreed)
    case 'POST':
      return post(server, kind, route, request, state)
    case 'PUT':
      if (!named) throw methodNotSupported(kind, 'put')
      return put(server, kind, route, request, state)
    case 'PATCH':
      if (!named) throw methodNotSupported(kind, 'patch')
      return patch(server, kind, route, request, query, state)
    case 'DELETE':
      return named ? remove(server, kind, route, request, query, state) : removeAll(server, kind, route, request, query, state)
    // HEAD, OPTIONS and what else HTTP knows.
    default:
      throw methodNotSupported(kind, (request.method as string).toLowerCase())
  }
}

const asTable = ({ as }: Negotiated): boolean => as?.kind === 'Table'

function getOne(server: ApiServer, kind: Kind, route: Route, request: RawRequest, query: URLSearchParams, state: RequestState, agreed: Negotiated): RawResponse | Promise<RawResponse> {
  const name = route.name as string
  if (route.subresource === 'log' && kind.group === '' && kind.plural === 'pods') return podLog(server, kind, route, request, query, state)
  if (route.subresource !== '') {
    const body = getSubresource(server, kind, route.namespace, name, route.subresource) as KubeObject
    if (asTable(agreed) && hasScale(kind, route.subresource)) return json(200, partOfTable(table(server, scale as never, [body], { resourceVersion: body.metadata.resourceVersion as string }), includeObjectOf(query), o => o), state)
    // What is a part of the object is the object, in columns.
    if (asTable(agreed) && body.kind === kind.kind) return json(200, tableBody(server, kind, [body], { resourceVersion: body.metadata.resourceVersion as string }, includeObjectOf(query)), state)
    return json(200, body, state)
  }
  const stored = server.stored(kind, route.namespace, name)
  if (asTable(agreed)) return json(200, tableBody(server, kind, [stored.body], { resourceVersion: stored.body.metadata.resourceVersion as string }, includeObjectOf(query)), state)
  return shown(server, 200, asOfNow(server, kind, stored.body), state)
}

function listOptions(route: Route, query: URLSearchParams): ListOptions {
  return {
    namespace: route.namespace,
    labelSelector: query.get('labelSelector') ?? undefined,
    fieldSelector: query.get('fieldSelector') ?? undefined,
    limit: integerOf(query, 'limit'),
    continue: query.get('continue') ?? undefined,
    resourceVersion: query.get('resourceVersion') ?? undefined,
    resourceVersionMatch: query.get('resourceVersionMatch') ?? undefined,
  }
}

/** A name in the path of a watch is a field selector. upstream: endpoints/handlers/get.go listOpts */
function namedOptions({ name }: Route, options: ListOptions): ListOptions {
  if (name === undefined) return options
  const { fieldSelector = '' } = options
  if (fieldSelector !== '' && !requestedFields(fieldSelector).some(f => f.field === 'metadata.name' && f.value === name)) throw badRequest("fieldSelector metadata.name doesn't match requested name")
  return { ...options, fieldSelector: fieldSelector === '' ? `metadata.name=${name}` : fieldSelector }
}

function getMany(server: ApiServer, kind: Kind, route: Route, request: RawRequest, query: URLSearchParams, state: RequestState, agreed: Negotiated): RawResponse {
  const options = namedOptions(route, listOptions(route, query))
  const sendInitialEvents = flagOf(query, 'sendInitialEvents')
  if (isWatch(query) || route.watch) {
    checkWatchOptions(options, sendInitialEvents)
    const seconds = integerOf(query, 'timeoutSeconds')
    const broken = new AbortController()
    const batches = watch(server, kind, { ...options, allowWatchBookmarks: flagOf(query, 'allowWatchBookmarks') === true, sendInitialEvents, timeoutMs: seconds === undefined ? undefined : seconds * 1000, signal: request.signal, tooSlow: () => broken.abort() })
    return { code: 200, contentType: JSON_TYPE, body: '', warnings: state.warnings, broken: broken.signal, stream: watchLines(server, kind, batches, agreed, includeObjectOf(query), error => server.failed(error)) }
  }
  if (sendInitialEvents !== undefined) refuseInitialEvents()
  const found = list(server, kind, options)
  if (asTable(agreed)) return json(200, tableBody(server, kind, found.items, found.metadata, includeObjectOf(query)), state)
  return json(200, { kind: kind.custom?.listKind ?? `${kind.kind}List`, apiVersion: apiVersionOf(kind), metadata: found.metadata, items: found.items.map(o => listed(kind, withManagedFields(server, kind, o))) }, state)
}

/** Custom objects name their type even there. */
const listed = (kind: Kind, o: KubeObject): KubeObject => (kind.custom === undefined ? withoutType(o) : o)

/** Items of a list do not repeat what the list says. */
function withoutType(o: KubeObject): KubeObject {
  const { apiVersion: _, kind: __, ...rest } = o
  return rest as KubeObject
}

/** JSON, or YAML where the client says so. */
function parseBody(request: RawRequest): ParsedJson {
  const text = request.body ?? ''
  // No letter takes more than three bytes.
  if (request.bodyTooLarge === true || (text.length * 3 > MAX_BODY_BYTES && Buffer.byteLength(text) > MAX_BODY_BYTES)) throw failure(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${MAX_BODY_BYTES}`)
  const type = request.contentType ?? JSON_TYPE
  if (request.method !== 'PATCH' && type !== '' && !isReadable(type)) throw unsupportedMediaType(READABLE_TYPES)
  try {
    if (type.includes('yaml') && !text.trimStart().startsWith('{')) return { value: readYaml(text) } as ParsedJson
    const parsed = parseJsonText(text)
    return parsed.numberTexts === undefined ? parsed : { ...parsed, value: exactValue(parsed) }
  } catch (e) {
    throw badRequest(e instanceof JsonSyntaxError && request.method !== 'PATCH' ? `couldn't get version/kind; json parse error: ${e.message}` : (e as Error).message)
  }
}

async function post(server: ApiServer, kind: Kind, route: Route, request: RawRequest, state: RequestState): Promise<RawResponse> {
  const parsed = parseBody(request)
  if (route.name !== undefined) {
    const ref = { metadata: { name: route.name, namespace: route.namespace } }
    return json(201, await createSubresource(server, kind, ref, route.subresource, parsed.value, state), state)
  }
  const object = await create(server, kind, route.namespace, parsed.value, state, parsed)
  return shown(server, 201, object, state)
}

async function put(server: ApiServer, kind: Kind, route: Route, request: RawRequest, state: RequestState): Promise<RawResponse> {
  if (route.subresource !== '' && !(route.subresource in kind.subresources)) throw noSuchPath()
  const parsed = parseBody(request)
  const name = route.name as string
  const given = (parsed.value as Partial<KubeObject> | null)?.metadata?.name
  const next = (): KubeObject => {
    const object = decodeBody(kind, parsed.value, state, parsed)
    if (object.metadata.name === undefined || object.metadata.name === '') throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`)
    if (given !== name) throw badRequest(`the name of the object (${given}) does not match the name on the URL (${name})`)
    kind.applyDefaults?.(object)
    return object
  }
  if (hasScale(kind, route.subresource)) return json(200, await changeScale(server, kind, { metadata: { name, namespace: route.namespace } }, () => decodeBody(scale, parsed.value, state, parsed), state), state)
  const object = await update(server, kind, route.namespace, name, { next, subresource: route.subresource }, state)
  return shown(server, 200, object, state)
}

const PATCH_TYPES: Readonly<Record<string, PatchType>> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
}

/** Throws 400 for what is no object; nothing at all is an empty one. upstream: applyPatcher.applyPatchToCurrentObject */
function appliedOf(value: unknown): object {
  if (value === null || value === undefined) return {}
  if (typeof value === 'object' && !Array.isArray(value)) return value
  const word = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value
  throw badRequest(`error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${word} into Go value of type map[string]interface {}`)
}

async function patch(server: ApiServer, kind: Kind, route: Route, request: RawRequest, query: URLSearchParams, state: RequestState): Promise<RawResponse> {
  const type = (request.contentType ?? '').split(';')[0] as string
  if (route.subresource !== '' && !(route.subresource in kind.subresources)) throw noSuchPath()
  const parsed = parseBody(request)
  const ref = { metadata: { name: route.name as string, namespace: route.namespace } }
  if (type.startsWith('application/apply-patch')) {
    const existed = server.lister.get(storedForm(kind)?.kind ?? kind, ref.metadata.name, route.namespace) !== undefined
    const object = await applyPatch(server, kind, ref, appliedOf(parsed.value), { force: flagOf(query, 'force') === true, subresource: route.subresource }, state)
    return shown(server, existed ? 200 : 201, object, state)
  }
  const patchType = PATCH_TYPES[type]
  if (patchType === undefined && kind.custom !== undefined) throw unsupportedMediaType(CUSTOM_MEDIA_TYPES)
  if (patchType === undefined)
    throw unsupportedMediaType(`the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml, application/apply-patch+cbor`)
  if (hasScale(kind, route.subresource)) return json(200, await changeScale(server, kind, ref, now => patched(scale, now, patchType, parsed.value, state), state), state)
  return shown(server, 200, await patchObject(server, kind, ref, patchType, parsed.value, route.subresource, state), state)
}

type DeleteBody = Omit<DeleteOptions, 'dryRun'> & { readonly dryRun?: readonly string[]; readonly orphanDependents?: boolean }

/** Throws 400 for what are no options of a deletion. */
function deleteBody(value: unknown): DeleteBody {
  const { object, error } = decode('meta.v1.DeleteOptions', value ?? {})
  if (object === undefined) throw badRequest(cannotBeHandled('v1', 'DeleteOptions', error ?? ''))
  return object as unknown as DeleteBody
}

function deleteOptions(request: RawRequest, query: URLSearchParams, state: RequestState): DeleteOptions {
  const body = request.bodyTooLarge !== true && (request.body ?? '') === '' ? {} : deleteBody(parseBody(request).value)
  const grace = integerOf(query, 'gracePeriodSeconds')
  const policy = query.get('propagationPolicy') ?? body.propagationPolicy
  return {
    dryRun: state.dryRun || body.dryRun?.includes('All') === true,
    gracePeriodSeconds: grace ?? body.gracePeriodSeconds,
    propagationPolicy: (policy ?? (body.orphanDependents === true ? 'Orphan' : undefined)) as DeleteOptions['propagationPolicy'],
    preconditions: body.preconditions,
  }
}

async function remove(server: ApiServer, kind: Kind, route: Route, request: RawRequest, query: URLSearchParams, state: RequestState): Promise<RawResponse> {
  const options = deleteOptions(request, query, state)
  const done = await deleteObject(server, kind, route.namespace, route.name as string, options, { ...state, dryRun: options.dryRun === true })
  if (!done.gone || kind.returnsDeletedObject === true) return shown(server, 200, done.object, state)
  return json(200, success(kind, done.object), state)
}

function success(kind: Kind, object: KubeObject): Status {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details: { name: object.metadata.name, ...(kind.group === '' ? {} : { group: kind.group }), kind: kind.plural, uid: object.metadata.uid as string } } as Status
}

async function removeAll(server: ApiServer, kind: Kind, route: Route, request: RawRequest, query: URLSearchParams, state: RequestState): Promise<RawResponse> {
  const options = deleteOptions(request, query, state)
  const found = select(server, kind, route.namespace, selectionOf(kind, listOptions(route, query)))
  await deleteObjects(server, kind, found, options, { ...state, dryRun: options.dryRun === true })
  return json(200, { kind: kind.custom?.listKind ?? `${kind.kind}List`, apiVersion: apiVersionOf(kind), metadata: { resourceVersion: String(server.store.head()) }, items: found.map(s => listed(kind, s.body)) }, state)
}
