import { describe, expect, it } from 'vitest'
import { fieldErrorBody } from './field'
import { cidrContains, cidrText, cidrWarnings, ipAfter, ipText, ipWarnings, parseCidr, parseIp, validateCidr, validateInterfaceAddress, validateIp, validateLegacyCidr, validateLegacyIp } from './ip'

const details = (found: Iterable<Parameters<typeof fieldErrorBody>[0]>) => [...found].map(e => e.detail)
const canonical = (text: string) => {
  const ip = parseIp(text)
  return ip === undefined ? undefined : ipText(ip)
}

describe('addresses', () => {
  it.each([
    ['10.9.8.7', '10.9.8.7'], ['010.002.003.004', '10.2.3.4'], ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'], ['::', '::'], ['::1', '::1'], ['1::', '1::'], ['::ffff:1.2.3.4', '1.2.3.4'], ['64:ff9b::1.2.3.4', '64:ff9b::102:304'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'], ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'], ['0:0:1::', '0:0:1::'], ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
  ])('%s → %s', (text, printed) => expect(canonical(text)).toBe(printed))
  it.each(['', '1.2.3', '1.2.3.256', '1.2.3.4.5', 'a.b.c.d', ' 1.2.3.4', '1:2', '1:::2', '1::2::3', '12345::', '1:2:3:4:5:6:7:8::', 'fe80::1%eth0', '1.2.3.4::', '::1.2.3'])('%j is none', text => expect(parseIp(text)).toBeUndefined())
  it('counts on', () => expect(ipText(ipAfter(parseIp('10.0.0.255')!, 2))).toBe('10.0.1.1'))
  it('checks strictly', () => {
    expect(details(validateLegacyIp('10.0.0.1', 'p'))).toEqual([])
    expect(details(validateLegacyIp('x', 'p'))).toEqual(['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'])
    expect(details(validateLegacyIp('010.0.0.1', 'p'))).toEqual(['must not have leading 0s'])
    expect(details(validateLegacyIp('010.0.0.1', 'p', { strict: false }))).toEqual([])
    expect(details(validateLegacyIp('010.0.0.1', 'p', { validOld: ['010.0.0.1'] }))).toEqual([])
    expect(details(validateLegacyIp('::ffff:1.2.3.4', 'p'))).toEqual(['must not be an IPv4-mapped IPv6 address'])
    expect(details(validateIp('2001:DB8::1', 'p'))).toEqual(['must be in canonical form ("2001:db8::1")'])
    expect(ipWarnings('010.0.0.1', 'spec.ip')).toEqual(['spec.ip: non-standard IP address "010.0.0.1" is invalid: use "10.0.0.1"'])
    expect(ipWarnings('2001:DB8::1', 'spec.ip')).toEqual(['spec.ip: IPv6 address "2001:DB8::1" should be in RFC 5952 canonical format ("2001:db8::1")'])
    expect(ipWarnings('10.0.0.1', 'spec.ip')).toEqual([])
  })
})

describe('CIDRs', () => {
  it.each([['10.9.8.7/24', '10.9.8.0/24'], ['2001:db8::1/64', '2001:db8::/64'], ['0.0.0.0/0', '0.0.0.0/0'], ['::/0', '::/0'], ['::ffff:1.2.3.4/120', '1.2.3.0/24']])('%s → %s', (text, printed) => expect(cidrText(parseCidr(text)!)).toBe(printed))
  it.each(['10.0.0.0', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/a', '::/129', '/8', '10.0.0.0/8/8'])('%j is none', text => expect(parseCidr(text)).toBeUndefined())
  it('contains', () => {
    const cidr = parseCidr('10.96.0.0/12')!
    expect([cidrContains(cidr, parseIp('10.111.255.255')!), cidrContains(cidr, parseIp('10.112.0.0')!), cidrContains(cidr, parseIp('::1')!)]).toEqual([true, false, false])
    expect(cidrContains(parseCidr('::/0')!, parseIp('2001::1')!)).toBe(true)
  })
  it('checks strictly', () => {
    expect(details(validateLegacyCidr('10.0.0.0/8', 'p'))).toEqual([])
    expect(details(validateLegacyCidr('10.0.0.0', 'p'))).toEqual(['must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)'])
    expect(details(validateLegacyCidr('10.0.0.0/08', 'p'))).toEqual(['must not have leading 0s in IP or prefix length'])
    expect(details(validateLegacyCidr('::ffff:1.2.3.0/120', 'p'))).toEqual(['must not have an IPv4-mapped IPv6 address'])
    expect(details(validateLegacyCidr('10.0.0.1/8', 'p'))).toEqual(['must not have bits set beyond the prefix length'])
    expect(details(validateCidr('2001:0db8::/64', 'p'))).toEqual(['must be in canonical form ("2001:db8::/64")'])
    expect(details(validateInterfaceAddress('192.168.1.5/24', 'p'))).toEqual([])
    expect(details(validateInterfaceAddress('192.168.01.5/24', 'p'))).toEqual(['must be in canonical form ("192.168.1.5/24")'])
    expect(cidrWarnings('10.0.0.1/8', 'f')).toEqual(['f: CIDR value "10.0.0.1/8" is ambiguous in this context (should be "10.0.0.0/8" or "10.0.0.1/32"?)'])
    expect(cidrWarnings('010.0.0.0/8', 'f')).toEqual(['f: non-standard CIDR value "010.0.0.0/8" is invalid: use "10.0.0.0/8"'])
    expect(cidrWarnings('2001:DB8::/64', 'f')).toEqual(['f: IPv6 CIDR value "2001:DB8::/64" should be in RFC 5952 canonical format ("2001:db8::/64")'])
  })
})
