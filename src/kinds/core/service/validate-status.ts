/** Where a load balancer says that it can be reached: of Services and of Ingresses. upstream: pkg/apis/core/validation ValidateLoadBalancerStatus, pkg/apis/networking/validation */
import type { Findings, Path } from '../../../base/findings'
import { parseIp, validateLegacyIp } from '../../../base/ip'
import { isDns1123Subdomain } from '../../../base/validation'
import type { Service } from '../../schema/types/core.v1'

const IP_MODES = ['Proxy', 'VIP']

export function validateLoadBalancerStatus(f: Findings, at: Path, { spec, status }: Service, previous: Service): void {
  const ingress = status?.loadBalancer?.ingress ?? []
  if (spec.type !== 'LoadBalancer' && ingress.length > 0) return f.forbidden(at.child('ingress'), 'may only be used when `spec.type` is "LoadBalancer"')
  const validOld = (previous.status?.loadBalancer?.ingress ?? []).map(i => i.ip ?? '')
  ingress.forEach(({ ip = '', ipMode, hostname = '' }, i) => {
    const each = at.child('ingress').at(i)
    if (ip !== '') f.all(validateLegacyIp(ip, each.child('ip').toString(), { validOld }))
    if (ipMode === undefined) {
      if (ip !== '') f.required(each.child('ipMode'), 'must be specified when `ip` is set')
    } else if (ip === '') f.forbidden(each.child('ipMode'), 'may not be specified when `ip` is not set')
    else if (!IP_MODES.includes(ipMode)) f.unsupported(each.child('ipMode'), ipMode, IP_MODES)
    validateHostname(f, each.child('hostname'), hostname)
  })
}

export function validateHostname(f: Findings, at: Path, hostname: string): void {
  if (hostname === '') return
  f.problems(at, hostname, isDns1123Subdomain(hostname))
  if (parseIp(hostname) !== undefined) f.invalid(at, hostname, 'must be a DNS name, not an IP address')
}
