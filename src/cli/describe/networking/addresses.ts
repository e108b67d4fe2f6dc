/** `kubectl describe servicecidr` and `ipaddress`. upstream: kubectl/pkg/describe ServiceCIDRDescriber, IPAddressDescriber */
import type { IPAddress, ServiceCIDR } from '../../../kinds/schema/types/networking.v1'
import { describerOf } from '../describer'
import { labelsAndAnnotations } from '../metadata'
import { longTime } from '../time'
import { fields, text } from '../writer'

export const serviceCIDR = describerOf<ServiceCIDR>('networking.k8s.io/v1', 'ServiceCIDR', (w, { metadata, spec, status }) => {
  w.write(0, `Name:\t${metadata.name}\n`)
  labelsAndAnnotations(w, metadata)
  w.write(0, `CIDRs:\t${(spec?.cidrs ?? []).join(', ')}\n`)
  if ((status?.conditions ?? []).length === 0) return
  w.write(0, 'Status:\n')
  w.write(0, 'Conditions:\n')
  w.write(1, 'Type\tStatus\tLastTransitionTime\tReason\tMessage\n')
  w.write(1, '----\t------\t------------------\t------\t-------\n')
  for (const c of status?.conditions ?? []) w.write(1, `${c.type}\t${c.status}\t${longTime(c.lastTransitionTime)}\t${text(c.reason)}\t${text(c.message)}\n`)
})

export const ipAddress = describerOf<IPAddress>('networking.k8s.io/v1', 'IPAddress', (w, { metadata, spec }) => {
  w.write(0, `Name:\t${metadata.name}\n`)
  labelsAndAnnotations(w, metadata)
  const parent = spec?.parentRef
  if (parent === undefined) return
  w.write(0, 'Parent Reference:\n')
  fields(w, 1, [['Group', parent.group], ['Resource', parent.resource], ['Namespace', parent.namespace], ['Name', parent.name]])
})
