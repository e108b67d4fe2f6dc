/** ServiceCIDR: a range from which Services get their addresses. */
import { Path, type Findings } from '../../../base/findings'
import { parseCidr, validateCidr } from '../../../base/ip'
import { age, defineKind, name } from '../../kind'
import { checked, checkedUpdate } from '../../metadata-checks'
import { givenEmpty } from '../../schema/decode'
import type { ServiceCIDR, ServiceCIDRSpec } from '../../schema/types/networking.v1'

const CIDRS = Path.of('spec').child('cidrs')

export const serviceCidr = defineKind<ServiceCIDR>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'ServiceCIDR',
  plural: 'servicecidrs',
  singular: 'servicecidr',
  scope: 'Cluster',
  generation: 'never',
  subresources: { status: { validateUpdate: checkedUpdate<ServiceCIDR>() } },

  applyDefaults(s) {
    s.spec ??= {}
    s.status ??= {}
  },
  prepareForCreate(s) {
    s.status = {}
  },
  validate: checked((f, s) => validateSpec(f, s.spec)),
  validateUpdate: checkedUpdate(validateChange),

  columns: [name, { name: 'CIDRs', type: 'string', description: 'The ranges, at most one a family.', cell: s => (s.spec?.cidrs ?? []).join(',') }, age],
})

/** upstream: pkg/apis/networking/validation validateServiceCIDRSpec */
function validateSpec(f: Findings, spec: ServiceCIDRSpec): void {
  const { cidrs = [] } = spec
  if (cidrs.length === 0) return f.required(CIDRS, 'at least one CIDR required')
  if (cidrs.length > 2) return f.invalid(CIDRS, { CIDRs: cidrs }, 'may only hold up to 2 values')
  cidrs.forEach((cidr, i) => f.all(validateCidr(cidr, CIDRS.at(i).toString())))
  const [first, second] = cidrs.map(c => parseCidr(c)?.network.family)
  if (cidrs.length === 2 && first === second && first !== undefined)
    f.invalid(CIDRS, cidrs, 'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64')
}

/** A range may be joined by one of the other family; nothing else changes. */
function validateChange(f: Findings, next: ServiceCIDR, previous: ServiceCIDR): void {
  const { cidrs = [] } = next.spec
  const was = previous.spec.cidrs ?? []
  const changed = (i: number): void => {
    if (cidrs[i] !== was[i]) f.invalid(CIDRS.at(i), cidrs[i], 'field is immutable')
  }
  if (cidrs.length === was.length) was.forEach((_, i) => changed(i))
  else if (was.length === 1 && cidrs.length === 2) {
    changed(0)
    validateSpec(f, next.spec)
  } else f.invalid(CIDRS, next.spec.cidrs ?? (givenEmpty(next.spec, 'cidrs') ? [] : null), 'field is immutable')
}
