/** Which requests are audited, and how much of them. upstream: apiserver/pkg/audit/policy, pkg/apis/audit/validation */
import { fieldErrorBody, invalidValue, notSupported, required, type FieldError } from '../../base/field'
import { nameIsDnsSubdomain } from '../../base/validation'
import { readYaml } from '../../base/yaml/reader'

export type Level = 'None' | 'Metadata' | 'Request' | 'RequestResponse'
export type Stage = 'RequestReceived' | 'ResponseStarted' | 'ResponseComplete' | 'Panic'

const LEVELS: readonly Level[] = ['None', 'Metadata', 'Request', 'RequestResponse']
const STAGES: readonly Stage[] = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic']

interface GroupResources {
  readonly group?: string
  readonly resources?: readonly string[]
  readonly resourceNames?: readonly string[]
}

interface Rule {
  readonly level: Level
  readonly users?: readonly string[]
  readonly userGroups?: readonly string[]
  readonly verbs?: readonly string[]
  readonly resources?: readonly GroupResources[]
  readonly namespaces?: readonly string[]
  readonly nonResourceURLs?: readonly string[]
  readonly omitStages?: readonly Stage[]
  readonly omitManagedFields?: boolean
}

export interface AuditPolicy {
  readonly rules: readonly Rule[]
  readonly omitStages?: readonly Stage[]
  readonly omitManagedFields?: boolean
}

/** What a rule is asked about. */
export interface Audited {
  readonly user: string
  readonly groups: readonly string[]
  readonly verb: string
  readonly isResource: boolean
  readonly group: string
  readonly resource: string
  readonly subresource: string
  readonly namespace: string
  readonly name: string
  readonly path: string
}

export interface AuditChoice {
  readonly level: Level
  readonly omitStages: ReadonlySet<Stage>
  readonly omitManagedFields: boolean
}

/** The policy cannot be used; the message is for a person. */
export class AuditPolicyError extends Error {}

/** Throws AuditPolicyError in kube-apiserver's words. */
export function readAuditPolicy(text: string, path: string): AuditPolicy {
  const refuse = (why: string): never => {
    throw new AuditPolicyError(`loading audit policy file: ${why}`)
  }
  let policy: AuditPolicy & { apiVersion?: string; kind?: string }
  try {
    policy = (readYaml(text) ?? {}) as typeof policy
  } catch (e) {
    return refuse(`failed decoding: ${(e as Error).message} from file ${path}`)
  }
  if (policy.kind !== 'Policy') return refuse(`failed decoding: no kind "${policy.kind ?? ''}" is registered for version "${policy.apiVersion ?? ''}" from file ${path}`)
  if (policy.apiVersion !== 'audit.k8s.io/v1') return refuse(`unknown group version field ${JSON.stringify(policy.apiVersion ?? '')} in policy from file ${path}`)
  if (!Array.isArray(policy.rules) || policy.rules.length === 0) return refuse(`loaded illegal policy with 0 rules from file ${path}`)
  const errors = [...problems(policy)]
  if (errors.length > 0) return refuse(`${together(errors.map(e => `${e.field}: ${fieldErrorBody(e)}`))} from file ${path}`)
  return policy
}

/** upstream: apimachinery/pkg/util/errors Aggregate */
const together = (texts: readonly string[]): string => (texts.length === 1 ? (texts[0] as string) : `[${texts.join(', ')}]`)

function* problems({ rules, omitStages }: AuditPolicy): Iterable<FieldError> {
  yield* stageProblems(omitStages, 'omitStages')
  for (const [i, rule] of rules.entries()) {
    const at = `rules[${i}]`
    if ((rule.level as string | undefined) === undefined || (rule.level as string) === '') yield required(`${at}.level`, '')
    else if (!LEVELS.includes(rule.level)) yield notSupported(`${at}.level`, rule.level, LEVELS)
    for (const [n, url] of (rule.nonResourceURLs ?? []).entries()) {
      if (url === '*') continue
      if (!url.startsWith('/')) yield invalidValue(`${at}.nonResourceURLs[${n}]`, url, "non-resource URL rules must begin with a '/' character")
      if (url.slice(0, -1).includes('*')) yield invalidValue(`${at}.nonResourceURLs[${n}]`, url, "non-resource URL wildcards '*' must be the final character of the rule")
    }
    for (const { group = '', resources = [], resourceNames = [] } of rule.resources ?? []) {
      if (group !== '' && group !== '*') {
        const wrong = [...nameIsDnsSubdomain(group, false)]
        if (wrong.length > 0) yield invalidValue(`${at}.resources.group`, group, wrong.join(','))
      }
      if (resourceNames.length > 0 && resources.length === 0) yield invalidValue(`${at}.resources.resourceNames`, resourceNames, 'using resourceNames requires at least one resource')
    }
    yield* stageProblems(rule.omitStages, `${at}.omitStages`)
    if ((rule.nonResourceURLs ?? []).length > 0 && ((rule.resources ?? []).length > 0 || (rule.namespaces ?? []).length > 0))
      yield invalidValue(`${at}.nonResourceURLs`, rule.nonResourceURLs, 'rules cannot apply to both regular resources and non-resource URLs')
  }
}

function* stageProblems(stages: readonly Stage[] | undefined, at: string): Iterable<FieldError> {
  for (const [i, stage] of (stages ?? []).entries()) if (!STAGES.includes(stage)) yield invalidValue(`${at}[${i}]`, stage, `allowed stages are ${STAGES.join(',')}`)
}

/** What the first rule that fits says; nothing is audited where none does. */
export function auditChoice(policy: AuditPolicy, request: Audited): AuditChoice {
  const rule = policy.rules.find(r => fits(r, request))
  if (rule === undefined) return { level: 'None', omitStages: new Set(policy.omitStages), omitManagedFields: policy.omitManagedFields === true }
  return { level: rule.level, omitStages: new Set([...(policy.omitStages ?? []), ...(rule.omitStages ?? [])]), omitManagedFields: rule.omitManagedFields ?? policy.omitManagedFields === true }
}

const some = (list: readonly string[] | undefined): list is readonly string[] => list !== undefined && list.length > 0

function fits({ users, userGroups, verbs, namespaces, resources, nonResourceURLs }: Rule, r: Audited): boolean {
  if (some(users) && !users.includes(r.user)) return false
  if (some(userGroups) && !r.groups.some(g => userGroups.includes(g))) return false
  if (some(verbs) && !verbs.includes(r.verb)) return false
  if (some(namespaces) || (resources ?? []).length > 0) return r.isResource && (!some(namespaces) || namespaces.includes(r.namespace)) && ((resources ?? []).length === 0 || (resources ?? []).some(g => fitsResource(g, r)))
  if (some(nonResourceURLs)) return !r.isResource && nonResourceURLs.some(spec => spec === '*' || spec === r.path || (spec.endsWith('*') && r.path.startsWith(spec.replace(/\*+$/, ''))))
  return true
}

function fitsResource({ group = '', resources, resourceNames }: GroupResources, r: Audited): boolean {
  if (group !== '*' && group !== r.group) return false
  if (!some(resources)) return true
  if (some(resourceNames) && !resourceNames.includes(r.name)) return false
  const whole = r.subresource === '' ? r.resource : `${r.resource}/${r.subresource}`
  return resources.some(res => res === whole || res === '*' || (r.subresource !== '' && res === `*/${r.subresource}`) || (res.endsWith('/*') && res.slice(0, -2) === r.resource))
}
