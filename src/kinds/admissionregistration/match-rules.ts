/** Which requests a webhook or a policy is about: rules, selectors, conditions. upstream: pkg/apis/admissionregistration/validation */
import { Findings, type Path } from '../../base/findings'
import { isPathSegmentName, isQualifiedName } from '../../base/validation'
import { isProgram } from '../../cel/program'
import { labelSelector } from '../core/pod/template/validate-text'
import type { MatchCondition, MatchResources, NamedRuleWithOperations, ParamKind, ParamRef } from '../schema/types/admissionregistration.v1'
import { isDns1035Label, isDns1123Subdomain } from '../../base/validation'
import { compileCondition } from './expressions'

export const FAILURE_POLICIES = ['Fail', 'Ignore']
export const MATCH_POLICIES = ['Equivalent', 'Exact']
const OPERATIONS = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE']
const SCOPES = ['*', 'Cluster', 'Namespaced']
const MAX_CONDITIONS = 64

/** Scope and selectors of rules that say nothing of them: everything. */
export function defaultRules(rules: readonly NamedRuleWithOperations[] | undefined): void {
  for (const r of rules ?? []) r.scope ??= '*'
}
export function defaultMatch(m: MatchResources | undefined): void {
  if (m === undefined || m === null) return
  m.matchPolicy ??= 'Equivalent'
  m.namespaceSelector ??= {}
  m.objectSelector ??= {}
  defaultRules(m.resourceRules)
  defaultRules(m.excludeResourceRules)
}

export function validateRule(f: Findings, at: Path, r: NamedRuleWithOperations): void {
  const { operations = [], apiGroups = [], apiVersions = [], resources = [] } = nonNull(r)
  const names = new Set<string>()
  for (const [i, n] of (r.resourceNames ?? []).entries()) {
    f.problems(at.child('resourceNames').at(i), n, isPathSegmentName(n))
    if (names.has(n)) f.duplicate(at.child('resourceNames').at(i), n)
    names.add(n)
  }
  if (operations.length === 0) f.required(at.child('operations'))
  if (operations.length > 1 && operations.includes('*')) f.invalid(at.child('operations'), operations, "if '*' is present, must not specify other operations")
  for (const [i, o] of operations.entries()) if (!OPERATIONS.includes(o)) f.unsupported(at.child('operations').at(i), o, OPERATIONS)
  if (apiGroups.length === 0) f.required(at.child('apiGroups'))
  if (apiGroups.length > 1 && apiGroups.includes('*')) f.invalid(at.child('apiGroups'), apiGroups, "if '*' is present, must not specify other API groups")
  if (apiVersions.length === 0) f.required(at.child('apiVersions'))
  if (apiVersions.length > 1 && apiVersions.includes('*')) f.invalid(at.child('apiVersions'), apiVersions, "if '*' is present, must not specify other API versions")
  for (const [i, v] of apiVersions.entries()) if (v === '') f.required(at.child('apiVersions').at(i))
  validateResources(f, at.child('resources'), resources)
  if (r.scope !== undefined && !SCOPES.includes(r.scope)) f.unsupported(at.child('scope'), r.scope, SCOPES)
}

const nonNull = (r: NamedRuleWithOperations): NamedRuleWithOperations => Object.fromEntries(Object.entries(r).filter(([, v]) => v !== null)) as NamedRuleWithOperations

function validateResources(f: Findings, at: Path, resources: readonly string[]): void {
  if (resources.length === 0) f.required(at)
  const wildSubresource = new Set<string>()
  const wildResource = new Set<string>()
  let plain = false
  for (const [i, r] of resources.entries()) {
    if (r === '') {
      f.required(at.at(i))
      continue
    }
    const slash = r.indexOf('/')
    if (slash < 0) {
      plain = r !== '*'
      continue
    }
    const [resource, sub] = [r.slice(0, slash), r.slice(slash + 1)]
    if (wildSubresource.has(resource)) f.invalid(at.at(i), r, `if '${resource}/*' is present, must not specify ${r}`)
    if (wildResource.has(sub)) f.invalid(at.at(i), r, `if '*/${sub}' is present, must not specify ${r}`)
    if (sub === '*') wildSubresource.add(resource)
    if (resource === '*') wildResource.add(sub)
  }
  if (resources.length > 1 && resources.includes('*/*')) f.invalid(at, resources, "if '*/*' is present, must not specify other resources")
  if (resources.includes('*') && plain) f.invalid(at, resources, "if '*' is present, must not specify other resources without subresources")
}

export function validateMatch(f: Findings, at: Path, m: MatchResources | undefined): void {
  if (m === undefined) return
  if (m.matchPolicy === undefined) f.required(at.child('matchPolicy'))
  else if (!MATCH_POLICIES.includes(m.matchPolicy)) f.unsupported(at.child('matchPolicy'), m.matchPolicy, MATCH_POLICIES)
  for (const field of ['namespaceSelector', 'objectSelector'] as const) {
    if (m[field] === undefined) f.required(at.child(field))
    else labelSelector(f, at.child(field), m[field])
  }
  for (const field of ['resourceRules', 'excludeResourceRules'] as const) for (const [i, r] of (m[field] ?? []).entries()) validateRule(f, at.child(field).at(i), r)
}

export function validateConditions(f: Findings, at: Path, conditions: readonly MatchCondition[] | undefined, params: boolean): void {
  const list = conditions ?? []
  const names = new Set<string>()
  if (list.length > MAX_CONDITIONS) f.tooMany(at, list.length, MAX_CONDITIONS)
  for (const [i, c] of list.entries()) {
    const where = at.at(i)
    const expression = (c.expression ?? '').trim()
    if (expression === '') f.required(where.child('expression'))
    else {
      const made = compileCondition(expression, params)
      if (!isProgram(made)) f.invalid(where.child('expression'), expression, made.error)
    }
    if ((c.name ?? '') === '') f.required(where.child('name'))
    else f.problems(where.child('name'), c.name, isQualifiedName(c.name))
    if ((c.name ?? '') === '') continue
    if (names.has(c.name)) f.duplicate(where.child('name'), c.name)
    names.add(c.name)
  }
}

export function validateParamKind(f: Findings, at: Path, { apiVersion = '', kind = '' }: ParamKind): void {
  const where = at.child('apiVersion')
  const parts = apiVersion.split('/')
  const [group, version] = parts.length === 2 ? (parts as [string, string]) : ['', parts[0] as string]
  if (apiVersion === '') f.required(where)
  else if (parts.length > 2) f.invalid(where, apiVersion, `unexpected GroupVersion string: ${apiVersion}`)
  else {
    if (group !== '' && isDns1123Subdomain(group).length > 0) f.invalid(where, group, isDns1123Subdomain(group).join(','))
    if (version === '') f.invalid(where, apiVersion, 'version must be specified')
    else if (isDns1035Label(version).length > 0) f.invalid(where, version, isDns1035Label(version).join(','))
  }
  const problems = isDns1035Label(kind.toLowerCase())
  if (kind === '') f.required(at.child('kind'))
  else if (problems.length > 0) f.invalid(at.child('kind'), kind, `may have mixed case, but should otherwise match: ${problems.join(',')}`)
}

export function validateParamRef(f: Findings, at: Path, ref: ParamRef | undefined): void {
  if (ref === undefined) return
  const { name = '', selector, parameterNotFoundAction: action = '' } = ref
  if (name !== '') {
    f.problems(at.child('name'), name, isPathSegmentName(name))
    if (selector !== undefined) f.forbidden(at.child('name'), 'name and selector are mutually exclusive')
  }
  if (selector !== undefined) {
    labelSelector(f, at.child('selector'), selector)
    if (name !== '') f.forbidden(at.child('selector'), 'name and selector are mutually exclusive')
  }
  if (name === '' && selector === undefined) f.required(at, 'one of name or selector must be specified')
  if (action === '') f.required(at.child('parameterNotFoundAction'))
  else if (action !== 'Deny' && action !== 'Allow') f.unsupported(at.child('parameterNotFoundAction'), action, ['Deny', 'Allow'])
}
