/** Says of each APIService that names a service whether it can be reached. Part of the apiserver upstream. upstream: kube-aggregator/pkg/controllers/status/remote */
import { timestamp } from '../../base/clock'
import { goQuote } from '../../base/field'
import { defineController, type Watch } from '../../client/controller'
import type { Lister } from '../../client/lister'
import { apiService } from '../../kinds/apiregistration/api-service/kind'
import { service as serviceKind } from '../../kinds/core/service/kind'
import { endpointSlice, SERVICE_NAME } from '../../kinds/discovery/endpoint-slice/kind'
import type { APIService, APIServiceCondition } from '../../kinds/schema/types/apiregistration.v1'
import type { EndpointSlice } from '../../kinds/schema/types/discovery.v1'
import type { Service } from '../../kinds/schema/types/core.v1'

function* named(lister: Lister, namespace: string | undefined, name: string | undefined): Iterable<string> {
  for (const { metadata, spec } of lister.list(apiService)) if (spec.service?.namespace === namespace && spec.service?.name === name) yield metadata.name
}

const services: Watch<Service> = {
  kind: serviceKind,
  keys: ({ object: { metadata } }, lister) => named(lister, metadata.namespace, metadata.name),
}
const slices: Watch<EndpointSlice> = {
  kind: endpointSlice,
  keys: ({ object: { metadata } }, lister) => named(lister, metadata.namespace, metadata.labels?.[SERVICE_NAME]),
}

/** `served`: what an add-on of the cluster answers itself. */
export function apiServiceAvailability(served: (group: string, version: string) => boolean) {
  return defineController<APIService>({
    name: 'apiservice-availability-controller',
    reconciles: apiService,
    watches: [services, slices],
    async reconcile(object, { client, lister, clock }) {
      if (object.spec.service === undefined || object.metadata.deletionTimestamp !== undefined) return
      const found = served(object.spec.group ?? '', object.spec.version ?? '') ? PASSED : availabilityOf(object, lister)
      const conditions = object.status?.conditions ?? []
      const before = conditions.find(c => c.type === 'Available')
      if (before?.status === found.status && before.reason === found.reason && before.message === found.message) return
      const lastTransitionTime = before?.status === found.status ? (before.lastTransitionTime as string) : timestamp(clock.now())
      const next: APIServiceCondition = { type: 'Available', status: found.status, lastTransitionTime, reason: found.reason, message: found.message }
      await client.update(apiService, { ...object, status: { ...object.status, conditions: [...conditions.filter(c => c.type !== 'Available'), next] } }, { subresource: 'status' })
    },
  })
}

interface Availability {
  readonly status: 'True' | 'False'
  readonly reason: string
  readonly message: string
}

const PASSED: Availability = { status: 'True', reason: 'Passed', message: 'all checks passed' }

/** A simulated pod serves no HTTPS: what is there refuses the connection. */
export function availabilityOf({ spec }: APIService, lister: Lister): Availability {
  const { name = '', namespace = '', port = 443 } = spec.service ?? {}
  const not = (reason: string, message: string): Availability => ({ status: 'False', reason, message })
  const service = lister.get(serviceKind, name, namespace)
  if (service === undefined) return not('ServiceNotFound', `service/${name} in ${goQuote(namespace)} is not present`)
  const { type = 'ClusterIP', clusterIP = '', ports = [], externalName = '' } = service.spec ?? {}
  if (type === 'ClusterIP') {
    const listening = ports.find(p => p.port === port)
    if (listening === undefined) return not('ServicePortError', `service/${name} in ${goQuote(namespace)} is not listening on port ${port}`)
    const portName = listening.name ?? ''
    const found = lister.byIndex(endpointSlice, 'service', `${namespace}/${name}`)
    if (found.length === 0) return not('EndpointsNotFound', `cannot find endpointslices for service/${name} in ${goQuote(namespace)}`)
    const ready = found.some(s => (s.endpoints ?? []).some(e => e.conditions?.ready !== false) && (s.ports ?? []).some(p => (p.name ?? '') === portName && p.port !== undefined))
    if (!ready) return not('MissingEndpoints', `endpointslices for service/${name} in ${goQuote(namespace)} have no addresses with port name ${goQuote(portName)}`)
  }
  const url = `https://${type === 'ExternalName' ? externalName : clusterIP}:${port}/apis/${spec.group}/${spec.version}`
  const why = type === 'ExternalName' ? `dial tcp: lookup ${externalName}: no such host` : `dial tcp ${clusterIP}:${port}: connect: connection refused`
  return not('FailedDiscoveryCheck', `failing or missing response from ${url}: Get ${goQuote(url)}: ${why}`)
}
