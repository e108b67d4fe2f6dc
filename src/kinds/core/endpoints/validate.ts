/** The defaults and the validation of Endpoints. upstream: pkg/apis/core/v1/defaults.go, pkg/apis/core/validation ValidateEndpoints */
import { Path, type Findings } from '../../../base/findings'
import { validateLegacyIp } from '../../../base/ip'
import { isDns1123Subdomain, isPortNumber, isQualifiedName } from '../../../base/validation'
import { checked, checkedUpdate, checkMetadata } from '../../metadata-checks'
import type { EndpointAddress, EndpointPort, Endpoints } from '../../schema/types/core.v1'
import { dnsLabel, oneOf } from '../pod/template/validate-text'
import { validateNonSpecialIp } from '../service/validate'

const SUBSETS = Path.of('subsets')
const PROTOCOLS = ['SCTP', 'TCP', 'UDP']

export function defaultEndpoints(e: Endpoints): void {
  for (const { ports } of e.subsets ?? []) for (const port of ports ?? []) if ((port.protocol ?? '') === '') port.protocol = 'TCP'
}

export const validateEndpoints = checked<Endpoints>((f, e) => check(f, e))

export const validateEndpointsUpdate = checkedUpdate<Endpoints>((f, next, previous) => {
  checkMetadata(f, next.metadata, { previous: previous.metadata })
  if (next.subsets !== previous.subsets) check(f, next, previous)
})

function check(f: Findings, e: Endpoints, previous?: Endpoints): void {
  const validOld = previous?.subsets?.flatMap(s => [...(s.addresses ?? []), ...(s.notReadyAddresses ?? [])].map(a => a.ip ?? ''))
  e.subsets?.forEach(({ addresses = [], notReadyAddresses = [], ports = [] }, i) => {
    const at = SUBSETS.at(i)
    if (addresses.length === 0 && notReadyAddresses.length === 0) f.required(at, 'must specify `addresses` or `notReadyAddresses`')
    addresses.forEach((a, j) => validateAddress(f, at.child('addresses').at(j), a, validOld))
    notReadyAddresses.forEach((a, j) => validateAddress(f, at.child('notReadyAddresses').at(j), a, validOld))
    ports.forEach((p, j) => validatePort(f, at.child('ports').at(j), p, ports.length > 1))
  })
}

function validateAddress(f: Findings, at: Path, { ip = '', hostname = '', nodeName }: EndpointAddress, validOld: readonly string[] | undefined): void {
  f.all(validateLegacyIp(ip, at.child('ip').toString(), validOld === undefined ? {} : { validOld }))
  if (hostname !== '') dnsLabel(f, at.child('hostname'), hostname)
  if (nodeName !== undefined) f.problems(at.child('nodeName'), nodeName, isDns1123Subdomain(nodeName))
  validateNonSpecialIp(f, at.child('ip'), ip)
}

function validatePort(f: Findings, at: Path, { name = '', port = 0, protocol, appProtocol }: EndpointPort, named: boolean): void {
  if (name !== '') dnsLabel(f, at.child('name'), name)
  else if (named) f.required(at.child('name'))
  f.problems(at.child('port'), port, isPortNumber(port))
  oneOf(f, at.child('protocol'), protocol, PROTOCOLS)
  if (appProtocol !== undefined) f.problems(at.child('appProtocol'), appProtocol, isQualifiedName(appProtocol))
}
