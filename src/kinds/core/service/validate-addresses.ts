/** The checks of a Service's own addresses and their families. upstream: pkg/apis/core/validation ValidateServiceClusterIPsRelatedFields, validateUpgradeDowngrade… */
import { Findings, Path } from '../../../base/findings'
import { parseIp, validateLegacyIp } from '../../../base/ip'
import type { ServiceSpec } from '../../schema/types/core.v1'
import { isHeadless, NONE } from './traits'

const SPEC = Path.of('spec')
const ADDRESSES = SPEC.child('clusterIPs')
const FAMILIES = SPEC.child('ipFamilies')
const POLICY = SPEC.child('ipFamilyPolicy')

const IP_FAMILIES = ['IPv4', 'IPv6']
const IP_FAMILY_POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack']

export const isIpv6 = (ip: string): boolean => parseIp(ip)?.family === 6

/** Addresses of the stored object stay valid, however they are written. */
export function validateAddresses(f: Findings, spec: ServiceSpec, validOld: readonly string[] = []): void {
  if (spec.type === 'ExternalName') return
  const addresses = spec.clusterIPs ?? []
  if ((spec.clusterIP ?? '') !== '') {
    if (addresses.length === 0) f.required(ADDRESSES)
    else if (addresses[0] !== spec.clusterIP) f.invalid(ADDRESSES, addresses, 'first value must match `clusterIP`')
  } else if (addresses.length > 0) f.invalid(ADDRESSES, addresses, 'must be empty when `clusterIP` is not specified')
  validateFamilies(f, spec)
  if (!validateEach(f, addresses, validOld)) return
  if (addresses.length > 1 && new Set(addresses.map(isIpv6)).size < 2) f.invalid(ADDRESSES, addresses, 'may specify no more than one IP for each IP family')
  if (!isHeadless(spec)) matchFamilies(f, addresses, spec.ipFamilies ?? [])
}

function validateFamilies(f: Findings, { ipFamilies = [], ipFamilyPolicy }: ServiceSpec): void {
  ipFamilies.forEach((family, i) => {
    if (!IP_FAMILIES.includes(family)) f.unsupported(FAMILIES.at(i), family, IP_FAMILIES)
    if (ipFamilies.indexOf(family) < i) f.duplicate(FAMILIES.at(i), family)
  })
  if (ipFamilyPolicy !== undefined && !IP_FAMILY_POLICIES.includes(ipFamilyPolicy)) f.unsupported(POLICY, ipFamilyPolicy, IP_FAMILY_POLICIES)
}

/** False when what follows would only repeat that an address is wrong. */
function validateEach(f: Findings, addresses: readonly string[], validOld: readonly string[]): boolean {
  let valid = true
  addresses.forEach((ip, i) => {
    if (i === 0 && ip === NONE) {
      if (addresses.length > 1) {
        valid = false
        f.invalid(ADDRESSES, addresses, "'None' must be the first and only value")
      }
      return
    }
    const errors = validateLegacyIp(ip, ADDRESSES.at(i).toString(), { validOld })
    if (errors.length > 0) valid = false
    f.all(errors)
  })
  if (addresses.length > 2) f.invalid(ADDRESSES, addresses, 'may only hold up to 2 values')
  return valid
}

function matchFamilies(f: Findings, addresses: readonly string[], families: readonly string[]): void {
  addresses.forEach((ip, i) => {
    if (i >= families.length) return
    if (families[i] === 'IPv4' && isIpv6(ip)) f.invalid(ADDRESSES.at(i), ip, `expected an IPv4 value as indicated by \`ipFamilies[${i}]\``)
    if (families[i] === 'IPv6' && !isIpv6(ip)) f.invalid(ADDRESSES.at(i), ip, `expected an IPv6 value as indicated by \`ipFamilies[${i}]\``)
  })
}

const SET_ONCE = 'may not change once set'

/** A second address or family may come and go; the first stays, unless the Service was or becomes an ExternalName. */
export function validateAddressChange(f: Findings, next: ServiceSpec, before: ServiceSpec): void {
  if (next.type === 'ExternalName' || before.type === 'ExternalName') return
  const headless = [isHeadless(before), isHeadless(next)]
  if (headless[0] === true && headless[1] === true) return
  addressesChange(f, next, before)
  if (headless[0] === headless[1]) familiesChange(f, next, before)
}

function addressesChange(f: Findings, next: ServiceSpec, before: ServiceSpec): void {
  const now = next.clusterIPs ?? []
  const was = before.clusterIPs ?? []
  const value = next.clusterIPs ?? null
  if (was.length === now.length) {
    was.forEach((ip, i) => {
      if (ip !== now[i]) f.invalid(ADDRESSES.at(i), value, SET_ONCE)
    })
    return
  }
  if (was.length > now.length && now.length === 0) f.invalid(ADDRESSES.at(0), value, 'primary clusterIP can not be unset')
  if (was.length > 0 && now.length > 0 && now[0] !== was[0]) f.invalid(ADDRESSES.at(0), value, SET_ONCE)
  if (was.length > now.length && now.length === 1 && next.ipFamilyPolicy !== 'SingleStack')
    f.invalid(POLICY, next.ipFamilyPolicy ?? null, "must be set to 'SingleStack' when releasing the secondary clusterIP")
}

function familiesChange(f: Findings, next: ServiceSpec, before: ServiceSpec): void {
  const now = next.ipFamilies ?? []
  const was = before.ipFamilies ?? []
  if (was.length === now.length) {
    was.forEach((family, i) => {
      if (family !== now[i]) f.invalid(FAMILIES.at(0), next.ipFamilies ?? null, SET_ONCE)
    })
    return
  }
  if (was.length > now.length && (next.clusterIPs ?? []).length === 0) f.invalid(FAMILIES.at(0), next.ipFamilies ?? null, 'primary ipFamily can not be unset')
  // Upstream quotes the addresses here.
  if (was.length > 0 && now.length > 0 && now[0] !== was[0]) f.invalid(FAMILIES.at(0), next.clusterIPs ?? null, SET_ONCE)
  if (was.length > now.length && now.length === 1 && next.ipFamilyPolicy !== 'SingleStack')
    f.invalid(POLICY, next.ipFamilyPolicy ?? null, "must be set to 'SingleStack' when releasing the secondary ipFamily")
}
