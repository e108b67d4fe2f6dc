/** The defaults and the validation of endpoint slices. upstream: pkg/apis/discovery/v1/defaults.go, pkg/apis/discovery/validation */
import { Path, type Findings } from '../../../base/findings'
import { ipWarnings, parseIp, validateLegacyIp } from '../../../base/ip'
import { isDns1123Subdomain, isLabelValue, isQualifiedName, validateFullyQualifiedDomainName } from '../../../base/validation'
import { validateNonSpecialIp } from '../../core/service/validate'
import { dnsLabel, labels, oneOf } from '../../core/pod/template/validate-text'
import { checked, checkedUpdate, checkMetadata } from '../../metadata-checks'
import type { Endpoint, EndpointHints, EndpointPort, EndpointSlice } from '../../schema/types/discovery.v1'

const ENDPOINTS = Path.of('endpoints')
const PORTS = Path.of('ports')

const ADDRESS_TYPES = ['FQDN', 'IPv4', 'IPv6']
const PROTOCOLS = ['SCTP', 'TCP', 'UDP']
const MAX_ENDPOINTS = 1000
const MAX_ADDRESSES = 100
const MAX_PORTS = 20000
const MAX_TOPOLOGY = 16
const MAX_HINTS = 8

export function defaultEndpointSlice(s: EndpointSlice): void {
  for (const port of s.ports ?? []) {
    port.name ??= ''
    port.protocol ??= 'TCP'
  }
}

export const validateEndpointSlice = checked<EndpointSlice>((f, s) => check(f, s))

export const validateEndpointSliceUpdate = checkedUpdate<EndpointSlice>((f, next, previous) => {
  checkMetadata(f, next.metadata, { previous: previous.metadata })
  check(f, next, previous)
  if (next.addressType !== previous.addressType) f.invalid(Path.of('addressType'), next.addressType ?? '', 'field is immutable')
})

function check(f: Findings, s: EndpointSlice, previous?: EndpointSlice): void {
  oneOf(f, Path.of('addressType'), s.addressType, ADDRESS_TYPES)
  if (s.ports !== previous?.ports) validatePorts(f, s.ports ?? [])
  const endpoints = s.endpoints ?? []
  if (endpoints === previous?.endpoints) return
  if (endpoints.length > MAX_ENDPOINTS) return f.tooMany(ENDPOINTS, endpoints.length, MAX_ENDPOINTS)
  const validOld = previous?.endpoints?.flatMap(e => e.addresses ?? [])
  endpoints.forEach((e, i) => validateEndpoint(f, ENDPOINTS.at(i), e, s.addressType, validOld))
}

function validateEndpoint(f: Findings, at: Path, e: Endpoint, type: string, validOld: readonly string[] | undefined): void {
  const addresses = e.addresses ?? []
  if (addresses.length === 0) f.required(at.child('addresses'), 'must contain at least 1 address')
  else if (addresses.length > MAX_ADDRESSES) f.tooMany(at.child('addresses'), addresses.length, MAX_ADDRESSES)
  addresses.forEach((address, i) => validateAddress(f, at.child('addresses').at(i), address, type, validOld))
  if (e.nodeName !== undefined) f.problems(at.child('nodeName'), e.nodeName, isDns1123Subdomain(e.nodeName))
  if (e.deprecatedTopology !== undefined) {
    const count = Object.keys(e.deprecatedTopology).length
    if (count > MAX_TOPOLOGY) f.tooMany(at.child('deprecatedTopology'), count, MAX_TOPOLOGY)
    labels(f, at.child('deprecatedTopology'), e.deprecatedTopology)
  }
  if (e.hostname !== undefined) dnsLabel(f, at.child('hostname'), e.hostname)
  if (e.hints !== undefined) validateHints(f, at.child('hints'), e.hints)
}

function validateAddress(f: Findings, at: Path, address: string, type: string, validOld: readonly string[] | undefined): void {
  if (type === 'FQDN') return f.all(validateFullyQualifiedDomainName(address, at.toString()))
  if (type !== 'IPv4' && type !== 'IPv6') return
  const errors = validateLegacyIp(address, at.toString(), validOld === undefined ? {} : { validOld })
  if (errors.length > 0) return f.all(errors)
  const family = parseIp(address)?.family
  if (type === 'IPv4' && family !== 4) f.invalid(at, address, 'must be an IPv4 address')
  if (type === 'IPv6' && family !== 6) f.invalid(at, address, 'must be an IPv6 address')
  validateNonSpecialIp(f, at, address)
}

function validateHints(f: Findings, at: Path, { forZones = [], forNodes = [] }: EndpointHints): void {
  if (forZones.length > MAX_HINTS) f.tooMany(at.child('forZones'), forZones.length, MAX_HINTS)
  else
    forZones.forEach(({ name = '' }, i) => {
      const where = at.child('forZones').at(i).child('name')
      if (forZones.findIndex(z => (z.name ?? '') === name) < i) f.duplicate(where, name)
      f.problems(where, name, isLabelValue(name))
    })
  if (forNodes.length > MAX_HINTS) f.tooMany(at.child('forNodes'), forNodes.length, MAX_HINTS)
  else
    forNodes.forEach(({ name = '' }, i) => {
      const where = at.child('forNodes').at(i).child('name')
      if (forNodes.findIndex(n => (n.name ?? '') === name) < i) f.duplicate(where, name)
      f.problems(where, name, isDns1123Subdomain(name))
    })
}

function validatePorts(f: Findings, ports: readonly EndpointPort[]): void {
  if (ports.length > MAX_PORTS) return f.tooMany(PORTS, ports.length, MAX_PORTS)
  const names = new Set<string>()
  ports.forEach(({ name = '', protocol, appProtocol }, i) => {
    const at = PORTS.at(i)
    if (name !== '') dnsLabel(f, at.child('name'), name)
    if (names.has(name)) f.duplicate(at.child('name'), name)
    names.add(name)
    oneOf(f, at.child('protocol'), protocol, PROTOCOLS)
    if (appProtocol !== undefined) f.problems(at.child('appProtocol'), appProtocol, isQualifiedName(appProtocol))
  })
}

/** upstream: pkg/registry/discovery/endpointslice/strategy.go */
export function* endpointSliceWarnings(s: EndpointSlice): Iterable<string> {
  if (s.addressType === 'FQDN') yield 'addressType: FQDN endpoints are deprecated'
  else for (const [i, e] of (s.endpoints ?? []).entries()) for (const [j, address] of (e.addresses ?? []).entries()) yield* ipWarnings(address, `endpoints[${i}].addresses[${j}]`)
}
