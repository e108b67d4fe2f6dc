/** Subresources with a body of their own: binding, scale, eviction, tokens. */
import { timestamp } from '../base/clock'
import { badRequest, conflict, noSuchPath } from '../base/status'
import type { ObjectRef } from '../client/client'
import { tokenRequest } from '../kinds/authentication/reviews'
import { defineKind, type Kind, type KubeObject } from '../kinds/kind'
import type { Eviction } from '../kinds/schema/types/policy.v1'
import type { Binding, Pod, ServiceAccount } from '../kinds/schema/types/core.v1'
import type { RequestState } from './actor'
import { topologyLabels } from './admission-plugins/pod-topology-labels'
import { decodeBody } from './decode-body'
import { evict } from './eviction'
import type { ApiServer } from './server'
import { hasScale, scaleOf } from './scale'
import { requestToken } from './token-request'
import { update } from './update'

/** The body of `pods/eviction`. */
const evictions = defineKind<Eviction>({ group: 'policy', version: 'v1', kind: 'Eviction', plural: 'evictions', singular: 'eviction', scope: 'Namespaced' })

export function getSubresource<T extends KubeObject>(server: ApiServer, kind: Kind<T>, namespace: string | undefined, name: string, subresource: string): unknown {
  if (!(subresource in kind.subresources)) throw noSuchPath()
  const { body } = server.stored(kind, namespace, name)
  return hasScale(kind as never, subresource) ? scaleOf(kind as never, body) : body
}

export async function createSubresource(server: ApiServer, kind: Kind, ref: ObjectRef, subresource: string, body: unknown, request: RequestState): Promise<unknown> {
  if (kind.group !== '') throw noSuchPath()
  if (kind.plural === 'pods' && subresource === 'eviction') return evict(server, kind as unknown as Kind<Pod>, ref, decodeBody(evictions, body, request), request)
  if (kind.plural === 'serviceaccounts' && subresource === 'token') return requestToken(server, kind as unknown as Kind<ServiceAccount>, ref, decodeBody(tokenRequest, body, request), request)
  if (kind.plural === 'pods' && subresource === 'binding') return bind(server, kind as unknown as Kind<Pod>, ref, body as Binding, request)
  throw noSuchPath()
}

/** upstream: pkg/registry/core/pod/storage BindingREST */
async function bind(server: ApiServer, kind: Kind<Pod>, ref: ObjectRef, binding: Binding, request: RequestState): Promise<unknown> {
  const { name, namespace } = ref.metadata
  const node = binding.target?.name ?? ''
  if (node === '') throw badRequest('target.name: Required value')
  const labels = topologyLabels(server.lister, node)
  const next = (current: Pod): Pod => {
    if (binding.metadata.uid !== undefined && binding.metadata.uid !== '' && binding.metadata.uid !== current.metadata.uid)
      throw conflict({ group: '', plural: 'pods' }, name, `Precondition failed: UID in precondition: ${binding.metadata.uid}, UID in object meta: ${current.metadata.uid}`)
    if (current.metadata.deletionTimestamp !== undefined) throw conflict({ group: '', plural: 'pods/binding' }, name, `pod ${name} is being deleted, cannot be assigned to a host`)
    if ((current.spec.nodeName ?? '') !== '') throw conflict({ group: '', plural: 'pods/binding' }, name, `pod ${name} is already assigned to node "${current.spec.nodeName}"`)
    const conditions = [...(current.status?.conditions ?? []).filter(c => c.type !== 'PodScheduled'), { type: 'PodScheduled', status: 'True', observedGeneration: current.metadata.generation as number, lastProbeTime: null as never, lastTransitionTime: timestamp(server.clock.now()) }]
    return { ...current, metadata: { ...current.metadata, ...(labels === undefined ? {} : { labels: { ...labels, ...current.metadata.labels } }), ...(binding.metadata.annotations === undefined ? {} : { annotations: { ...current.metadata.annotations, ...binding.metadata.annotations } }) }, spec: { ...current.spec, nodeName: node }, status: { ...current.status, conditions } }
  }
  await update(server, kind, namespace, name, { next, subresource: 'binding' }, request)
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }
}
