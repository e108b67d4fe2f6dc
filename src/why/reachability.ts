/** Why nobody reaches a pod or a Service: selectors, endpoints, ports and policies, as the network itself reads them. */
import { matchesPairs, selectorOfPairs } from '../base/label-selector'
import { selectedPods } from '../client/selected-pods'
import type { Finding } from '../client/why-report'
import { internalIP } from '../kinds/core/node/state'
import { node as nodeKind } from '../kinds/core/node/kind'
import { pod as podKind } from '../kinds/core/pod/kind'
import { isReady as podIsReady } from '../kinds/core/pod/state'
import { service as serviceKind } from '../kinds/core/service/kind'
import type { Pod, Service, ServicePort } from '../kinds/schema/types/core.v1'
import { isReady, slicesOf } from '../network/endpoints'
import { policiesFor } from '../network/policies'
import { finding, inNamespace, type WhyParts } from './parts'
import { few } from './scheduling'

/** Of a pod that is ready. */
export function whyUnreachable(pod: Pod, parts: WhyParts): Finding[] {
  const { lister } = parts
  const { namespace, labels } = pod.metadata
  const services = lister.selecting(serviceKind, namespace as string, labels)
  return [...services.flatMap(s => (s.spec?.ports ?? []).flatMap(port => whyPort(s, port, pod, parts))), ...whyIsolated(pod, parts)]
}

/** Policies keep out whoever they do not name. */
function whyIsolated(pod: Pod, { lister, enforcesPolicies }: WhyParts): Finding[] {
  if (!enforcesPolicies) return []
  const { namespace, labels, name } = pod.metadata
  const policies = policiesFor(lister, 'Ingress', { ip: pod.status?.podIP ?? '', namespace: namespace as string, labels })
  if (policies.length === 0) return []
  const rules = policies.flatMap(p => (p.spec.ingress ?? []).map(r => `${p.metadata.name} lets in ${(r.from ?? []).length === 0 ? 'everybody' : (r.from ?? []).map(f => JSON.stringify(f)).join(' and ')}${(r.ports ?? []).length === 0 ? '' : ` at ${(r.ports ?? []).map(q => q.port ?? 'every port').join(', ')}`}`))
  if (policies.some(p => (p.spec.ingress ?? []).some(r => (r.from ?? []).length === 0 && (r.ports ?? []).length === 0))) return []
  return [finding(`network policies decide who may call it: ${policies.map(p => p.metadata.name).join(', ')}`, rules.length === 0 ? ['nobody is let in'] : rules, [`let the caller in: kubectl edit networkpolicy ${policies[0]?.metadata.name}${inNamespace(namespace)}, or give the caller's pod the labels that are asked for`, `kubectl exec CALLER -- wget -qO- -T 2 ${pod.status?.podIP ?? name} shows whether it is`])]
}

/** A port of a Service that leads nowhere in this pod. */
function whyPort(service: Service, port: ServicePort, pod: Pod, { containers, lister }: WhyParts): Finding[] {
  const { name, namespace } = service.metadata
  const target = port.targetPort ?? port.port
  const declared = pod.spec.containers.flatMap(c => c.ports ?? [])
  const number = typeof target === 'number' ? target : declared.find(p => p.name === target)?.containerPort
  const fixes = [`kubectl edit service ${name}${inNamespace(namespace)}, and set targetPort`]
  if (number === undefined) return [finding(`Service ${name} leads port ${port.port} to a port called ${target}, which pod ${pod.metadata.name} does not have`, [`its ports are ${declared.map(p => `${p.name ?? '(no name)'} ${p.containerPort}`).join(', ') || 'none'}`], fixes)]
  const nodeName = pod.spec.nodeName ?? ''
  if (containers === undefined || (port.protocol ?? 'TCP') !== 'TCP' || (pod.status?.podIP ?? '') === '') return []
  const machine = internalIP(lister.get(nodeKind, nodeName))
  const probe = (p: number): string => containers.runtime.tcpProbe(nodeName, machine, pod.status?.podIP as string, p)
  if (probe(number) === 'open') return []
  const open = declared.map(p => p.containerPort).filter(p => p !== number && probe(p) === 'open')
  return [finding(`Service ${name} leads port ${port.port} to port ${number} of pod ${pod.metadata.name}, where nobody listens`, open.length === 0 ? [] : [`port ${open.join(', ')} is open`], fixes)]
}

export function whyService(service: Service, parts: WhyParts): { readonly state: string; readonly findings: Finding[] } {
  const { lister, leadsServices } = parts
  const { spec = {}, metadata } = service
  const endpoints = slicesOf(lister, service).flatMap(s => s.endpoints ?? [])
  const ready = endpoints.filter(isReady)
  const state = spec.type === 'ExternalName' ? `it is another name for ${spec.externalName}` : `it has ${ready.length} ready ${ready.length === 1 ? 'endpoint' : 'endpoints'}${endpoints.length > ready.length ? ` and ${endpoints.length - ready.length} that are not` : ''}`
  const findings: Finding[] = []
  if (spec.type === 'ExternalName') return { state, findings }
  if (!leadsServices) findings.push(finding('nobody leads the addresses of Services to pods in this cluster', ['the add-on kube-proxy is off']))
  const selector = Object.entries(spec.selector ?? {})
  const pods = selector.length === 0 ? [] : selectedPods(lister, metadata.namespace as string, selectorOfPairs(spec.selector))
  if (selector.length === 0 && endpoints.length === 0) findings.push(finding('it has no selector, and nobody has made endpoints for it', [], ['give it a selector, or make an EndpointSlice with the label kubernetes.io/service-name']))
  else if (selector.length > 0 && pods.length === 0) findings.push(noPods(service, selector, parts))
  const alive = pods.filter(p => p.metadata.deletionTimestamp === undefined)
  const notReady = alive.filter(p => !podIsReady(p))
  if (notReady.length > 0) findings.push(finding(`${notReady.length} of its ${alive.length} pods ${notReady.length === 1 ? 'is' : 'are'} not ready: ${few(notReady.map(p => p.metadata.name))}`, [], notReady.slice(0, 3).map(p => `kubottle why pod/${p.metadata.name}${inNamespace(metadata.namespace)}`)))
  const first = alive.find(p => !notReady.includes(p))
  if (first !== undefined) for (const port of spec.ports ?? []) findings.push(...whyPort(service, port, first, parts))
  if (first !== undefined) findings.push(...whyIsolated(first, parts))
  if (spec.type === 'LoadBalancer' && (service.status?.loadBalancer?.ingress ?? []).length === 0) findings.push(finding('no load balancer has given it an address', ['the add-on load-balancer hands them out'], ['use its cluster address, a node port, or kubectl port-forward']))
  return { state, findings }
}

/** Which pods come closest. */
function noPods({ metadata }: Service, selector: readonly [string, string][], { lister }: WhyParts): Finding {
  const wished = selector.map(([k, v]) => `${k}=${v}`).join(',')
  const near = lister.list(podKind, metadata.namespace)
    .map(p => ({ p, missing: selector.filter(([k, v]) => p.metadata.labels?.[k] !== v) }))
    .filter(n => n.missing.length < selector.length || selector.some(([k]) => n.p.metadata.labels?.[k] !== undefined))
    .sort((a, b) => a.missing.length - b.missing.length)
    .slice(0, 3)
    .map(({ p, missing }) => `pod ${p.metadata.name} has ${missing.map(([k]) => `${k}=${p.metadata.labels?.[k] ?? '(none)'}`).join(', ')}`)
  const elsewhere = lister.list(podKind).filter(p => p.metadata.namespace !== metadata.namespace && matchesPairs(Object.fromEntries(selector), p.metadata.labels)).map(p => p.metadata.namespace as string)
  return finding(`no pod in the namespace ${metadata.namespace} has the labels that it selects: ${wished}`, [...near, ...(elsewhere.length === 0 ? [] : [`there are such pods in ${few([...new Set(elsewhere)])}; a Service selects pods of its own namespace only`])], [`kubectl set selector service ${metadata.name} KEY=VALUE${inNamespace(metadata.namespace)}`, `or give pods the labels ${wished}`])
}
