/** URLs, IP addresses and CIDRs. upstream: apiserver/pkg/cel/library/urls.go, ip.go, cidr.go */
import type { Environment } from '@marcbachmann/cel-js'
import { goQuote } from '../../base/field'
import { cidrContains, ipText, parseCidr, parseIp, type Cidr, type Ip } from '../../base/ip'
import { CelFunctionError, namespaceOf, registrar } from './register'

class CelUrl {
  constructor(readonly scheme: string, readonly host: string, readonly path: string, readonly query: string) {}
}
class CelIp {
  constructor(readonly ip: Ip) {}
  toString(): string {
    return ipText(this.ip)
  }
}
class CelCidr {
  constructor(readonly cidr: Cidr) {}
  toString(): string {
    return `${ipText(this.cidr.address)}/${this.cidr.prefix}`
  }
}

const URL_TYPE = 'kubernetes.URL'
const IP = 'net.IP'
const CIDR = 'net.CIDR'

export function registerUrls(env: Environment): void {
  env.registerType(URL_TYPE, { ctor: CelUrl, fields: {} } as never)
  const register = registrar(env)
  register('isURL', undefined, ['string'], 'bool', (s: string) => parseUrl(s) !== undefined)
  register('url', undefined, ['string'], URL_TYPE, (s: string) => {
    const parsed = parseUrl(s)
    if (parsed === undefined) throw new CelFunctionError(`URL parse error during conversion from string: parse ${goQuote(s)}: invalid URI for request`)
    return parsed
  })
  const hostname = (u: CelUrl): string => u.host.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1')
  register('getScheme', URL_TYPE, [], 'string', (u: CelUrl) => u.scheme)
  register('getHost', URL_TYPE, [], 'string', (u: CelUrl) => u.host)
  register('getHostname', URL_TYPE, [], 'string', hostname)
  register('getPort', URL_TYPE, [], 'string', (u: CelUrl) => /:(\d*)$/.exec(u.host)?.[1] ?? '')
  register('getEscapedPath', URL_TYPE, [], 'string', (u: CelUrl) => u.path)
  register('getQuery', URL_TYPE, [], 'map<string, list<string>>', (u: CelUrl) => {
    const out: Record<string, string[]> = {}
    for (const [k, v] of new URLSearchParams(u.query)) (out[k] ??= []).push(v)
    return out
  })
}

/** What Go's url.ParseRequestURI takes: an absolute URL or an absolute path. */
function parseUrl(text: string): CelUrl | undefined {
  const m = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?]*)(?:\?(.*))?$/s.exec(text)
  if (m === null || /[\s\x00-\x1f]/.test(text)) return undefined
  const [, scheme = '', authority, path = '', query = ''] = m
  if (scheme === '' && !path.startsWith('/')) return undefined
  if (scheme !== '' && authority === undefined && !path.startsWith('/') && path === '') return undefined
  if (authority !== undefined && !/^(?:[^@]*@)?(?:\[[0-9A-Fa-f:.%]*\]|[^[\]:]*)(?::\d*)?$/.test(authority)) return undefined
  return new CelUrl(scheme.toLowerCase(), (authority ?? '').replace(/^[^@]*@/, ''), path, query)
}

export function registerIps(env: Environment): void {
  env.registerType(IP, { ctor: CelIp, fields: {} } as never)
  env.registerType(CIDR, { ctor: CelCidr, fields: {} } as never)
  env.registerOperator(`${IP} == ${IP}`, (a: CelIp, b: CelIp) => a.ip.bits === b.ip.bits)
  env.registerOperator(`${CIDR} == ${CIDR}`, (a: CelCidr, b: CelCidr) => String(a) === String(b))
  const register = registrar(env)
  register('isIP', undefined, ['string'], 'bool', (s: string) => strictIp(s) !== undefined)
  register('ip', undefined, ['string'], IP, toIp)
  register('isCanonical', namespaceOf(env, 'ip'), ['string'], 'bool', (_: unknown, s: string) => ipText(toIp(s).ip) === s)
  register('string', undefined, [IP], 'string', String)
  register('family', IP, [], 'int', ({ ip }: CelIp) => BigInt(ip.family))
  const v4 = (ip: Ip): bigint => ip.bits & 0xffff_ffffn
  const top = (ip: Ip, bits: bigint): bigint => ip.bits >> (128n - bits)
  const unspecified = (ip: Ip): boolean => (ip.family === 4 ? v4(ip) === 0n : ip.bits === 0n)
  const loopback = (ip: Ip): boolean => (ip.family === 4 ? v4(ip) >> 24n === 127n : ip.bits === 1n)
  const multicast = (ip: Ip): boolean => (ip.family === 4 ? v4(ip) >> 28n === 14n : top(ip, 8n) === 0xffn)
  const linkLocal = (ip: Ip): boolean => (ip.family === 4 ? v4(ip) >> 16n === 0xa9fen : top(ip, 10n) === 0x3fan)
  const linkLocalMulticast = (ip: Ip): boolean => (ip.family === 4 ? v4(ip) >> 8n === 0xe00000n : top(ip, 16n) === 0xff02n)
  register('isUnspecified', IP, [], 'bool', ({ ip }: CelIp) => unspecified(ip))
  register('isLoopback', IP, [], 'bool', ({ ip }: CelIp) => loopback(ip))
  register('isLinkLocalMulticast', IP, [], 'bool', ({ ip }: CelIp) => linkLocalMulticast(ip))
  register('isLinkLocalUnicast', IP, [], 'bool', ({ ip }: CelIp) => linkLocal(ip))
  register('isGlobalUnicast', IP, [], 'bool', ({ ip }: CelIp) => !unspecified(ip) && !loopback(ip) && !multicast(ip) && !linkLocal(ip) && !(ip.family === 4 && v4(ip) === 0xffff_ffffn))
  registerCidrs(env)
}

function registerCidrs(env: Environment): void {
  const register = registrar(env)
  register('isCIDR', undefined, ['string'], 'bool', (s: string) => parseCidr(s) !== undefined)
  register('cidr', undefined, ['string'], CIDR, toCidr)
  register('string', undefined, [CIDR], 'string', String)
  const within = (outer: Cidr, inner: Cidr): boolean => outer.address.family === inner.address.family && outer.prefix <= inner.prefix && cidrContains(outer, inner.network)
  register('containsIP', CIDR, [IP], 'bool', ({ cidr }: CelCidr, { ip }: CelIp) => cidrContains(cidr, ip))
  register('containsIP', CIDR, ['string'], 'bool', ({ cidr }: CelCidr, s: string) => cidrContains(cidr, toIp(s).ip))
  register('containsCIDR', CIDR, [CIDR], 'bool', (a: CelCidr, b: CelCidr) => within(a.cidr, b.cidr))
  register('containsCIDR', CIDR, ['string'], 'bool', (a: CelCidr, s: string) => within(a.cidr, toCidr(s).cidr))
  register('ip', CIDR, [], IP, ({ cidr }: CelCidr) => new CelIp(cidr.address))
  register('masked', CIDR, [], CIDR, ({ cidr }: CelCidr) => new CelCidr({ ...cidr, address: cidr.network }))
  register('prefixLength', CIDR, [], 'int', ({ cidr }: CelCidr) => BigInt(cidr.prefix))
}

/** Neither leading zeros nor IPv4-mapped IPv6 addresses. */
function strictIp(text: string): Ip | undefined {
  const ip = parseIp(text)
  return ip === undefined || (ip.family === 4 && (text.includes(':') || /(^|\.)0\d/.test(text))) ? undefined : ip
}

function toIp(text: string): CelIp {
  const ip = strictIp(text)
  if (ip === undefined) throw new CelFunctionError(`IP Address ${goQuote(text)} parse error during conversion from string: ParseAddr(${goQuote(text)}): unable to parse IP`)
  return new CelIp(ip)
}

function toCidr(text: string): CelCidr {
  const cidr = parseCidr(text)
  if (cidr === undefined) throw new CelFunctionError(`network address parse error during conversion from string: netip.ParsePrefix(${goQuote(text)}): no '/'`)
  return new CelCidr(cidr)
}

