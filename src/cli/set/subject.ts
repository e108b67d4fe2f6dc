/** `kubectl set subject`. upstream: kubectl/pkg/cmd/set/set_subject.go */
import { UsageError } from '../../base/errors'
import { deepEqual } from '../../base/equal'
import type { KubeObject } from '../../kinds/kind'
import type { Factory } from '../factory'
import type { Invocation } from '../invocation'
import type { ChangeOptions, Fetched } from './change'
import { changesOf, fetchAll, sendChanges } from './change'
import { toChangeOptions } from './options'

interface Subject {
  readonly kind: string
  readonly apiGroup?: string
  readonly name: string
  readonly namespace?: string
}

export interface Options extends ChangeOptions {
  readonly infos: readonly Fetched[]
  readonly subjects: readonly Subject[]
}

const GROUP = 'rbac.authorization.k8s.io'
const sorted = (texts: readonly string[]): string[] => [...new Set(texts)].sort()

/** Throws UsageError. */
export async function toOptions(invocation: Invocation<'set subject'>, factory: Factory): Promise<Options> {
  const { args, flags } = invocation
  const options = toChangeOptions(invocation as Invocation, factory, { operation: 'subjects updated', failure: 'failed to patch subjects to rolebinding: ', resources: args })
  const infos = await fetchAll(options)
  if (flags.local && options.dryRun === 'server') throw new UsageError('cannot specify --local and --dry-run=server - did you mean --dry-run=client?')
  if (flags.all && flags.selector !== '') throw new UsageError('cannot set --all and --selector at the same time')
  if (flags.user.length + flags.group.length + flags.serviceaccount.length === 0) throw new UsageError('you must specify at least one value of user, group or serviceaccount')
  for (const account of flags.serviceaccount) {
    const [namespace, name, more] = account.split(':')
    if (!name || more !== undefined) throw new UsageError('serviceaccount must be <namespace>:<name>')
    if (namespace === '' && infos.some(i => i.object.kind === 'ClusterRoleBinding')) throw new UsageError('serviceaccount must be <namespace>:<name>, namespace must be specified')
  }
  const home = factory.namespace().name
  const subjects: Subject[] = [
    ...sorted(flags.user).map(name => ({ kind: 'User', apiGroup: GROUP, name })),
    ...sorted(flags.group).map(name => ({ kind: 'Group', apiGroup: GROUP, name })),
    ...sorted(flags.serviceaccount).map(account => {
      const [namespace, name = ''] = account.split(':')
      return { kind: 'ServiceAccount', name, namespace: namespace || home }
    }),
  ]
  return { ...options, infos, subjects }
}

export async function run(options: Options): Promise<void> {
  await sendChanges(changesOf(options.infos, object => withSubjects(object, options.subjects)), options)
}

function withSubjects(object: KubeObject, subjects: readonly Subject[]): KubeObject | undefined {
  if (object.kind !== 'RoleBinding' && object.kind !== 'ClusterRoleBinding') throw new Error('setting subjects is only supported for RoleBinding/ClusterRoleBinding')
  const existing = (object as { subjects?: readonly Subject[] }).subjects ?? []
  const added = subjects.filter(s => !existing.some(e => deepEqual(e, s)))
  return added.length === 0 ? undefined : ({ ...object, subjects: [...existing, ...added] } as KubeObject)
}
