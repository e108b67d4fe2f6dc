/** Which families of addresses a Service has: what it says, what its addresses imply, what the cluster has (IPv4 alone). upstream: pkg/registry/core/service/storage/alloc.go initIPFamilyFields */
import { Findings, Path } from '../../../base/findings'
import { invalid } from '../../../base/status'
import type { ServiceSpec } from '../../schema/types/core.v1'
import { needsClusterIP, NONE, sameList } from './traits'
import { isIpv6, validateAddresses } from './validate-addresses'

const FAMILY = 'IPv4'
const GROUP_KIND = { group: '', kind: 'Service' }
const POLICY = Path.of('spec').child('ipFamilyPolicy')
const FAMILIES = Path.of('spec').child('ipFamilies')

/** Throws the 422 that says what does not fit. */
export function throwInvalid(name: string, f: Findings): void {
  if (f.errors.length > 0) throw invalid(GROUP_KIND, name, f.errors)
}

/** Completes ipFamilyPolicy and ipFamilies of `spec` in place. Throws 422. */
export function initFamilies(name: string, spec: ServiceSpec, before: ServiceSpec | undefined): void {
  if (spec.type === 'ExternalName' || matchesPreferred(spec, before)) return
  const withoutSelector = spec.clusterIP === NONE && Object.keys(spec.selector ?? {}).length === 0
  spec.ipFamilyPolicy ??= before?.ipFamilyPolicy ?? (withoutSelector ? 'RequireDualStack' : 'SingleStack')
  const loose = new Findings()
  validateAddresses(loose, spec, before?.clusterIPs)
  throwInvalid(name, loose)
  const f = new Findings()
  release(f, spec, before)
  inferFamilies(f, spec)
  throwInvalid(name, f)
  const single = spec.ipFamilyPolicy === 'SingleStack'
  if (withoutSelector) {
    // Nothing is allocated, so both families may stand here whatever the cluster has.
    const families = spec.ipFamilies ?? [FAMILY]
    spec.ipFamilies = families.length < 2 && !single ? [families[0] as string, families[0] === 'IPv4' ? 'IPv6' : 'IPv4'] : families
    return
  }
  if (spec.ipFamilyPolicy === 'RequireDualStack') f.invalid(POLICY, spec.ipFamilyPolicy, 'this cluster is not configured for dual-stack services')
  spec.ipFamilies?.forEach((family, i) => {
    if (family !== FAMILY) f.invalid(FAMILIES.at(i), family, 'not configured on this cluster')
  })
  throwInvalid(name, f)
  if ((spec.ipFamilies ?? []).length === 0) spec.ipFamilies = [FAMILY]
}

/** A Service that prefers two families stays as it is until it is changed in that respect. */
export function matchesPreferred(spec: ServiceSpec, before: ServiceSpec | undefined): boolean {
  if (before === undefined || before.type !== spec.type || !needsClusterIP(spec) || spec.ipFamilyPolicy !== 'PreferDualStack') return false
  return (before.ipFamilyPolicy ?? 'PreferDualStack') === 'PreferDualStack' && sameList(before.clusterIPs, spec.clusterIPs) && sameList(before.ipFamilies, spec.ipFamilies)
}

/** A second address or family is given up by saying SingleStack, and only so. */
function release(f: Findings, spec: ServiceSpec, before: ServiceSpec | undefined): void {
  const policy = spec.ipFamilyPolicy
  if (before !== undefined) {
    if (policy === 'SingleStack') {
      if (sameList(before.clusterIPs, spec.clusterIPs) && (spec.clusterIPs ?? []).length > 1) spec.clusterIPs = (spec.clusterIPs as string[]).slice(0, 1)
      if (sameList(before.ipFamilies, spec.ipFamilies) && (spec.ipFamilies ?? []).length > 1) spec.ipFamilies = (spec.ipFamilies as string[]).slice(0, 1)
    } else {
      if (reduced(spec.clusterIPs, before.clusterIPs)) f.invalid(POLICY, policy, "must be 'SingleStack' to release the secondary cluster IP")
      if (reduced(spec.ipFamilies, before.ipFamilies)) f.invalid(POLICY, policy, "must be 'SingleStack' to release the secondary IP family")
    }
  }
  if (policy === 'SingleStack') {
    if ((spec.clusterIPs ?? []).length === 2) f.invalid(POLICY, policy, "must be 'RequireDualStack' or 'PreferDualStack' when multiple cluster IPs are specified")
    if ((spec.ipFamilies ?? []).length === 2) f.invalid(POLICY, policy, "must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified")
  }
}

const reduced = (next: readonly string[] = [], before: readonly string[] = []): boolean => next.length > 0 && next.length < before.length

function inferFamilies(f: Findings, spec: ServiceSpec): void {
  for (const [i, ip] of (spec.clusterIPs ?? []).entries()) {
    if (ip === NONE) return
    const known = spec.ipFamilies ?? []
    if (i < known.length) continue
    if (isIpv6(ip)) f.invalid(Path.of('spec').child('clusterIPs').at(i), spec.clusterIPs, 'IPv6 is not configured on this cluster')
    else spec.ipFamilies = [...known, 'IPv4']
  }
}

