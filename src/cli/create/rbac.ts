/** `kubectl create role`, `clusterrole`, `rolebinding`, `clusterrolebinding`. upstream: kubectl/pkg/cmd/create create_role.go, create_clusterrole.go, create_rolebinding.go, create_clusterrolebinding.go */
import { ExitError, UsageError } from '../../base/errors'
import type { KubeObject } from '../../kinds/kind'
import type { Factory } from '../factory'
import type { IOStreams } from '../io-streams'
import { resourceOf } from '../resource-of'
import type { RestMapper } from '../rest-mapper'
import type { Generator } from './generate'

const GROUP = 'rbac.authorization.k8s.io'
const API_VERSION = `${GROUP}/v1`

const RESOURCE_VERBS = ['*', 'get', 'delete', 'list', 'create', 'update', 'patch', 'watch', 'proxy', 'deletecollection', 'use', 'bind', 'escalate', 'impersonate']
const URL_VERBS = ['*', 'get', 'post', 'put', 'delete', 'patch', 'head', 'options']

/** Verbs that make sense for these resources alone, whether the server has them or not. */
const SPECIAL_VERBS: Readonly<Record<string, readonly string[]>> = {
  use: ['podsecuritypolicies.policy', 'podsecuritypolicies.extensions'],
  bind: [`roles.${GROUP}`, `clusterroles.${GROUP}`],
  escalate: [`roles.${GROUP}`, `clusterroles.${GROUP}`],
  impersonate: ['users.', 'serviceaccounts.', 'groups.', 'userextras.authentication.k8s.io'],
}

/** `deployments.apps/scale`, taken apart. */
interface Named {
  readonly group: string
  readonly resource: string
  readonly subresource: string
}

function resourcesOf(texts: readonly string[]): Named[] {
  const out: Named[] = []
  for (const text of texts) {
    const slash = text.indexOf('/')
    const whole = slash < 0 ? text : text.slice(0, slash)
    const dot = whole.indexOf('.')
    const named = { resource: dot < 0 ? whole : whole.slice(0, dot), group: dot < 0 ? '' : whole.slice(dot + 1), subresource: slash < 0 ? '' : text.slice(slash + 1) }
    if (named.resource === '*' && dot < 0 && slash < 0) return [named]
    out.push(named)
  }
  return out
}

const unique = (texts: readonly string[]): string[] => [...new Set(texts)]
const verbsOf = (verbs: readonly string[]): string[] => (verbs.includes('*') ? ['*'] : unique(verbs))

export const role: Generator<'create role'> = {
  resource: () => resourceOf(API_VERSION, 'Role'),
  async make({ name, flags, io, factory }) {
    const [verbs, resources] = [verbsOf(flags.verb), resourcesOf(flags.resource)]
    if (name === '') throw new UsageError('name must be specified')
    if (verbs.length === 0) throw new UsageError('at least one verb must be specified')
    warnOfVerbs(verbs, io)
    if (resources.length === 0) throw new UsageError('at least one resource must be specified')
    await checkResources(resources, verbs, factory)
    return { apiVersion: API_VERSION, kind: 'Role', metadata: { name }, rules: await rulesOf(factory, verbs, resources, unique(flags['resource-name']), []) } as KubeObject
  },
}

export const clusterRole: Generator<'create clusterrole'> = {
  resource: () => resourceOf(API_VERSION, 'ClusterRole'),
  async make({ name, flags, io, factory }) {
    const [verbs, resources, names, urls] = [verbsOf(flags.verb), resourcesOf(flags.resource), unique(flags['resource-name']), unique(flags['non-resource-url'])]
    const aggregation = flags['aggregation-rule'] as unknown as Readonly<Record<string, string>>
    const metadata = { name }
    if (name === '') throw new UsageError('name must be specified')
    if (Object.keys(aggregation).length > 0) {
      if (urls.length > 0 || verbs.length > 0 || resources.length > 0 || names.length > 0) throw new UsageError('aggregation rule must be specified without nonResourceURLs, verbs, resources or resourceNames')
      return { apiVersion: API_VERSION, kind: 'ClusterRole', metadata, aggregationRule: { clusterRoleSelectors: [{ matchLabels: aggregation }] } } as KubeObject
    }
    if (verbs.length === 0) throw new UsageError('at least one verb must be specified')
    if (resources.length === 0 && urls.length === 0) throw new UsageError('one of resource or nonResourceURL must be specified')
    if (resources.length > 0) {
      warnOfVerbs(verbs, io)
      await checkResources(resources, verbs, factory)
    }
    if (urls.length > 0) checkUrls(urls, verbs)
    return { apiVersion: API_VERSION, kind: 'ClusterRole', metadata, rules: await rulesOf(factory, verbs, resources, names, urls) } as KubeObject
  },
}

function warnOfVerbs(verbs: readonly string[], io: IOStreams): void {
  for (const verb of verbs) if (!RESOURCE_VERBS.includes(verb)) io.stderr(`Warning: '${verb}' is not a standard resource verb\n`)
}

function checkUrls(urls: readonly string[], verbs: readonly string[]): void {
  const wrong = verbs.find(verb => !URL_VERBS.includes(verb))
  if (wrong !== undefined) throw new UsageError(`invalid verb: '${wrong}' for nonResourceURL`)
  for (const url of urls) {
    if (url === '*') continue
    if (!url.startsWith('/')) throw new UsageError('nonResourceURL should start with /')
    if (url.slice(0, -1).includes('*')) throw new UsageError("nonResourceURL only supports wildcard matches when '*' is at the end")
  }
}

/** What the server calls the resource; undefined where it has none. */
function lookUp(mapper: RestMapper, { resource, group }: Named): { group: string; plural: string } | undefined {
  try {
    return mapper.resourceFor(group === '' ? resource : `${resource}.${group}`)
  } catch {
    return undefined
  }
}

async function checkResources(resources: readonly Named[], verbs: readonly string[], factory: Factory): Promise<void> {
  const mapper = await factory.mapper()
  for (const named of resources) {
    if (named.resource === '') throw new UsageError('resource must be specified if apiGroup/subresource specified')
    if (named.resource === '*') return
    const found = lookUp(mapper, named)
    const { plural, group } = found ?? { plural: named.resource, group: named.group }
    let special = false
    for (const verb of verbs) {
      const allowed = SPECIAL_VERBS[verb]
      if (allowed === undefined) continue
      if (!allowed.includes(`${plural}.${group}`)) throw new UsageError(`can not perform '${verb}' on '${plural}' in group '${group}'`)
      special = true
    }
    // Told by the mapper, whose errors stand without a prefix here. upstream: meta.NoResourceMatchError
    if (found === undefined && !special) throw new ExitError(`the server doesn't have a resource type ${JSON.stringify(named.resource)}${named.group === '' ? '' : ` in group ${JSON.stringify(named.group)}`}`, 1)
  }
}

/** A rule for each group, then one for the URLs. upstream: generateResourcePolicyRules */
async function rulesOf(factory: Factory, verbs: readonly string[], resources: readonly Named[], resourceNames: readonly string[], nonResourceURLs: readonly string[]): Promise<object[]> {
  const byGroup = new Map<string, string[]>()
  const mapper = resources.length > 0 ? await factory.mapper() : undefined
  for (const named of resources) {
    const { plural, group } = lookUp(mapper as RestMapper, named) ?? { plural: named.resource, group: named.group }
    const name = named.subresource === '' ? plural : `${plural}/${named.subresource}`
    const names = byGroup.get(group) ?? []
    if (!names.includes(name)) byGroup.set(group, [...names, name])
  }
  const rules: object[] = [...byGroup.keys()].sort().map(group => ({ verbs, apiGroups: [group], resources: byGroup.get(group), ...(resourceNames.length > 0 ? { resourceNames } : {}) }))
  if (nonResourceURLs.length > 0) rules.push({ verbs, nonResourceURLs })
  return rules
}

export const roleBinding: Generator<'create rolebinding'> = {
  resource: () => resourceOf(API_VERSION, 'RoleBinding'),
  failure: 'failed to create rolebinding: ',
  make({ name, flags }) {
    if (name === '') throw new UsageError('name must be specified')
    if ((flags.clusterrole === '') === (flags.role === '')) throw new UsageError('exactly one of clusterrole or role must be specified')
    const roleRef = flags.role !== '' ? { apiGroup: GROUP, kind: 'Role', name: flags.role } : { apiGroup: GROUP, kind: 'ClusterRole', name: flags.clusterrole }
    return { apiVersion: API_VERSION, kind: 'RoleBinding', metadata: { name }, ...subjectsOf(flags), roleRef } as KubeObject
  },
}

export const clusterRoleBinding: Generator<'create clusterrolebinding'> = {
  resource: () => resourceOf(API_VERSION, 'ClusterRoleBinding'),
  failure: 'failed to create clusterrolebinding: ',
  make: ({ name, flags }) => ({
    apiVersion: API_VERSION, kind: 'ClusterRoleBinding', metadata: { name }, ...subjectsOf(flags),
    roleRef: { apiGroup: GROUP, kind: 'ClusterRole', name: flags.clusterrole },
  }) as KubeObject,
}

function subjectsOf({ user, group, serviceaccount }: { user: readonly string[]; group: readonly string[]; serviceaccount: readonly string[] }): { subjects?: object[] } {
  const subjects: object[] = [
    ...user.map(name => ({ kind: 'User', apiGroup: GROUP, name })),
    ...group.map(name => ({ kind: 'Group', apiGroup: GROUP, name })),
    ...serviceaccount.map(text => {
      const [namespace, name, more] = text.split(':')
      if (!namespace || !name || more !== undefined) throw new UsageError('serviceaccount must be <namespace>:<name>')
      return { kind: 'ServiceAccount', name, namespace }
    }),
  ]
  return subjects.length > 0 ? { subjects } : {}
}
