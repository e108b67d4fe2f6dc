/** What a Service is when it does not say. upstream: pkg/apis/core/v1/defaults.go SetDefaults_Service */
import type { Service, ServiceSpec } from '../../schema/types/core.v1'
import { isExternallyAccessible, needsInternalPolicy } from './traits'

/** Three hours. */
const AFFINITY_SECONDS = 10800

export function defaultService(s: Service): void {
  const spec = (s.spec ??= {})
  if ((spec.sessionAffinity ?? '') === '') spec.sessionAffinity = 'None'
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig
  if (spec.sessionAffinity === 'ClientIP' && typeof spec.sessionAffinityConfig?.clientIP?.timeoutSeconds !== 'number') spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: AFFINITY_SECONDS } }
  if ((spec.type ?? '') === '') spec.type = 'ClusterIP'
  for (const port of spec.ports ?? []) {
    if ((port.protocol ?? '') === '') port.protocol = 'TCP'
    if (port.targetPort === undefined || port.targetPort === 0 || port.targetPort === '') port.targetPort = port.port ?? 0
  }
  defaultPolicies(spec)
  if (spec.type === 'LoadBalancer') for (const ingress of s.status?.loadBalancer?.ingress ?? []) if ((ingress.ip ?? '') !== '') ingress.ipMode ??= 'VIP'
}

function defaultPolicies(spec: ServiceSpec): void {
  if (isExternallyAccessible(spec) && (spec.externalTrafficPolicy ?? '') === '') spec.externalTrafficPolicy = 'Cluster'
  if (spec.internalTrafficPolicy === undefined && needsInternalPolicy(spec)) spec.internalTrafficPolicy = 'Cluster'
  if (spec.type === 'LoadBalancer') spec.allocateLoadBalancerNodePorts ??= true
}
