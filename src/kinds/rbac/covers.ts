/** Whether some policy rules allow all that others do. upstream: component-helpers/auth/rbac/validation/policy_comparator.go */
import type { PolicyRule } from '../schema/types/rbac.v1'

const has = (list: readonly string[] | undefined, wanted: string): boolean => list?.includes(wanted) === true

/** The parts of `wanted` that no rule of `owned` covers, one verb, group and resource each. */
export function uncovered(owned: readonly PolicyRule[], wanted: readonly PolicyRule[]): PolicyRule[] {
  return wanted.flatMap(brokenDown).filter(part => !owned.some(rule => covers(rule, part)))
}

/** One verb, and one resource and name or one URL, each. */
function brokenDown({ verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] }: PolicyRule): PolicyRule[] {
  const parts: PolicyRule[] = []
  for (const group of apiGroups) {
    for (const resource of resources) {
      for (const verb of verbs) {
        if (resourceNames.length === 0) parts.push({ apiGroups: [group], resources: [resource], verbs: [verb] })
        else for (const name of resourceNames) parts.push({ apiGroups: [group], resources: [resource], verbs: [verb], resourceNames: [name] })
      }
    }
  }
  for (const url of nonResourceURLs) for (const verb of verbs) parts.push({ nonResourceURLs: [url], verbs: [verb] })
  return parts
}

function covers(owner: PolicyRule, part: PolicyRule): boolean {
  if (!hasAll(owner.verbs, part.verbs)) return false
  const urls = part.nonResourceURLs ?? []
  if (!urls.every(url => owner.nonResourceURLs?.some(o => o === url || (o.endsWith('*') && url.startsWith(o.slice(0, -1)))) === true)) return false
  const names = owner.resourceNames ?? []
  const wanted = part.resourceNames ?? []
  const namesCovered = wanted.length === 0 ? names.length === 0 : names.length === 0 || wanted.every(n => names.includes(n))
  return hasAll(owner.apiGroups, part.apiGroups) && resourcesCovered(owner.resources ?? [], part.resources ?? []) && namesCovered
}

const hasAll = (owned: readonly string[] | undefined, wanted: readonly string[] | undefined): boolean => has(owned, '*') || (wanted ?? []).every(w => has(owned, w))

function resourcesCovered(owned: readonly string[], wanted: readonly string[]): boolean {
  if (owned.includes('*')) return true
  return wanted.every(resource => {
    if (owned.includes(resource)) return true
    const slash = resource.indexOf('/')
    return slash >= 0 && owned.includes(`*/${resource.slice(slash + 1)}`)
  })
}
