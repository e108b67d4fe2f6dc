/** What the Endpoints of a Service should hold. Pure. upstream: pkg/controller/endpoint/endpoints_controller.go, pkg/api/v1/endpoints/util.go RepackSubsets */
import { byCodePoint } from '../../base/go-text'
import { isReady } from '../../kinds/core/pod/state'
import type { EndpointAddress, EndpointPort, EndpointSubset, Pod, Service } from '../../kinds/schema/types/core.v1'
import { targetPort } from '../endpoint-slice/slices'

/** Addresses that one object may hold. upstream: maxCapacity */
const CAPACITY = 1000

interface Entry {
  readonly address: EndpointAddress
  readonly ready: boolean
}

/** One subset for each set of addresses, with all ports that they serve. */
export function desiredSubsets(service: Service, pods: readonly Pod[]): EndpointSubset[] {
  const byPort = new Map<string, { port: EndpointPort | undefined; entries: Map<string, Entry> }>()
  const add = (port: EndpointPort | undefined, entry: Entry): void => {
    const id = port === undefined ? '' : idOf(port)
    const known = byPort.get(id) ?? { port, entries: new Map<string, Entry>() }
    byPort.set(id, known)
    known.entries.set(`${entry.address.ip} ${entry.address.targetRef?.uid ?? ''}`, entry)
  }
  const ports = service.spec?.ports ?? []
  for (const p of pods) {
    const entry = entryOf(service, p)
    if (entry === undefined) continue
    if (ports.length === 0 && service.spec?.clusterIP === 'None') add(undefined, entry)
    for (const port of ports) {
      const number = targetPort(port, p)
      if (number === undefined) continue
      const { name, appProtocol } = port
      add({ ...(name === undefined ? {} : { name }), port: number, protocol: port.protocol ?? 'TCP', ...(appProtocol === undefined ? {} : { appProtocol }) }, entry)
    }
  }
  return repack([...byPort.values()])
}

/** Undefined for pods that are no endpoint. upstream: ShouldPodBeInEndpoints */
function entryOf(service: Service, p: Pod): Entry | undefined {
  const { phase, podIPs = [] } = p.status ?? {}
  const unready = service.spec?.publishNotReadyAddresses === true
  if (phase === 'Failed' || phase === 'Succeeded' || (p.metadata.deletionTimestamp !== undefined && !unready)) return undefined
  const ip = podIPs.map(i => i.ip).find(a => a.includes(':') === (service.spec?.ipFamilies?.[0] === 'IPv6'))
  if (ip === undefined) return undefined
  const { hostname, subdomain, nodeName } = p.spec
  return {
    address: {
      ip,
      ...((hostname ?? '') !== '' && subdomain === service.metadata.name ? { hostname: hostname as string } : {}),
      ...(nodeName === undefined ? {} : { nodeName }),
      targetRef: { kind: 'Pod', namespace: p.metadata.namespace as string, name: p.metadata.name, uid: p.metadata.uid as string },
    },
    ready: unready || isReady(p),
  }
}

function repack(ports: readonly { port: EndpointPort | undefined; entries: ReadonlyMap<string, Entry> }[]): EndpointSubset[] {
  const subsets = new Map<string, { ports: EndpointPort[]; entries: readonly Entry[] }>()
  for (const { port, entries } of ports) {
    const sorted = [...entries].sort(([a], [b]) => byCodePoint(a, b))
    const id = sorted.map(([key, e]) => `${key} ${e.ready}`).join('\n')
    const known = subsets.get(id) ?? { ports: [], entries: sorted.map(([, e]) => e) }
    subsets.set(id, known)
    if (port !== undefined) known.ports.push(port)
  }
  return [...subsets].sort(([a], [b]) => byCodePoint(a, b)).map(([, subset]) => {
    const of = (ready: boolean): EndpointAddress[] => subset.entries.filter(e => e.ready === ready).map(e => e.address)
    const [addresses, notReadyAddresses] = [of(true), of(false)]
    return {
      ...(addresses.length > 0 ? { addresses } : {}),
      ...(notReadyAddresses.length > 0 ? { notReadyAddresses } : {}),
      ...(subset.ports.length > 0 ? { ports: subset.ports } : {}),
    }
  })
}

const idOf = ({ name = '', port, protocol = '', appProtocol = '' }: EndpointPort): string => `${name} ${port} ${protocol} ${appProtocol}`

/** At most `CAPACITY` addresses, ready ones first. upstream: truncateEndpoints */
export function truncated(subsets: readonly EndpointSubset[]): readonly EndpointSubset[] {
  const count = (field: 'addresses' | 'notReadyAddresses'): number => subsets.reduce((n, s) => n + (s[field]?.length ?? 0), 0)
  if (count('addresses') + count('notReadyAddresses') <= CAPACITY) return subsets
  const room = { addresses: CAPACITY, notReadyAddresses: Math.max(0, CAPACITY - count('addresses')) }
  const cut = subsets.map(s => {
    const next: EndpointSubset = { ...s }
    for (const field of ['addresses', 'notReadyAddresses'] as const) {
      const kept = (s[field] ?? []).slice(0, room[field])
      room[field] -= kept.length
      if (kept.length > 0) next[field] = kept
      else delete next[field]
    }
    return next
  })
  return cut.filter(s => s.addresses !== undefined || s.notReadyAddresses !== undefined)
}
