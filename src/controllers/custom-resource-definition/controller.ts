/**
 * Accepts the names of a CustomResourceDefinition, establishes it, and deletes its objects before it goes. Part of the apiserver upstream.
 * upstream: apiextensions-apiserver/pkg/controller/{status,establish,finalizer}
 */
import { timestamp } from '../../base/clock'
import { deepEqual } from '../../base/equal'
import { isNotFound } from '../../base/status'
import { defineController, type Context, type Watch } from '../../client/controller'
import { CLEANUP_FINALIZER, customResourceDefinition } from '../../kinds/apiextensions/custom-resource-definition/kind'
import type { Kind } from '../../kinds/kind'
import type { CustomResourceDefinition, CustomResourceDefinitionCondition, CustomResourceDefinitionNames } from '../../kinds/schema/types/apiextensions.v1'

type Condition = CustomResourceDefinitionCondition
/** How often it is looked whether objects that somebody holds have gone. */
const RETRY_MS = 5_000

/** A definition that goes or changes may free names that others of its group wait for. */
const neighbours: Watch<CustomResourceDefinition> = {
  kind: customResourceDefinition,
  *keys({ type, object }, lister) {
    if (type === 'ADDED') return
    for (const other of lister.byIndex(customResourceDefinition, 'group', object.spec.group))
      if (other.metadata.name !== object.metadata.name && other.status?.conditions?.some(c => c.type === 'NamesAccepted' && c.status === 'False') === true) yield other.metadata.name
  },
}

/** `find` answers the kind that an established definition makes. */
export function customResourceDefinitionController(find: (group: string, plural: string) => Kind | undefined) {
  return defineController<CustomResourceDefinition>({
    name: 'custom-resource-definition-controller',
    reconciles: customResourceDefinition,
    watches: [neighbours as Watch<never>],

    async reconcile(crd, ctx) {
      if (crd.metadata.deletionTimestamp !== undefined) return finalize(crd, ctx, find)
      const named = withNames(crd, ctx)
      if (named !== crd) return void (await ctx.client.update(customResourceDefinition, named, { subresource: 'status' }))
      if (is(crd, 'NamesAccepted') && !is(crd, 'Established'))
        await ctx.client.update(customResourceDefinition, withConditions(crd, [{ type: 'Established', status: 'True', reason: 'InitialNamesAccepted', message: 'the initial names have been accepted' }], ctx), { subresource: 'status' })
    },
  })
}

const is = (crd: CustomResourceDefinition, type: string): boolean => crd.status?.conditions?.some(c => c.type === type && c.status === 'True') === true

function withConditions(crd: CustomResourceDefinition, changes: readonly Condition[], { clock }: Pick<Context, 'clock'>): CustomResourceDefinition {
  const conditions = [...(crd.status?.conditions ?? [])]
  for (const change of changes) {
    const i = conditions.findIndex(c => c.type === change.type)
    const before = conditions[i]
    const next: Condition = { type: change.type, status: change.status, lastTransitionTime: before?.status === change.status ? (before.lastTransitionTime as string) : timestamp(clock.now()), reason: change.reason as string, message: change.message as string }
    if (i < 0) conditions.push(next)
    else conditions[i] = next
  }
  return { ...crd, status: { ...crd.status, conditions } }
}

/** The definition with the names that are free, or itself when nothing changes. */
function withNames(crd: CustomResourceDefinition, ctx: Context): CustomResourceDefinition {
  const wished = crd.spec.names
  const accepted: CustomResourceDefinitionNames = crd.status?.acceptedNames ?? { plural: '', kind: '' }
  if (deepEqual(wished, accepted)) return crd
  const taken = namesOfGroup(crd, ctx)
  const names: CustomResourceDefinitionNames = { ...accepted }
  let refused: { reason: string; message: string } | undefined
  const claim = (field: 'plural' | 'singular' | 'kind' | 'listKind', used: ReadonlySet<string>, reason: string): void => {
    const name = wished[field] ?? ''
    if (name !== (accepted[field] ?? '') && used.has(name)) refused = { reason, message: `"${name}" is already in use` }
    else names[field] = name
  }
  claim('plural', taken.resources, 'PluralConflict')
  claim('singular', taken.resources, 'SingularConflict')
  const clashes = (wished.shortNames ?? []).filter(n => accepted.shortNames?.includes(n) !== true && taken.resources.has(n)).map(n => `"${n}" is already in use`)
  if (clashes.length > 0) refused = { reason: 'ShortNamesConflict', message: clashes.length === 1 ? (clashes[0] as string) : `[${clashes.join(', ')}]` }
  else if (wished.shortNames === undefined) delete names.shortNames
  else names.shortNames = wished.shortNames
  claim('kind', taken.kinds, 'KindConflict')
  claim('listKind', taken.kinds, 'ListKindConflict')
  if (wished.categories === undefined) delete names.categories
  else names.categories = wished.categories
  const conditions: Condition[] = [{ type: 'NamesAccepted', status: refused === undefined ? 'True' : 'False', reason: refused?.reason ?? 'NoConflicts', message: refused?.message ?? 'no conflicts found' }]
  if (!is(crd, 'Established'))
    conditions.push(refused === undefined ? { type: 'Established', status: 'False', reason: 'Installing', message: 'the initial names have been accepted' } : { type: 'Established', status: 'False', reason: 'NotAccepted', message: 'not all names are accepted' })
  const next = withConditions({ ...crd, status: { ...crd.status, acceptedNames: inOrder(names) } }, conditions, ctx)
  return deepEqual(next.status, crd.status) ? crd : next
}

function inOrder({ plural, singular, shortNames, kind, listKind, categories }: CustomResourceDefinitionNames): CustomResourceDefinitionNames {
  return { plural, ...(singular === undefined ? {} : { singular }), ...(shortNames === undefined ? {} : { shortNames }), kind, ...(listKind === undefined ? {} : { listKind }), ...(categories === undefined ? {} : { categories }) }
}

/** What the other definitions of the group have been given. */
function namesOfGroup(crd: CustomResourceDefinition, { lister }: Context): { resources: ReadonlySet<string>; kinds: ReadonlySet<string> } {
  const resources = new Set<string>()
  const kinds = new Set<string>()
  for (const other of lister.byIndex(customResourceDefinition, 'group', crd.spec.group)) {
    const { plural = '', singular = '', shortNames = [], kind = '', listKind = '' } = other.status?.acceptedNames ?? {}
    for (const n of [plural, singular, ...shortNames]) if (n !== '') resources.add(n)
    for (const n of [kind, listKind]) if (n !== '') kinds.add(n)
  }
  return { resources, kinds }
}

async function finalize(crd: CustomResourceDefinition, ctx: Context, find: (group: string, plural: string) => Kind | undefined): Promise<{ requeueAfterMs: number } | void> {
  const { finalizers = [] } = crd.metadata
  if (!finalizers.includes(CLEANUP_FINALIZER)) return
  const { client, lister } = ctx
  const terminating = (status: string, reason: string, message: string): CustomResourceDefinition => withConditions(crd, [{ type: 'Terminating', status, reason, message }], ctx)
  const kind = is(crd, 'Established') ? find(crd.spec.group, crd.spec.names.plural) : undefined
  const objects = kind === undefined ? [] : lister.list(kind)
  if (kind !== undefined && objects.length > 0) {
    if (crd.status?.conditions?.some(c => c.reason === 'InstanceDeletionInProgress') !== true) {
      await client.update(customResourceDefinition, terminating('True', 'InstanceDeletionInProgress', 'CustomResource deletion is in progress'), { subresource: 'status' })
      return
    }
    for (const object of objects) {
      if (object.metadata.deletionTimestamp !== undefined) continue
      await client.delete(kind, object, {}).catch((e: unknown) => {
        if (!isNotFound(e)) throw e
      })
    }
    if (lister.list(kind).length > 0) return { requeueAfterMs: RETRY_MS }
  }
  const done = terminating('False', 'InstanceDeletionCompleted', 'removed all instances')
  await client.update(customResourceDefinition, { ...done, metadata: { ...done.metadata, finalizers: finalizers.filter(f => f !== CLEANUP_FINALIZER) } }, { subresource: 'status' })
}
