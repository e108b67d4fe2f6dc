/** IP addresses and CIDRs: read leniently as the API's old fields are, checked strictly as its new rules say, printed canonically (RFC 5952). upstream: apimachinery/pkg/util/validation/ip.go */
import type { FieldError, FieldErrors } from './field'
import { goQuote, invalidValue } from './field'

export interface Ip {
  /** 4 for an IPv4 address, however it was written (`::ffff:1.2.3.4` is one too). */
  readonly family: 4 | 6
  /** As 128 bits; IPv4 addresses are mapped (::ffff:a.b.c.d). */
  readonly bits: bigint
}

export interface Cidr {
  readonly address: Ip
  /** The address with the bits beyond the prefix cleared. */
  readonly network: Ip
  /** Prefix length within the family's 32 or 128 bits. */
  readonly prefix: number
}

const MAPPED = 0xffff_0000_0000n
const MAPPED_MASK = ((1n << 128n) - 1n) ^ 0xffff_ffffn

/** Leading zeros are let through and read as decimal. undefined when it is no address. upstream: k8s.io/utils/net.ParseIPSloppy */
export function parseIp(text: string): Ip | undefined {
  const bits = text.includes(':') ? parseV6(text) : parseV4(text)
  return bits === undefined ? undefined : ipOf(bits)
}

const ipOf = (bits: bigint): Ip => ({ family: (bits & MAPPED_MASK) === MAPPED ? 4 : 6, bits })

function parseV4(text: string): bigint | undefined {
  if (!/^\d+\.\d+\.\d+\.\d+$/.test(text)) return undefined
  let n = 0
  for (const part of text.split('.')) {
    const octet = Number(part)
    if (octet > 255) return undefined
    n = n * 256 + octet
  }
  return MAPPED | BigInt(n)
}

function parseV6(text: string): bigint | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head, tail] = halves.map(half => (half === '' ? [] : v6Groups(half)))
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined
  const found = head.length + (tail?.length ?? 0)
  if (halves.length === 1 ? found !== 8 : found > 7) return undefined
  // Only the last part may be written as IPv4.
  if (halves.length === 2 && halves[0]?.includes('.')) return undefined
  const groups = [...head, ...Array<number>(8 - found).fill(0), ...(tail ?? [])]
  return groups.reduce((bits, group) => (bits << 16n) | BigInt(group), 0n)
}

function v6Groups(text: string): number[] | undefined {
  const groups: number[] = []
  const parts = text.split(':')
  for (const [i, part] of parts.entries()) {
    if (part.includes('.')) {
      const v4 = i === parts.length - 1 ? parseV4(part) : undefined
      if (v4 === undefined) return undefined
      groups.push(Number((v4 >> 16n) & 0xffffn), Number(v4 & 0xffffn))
    } else {
      const group = /^[0-9a-fA-F]+$/.test(part) ? parseInt(part, 16) : 0x10000
      if (group > 0xffff) return undefined
      groups.push(group)
    }
  }
  return groups
}

/** `10.9.8.7`, `2001:db8::ffff` */
export function ipText({ family, bits }: Ip): string {
  if (family === 4) {
    const n = Number(bits & 0xffff_ffffn)
    return `${n >>> 24}.${(n >>> 16) & 255}.${(n >>> 8) & 255}.${n & 255}`
  }
  const groups = Array.from({ length: 8 }, (_, i) => Number((bits >> BigInt(112 - 16 * i)) & 0xffffn))
  let start = -1
  let length = 1
  for (let i = 0; i < 8; i++) {
    let j = i
    while (j < 8 && groups[j] === 0) j++
    if (j - i > length) [start, length] = [i, j - i]
    i = Math.max(i, j)
  }
  const hex = (part: number[]): string => part.map(g => g.toString(16)).join(':')
  return start < 0 ? hex(groups) : `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`
}

/** The address n after this one. */
export const ipAfter = (ip: Ip, n: number | bigint): Ip => ipOf(ip.bits + BigInt(n))

/** undefined when it is no CIDR. upstream: k8s.io/utils/net.ParseCIDRSloppy */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/')
  const written = text.slice(slash + 1)
  const address = slash < 0 ? undefined : parseIp(text.slice(0, slash))
  if (address === undefined || !/^\d+$/.test(written)) return undefined
  const v6Form = text.includes(':')
  let prefix = Number(written)
  if (prefix > (v6Form ? 128 : 32)) return undefined
  const bits = v6Form ? prefix : prefix + 96
  const network = ipOf((address.bits >> BigInt(128 - bits)) << BigInt(128 - bits))
  if (v6Form && network.family === 4) prefix -= 96
  return { address, network, prefix }
}

/** `10.9.8.0/24`: the network, not the address that was written. */
export const cidrText = ({ network, prefix }: Cidr): string => `${ipText(network)}/${prefix}`

export function cidrContains(cidr: Cidr, ip: Ip): boolean {
  if (cidr.network.family !== ip.family) return false
  const free = BigInt((ip.family === 4 ? 32 : 128) - cidr.prefix)
  return ip.bits >> free === cidr.network.bits >> free
}

const isMapped = (text: string, ip: Ip): boolean => ip.family === 4 && text.includes(':')
/** What net/netip refuses though the lenient reader took it: zeros in front (in IPv6, more than four digits). */
const hasLeadingZeros = (address: string): boolean => (address.includes(':') ? /[0-9a-fA-F]{5}/.test(address) || zeroOctet(address.slice(address.lastIndexOf(':') + 1)) : zeroOctet(address))
const zeroOctet = (address: string): boolean => address.includes('.') && address.split('.').some(octet => octet.length > 1 && octet.startsWith('0'))

/** An address in a field that older releases checked leniently. With `strict` (today's rule) no zeros in front and no mapped address. upstream: IsValidIPForLegacyField */
export function validateLegacyIp(value: string, path: string, { strict = true, validOld = [] }: { strict?: boolean; validOld?: readonly string[] } = {}): FieldError[] {
  if (validOld.includes(value)) return []
  const ip = parseIp(value)
  if (ip === undefined) return [invalidValue(path, value, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')]
  if (!strict) return []
  if (hasLeadingZeros(value)) return [invalidValue(path, value, 'must not have leading 0s')]
  return isMapped(value, ip) ? [invalidValue(path, value, 'must not be an IPv4-mapped IPv6 address')] : []
}

/** An address in canonical form. upstream: IsValidIP */
export function* validateIp(value: string, path: string): FieldErrors {
  const errors = validateLegacyIp(value, path)
  yield* errors
  const ip = parseIp(value)
  if (errors.length === 0 && ip !== undefined && ipText(ip) !== value) yield invalidValue(path, value, `must be in canonical form (${goQuote(ipText(ip))})`)
}

/** upstream: IsValidCIDRForLegacyField */
export function validateLegacyCidr(value: string, path: string, { strict = true, validOld = [] }: { strict?: boolean; validOld?: readonly string[] } = {}): FieldError[] {
  if (validOld.includes(value)) return []
  const cidr = parseCidr(value)
  if (cidr === undefined) return [invalidValue(path, value, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')]
  if (!strict) return []
  const [address = '', prefix = ''] = value.split('/')
  if (hasLeadingZeros(address) || (prefix.length > 1 && prefix.startsWith('0'))) return [invalidValue(path, value, 'must not have leading 0s in IP or prefix length')]
  if (isMapped(value, cidr.address)) return [invalidValue(path, value, 'must not have an IPv4-mapped IPv6 address')]
  return cidr.address.bits === cidr.network.bits ? [] : [invalidValue(path, value, 'must not have bits set beyond the prefix length')]
}

/** A network in canonical form. upstream: IsValidCIDR */
export function* validateCidr(value: string, path: string): FieldErrors {
  const errors = validateLegacyCidr(value, path)
  yield* errors
  const cidr = parseCidr(value)
  if (errors.length === 0 && cidr !== undefined && cidrText(cidr) !== value) yield invalidValue(path, value, `must be in canonical form (${goQuote(cidrText(cidr))})`)
}

/** An address with the length of its network, canonical (`192.168.1.5/24`). upstream: IsValidInterfaceAddress */
export function* validateInterfaceAddress(value: string, path: string): FieldErrors {
  const cidr = parseCidr(value)
  if (cidr === undefined) return yield invalidValue(path, value, 'must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)')
  const prefix = cidr.address.family === 4 && cidr.prefix > 32 ? cidr.prefix - 96 : cidr.prefix
  const canonical = `${ipText(cidr.address)}/${prefix}`
  if (value !== canonical) yield invalidValue(path, value, `must be in canonical form (${goQuote(canonical)})`)
}

/** What the server warns about in a stored address. upstream: GetWarningsForIP */
export function ipWarnings(value: string, path: string): string[] {
  const ip = parseIp(value)
  if (ip === undefined) return []
  const canonical = goQuote(ipText(ip))
  if (hasLeadingZeros(value) || isMapped(value, ip)) return [`${path}: non-standard IP address ${goQuote(value)} is invalid: use ${canonical}`]
  return ip.family === 6 && ipText(ip) !== value ? [`${path}: IPv6 address ${goQuote(value)} should be in RFC 5952 canonical format (${canonical})`] : []
}

/** What the server warns about in a stored CIDR. upstream: GetWarningsForCIDR */
export function cidrWarnings(value: string, path: string): string[] {
  const cidr = parseCidr(value)
  if (cidr === undefined) return []
  const warnings: string[] = []
  const canonical = goQuote(cidrText(cidr))
  if (cidr.address.bits !== cidr.network.bits) {
    const single = goQuote(`${ipText(cidr.address)}/${value.includes(':') ? 128 : 32}`)
    warnings.push(`${path}: CIDR value ${goQuote(value)} is ambiguous in this context (should be ${canonical} or ${single}?)`)
  }
  const [address = '', prefix = ''] = value.split('/')
  if (hasLeadingZeros(address) || (prefix.length > 1 && prefix.startsWith('0')) || isMapped(value, cidr.address))
    warnings.push(`${path}: non-standard CIDR value ${goQuote(value)} is invalid: use ${canonical}`)
  if (warnings.length === 0 && cidr.network.family === 6 && cidrText(cidr) !== value)
    warnings.push(`${path}: IPv6 CIDR value ${goQuote(value)} should be in RFC 5952 canonical format (${canonical})`)
  return warnings
}
