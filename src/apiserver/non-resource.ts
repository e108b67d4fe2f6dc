/** What is no resource: discovery, OpenAPI, health, version, how tokens are checked. */
import { noSuchPath } from '../base/status'
import { resources } from '../kinds/schema/table'
import { ISSUER } from './authentication/issuer'
import { aggregatedDiscovery, groupDocument, groupList, resourceList } from './discovery'
import { healthOf } from './health'
import type { Document } from './openapi/documents'
import type { Json } from './openapi/schemas'
import { SWAGGER_PROTOBUF, swaggerProtobuf } from './openapi/swagger-protobuf'
import type { PathAnswer } from './path-answer'
import type { ApiServer } from './server'
import { VERSION } from './version'

/** How others check the tokens of service accounts. */
const OPENID = { issuer: ISSUER, jwks_uri: 'https://127.0.0.1:6443/openid/v1/jwks', response_types_supported: ['id_token'], subject_types_supported: ['public'], id_token_signing_alg_values_supported: ['ES256'] }
const API_VERSIONS = { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '127.0.0.1:6443' }] }
const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'

/** Throws the 404 of an unknown path. */
export function answerPath(server: ApiServer, path: string, query: URLSearchParams, accept: string): PathAnswer {
  const whole = path === '/' ? path : path.replace(/\/$/, '')
  const other = healthOf(whole, query, failingChecks(server)) ?? server.morePaths?.(whole)
  if (other !== undefined) return other
  if (whole === '/openapi/v3') return { body: JSON.stringify(server.openapi.index()) }
  if (whole === '/openapi/v2') return openApiV2(server.openapi.v2(), accept)
  if (whole.startsWith('/openapi/v3/')) return openApiV3(server, whole.slice('/openapi/v3/'.length), query)
  if ((whole === '/api' || whole === '/apis') && accept.includes('APIGroupDiscoveryList')) return { contentType: AGGREGATED, body: aggregatedDiscovery(server.registry.customResources())[whole === '/api' ? 'api' : 'apis'] }
  const body = documentAt(server, whole)
  if (body === undefined) throw noSuchPath()
  return { body }
}

/** By their names, with what is wrong. */
function failingChecks({ store, shuttingDown }: ApiServer): ReadonlyMap<string, string> {
  const failing = new Map<string, string>()
  if (shuttingDown) failing.set('shutdown', 'process is shutting down')
  try {
    store.head()
  } catch (e) {
    for (const name of ['etcd', 'etcd-readiness']) failing.set(name, (e as Error).message)
  }
  return failing
}

function documentAt(server: ApiServer, path: string): unknown {
  const extra = server.registry.customResources()
  const parts = path.split('/').slice(1)
  if (parts[0] === 'api' && parts.length === 2) return resourceList('', parts[1] as string, extra)
  if (parts[0] === 'apis' && parts.length === 2) return groupDocument(parts[1] as string, extra)
  if (parts[0] === 'apis' && parts.length === 3) return resourceList(parts[1] as string, parts[2] as string, extra)
  switch (path) {
    case '/':
      return JSON.stringify({ paths: rootPaths(server) }, undefined, 2)
    case '/api':
      return API_VERSIONS
    case '/apis':
      return groupList(extra)
    case '/openid/v1/jwks':
      return server.authenticator.tokens.jwks()
    case '/.well-known/openid-configuration':
      return OPENID
    case '/version':
      return JSON.stringify(VERSION, undefined, 2)
  }
  return undefined
}

function rootPaths(server: ApiServer): string[] {
  const served = [...resources(), ...server.registry.customResources()].flatMap(r => (r.group === '' ? ['/api', '/api/v1'] : [`/apis/${r.group}`, `/apis/${r.apiVersion}`]))
  return [...new Set(['/.well-known/openid-configuration', '/apis', '/healthz', '/livez', ...(server.morePaths?.('/metrics') === undefined ? [] : ['/metrics']), '/openapi/v2', '/openapi/v3', '/openapi/v3/', '/openid/v1/jwks', '/readyz', '/version', ...served])].sort()
}

/** A client that names another hash than the document's is sent to the right one; one that names it may keep the document for good. upstream: kube-openapi/pkg/handler3 */
function openApiV3(server: ApiServer, path: string, query: URLSearchParams): PathAnswer {
  const document = server.openapi.v3(path)
  if (document === undefined) throw noSuchPath()
  const asked = query.get('hash') ?? ''
  if (asked !== '' && asked !== document.hash) return { code: 301, contentType: 'text/html; charset=utf-8', body: '', headers: { location: `/openapi/v3/${path}?hash=${document.hash}` } }
  const answer = hashed(document)
  return asked === '' ? answer : { ...answer, headers: { ...answer.headers, 'cache-control': 'public, immutable' } }
}

/** Go clients ask for the binary form alone. */
function openApiV2(document: Document, accept: string): PathAnswer {
  const answer = hashed(document)
  if (!accept.includes('proto-openapi.spec.v2')) return answer
  return { ...answer, contentType: SWAGGER_PROTOBUF, bytes: swaggerProtobuf(JSON.parse(document.text) as Json) }
}

const hashed = ({ text, hash }: Document): PathAnswer => ({ body: text, headers: { etag: `"${hash}"`, vary: 'Accept' } })
