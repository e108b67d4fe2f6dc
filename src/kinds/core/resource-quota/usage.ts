/** What an object takes of its namespace's quotas, and which quotas it concerns. upstream: pkg/quota/v1/evaluator/core, apiserver/pkg/quota/v1/generic */
import { addQuantities, milliQuantityOf, parseQuantity, quantityMilliValue, quantityOf, quantityText, quantityValue, type Quantity, type QuantityFormat } from '../../../base/quantity'
import type { KubeObject, Resource } from '../../kind'
import type { Affinity, PersistentVolumeClaim, Pod, PodAffinityTerm, ResourceQuotaSpec, ScopedResourceSelectorRequirement, Service } from '../../schema/types/core.v1'
import { isFinished } from '../pod/state'
import { qosOf } from '../pod/template/qos'
import { aggregateContainers, isHugePages, isNativeResource } from '../pod/template/resources'

/** Quantities by quota resource, `requests.cpu`. */
export type Usage = ReadonlyMap<string, Quantity>

const ONE = quantityOf(1)
const POD_RESOURCES = new Set(['count/pods', 'cpu', 'memory', 'ephemeral-storage', 'requests.cpu', 'requests.memory', 'requests.ephemeral-storage', 'limits.cpu', 'limits.memory', 'limits.ephemeral-storage', 'pods'])
const SERVICE_RESOURCES = new Set(['count/services', 'services', 'services.nodeports', 'services.loadbalancers'])
const CLAIM_RESOURCES = new Set(['count/persistentvolumeclaims', 'persistentvolumeclaims', 'requests.storage'])
/** Core kinds that may be counted under their bare name as well. */
const COUNTED_BY_NAME = new Set(['configmaps', 'resourcequotas', 'replicationcontrollers', 'secrets'])
const CLASS_SUFFIX = '.storageclass.storage.k8s.io/'
/** Never counted. upstream: pkg/quota/v1/install IgnoredResources */
const IGNORED = new Set(['/bindings', '/componentstatuses', '/events', 'events.k8s.io/events'])

type Named = Pick<Resource, 'group' | 'plural'>

export const isCounted = ({ group, plural }: Named): boolean => !IGNORED.has(`${group}/${plural}`)
const countName = ({ group, plural }: Named): string => `count/${plural}${group === '' ? '' : `.${group}`}`

/** Whether objects of a kind use this quota resource. upstream: MatchingResources */
export function matchesResource(kind: Named, resource: string): boolean {
  if (kind.group === '') {
    if (kind.plural === 'pods') return POD_RESOURCES.has(resource) || isHugePages(resource) || resource.startsWith('requests.hugepages-') || (!isNativeResource(resource) && resource.startsWith('requests.'))
    if (kind.plural === 'services') return SERVICE_RESOURCES.has(resource)
    if (kind.plural === 'persistentvolumeclaims') return CLAIM_RESOURCES.has(resource) || resource.includes(CLASS_SUFFIX)
    if (COUNTED_BY_NAME.has(kind.plural) && resource === kind.plural) return true
  }
  return resource === countName(kind)
}

/** What one object uses. */
export function usageOf(kind: Named, object: KubeObject): Usage {
  const usage = new Map<string, Quantity>([[countName(kind), ONE]])
  if (kind.group !== '') return usage
  if (kind.plural === 'pods') addPod(usage, object as Pod)
  else if (kind.plural === 'services') addService(usage, object as Service)
  else if (kind.plural === 'persistentvolumeclaims') addClaim(usage, object as PersistentVolumeClaim)
  else if (COUNTED_BY_NAME.has(kind.plural)) usage.set(kind.plural, ONE)
  return usage
}

/** A pod that has ended counts as an object alone. Upstream lets go of one whose time to end is over as well; sums cannot follow what time alone changes. */
function addPod(usage: Map<string, Quantity>, pod: Pod): void {
  if (isFinished(pod)) return
  usage.set('pods', ONE)
  const { spec } = pod
  const requests = { ...aggregateContainers(spec, 'requests'), ...spec.resources?.requests }
  const limits = { ...aggregateContainers(spec, 'limits'), ...spec.resources?.limits }
  const overhead = spec.overhead ?? {}
  for (const name in overhead) {
    requests[name] = sum(requests[name], overhead[name] as string)
    if (limits[name] !== undefined) limits[name] = sum(limits[name], overhead[name] as string)
  }
  for (const name in requests) {
    const q = parseQuantity(requests[name] as string)
    if (name === 'cpu' || name === 'memory' || name === 'ephemeral-storage' || isHugePages(name)) usage.set(name, q)
    if (name === 'cpu' || name === 'memory' || name === 'ephemeral-storage' || isHugePages(name) || !isNativeResource(name)) usage.set(`requests.${name}`, q)
  }
  for (const name of ['cpu', 'memory', 'ephemeral-storage']) if (limits[name] !== undefined) usage.set(`limits.${name}`, parseQuantity(limits[name]))
}

const sum = (a: string | undefined, b: string): string => (a === undefined ? b : quantityText(addQuantities(parseQuantity(a), parseQuantity(b))))

function addService(usage: Map<string, Quantity>, { spec }: Service): void {
  usage.set('services', ONE)
  const ports = spec?.ports ?? []
  if (spec?.type === 'LoadBalancer') {
    usage.set('services.loadbalancers', ONE)
    usage.set('services.nodeports', quantityOf(spec.allocateLoadBalancerNodePorts === false ? ports.filter(p => (p.nodePort ?? 0) !== 0).length : ports.length))
  } else if (spec?.type === 'NodePort') usage.set('services.nodeports', quantityOf(ports.length))
}

function addClaim(usage: Map<string, Quantity>, claim: PersistentVolumeClaim): void {
  const { spec, status, metadata } = claim
  usage.set('persistentvolumeclaims', ONE)
  const className = metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? spec?.storageClassName ?? ''
  if (className !== '') usage.set(`${className}${CLASS_SUFFIX}persistentvolumeclaims`, ONE)
  const wanted = (spec?.resources?.requests as Record<string, string> | undefined)?.storage
  if (wanted === undefined) return
  const given = status?.allocatedResources?.storage
  const q = given !== undefined && quantityValue(parseQuantity(given)) > quantityValue(parseQuantity(wanted)) ? parseQuantity(given) : parseQuantity(wanted)
  usage.set('requests.storage', q)
  if (className !== '') usage.set(`${className}${CLASS_SUFFIX}requests.storage`, q)
}

// ── scopes ──────────────────────────────────────────────────────────────────────────────────────

/** What scopes ask of a pod or a claim, as a text by which a ledger keeps like objects together. */
export function scopeFacts(kind: Named, object: KubeObject): string {
  if (kind.group !== '') return ''
  if (kind.plural === 'persistentvolumeclaims') return (object as PersistentVolumeClaim).spec?.volumeAttributesClassName ?? ''
  if (kind.plural !== 'pods') return ''
  const pod = object as Pod
  const flags = [(pod.spec.activeDeadlineSeconds ?? -1) >= 0 ? 'T' : '-', qosOf(pod) === 'BestEffort' ? 'B' : '-', reachesOut(pod.spec.affinity) ? 'X' : '-']
  return flags.join('') + (pod.spec.priorityClassName ?? '')
}

function reachesOut(affinity: Affinity | undefined): boolean {
  const far = (t: PodAffinityTerm | undefined): boolean => (t?.namespaces ?? []).length > 0 || t?.namespaceSelector !== undefined
  return [affinity?.podAffinity, affinity?.podAntiAffinity].some(a => a?.requiredDuringSchedulingIgnoredDuringExecution?.some(far) === true || a?.preferredDuringSchedulingIgnoredDuringExecution?.some(w => far(w.podAffinityTerm)) === true)
}

/** Whether objects with these facts fall under all of a quota's scopes. */
export function matchesScopes(kind: Named, facts: string, { scopes, scopeSelector }: ResourceQuotaSpec): boolean {
  return (scopes ?? []).every(s => matchesScope(kind, facts, { scopeName: s, operator: 'Exists' })) && (scopeSelector?.matchExpressions ?? []).every(e => matchesScope(kind, facts, e))
}

function matchesScope(kind: Named, facts: string, { scopeName, operator, values = [] }: ScopedResourceSelectorRequirement): boolean {
  const isPod = kind.group === '' && kind.plural === 'pods'
  if (kind.group === '' && kind.plural === 'persistentvolumeclaims' && scopeName === 'VolumeAttributesClass') return selects(operator, values, facts)
  if (!isPod) return false
  switch (scopeName) {
    case 'Terminating':
      return facts[0] === 'T'
    case 'NotTerminating':
      return facts[0] !== 'T'
    case 'BestEffort':
      return facts[1] === 'B'
    case 'NotBestEffort':
      return facts[1] !== 'B'
    case 'CrossNamespacePodAffinity':
      return facts[2] === 'X'
    case 'PriorityClass':
      return selects(operator, values, facts.slice(3))
    default:
      return false
  }
}

function selects(operator: string, values: readonly string[], name: string): boolean {
  if (operator === 'Exists') return name !== ''
  if (operator === 'DoesNotExist') return name === ''
  if (operator === 'In') return name !== '' && values.includes(name)
  return operator === 'NotIn' && !values.includes(name)
}

// ── numbers of the ledger ───────────────────────────────────────────────────────────────────────

/** Sums keep apart what was written in powers of two, so that a sum reads as its parts did. */
const BINARY = '~Bi'
const inMilli = (resource: string): boolean => resource === 'cpu' || resource.endsWith('.cpu')

/** A usage as numbers that a store can add up: thousandths of CPUs, units of everything else. */
export function amountsOf(usage: Usage): Record<string, number> {
  const amounts: Record<string, number> = {}
  for (const [resource, q] of usage) amounts[q.format === 'BinarySI' ? resource + BINARY : resource] = inMilli(resource) ? quantityMilliValue(q) : quantityValue(q)
  return amounts
}

/** The quantity of one resource in sums of amounts. */
export function quantityIn(amounts: Readonly<Record<string, number>>, resource: string): Quantity {
  const binary = amounts[resource + BINARY] ?? 0
  const format: QuantityFormat = binary > 0 ? 'BinarySI' : 'DecimalSI'
  const total = (amounts[resource] ?? 0) + binary
  return inMilli(resource) ? milliQuantityOf(total, format) : quantityOf(total, format)
}
