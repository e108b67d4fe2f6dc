/** `kubottle serve`: a cluster behind plain HTTP. */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { UsageError } from '../src/base/errors'
import type { ServeOptions } from '../src/cli/access'
import { readConfig, type NewCluster } from '../src/cluster/config'
import { createCluster, createInMemory } from '../src/cluster/create'
import { openCluster, type Cluster } from '../src/cluster/open'
import { StatusError } from '../src/base/status'
import type { RawRequest, RawResponse } from '../src/client/client'
import { credentialsOf } from '../src/http/credentials'
import { createHandler } from '../src/http/handler'
import { serveHttp } from '../src/http/plain'
import { callWebhook } from '../src/http/webhook-caller'
import { descriptions } from './descriptions'

/** Longer names of field managers are cut. upstream: apiserver/pkg/endpoints/handlers prefixFromUserAgent */
const MAX_MANAGER = 128
const managerOf = (userAgent: string | undefined): string => ((userAgent ?? 'unknown').split('/')[0] as string).slice(0, MAX_MANAGER)

/** Ends when interrupted. Throws UsageError for an address that is taken or is none. */
export async function serve(options: ServeOptions, wall: () => number): Promise<void> {
  const { host, port, interrupt } = options
  const cluster = await clusterFor(options, wall)
  try {
    await cluster.catchUp()
    const handler = createHandler({
      answer: request => answerAs(cluster, request),
      settle: () => cluster.settle(),
      failed: error => options.failed(error),
    })
    const server = await serveHttp(handler, host, port).catch((e: Error) => {
      throw new UsageError(`cannot listen on ${host}:${port}: ${e.message}`)
    })
    const { port: open } = server.address() as AddressInfo
    options.listening(`http://${host.includes(':') ? `[${host}]` : host}:${open}`)
    await interrupted(interrupt)
    server.close()
    server.closeAllConnections()
  } finally {
    cluster.close()
  }
}

/** Who sends no token is the cluster's own user: the address is this machine's. */
async function answerAs(cluster: Cluster, request: RawRequest): Promise<RawResponse> {
  const manager = managerOf(request.userAgent)
  try {
    const { token, wanted } = credentialsOf(request.headers ?? {})
    const actor = token === undefined ? cluster.ownUser(undefined, [], manager, wanted) : cluster.actorFor({ token, wanted }, manager)
    return await cluster.clientFor(actor).request(request)
  } catch (e) {
    if (!(e instanceof StatusError)) throw e
    return { code: e.code, contentType: 'application/json', body: `${JSON.stringify(e.status)}\n`, warnings: [] }
  }
}

/** The nodes of a cluster work for it, as its controllers do: without them there are none. */
const onlyApi = ({ config }: NewCluster): NewCluster => ({ config, nodes: [] })

async function clusterFor({ file, controllers }: ServeOptions, wall: () => number): Promise<Cluster> {
  const apiOnly = !controllers
  const fresh = apiOnly ? onlyApi(readConfig(undefined)) : readConfig(undefined)
  if (file === undefined) return createInMemory(fresh, wall, apiOnly, { descriptions })
  if (!existsSync(file)) await createCluster(file, fresh, { replace: false, wall, apiOnly, secret: randomBytes(32).toString('hex') })
  return openCluster({ path: file, wall, apiOnly, callWebhook, descriptions })
}

const interrupted = (signal: AbortSignal): Promise<void> =>
  new Promise(done => {
    if (signal.aborted) done()
    else signal.addEventListener('abort', () => done(), { once: true })
  })
