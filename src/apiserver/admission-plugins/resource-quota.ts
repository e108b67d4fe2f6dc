/** ResourceQuota: refuses what would take more than a namespace's quotas leave, and charges the rest to them. upstream: apiserver/pkg/admission/plugin/resourcequota */
import { addQuantities, compareQuantities, isZeroQuantity, parseQuantity, quantityOf, quantitySign, quantityText, subtractQuantities, type Quantity } from '../../base/quantity'
import { forbiddenRequest } from '../../base/status'
import { QUOTAS, resourceQuota as quotas } from '../../kinds/core/resource-quota/kind'
import { isCounted, matchesResource, matchesScopes, scopeFacts, usageOf, type Usage } from '../../kinds/core/resource-quota/usage'
import type { Container, Pod, ResourceQuota } from '../../kinds/schema/types/core.v1'
import { component, type RequestState } from '../actor'
import type { AdmissionPlugin, Attributes } from '../admission'
import type { ApiServer } from '../server'
import { update } from '../update'

const ZERO = quantityOf(0)
/** A quota of these makes every container say them. */
const MUST_BE_SAID = new Set(['cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory'])
/** Kinds whose updates may use more; all others are counted when they are made. */
const CHANGING = new Set(['services', 'persistentvolumeclaims'])

export function resourceQuotaAdmission(server: ApiServer): AdmissionPlugin {
  return {
    name: 'ResourceQuota',
    operations: ['CREATE', 'UPDATE'],
    validate(a) {
      if (a.namespace === undefined || server.store.total(QUOTAS, a.namespace) === undefined || !isCounted(a.kind) || !handles(a)) return undefined
      return charge(server, a, a.namespace)
    },
  }
}

function handles({ kind, operation, subresource }: Attributes): boolean {
  if (kind.group === '' && kind.plural === 'pods' && subresource === 'resize') return operation === 'UPDATE'
  return subresource === '' && (operation === 'CREATE' || (kind.group === '' && CHANGING.has(kind.plural)))
}

async function charge(server: ApiServer, a: Attributes, namespace: string): Promise<void> {
  const facts = scopeFacts(a.kind, a.object)
  const concerned = server.lister.list(quotas, namespace).filter(q => resourcesOf(a, q).length > 0 && matchesScopes(a.kind, facts, q.spec ?? {}))
  for (const q of concerned) {
    const resources = resourcesOf(a, q)
    checkSaid(a, q, resources)
    const { hard = {}, used = {} } = q.status ?? {}
    if (!resources.every(r => hard[r] !== undefined && used[r] !== undefined)) throw forbidden(a, `status unknown for quota: ${q.metadata.name}, resources: ${resources.sort().join(',')}`)
  }
  if (concerned.length === 0) return
  const usage = usageOf(a.kind, a.object)
  const negative = [...usage].filter(([, amount]) => quantitySign(amount) < 0).map(([resource]) => resource).sort()
  if (negative.length > 0) throw forbidden(a, `quota usage is negative for resource(s): ${negative.join(',')}`)
  const before = a.previous === undefined ? undefined : { usage: usageOf(a.kind, a.previous), facts: scopeFacts(a.kind, a.previous) }
  const changed: { quota: ResourceQuota; delta: Map<string, Quantity> }[] = []
  for (const quota of concerned) {
    const counted = before !== undefined && matchesScopes(a.kind, before.facts, quota.spec ?? {})
    const delta = within(counted ? increase(usage, before.usage) : usage, quota)
    if (delta.size === 0) continue
    checkRoom(a, quota, delta)
    changed.push({ quota, delta })
  }
  if (a.request.dryRun) return
  for (const { quota, delta } of changed) await add(server, quota, delta)
}

const resourcesOf = ({ kind }: Attributes, { status }: ResourceQuota): string[] => Object.keys(status?.hard ?? {}).filter(r => matchesResource(kind, r))
const forbidden = (a: Attributes, why: string): Error => forbiddenRequest(a.kind, a.name, why)

/** upstream: podEvaluator.Constraints */
function checkSaid(a: Attributes, quota: ResourceQuota, resources: readonly string[]): void {
  if (a.kind.group !== '' || a.kind.plural !== 'pods') return
  const required = resources.filter(r => MUST_BE_SAID.has(r)).sort()
  if (required.length === 0) return
  const { spec } = a.object as Pod
  const containers = [...spec.containers, ...(spec.initContainers ?? [])]
  const silent = required.map(r => ({ resource: r, names: [...new Set(containers.filter(c => !says(c, spec.resources, r)).map(c => c.name))].sort() })).filter(s => s.names.length > 0)
  if (silent.length > 0) throw forbidden(a, `failed quota: ${quota.metadata.name}: must specify ${silent.map(s => `${s.resource} for: ${s.names.join(',')}`).join('; ')}`)
}

/** What the pod as a whole says counts for its containers. */
function says({ resources }: Container, whole: Container['resources'], resource: string): boolean {
  const [list, name] = resource.startsWith('limits.') ? (['limits', resource.slice(7)] as const) : (['requests', resource.replace('requests.', '')] as const)
  return resources?.[list]?.[name] !== undefined || whole?.[list]?.[name] !== undefined
}

/** Only what grew. */
function increase(usage: Usage, before: Usage): Usage {
  const grown = new Map<string, Quantity>()
  for (const [resource, amount] of usage) {
    const was = before.get(resource)
    const delta = was === undefined ? amount : subtractQuantities(amount, was)
    grown.set(resource, quantitySign(delta) < 0 ? ZERO : delta)
  }
  return grown
}

function within(usage: Usage, { status }: ResourceQuota): Map<string, Quantity> {
  const delta = new Map<string, Quantity>()
  for (const [resource, amount] of usage) if (status?.hard?.[resource] !== undefined && !isZeroQuantity(amount)) delta.set(resource, amount)
  return delta
}

function checkRoom(a: Attributes, { metadata, status }: ResourceQuota, delta: ReadonlyMap<string, Quantity>): void {
  const { hard = {}, used = {} } = status ?? {}
  const exceeded = [...delta.keys()].filter(r => compareQuantities(addQuantities(quantity(used[r]), delta.get(r) as Quantity), quantity(hard[r])) > 0).sort()
  if (exceeded.length === 0) return
  const pairs = (value: (r: string) => Quantity): string => exceeded.map(r => `${r}=${quantityText(value(r))}`).join(',')
  throw forbidden(a, `exceeded quota: ${metadata.name}, requested: ${pairs(r => delta.get(r) as Quantity)}, used: ${pairs(r => quantity(used[r]))}, limited: ${pairs(r => quantity(hard[r]))}`)
}

const quantity = (text: string | undefined): Quantity => (text === undefined ? ZERO : parseQuantity(text))

/** The controller finds the same sum later; until then this one keeps others out. */
async function add(server: ApiServer, quota: ResourceQuota, delta: ReadonlyMap<string, Quantity>): Promise<void> {
  const next = (current: ResourceQuota): ResourceQuota => {
    const used = { ...current.status?.used }
    for (const [resource, amount] of delta) used[resource] = quantityText(addQuantities(quantity(used[resource]), amount))
    return { ...current, status: { ...current.status, used } }
  }
  const request: RequestState = { actor: component('system:apiserver', 'kube-apiserver'), dryRun: false, fieldManager: 'kube-apiserver', fieldValidation: 'Ignore', warnings: [] }
  await update(server, quotas, quota.metadata.namespace, quota.metadata.name, { next, subresource: 'status' }, request)
}
