/** The validation of flow schemas. upstream: pkg/apis/flowcontrol/validation ValidateFlowSchemaSpec */
import { Path, type Findings } from '../../../base/findings'
import { isDns1123Label, isDns1123Subdomain } from '../../../base/validation'
import type { FlowSchema, NonResourcePolicyRule, PolicyRulesWithSubjects, ResourcePolicyRule, Subject } from '../../schema/types/flowcontrol.v1'
import { validateConditions } from '../conditions'

const SPEC = Path.of('spec')
const MAX_PRECEDENCE = 10_000
const METHODS = ['ByNamespace', 'ByUser']
const SUBJECT_KINDS = ['Group', 'ServiceAccount', 'User']
const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update', 'watch']
const NAMESPACE_RULE = "each member of this list must be '*' or a DNS-1123 label; "

export function validateSchema(f: Findings, { metadata, spec, status }: FlowSchema): void {
  const precedence = spec.matchingPrecedence ?? 0
  const at = SPEC.child('matchingPrecedence')
  if (precedence <= 0) f.invalid(at, precedence, 'must be a positive value')
  if (precedence > MAX_PRECEDENCE) f.invalid(at, precedence, `must not be greater than ${MAX_PRECEDENCE}`)
  if (precedence === 1 && metadata.name !== 'exempt') f.invalid(at, precedence, "only the schema named 'exempt' may have matchingPrecedence 1")
  const method = spec.distinguisherMethod
  if (method !== undefined && !METHODS.includes(method.type ?? '')) f.unsupported(SPEC.child('distinguisherMethod').child('type'), { Type: method.type ?? '' }, METHODS)
  const level = spec.priorityLevelConfiguration?.name ?? ''
  const levelAt = SPEC.child('priorityLevelConfiguration').child('name')
  if (level === '') f.required(levelAt, 'must reference a priority level')
  else f.problems(levelAt, level, isDns1123Subdomain(level))
  spec.rules?.forEach((rule, i) => validateRule(f, SPEC.child('rules').at(i), rule))
  validateConditions(f, status?.conditions)
}

/** A list that is left out is null where it has to be there. */
function validateRule(f: Findings, at: Path, { subjects, resourceRules = [], nonResourceRules = [] }: PolicyRulesWithSubjects): void {
  if ((subjects ?? []).length === 0) f.required(at.child('subjects'), 'subjects must contain at least one value')
  subjects?.forEach((s, i) => validateSubject(f, at.child('subjects').at(i), s))
  if (resourceRules.length === 0 && nonResourceRules.length === 0) f.required(at, 'at least one of resourceRules and nonResourceRules has to be non-empty')
  resourceRules.forEach((r, i) => validateResourceRule(f, at.child('resourceRules').at(i), r))
  nonResourceRules.forEach((r, i) => validatePathRule(f, at.child('nonResourceRules').at(i), r))
}

const FIELDS = { ServiceAccount: 'serviceAccount', User: 'user', Group: 'group' } as const

function validateSubject(f: Findings, at: Path, subject: Subject): void {
  const kind = subject.kind as keyof typeof FIELDS
  if (!SUBJECT_KINDS.includes(kind)) return f.unsupported(at.child('kind'), kind ?? '', SUBJECT_KINDS)
  validateNamed(f, at.child(FIELDS[kind]), subject, kind)
  for (const other of ['ServiceAccount', 'User', 'Group'] as const)
    if (other !== kind && subject[FIELDS[other]] !== undefined) f.forbidden(at.child(FIELDS[other]), `${FIELDS[other]} is forbidden when subject kind is not '${other}'`)
}

function validateNamed(f: Findings, at: Path, subject: Subject, kind: keyof typeof FIELDS): void {
  const named = subject[FIELDS[kind]]
  if (named === undefined) return f.required(at, `${FIELDS[kind]} is required when subject kind is '${kind}'`)
  const { name = '' } = named
  if (name === '') f.required(at.child('name'))
  else if (kind === 'ServiceAccount' && name !== '*') f.problems(at.child('name'), name, isDns1123Subdomain(name))
  if (kind !== 'ServiceAccount') return
  const namespace = subject.serviceAccount?.namespace ?? ''
  if (namespace === '') f.required(at.child('namespace'), 'must specify namespace for service account')
  else f.problems(at.child('namespace'), namespace, isDns1123Label(namespace))
}

function validateVerbs(f: Findings, at: Path, given: readonly string[] | undefined): void {
  const verbs = given ?? []
  if (verbs.length === 0) f.required(at, 'verbs must contain at least one value')
  else if (verbs.includes('*')) onlyWildcard(f, at, verbs, 'verbs')
  else if (!verbs.every(v => VERBS.includes(v))) f.unsupported(at, verbs, VERBS)
}

function onlyWildcard(f: Findings, at: Path, values: readonly string[], what: string): void {
  if (values.length > 1 && values.includes('*')) f.invalid(at, values, `if '*' is present, must not specify other ${what}`)
}

function validateResourceRule(f: Findings, at: Path, { verbs, apiGroups, resources, clusterScope = false, namespaces: given }: ResourcePolicyRule): void {
  const namespaces = given ?? []
  validateVerbs(f, at.child('verbs'), verbs)
  if ((apiGroups ?? []).length === 0) f.required(at.child('apiGroups'), 'resource rules must supply at least one api group')
  else onlyWildcard(f, at.child('apiGroups'), apiGroups, 'api groups')
  if ((resources ?? []).length === 0) f.required(at.child('resources'), 'resource rules must supply at least one resource')
  else onlyWildcard(f, at.child('resources'), resources, 'resources')
  const where = at.child('namespaces')
  if (namespaces.length === 0 && !clusterScope) f.required(where, 'resource rules that are not cluster scoped must supply at least one namespace')
  else if (namespaces.includes('*')) onlyWildcard(f, where, namespaces, 'namespaces')
  else namespaces.forEach((n, i) => f.problems(where.at(i), n, isDns1123Label(n).map(problem => NAMESPACE_RULE + problem)))
}

function validatePathRule(f: Findings, at: Path, { verbs, nonResourceURLs }: NonResourcePolicyRule): void {
  validateVerbs(f, at.child('verbs'), verbs)
  const urls = nonResourceURLs ?? []
  const where = at.child('nonResourceURLs')
  if (urls.length === 0) f.required(where, 'nonResourceURLs must contain at least one value')
  else if (urls.includes('*')) onlyWildcard(f, where, urls, 'non-resource URLs')
  else
    urls.forEach((url, i) => {
      const problem = pathProblem(url)
      if (problem !== undefined) f.invalid(where.at(i), url, problem)
    })
}

/** upstream: ValidateNonResourceURLPath */
function pathProblem(path: string): string | undefined {
  if (path === '') return 'must not be empty'
  if (path === '/') return undefined
  if (!path.startsWith('/')) return 'must start with slash'
  if (path.includes(' ')) return 'must not contain white-space'
  if (path.includes('//')) return 'must not contain double slash'
  const wildcards = path.split('*').length - 1
  return wildcards > 1 || (wildcards === 1 && !path.endsWith('/*')) ? 'wildcard can only do suffix matching' : undefined
}
