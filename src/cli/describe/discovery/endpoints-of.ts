/** Where a service leads, in a few words. upstream: kubectl/pkg/describe formatEndpointSlices */
import type { EndpointSlice } from '../../../kinds/schema/types/discovery.v1'
import { resourceOf } from '../../resource-of'
import { listAll, type DescribeContext } from '../describer'

/** Throws StatusError. */
export const slicesOf = (context: DescribeContext, namespace: string | undefined, service: string): Promise<readonly EndpointSlice[]> =>
  listAll({ ...context, chunkSize: 0 }, resourceOf<EndpointSlice>('discovery.k8s.io/v1', 'EndpointSlice'), { namespace, labelSelector: `kubernetes.io/service-name=${service}` })

const SHOWN_MAX = 3

/** `10.0.0.1:80,10.0.0.2:80`, at most three and how many more, of the ports of that name; `<none>` without slices. */
export function endpointsText(slices: readonly EndpointSlice[], port: string): string {
  if (slices.length === 0) return '<none>'
  const list: string[] = []
  let [more, count] = [false, 0]
  for (const { endpoints, ports } of slices) {
    // A headless service may have no ports.
    const numbers = (ports ?? []).length === 0 ? [undefined] : (ports ?? []).filter(p => (p.name ?? '') === port).map(p => p.port)
    for (const number of numbers) {
      for (const { addresses, conditions } of endpoints ?? []) {
        // Upstream looks before it knows whether there is one more.
        if (list.length === SHOWN_MAX) more = true
        if (conditions?.ready === false) continue
        const address = addresses[0] as string
        if (!more) list.push(number === undefined ? address : `${address.includes(':') ? `[${address}]` : address}:${number}`)
        count++
      }
    }
  }
  return more ? `${list.join(',')} + ${count - SHOWN_MAX} more...` : list.join(',')
}
