/** Ingress: which host and path of the outside world leads to which Service. */
import { age, defineKind, name } from '../../kind'
import type { Ingress } from '../../schema/types/networking.v1'
import { CLASS_ANNOTATION, validateIngress, validateIngressStatus, validateIngressUpdate } from './validate'

/** Indexes: by the host names that it has rules for, '' for what is meant for every host; by the addresses at which it is served. */
export const HOST = 'host'
export const PUBLISHED = 'published'

export const ingress = defineKind<Ingress>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'Ingress',
  plural: 'ingresses',
  singular: 'ingress',
  shortNames: ['ing'],
  scope: 'Namespaced',
  subresources: { status: { validateUpdate: validateIngressStatus } },

  applyDefaults(i) {
    i.spec ??= {}
    i.status ??= {}
    i.status.loadBalancer ??= {}
  },
  prepareForCreate(i) {
    i.status = { loadBalancer: {} }
  },
  validate: validateIngress,
  validateUpdate: validateIngressUpdate,
  *warnings(next, previous) {
    if (previous === undefined && next.metadata.annotations?.[CLASS_ANNOTATION] !== undefined) yield `annotation "${CLASS_ANNOTATION}" is deprecated, please use 'spec.ingressClassName' instead`
  },

  indexes: {
    [HOST]: hostNames,
    [PUBLISHED]: i => (i.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => (ip === undefined || ip === '' ? [] : [ip])),
  },

  // upstream: pkg/printers/internalversion printIngress
  columns: [
    name,
    { name: 'Class', type: 'string', description: 'The IngressClass whose controller serves it.', cell: classOf },
    { name: 'Hosts', type: 'string', description: 'Host names of its rules.', cell: hostsOf },
    { name: 'Address', type: 'string', description: 'Where its load balancer is reached.', cell: addressesOf },
    { name: 'Ports', type: 'string', description: 'Ports of TLS and of plain HTTP.', cell: i => ((i.spec.tls ?? []).length > 0 ? '80, 443' : '80') },
    age,
  ],
})

/** Objects from before the field existed name their class in an annotation. */
function classOf({ metadata, spec }: Ingress): string {
  return spec.ingressClassName ?? metadata.annotations?.[CLASS_ANNOTATION] ?? '<none>'
}

function hostNames({ spec }: Ingress): string[] {
  const names = new Set((spec.rules ?? []).map(r => (r.host ?? '').toLowerCase()))
  if (names.size === 0 && spec.defaultBackend !== undefined) names.add('')
  return [...names]
}

const SHOWN_HOSTS = 3

function hostsOf({ spec }: Ingress): string {
  const hosts = (spec.rules ?? []).map(r => r.host ?? '').filter(h => h !== '')
  if (hosts.length === 0) return '*'
  const shown = hosts.slice(0, SHOWN_HOSTS).join(',')
  return hosts.length > SHOWN_HOSTS ? `${shown} + ${hosts.length - SHOWN_HOSTS} more...` : shown
}

function addressesOf({ status }: Ingress): string {
  const addresses = new Set<string>()
  for (const { ip = '', hostname = '' } of status?.loadBalancer?.ingress ?? []) addresses.add(ip !== '' ? ip : hostname)
  addresses.delete('')
  return [...addresses].sort().join(',')
}
