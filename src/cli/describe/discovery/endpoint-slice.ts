/** `kubectl describe endpointslice`. upstream: kubectl/pkg/describe EndpointSliceDescriber */
import type { EndpointSlice } from '../../../kinds/schema/types/discovery.v1'
import { describerOf } from '../describer'
import { labelsAndAnnotations } from '../metadata'
import { text } from '../writer'

const UNSET = '<unset>'

export const endpointSlice = describerOf<EndpointSlice>('discovery.k8s.io/v1', 'EndpointSlice', (w, { metadata, addressType, ports, endpoints }) => {
  w.write(0, `Name:\t${metadata.name}\n`)
  w.write(0, `Namespace:\t${text(metadata.namespace)}\n`)
  labelsAndAnnotations(w, metadata)
  w.write(0, `AddressType:\t${addressType}\n`)
  if ((ports ?? []).length === 0) w.write(0, `Ports: ${UNSET}\n`)
  else {
    w.write(0, 'Ports:\n')
    w.write(1, 'Name\tPort\tProtocol\n')
    w.write(1, '----\t----\t--------\n')
    for (const p of ports ?? []) w.write(1, `${text(p.name) === '' ? UNSET : p.name}\t${p.port ?? UNSET}\t${text(p.protocol)}\n`)
  }
  if ((endpoints ?? []).length === 0) return w.write(0, 'Endpoints: <none>\n')
  w.write(0, 'Endpoints:\n')
  for (const e of endpoints ?? []) {
    w.write(1, `- Addresses:\t${(e.addresses ?? []).join(', ') || '<none>'}\n`)
    w.write(2, 'Conditions:\n')
    w.write(3, `Ready:\t${e.conditions?.ready ?? UNSET}\n`)
    w.write(2, `Hostname:\t${e.hostname ?? UNSET}\n`)
    if (e.targetRef !== undefined) w.write(2, `TargetRef:\t${text(e.targetRef.kind)}/${text(e.targetRef.name)}\n`)
    w.write(2, `NodeName:\t${e.nodeName ?? UNSET}\n`)
    w.write(2, `Zone:\t${e.zone ?? UNSET}\n`)
  }
})
