/** What the server warns about in a Service. upstream: pkg/api/service/warnings.go, pkg/registry/core/service/strategy.go */
import { cidrWarnings, ipWarnings } from '../../../base/ip'
import type { Service } from '../../schema/types/core.v1'
import { NONE } from './traits'
import { TOPOLOGY_HINTS, TOPOLOGY_MODE } from './validate'

export function* serviceWarnings({ metadata, spec }: Service): Iterable<string> {
  const { clusterIP = '', externalIPs = [], loadBalancerIP = '' } = spec
  if (metadata.annotations?.[TOPOLOGY_HINTS] !== undefined) yield `annotation ${TOPOLOGY_HINTS} is deprecated, please use ${TOPOLOGY_MODE} instead`
  if (clusterIP !== '' && clusterIP !== NONE) for (const [i, ip] of (spec.clusterIPs ?? []).entries()) yield* ipWarnings(ip, `spec.clusterIPs[${i}]`)
  const headless = spec.type === 'ClusterIP' && clusterIP === NONE
  if (headless) {
    if (loadBalancerIP !== '') yield 'spec.loadBalancerIP is ignored for headless services'
    if (externalIPs.length > 0) yield 'spec.externalIPs is ignored for headless services'
    if (spec.sessionAffinity !== 'None') yield 'spec.SessionAffinity is ignored for headless services'
  }
  for (const [i, ip] of externalIPs.entries()) yield* ipWarnings(ip, `spec.externalIPs[${i}]`)
  if (externalIPs.length > 0 && !headless && spec.type !== 'ExternalName') yield 'spec.externalIPs is deprecated and may no longer be implemented in some clusters'
  if (loadBalancerIP !== '') yield* ipWarnings(loadBalancerIP, 'spec.loadBalancerIP')
  for (const [i, range] of (spec.loadBalancerSourceRanges ?? []).entries()) yield* cidrWarnings(range, `spec.loadBalancerSourceRanges[${i}]`)
  if (spec.type === 'ExternalName' && externalIPs.length > 0) yield 'spec.externalIPs is ignored when spec.type is "ExternalName"'
  if (spec.type !== 'ExternalName' && (spec.externalName ?? '') !== '') yield 'spec.externalName is ignored when spec.type is not "ExternalName"'
  if (spec.trafficDistribution === 'PreferClose') yield 'spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"'
}
