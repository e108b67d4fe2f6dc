/** `kubottle serve`: a cluster behind HTTP, plain or over TLS. */
import { randomBytes, randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { isIP, type AddressInfo } from 'node:net'
import type { Alarm } from '../src/base/alarm'
import { tmpdir } from 'node:os'
import { UsageError } from '../src/base/errors'
import { managerOf, type Actor } from '../src/apiserver/actor'
import type { Address, ServedCluster, ServeOptions } from '../src/cli/access'
import { apiServerNames } from '../src/apiserver/authentication/certificate-authority'
import { refusedChoice } from '../src/apiserver/admission-plugins/choice'
import { readTokenFile, TokenFileError, type StaticUser } from '../src/apiserver/authentication/static-tokens'
import { AUTHENTICATED } from '../src/apiserver/authorization/impersonation'
import { readConfig, type NewCluster } from '../src/cluster/config'
import { createCluster, createInMemory } from '../src/cluster/create'
import { openCluster, type Cluster } from '../src/cluster/open'
import { servingOptions, settleBySelf } from '../src/cluster/serving'
import type { RawRequest } from '../src/client/client'
import { socketPath } from '../src/client/socket-path'
import { Commands } from '../src/http/commands'
import { credentialsOf, refuseForeignPage } from '../src/http/credentials'
import type { Door } from '../src/http/chain'
import { Front } from '../src/http/front'
import { createHandler } from '../src/http/handler'
import { serveHttp, type Answer, type TlsPair } from '../src/http/plain'
import type { RequestInfo } from '../src/http/request-info'
import { openLogs } from './serving-logs'
import { callWebhook } from '../src/http/webhook-caller'
import { actorOf } from './actor-of'
import { descriptions } from './descriptions'
import { isServed } from './served-session'
import { passTime } from './passing'
import { answerCommand, controlled, identityOf, listenAt } from './socket'
import { admitFor, admitOwner } from './streaming'

/** Address of the Service `kubernetes`. */
const SERVICE_ADDRESS = '10.96.0.1'
/** How often a watch looks. */
const LOOK_MS = 50

const alarm: Alarm = (ms, ring) => {
  const timer = setTimeout(ring, ms)
  return () => clearTimeout(timer)
}
const later = (): Promise<void> => new Promise(done => setImmediate(done))

/** Streams have so long to end when the server does, requests as long as they may take. */
const STREAMS_END_MS = 1_000

/** Ends when interrupted, or when the system asks it to (SIGTERM). Throws UsageError for an address that is taken or is none. */
export async function serve(options: ServeOptions, wall: () => number): Promise<void> {
  const { http, https } = options
  const failed = (error: unknown): void => options.failed(error)
  const logs = openLogs(options)
  const cluster = await clusterFor(options, wall)
  const servers: Listening[] = []
  let socket: Awaited<ReturnType<typeof listenAt>> | undefined
  let endPassing: (() => void) | undefined
  const settler = settleBySelf(cluster, alarm, failed, () => cluster.keepUp())
  const commands = new Commands(() => cluster.settle(), alarm, failed)
  const nowMs = finely(wall)
  const front = new Front(cluster.server, {
    nowMs, alarm, newId: randomUUID, limits: options.limits, timeoutMs: options.timeoutMs, queues: () => cluster.engine.queues(), failed,
    log: logs.request,
    audit: logs.audit === undefined ? undefined : { ...logs.audit, nowMs, decide: (info, actor) => decided(cluster, info, actor) },
  })
  try {
    await keepForLife(cluster, options.file)
    await cluster.catchUp()
    const note = front.note.bind(front)
    // Where time jumps, it does so between commands.
    const inTime = (stages: Answer): Answer => request => (cluster.config.clock.mode !== 'realtime' ? commands.answer(request, () => stages(request)) : stages(request))
    const open = async (address: Address, tls?: TlsPair): Promise<string> => {
      const { host, port } = address
      const actor = (request: Asking): Actor => actorOfHttp(cluster, request, tls !== undefined, host)
      const server = await serveHttp(inTime(front.answer(doorOf(cluster, actor))), host, port, tls, admitFor(cluster, commands, actor, note)).catch((e: Error) => {
        throw new UsageError(`cannot listen on ${host}:${port}: ${e.message}`)
      })
      servers.push(listening(server))
      return `${tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`
    }
    const plain = http === undefined ? undefined : await open(http)
    const pair = https === undefined ? undefined : serverPair(cluster, https.host, wall())
    const secure = https === undefined ? undefined : await open(https, pair)
    if (options.file !== undefined) {
      socket = await listenAt(socketPath(options.file, tmpdir()), createHandler({ answer: answerCommand(front.answer(doorOf(cluster, request => actorOf(cluster, identityOf(request)))), controlled(cluster, options.file, settler, commands), settler, commands), failed }), admitOwner(cluster, commands, admitFor(cluster, commands, request => actorOf(cluster, identityOf(request)), note)))
      servers.push(listening(socket.server))
    }
    options.listening([plain, secure].filter(url => url !== undefined), kubeconfigFor(cluster, secure ?? (plain as string), pair, wall()))
    endPassing = passTime(cluster, servers.map(({ server }) => server), wall, failed)
    settler.wake()
    await interrupted(options.interrupt)
    cluster.server.shuttingDown = true
    await new Promise(done => setTimeout(done, options.shutdownDelayMs))
  } finally {
    endPassing?.()
    socket?.remove()
    front.shutDown()
    await Promise.all(servers.map(server => closed(server, options.timeoutMs)))
    await settler.stop()
    cluster.close()
  }
}

/** So long another command may go on settling before the server says that it cannot begin. */
const PATIENCE_MS = 10_000

/** Nobody else settles this cluster as long as it is served. Throws UsageError where somebody does. */
async function keepForLife(cluster: Cluster, file: string | undefined): Promise<void> {
  for (let waitedMs = 0; !cluster.keep(); waitedMs += LOOK_MS) {
    if (file !== undefined && (await isServed(socketPath(file, tmpdir())))) throw new UsageError(`${file} is being served already`)
    if (waitedMs >= PATIENCE_MS) throw new UsageError(`${file ?? 'the cluster'}: another process works on this cluster`)
    await new Promise(done => setTimeout(done, LOOK_MS))
  }
}

/** Wall time with its fractions, for what is measured. */
function finely(wall: () => number): () => number {
  const began = wall() - performance.now()
  return () => began + performance.now()
}

interface Listening {
  readonly server: Server
  /** Connections that speak another protocol by now. */
  readonly streams: Set<Duplex>
}

function listening(server: Server): Listening {
  const streams = new Set<Duplex>()
  server.on('upgrade', (_, stream) => {
    streams.add(stream)
    stream.once('close', () => streams.delete(stream))
  })
  return { server, streams }
}

/** Takes no connection more, and ends those that there are when their requests are answered. */
async function closed({ server, streams }: Listening, patienceMs: number): Promise<void> {
  const over = new Promise<void>(done => server.close(() => done()))
  server.closeIdleConnections()
  // Connections that have just been answered are idle a moment later.
  const sweep = setInterval(() => server.closeIdleConnections(), 20)
  const end = setTimeout(() => streams.forEach(s => s.destroy()), STREAMS_END_MS)
  const cut = setTimeout(() => server.closeAllConnections(), patienceMs)
  await over
  clearInterval(sweep)
  clearTimeout(cut)
  clearTimeout(end)
}

/** What stands behind a door. */
const doorOf = (cluster: Cluster, actorOf: Door['actorOf']): Door => ({ actorOf, answer: (request, actor) => cluster.clientFor(actor).request(request) })

/** What an authoriser says of a request, for the audit log. */
function decided({ server }: Cluster, { verb, isResource, group, resource, subresource, namespace, name, path }: RequestInfo, { user, groups, wanted }: Actor): { readonly allowed: boolean; readonly reason: string } {
  const what = { verb, group, resource, subresource, namespace, name, path: isResource ? undefined : path }
  return server.authorizer.authorize({ ...what, user: wanted?.user ?? user, groups: wanted?.groups ?? groups })
}

function serverPair(cluster: Cluster, host: string, nowMs: number): TlsPair {
  const { authority } = cluster.server.authenticator
  const names = apiServerNames()
  const addresses = new Set(['127.0.0.1', '::1', SERVICE_ADDRESS])
  if (isIP(host) !== 0 && host !== '0.0.0.0' && host !== '::') addresses.add(host)
  else if (isIP(host) === 0) names.push(host)
  return { ...authority.serverPair(names, [...addresses], nowMs), authority: authority.certificate }
}

/** With what a client gets in as the cluster's own user. */
function kubeconfigFor({ config, server }: Cluster, url: string, pair: TlsPair | undefined, nowMs: number): ServedCluster {
  const names = { cluster: config.cluster, context: config.context, user: config.user, url }
  if (pair === undefined) return names
  const { authority } = server.authenticator
  const { certificate, key } = authority.clientPair({ commonName: config.user, organizations: config.groups.filter(g => g !== AUTHENTICATED) }, nowMs)
  return { ...names, credentials: { authority: pair.authority, certificate, key, serverCertificate: pair.certificate, serverKey: pair.key } }
}

type Asking = Pick<RawRequest, 'userAgent' | 'headers' | 'clientCertificate'>

/** Over plain HTTP, who sends no token is the cluster's own user: the address is this machine's. Over TLS it is nobody. Throws 401, 403. */
function actorOfHttp(cluster: Cluster, { userAgent, headers = {}, clientCertificate }: Asking, secure: boolean, host: string): Actor {
  const manager = managerOf(userAgent)
  const { token, wanted } = credentialsOf(headers)
  if (secure || token !== undefined) return cluster.actorFor({ token, clientCertificate, wanted }, manager)
  refuseForeignPage(headers, host)
  return cluster.ownUser(undefined, [], manager, wanted)
}

/** The nodes of a cluster work for it, as its controllers do: without them there are none. */
const onlyApi = ({ config }: NewCluster): NewCluster => ({ config, nodes: [] })

/** A cluster that is made to be served in real time is calm at the wall's time, and not a little later: it begins so long before. */
const CALM_WITHIN_MS = 150_000

/** Throws UsageError for a flag that says what cannot be. */
async function clusterFor({ file, controllers, profile, clock, startAgoMs, tokenFile, anonymous, admission, failed }: ServeOptions, wall: () => number): Promise<Cluster> {
  const refused = refusedChoice(admission)
  if (refused !== undefined) throw new UsageError(refused)
  const apiOnly = !controllers
  const made = readConfig(profile)
  const fresh = apiOnly ? onlyApi(made) : made
  const authentication = { anonymous, staticTokens: tokenFile === undefined ? undefined : tokensOf(tokenFile, text => failed(new Error(text))) }
  const opening = { ...servingOptions(wall, later, alarm, failed), descriptions, callWebhook, follow: (watch: Parameters<typeof follower>[0]) => follower(watch, wall), clockMode: clock, authentication, admission }
  const toNow = startAgoMs === undefined && clock === 'realtime' && !apiOnly && made.config.clock.mode !== 'fixed'
  const making = { apiOnly, secret: randomBytes(32).toString('hex'), startAgoMs: toNow ? CALM_WITHIN_MS : startAgoMs, toNow }
  if (file === undefined) return createInMemory(fresh, wall, apiOnly, { ...opening, ...making })
  if (!existsSync(file)) await createCluster(file, fresh, { ...making, replace: false, wall })
  return openCluster({ ...opening, path: file, wall, apiOnly })
}

/** Throws UsageError in kube-apiserver's words. */
function tokensOf(path: string, warn: (text: string) => void): ReadonlyMap<string, StaticUser> {
  try {
    return readTokenFile(readFileSync(path, 'utf8'), path, warn)
  } catch (e) {
    if (e instanceof TokenFileError) throw new UsageError(e.message)
    const { code } = e as { code?: string }
    if (code === undefined) throw e
    throw new UsageError(`open ${path}: ${code === 'ENOENT' ? 'no such file or directory' : code === 'EISDIR' ? 'is a directory' : 'permission denied'}`)
  }
}

/** A watch looks again and again; time passes by itself here. */
function follower({ signal, timeoutMs }: { readonly signal?: AbortSignal | undefined; readonly timeoutMs?: number | undefined }, wall: () => number): () => Promise<boolean> {
  const endMs = timeoutMs === undefined ? Infinity : wall() + timeoutMs
  const over = (): boolean => signal?.aborted === true || wall() >= endMs
  return async () => {
    if (over()) return false
    await new Promise(done => setTimeout(done, LOOK_MS))
    return !over()
  }
}

/** Ctrl-C, or what ends a service. */
const interrupted = (signal: AbortSignal): Promise<void> =>
  new Promise(done => {
    process.once('SIGTERM', () => done())
    if (signal.aborted) done()
    else signal.addEventListener('abort', () => done(), { once: true })
  })
