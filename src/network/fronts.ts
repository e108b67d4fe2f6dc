/** The ports of Services with what is behind them, as the proxy of a node sees them. upstream: pkg/proxy/servicechangetracker.go */
import { createHash } from 'node:crypto'
import type { Lister } from '../client/lister'
import { service as serviceKind } from '../kinds/core/service/kind'
import type { Service, ServicePort } from '../kinds/schema/types/core.v1'
import { choices, targetsOf, type Target } from './endpoints'

export interface RuleSource {
  readonly lister: Lister
  /** The addresses of pods, as a CIDR. */
  readonly podNetwork: string
}

const AFFINITY_SECONDS = 10_800

/** One port of a Service with what is behind it. */
export interface Front {
  readonly service: Service
  readonly port: ServicePort
  /** `default/web:http` */
  readonly name: string
  readonly protocol: string
  readonly targets: readonly Target[]
}

export function frontsOf({ lister }: RuleSource, nodeName: string): Front[] {
  const out: Front[] = []
  for (const service of lister.list(serviceKind)) {
    if ((service.spec?.clusterIP ?? 'None') === 'None' || service.spec?.clusterIP === '') continue
    for (const port of service.spec?.ports ?? []) {
      const found = choices(lister, targetsOf(lister, service, port, 'IPv4'), nodeName, service.spec?.internalTrafficPolicy === 'Local')
      out.push({ service, port, name: `${service.metadata.namespace}/${service.metadata.name}${(port.name ?? '') === '' ? '' : `:${port.name}`}`, protocol: (port.protocol ?? 'TCP').toLowerCase(), targets: typeof found === 'string' ? [] : found })
    }
  }
  return out
}

/** The endpoints on the node itself, for callers from outside where the policy says so. */
export function localTargets({ lister }: RuleSource, { service, port }: Front, nodeName: string): readonly Target[] {
  const found = choices(lister, targetsOf(lister, service, port, 'IPv4'), nodeName, true)
  return typeof found === 'string' ? [] : found
}

/** Addresses of a Service besides its own, with what they are called. */
export function outsideAddresses({ spec, status }: Service): readonly (readonly [ip: string, kind: 'external IP' | 'loadbalancer IP'])[] {
  return [...(spec?.externalIPs ?? []).map(ip => [ip, 'external IP'] as const), ...(status?.loadBalancer?.ingress ?? []).flatMap(i => (i.ip === undefined ? [] : [[i.ip, 'loadbalancer IP'] as const]))]
}

export const affinitySeconds = ({ spec }: Service): number => spec?.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? AFFINITY_SECONDS

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The first characters, at most 51, of a name's SHA-256 in base 32: what chains are called after. */
export function hashOf(name: string, length: number): string {
  let bits = ''
  for (const b of createHash('sha256').update(name).digest()) bits += b.toString(2).padStart(8, '0')
  let out = ''
  for (let i = 0; i < length; i++) out += BASE32[parseInt(bits.slice(i * 5, i * 5 + 5), 2)]
  return out
}
