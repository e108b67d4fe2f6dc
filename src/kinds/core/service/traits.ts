/** Questions about a Service that several of its stages ask. upstream: pkg/api/service, pkg/registry/core/service/strategy.go */
import type { Service, ServiceSpec } from '../../schema/types/core.v1'

export const NONE = 'None'

export const isHeadless = ({ clusterIPs }: ServiceSpec): boolean => clusterIPs?.length === 1 && clusterIPs[0] === NONE

/** Types that stand behind an address of the cluster's own (or None). */
export const needsClusterIP = ({ type }: ServiceSpec): boolean => type !== 'ExternalName'
/** Types whose traffic from within the cluster has a policy. */
export const needsInternalPolicy = ({ type }: ServiceSpec): boolean => type === 'ClusterIP' || type === 'NodePort' || type === 'LoadBalancer'

/** Ports on every node are given without being asked for. */
export const needsNodePorts = ({ type, allocateLoadBalancerNodePorts }: ServiceSpec): boolean => type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts !== false)

export const mayHaveNodePorts = ({ type }: ServiceSpec): boolean => type === 'NodePort' || type === 'LoadBalancer'

export const isExternallyAccessible = ({ type, externalIPs }: ServiceSpec): boolean => type === 'LoadBalancer' || type === 'NodePort' || (type === 'ClusterIP' && (externalIPs ?? []).length > 0)

export const needsHealthCheck = ({ type, externalTrafficPolicy }: ServiceSpec): boolean => type === 'LoadBalancer' && externalTrafficPolicy === 'Local'

export const sameList = (a: readonly string[] = [], b: readonly string[] = []): boolean => a.length === b.length && a.every((v, i) => v === b[i])

/** Every port number on the nodes that a Service holds. */
export function heldNodePorts({ spec }: Service): number[] {
  const ports: number[] = []
  for (const { nodePort } of spec?.ports ?? []) if (nodePort !== undefined && nodePort !== 0) ports.push(nodePort)
  if (spec !== undefined && needsHealthCheck(spec) && (spec.healthCheckNodePort ?? 0) !== 0) ports.push(spec.healthCheckNodePort as number)
  return ports
}

/** Addresses besides the cluster's own at which the nodes take its traffic. */
export function externalAddresses({ spec, status }: Service): string[] {
  const addresses = [...(spec?.externalIPs ?? [])]
  if (spec?.type === 'LoadBalancer') for (const { ip } of status?.loadBalancer?.ingress ?? []) if (ip !== undefined && ip !== '') addresses.push(ip)
  return addresses
}
