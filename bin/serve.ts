/** `kubottle serve`: a cluster behind plain HTTP. */
import { existsSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { UsageError } from '../src/base/errors'
import type { ServeOptions } from '../src/cli/access'
import { readConfig, type NewCluster } from '../src/cluster/config'
import { createCluster, createInMemory } from '../src/cluster/create'
import { openCluster, type Cluster } from '../src/cluster/open'
import { createHandler } from '../src/http/handler'
import { serveHttp } from '../src/http/plain'

/** Longer names of field managers are cut. upstream: apiserver/pkg/endpoints/handlers prefixFromUserAgent */
const MAX_MANAGER = 128
const managerOf = (userAgent: string | undefined): string => ((userAgent ?? 'unknown').split('/')[0] as string).slice(0, MAX_MANAGER)

/** Ends when interrupted. Throws UsageError for an address that is taken or is none. */
export async function serve(options: ServeOptions, wall: () => number): Promise<void> {
  const { host, port, interrupt } = options
  const cluster = await clusterFor(options, wall)
  try {
    await cluster.catchUp()
    const { user, groups } = cluster.config
    const handler = createHandler({
      answer: request => cluster.clientFor({ user, groups, manager: managerOf(request.userAgent), trusted: false }).request(request),
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

/** The nodes of a cluster work for it, as its controllers do: without them there are none. */
const onlyApi = ({ config }: NewCluster): NewCluster => ({ config, nodes: [] })

async function clusterFor({ file, controllers }: ServeOptions, wall: () => number): Promise<Cluster> {
  const apiOnly = !controllers
  const fresh = apiOnly ? onlyApi(readConfig(undefined)) : readConfig(undefined)
  if (file === undefined) return createInMemory(fresh, wall, apiOnly)
  if (!existsSync(file)) await createCluster(file, fresh, { replace: false, wall, apiOnly })
  return openCluster({ path: file, wall, apiOnly })
}

const interrupted = (signal: AbortSignal): Promise<void> =>
  new Promise(done => {
    if (signal.aborted) done()
    else signal.addEventListener('abort', () => done(), { once: true })
  })
