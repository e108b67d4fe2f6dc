/** `kubectl describe endpoints`. upstream: kubectl/pkg/describe EndpointsDescriber */
import type { EndpointAddress, Endpoints } from '../../../kinds/schema/types/core.v1'
import { describerOf } from '../describer'
import { labelsAndAnnotations } from '../metadata'
import { text } from '../writer'

export const endpoints = describerOf<Endpoints>('v1', 'Endpoints', (w, { metadata, subsets = [] }) => {
  w.write(0, `Name:\t${metadata.name}\n`)
  w.write(0, `Namespace:\t${text(metadata.namespace)}\n`)
  labelsAndAnnotations(w, metadata)
  w.write(0, 'Subsets:\n')
  for (const { addresses, notReadyAddresses, ports = [] } of subsets) {
    w.write(1, `Addresses:\t${ips(addresses)}\n`)
    w.write(1, `NotReadyAddresses:\t${ips(notReadyAddresses)}\n`)
    if (ports.length > 0) {
      w.write(1, 'Ports:\n')
      w.write(2, 'Name\tPort\tProtocol\n')
      w.write(2, '----\t----\t--------\n')
      for (const p of ports) w.write(2, `${text(p.name) === '' ? '<unset>' : p.name}\t${p.port}\t${text(p.protocol)}\n`)
    }
    w.write(0, '\n')
  }
})

const ips = (addresses: readonly EndpointAddress[] | undefined): string => (addresses ?? []).map(a => a.ip).join(',') || '<none>'
