/** A Service's row. upstream: pkg/printers/internalversion printService */
import { formatLabels } from '../../../base/label-selector'
import { age, name, type Column } from '../../kind'
import type { Service } from '../../schema/types/core.v1'

export const serviceColumns: readonly Column<Service>[] = [
  name as Column<Service>,
  { name: 'Type', type: 'string', cell: s => s.spec.type ?? '' },
  { name: 'Cluster-IP', type: 'string', cell: s => s.spec.clusterIPs?.[0] ?? '<none>' },
  { name: 'External-IP', type: 'string', cell: externalIP },
  { name: 'Port(s)', type: 'string', cell: portsCell },
  age as Column<Service>,
  { name: 'Selector', type: 'string', priority: 1, cell: s => formatLabels(s.spec.selector) },
]

function externalIP({ spec, status }: Service): string {
  const own = spec.externalIPs ?? []
  switch (spec.type) {
    case 'ClusterIP':
    case 'NodePort':
      return own.length > 0 ? own.join(',') : '<none>'
    case 'LoadBalancer': {
      const balanced = new Set<string>()
      for (const { ip = '', hostname = '' } of status?.loadBalancer?.ingress ?? []) balanced.add(ip !== '' ? ip : hostname)
      balanced.delete('')
      const all = [...[...balanced].sort(), ...own]
      return all.length > 0 ? all.join(',') : '<pending>'
    }
    case 'ExternalName':
      return spec.externalName ?? ''
    default:
      return '<unknown>'
  }
}

function portsCell({ spec }: Service): string {
  const ports = (spec.ports ?? []).map(({ port, nodePort = 0, protocol = '' }) => (nodePort > 0 ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`))
  return ports.length > 0 ? ports.join(',') : '<none>'
}
