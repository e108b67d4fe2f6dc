/** `kubectl auth can-i`. upstream: kubectl/pkg/cmd/auth/cani.go */
import { ExitError, UsageError } from '../../base/errors'
import type { KubeObject } from '../../kinds/kind'
import type { SelfSubjectAccessReview, SelfSubjectRulesReview } from '../../kinds/schema/types/authorization.v1'
import { compactRules, goList, resourceAndGroup } from '../describe/rbac/rules'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import { TABLE_STYLE, alignTabs } from '../print/tab-writer'
import { resourceOf } from '../resource-of'
import type { DiscoveredResource } from '../rest-mapper'

const RESOURCE_VERBS = new Set(['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection', 'use', 'bind', 'impersonate', '*', 'approve', 'sign', 'escalate', 'attest'])
const URL_VERBS = new Set(['get', 'put', 'post', 'head', 'options', 'delete', 'patch', '*'])
/** Served nowhere, and yet things that one may impersonate. */
const UNDISCOVERABLE = new Set(['users', 'groups'])

export type Question =
  | { readonly kind: 'list'; readonly noHeaders: boolean }
  | { readonly kind: 'url'; readonly verb: string; readonly path: string }
  | { readonly kind: 'resource'; readonly verb: string; readonly group: string; readonly resource: string; readonly subresource: string; readonly name: string }

export interface Options {
  readonly factory: Factory
  readonly question: Question
  /** Empty: in all. */
  readonly namespace: string
  readonly quiet: boolean
}

/** Throws UsageError. */
export async function toOptions({ args, flags }: Invocation<'auth can-i'>, factory: Factory): Promise<Options> {
  const namespace = flags['all-namespaces'] ? '' : factory.namespace().name
  if (flags.list) {
    if (flags.quiet || flags['all-namespaces'] || flags.subresource !== '') throw new UsageError("list option can't be specified with neither quiet, all-namespaces nor subresource options")
    return { factory, namespace, quiet: false, question: { kind: 'list', noHeaders: flags['no-headers'] } }
  }
  // These carry a line end of their own, so that an empty line follows.
  const warn = (message: string): void => factory.io.stderr(`Warning: ${message}\n\n`)
  const question = await questionOf(args, flags, factory, warn)
  if (flags['no-headers']) throw new UsageError('--no-headers cannot be set without --list specified')
  return { factory, namespace, quiet: flags.quiet, question }
}

async function questionOf([verb = '', what = '']: readonly string[], flags: Invocation<'auth can-i'>['flags'], factory: Factory, warn: (message: string) => void): Promise<Question> {
  if (what.startsWith('/')) {
    if (flags.subresource !== '') throw new UsageError('--subresource can not be used with NonResourceURL')
    if (!URL_VERBS.has(verb)) warn(`verb '${verb}' is not a known verb`)
    return { kind: 'url', verb, path: what }
  }
  const slash = what.indexOf('/')
  const [type, name] = slash < 0 ? [what, ''] : [what.slice(0, slash), what.slice(slash + 1)]
  const found = type === '*' ? undefined : await discovered(type, factory, warn)
  if (!flags['all-namespaces']) {
    if (found?.scope === 'Cluster') warn(`resource '${found.plural}' is not namespace scoped${found.group === '' ? '' : ` in group '${found.group}'`}`)
    if (!RESOURCE_VERBS.has(verb)) warn(`verb '${verb}' is not a known verb`)
  }
  return { kind: 'resource', verb, group: found?.group ?? '', resource: found?.plural ?? type, subresource: flags.subresource, name }
}

async function discovered(type: string, factory: Factory, warn: (message: string) => void): Promise<DiscoveredResource | undefined> {
  const mapper = await factory.mapper()
  try {
    return mapper.resourceFor(type.toLowerCase())
  } catch {
    const [plural = '', ...group] = type.toLowerCase().split('.')
    if (!UNDISCOVERABLE.has(type.toLowerCase())) warn(`the server doesn't have a resource type '${plural}'${group.length === 0 ? '' : ` in group '${group.join('.')}'`}`)
    return undefined
  }
}

/** Throws ExitError, without a word, for no. */
export async function run({ factory, question, namespace, quiet }: Options): Promise<void> {
  const client = await factory.client()
  if (question.kind === 'list') {
    const resource = resourceOf<SelfSubjectRulesReview & KubeObject>('authorization.k8s.io/v1', 'SelfSubjectRulesReview')
    return list(factory, question.noHeaders, await client.create(resource, { metadata: {}, spec: { namespace } } as SelfSubjectRulesReview & KubeObject))
  }
  const spec = question.kind === 'url'
    ? { nonResourceAttributes: { verb: question.verb, path: question.path } }
    : { resourceAttributes: { namespace, verb: question.verb, group: question.group, resource: question.resource, subresource: question.subresource, name: question.name } }
  const { status } = await client.create(resourceOf<SelfSubjectAccessReview & KubeObject>('authorization.k8s.io/v1', 'SelfSubjectAccessReview'), { metadata: {}, spec } as SelfSubjectAccessReview & KubeObject)
  const allowed = status?.allowed === true
  const why = allowed ? '' : [status?.reason ?? '', status?.evaluationError ?? ''].filter(t => t !== '').map(t => ` - ${t}`).join('')
  if (!quiet) factory.io.stdout(`${allowed ? 'yes' : 'no'}${why}\n`)
  if (!allowed) throw new ExitError('', 1)
}

function list({ io }: Factory, noHeaders: boolean, { status }: SelfSubjectRulesReview): void {
  if (status?.incomplete === true) io.stderr(`Warning: the list may be incomplete: ${status.evaluationError ?? ''}\n`)
  const rules = compactRules([...(status?.resourceRules ?? []), ...(status?.nonResourceRules ?? [])])
  const lines = rules.map(r => `${resourceAndGroup(r)}\t${goList(r.nonResourceURLs)}\t${goList(r.resourceNames)}\t${goList(r.verbs)}\n`)
  io.stdout(alignTabs(`${noHeaders ? '' : 'Resources\tNon-Resource URLs\tResource Names\tVerbs\n'}${lines.join('')}`, TABLE_STYLE))
}
