/** A cluster in this process, whose calls are told as the requests that they would be over HTTP. */
import { StatusError } from '../../base/status'
import type { Client } from '../../client/client'
import type { RequestLog } from '../../client/request-log'
import { listQuery, pathOf, placeOf, queryText, writeQuery } from '../../client/request-path'
import type { Resource } from '../../kinds/kind'

interface Call {
  readonly method: string
  readonly path: string
  readonly body?: unknown
  readonly code?: number
}

type Calls = { readonly [M in Exclude<keyof Client, 'tableOf' | 'tunnel'>]: (...args: Parameters<Client[M]>) => Call }

const bare = (resource: Resource<never>): Resource<never> => resource

const CALLS: Calls = {
  get: (resource, name, namespace, { subresource, resourceVersion } = {}) => ({ method: 'GET', path: pathOf(bare(resource), { name, namespace, subresource }) + queryText({ resourceVersion }) }),
  list: (resource, options = {}) => ({ method: 'GET', path: pathOf(bare(resource), { namespace: options.namespace }) + queryText(listQuery(options)) }),
  table: (resource, { name, ...options } = {}) => ({ method: 'GET', path: pathOf(bare(resource), { name, namespace: options.namespace }) + queryText(listQuery(options)) }),
  create: (resource, object, options = {}) => ({ method: 'POST', path: pathOf(bare(resource), { namespace: object.metadata?.namespace }) + queryText(writeQuery(options)), body: object, code: 201 }),
  createSubresource: (resource, { metadata }, subresource, body, options = {}) => ({ method: 'POST', path: pathOf(bare(resource), { ...metadata, subresource }) + queryText(writeQuery(options)), body, code: 201 }),
  update: (resource, object, options = {}) => ({ method: 'PUT', path: pathOf(bare(resource), { ...placeOf(object), subresource: options.subresource }) + queryText(writeQuery(options)), body: object }),
  patch: (resource, ref, _type, patch, options = {}) => ({ method: 'PATCH', path: pathOf(bare(resource), { ...placeOf(ref), subresource: options.subresource }) + queryText(writeQuery(options)), body: patch }),
  apply: (resource, object, options) => ({ method: 'PATCH', path: pathOf(bare(resource), { ...placeOf(object), subresource: options.subresource }) + queryText({ ...writeQuery(options), force: String(options.force === true) }), body: object }),
  delete: (resource, ref, { dryRun, ...body } = {}) => ({ method: 'DELETE', path: pathOf(bare(resource), placeOf(ref)), body: { ...body, ...(dryRun === true ? { dryRun: ['All'] } : {}) } }),
  deleteCollection: (resource, options = {}) => ({ method: 'DELETE', path: pathOf(bare(resource), { namespace: options.namespace }) + queryText(listQuery(options)) }),
  watch: (resource, options = {}) => ({ method: 'GET', path: pathOf(bare(resource), { namespace: options.namespace }) + queryText({ ...listQuery(options), watch: true }) }),
  connect: (resource, ref, subresource, { query }) => ({ method: subresource === 'log' ? 'GET' : 'POST', path: pathOf(bare(resource), { ...placeOf(ref), subresource }) + queryText(query) }),
  request: ({ method, path, body }) => ({ method, path, body }),
}

const REASONS: Readonly<Record<number, string>> = { 200: 'OK', 201: 'Created', 400: 'Bad Request', 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found', 405: 'Method Not Allowed', 409: 'Conflict', 410: 'Gone', 415: 'Unsupported Media Type', 422: 'Unprocessable Entity', 429: 'Too Many Requests', 500: 'Internal Server Error', 503: 'Service Unavailable' }
const statusOf = (code: number): string => `${code} ${REASONS[code] ?? ''}`.trimEnd()

/** `server`: what stands before the paths, `kubottle:///home/me/cluster.db`. */
export function loggedClient(client: Client, server: string, log: RequestLog): Client {
  const told = (call: Call): ((code: number) => void) => {
    const body = call.body === undefined ? '' : typeof call.body === 'string' ? call.body : JSON.stringify(call.body)
    const answered = log.request({ method: call.method, url: server + call.path, headers: {}, body })
    return code => answered({ status: statusOf(code), headers: {} })
  }
  const all = Object.fromEntries(Object.entries(CALLS).map(([name, describe]) => [name, (...args: never[]) => {
    const call = (describe as (...args: never[]) => Call)(...args)
    const done = told(call)
    const answer = (client[name as keyof Client] as (...args: never[]) => unknown)(...args)
    if (name === 'watch') {
      done(200)
      return answer
    }
    return (answer as Promise<unknown>).then(value => {
      done(call.code ?? 200)
      if (value !== undefined && typeof value === 'object') log.body(JSON.stringify(value))
      return value
    }, (error: unknown) => {
      if (error instanceof StatusError) {
        done(error.code)
        log.body(JSON.stringify(error.status))
      }
      throw error
    })
  }]))
  return { ...(all as unknown as Client), tableOf: (resource, object) => client.tableOf(resource, object) }
}
