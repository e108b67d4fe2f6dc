/** The validation of quotas. upstream: pkg/apis/core/validation ValidateResourceQuota */
import { Path, type Findings } from '../../../base/findings'
import { parseQuantity } from '../../../base/quantity'
import { checked, checkedUpdate } from '../../metadata-checks'
import { givenEmpty } from '../../schema/decode'
import type { ResourceQuota, ResourceQuotaSpec } from '../../schema/types/core.v1'
import { isHugePages } from '../pod/template/resources'
import { validateResourceName, validateResourceQuantity } from '../pod/template/validate-resources'

const SPEC = Path.of('spec')
const SCOPES_AT = SPEC.child('scopes')
const SELECTOR = SPEC.child('scopeSelector').child('matchExpressions')

const PODS = new Set(['pods'])
const COMPUTE = new Set(['cpu', 'memory', 'limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory'])
const CLAIMS = new Set(['persistentvolumeclaims', 'requests.storage'])
const COUNTED = new Set([
  'cpu', 'memory', 'ephemeral-storage', 'requests.cpu', 'requests.memory', 'requests.storage', 'requests.ephemeral-storage', 'limits.cpu', 'limits.memory', 'limits.ephemeral-storage', 'pods', 'resourcequotas',
  'services', 'replicationcontrollers', 'secrets', 'persistentvolumeclaims', 'configmaps', 'services.nodeports', 'services.loadbalancers',
])
const isQuotaResource = (name: string): boolean => COUNTED.has(name) || isHugePages(name) || name.startsWith('requests.hugepages-')

const SCOPES = new Set(['Terminating', 'NotTerminating', 'BestEffort', 'NotBestEffort', 'PriorityClass', 'CrossNamespacePodAffinity', 'VolumeAttributesClass'])
/** Scopes that are or are not, without values. */
const PLAIN_SCOPES = new Set(['Terminating', 'NotTerminating', 'BestEffort', 'NotBestEffort', 'CrossNamespacePodAffinity'])
const CONTRARY = [['BestEffort', 'NotBestEffort'], ['Terminating', 'NotTerminating']] as const

/** upstream: helper.IsResourceQuotaScopeValidForResource */
function scopeFits(scope: string, resource: string): boolean {
  if (scope === 'BestEffort') return PODS.has(resource)
  if (scope === 'VolumeAttributesClass') return CLAIMS.has(resource)
  return SCOPES.has(scope) ? PODS.has(resource) || COMPUTE.has(resource) : true
}

export const validateQuota = checked<ResourceQuota>((f, q) => {
  check(f, q.spec ?? {})
  validateAmounts(f, Path.of('status').child('hard'), q.status?.hard)
  validateAmounts(f, Path.of('status').child('used'), q.status?.used)
})

export const validateQuotaUpdate = checkedUpdate<ResourceQuota>((f, next, previous) => {
  const spec = next.spec ?? {}
  check(f, spec)
  const now = new Set(spec.scopes ?? [])
  const was = new Set(previous.spec?.scopes ?? [])
  if (now.size !== was.size || [...now].some(s => !was.has(s))) f.invalid(SCOPES_AT, spec.scopes ?? (givenEmpty(spec, 'scopes') ? [] : null), 'field is immutable')
})

export const validateQuotaStatus = checkedUpdate<ResourceQuota>((f, next) => {
  validateAmounts(f, Path.of('status').child('hard'), next.status?.hard)
  validateAmounts(f, Path.of('status').child('used'), next.status?.used)
})

function check(f: Findings, spec: ResourceQuotaSpec): void {
  validateAmounts(f, SPEC.child('hard'), spec.hard)
  const limited = Object.keys(spec.hard ?? {}).filter(isQuotaResource).sort()
  validateScopes(f, spec, limited)
  if (spec.scopeSelector !== undefined) validateSelector(f, spec, limited)
}

function validateAmounts(f: Findings, at: Path, amounts: Readonly<Record<string, string>> | undefined): void {
  for (const name in amounts) {
    validateResourceName(f, at.key(name), name)
    if (!name.includes('/') && !isQuotaResource(name)) f.invalid(at.key(name), name, 'must be a standard resource for quota')
    validateResourceQuantity(f, at.key(name), name, parseQuantity(amounts[name] as string))
  }
}

function validateScopes(f: Findings, { scopes = [] }: ResourceQuotaSpec, limited: readonly string[]): void {
  for (const scope of scopes) {
    if (!SCOPES.has(scope)) f.invalid(SCOPES_AT, scopes, 'unsupported scope')
    for (const resource of limited) if (!scopeFits(scope, resource)) f.invalid(SCOPES_AT, scopes, 'unsupported scope applied to resource')
  }
  validateContrary(f, SCOPES_AT, new Set(scopes), scopes)
}

function validateContrary(f: Findings, at: Path, named: ReadonlySet<string>, value: unknown): void {
  for (const [a, b] of CONTRARY) if (named.has(a) && named.has(b)) f.invalid(at, value, 'conflicting scopes')
}

function validateSelector(f: Findings, { scopeSelector, scopes }: ResourceQuotaSpec, limited: readonly string[]): void {
  const named = new Set<string>()
  for (const { scopeName = '', operator = '', values = [] } of scopeSelector?.matchExpressions ?? []) {
    if (!SCOPES.has(scopeName)) f.invalid(SELECTOR.child('scopeName'), scopeName, 'unsupported scope')
    for (const resource of limited) if (!scopeFits(scopeName, resource)) f.invalid(SELECTOR, internalSelector(scopeSelector), 'unsupported scope applied to resource')
    if (PLAIN_SCOPES.has(scopeName) && operator !== 'Exists')
      f.invalid(
        SELECTOR.child('operator'),
        operator,
        "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity",
      )
    if (operator === 'In' || operator === 'NotIn') {
      if (values.length === 0) f.required(SELECTOR.child('values'), "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector")
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (values.length > 0) f.invalid(SELECTOR.child('values'), values, "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector")
    } else f.invalid(SELECTOR.child('operator'), operator, 'not a valid selector operator')
    named.add(scopeName)
  }
  validateContrary(f, SELECTOR, named, scopes ?? null)
}

const internalSelector = (selector: ResourceQuotaSpec['scopeSelector']): unknown => ({
  MatchExpressions: (selector?.matchExpressions ?? []).map(e => ({ ScopeName: e.scopeName, Operator: e.operator, Values: e.values ?? null })),
})
