/** `kubottle serve`: a cluster behind HTTP, plain or over TLS. */
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { isIP, type AddressInfo } from 'node:net'
import type { Alarm } from '../src/base/alarm'
import { tmpdir } from 'node:os'
import { UsageError } from '../src/base/errors'
import type { Actor } from '../src/apiserver/actor'
import type { Address, ServedCluster, ServeOptions } from '../src/cli/access'
import { refusedChoice } from '../src/apiserver/admission-plugins/choice'
import { readTokenFile, TokenFileError, type StaticUser } from '../src/apiserver/authentication/static-tokens'
import { AUTHENTICATED } from '../src/apiserver/authorization/impersonation'
import { readConfig, type NewCluster } from '../src/cluster/config'
import { createCluster, createInMemory } from '../src/cluster/create'
import { openCluster, type Cluster } from '../src/cluster/open'
import { servingOptions, settleBySelf } from '../src/cluster/serving'
import type { RawRequest, RawResponse } from '../src/client/client'
import { socketPath } from '../src/client/socket-path'
import { credentialsOf } from '../src/http/credentials'
import { Commands } from '../src/http/commands'
import { createHandler } from '../src/http/handler'
import { serveHttp, type Answer, type TlsPair } from '../src/http/plain'
import { callWebhook } from '../src/http/webhook-caller'
import { actorOf } from './actor-of'
import { descriptions } from './descriptions'
import { isServed } from './served-session'
import { answerAs, answerCommand, controlled, identityOf, listenAt } from './socket'
import { admitFor } from './streaming'

/** Longer names of field managers are cut. upstream: apiserver/pkg/endpoints/handlers prefixFromUserAgent */
const MAX_MANAGER = 128
/** Address of the Service `kubernetes`. */
const SERVICE_ADDRESS = '10.96.0.1'
/** How often a watch looks. */
const LOOK_MS = 50

const alarm: Alarm = (ms, ring) => {
  const timer = setTimeout(ring, ms)
  return () => clearTimeout(timer)
}
const later = (): Promise<void> => new Promise(done => setImmediate(done))

const managerOf = (userAgent: string | undefined): string => ((userAgent ?? 'unknown').split('/')[0] as string).slice(0, MAX_MANAGER)

/** Ends when interrupted. Throws UsageError for an address that is taken or is none. */
export async function serve(options: ServeOptions, wall: () => number): Promise<void> {
  const { http, https, interrupt } = options
  const failed = (error: unknown): void => options.failed(error)
  const cluster = await clusterFor(options, wall)
  const servers: Server[] = []
  let socket: Awaited<ReturnType<typeof listenAt>> | undefined
  const settler = settleBySelf(cluster, alarm, failed, () => cluster.keepUp())
  const commands = new Commands(() => cluster.settle(), alarm, failed)
  try {
    await keepForLife(cluster, options.file)
    await cluster.catchUp()
    const inTime = (request: RawRequest, work: () => Promise<RawResponse>): Promise<RawResponse> => (cluster.config.clock.mode !== 'realtime' ? commands.answer(request, work) : work())
    const handlerFor = (secure: boolean): Answer => createHandler({ answer: request => inTime(request, () => answerAs(cluster, request, actorOfHttp(cluster, request, secure))), failed })
    const open = async (address: Address, tls?: TlsPair): Promise<string> => {
      const { host, port } = address
      const secure = tls !== undefined
      const server = await serveHttp(handlerFor(secure), host, port, tls, admitFor(cluster, commands, request => actorOfHttp(cluster, request, secure)())).catch((e: Error) => {
        throw new UsageError(`cannot listen on ${host}:${port}: ${e.message}`)
      })
      servers.push(server)
      return `${tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`
    }
    const plain = http === undefined ? undefined : await open(http)
    const pair = https === undefined ? undefined : serverPair(cluster, https.host, wall())
    const secure = https === undefined ? undefined : await open(https, pair)
    if (options.file !== undefined) {
      socket = await listenAt(socketPath(options.file, tmpdir()), createHandler({ answer: answerCommand(cluster, controlled(cluster, options.file, settler, commands), settler, commands), failed }), admitFor(cluster, commands, request => actorOf(cluster, identityOf(request))))
      servers.push(socket.server)
    }
    options.listening([plain, secure].filter(url => url !== undefined), kubeconfigFor(cluster, secure ?? (plain as string), pair, wall()))
    settler.wake()
    await interrupted(interrupt)
  } finally {
    socket?.remove()
    for (const server of servers) {
      server.close()
      server.closeAllConnections()
    }
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

function serverPair(cluster: Cluster, host: string, nowMs: number): TlsPair {
  const { authority } = cluster.server.authenticator
  const names = ['localhost', 'kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local']
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

/** Over plain HTTP, who sends no token is the cluster's own user: the address is this machine's. Over TLS it is nobody. Throws 401. */
const actorOfHttp = (cluster: Cluster, { userAgent, headers, clientCertificate }: Pick<RawRequest, 'userAgent' | 'headers' | 'clientCertificate'>, secure: boolean) => (): Actor => {
  const manager = managerOf(userAgent)
  const { token, wanted } = credentialsOf(headers ?? {})
  return secure || token !== undefined ? cluster.actorFor({ token, clientCertificate, wanted }, manager) : cluster.ownUser(undefined, [], manager, wanted)
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

const interrupted = (signal: AbortSignal): Promise<void> =>
  new Promise(done => {
    if (signal.aborted) done()
    else signal.addEventListener('abort', () => done(), { once: true })
  })
