/** `kubectl auth reconcile`. upstream: kubectl/pkg/cmd/auth/reconcile.go, component-helpers/auth/rbac/reconciliation */
import { deepEqual } from '../../base/equal'
import { UsageError } from '../../base/errors'
import { isAlreadyExists, isConflict, isNotFound, StatusError } from '../../base/status'
import type { Client } from '../../client/client'
import type { KubeObject, Resource } from '../../kinds/kind'
import { uncovered } from '../../kinds/rbac/covers'
import type { ClusterRole, PolicyRule, RoleBinding, RoleRef, Subject } from '../../kinds/schema/types/rbac.v1'
import { goList } from '../describe/rbac/rules'
import type { Factory } from '../factory'
import { filesOf, noFiles } from '../files'
import type { Invocation } from '../invocation'
import type { IOStreams } from '../io-streams'
import { toPrinter, type PrintObject } from '../print-flags'
import type { ResourceBuilder } from '../resource-builder/builder'
import type { ResourceQuery } from '../resource-builder/query'
import { resourceOf } from '../resource-of'

const API_VERSION = 'rbac.authorization.k8s.io/v1'
const GROUP = 'rbac.authorization.k8s.io/'
const PROTECTED = 'rbac.authorization.kubernetes.io/autoupdate'
const TRIES = 3

export interface Options {
  readonly query: ResourceQuery
  readonly builder: ResourceBuilder
  readonly client: () => Promise<Client>
  readonly dryRun: boolean
  readonly removeExtraPermissions: boolean
  readonly removeExtraSubjects: boolean
  readonly print: PrintObject
  readonly io: IOStreams
}

/** Throws UsageError. */
export function toOptions(invocation: Invocation<'auth reconcile'>, factory: Factory): Options {
  const { args, flags } = invocation
  if (noFiles(flags)) throw new UsageError('must specify one of -f and -k')
  if (args.length > 0) throw new UsageError('no arguments are allowed')
  const dryRun = invocation.dryRun()
  if (dryRun === 'server') throw new UsageError('--dry-run=server for command reconcile is not supported yet')
  const { name: namespace, explicit } = factory.namespace()
  return {
    query: { ...filesOf(flags), namespace, enforceNamespace: explicit, local: true },
    builder: factory.builder(),
    client: factory.client,
    dryRun: dryRun === 'client',
    removeExtraPermissions: flags['remove-extra-permissions'],
    removeExtraSubjects: flags['remove-extra-subjects'],
    print: toPrinter(flags, factory.io, { operation: 'reconciled', dryRun, typed: true }),
    io: factory.io,
  }
}

type Operation = 'none' | 'create' | 'update' | 'recreate'

interface Result<T> {
  readonly object: T
  readonly operation: Operation
  readonly missing: readonly string[]
  readonly extra: readonly string[]
  /** The object wants to be left alone. */
  readonly isProtected: boolean
}

export async function run(options: Options): Promise<void> {
  await options.builder.forEach(options.query, async info => {
    const object = info.object as KubeObject
    const { kind = '', apiVersion = '' } = object
    if (!apiVersion.startsWith(GROUP)) return
    if (apiVersion !== API_VERSION) throw new UsageError(`only rbac.authorization.k8s.io/v1 is supported: not *${apiVersion.slice(GROUP.length)}.${kind}`)
    // upstream crashes on a role that names no namespace; it belongs to the one of the command line here.
    if (!kind.startsWith('Cluster')) object.metadata.namespace ??= options.query.namespace
    if (kind === 'Role' || kind === 'ClusterRole') print(options, 'rules', await reconciled(options, object as ClusterRole, reconciledRole))
    else if (kind === 'RoleBinding' || kind === 'ClusterRoleBinding') print(options, 'subjects', await reconciled(options, object as RoleBinding, reconciledBinding))
  })
}

type Compute<T> = (expected: T, existing: T | undefined, options: Options) => Result<T>

/** Tried again when another writer was faster. */
async function reconciled<T extends KubeObject>(options: Options, expected: T, compute: Compute<T>): Promise<Result<T>> {
  const client = await options.client()
  const resource = resourceOf<T>(API_VERSION, expected.kind as string)
  for (let attempt = 1; ; attempt++) {
    const result = compute(expected, await existingOf(client, resource, expected), options)
    if (result.operation === 'none' || result.isProtected || options.dryRun) return result
    try {
      return { ...result, object: await write(client, resource, result) }
    } catch (e) {
      if (!isConflict(e) || attempt >= TRIES) throw e
    }
  }
}

async function existingOf<T extends KubeObject>(client: Client, resource: Resource<T>, { metadata }: T): Promise<T | undefined> {
  try {
    return await client.get(resource, metadata.name, metadata.namespace)
  } catch (e) {
    if (isNotFound(e)) return undefined
    throw e
  }
}

async function write<T extends KubeObject>(client: Client, resource: Resource<T>, { operation, object }: Result<T>): Promise<T> {
  if (operation === 'update') return client.update(resource, object)
  if (operation === 'recreate') await client.delete(resource, object)
  else if (object.metadata.namespace !== undefined) await ensureNamespace(client, object.metadata.namespace)
  return client.create(resource, object)
}

async function ensureNamespace(client: Client, name: string): Promise<void> {
  const resource = resourceOf('v1', 'Namespace')
  const forbidden = (e: unknown): boolean => e instanceof StatusError && e.reason === 'Forbidden'
  try {
    await client.get(resource, name, undefined)
    return
  } catch (e) {
    if (!isNotFound(e) && !forbidden(e)) throw e
  }
  try {
    await client.create(resource, { metadata: { name } } as KubeObject)
  } catch (e) {
    // Who may not create namespaces finds the one he names.
    if (!isAlreadyExists(e) && !forbidden(e)) throw e
  }
}

const reconciledRole: Compute<ClusterRole> = (expected, existing, { removeExtraPermissions }) => {
  const wanted = expected.rules ?? []
  if (existing === undefined) return { object: expected, operation: 'create', missing: wanted.map(ruleText), extra: [], isProtected: false }
  const { metadata, changed } = mergedMetadata(expected, existing)
  let operation: Operation = changed ? 'update' : 'none'
  const object: ClusterRole = { ...existing, metadata }
  const have = existing.rules ?? []
  const missing = expected.aggregationRule === undefined ? uncovered(have, wanted) : []
  const extra = expected.aggregationRule === undefined ? uncovered(wanted, have) : []
  if (removeExtraPermissions ? missing.length + extra.length > 0 : missing.length > 0) {
    object.rules = removeExtraPermissions ? wanted : [...have, ...missing]
    operation = 'update'
  }
  const selectors = existing.aggregationRule?.clusterRoleSelectors ?? []
  const more = (expected.aggregationRule?.clusterRoleSelectors ?? []).filter(s => !selectors.some(o => deepEqual(o, s)))
  if (more.length > 0) {
    object.aggregationRule = { clusterRoleSelectors: [...selectors, ...more] }
    operation = 'update'
  }
  return { object, operation, missing: missing.map(ruleText), extra: extra.map(ruleText), isProtected: existing.metadata.annotations?.[PROTECTED] === 'false' }
}

const reconciledBinding: Compute<RoleBinding> = (expected, existing, { removeExtraSubjects }) => {
  const wanted = expected.subjects ?? []
  if (existing === undefined) return { object: expected, operation: 'create', missing: wanted.map(subjectText), extra: [], isProtected: false }
  const isProtected = existing.metadata.annotations?.[PROTECTED] === 'false'
  if (!sameRole(expected.roleRef, existing.roleRef)) return { object: expected, operation: 'recreate', missing: [], extra: [], isProtected }
  const { metadata, changed } = mergedMetadata(expected, existing)
  const have = existing.subjects ?? []
  const missing = wanted.filter(s => !have.some(o => sameSubject(o, s)))
  const extra = have.filter(s => !wanted.some(o => sameSubject(o, s)))
  const subjects = removeExtraSubjects ? missing.length + extra.length > 0 : missing.length > 0
  const object: RoleBinding = { ...existing, metadata, ...(subjects ? { subjects: removeExtraSubjects ? wanted : [...have, ...missing] } : {}) }
  return { object, operation: changed || subjects ? 'update' : 'none', missing: missing.map(subjectText), extra: extra.map(subjectText), isProtected }
}

const sameRole = (a: RoleRef, b: RoleRef): boolean => a.kind === b.kind && a.name === b.name
const sameSubject = (a: Subject, b: Subject): boolean => a.kind === b.kind && a.name === b.name && (a.namespace ?? '') === (b.namespace ?? '')

/** What exists wins over what the file says of labels and annotations; what it lacks is added. */
function mergedMetadata({ metadata: expected }: KubeObject, { metadata }: KubeObject): { metadata: KubeObject['metadata']; changed: boolean } {
  const labels = { ...expected.labels, ...metadata.labels }
  const annotations = { ...expected.annotations, ...metadata.annotations }
  const changed = !deepEqual(labels, metadata.labels ?? {}) || !deepEqual(annotations, metadata.annotations ?? {})
  if (!changed) return { metadata, changed }
  return { metadata: { ...metadata, ...(Object.keys(labels).length > 0 ? { labels } : {}), ...(Object.keys(annotations).length > 0 ? { annotations } : {}) }, changed }
}

const ruleText = (r: PolicyRule): string => `{Verbs:${goList(r.verbs)} APIGroups:${goList(r.apiGroups)} Resources:${goList(r.resources)} ResourceNames:${goList(r.resourceNames)} NonResourceURLs:${goList(r.nonResourceURLs)}}`
const subjectText = (s: Subject): string => `{Kind:${s.kind} APIGroup:${s.apiGroup ?? ''} Name:${s.name} Namespace:${s.namespace ?? ''}}`

function print({ print: printObject, io, removeExtraPermissions, removeExtraSubjects }: Options, what: 'rules' | 'subjects', { object, operation, missing, extra, isProtected }: Result<KubeObject>): void {
  printObject(object)
  if (operation === 'none') return
  const lines = [`\treconciliation required ${operation}${isProtected ? `, but object opted out (${PROTECTED}: false)` : ''}`]
  if (missing.length > 0) lines.push(`\tmissing ${what} added:`, ...missing.map(m => `\t\t${m}`))
  if (extra.length > 0 && (what === 'rules' ? removeExtraPermissions : removeExtraSubjects)) lines.push(`\textra ${what} removed:`, ...extra.map(e => `\t\t${e}`))
  io.stderr(`${lines.join('\n')}\n`)
}
