/** Rules of roles, taken apart and put together again by resource. upstream: kubectl/pkg/util/rbac, kubectl/pkg/describe RoleDescriber */
import { byCodePoint } from '../../../base/go-text'
import type { PolicyRule } from '../../../kinds/schema/types/rbac.v1'
import type { Lines } from '../writer'

export function policyRules(w: Lines, rules: readonly PolicyRule[] | undefined): void {
  w.write(0, 'PolicyRule:\n')
  w.write(1, 'Resources\tNon-Resource URLs\tResource Names\tVerbs\n')
  w.write(1, '---------\t-----------------\t--------------\t-----\n')
  for (const rule of compactRules(rules ?? [])) w.write(1, `${resourceAndGroup(rule)}\t${goList(rule.nonResourceURLs)}\t${goList(rule.resourceNames)}\t${goList(rule.verbs)}\n`)
}

/** One rule a resource and name with all its verbs, in the order in which they are shown. */
export function compactRules(rules: readonly PolicyRule[]): PolicyRule[] {
  return compacted(rules.flatMap(broken)).map(rule => ({ rule, key: goText(rule) })).sort((a, b) => byCodePoint(a.key, b.key)).map(({ rule }) => rule)
}

/** `[get list]` */
export const goList = (list: readonly string[] | undefined): string => `[${(list ?? []).join(' ')}]`
/** As Go prints the struct: the order of rules is that of these texts. */
const goText = (r: PolicyRule): string => `&PolicyRule{Verbs:${goList(r.verbs)},APIGroups:${goList(r.apiGroups)},Resources:${goList(r.resources)},ResourceNames:${goList(r.resourceNames)},NonResourceURLs:${goList(r.nonResourceURLs)},}`

/** One verb, resource and name each. */
function broken({ verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] }: PolicyRule): PolicyRule[] {
  const out: PolicyRule[] = []
  for (const group of apiGroups) {
    for (const resource of resources) {
      for (const verb of verbs) {
        if (resourceNames.length === 0) out.push({ apiGroups: [group], resources: [resource], verbs: [verb] })
        for (const name of resourceNames) out.push({ apiGroups: [group], resources: [resource], verbs: [verb], resourceNames: [name] })
      }
    }
  }
  for (const url of nonResourceURLs) for (const verb of verbs) out.push({ nonResourceURLs: [url], verbs: [verb] })
  return out
}

/** Verbs of one resource and name together. */
function compacted(rules: readonly PolicyRule[]): PolicyRule[] {
  const rest: PolicyRule[] = []
  const simple = new Map<string, PolicyRule>()
  for (const rule of rules) {
    if (rule.nonResourceURLs !== undefined) {
      rest.push(rule)
      continue
    }
    const key = JSON.stringify([rule.apiGroups, rule.resources, rule.resourceNames])
    const known = simple.get(key)
    if (known === undefined) simple.set(key, { ...rule, verbs: [...rule.verbs] })
    else for (const verb of rule.verbs) if (!known.verbs.includes(verb)) known.verbs.push(verb)
  }
  return [...rest, ...simple.values()]
}

/** `deployments.apps/scale` */
export function resourceAndGroup({ resources = [], apiGroups = [] }: PolicyRule): string {
  const [first] = resources
  if (first === undefined) return ''
  const slash = first.indexOf('/')
  const [name, subresource] = slash < 0 ? [first, ''] : [first.slice(0, slash), first.slice(slash)]
  const group = apiGroups[0] ?? ''
  return `${name}${group === '' ? '' : `.${group}`}${subresource}`
}
