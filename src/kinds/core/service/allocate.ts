/** What the server gives a Service: an address of the cluster's own and ports on the nodes. upstream: pkg/registry/core/service/storage/alloc.go, storage.go */
import { Findings, Path } from '../../../base/findings'
import { cidrContains, ipAfter, ipText, parseCidr, parseIp } from '../../../base/ip'
import type { Cidr } from '../../../base/ip'
import { failure, internalError } from '../../../base/status'
import type { Resource, WriteEnv } from '../../kind'
import type { Service, ServicePort, ServiceSpec } from '../../schema/types/core.v1'
import { initFamilies, matchesPreferred, throwInvalid } from './families'
import { heldNodePorts, isExternallyAccessible, mayHaveNodePorts, needsClusterIP, needsHealthCheck, needsInternalPolicy, needsNodePorts, NONE, sameList } from './traits'

/** Addresses of Services. upstream: kube-apiserver --service-cluster-ip-range, kubeadm's default */
export const SERVICE_CIDR = '10.96.0.0/12'
/** upstream: kube-apiserver --service-node-port-range */
const FIRST_PORT = 30000
const LAST_PORT = 32767
/** The lower part of each range is for those who choose by hand. upstream: ipallocator.calculateRangeOffset, portallocator */
const STATIC_ADDRESSES = 256
const STATIC_PORTS = 86

/** Indexes by address and by port on the nodes. */
export const CLUSTER_IP = 'clusterIP'
export const NODE_PORT = 'nodePort'
/** … and by addresses outside: given by hand, or by a load balancer. */
export const EXTERNAL_IP = 'externalIP'

const PORT_TAKEN = 'provided port is already allocated'
const PORT_OUTSIDE = `provided port is not in the valid range. The range of valid ports is ${FIRST_PORT}-${LAST_PORT}`

const SPEC = Path.of('spec')

/** One write's view of what is taken: by other Services, and by what this one was given already. */
class Allocation {
  private readonly ports = new Set<number>()

  constructor(
    private readonly kind: Resource<Service>,
    private readonly service: Service,
    private readonly env: WriteEnv,
  ) {}

  private isTaken(index: string, value: string): boolean {
    const { name, namespace } = this.service.metadata
    return this.env.byIndex(this.kind, index, value).some(s => s.metadata.name !== name || s.metadata.namespace !== namespace)
  }

  /** The problem with a port that was asked for. A dry run does not look at the range. */
  take(port: number): string | undefined {
    if (!this.env.dryRun && (port < FIRST_PORT || port > LAST_PORT)) return PORT_OUTSIDE
    if (this.ports.has(port) || this.isTaken(NODE_PORT, String(port))) return PORT_TAKEN
    this.ports.add(port)
    return undefined
  }

  /** A free port, or undefined when there is none. `purpose` tells one port of a Service from the next. */
  nextPort(purpose: string): number | undefined {
    const from = FIRST_PORT + STATIC_PORTS
    const drawn = this.env.draw.uint32(this.owner, `nodePort ${purpose}`)
    return this.probe(drawn, from, LAST_PORT + 1) ?? this.probe(drawn, FIRST_PORT, from)
  }

  private probe(drawn: number, from: number, to: number): number | undefined {
    const size = to - from
    for (let i = 0; i < size; i++) {
      const port = from + ((drawn + i) % size)
      if (this.take(port) === undefined) return port
    }
    return undefined
  }

  /** A free address, or undefined when there is none. */
  nextAddress(cidr: Cidr): string | undefined {
    const size = 2 ** (32 - cidr.prefix) - 1
    const dynamic = size > STATIC_ADDRESSES ? STATIC_ADDRESSES : 1
    const drawn = this.env.draw.uint32(this.owner, CLUSTER_IP)
    for (let i = 0; i < size - dynamic; i++) {
      const ip = ipText(ipAfter(cidr.network, dynamic + ((drawn + i) % (size - dynamic))))
      if (!this.isTaken(CLUSTER_IP, ip)) return ip
    }
    return undefined
  }

  addressProblem(text: string, cidr: Cidr): string | undefined {
    const ip = parseIp(text)
    if (ip === undefined || !cidrContains(cidr, ip)) return 'the provided network does not match the current range'
    return this.isTaken(CLUSTER_IP, ipText(ip)) ? 'provided IP is already allocated' : undefined
  }

  /** Its uid, so that a Service made anew under an old name draws anew. */
  private get owner(): string {
    return this.service.metadata.uid as string
  }
}

/** The status is the controllers'; address and ports are given. Throws 422. */
export function prepareService(kind: Resource<Service>, service: Service, env: WriteEnv): void {
  service.status = { loadBalancer: {} }
  const { spec } = service
  if ((spec.clusterIP ?? '') !== '' && (spec.clusterIPs ?? []).length === 0) spec.clusterIPs = [spec.clusterIP as string]
  initFamilies(service.metadata.name, spec, undefined)
  const allocation = new Allocation(kind, service, env)
  allocateAddress(allocation, service)
  if (mayHaveNodePorts(spec)) allocatePorts(allocation, service)
  if (needsHealthCheck(spec)) allocateHealthCheck(allocation, spec)
}

/** Keeps what was given before, and gives what the change needs. `next` is changed, never what it shares with others. Throws 422. */
export function prepareServiceUpdate(kind: Resource<Service>, next: Service, previous: Service, env: WriteEnv): void {
  if (next.spec === previous.spec) return
  const spec: ServiceSpec = { ...next.spec }
  if (spec.ports !== undefined) spec.ports = spec.ports.map(p => ({ ...p }))
  next.spec = spec
  const before = previous.spec
  keepAllocated(spec, before)
  syncAddresses(spec, before)
  initFamilies(next.metadata.name, spec, before)
  const allocation = new Allocation(kind, next, env)
  if (!matchesPreferred(spec, before) && before.type === 'ExternalName' && spec.type !== 'ExternalName') allocateAddress(allocation, next)
  if (mayHaveNodePorts(spec)) updatePorts(allocation, next, previous)
  if (!needsHealthCheck(before) && needsHealthCheck(spec)) allocateHealthCheck(allocation, spec)
  dropTypeDependent(spec, before)
}

function allocateAddress(allocation: Allocation, { metadata, spec }: Service): void {
  if (spec.type === 'ExternalName' || spec.clusterIPs?.[0] === NONE) return
  const cidr = parseCidr(SERVICE_CIDR) as Cidr
  const asked = spec.clusterIPs?.[0] ?? ''
  if (asked !== '') {
    const problem = allocation.addressProblem(asked, cidr)
    if (problem === undefined) return
    const f = new Findings()
    f.invalid(SPEC.child('clusterIPs'), spec.clusterIPs, `failed to allocate IP ${asked}: ${problem}`)
    return throwInvalid(metadata.name, f)
  }
  const ip = allocation.nextAddress(cidr)
  if (ip === undefined) throw internalError('failed to allocate a serviceIP: range is full')
  spec.clusterIP = ip
  spec.clusterIPs = [ip]
}

/** One port of the Service under two protocols shares one port on the nodes. upstream: initNodePorts */
function allocatePorts(allocation: Allocation, { metadata, spec }: Service): void {
  const given = new Map<number, number>()
  const ports = spec.ports ?? []
  ports.forEach((p, i) => {
    const asked = p.nodePort ?? 0
    if (asked === 0 && !needsNodePorts(spec)) return
    const number = p.port ?? 0
    const shared = given.get(number)
    if (shared === undefined) {
      const wanted = ports.find(q => (q.port ?? 0) === number && (q.nodePort ?? 0) !== 0)?.nodePort
      if (wanted !== undefined) takePort(allocation, metadata.name, i, wanted)
      p.nodePort = wanted ?? drawPort(allocation, p)
      given.set(number, p.nodePort)
    } else if (asked === 0) p.nodePort = shared
    else if (asked !== shared) takePort(allocation, metadata.name, i, asked)
  })
}

function takePort(allocation: Allocation, name: string, i: number, port: number): void {
  const problem = allocation.take(port)
  if (problem === undefined) return
  const f = new Findings()
  f.invalid(SPEC.child('ports').at(i).child('nodePort'), port, problem)
  throwInvalid(name, f)
}

function drawPort(allocation: Allocation, { name = '', protocol = '', port = 0 }: ServicePort): number {
  const drawn = allocation.nextPort(`${name}/${protocol}/${port}`)
  if (drawn === undefined) throw internalError('failed to allocate a nodePort: range is full')
  return drawn
}

function allocateHealthCheck(allocation: Allocation, spec: ServiceSpec): void {
  const asked = spec.healthCheckNodePort ?? 0
  if (asked !== 0) {
    const problem = allocation.take(asked)
    if (problem !== undefined) throw internalError(`failed to allocate requested HealthCheck NodePort ${asked}: ${problem}`)
    return
  }
  const port = allocation.nextPort('healthCheck')
  if (port === undefined) throw internalError('failed to allocate a HealthCheck NodePort 0: range is full')
  spec.healthCheckNodePort = port
}

/** upstream: updateNodePorts */
function updatePorts(allocation: Allocation, { metadata, spec }: Service, previous: Service): void {
  const held = heldNodePorts(previous)
  const taken = new Set<number>()
  const seen = new Set<string>()
  spec.ports?.forEach((p, i) => {
    const asked = p.nodePort ?? 0
    if (asked === 0 && !needsNodePorts(spec)) return
    if (asked !== 0) {
      if (!held.includes(asked) && !taken.has(asked)) {
        takePort(allocation, metadata.name, i, asked)
        taken.add(asked)
      }
    } else p.nodePort = drawPort(allocation, p)
    const key = `${p.protocol ?? ''} ${p.nodePort}`
    if (seen.has(key)) throw failure(500, '', `duplicate nodePort: {${key}}`)
    seen.add(key)
  })
}

/** What the client left out of what it was once given. upstream: patchAllocatedValues */
function keepAllocated(spec: ServiceSpec, before: ServiceSpec): void {
  if (needsClusterIP(before) && needsClusterIP(spec)) {
    if ((spec.clusterIP ?? '') === '' && before.clusterIP !== undefined) spec.clusterIP = before.clusterIP
    if ((spec.clusterIPs ?? []).length === 0 && spec.clusterIP === before.clusterIP && before.clusterIPs !== undefined) spec.clusterIPs = before.clusterIPs
  }
  if (needsNodePorts(before) && needsNodePorts(spec)) keepNodePorts(spec.ports ?? [], before.ports ?? [])
  if (needsHealthCheck(before) && needsHealthCheck(spec) && (spec.healthCheckNodePort ?? 0) === 0 && before.healthCheckNodePort !== undefined) spec.healthCheckNodePort = before.healthCheckNodePort
}

/** By the name of the port, unless another port of the Service took the number over. */
function keepNodePorts(ports: readonly ServicePort[], before: readonly ServicePort[]): void {
  const used = new Set<number>()
  for (const { nodePort = 0 } of ports) if (nodePort !== 0 && before.some(b => b.nodePort === nodePort)) used.add(nodePort)
  const byName = new Map<string, number>()
  for (const { name = '', nodePort = 0 } of before) byName.set(name, nodePort)
  for (const p of ports) {
    if ((p.nodePort ?? 0) !== 0) continue
    const old = byName.get(p.name ?? '') ?? 0
    if (old !== 0 && !used.has(old)) p.nodePort = old
  }
}

/** clusterIP follows clusterIPs' first and the other way round, by what the client changed. upstream: normalizeClusterIPs */
function syncAddresses(spec: ServiceSpec, before: ServiceSpec): void {
  const now = spec.clusterIP ?? ''
  const was = before.clusterIP ?? ''
  if ((before.clusterIPs ?? []).length > 0 && (spec.clusterIPs ?? []).length === 0 && now === was) spec.clusterIPs = before.clusterIPs as string[]
  if (now === was || !sameList(before.clusterIPs, spec.clusterIPs)) return
  if (was !== '' && now === '') delete spec.clusterIPs
  else spec.clusterIPs = [now]
}

/** What a type that is left behind needed goes with it, unless the client changed it by hand. upstream: dropTypeDependentFields */
function dropTypeDependent(spec: ServiceSpec, before: ServiceSpec): void {
  if (needsClusterIP(before) && !needsClusterIP(spec)) {
    if (sameList(before.clusterIPs, spec.clusterIPs)) {
      delete spec.clusterIP
      delete spec.clusterIPs
    }
    if (sameList(before.ipFamilies, spec.ipFamilies)) delete spec.ipFamilies
    if (before.ipFamilyPolicy === spec.ipFamilyPolicy) delete spec.ipFamilyPolicy
  }
  if (needsNodePorts(before) && !needsNodePorts(spec) && sameNodePorts(spec, before)) for (const p of spec.ports ?? []) delete p.nodePort
  if (needsHealthCheck(before) && !needsHealthCheck(spec) && (spec.healthCheckNodePort ?? 0) === (before.healthCheckNodePort ?? 0)) delete spec.healthCheckNodePort
  if (before.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') {
    if (spec.allocateLoadBalancerNodePorts === before.allocateLoadBalancerNodePorts) delete spec.allocateLoadBalancerNodePorts
    if (spec.loadBalancerClass === before.loadBalancerClass) delete spec.loadBalancerClass
  }
  if (isExternallyAccessible(before) && !isExternallyAccessible(spec) && spec.externalTrafficPolicy === before.externalTrafficPolicy) delete spec.externalTrafficPolicy
  if (needsInternalPolicy(before) && !needsInternalPolicy(spec) && spec.internalTrafficPolicy === before.internalTrafficPolicy) delete spec.internalTrafficPolicy
}

function sameNodePorts(spec: ServiceSpec, before: ServiceSpec): boolean {
  const of = ({ ports = [] }: ServiceSpec): Set<number> => new Set(ports.map(p => p.nodePort ?? 0).filter(p => p !== 0))
  const a = of(spec)
  const b = of(before)
  return a.size === b.size && [...a].every(p => b.has(p))
}
