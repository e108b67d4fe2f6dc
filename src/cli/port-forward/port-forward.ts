/** `kubectl port-forward`. upstream: kubectl/pkg/cmd/portforward, client-go/tools/portforward */
import type { AddressInfo, Server, Socket } from 'node:net'
import { ConnectionError, UsageError } from '../../base/errors'
import type { Clock } from '../../base/clock'
import { apiVersionOf } from '../../kinds/kind'
import type { Pod, Service } from '../../kinds/schema/types/core.v1'
import type { Session } from '../access'
import { SeveralErrors } from '../errors'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import type { IOStreams } from '../io-streams'
import { klogHeader } from '../klog'
import { resourceOf } from '../resource-of'
import { byActivity } from '../target-pod/order'
import { podsFor, selectorOfWorkload } from '../target-pod/pods-of'
import { forwardedPorts, type Forwarded } from './ports'

export interface Options {
  readonly session: Session
  readonly io: IOStreams
  /** Wall time. */
  readonly clock: Clock
  readonly pod: Pod
  readonly ports: readonly Forwarded[]
  /** As they are listened on: `localhost` stands for both loopback addresses. */
  readonly addresses: readonly string[]
}

/** Throws UsageError, StatusError. */
export async function toOptions({ args, flags }: Invocation<'port-forward'>, factory: Factory): Promise<Options> {
  const { name: namespace } = factory.namespace()
  const { infos: [info], errors } = await factory.builder().infos({ args: args.slice(0, 1), defaultType: 'pods', namespace })
  if (errors.length > 0) throw errors.length === 1 ? errors[0] : new SeveralErrors(errors)
  if (info === undefined) throw new UsageError('pod name or resource type/name must be specified')
  const session = await factory.session()
  const type = `${apiVersionOf(info.resource)} ${info.resource.kind}`
  const found = type === 'v1 Pod' ? (info.object as never as Pod) : ((await podsFor(session, info.namespace, selectorOfWorkload(info, 'cannot attach to'), flags['pod-running-timeout'], byActivity))[0] as Pod)
  const ports = forwardedPorts(args.slice(1), found, type === 'v1 Service' ? (info.object as never as Service) : undefined)
  const pod = await session.client.get(resourceOf<Pod>('v1', 'Pod'), found.metadata.name, found.metadata.namespace)
  if (pod.status?.phase !== 'Running') throw new UsageError(`unable to forward port because pod is not running. Current status=${pod.status?.phase ?? ''}`)
  return { session, io: factory.io, clock: factory.clock, pod, ports, addresses: addressesOf(flags.address) }
}

function addressesOf(given: readonly string[]): string[] {
  const all = given.flatMap(address => {
    if (address === 'localhost') return ['127.0.0.1', '::1']
    if (!/^[\d.]+$|:/.test(address)) throw new UsageError(`${address} is not a valid IP`)
    return [address]
  })
  return [...new Set(all)]
}

/** Listens until interrupted, or until a connection cannot be made. Throws UsageError. */
export async function run(options: Options): Promise<void> {
  const { io } = options
  const servers: Server[] = []
  let fail: (error: UsageError) => void = () => {}
  const lost = new Promise<never>((_, reject) => (fail = reject))
  lost.catch(() => {})
  await held(options, error => fail(error))
  try {
    for (const ports of options.ports) servers.push(...(await listenOn(ports, options, error => fail(error))))
    if (servers.length === 0) throw new UsageError(`unable to listen on any of the requested ports: [${options.ports.map(p => `{${p.local} ${p.remote}}`).join(' ')}]`)
    await Promise.race([lost, new Promise<void>(done => io.interrupt.addEventListener('abort', () => done(), { once: true }))])
  } finally {
    for (const server of servers) server.close()
  }
}

/** A server is connected to before anybody forwards, and until the connection is lost. Throws UsageError. */
async function held({ session, pod, io }: Options, fail: (error: UsageError) => void): Promise<void> {
  await new Promise<void>((done, failed) => {
    let begun = false
    session.client.connect(resourceOf<Pod>('v1', 'Pod'), pod, 'portforward', { query: {}, signal: io.interrupt, begun: () => {
      begun = true
      done()
    } }).then(() => {
      if (begun) fail(new UsageError('lost connection to pod'))
      done()
    }, (e: Error) => failed(e instanceof ConnectionError ? e : new UsageError(`error upgrading connection: ${e.message}`)))
  })
}

/** One server for each address that can be had. */
async function listenOn(ports: Forwarded, options: Options, fail: (error: UsageError) => void): Promise<Server[]> {
  const { io, addresses } = options
  const servers: Server[] = []
  const problems: string[] = []
  for (const address of addresses) {
    try {
      const server = await listen(address, servers.length > 0 && ports.local === 0 ? portOf(servers[0] as Server) : ports.local, socket => void forward(socket, ports, options, fail))
      servers.push(server)
      io.stdout(`Forwarding from ${address.includes(':') ? `[${address}]` : address}:${portOf(server)} -> ${ports.remote}\n`)
    } catch (error) {
      const isSix = address.includes(':')
      const why = (error as NodeJS.ErrnoException).code === 'EADDRINUSE' ? 'bind: address already in use' : (error as NodeJS.ErrnoException).code === 'EACCES' ? 'bind: permission denied' : 'bind: cannot assign requested address'
      problems.push(`unable to create listener: Error listen tcp${isSix ? 6 : 4} ${isSix ? `[${address}]` : address}:${ports.local}: ${why}`)
    }
  }
  if (servers.length === 0) io.stderr(`Unable to listen on port ${ports.local}: Listeners failed to create with the following errors: [${problems.join(' ')}]\n`)
  return servers
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port

function listen(host: string, port: number, taken: (socket: Socket) => void): Promise<Server> {
  // Loaded when first needed: commands that serve nothing start without it.
  const { createServer } = process.getBuiltinModule('node:net')
  const server = createServer({ allowHalfOpen: true }, taken)
  return new Promise((done, failed) => {
    server.once('error', failed)
    server.listen({ host, port, ipv6Only: true }, () => done(server))
  })
}

async function forward(socket: Socket, { remote }: Forwarded, { session, io, clock, pod }: Options, fail: (error: UsageError) => void): Promise<void> {
  const local = socket.localPort
  io.stdout(`Handling connection for ${local}\n`)
  const over = new AbortController()
  socket.on('error', () => over.abort())
  socket.on('close', () => over.abort())
  try {
    await session.client.connect(resourceOf<Pod>('v1', 'Pod'), pod, 'portforward', {
      query: { ports: String(remote) }, stdin: socket, stdout: chunk => void (socket.writable && socket.write(chunk)), signal: AbortSignal.any([over.signal, io.interrupt]),
    })
  } catch (error) {
    io.stderr(`${klogHeader('E', clock.now())} portforward.go:424] "Unhandled Error" err=${JSON.stringify(`an error occurred forwarding ${local} -> ${remote}: ${(error as Error).message}`)}\n`)
    fail(new UsageError('lost connection to pod'))
  }
  socket.end()
}
