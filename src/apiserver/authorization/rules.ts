/** Policy rules: what they allow, whether some cover others, and their short texts. upstream: component-helpers/auth/rbac/validation, pkg/apis/rbac/v1/evaluation_helpers.go */
import { goQuote } from '../../base/field'
import type { PolicyRule } from '../../kinds/schema/types/rbac.v1'
import type { AccessRequest } from './access-request'

const has = (list: readonly string[] | undefined, ...wanted: readonly string[]): boolean => list?.some(v => wanted.includes(v)) === true

export function ruleAllows(rule: PolicyRule, r: AccessRequest): boolean {
  if (!has(rule.verbs, '*', r.verb)) return false
  if (r.path !== undefined) return rule.nonResourceURLs?.some(url => urlMatches(url, r.path as string)) === true
  return has(rule.apiGroups, '*', r.group) && resourceMatches(rule, r.resource, r.subresource) && ((rule.resourceNames ?? []).length === 0 || has(rule.resourceNames, r.name))
}

const urlMatches = (url: string, path: string): boolean => url === '*' || url === path || (url.endsWith('*') && path.startsWith(url.replace(/\*+$/, '')))

function resourceMatches(rule: PolicyRule, resource: string, subresource: string): boolean {
  if (subresource === '') return has(rule.resources, '*', resource)
  return has(rule.resources, '*', `${resource}/${subresource}`, `*/${subresource}`)
}

/** Verbs of the same resource and names in one rule, in the order of their first. upstream: CompactRules */
export function compactRules(rules: readonly PolicyRule[]): PolicyRule[] {
  const out: PolicyRule[] = []
  const simple = new Map<string, PolicyRule>()
  for (const rule of rules) {
    const key = simpleKey(rule)
    const known = key === undefined ? undefined : simple.get(key)
    if (known !== undefined) known.verbs.push(...rule.verbs.filter(v => !known.verbs.includes(v)))
    else {
      const copy = { ...rule, verbs: [...rule.verbs] }
      if (key !== undefined) simple.set(key, copy)
      out.push(copy)
    }
  }
  return out
}

function simpleKey({ apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] }: PolicyRule): string | undefined {
  if (apiGroups.length !== 1 || resources.length !== 1 || resourceNames.length > 1 || nonResourceURLs.length > 0) return undefined
  return [apiGroups[0], resources[0], ...resourceNames].join('\0')
}

/** `{APIGroups:["apps"], Resources:["deployments"], Verbs:["get" "list"]}` */
export function compactText({ verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] }: PolicyRule): string {
  const quoted = (list: readonly string[]): string => `[${list.map(goQuote).join(' ')}]`
  const parts: string[] = []
  if (apiGroups.length > 0) parts.push(`APIGroups:${quoted(apiGroups)}`)
  if (resources.length > 0) parts.push(`Resources:${quoted(resources)}`)
  if (nonResourceURLs.length > 0) parts.push(`NonResourceURLs:${quoted(nonResourceURLs)}`)
  if (resourceNames.length > 0) parts.push(`ResourceNames:${quoted(resourceNames)}`)
  if (verbs.length > 0) parts.push(`Verbs:${quoted(verbs)}`)
  return `{${parts.join(', ')}}`
}
