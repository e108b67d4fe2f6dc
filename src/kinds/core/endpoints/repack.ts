/** Subsets in the one form in which the API stores them: addresses of the same ports together, everything sorted. upstream: pkg/api/endpoints/util.go RepackSubsets */
import { createHash } from 'node:crypto'
import type { EndpointAddress, EndpointPort, EndpointSubset } from '../../schema/types/core.v1'

interface Offered {
  /** Undefined for a subset without ports. */
  readonly port: EndpointPort | undefined
  /** By IP and pod: whether the address is ready; once not ready, not ready. */
  readonly ready: Map<string, boolean>
}

export function repackSubsets(subsets: readonly EndpointSubset[]): EndpointSubset[] {
  const addresses = new Map<string, EndpointAddress>()
  const offers = new Map<string, Offered>()
  for (const { ports = [], ...subset } of subsets)
    for (const port of ports.length === 0 ? [undefined] : ports) {
      const id = portText(port)
      let offered = offers.get(id)
      if (offered === undefined) offers.set(id, (offered = { port, ready: new Map() }))
      for (const list of ['addresses', 'notReadyAddresses'] as const)
        for (const a of subset[list] ?? []) {
          const key = `${a.ip} ${a.targetRef?.uid ?? ''}`
          if (!addresses.has(key)) addresses.set(key, a)
          offered.ready.set(key, list === 'addresses' && offered.ready.get(key) !== false)
        }
    }
  const byAddresses = new Map<string, Offered[]>()
  for (const offered of offers.values()) {
    const key = [...offered.ready].map(([a, ready]) => `${a} ${ready}`).sort().join('\n')
    byAddresses.set(key, [...(byAddresses.get(key) ?? []), offered])
  }
  const packed = [...byAddresses].map(([key, same]) => ({ key, subset: pack(same, addresses) }))
  return packed.sort((a, b) => (a.key < b.key ? -1 : 1)).map(p => p.subset)
}

function pack(same: readonly Offered[], addresses: ReadonlyMap<string, EndpointAddress>): EndpointSubset {
  const of = (ready: boolean): EndpointAddress[] =>
    [...(same[0] as Offered).ready].filter(([, r]) => r === ready).map(([key]) => addresses.get(key) as EndpointAddress).sort((a, b) => compare(a.ip ?? '', b.ip ?? '') || compare(a.targetRef?.uid ?? '', b.targetRef?.uid ?? ''))
  const subset: EndpointSubset = {}
  const ready = of(true)
  const notReady = of(false)
  if (ready.length > 0) subset.addresses = ready
  if (notReady.length > 0) subset.notReadyAddresses = notReady
  const ports = same.flatMap(o => (o.port === undefined ? [] : [o.port]))
  if (ports.length > 1) ports.sort((a, b) => compare(portHash(a), portHash(b)))
  if (ports.length > 0) subset.ports = ports
  return subset
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** As Go prints the struct for its hash, which decides the order of ports. upstream: pkg/util/hash DeepHashObject */
function portText(port: EndpointPort | undefined): string {
  if (port === undefined) return ''
  return `(core.EndpointPort){Name:(string)${port.name ?? ''} Port:(int32)${port.port} Protocol:(core.Protocol)${port.protocol ?? ''} AppProtocol:(*string)${port.appProtocol ?? '<nil>'}}`
}
const portHash = (port: EndpointPort): string => createHash('md5').update(portText(port)).digest('hex')
