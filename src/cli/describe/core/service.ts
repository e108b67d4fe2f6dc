/** `kubectl describe service`. upstream: kubectl/pkg/describe ServiceDescriber */
import { formatLabels } from '../../../base/label-selector'
import type { LoadBalancerIngress, Service, ServicePort } from '../../../kinds/schema/types/core.v1'
import type { EndpointSlice } from '../../../kinds/schema/types/discovery.v1'
import { endpointsText, slicesOf } from '../discovery/endpoints-of'
import { describerOf } from '../describer'
import { labelsAndAnnotations } from '../metadata'
import { text } from '../writer'

export const service = describerOf<Service, readonly EndpointSlice[]>('v1', 'Service', (w, { metadata, spec = {}, status }, _, slices) => {
  const optional = (name: string, value: string | undefined): void => {
    if (text(value) !== '') w.write(0, `${name}:\t${value}\n`)
  }
  const port = (p: ServicePort): void => {
    const name = text(p.name) === '' ? '<unset>' : p.name
    w.write(0, `Port:\t${name}\t${p.port}/${text(p.protocol)}\n`)
    w.write(0, `TargetPort:\t${p.targetPort ?? 0}/${text(p.protocol)}\n`)
    if (p.appProtocol !== undefined) w.write(0, `AppProtocol:\t${p.appProtocol}\n`)
    if ((p.nodePort ?? 0) !== 0) w.write(0, `NodePort:\t${name}\t${p.nodePort}/${text(p.protocol)}\n`)
    w.write(0, `Endpoints:\t${endpointsText(slices, text(p.name))}\n`)
  }
  w.write(0, `Name:\t${metadata.name}\n`)
  w.write(0, `Namespace:\t${text(metadata.namespace)}\n`)
  labelsAndAnnotations(w, metadata)
  w.write(0, `Selector:\t${formatLabels(spec.selector)}\n`)
  w.write(0, `Type:\t${text(spec.type)}\n`)
  if (spec.ipFamilyPolicy !== undefined) w.write(0, `IP Family Policy:\t${spec.ipFamilyPolicy}\n`)
  w.write(0, `IP Families:\t${(spec.ipFamilies ?? []).length === 0 ? '<none>' : spec.ipFamilies?.join(',')}\n`)
  w.write(0, `IP:\t${text(spec.clusterIP)}\n`)
  w.write(0, `IPs:\t${(spec.clusterIPs ?? []).length === 0 ? '<none>' : spec.clusterIPs?.join(',')}\n`)
  if ((spec.externalIPs ?? []).length > 0) w.write(0, `External IPs:\t${spec.externalIPs?.join(',')}\n`)
  optional('Desired LoadBalancer IP', spec.loadBalancerIP)
  optional('External Name', spec.externalName)
  if ((status?.loadBalancer?.ingress ?? []).length > 0) w.write(0, `LoadBalancer Ingress:\t${(status?.loadBalancer?.ingress ?? []).map(addressOf).join(', ')}\n`)
  for (const p of spec.ports ?? []) port(p)
  w.write(0, `Session Affinity:\t${text(spec.sessionAffinity)}\n`)
  optional('External Traffic Policy', spec.externalTrafficPolicy)
  if (spec.internalTrafficPolicy !== undefined) w.write(0, `Internal Traffic Policy:\t${spec.internalTrafficPolicy}\n`)
  if ((spec.healthCheckNodePort ?? 0) !== 0) w.write(0, `HealthCheck NodePort:\t${spec.healthCheckNodePort}\n`)
  if ((spec.loadBalancerSourceRanges ?? []).length > 0) w.write(0, `LoadBalancer Source Ranges:\t${spec.loadBalancerSourceRanges?.join(',')}\n`)
  if (spec.trafficDistribution !== undefined) w.write(0, `Traffic Distribution:\t${spec.trafficDistribution}\n`)
}, { gather: ({ metadata }, context) => slicesOf(context, metadata.namespace, metadata.name).catch(() => []) })

const addressOf = ({ ip = '', ipMode, hostname }: LoadBalancerIngress): string => (ip === '' ? text(hostname) : ipMode === undefined ? ip : `${ip} (${ipMode})`)
